#!/bin/sh
# Installs what the report tests of this tier need into $SLUICEGATE_TOOLS (default: .tools of the repository):
#   sarif/  the SARIF multitool, at the version below
#   junit/  the source distribution of pytest that carries the JUnit schema of Jenkins
# Runs again at no cost when both are there.
set -eu

MULTITOOL=5.7.0
PYTEST=8.4.2

here=$(cd "$(dirname "$0")" && pwd)
tools=${SLUICEGATE_TOOLS:-$here/../../../.tools}
python=${PYTHON:-python3}

mkdir -p "$tools/sarif" "$tools/junit"

if ! grep -qs "\"version\": \"$MULTITOOL\"" "$tools/sarif/node_modules/@microsoft/sarif-multitool/package.json"; then
  # The platform's program is an optional dependency with a caret; npm takes the exact one when it is named.
  case $(uname -s) in
    Darwin) platform=darwin ;;
    MINGW* | MSYS* | CYGWIN*) platform=win32 ;;
    *) platform=linux ;;
  esac
  npm install --no-audit --no-fund --no-save --ignore-scripts --prefix "$tools/sarif" \
    "@microsoft/sarif-multitool@$MULTITOOL" "@microsoft/sarif-multitool-$platform@$MULTITOOL"
fi
for program in "$tools"/sarif/node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool; do
  if [ -f "$program" ]; then chmod u+x "$program"; fi
done

if [ ! -f "$tools/junit/pytest-$PYTEST.tar.gz" ]; then
  "$python" -m pip download --quiet --no-binary :all: --no-deps --dest "$tools/junit" "pytest==$PYTEST"
fi
