#!/usr/bin/env bash
# Installs what the tests need beyond a Rust toolchain (rustup), Node 20 with npm, Python 3 and git: a browser,
# editors and a CJK font from the system's packages, the tools of requirements.txt in an environment of their own,
# cargo-fuzz. Idempotent; a second run takes a second. Debian and Ubuntu; elsewhere it says what to install.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
cache=$(cache_dir)
mkdir -p "$cache"

for tool in cargo node npm python3 git; do
  command -v "$tool" >/dev/null || { echo "needed and not found: $tool" >&2; exit 2; }
done
# The toolchain of rust-toolchain.toml: rustup installs it on first use.
(cd "$root" && retry cargo --version)

packages=()
command -v chromium >/dev/null || [ -n "${CHROMIUM:-}" ] || packages+=(chromium)
fc-list ':lang=zh' 2>/dev/null | grep -q . || packages+=(fontconfig fonts-noto-cjk)
python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
command -v nvim >/dev/null || packages+=(neovim)
# An Emacs may bring eglot; lsp-mode it never does.
emacs --batch --eval "(progn (require 'eglot) (require 'lsp-mode))" 2>/dev/null ||
  packages+=(emacs-nox elpa-eglot elpa-lsp-mode)
if [ ${#packages[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "please install: ${packages[*]}" >&2; exit 2; }
  export DEBIAN_FRONTEND=noninteractive
  retry as_root apt-get update -q
  # Where eglot is part of Emacs there is no package of it.
  known=()
  for package in "${packages[@]}"; do
    [ -z "$(apt-cache show "$package" 2>/dev/null)" ] || known+=("$package")
  done
  retry as_root apt-get install -y -q --no-install-recommends "${known[@]}"
fi

# A stamp that holds the list: a changed list is installed anew.
tools=$cache/tools
if ! cmp -s "$root/scripts/requirements.txt" "$tools/requirements.txt"; then
  rm -rf "$tools"
  python3 -m venv "$tools"
  retry "$tools/bin/pip" install -q --disable-pip-version-check -r "$root/scripts/requirements.txt"
  cp "$root/scripts/requirements.txt" "$tools/"
fi

fuzz_version=0.13.2
if [ "$("$tools/bin/cargo-fuzz" --version 2>/dev/null)" != "cargo-fuzz $fuzz_version" ]; then
  retry cargo install --quiet --locked --root "$tools" "cargo-fuzz@$fuzz_version"
fi
