#!/usr/bin/env bash
# Installs Debian packages where that is allowed; otherwise says exactly what is missing.
set -euo pipefail

if [ "$(uname -s)" = Darwin ]; then
  echo "Missing: $*. On macOS: brew install postgresql@15 && brew install --cask chromium" >&2
  exit 1
fi

become=()
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    become=(sudo -n)
  else
    echo "Missing: $*. Install with: sudo apt-get install $*" >&2
    exit 1
  fi
fi
if ! command -v apt-get >/dev/null; then
  echo "Missing: $*. Install them with this system's package manager." >&2
  exit 1
fi
echo "Installing $* with apt-get" >&2
"${become[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${become[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
