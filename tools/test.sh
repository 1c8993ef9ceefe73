#!/usr/bin/env bash
# Everything CI runs: style, types, the import rule, then every test on both databases.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/lint.sh
exec .venv/bin/pytest -n "${TEST_WORKERS:-$(nproc 2>/dev/null || sysctl -n hw.ncpu)}" --dist loadgroup "$@"
