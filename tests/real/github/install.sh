#!/bin/sh
# Installs what publishers are measured against into $SLUICEGATE_TOOLS (default: .tools of the repository):
#   github/  GitHub's own description of its API, and Prism, a mock server that holds requests against it, by npm from
#            the lock beside this script
# Runs again at no cost when both are there.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tools=${SLUICEGATE_TOOLS:-$here/../../../.tools}
mkdir -p "$tools/github"

if ! cmp -s "$here/package-lock.json" "$tools/github/installed.json"; then
  cp "$here/package.json" "$here/package-lock.json" "$tools/github/"
  npm ci --no-audit --no-fund --ignore-scripts --prefix "$tools/github"
  cp "$here/package-lock.json" "$tools/github/installed.json" # last: an installation that broke off is none
fi
