--- Budget disclosures in Neovim 0.7 and later: the server, colours, folds.
local M = {}

--- What `setup` changes.
M.config = {
  --- The server and its arguments.
  cmd = { 'budget-lsp' },
  --- Settings of the server, as in VS Code without `budget.`: `{ inlayHints = { enable = false } }`.
  settings = {},
  --- Files that mark the root of a work.
  root_markers = { 'budget.toml', '.git' },
  --- Called with (client, buffer) when the server is there: a place for key maps.
  on_attach = nil,
  --- Capabilities beyond Neovim's own, such as those of a completion plugin.
  capabilities = nil,
  --- Colours by tree-sitter, where its parser is installed (`:BudgetInstallParser`).
  treesitter = true,
  --- A verdict above each table (code lenses).
  codelens = true,
  --- Values of `{…}` and names of codes amid the text, from Neovim 0.10 on.
  inlay_hints = true,
  --- Sections, tables and the front matter fold; all are open at first.
  folding = true,
}

function M.setup(options)
  M.config = vim.tbl_deep_extend('force', M.config, options or {})
end

--- The nearest folder above that has one of the markers; else the file's own.
local function root_of(buffer)
  local file = vim.api.nvim_buf_get_name(buffer)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  for _, marker in ipairs(M.config.root_markers) do
    -- A file, or (.git) a folder.
    local found = vim.fn.findfile(marker, vim.fn.escape(folder, ' ,;\\') .. ';')
    if found == '' then
      found = vim.fn.finddir(marker, vim.fn.escape(folder, ' ,;\\') .. ';')
    end
    if found ~= '' then
      return vim.fn.fnamemodify(found, ':p:s?[\\/]$??:h')
    end
  end
  return folder
end

--- Clients by root, for Neovim 0.7, which doesn't look for one that runs.
local clients = {}

--- What was checked, for a status line: `%{v:lua.require'budget'.status()}`.
function M.status()
  return vim.b.budget_checked or ''
end

--- The server says after every check what it was.
local function checked(_, result, context)
  local buffer = vim.uri_to_bufnr(result.uri)
  -- Of an older text than the server has by now: its own is still to come.
  local versions = vim.lsp.util.buf_versions
  local newest = versions and versions[buffer]
  if newest and result.version < newest then
    return
  end
  if vim.api.nvim_buf_is_loaded(buffer) then
    vim.b[buffer].budget_checked = result.opening
    vim.cmd('redrawstatus!')
    local client = vim.lsp.get_client_by_id(context.client_id)
    if M.config.codelens and client and client.server_capabilities.codeLensProvider then
      vim.api.nvim_buf_call(buffer, vim.lsp.codelens.refresh)
    end
  end
end

local function options(root)
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  -- Neovim shows them, but before 0.10 it doesn't say so.
  capabilities.textDocument.codeLens = capabilities.textDocument.codeLens or { dynamicRegistration = false }
  return {
    name = 'budget-lsp',
    cmd = M.config.cmd,
    root_dir = root,
    settings = { budget = M.config.settings },
    init_options = vim.tbl_extend('force', { checked = true }, M.config.settings),
    handlers = { ['budget/checked'] = checked },
    capabilities = vim.tbl_deep_extend('force', capabilities, M.config.capabilities or {}),
    workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ':t') } },
    on_attach = function(client, buffer)
      if vim.fn.has('nvim-0.8') == 0 then
        -- Later versions set these themselves.
        vim.bo[buffer].omnifunc = 'v:lua.vim.lsp.omnifunc'
        vim.bo[buffer].tagfunc = 'v:lua.vim.lsp.tagfunc'
        vim.bo[buffer].formatexpr = 'v:lua.vim.lsp.formatexpr()'
      end
      if M.config.inlay_hints and vim.lsp.inlay_hint and vim.lsp.inlay_hint.enable then
        vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
      end
      if M.config.on_attach then
        M.config.on_attach(client, buffer)
      end
    end,
    on_exit = function()
      clients[root] = nil
    end,
  }
end

--- Starts the server for a buffer, or joins the one that runs for its root. Gives the client's number.
function M.start(buffer)
  if vim.bo[buffer].buftype ~= '' or vim.api.nvim_buf_get_name(buffer) == '' then
    return nil
  end
  if vim.fn.executable(M.config.cmd[1]) ~= 1 then
    vim.notify('找不到 ' .. M.config.cmd[1] .. '：请安装它，或在 require("budget").setup 的 cmd 里写它的路径', vim.log.levels.WARN)
    return nil
  end
  local root = root_of(buffer)
  if vim.lsp.start then
    return vim.lsp.start(options(root), { bufnr = buffer })
  end
  clients[root] = clients[root] or vim.lsp.start_client(options(root))
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
  return clients[root]
end

--- All that a buffer with a budget gets.
function M.attach(buffer)
  M.start(buffer)
  if M.config.treesitter then
    require('budget.treesitter').start(buffer)
  end
  if M.config.folding then
    vim.opt_local.foldmethod = 'expr'
    vim.opt_local.foldexpr = "v:lua.require'budget'.fold(v:lnum)"
    vim.opt_local.foldlevel = 99
  end
end

--- Fold level of a line: a heading opens a fold of its own level, a table or a front matter one more. Needs no parser.
function M.fold(number)
  local line = vim.fn.getline(number)
  local marks = line:match('^%s*([#＃]+)')
  if marks then
    return '>' .. math.min(vim.fn.strchars(marks), 6)
  end
  if number == 1 and line:match('^%-%-%-+%s*$') then
    return '>1'
  end
  local function row(text)
    return text:match('^%s*|') or text:match('^%s*｜')
  end
  if row(line) then
    local first = number == 1 or not row(vim.fn.getline(number - 1))
    local last = not row(vim.fn.getline(number + 1))
    if first and last then
      return '='
    end
    return first and 'a1' or last and 's1' or '='
  end
  return '='
end

return M
