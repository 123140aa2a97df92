#!/usr/bin/env bash
# The extension, from its own tests to the real workbench, and the 核对清单 in a browser. Needs the release builds of budget-lint and
# budget-lsp (BUDGET_BIN, default target/release); prepares everything else.
#   --screenshot   take docs/images/vscode.png and audit.png anew
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

bin=${BUDGET_BIN:-$(target_dir)/release}
export BUDGET_BIN=$bin
if [ "${1:-}" = --screenshot ]; then
  mkdir -p "$root/docs/images"
  export BUDGET_SCREENSHOT=$root/docs/images/vscode.png BUDGET_AUDIT_SCREENSHOT=$root/docs/images/audit.png
fi

cd "$root/editors/vscode"
retry npm ci --ignore-scripts --no-audit --no-fund
npm test
BUDGET_VSIX=$PWD/dist/test.vsix
npm run --silent package -- --bin "$bin" --out "$BUDGET_VSIX"
BUDGET_WORKBENCH=$("$here/prepare.sh")
export BUDGET_VSIX BUDGET_WORKBENCH

# Two at a time: most of it is waiting.
node --test --test-concurrency=2 test/package/vsix.test.mjs "$here"/*.test.mjs
