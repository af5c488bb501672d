"""The Baseline: the findings that somebody has accepted, as a multiset; no I/O here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.model import FINGERPRINTS, Finding, Level
from sluicegate.text import one_line, shorten

_LONGEST = 500


class Accepted(Struct, frozen=True, kw_only=True):
    """`count` findings of one fingerprint and level that were accepted together.

    `place` and `message` are words for people; `at` is UTC; `tool` is the version that saw them.
    """

    fingerprint: str
    rule: str
    level: Level
    message: str
    place: str
    by: str
    at: datetime
    reason: str = ""
    tool: str = ""
    count: int = 1


class Baseline(Struct, frozen=True, kw_only=True):
    """What was accepted, sorted; `rules` are the ids of those that had been looked at, with findings or without.

    `catalogue` are the ids of all rules that there were when something was last accepted, asked or not: a rule that
    came later is not held against anybody before it is accepted. Empty: not known.
    """

    accepted: tuple[Accepted, ...] = ()
    rules: frozenset[str] = frozenset()
    fingerprints: int = FINGERPRINTS
    catalogue: frozenset[str] = frozenset()

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """How many of each fingerprint and level, as judgement compares them."""
        found: Counter[tuple[str, str]] = Counter()
        for each in self.accepted:
            found[each.fingerprint, each.level.value] += each.count
        return found

    def __len__(self) -> int:
        return sum(each.count for each in self.accepted)


class Acceptance(Struct, frozen=True, kw_only=True):
    """Who accepts, when, and why."""

    by: str
    at: datetime
    reason: str = ""
    tool: str = ""


class Difference(Struct, frozen=True, kw_only=True):
    """Findings against a baseline. `updated` were accepted at a lower level; `absent` are accepted and gone."""

    new: tuple[Finding, ...] = ()
    updated: tuple[Finding, ...] = ()
    unchanged: tuple[Finding, ...] = ()
    absent: tuple[Accepted, ...] = ()


def diff(baseline: Baseline, findings: Iterable[Finding], looked_at: AbstractSet[str] | None = None) -> Difference:
    """How findings stand to the baseline, as a multiset: one more of the same is new.

    `looked_at` are the rules that were asked: what the others had is not absent, since nobody has looked (None: all).
    """
    pairs, left = _paired(baseline, findings)
    new = tuple(found for found, entry in pairs if entry is None)
    known = [(found, entry) for found, entry in pairs if entry]
    gone = [each for each in left if looked_at is None or each.rule in looked_at]
    return Difference(
        new=new,
        updated=tuple(found for found, entry in known if _worse(found, entry)),
        unchanged=tuple(found for found, entry in known if not _worse(found, entry)),
        absent=_gathered(gone),
    )


def accept(
    baseline: Baseline,
    findings: Iterable[Finding],
    acceptance: Acceptance,
    rules: Iterable[str] = (),
    catalogue: Iterable[str] = (),
) -> Baseline:
    """The baseline with all these findings in it; what it had keeps who accepted it. The same again changes nothing.

    An entry under a former fingerprint of a finding gets the present one. `catalogue` are all rules there are.
    """
    pairs, kept = _paired(baseline, findings)
    kept += [
        replace(entry, fingerprint=found.fingerprint) for found, entry in pairs if entry and not _worse(found, entry)
    ]
    fresh = [_accepted(found, acceptance) for found, entry in pairs if entry is None or _worse(found, entry)]
    known = baseline.rules | {one_line(rule) for rule in rules} | {each.rule for each in fresh}
    return replace(
        baseline,
        accepted=_gathered([*kept, *fresh]),
        rules=frozenset(known),
        fingerprints=FINGERPRINTS,
        catalogue=baseline.catalogue | {one_line(rule) for rule in catalogue},
    )


def prune(baseline: Baseline, findings: Iterable[Finding], looked_at: AbstractSet[str] | None = None) -> Baseline:
    """The baseline without what is absent."""
    gone = Counter[tuple[str, Level]]()
    for each in diff(baseline, findings, looked_at).absent:
        gone[each.fingerprint, each.level] += each.count
    kept = []
    for each in reversed(baseline.accepted):  # the oldest acceptance is the one that stays
        dropped = min(each.count, gone[each.fingerprint, each.level])
        gone[each.fingerprint, each.level] -= dropped
        if each.count > dropped:
            kept.append(replace(each, count=each.count - dropped))
    return replace(baseline, accepted=_gathered(kept))


def merge(base: Baseline, ours: Baseline, theirs: Baseline) -> Baseline:
    """What both sides made of `base`; where both changed what they have of a finding, no acceptance is lost."""
    old, mine, other = (_by_fingerprint(side) for side in (base, ours, theirs))
    kept: list[Accepted] = []
    for fingerprint in {*old, *mine, *other}:
        before, here, there = (side.get(fingerprint, ()) for side in (old, mine, other))
        kept += there if here == before else here if there == before else _larger(here, there)
    return replace(
        ours, accepted=_gathered(kept), rules=ours.rules | theirs.rules, catalogue=ours.catalogue | theirs.catalogue
    )


def _by_fingerprint(baseline: Baseline) -> dict[str, tuple[Accepted, ...]]:
    found: defaultdict[str, list[Accepted]] = defaultdict(list)
    for each in baseline.accepted:
        found[each.fingerprint].append(each)
    return {fingerprint: tuple(entries) for fingerprint, entries in found.items()}


def _larger(one: Sequence[Accepted], two: Sequence[Accepted]) -> list[Accepted]:
    """Of each level what the side has that accepted more: both may have accepted the same, and that is one."""
    kept: list[Accepted] = []
    for level in Level:
        sides = [[each for each in side if each.level is level] for side in (one, two)]
        kept += max(sides, key=lambda side: (sum(each.count for each in side), [_key(each) for each in side]))
    return kept


def _paired(
    baseline: Baseline, findings: Iterable[Finding]
) -> tuple[list[tuple[Finding, Accepted | None]], list[Accepted]]:
    """Each finding with the entry it was accepted by, and the entries that are left.

    The worst finding gets the worst entry, and so on down: where some order lets all be unchanged, this one does.
    """
    left: defaultdict[str, list[Accepted]] = defaultdict(list)
    for each in sorted(baseline.accepted, key=lambda each: each.level.weight):
        left[each.fingerprint] += [replace(each, count=1)] * each.count
    pairs = []
    for found in sorted(findings, key=lambda found: -found.level.weight):
        known = next((left[name] for name in (found.fingerprint, *found.former_fingerprints) if left.get(name)), None)
        pairs.append((found, known.pop() if known else None))
    return pairs, [each for same in left.values() for each in same]


def _worse(found: Finding, entry: Accepted) -> bool:
    return found.level.weight > entry.level.weight


def _accepted(found: Finding, acceptance: Acceptance) -> Accepted:
    # without the line, which moves: an entry reads the same as long as the finding is the same
    place = ", ".join(part for part in (found.location.logical, found.location.path) if part)
    return Accepted(
        fingerprint=found.fingerprint,
        rule=one_line(found.rule),
        level=found.level,
        message=shorten(one_line(found.message), _LONGEST),
        place=shorten(one_line(place), _LONGEST),
        by=shorten(one_line(acceptance.by), _LONGEST),
        at=acceptance.at.replace(microsecond=0),
        reason=shorten(one_line(acceptance.reason), _LONGEST),
        tool=acceptance.tool,
    )


def _key(entry: Accepted) -> tuple[str, ...]:
    """What makes two entries one that was counted twice."""
    return (
        entry.rule, entry.fingerprint, entry.level.value, entry.at.isoformat(), entry.by, entry.reason, entry.tool,
        entry.place, entry.message,
    )  # fmt: skip


def _gathered(entries: Iterable[Accepted]) -> tuple[Accepted, ...]:
    """The entries with the same ones counted together, in the order of their keys."""
    counts: Counter[tuple[str, ...]] = Counter()
    first: dict[tuple[str, ...], Accepted] = {}
    for each in entries:
        first.setdefault(_key(each), each)
        counts[_key(each)] += each.count
    return tuple(replace(first[key], count=counts[key]) for key in sorted(first))
