"""Whether an advisory covers a version: the evaluation algorithm of the OSV schema ("Evaluation")."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sluicegate.gates.security.dependencies.versions import NoVersionError, order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.gates.security.dependencies.advisories.records import Advisory, Affected, Event, Range, Said

_RANGES = ("ECOSYSTEM", "SEMVER")
_FIRST = "0"
_EVERY = "*"


class Covered(Struct, frozen=True, kw_only=True):
    """How an advisory stands to a version: `fixed` are the versions that mend it, `severity` what is said of the case.

    `unclear` says why it cannot be known.
    """

    covered: bool = False
    fixed: tuple[str, ...] = ()
    severity: tuple[Said, ...] = ()
    unclear: str = ""


def covers(advisory: Advisory, ecosystem: str, version: str) -> Covered:
    """Hold a version against an advisory: against the versions that it lists and against its ranges."""
    unclear = ""
    for affected in advisory.affected:
        ranges = [one for one in affected.ranges if one.type in _RANGES]
        listed = _listed(affected, ecosystem, version)
        try:
            covered = listed or any(_inside(one, ecosystem, version) for one in ranges)
        except NoVersionError as error:
            unclear = (
                unclear or f"{advisory.id} cannot be held against {version}: `{error}` is no version of {ecosystem}"
            )
            continue
        if covered:
            return Covered(
                covered=True, fixed=fixed(ranges, ecosystem, version), severity=affected.severity or advisory.severity
            )
        if not ranges and not affected.versions:
            unclear = unclear or f"{advisory.id} says which commits are affected, and not which versions"
    return Covered(unclear=unclear)


@lru_cache(maxsize=65_536)
def placed(ecosystem: str, version: str) -> Any:
    """A version in the order of its ecosystem. Raises NoVersionError."""
    return order(ecosystem)(version)


def _listed(affected: Affected, ecosystem: str, version: str) -> bool:
    """Whether a version is on the list, however it is spelt: `1.0` is `1.0.0` where the ecosystem says so."""
    if version in affected.versions:
        return True
    try:
        wanted = placed(ecosystem, version)
    except NoVersionError:
        return False
    return any(_same(ecosystem, one, wanted) for one in affected.versions)


def _same(ecosystem: str, version: str, wanted: Any) -> bool:
    try:
        return bool(placed(ecosystem, version) == wanted)
    except NoVersionError:
        return False


def _inside(one: Range, ecosystem: str, version: str) -> bool:
    at = placed(ecosystem, version)
    limits = [event.limit for event in one.events if event.limit]
    if limits and not any(limit == _EVERY or at < placed(ecosystem, limit) for limit in limits):
        return False
    inside = False
    for event in _in_order(one.events, ecosystem):
        if event.introduced:
            inside = inside or event.introduced == _FIRST or not at < placed(ecosystem, event.introduced)
        elif event.fixed:
            inside = inside and at < placed(ecosystem, event.fixed)
        elif event.last_affected:
            inside = inside and not placed(ecosystem, event.last_affected) < at
    return inside


def _in_order(events: Iterable[Event], ecosystem: str) -> list[Event]:
    """The events by version; what begins at the version at which another range ends comes after its end."""
    from functools import cmp_to_key

    def compared(one: Event, other: Event) -> int:
        a, b = _version(one), _version(other)
        if _FIRST in (a, b):
            return (a != _FIRST) - (b != _FIRST)
        x, y = placed(ecosystem, a), placed(ecosystem, b)
        if x == y:
            return bool(one.introduced) - bool(other.introduced)
        return -1 if x < y else 1

    return sorted((event for event in events if _version(event)), key=cmp_to_key(compared))


def _version(event: Event) -> str:
    return event.introduced or event.fixed or event.last_affected


def fixed(ranges: Iterable[Range], ecosystem: str, version: str) -> tuple[str, ...]:
    """The versions at which some ranges end and that come after a version, the lowest first."""
    found = {event.fixed for one in ranges for event in one.events if event.fixed and one.type in _RANGES}
    try:
        at = placed(ecosystem, version)
        later = [one for one in found if at < placed(ecosystem, one)]
        return tuple(sorted(later, key=lambda one: placed(ecosystem, one)))
    except NoVersionError:
        return ()
