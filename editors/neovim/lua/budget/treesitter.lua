--- Colours by tree-sitter. Parser and queries are those of grammar/tree-sitter-budget in this repository.
local M = {}

--- The grammar's folder, beside editors/.
local function grammar()
  local here = debug.getinfo(1, 'S').source:sub(2)
  return vim.fn.fnamemodify(here, ':p:h:h:h:h:h') .. '/grammar/tree-sitter-budget'
end

--- Where `:BudgetInstallParser` puts the parser: a folder in which Neovim looks for them.
local function installed()
  return vim.fn.stdpath('data') .. '/site/parser/budget.so'
end

--- Compiles the parser with the C compiler of the machine. Gives its path, or nothing and what went wrong.
function M.install(target)
  target = target or installed()
  vim.fn.mkdir(vim.fn.fnamemodify(target, ':h'), 'p')
  local source = grammar() .. '/src'
  local compiler = vim.env.CC or 'cc'
  if vim.fn.executable(compiler) ~= 1 then
    return nil, '找不到 C 编译器 ' .. compiler
  end
  local output = vim.fn.system({
    compiler, '-O2', '-fPIC', '-shared', '-I', source, source .. '/parser.c', source .. '/scanner.c', '-o', target,
  })
  if vim.v.shell_error ~= 0 then
    return nil, output
  end
  return target
end

--- 0.7 and 0.8 know no dotted names of captures beyond their own.
local OLD_GROUPS = {
  ['comment.todo'] = 'Todo',
  ['constant'] = 'Constant',
  ['function'] = 'Function',
  ['function.macro'] = 'Macro',
  ['keyword'] = 'Keyword',
  ['keyword.directive'] = 'PreProc',
  ['keyword.operator'] = 'Operator',
  ['label'] = 'Label',
  ['markup.heading'] = 'Title',
  ['markup.list'] = 'Delimiter',
  ['markup.strong'] = 'Identifier',
  ['module'] = 'Include',
  ['property'] = 'Identifier',
  ['punctuation.delimiter'] = 'Delimiter',
  ['punctuation.special'] = 'SpecialChar',
  ['string.escape'] = 'SpecialChar',
  ['variable.parameter'] = 'Identifier',
}

--- Tells Neovim the queries; the parser must be found first. Whether all is there.
function M.register()
  if #vim.api.nvim_get_runtime_file('parser/budget.so', false) == 0 then
    return false
  end
  local set = vim.treesitter.query and vim.treesitter.query.set or vim.treesitter.set_query
  for _, name in ipairs({ 'highlights', 'folds' }) do
    local file = grammar() .. '/queries/' .. name .. '.scm'
    if vim.fn.filereadable(file) == 0 then
      return false
    end
    set('budget', name, table.concat(vim.fn.readfile(file), '\n'))
  end
  return true
end

--- Colours a buffer, if the parser is installed.
function M.start(buffer)
  if not M.register() then
    return false
  end
  if vim.treesitter.start then
    vim.treesitter.start(buffer, 'budget')
    return true
  end
  local highlighter = require('vim.treesitter.highlighter')
  for capture, group in pairs(OLD_GROUPS) do
    highlighter.hl_map[capture] = highlighter.hl_map[capture] or group
  end
  highlighter.new(vim.treesitter.get_parser(buffer, 'budget'))
  return true
end

return M
