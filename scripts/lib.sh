# Small helpers for the scripts here; sourced, never run.

# retry CMD…: a registry may be slow or drop a connection; three tries, with a pause.
retry() {
  local try
  for try in 1 2 3; do
    "$@" && return 0
    echo "第 ${try} 次没有成功：$*" >&2
    sleep $((try * 5))
  done
  return 1
}

# as_root CMD…: as it is when root, else through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
