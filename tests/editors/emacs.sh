#!/usr/bin/env bash
# budget-mode in the real Emacs, in batch, with eglot and with lsp-mode, on a real document. Needs emacs, eglot, lsp-mode and a build of
# budget-lsp and budget-lint in BUDGET_BIN (default target/release).
set -euo pipefail
# shellcheck source=tests/editors/lib.sh
. "$(cd "$(dirname "$0")" && pwd)/lib.sh"

out=$work/out
# Compiles without a warning.
cp "$root/editors/emacs/budget-mode.el" "$work/"
emacs --batch --eval '(setq byte-compile-error-on-warn t)' -f batch-byte-compile "$work/budget-mode.el" >"$out" 2>&1 ||
  { cat "$out"; exit 1; }

# run FILE NAME: not -Q, that hides Debian's packages.
run() {
  local status=0
  timeout 120 emacs --batch --no-init-file -L "$root/editors/emacs" -l "$here/$1" >"$out" 2>&1 || status=$?
  cat "$out"
  [ "$status" = 0 ] || { echo "emacs exited with $status" >&2; return 1; }
  grep -q "^$2: [0-9]* checks" "$out" || { echo "the checks did not run to their end" >&2; return 1; }
  servers_are_gone
}
run emacs.el emacs
# lsp-mode counts characters where the protocol counts UTF-16: no character of four bytes for it.
sed -i 's/𠮷/吉/' "$document" "$BUDGET_TEST_TIDY"
run lsp-mode.el lsp-mode
