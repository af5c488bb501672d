"""What an audit of zizmor's found, as the gate sees it: its name, its weight, whether a rule of ours says it too."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.security import workflows as rules
from sluicegate.model import Level
from sluicegate.openapi.document import dotted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sluicegate.model import Finding

Step = str | int

_SAME = {
    "unpinned-uses": rules.UNPINNED.id,
    "excessive-permissions": rules.PERMISSIONS.id,
    "template-injection": rules.INJECTION.id,
    "cache-poisoning": rules.CACHE.id,
    "secrets-inherit": rules.INHERITED.id,
}
"""The audits that look for what a rule of ours looks for."""

_LEVELS = {
    ("high", "low"): Level.WARNING, ("high", ""): Level.ERROR,
    ("medium", "low"): Level.NOTE, ("medium", ""): Level.WARNING,
    ("low", "low"): Level.NOTE, ("low", ""): Level.NOTE,
    ("informational", "low"): Level.NOTE, ("informational", ""): Level.NOTE,
}  # fmt: skip


class Audited(Struct, frozen=True, kw_only=True):
    """One place: where zizmor's `route` leads in the document, and the `fragment` of the value that it means."""

    path: str
    ident: str
    route: tuple[Step, ...]
    fragment: str
    feature: str
    annotation: str
    line: int
    column: int

    @property
    def logical(self) -> str:
        """`jobs.build.steps[2].uses`, as our own rules call a place."""
        return dotted(self.route)

    @property
    def key(self) -> tuple[str, ...]:
        """The path, the way without the numbers of steps, and within a step what it says."""
        way = ".".join(str(step) for step in self.route if isinstance(step, str))
        if self.fragment:
            return self.path, way, self.fragment
        inside = any(isinstance(step, int) for step in self.route)
        said = " ".join(self.feature.split()) if inside else ""
        return self.path, way, hashlib.sha256(said.encode()).hexdigest()[:16] if said else ""


def level_of(determinations: Mapping[str, str]) -> Level:
    """The level of zizmor's severity and confidence; what it leaves open is a warning."""
    severity = determinations.get("severity", "").lower()
    sure = "low" if determinations.get("confidence", "").lower() == "low" else ""
    return _LEVELS.get((severity, sure), Level.WARNING)


def told_by_us(audited: Audited, own: Sequence[Finding]) -> bool:
    """Whether a rule of the gate says the same about the same place."""
    rule = _SAME.get(audited.ident)
    return any(one.rule == rule and _covers(one, audited) for one in own)


def _covers(one: Finding, audited: Audited) -> bool:
    place = one.location.logical or ""
    if one.rule == rules.PERMISSIONS.id and one.key[-1] == "default":
        return "permissions" not in audited.route  # ours is about every job that says nothing
    inside = place == dotted(()) or audited.logical.startswith((f"{place}.", f"{place}[")) or audited.logical == place
    if one.rule == rules.INJECTION.id:  # several expressions may stand in one script
        return inside and one.key[-1] == audited.fragment.strip().lower()
    return inside
