#!/bin/sh
# Installs what looks at our pages into $SLUICEGATE_TOOLS (default: .tools of the repository):
#   pages/  puppeteer-core and axe-core, by npm from the lock beside this script
# The browser is the machine's own Chromium or Chrome (SLUICEGATE_CHROMIUM names another). Where there is none, root on a
# machine of Debian's kind gets Chromium from its packages; anybody else is told by the tests.
# Runs again at no cost when it is there.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tools=${SLUICEGATE_TOOLS:-$here/../../../.tools}
mkdir -p "$tools/pages"

if ! cmp -s "$here/package-lock.json" "$tools/pages/installed.json"; then
  cp "$here/package.json" "$here/package-lock.json" "$tools/pages/"
  npm ci --no-audit --no-fund --ignore-scripts --prefix "$tools/pages"
  cp "$here/package-lock.json" "$tools/pages/installed.json" # last: an installation that broke off is none
fi

found=${SLUICEGATE_CHROMIUM:-}
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  [ -n "$found" ] || found=$(command -v "$name" || true)
done
if [ -z "$found" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium >/dev/null
fi
