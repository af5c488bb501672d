#!/bin/sh
# Installs the tools that the contract gate is measured against into $SLUICEGATE_TOOLS (default: .tools of the
# repository):
#   bin/    oasdiff, by go
#   peers/  Redocly CLI, by npm from the lock beside this script
# Runs again at no cost when both are there. After a new version of oasdiff: tests/crosswalk/refresh.py.
set -eu

OASDIFF=1.33.0

here=$(cd "$(dirname "$0")" && pwd)
tools=${SLUICEGATE_TOOLS:-$here/../../../.tools}
mkdir -p "$tools/bin" "$tools/peers"
tools=$(cd "$tools" && pwd) # go takes absolute paths only

if [ ! -e "$tools/bin/.oasdiff-$OASDIFF" ] || [ ! -e "$tools/bin/oasdiff" ]; then
  rm -f "$tools"/bin/.oasdiff-*
  GOBIN="$tools/bin" go install "github.com/oasdiff/oasdiff@v$OASDIFF"
  touch "$tools/bin/.oasdiff-$OASDIFF"
fi

if ! cmp -s "$here/package-lock.json" "$tools/peers/installed.json"; then
  cp "$here/package.json" "$here/package-lock.json" "$tools/peers/"
  npm ci --no-audit --no-fund --ignore-scripts --prefix "$tools/peers"
  cp "$here/package-lock.json" "$tools/peers/installed.json" # last: an installation that broke off is none
fi
