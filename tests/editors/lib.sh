# shellcheck shell=bash
# What the tests of editors share; sourced, never run.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
bin=${BUDGET_BIN:-$(target_dir)/release}
[ -x "$bin/budget-lsp" ] || { echo "not built: $bin/budget-lsp" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A right document with one wrong number, behind a character beyond the BMP on its line, and the same set in order.
document=$work/公开/部门预算.budget
mkdir -p "$work/公开" "$work/home"
sed '0,/| 213 | 农林水支出 | 151.22 |/s//| 213 | 农林水支出 <!-- 𠮷 --> | 151.32 |/' \
  "$root/tests/corpus/right/2020-two-decimals.budget" >"$document"
grep -q '151.32' "$document"
cp "$document" "$work/排好.budget"
"$bin/budget-lint" fmt "$work/排好.budget" >/dev/null
touch "$work/公开/budget.toml"

# The server leaves its process number, so that it can be seen to be gone.
server=$work/budget-lsp
cat >"$server" <<SH
#!/bin/sh
echo \$\$ >>"$work/pids"
exec "$bin/budget-lsp" "\$@"
SH
chmod +x "$server"

# runs PID: what has ended and waits for init to take note of it doesn't.
runs() {
  case $(ps -o stat= -p "$1" 2>/dev/null) in
    '' | Z*) return 1 ;;
  esac
}

# servers_are_gone: two seconds after the editor none is left.
servers_are_gone() {
  [ -s "$work/pids" ] || { echo "no server was started" >&2; return 1; }
  local pid try
  while read -r pid; do
    for try in 1 2 3 4 5 6 7 8; do
      runs "$pid" || continue 2
      sleep 0.25
    done
    echo "after $try looks the server still runs: $pid" >&2
    return 1
  done <"$work/pids"
}

export HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_DATA_HOME=$work/home/data XDG_STATE_HOME=$work/home XDG_CACHE_HOME=$work/home/cache
export BUDGET_TEST_ROOT=$root BUDGET_TEST_SERVER=$server BUDGET_TEST_DOCUMENT=$document BUDGET_TEST_TIDY=$work/排好.budget
export LC_ALL=C.UTF-8
