#!/usr/bin/env bash
# Installs the outside tools of this tier into $SLUICEGATE_TOOLS (default: .tools of the repository):
#   bin/   act, actionlint and versitygw (an S3 server), by go
#   venv/  the programs of requirements/real.txt
# and what the install.sh of a folder below asks for. Runs again at little cost when all is there.
set -euo pipefail

ACT=0.2.89
ACTIONLINT=1.7.12
VERSITYGW=1.8.0

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export SLUICEGATE_TOOLS=${SLUICEGATE_TOOLS:-$root/.tools}
mkdir -p "$SLUICEGATE_TOOLS/bin"

go_tool() { # go_tool NAME MODULE VERSION
  local mark="$SLUICEGATE_TOOLS/bin/.$1-$3"
  if [[ ! -e $mark ]]; then
    GOBIN="$SLUICEGATE_TOOLS/bin" go install "$2@v$3"
    touch "$mark"
  fi
}

go_tool act github.com/nektos/act "$ACT"
go_tool actionlint github.com/rhysd/actionlint/cmd/actionlint "$ACTIONLINT"
go_tool versitygw github.com/versity/versitygw/cmd/versitygw "$VERSITYGW"

lock=$root/requirements/real.txt
if ! cmp --silent "$lock" "$SLUICEGATE_TOOLS/venv/lock.txt"; then
  rm -rf "$SLUICEGATE_TOOLS/venv"
  "${PYTHON:-python3}" -m venv "$SLUICEGATE_TOOLS/venv"
  "$SLUICEGATE_TOOLS/venv/bin/python" -m pip install --quiet --require-hashes -r "$lock"
  cp "$lock" "$SLUICEGATE_TOOLS/venv/lock.txt"
fi

for part in "$here"/*/install.sh; do
  if [[ -e $part ]]; then
    sh "$part"
  fi
done
