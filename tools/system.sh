#!/usr/bin/env bash
# Brings what the tests need beyond Python: a browser, what drives it, and a PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v chromium >/dev/null || [ -n "${CHROMIUM:-}" ] || missing+=(chromium)
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
# Playwright drives the browser from a Node of its own, which a bare Debian cannot load
driver=(.venv/lib/python3*/site-packages/playwright/driver/node)
"${driver[0]}" --version >/dev/null 2>&1 || missing+=(libatomic1)
[ ${#missing[@]} = 0 ] || tools/apt.sh "${missing[@]}"
