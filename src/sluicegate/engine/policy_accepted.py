"""What the change itself accepts where the baseline is a folder of the repository, held against that of the base."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sluicegate.engine.policy_base import Loosening, Standing
from sluicegate.errors import SluicegateError
from sluicegate.model import Location
from sluicegate.text import one_line, plural

if TYPE_CHECKING:
    from sluicegate.baseline import Baseline

_NAMED = 100


def with_accepted(standing: Standing, accepted: Baseline | None) -> tuple[Standing, Baseline | None]:
    """The standing with what the change accepts, and the baseline that judges: what both sides accepted, if need be."""
    wanted = standing.loaded.settings.baseline.store
    if accepted is None or standing.files is None or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", wanted):
        return standing, accepted
    from sluicegate.baseline import Baseline
    from sluicegate.baseline.kept import NAME, decode

    path = standing.loaded.source.root / wanted / NAME
    try:
        content = standing.files.at(path)
        before = Baseline() if content is None else decode(content, str(path))
    except SluicegateError as error:
        why = f"what the base has accepted is not known: {one_line(error.message)}"
        return replace(standing, trouble=why), accepted
    first = content is None
    if first and (standing.base is None or not standing.files.repository.tracks(path)):
        return standing, accepted  # nothing judged before, or it is none of the change
    place = Location(path=standing.files.name(path))
    rules = [rule.id for gate in standing.registry.gates for rule in gate.rules]
    loosened = tuple(replace(each, place=place) for each in _loosened(before, accepted, rules, first=first))
    grown = replace(standing, loosened=(*standing.loosened, *loosened))
    return grown, accepted if all(map(grown.counts, loosened)) else _both(before, accepted)


def _loosened(before: Baseline, after: Baseline, rules: Iterable[str], *, first: bool) -> Iterator[Loosening]:
    """What is accepted, or no longer held against anybody, that was."""
    more = after.counts - before.counts
    if more:
        number = sum(more.values())
        which = "a first baseline" if first else "the baseline"
        text = f"{plural(number, 'finding')} {'are' if number > 1 else 'is'} accepted by {which} that the change brings"
        yield Loosening(text=text, key=("baseline", *sorted(name for name, _ in more)[:_NAMED]), place=Location())
    knew, knows = _gates(before), _gates(after)
    lost = {rule for rule in before.catalogue - after.catalogue if _gate(rule) in knows}
    strange = {rule for rule in rules if _gate(rule) in knows - knew and rule not in after.catalogue}
    for gone, what in (
        (lost, "that the baseline knew"),
        (strange, "of a gate that the baseline knew nothing of"),
    ):
        if gone:
            number = len(gone)
            told = f"{plural(number, 'rule')} {what} {'count' if number > 1 else 'counts'} as newer than it"
            yield Loosening(text=told, key=("baseline", "rules", *sorted(gone)[:_NAMED]), place=Location())


def _both(before: Baseline, after: Baseline) -> Baseline:
    """The stricter of two baselines: what both accepted, and no rule newer that is not newer than both."""
    left: Counter[tuple[str, str]] = before.counts
    kept = []
    for each in after.accepted:
        name = each.fingerprint, each.level.value
        count = min(each.count, left[name])
        left[name] -= count
        if count:
            kept.append(replace(each, count=count))
    both = _gates(before) & _gates(after)
    catalogue = frozenset(rule for rule in before.catalogue | after.catalogue if _gate(rule) in both)
    return replace(after, accepted=tuple(kept), catalogue=catalogue)


def _gates(baseline: Baseline) -> set[str]:
    return {_gate(rule) for rule in baseline.catalogue}


def _gate(rule: str) -> str:
    return rule.partition("/")[0]
