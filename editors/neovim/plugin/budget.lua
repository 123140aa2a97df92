if vim.g.loaded_budget then
  return
end
vim.g.loaded_budget = 1

local command = vim.api.nvim_create_user_command

command('BudgetInstallParser', function()
  local path, problem = require('budget.treesitter').install()
  if path then
    vim.notify('已装好 ' .. path .. '；重新打开 Neovim 后按语法着色')
  else
    vim.notify('没有装成：' .. problem, vim.log.levels.ERROR)
  end
end, { desc = '编译预算公开文档的 tree-sitter 语法' })
