#!/usr/bin/env bash
# The hooks in the real pre-commit: a commit refused, mended, accepted; once with the installed binary and
# once built from source as a stranger's repository would (language: python over maturin).
#   run.sh [system] [python]   (default: both)
# Needs pre-commit on the PATH and a release build of budget-lint in BUDGET_BIN.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
bin=${BUDGET_BIN:-$(target_dir)/release}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The repository of hooks: this one as it is in the work tree, committed in a copy.
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
git init -q "$work/hooks"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  # A file deleted in the work tree is still listed.
  [ ! -e "$file" ] || printf '%s\0' "$file"
done | tar -c --null -T -) | tar -x -C "$work/hooks"
git -C "$work/hooks" add -A
git -C "$work/hooks" commit -qm hooks
revision=$(git -C "$work/hooks" rev-parse HEAD)

fail() { echo "FAILED: $*" >&2; cat "$work/out" >&2; exit 1; }

# commit: tries one, with its output in $work/out.
commit() { git -C "$work/repo" add -A && git -C "$work/repo" commit -m "$1" >"$work/out" 2>&1; }

# try LABEL LINT_ID FMT_ID: in a repository with those hooks.
try() {
  rm -rf "$work/repo"
  git init -q "$work/repo"
  cat >"$work/repo/.pre-commit-config.yaml" <<YAML
repos:
  - repo: file://$work/hooks
    rev: $revision
    hooks:
      - id: $2
      - id: $3
YAML
  (cd "$work/repo" && pre-commit install >/dev/null)
  mkdir "$work/repo/公开"
  local file="$work/repo/公开/部门预算 2020.budget"

  cp "$root/tests/corpus/000.budget" "$file"
  if commit wrong; then fail "$1: a code used twice was committed"; fi
  grep -q 'COD002' "$work/out" || fail "$1: the refusal does not say what is wrong"
  grep -q '部门预算 2020.budget:' "$work/out" || fail "$1: the refusal does not say where"
  if git -C "$work/repo" rev-parse -q --verify HEAD >/dev/null; then fail "$1: there is a commit"; fi

  # Mended, but out of shape: the formatter tidies it and asks for another look.
  sed 's/  *|/ |/g' "$root/tests/corpus/mended/000.budget" >"$file"
  if commit untidy; then fail "$1: a file out of shape was committed"; fi
  grep -q 'files were modified by this hook' "$work/out" || fail "$1: the formatter did nothing"
  if grep -q 'COD002' "$work/out"; then fail "$1: what was mended is still found"; fi
  commit right || fail "$1: a right document was refused"
  git -C "$work/repo" show --stat HEAD | grep -q 'budget' || fail "$1: the commit is empty"

  # Other files are none of the hooks' business.
  echo '| 合计 | 1 |' >"$work/repo/notes.md"
  commit notes || fail "$1: another file was refused"
  grep -q '(no files to check)' "$work/out" || fail "$1: a hook looked at another file"
  echo "ok: $1"
}

for kind in "${@:-system python}"; do
  for one in $kind; do
    from=$SECONDS
    case $one in
      # The hooks' own environments are kept apart, so that each run installs them.
      system) PATH=$bin:$PATH PRE_COMMIT_HOME=$work/home-system try "installed binary" budget-lint-system budget-fmt-system ;;
      # Unoptimised and into the target folder of the tests: the crates of others are there already.
      python) MATURIN_PEP517_ARGS="--profile dev" CARGO_TARGET_DIR=$(target_dir) PRE_COMMIT_HOME=$work/home-python \
        try "built from source" budget-lint budget-fmt ;;
      *) echo "unknown: $one" >&2; exit 2 ;;
    esac
    echo "$one: $((SECONDS - from)) s"
  done
done
