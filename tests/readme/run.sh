#!/usr/bin/env bash
# The first command of each README, run as it stands there: it must find errors (exit 1), and every line that
# the README shows of its output must be in the real one, in that order (`…` alone stands for lines left out).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"

failed=0
for readme in README.md README.zh-CN.md; do
  # The two fenced blocks after their marks.
  block() { awk -v mark="<!-- $1 -->" '$0 == mark { on = 1; next } on && /^```/ { if (inside) exit; inside = 1; next } inside' "$readme"; }
  command=$(block command-1)
  [ -n "$command" ] || { echo "$readme: no first command" >&2; exit 1; }
  echo "$readme: $command"
  code=0
  output=$(bash -c "$command" 2>/dev/null) || code=$?
  [ "$code" = 1 ] || { echo "$readme: exit $code, not 1" >&2; failed=1; }
  if ! block output | awk '
      NR == FNR { real[NR] = $0; n = NR; next }
      $0 == "…" { next }
      { while (++at <= n && real[at] != $0); if (at > n) { print "not in the output, or not in this order: " $0; exit 1 } shown++ }
      END { if (at <= n && shown < 5) { print "the README shows too little: " shown + 0 " lines"; exit 1 } }
    ' <(echo "$output") -; then
    echo "$readme: the output shown is not the real one" >&2
    failed=1
  fi
  grep -qx 'scripts/test.sh' <(block command-2) || { echo "$readme: no second command" >&2; failed=1; }
done
exit $failed
