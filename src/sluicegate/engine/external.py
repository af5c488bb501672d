"""The gate of other tools' results: planned where `[[external]]` or the command line names a file."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from sluicegate.config import ExternalEntry
from sluicegate.engine.plan import PlannedGate
from sluicegate.engine.sides import Sides
from sluicegate.imports.gate import EXTERNAL, Entry, ExternalSettings
from sluicegate.worker.job import Job

__all__ = ["EXTERNAL", "external_settings", "planned_external"]


def planned_external(
    entries: Sequence[ExternalEntry],
    *,
    sides: Sides,
    folder: Path,
    now: datetime,
    reproduce: str,
    secrets: tuple[str, ...] = (),
    anywhere: bool = False,
    past: Container[str] = (),
) -> PlannedGate:
    """The gate with the files it has to read, counted from `folder`. It needs no base, and takes one where it is.

    Results to hold others against that are among `past` are read as the base has them.
    """
    settings = external_settings(entries, sides=sides, folder=folder, anywhere=anywhere, past=past)
    job = Job(
        gate=EXTERNAL.id,
        check=EXTERNAL.check,
        settings_type=EXTERNAL.settings,
        settings=msgspec.to_builtins(settings),
        head=sides.head,
        reference=None,
        # the second pass, which reads what a tool found on the base, needs no tree: any will do
        base=sides.base or replace(sides.head),
        no_reference="",
        rules=tuple(rule.id for rule in EXTERNAL.rules),
        change_rules=(),
        now=now,
        secrets=secrets,
        cacheable=False,
    )
    return PlannedGate(gate=EXTERNAL, job=job, named=anywhere, reproduce=reproduce)


def external_settings(
    entries: Sequence[ExternalEntry],
    *,
    sides: Sides,
    folder: Path,
    anywhere: bool = False,
    past: Container[str] = (),
) -> ExternalSettings:
    """What the gate is asked: the files of the entries, and where they lie."""
    root = Path(sides.head.root).resolve()
    here = folder.resolve()
    commit = sides.base.commit if sides.base else ""
    return ExternalSettings(
        root=str(root),
        folder=here.relative_to(root).as_posix() if here.is_relative_to(root) else str(here),
        entries=tuple(
            Entry(**msgspec.structs.asdict(entry), commit=commit if entry.base in past else "") for entry in entries
        ),
        anywhere=anywhere,
    )
