-- Runs in Neovim: `before` a document is opened, `after` it is.
local M = {}
local env = vim.env
local checks = 0

local function check(truth, what)
  checks = checks + 1
  if not truth then
    error(what, 2)
  end
end

local function equal(found, wanted, what)
  check(vim.deep_equal(found, wanted), what .. ': ' .. vim.inspect(found) .. ', not ' .. vim.inspect(wanted))
end

-- Waits up to 20 seconds.
local function wait(what, ready)
  check(vim.wait(20000, ready, 20), 'waited in vain for ' .. what)
end

function M.before()
  require('budget').setup({ cmd = { env.BUDGET_TEST_SERVER } })
end

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, true)
end

-- Line (from 1) and byte column (from 0) of a piece of text; the nth line that has it.
local function place(text, nth)
  nth = nth or 1
  for number, line in ipairs(lines()) do
    local at = line:find(text, 1, true)
    if at then
      nth = nth - 1
      if nth == 0 then
        return number, at - 1
      end
    end
  end
  error('not in the document: ' .. text)
end

local function go(text, nth)
  local line, column = place(text, nth)
  vim.api.nvim_win_set_cursor(0, { line, column })
  return line, column
end

-- What the server answers.
local function request(method, extra)
  local params = vim.tbl_extend('force', vim.lsp.util.make_position_params(), extra or {})
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000)
  local _, answer = next(answers or {})
  check(answer, 'no answer to ' .. method)
  check(not answer.error, method .. ': ' .. vim.inspect(answer.error))
  return answer.result
end

local function clients()
  local get = vim.lsp.get_clients or vim.lsp.get_active_clients
  return get()
end

local function errors()
  return vim.diagnostic.get(0, { severity = vim.diagnostic.severity.ERROR })
end

local function the_document()
  equal(vim.bo.filetype, 'budget', 'file type')
  wait('the server', function()
    return #clients() > 0
  end)
  equal(#clients(), 1, 'clients')
  equal(vim.fn.fnamemodify(clients()[1].config.root_dir, ':t'), '公开', 'the root is where budget.toml is')
end

-- The wrong number is found at its place: in bytes here, in UTF-16 on the wire, behind Chinese and a character of four bytes.
local function diagnostics()
  wait('the error', function()
    return #errors() > 0
  end)
  local line, column = place('151.32')
  local found = errors()
  equal(#found, 1, 'errors')
  equal(vim.bo.omnifunc, 'v:lua.vim.lsp.omnifunc', 'omnifunc')
  equal({ found[1].lnum + 1, found[1].col, found[1].end_col }, { line, column, column + #'151.32' }, 'place of the error')
  equal(found[1].code, 'CRS001', 'rule')
  check(found[1].message:find('应为 151.22', 1, true), 'message: ' .. found[1].message)
end

-- The opening line for the status line, and a verdict above each table.
local function what_was_checked()
  wait('what was checked', function()
    return require('budget').status() ~= ''
  end)
  local said = require('budget').status()
  check(said:find('按模板 新疆-2020-部门预算', 1, true) and said:find('不成立 2', 1, true), 'checked: ' .. said)
  -- Told late, of an older text.
  local newest = vim.lsp.util.buf_versions[vim.api.nvim_get_current_buf()]
  local handler = clients()[1].config.handlers['budget/checked']
  local function tell(version, opening)
    local result = { uri = vim.uri_from_bufnr(0), version = version, opening = opening }
    handler(nil, result, { method = 'budget/checked', client_id = clients()[1].id })
  end
  tell(newest - 1, '更早的')
  equal(require('budget').status(), said, 'what was checked, after older news')
  tell(newest, '这一版')
  equal(require('budget').status(), '这一版', 'what was checked, after news')
  tell(newest, said)
  wait('the verdicts', function()
    return #vim.lsp.codelens.get(0) > 0
  end)
  local heading = place('### 支出')
  local titles = {}
  for _, lens in ipairs(vim.lsp.codelens.get(0)) do
    titles[lens.range.start.line + 1] = lens.command and lens.command.title
  end
  local title = titles[heading] or titles[(place('## 表一'))]
  check(title and title:find('0.10', 1, true), 'the verdict says the difference: ' .. vim.inspect(titles))
end

local function hover()
  go('151.32')
  local result = request('textDocument/hover')
  local said = type(result.contents) == 'table' and result.contents.value or result.contents
  check(said:find('支出合计', 1, true) and said:find('151.22', 1, true), 'hover: ' .. said)
end

-- A code is completed with its name where it is typed.
local function completion()
  local line = place('| 2130301 | 行政运行 |', 2)
  vim.api.nvim_buf_set_lines(0, line, line, true, { '| 2130' })
  vim.api.nvim_win_set_cursor(0, { line + 1, #'| 2130' })
  local result = request('textDocument/completion')
  local items = result.items or result
  local labels = vim.tbl_map(function(item)
    return item.label
  end, items)
  check(#labels > 0, 'nothing completed')
  local joined = table.concat(labels, '、')
  check(joined:find('21303', 1, true) and joined:find('水利', 1, true), 'completed: ' .. joined)
  vim.api.nvim_buf_set_lines(0, line, line + 1, true, {})
end

local function formatting()
  if vim.lsp.buf.format then
    vim.lsp.buf.format({ timeout_ms = 20000 })
  else
    vim.lsp.buf.formatting_sync(nil, 20000)
  end
  equal(lines(), vim.fn.readfile(env.BUDGET_TEST_TIDY), 'formatted as `budget-lint fmt` does')
end

-- From its use to its entry, and a new name for both.
local function terms()
  local entry = place('四、机关运行经费')
  go('机关运行经费')
  local result = request('textDocument/definition')
  local locations = vim.tbl_islist(result) and result or { result }
  local lines_of = vim.tbl_map(function(location)
    return (location.targetSelectionRange or location.targetRange or location.range).start.line + 1
  end, locations)
  check(vim.tbl_contains(lines_of, entry), 'defined in line ' .. entry .. ': ' .. vim.inspect(locations))

  local before = vim.fn.join(lines(), '\n')
  local _, uses = before:gsub('水利', '')
  check(uses > 0, 'no use')
  go('四、机关运行经费')
  local line, column = place('四、机关运行经费')
  vim.api.nvim_win_set_cursor(0, { line, column + #'四、' })
  vim.lsp.buf.rename('机关日常经费')
  wait('the new name', function()
    return vim.fn.join(lines(), '\n'):find('四、机关日常经费', 1, true) ~= nil
  end)
  check(vim.fn.join(lines(), '\n'):find('2020年机关日常经费', 1, true), 'the use has the new name')
end

-- Mending the number takes the error away, and the text the server has is the text that is shown.
local function editing()
  local line, column = place('151.32')
  vim.api.nvim_buf_set_text(0, line - 1, column, line - 1, column + #'151.32', { '151.22' })
  wait('the error to go', function()
    return #errors() == 0
  end)
  vim.cmd('undo')
  wait('the error to come back', function()
    return #errors() > 0
  end)
  local again_line, again_column = place('151.32')
  equal({ errors()[1].lnum + 1, errors()[1].col }, { again_line, again_column }, 'place after undoing')
end

-- The fix that the server offers for the wrong number.
local function fixing()
  local line = go('151.32')
  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(0, line - 1), only = { 'quickfix' } }
  equal(#params.context.diagnostics, 1, 'diagnostics of the line')
  local action
  for _, one in ipairs(request('textDocument/codeAction', params)) do
    if one.title:find('151.22', 1, true) then
      action = one
    end
  end
  check(action, 'no fix writes 151.22')
  if not action.edit then
    action = vim.lsp.buf_request_sync(0, 'codeAction/resolve', action, 20000)[clients()[1].id].result
  end
  vim.lsp.util.apply_workspace_edit(action.edit, clients()[1].offset_encoding)
  check(not vim.fn.join(lines(), '\n'):find('151.32', 1, true), 'the wrong number is still there')
  check(lines()[line]:find('𠮷 --> | 151.22 |', 1, true), 'mended: ' .. lines()[line])
  vim.cmd('undo')
end

local function highlighting()
  local parser = vim.treesitter.get_parser(0, 'budget')
  local root = parser:parse()[1]:root()
  check(not root:has_error(), 'an error in the tree')
  local language = vim.treesitter.query and vim.treesitter.query.get or vim.treesitter.get_query
  local query = language('budget', 'highlights')
  local line, column = place('151.32')
  local there = {}
  for id, node in query:iter_captures(root, 0, line - 1, line) do
    local start_line, start_column = node:start()
    if start_line == line - 1 and start_column == column then
      there[query.captures[id]] = true
    end
  end
  check(there.number, 'the amount is a number: ' .. vim.inspect(there))
  check(vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()], 'tree-sitter colours the buffer')

  local headings = 0
  for _, node in language('budget', 'folds'):iter_captures(root, 0, 0, -1) do
    headings = headings + (node:type() == 'section' and 1 or 0)
  end
  local wanted = #vim.tbl_filter(function(text)
    return text:match('^#')
  end, lines())
  equal(headings, wanted, 'sections to fold')
end

local function folding()
  vim.cmd('normal! zx')
  local heading = place('## 表一')
  local row = place('| 213')
  local part = place('# 第二部分')
  equal(vim.fn.foldlevel(part), 1, 'level of a part')
  equal(vim.fn.foldlevel(heading), 2, 'level of a table')
  equal(vim.fn.foldlevel(row), 4, 'level of a row: in 支出, in a table')
  vim.api.nvim_win_set_cursor(0, { heading, 0 })
  vim.cmd('normal! zc')
  equal(vim.fn.foldclosedend(heading) + 1, (place('## 表二')), 'a section folds up to the next')
  vim.cmd('normal! zo')
end

-- Without the parser.
local function syntax()
  local line, column = place('151.32')
  vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()]:destroy()
  vim.cmd('set syntax=budget')
  local group = vim.fn.synIDattr(vim.fn.synID(line, column + 1, 1), 'name')
  equal(group, 'budgetAmount', 'colour of an amount')
  local heading = place('## 表一')
  equal(vim.fn.synIDattr(vim.fn.synID(heading, 4, 1), 'name'), 'budgetHeading', 'colour of a heading')
end

local function another_buffer()
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.fn.fnamemodify(env.BUDGET_TEST_DOCUMENT, ':h') .. '/另一份.budget'))
  equal(#clients(), 1, 'one server for one root')
end

function M.after()
  local done, problem = pcall(function()
    for _, test in ipairs({
      the_document, diagnostics, what_was_checked, hover, completion, editing, fixing, formatting, highlighting, folding, terms, syntax, another_buffer,
    }) do
      test()
    end
  end)
  if not done then
    io.stderr:write('\nFAILED: ' .. tostring(problem) .. '\n')
    vim.cmd('cquit 1')
  end
  io.stdout:write('\nneovim: ' .. checks .. ' checks, ' .. tostring(vim.version().major) .. '.' .. vim.version().minor .. '\n')
  vim.cmd('qall!')
end

return M
