#!/usr/bin/env bash
# Finds a Python that can run Sluicegate and hands over to bootstrap.py, which does the rest.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fits() { "$@" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 </dev/null; }

run_with() {
  if fits "$@"; then
    exec "$@" -I -X utf8 "$here/bootstrap.py"
  fi
}

for name in python3 python python3.14 python3.13 python3.12 python3.11; do
  run_with "$name"
done
run_with py -3

cache=${RUNNER_TOOL_CACHE:-${AGENT_TOOLSDIRECTORY:-}}
if [[ -n $cache ]]; then
  cache=${cache//\\//}
  for minor in 14 13 12 11; do
    for candidate in "$cache/Python/3.$minor."*/*/bin/python3 "$cache/Python/3.$minor."*/*/python.exe; do
      run_with "$candidate"
    done
  done
fi

echo "::error title=Sluicegate could not start::no Python 3.11 or newer on this runner, neither on PATH nor in its tool" \
  "cache. Add a step with actions/setup-python (python-version 3.13, say) before this one."
if [[ -n ${GITHUB_OUTPUT:-} ]]; then
  echo "outcome=errored" >>"$GITHUB_OUTPUT"
fi
exit 3
