if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

-- Rows of a table are lines: they are not broken.
vim.opt_local.wrap = false
vim.opt_local.textwidth = 0
vim.opt_local.commentstring = '<!-- %s -->'
vim.opt_local.comments = 'b:-'
vim.opt_local.expandtab = true
vim.opt_local.shiftwidth = 2

require('budget').attach(vim.api.nvim_get_current_buf())
