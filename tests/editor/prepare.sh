#!/usr/bin/env bash
# Puts the real VS Code workbench (code-server), the Node it needs and Playwright into a cache folder, and
# prints that folder. Idempotent: a second run finds the stamp and does nothing.
#   BUDGET_TEST_CACHE  the cache (default: $XDG_CACHE_HOME/budget-lint or ~/.cache/budget-lint)
# Needs npm, Chromium and a CJK font (scripts/install.sh installs the last two). Linux x86-64 only.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

cache=$(cache_dir)/workbench
stamp=$cache/.ready
want=$(cat "$here/package-lock.json" "$here/prepare.sh" | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$want" ]; then
  mkdir -p "$cache"
  rm -f "$stamp"
  cp "$here/package.json" "$here/package-lock.json" "$cache/"
  # No script of any package runs: editing and language servers need none of the native modules.
  (cd "$cache" && retry npm ci --ignore-scripts --no-audit --no-fund) >&2
  for part in lib/vscode lib/vscode/extensions; do
    (cd "$cache/node_modules/code-server/$part" && retry npm install --omit=dev --ignore-scripts --no-audit --no-fund --no-package-lock) >&2
  done
  echo "$want" >"$stamp"
fi
echo "$cache"
