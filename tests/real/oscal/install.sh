#!/bin/sh
# Installs compliance-trestle into $SLUICEGATE_TOOLS/oscal (default: .tools of the repository), an environment of its own,
# from the lock requirements/oscal.txt. Runs again at no cost when it is there.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tools=${SLUICEGATE_TOOLS:-$here/../../../.tools}
lock=$here/../../../requirements/oscal.txt

if ! cmp -s "$lock" "$tools/oscal/lock.txt"; then
  rm -rf "$tools/oscal"
  "${PYTHON:-python3}" -m venv "$tools/oscal"
  "$tools/oscal/bin/python" -m pip install --quiet --require-hashes -r "$lock"
  cp "$lock" "$tools/oscal/lock.txt" # last: an installation that broke off is none
fi
