"""Advisories that speak of one weakness, as one: those that share an alias (CVE, GHSA, PYSEC, …)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.security.dependencies.advisories.affected import covers, fixed, placed
from sluicegate.gates.security.dependencies.advisories.severity import Severity, severity
from sluicegate.gates.security.dependencies.versions import NoVersionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sluicegate.gates.security.dependencies.advisories.affected import Covered
    from sluicegate.gates.security.dependencies.advisories.records import Advisory

_MALICIOUS = "MAL-"
_KNOWN = ("CVE-", "GHSA-")
"""Whose names people know best, in order; all others follow by the alphabet."""


class Hit(Struct, frozen=True, kw_only=True):
    """A weakness that a version has: its names, the best known first, and the versions that mend it.

    `upstream` are the names of the weaknesses where it stands for several; `published` is when somebody told of it
    first.
    """

    ids: tuple[str, ...]
    severity: Severity
    fixed: tuple[str, ...]
    summary: str = ""
    upstream: tuple[str, ...] = ()
    published: str = ""

    def age(self, now: datetime) -> int:
        """The days since somebody told of it first."""
        if not self.published:
            return 0
        return max((now - _instant(self.published)).days, 0)

    @property
    def malicious(self) -> bool:
        """Whether it was put in to do harm."""
        return any(one.startswith(_MALICIOUS) for one in self.ids)


def hits(advisories: Sequence[Advisory], ecosystem: str, version: str) -> tuple[list[Hit], list[str]]:
    """The weaknesses of a version, by name, and why some advisories could not be held against it."""
    groups: list[tuple[set[str], list[tuple[Advisory, Covered]]]] = []
    unclear = []
    for advisory in advisories:
        found = covers(advisory, ecosystem, version)
        if found.unclear:
            unclear.append(found.unclear)
        if not found.covered:
            continue
        names = {advisory.id, *advisory.aliases}
        members = [(advisory, found)]
        apart = []
        for group in groups:
            if group[0] & names:
                names |= group[0]
                members = [*group[1], *members]
            else:
                apart.append(group)
        groups = [*apart, (names, members)]
    return sorted((_hit(ecosystem, *group) for group in groups), key=lambda hit: _by_fame(hit.ids[0])), unclear


def mended(advisories: Sequence[Advisory], ecosystem: str, version: str) -> str:
    """The lowest later version that some advisory calls fixed and that none of them covers; "" where there is none."""
    ends = [one for advisory in advisories for affected in advisory.affected for one in affected.ranges]
    for candidate in fixed(ends, ecosystem, version):
        looked = (covers(advisory, ecosystem, candidate) for advisory in advisories)
        if not any(one.covered or one.unclear for one in looked):
            return candidate
    return ""


def _hit(ecosystem: str, names: set[str], members: list[tuple[Advisory, Covered]]) -> Hit:
    rated = [severity(found.severity, advisory.word) for advisory, found in members]
    mends = {one for _, found in members for one in found.fixed}
    summaries = (advisory.summary for advisory, _ in members if advisory.summary)
    return Hit(
        ids=tuple(sorted(names, key=_by_fame)), severity=max(rated, key=lambda one: one.weight, default=Severity()),
        fixed=tuple(_ordered(mends, ecosystem)), summary=next(summaries, ""),
        upstream=tuple(dict.fromkeys(one for advisory, _ in members for one in advisory.upstream)),
        published=min((advisory.published for advisory, _ in members if advisory.published), key=_instant, default=""),
    )  # fmt: skip


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _ordered(versions: Iterable[str], ecosystem: str) -> list[str]:
    try:
        return sorted(versions, key=lambda one: placed(ecosystem, one))
    except NoVersionError:
        return sorted(versions)


def _by_fame(name: str) -> tuple[int, str]:
    rank = next((at for at, start in enumerate(_KNOWN) if name.startswith(start)), len(_KNOWN))
    return (-1 if name.startswith(_MALICIOUS) else rank), name
