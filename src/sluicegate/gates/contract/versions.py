"""What a version number has to say of a change, and whether `info.version` says it (Semantic Versioning 2.0)."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from sluicegate.gates.contract.changes import Change, shown
from sluicegate.gates.contract.impact import Impact, impact
from sluicegate.gates.contract.mending import with_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.model import Level
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.operations import Description

RULE = "contract/version-not-bumped"
_VERSION = re.compile(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9})(?:[-+].*)?)?", re.ASCII)


def judged(base: Description, head: Description, levels: Iterable[Level]) -> Iterator[Change]:
    """The change that is told where `info.version` says less than the changes are."""
    needed = impact(levels)
    old, new = _node(base), _node(head)
    said, was, now = _step(_text(old), _text(new)), _text(old), _text(new)
    if needed is Impact.NONE or (said is not None and said >= needed):
        return
    if said is None:
        why = f"`info.version` went from `{shown(was)}` to `{shown(now)}`, which cannot be compared"
    elif was == now:
        why = f"`info.version` is still `{shown(now)}`, and the change is {needed.word}"
    else:
        why = f"`info.version` went from `{shown(was)}` to `{shown(now)}`, and the change is {needed.word}"
    wanted = _next(was, needed)
    yield Change(
        rule=RULE, key=("info", "version"), logical="info.version", message=why, head=new or head.root,
        base=old or base.root,
        advice=f"Set it to {wanted} at least." if wanted else "Write versions as MAJOR.MINOR.PATCH.",
        mend=partial(with_version, new, wanted, f"set info.version to {wanted}") if wanted and new else None,
    )  # fmt: skip


def _node(description: Description) -> Node | None:
    info = description.root.get("info")
    return info.get("version") if info else None


def _text(node: Node | None) -> str:
    return str(node.value) if node is not None else ""


def _parts(text: str) -> tuple[int, int, int] | None:
    found = _VERSION.fullmatch(text.strip())
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else None


def _step(was: str, now: str) -> Impact | None:
    """What a step from one version to another says; None where it goes back or cannot be read.

    Before 1.0.0 anything may change: there a new minor version says as much as a major one (Semantic Versioning, 4).
    """
    old, new = _parts(was), _parts(now)
    if old is None or new is None or new < old:
        return None
    if new[0] > old[0] or (old[0] == 0 and new[1] > old[1]):
        return Impact.MAJOR
    if new[1] > old[1]:
        return Impact.MINOR
    return Impact.PATCH if new[2] > old[2] else Impact.NONE


def _next(was: str, needed: Impact) -> str:
    old = _parts(was)
    if old is None:
        return ""
    if needed is Impact.MAJOR:
        return f"0.{old[1] + 1}.0" if old[0] == 0 else f"{old[0] + 1}.0.0"
    return f"{old[0]}.{old[1] + 1}.0"
