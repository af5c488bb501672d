"""The plan of a gate that compares two commits, or files that are named, whatever is checked out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from sluicegate.config import GateSettings, Loaded
from sluicegate.engine.plan import Plan, PlannedGate
from sluicegate.engine.planning import asked, make_job
from sluicegate.engine.sides import Sides
from sluicegate.errors import UserError
from sluicegate.model import Gate, Revision
from sluicegate.registry import settings_type
from sluicegate.revision import Mark, TreeSpec
from sluicegate.text import one_line
from sluicegate.worker.work import cleaned


def plan_revisions(
    gate: Gate,
    loaded: Loaded,
    base: Mark,
    head: Mark,
    *,
    project: TreeSpec,
    subjects: Sequence[str],
    names: Sequence[tuple[tuple[str, str], ...]] = ((), ()),
) -> Plan:
    """The plan that compares some files at two commits; `project` is a tree of the repository they are in.

    `names` are the (subject, path) of those that lie elsewhere at the base, and of those that do at the head. Raises
    UserError where the gate compares nothing.
    """
    comparison = gate.comparison
    if comparison is None:
        raise UserError(f"the gate {gate.id} does not compare files")
    section: GateSettings = loaded.sections.get(gate.id) or settings_type(gate)()
    raw: dict[str, Any] = {**msgspec.to_builtins(section), comparison.setting: list(subjects)}
    settings = msgspec.convert(raw, settings_type(gate), strict=False)
    return _between(gate, loaded, settings, base, head, project, names)


def plan_commits(gate: Gate, loaded: Loaded, settings: GateSettings, base: Mark, head: Mark, project: TreeSpec) -> Plan:
    """The plan that holds one commit against another with some settings of the gate."""
    return _between(gate, loaded, settings, base, head, project, ((), ()))


def _between(
    gate: Gate, loaded: Loaded, settings: GateSettings, base: Mark, head: Mark, project: TreeSpec,
    names: Sequence[tuple[tuple[str, str], ...]],
) -> Plan:  # fmt: skip
    reference, tree = (
        replace(project, kind="commit", commit=mark.commit, label=one_line(mark.name), aliases=aliases)
        for mark, aliases in zip((base, head), names, strict=True)
    )
    now = datetime.now(UTC)
    revision = Revision(
        head=one_line(head.name),
        base=one_line(base.name),
        head_commit=head.commit,
        base_commit=base.commit,
        how="both revisions were named",
    )
    sides = Sides(head=tree, base=reference, repository=None, revision=revision)
    gate = asked(gate, settings)
    job = make_job(
        gate, settings=settings, sides=sides, reference=reference, no_reference="", now=now, secrets=loaded.secrets
    )
    planned = PlannedGate(gate=gate, job=job, timeout=settings.timeout)
    return Plan(gates=(planned,), revision=revision, now=now, secrets=loaded.secrets)


def plan_files(
    gate: Gate, loaded: Loaded, settings: GateSettings, folder: Path, names: tuple[str, str], reproduce: str
) -> Plan:  # fmt: skip
    """The plan of a gate whose settings name the files of both sides, base and head, in one folder.

    The findings are those of the change from one to the other, so that none of them stood there before.
    """
    tree = TreeSpec(kind="folder", root=str(folder))
    now = datetime.now(UTC)
    base, head = map(one_line, names)
    revision = Revision(head=head, base=base, how="both were named")
    sides = Sides(head=tree, base=tree, repository=None, revision=revision)
    job = make_job(
        gate, settings=settings, sides=sides, reference=tree, no_reference="", now=now, secrets=loaded.secrets
    )  # fmt: skip
    again = cleaned(reproduce, loaded.secrets)
    planned = PlannedGate(gate=gate, job=job, timeout=settings.timeout, named=True, reproduce=again)
    return Plan(gates=(planned,), revision=revision, now=now, secrets=loaded.secrets)
