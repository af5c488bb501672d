"""oasdiff as a program: its rules, and what it reports for a pair. And the facts about its rules that we keep."""

from __future__ import annotations

import json
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from crosswalk.template import Pair

FACTS = Path(__file__).with_name("oasdiff.toml")
LEVELS = {3: "error", 2: "warning", 1: "info"}


class Facts(NamedTuple):
    """What oasdiff says of one rule, and the level it reports where that is another one than it says."""

    level: str
    direction: str
    reported: str = ""

    @property
    def effective(self) -> str:
        return self.reported or self.level


def facts() -> dict[str, Facts]:
    """What we keep of the pinned version: each rule's level and direction."""
    return {name: Facts(**told) for name, told in tomllib.loads(FACTS.read_text("utf-8"))["rules"].items()}


def checks(program: Path) -> dict[str, Facts]:
    """The rules of the installed version."""
    done = subprocess.run([program, "checks", "changelog", "-f", "json"], capture_output=True, check=True)
    return {rule["id"]: Facts(rule["level"], rule["direction"]) for rule in json.loads(done.stdout)}


def changelog(program: Path, pair: Pair) -> list[tuple[str, str]]:
    """The rule and the level of every change that oasdiff reports for a pair. Raises ValueError with its complaint."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, "base.json"), Path(folder, "head.json")]
        for file, side in zip(files, pair[:2], strict=True):
            file.write_text(json.dumps(side), "utf-8")
        command = [program, "changelog", *files, "-f", "json", *pair.flags]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode or not done.stdout.strip():
        raise ValueError(f"oasdiff: exit {done.returncode}: {done.stderr.strip()}")
    return [(change["id"], LEVELS[change["level"]]) for change in json.loads(done.stdout)]


def reports(program: Path, pairs: Mapping[str, Pair]) -> dict[str, list[tuple[str, str]]]:
    """The same for many pairs, two at a time."""
    with ThreadPoolExecutor(2) as workers:
        found: Iterable[list[tuple[str, str]]] = workers.map(lambda pair: changelog(program, pair), pairs.values())
        return dict(zip(pairs, found, strict=True))
