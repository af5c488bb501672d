"""The files that gates, and the results of other tools, are held against: whether the change itself touches them.

A file that git does not know is none that a change can bring: a job that fetches what was released is as good as one
that keeps it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from sluicegate.config import Loaded
from sluicegate.engine.policy_files import Files
from sluicegate.engine.sides import Sides
from sluicegate.errors import SluicegateError
from sluicegate.revision import open_tree

_COMPARED = 64 << 20


def touched(loaded: Loaded, sides: Sides, files: Files) -> dict[str, tuple[str, str]]:
    """What the change did to the files that gates compare with, by gate: their names, and what became of them in words.

    What such a file pulls in is not looked for. It is read from the base as long as the file itself is the base's.
    """
    out = {}
    for gate, section in loaded.sections.items():
        if section.base != "merge-base" and not section.base.startswith("rev:"):
            path = loaded.source.root / posixpath.normpath(section.base)
            if said := _touched(path, sides, files):
                out[gate] = (files.name(path) or section.base, f"which {gate} compares with, {said}")
    return out


def touched_results(loaded: Loaded, sides: Sides, files: Files) -> Iterator[tuple[str, str, str]]:
    """The same for the results that those of other tools are held against: as the settings call it, name, words."""
    for base, file in {each.base: each.file for each in loaded.settings.external if each.base}.items():
        path = loaded.source.root / posixpath.normpath(base)
        if said := _touched(path, sides, files):
            yield base, files.name(path) or base, f"which the results of {file} are held against, {said}"


def _touched(path: Path, sides: Sides, files: Files) -> str:
    """What became of a file, in words; nothing where it is the base's, or none of the change."""
    name = files.name(path)
    if name is None:
        return ""
    whole = Files(repository=files.repository, commit=files.commit, limit=_COMPARED)
    try:
        before = whole.named(name)
        if before is None:
            return "is brought by the change itself" if files.repository.tracks(path) else ""
        tree = open_tree(replace(sides.head, prefix="", aliases=()))
        now = tree.read(name, _COMPARED) if tree.find(name) else None
    except SluicegateError:
        now = None  # what cannot be compared counts as edited
    else:
        if now is not None and _lines(before) == _lines(now):
            return ""
    return "is edited by the change itself"


def _lines(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")
