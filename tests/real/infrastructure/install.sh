#!/bin/sh
# Installs cfn-lint and checkov into $SLUICEGATE_TOOLS/scanners (default: .tools of the repository), an environment of
# their own, from the lock requirements/scanners.txt. Runs again at no cost when both are there.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tools=${SLUICEGATE_TOOLS:-$here/../../../.tools}
lock=$here/../../../requirements/scanners.txt

if ! cmp -s "$lock" "$tools/scanners/lock.txt"; then
  rm -rf "$tools/scanners"
  "${PYTHON:-python3}" -m venv "$tools/scanners"
  "$tools/scanners/bin/python" -m pip install --quiet --require-hashes -r "$lock"
  cp "$lock" "$tools/scanners/lock.txt" # last: an installation that broke off is none
fi
