# shellcheck shell=bash
# Small helpers for the scripts here; sourced, never run.

# Where tools and editors for the tests are kept between runs.
cache_dir() {
  echo "${BUDGET_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/budget-lint}"
}

# Where cargo puts its builds.
target_dir() {
  echo "${CARGO_TARGET_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/target}"
}

# retry CMD…: a registry may be slow or drop a connection; three tries, with a pause.
retry() {
  local try
  for try in 1 2 3; do
    "$@" && return 0
    echo "try $try failed: $*" >&2
    sleep $((try * 5))
  done
  return 1
}

# as_root CMD…: as it is when root, else through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
