#!/usr/bin/env bash
# Runs every benchmark; each prints ratios against something run in the same minute.
set -euo pipefail
cd "$(dirname "$0")/.."
for file in benchmarks/*.py; do
  PYTHONPATH=. .venv/bin/python "$file"
done
