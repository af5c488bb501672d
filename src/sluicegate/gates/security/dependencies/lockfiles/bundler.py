"""`Gemfile.lock` of Bundler: sources with the gems they give, and what the project itself asks for."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from sluicegate.gates.security.dependencies.packages import RUBYGEMS, Lock, Package, Skipped
from sluicegate.manifests.text import bad, text_of

if TYPE_CHECKING:
    from sluicegate.model import Tree

_SOURCES = frozenset({"GEM", "GIT", "PATH", "PLUGIN SOURCE"})
_SECTION = re.compile(r"[A-Z][A-Z ]+")
_SPEC = re.compile(r" {4}(\S+) \(([^)\s]+)\)")
_NEED = re.compile(r" {6}(\S+)(?: \((.*)\))?")
_ASKED = re.compile(r" {2}([^\s!]+)(?: \(.*\))?!?")


def read(tree: Tree, path: str) -> Lock:
    """What Bundler installs. Raises UnreadableError."""
    shown = tree.display(path)
    section = ""
    found: list[tuple[str, str, int]] = []
    needs: dict[int, dict[str, str]] = defaultdict(dict)
    skipped: list[Skipped] = []
    asked: set[str] = set()
    sections: set[str] = set()
    last = 0
    for number, written in enumerate(text_of(tree, path).split("\n"), 1):
        line = written.rstrip()
        if not line:
            continue
        if not line.startswith(" "):
            if not _SECTION.fullmatch(line):
                raise bad(shown, number, f"`{line[:60]}` is no section of a Gemfile.lock")
            section = line
            sections.add(line)
        elif section in _SOURCES and (spec := _SPEC.fullmatch(line)):
            name, version = spec.groups()
            last = number
            if section == "GEM":
                found.append((name, version.partition("-")[0], number))  # the platform stands behind a dash
            else:
                skipped.append(Skipped(name=name, why="it comes from elsewhere than a gem server", line=number))
        elif section in _SOURCES and line.startswith(" " * 6):
            if need := _NEED.fullmatch(line):
                needs[last][need[1]] = need[2] or ""
        elif section in _SOURCES and line.startswith("    "):
            raise bad(shown, number, "a gem is its name with a version in brackets")
        elif section == "DEPENDENCIES" and (need := _ASKED.fullmatch(line)):
            asked.add(need[1])
    if "DEPENDENCIES" not in sections:
        raise bad(shown, None, "its section DEPENDENCIES is missing: the file was cut, or is no Gemfile.lock")
    ids: dict[str, list[str]] = defaultdict(list)
    for name, version, number in found:
        ids[name].append(f"{name} {version} {number}")
    asks = {
        number: {one: said for need, said in some.items() for one in ids.get(need, ())}
        for number, some in needs.items()
    }
    packages = [
        Package(
            ecosystem=RUBYGEMS, name=name, version=version, line=number, column=5, id=f"{name} {version} {number}",
            needs=tuple(asks.get(number, ())), asks=asks.get(number, {}), direct=name in asked, hashed=True,
        )
        for name, version, number in found
    ]  # fmt: skip
    return Lock(path=path, packages=packages, skipped=skipped, raising="bundle update {name} --conservative")
