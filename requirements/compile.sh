#!/usr/bin/env bash
# Renews the locks; with `--upgrade` moves them to the newest versions. Needs uv on PATH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
upgrade=${1:-}

lock() { # lock OUTPUT INPUT...
  local output=requirements/$1
  shift
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
    --no-emit-index-url --no-emit-find-links --custom-compile-command requirements/compile.sh \
    ${upgrade:+"$upgrade"} --output-file "$output" "$@"
}

lock action.txt pyproject.toml --extra publish --extra commit --extra performance --extra compliance requirements/build.in
lock dev.txt pyproject.toml --extra publish --extra security --extra performance --extra compliance --extra terminal --group dev requirements/build.in requirements/dev.in --constraints requirements/action.txt
lock real.txt requirements/real.in
lock scanners.txt requirements/scanners.in
