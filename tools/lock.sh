#!/usr/bin/env bash
# Rewrites both locks from pyproject.toml: exact versions with hashes, no index addresses.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v uv >/dev/null || .venv/bin/python -m pip -q install --target .cache/uv uv
uv=$(command -v uv || echo .cache/uv/bin/uv)
options=(--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet)
"$uv" pip compile "${options[@]}" pyproject.toml -o requirements.txt
"$uv" pip compile "${options[@]}" --extra test -c requirements.txt pyproject.toml -o requirements-test.txt
