#!/usr/bin/env bash
# Makes .venv from both locks. Does nothing when it stands and the locks have not changed.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "netcard needs Python 3.11 or newer as python3 (or set PYTHON)." >&2
  case "$(uname -s)" in
    Darwin) echo "Install it with: brew install python@3.12" >&2 ;;
    *) echo "Install it with: sudo apt-get install python3 python3-venv" >&2 ;;
  esac
  exit 1
fi

# Debian splits venv's pip off into a package of its own
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  tools/apt.sh python3-venv
fi

wanted=$(cat requirements.txt requirements-test.txt pyproject.toml | cksum)
stamp=.venv/locks.cksum
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
  exit 0
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
pip=(.venv/bin/python -m pip --disable-pip-version-check -q)
"${pip[@]}" install --require-hashes -r requirements.txt
"${pip[@]}" install --require-hashes -r requirements-test.txt
# Hashes refuse an editable install, so the project itself comes last and brings nothing along.
"${pip[@]}" install --no-deps --no-build-isolation -e .
echo "$wanted" > "$stamp"
