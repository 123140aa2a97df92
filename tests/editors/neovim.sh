#!/usr/bin/env bash
# The Neovim plugin in the real Neovim, headless, on a real document. Needs nvim, cc and a build of budget-lsp and
# budget-lint in BUDGET_BIN (default target/release).
set -euo pipefail
# shellcheck source=tests/editors/lib.sh
. "$(cd "$(dirname "$0")" && pwd)/lib.sh"

out=$work/out
plugin=(--headless -u NONE -i NONE -n --cmd "set runtimepath^=$root/editors/neovim" --cmd 'runtime! plugin/budget.lua')
nvim "${plugin[@]}" -c BudgetInstallParser -c qall >"$out" 2>&1
grep -q '已装好' "$out" || { cat "$out"; echo "the parser was not compiled" >&2; exit 1; }

timeout 120 nvim "${plugin[@]}" --cmd 'filetype plugin on' --cmd 'syntax on' \
  --cmd "lua dofile('$here/neovim.lua').before()" "$document" \
  -c "lua dofile('$here/neovim.lua').after()" >"$out" 2>&1 && status=0 || status=$?
cat "$out"
echo
[ "$status" = 0 ] || { echo "nvim exited with $status" >&2; exit 1; }
grep -q '^neovim: [0-9]* checks' "$out" || { echo "the checks did not run to their end" >&2; exit 1; }
servers_are_gone
