"""Redocly CLI as a program: what its `diff` says of a pair."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from crosswalk.template import Pair

# It speaks to nobody while we measure and compare.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


class Verdict(NamedTuple):
    """The greatest impact of the changes (major, minor, patch, none) and the rules with their own."""

    impact: str
    rules: tuple[tuple[str, str], ...]


def diff(program: Path, pair: Pair) -> Verdict:
    """The verdict on a pair. Raises ValueError with its complaint."""
    with tempfile.TemporaryDirectory() as folder:
        for name, side in zip(("base.json", "head.json"), pair[:2], strict=True):
            Path(folder, name).write_text(json.dumps(side), "utf-8")
        done = subprocess.run(
            [program, "diff", "base.json", "head.json", "--format=json", "--fail-on=none"],
            cwd=folder,
            env={**os.environ, **QUIET},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    if done.returncode:
        raise ValueError(f"redocly: exit {done.returncode}: {done.stderr.strip()[-500:]}")
    told = json.loads(done.stdout)
    rules = {(verdict["ruleId"], verdict["impact"]) for change in told["changes"] for verdict in change["verdicts"]}
    return Verdict(told.get("bump", "none"), tuple(sorted(rules)))


def verdicts(program: Path, pairs: Mapping[str, Pair]) -> dict[str, Verdict]:
    """The same for many pairs, two at a time: about a third of a second each."""
    with ThreadPoolExecutor(2) as workers:
        return dict(zip(pairs, workers.map(lambda pair: diff(program, pair), pairs.values()), strict=True))
