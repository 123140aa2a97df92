-- Neovim 0.11: `vim.lsp.enable('budget')`. Not needed beside this plugin, which starts the server by itself.
return {
  cmd = { 'budget-lsp' },
  filetypes = { 'budget' },
  root_markers = { 'budget.toml', '.git' },
}
