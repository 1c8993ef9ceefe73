#!/usr/bin/env bash
# Scores a public card with Lighthouse (bringing its own Node) and runs axe over every page, light and dark.
set -euo pipefail
cd "$(dirname "$0")/.."

home=.cache/lighthouse
locks=(tools/lighthouse/requirements.txt tools/lighthouse/package-lock.json)
wanted=$(cat "${locks[@]}" | cksum)
if [ "$(cat "$home/locks.cksum" 2>/dev/null)" != "$wanted" ]; then
  rm -rf "$home" && mkdir -p "$home"
  .venv/bin/python -m venv "$home/venv"
  "$home/venv/bin/pip" --disable-pip-version-check -q install --require-hashes -r tools/lighthouse/requirements.txt
  cp tools/lighthouse/package.json tools/lighthouse/package-lock.json tools/lighthouse/.npmrc "$home/"
  PATH="$PWD/$home/venv/bin:$PATH" npm --prefix "$home" ci --silent
  echo "$wanted" > "$home/locks.cksum"
fi
PATH="$PWD/$home/venv/bin:$PATH" exec .venv/bin/python -m tools.score "$home/node_modules/lighthouse/cli/index.js"
