"""What is new, what was there before, what is gone: findings as multisets of fingerprints, and who brought the new."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.engine.only import words
from sluicegate.model import BaselineState, Cause, Finding, Level

if TYPE_CHECKING:
    from sluicegate.baseline import Baseline

T = TypeVar("T")

_OTHERS = "external/"
_COUNTS = (BaselineState.NEW, BaselineState.UPDATED)


class Standard(Struct, frozen=True, kw_only=True):
    """What findings are held against.

    `base` counts what stood at the merge base, by fingerprint and level, None where nobody looked; `accepted` is the
    baseline, None where it has no say. `moved` gives the former path of each renamed file. `world_fails`: what nobody
    accepted and the merge base has too counts against the run. Where both are asked, a finding is held against the run
    only if neither knows it. `reproduce` is the command that shows all of the gate's findings again.
    """

    base: Counter[tuple[str, str]] | None = None
    accepted: Baseline | None = None
    moved: Mapping[str, str] = field(default_factory=dict)
    world_fails: bool = False
    reproduce: str = ""


class _Pool(Generic[T]):
    """What was there before, by fingerprint; the worst is taken first."""

    def __init__(self, entries: Iterable[tuple[str, Level, T]]) -> None:
        self._left: defaultdict[str, list[tuple[Level, T]]] = defaultdict(list)
        for fingerprint, level, value in sorted(entries, key=lambda entry: entry[1].weight):
            self._left[fingerprint].append((level, value))

    def take(self, fingerprints: Sequence[str]) -> Level | None:
        """The worst level that is left under the first of some fingerprints that has any."""
        for fingerprint in fingerprints:
            if left := self._left.get(fingerprint):
                return left.pop()[0]
        return None

    def left(self) -> list[T]:
        """What nobody took."""
        return [value for left in self._left.values() for _, value in left]


def compared(findings: Iterable[Finding], standard: Standard) -> list[Finding]:
    """The findings with their state and cause: a multiset comparison, so that one more of the same is new.

    The worst finding gets the worst of what was there, and so on down: where some order lets all be unchanged, this one
    does. One that was there at a lower level is updated.
    """
    base = _counted(standard.base) if standard.base is not None else None
    accepted = _counted(standard.accepted.counts) if standard.accepted is not None else None
    out = []
    for found in sorted(findings, key=lambda found: -found.level.weight):
        names = _names(found, standard.moved)
        then = _state(found, base.take(names)) if base is not None else None
        agreed = _state(found, accepted.take(names)) if accepted is not None else None
        state, cause = _judged(found, then, agreed, standard)
        again = f"{standard.reproduce} --only {words(found.rule, names[0])}" if standard.reproduce else ""
        out.append(replace(found, state=state, cause=cause, reproduce=again))  # once: there may be very many
    return out


def absent(findings: Iterable[Finding], base: Iterable[Finding], moved: Mapping[str, str]) -> list[Finding]:
    """Those of the base that are not there any more."""
    pool = _Pool((each.fingerprint, each.level, each) for each in base)
    for found in sorted(findings, key=lambda found: -found.level.weight):
        pool.take(_names(found, moved))
    return [replace(each, state=BaselineState.ABSENT) for each in pool.left()]


def is_newer(rule: str, baseline: Baseline) -> bool:
    """Whether a rule came into its gate after the baseline was last accepted.

    A gate, or a pack, of which the baseline knows no rule was not there or not wanted then, or had not run: what it
    finds is no upgrade. Nor is what another tool finds: its results may name a rule only once it finds something.
    """
    if rule.startswith(_OTHERS) or rule in baseline.catalogue:
        return False
    beside = rule.rpartition("/")[0] + "/"  # GATE/RULE, or GATE/PACK/CONTROL
    return any(known.startswith(beside) for known in baseline.catalogue)


def _counted(counts: Mapping[tuple[str, str], int]) -> _Pool[None]:
    entries = (
        (fingerprint, Level(level), None) for (fingerprint, level), count in counts.items() for _ in range(count)
    )
    return _Pool(entries)


def _names(found: Finding, moved: Mapping[str, str]) -> tuple[str, ...]:
    """Every fingerprint under which a finding may be known: its own, former ones, and those from before a rename."""
    names = (found.fingerprint, *found.former_fingerprints)
    if not moved or not any(part in moved for part in found.key):
        return names
    before = replace(found, key=_back(found.key, moved), former_keys=tuple(_back(k, moved) for k in found.former_keys))
    return (*names, before.fingerprint, *before.former_fingerprints)


def _back(key: tuple[str, ...], moved: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(moved.get(part, part) for part in key)


def _state(found: Finding, before: Level | None) -> BaselineState:
    if before is None:
        return BaselineState.NEW
    return BaselineState.UPDATED if before.weight < found.level.weight else BaselineState.UNCHANGED


def _judged(
    found: Finding, then: BaselineState | None, agreed: BaselineState | None, standard: Standard
) -> tuple[BaselineState, Cause | None]:
    """The state that the verdict rests on, from that against the merge base and that against what was accepted."""
    if agreed is None or standard.accepted is None:
        state = then or BaselineState.NEW
        return state, Cause.CHANGE if then in _COUNTS else None
    if agreed is BaselineState.UNCHANGED:
        return agreed, None
    if agreed is BaselineState.NEW and is_newer(found.rule, standard.accepted):
        return BaselineState.UNCHANGED, Cause.UPGRADE
    if then is BaselineState.UNCHANGED:
        return (agreed if standard.world_fails else then), Cause.WORLD
    return agreed, None if then is None else Cause.CHANGE
