#!/usr/bin/env bash
# Installs what it needs and runs every test, stage by stage, with the minutes of each at the end.
#   scripts/test.sh            all stages
#   scripts/test.sh rust fuzz  only these
#   FUZZ_SECONDS=15            how long each fuzz target runs
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

stages=(install lint build rust readme corpus fuzz precommit editor editors)
target=$(target_dir)
export BUDGET_BIN=$target/release
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}
PATH=$(cache_dir)/tools/bin:$PATH

install() { scripts/install.sh; }

lint() {
  shellcheck -x .ci/run scripts/*.sh tests/*/*.sh &&
    cargo fmt --all --check &&
    cargo clippy --workspace --all-targets --locked -- -D warnings &&
    cargo deny check bans licenses sources &&
    cargo xtask codegen --check
}

# The one release build: the README's command, the corpus, the editor and the hooks all use it.
build() { cargo build --release --locked -p budget-lint -p budget-lsp; }

rust() {
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked && cargo test --workspace --locked --doc
  else
    cargo test --workspace --locked
  fi
}

readme() { tests/readme/readme.py && tests/readme/tutorial.py && tests/readme/templates.py; }

corpus() { "$BUDGET_BIN/budget-lint" fmt --check tests/corpus/*.budget tests/corpus/mended/*.budget; }

# No sanitizer: the code has no `unsafe`, and without one the pinned stable toolchain will do.
fuzz() {
  cargo fuzz build --sanitizer none || return 1
  local targets
  targets=$(cargo fuzz list) || return 1
  [ -n "$targets" ] || { echo "no fuzz target" >&2; return 1; }
  export -f fuzz_one
  # Two at a time: each is one thread.
  xargs -P 2 -I{} bash -c 'fuzz_one {}' <<<"$targets"
}

# fuzz_one TARGET: what it says is shown when it is done, so that two at a time don't mix.
fuzz_one() {
  mkdir -p "fuzz/corpus/$1"
  local seeds=tests/corpus length=4096 said status=0
  case $1 in
    catalog) seeds=crates/budget-catalog/data/templates length=65536 ;;
    scaffold) length=65536 ;;
    import) seeds=tests/fixtures/convert length=16384 ;;
  esac
  said=$(cargo fuzz run --sanitizer none "$1" "fuzz/corpus/$1" "$seeds" -- -timeout=20 \
    -max_total_time="${FUZZ_SECONDS:-15}" -max_len="$length" -verbosity=0 -print_final_stats=1 2>&1) || status=$?
  printf '\n%s\n%s\n' "---- $1" "$said"
  return "$status"
}

precommit() { tests/pre-commit/run.sh; }

editor() { tests/editor/run.sh; }

editors() { tests/editors/neovim.sh && tests/editors/emacs.sh; }

if [ $# -gt 0 ]; then stages=("$@"); fi
failed=()
times=()
begin=$SECONDS
for stage in "${stages[@]}"; do
  from=$SECONDS
  printf '\n==== %s\n' "$stage"
  if "$stage"; then word=ok; else word=FAILED; failed+=("$stage"); fi
  times+=("$(awk -v s=$((SECONDS - from)) -v n="$stage" -v w="$word" 'BEGIN { printf "%-10s %5.1f min  %s", n, s / 60, w }')")
  # Without its tools or its binaries nothing after this can pass.
  if [ "$word" = FAILED ] && { [ "$stage" = install ] || [ "$stage" = build ]; }; then break; fi
done

printf '\n==== minutes by stage\n'
printf '%s\n' "${times[@]}"
awk -v s=$((SECONDS - begin)) 'BEGIN { printf "%-10s %5.1f min\n", "all", s / 60 }'
echo "$((${#times[@]} - ${#failed[@]})) passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
