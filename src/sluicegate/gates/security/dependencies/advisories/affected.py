"""Whether an advisory covers a version: the evaluation algorithm of the OSV schema ("Evaluation")."""

from __future__ import annotations

from functools import cmp_to_key, lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sluicegate.gates.security.dependencies.versions import NoVersionError, order, spelt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.gates.security.dependencies.advisories.records import Advisory, Event, Range, Said

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
        try:
            listed = spelt(ecosystem, version) in affected.versions
            covered = listed or any(_inside(one.events, ecosystem, version) for one in ranges)
        except NoVersionError as error:
            why = f"`{error}` is no version of {ecosystem}"
            unclear = unclear or f"{advisory.id} cannot be held against {version}: {why}"
            continue
        if covered:
            mends = fixed(ranges, ecosystem, version)
            return Covered(covered=True, fixed=mends, severity=affected.severity or advisory.severity)
        if not ranges and not affected.versions:
            unclear = unclear or f"{advisory.id} says which commits are affected, and not which versions"
    return Covered(unclear=unclear)


@lru_cache(maxsize=65_536)
def placed(ecosystem: str, version: str) -> Any:
    """A version in the order of its ecosystem. Raises NoVersionError."""
    return order(ecosystem)(version)


def _inside(events: tuple[Event, ...], ecosystem: str, version: str) -> bool:
    at = placed(ecosystem, version)
    limits = [event.limit for event in events if event.limit]
    if limits and not any(limit == _EVERY or at < placed(ecosystem, limit) for limit in limits):
        return False
    inside = False
    for event, there in _in_order(events, ecosystem):
        if event.introduced:
            inside = inside or there is None or not at < there
        elif event.fixed:
            inside = inside and at < there
        else:
            inside = inside and not there < at
    return inside


@lru_cache(maxsize=65_536)
def _in_order(events: tuple[Event, ...], ecosystem: str) -> tuple[tuple[Event, Any], ...]:
    """The events with their places (None: before every version), by version.

    What begins at the version at which another range ends comes after its end.
    """

    def compared(one: tuple[Event, Any], other: tuple[Event, Any]) -> int:
        (first, low), (second, high) = one, other
        if low is None or high is None:
            return (low is not None) - (high is not None)
        if low == high:
            return bool(first.introduced) - bool(second.introduced)
        return -1 if low < high else 1

    some = [(event, _version(event)) for event in events if _version(event)]
    return tuple(
        sorted(
            ((event, None if text == _FIRST else placed(ecosystem, text)) for event, text in some),
            key=cmp_to_key(compared),
        )
    )


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
