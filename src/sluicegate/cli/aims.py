"""What a configured gate would look at and compare with: resolved as a check does it, but never beyond this clone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sluicegate.config import GateSettings, Loaded
from sluicegate.engine import find_sides
from sluicegate.engine.external import external_settings
from sluicegate.engine.planning import job_of
from sluicegate.engine.sides import Sides
from sluicegate.errors import SluicegateError
from sluicegate.imports.gate import Sought, sought
from sluicegate.model import Gate
from sluicegate.registry import load
from sluicegate.revision import open_tree
from sluicegate.revision.globs import is_pattern
from sluicegate.worker.job import Job

Answer = tuple[str, str, str]
"""What was looked for, why it is not there (empty: it is), and what to do; where it is there, what it is."""


def aims(gate: Gate, loaded: Loaded) -> Iterator[Answer]:
    """The base of a gate that names one, and every path that it names for its subjects."""
    section = loaded.sections[gate.id]
    try:
        sides = find_sides(loaded.source.root)
    except SluicegateError:  # told where git is
        return
    job: Job | None = None
    try:
        job = job_of(gate, section, sides, datetime.now(UTC), loaded.secrets)
    except SluicegateError as error:
        if section.base != "merge-base":
            yield "base", error.message, _next(loaded, gate.id, "base", error.hint or _fetch(section.base))
    else:
        if section.base != "merge-base" and job.reference:
            yield "base", "", open_tree(job.reference).name
    yield from _subjects(gate, loaded, section, sides, job)


def results(loaded: Loaded) -> Iterator[Sought]:
    """The files that the `[[external]]` entries name."""
    try:
        sides = find_sides(loaded.source.root)
    except SluicegateError:  # told where git is
        return
    yield from sought(external_settings(loaded.settings.external, sides=sides, folder=loaded.source.root))


def _subjects(gate: Gate, loaded: Loaded, section: GateSettings, sides: Sides, job: Job | None) -> Iterator[Answer]:
    if not gate.subjects or gate.comparison is None:
        return
    settings = msgspec.convert(msgspec.to_builtins(section), load(gate.settings))
    reference = job.reference if job else sides.base
    trees = [open_tree(spec) for spec in (sides.head, reference) if spec is not None]
    listed: Callable[..., list[str]] = load(gate.subjects)
    key = gate.comparison.setting
    for path in listed(settings, trees):
        if is_pattern(path) and not any(tree.glob(path) for tree in trees):
            yield key, f"no file matches {path}", _next(loaded, gate.id, key, "")
        elif not is_pattern(path) and not any(tree.find(path) for tree in trees):
            yield key, f"{path} does not exist", _next(loaded, gate.id, key, "")


def _fetch(base: str) -> str:
    name = base.removeprefix("rev:")
    return f"git fetch origin {name}" if base.startswith("rev:") else ""


def _next(loaded: Loaded, gate: str, key: str, hint: str) -> str:
    """The line to correct, and what else there is to do."""
    at = loaded.source.where((gate, key))
    place = f"{Path(at.path or 'the settings').as_posix()}{f':{at.line}' if at.line else ''}"
    return f"correct `{key}` under [{gate}] in {place}" + (f", or: {hint}" if hint else "")
