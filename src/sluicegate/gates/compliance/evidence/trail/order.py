"""The numbers and times of a trail: gaps, what comes twice or late, clocks, and how far it goes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sluicegate.gates.compliance.evidence.trail.gathering import Facts, at, each_trail, mark, whole_of
from sluicegate.gates.compliance.evidence.trail.nouns import told
from sluicegate.gates.compliance.evidence.trail.verifying import Verified
from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.model import Outcome, Undecided
from sluicegate.text import plural


def sequence(asking: Asking) -> Iterator[Gathered]:
    """An item for the numbers of a trail, and one for each gap, double and late one."""
    return each_trail(asking, _sequence)


def _sequence(_asking: Asking, known: Verified) -> Facts:
    numbers = known.numbers
    if not numbers.numbered and known.events:
        yield Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"the events of the trail {known.trail.name} carry no number, so that a gap cannot be seen",
            hint='say where it is: fields = { sequence = "..." }',
        )
    if numbers.ids.lost:
        yield Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"whether an event comes twice was looked for among the first {numbers.ids.taken:,} alone, "
            f"since ids could not be written down in {numbers.ids.lost}",
            hint="make room there, or name another one in TMPDIR",
        )
    if not numbers.numbered and not numbers.ids.taken:
        return
    whole = {"trail": known.trail.name, "events": known.events, "kind": "", "told": "", "count": 0}
    yield Item(key=(known.trail.name, "sequence"), data=whole, location=whole_of(known))
    faults = numbers.ended()
    for each in faults:
        if each.kind == "reordered" and known.trail.order == "none":
            continue
        count = each.last - each.first + 1
        key = mark(each.event) if each.event else str(each.first)
        yield Item(
            key=(known.trail.name, "sequence", each.kind, key),
            data={**whole, "kind": each.kind, "told": _number(each.kind, each.first, each.last), "count": count},
            location=at(each.file, each.line),
        )
    for kind, count in numbers.counts.items():
        if (more := count - sum(each.kind == kind for each in faults)) > 0:
            data = {**whole, "kind": kind, "told": f"{plural(more, 'more fault')} of this kind: {kind}", "count": more}
            yield Item(key=(known.trail.name, "sequence", kind, "more"), data=data, location=whole_of(known))
    if numbers.numbered and numbers.unnumbered:
        told_as = f"{plural(numbers.unnumbered, 'event')} without a number, among others that have one"
        data = {**whole, "kind": "unnumbered", "count": numbers.unnumbered, "told": told_as}
        yield Item(key=(known.trail.name, "sequence", "unnumbered"), data=data, location=whole_of(known))


def _number(kind: str, first: int, last: int) -> str:
    which = f"number {first}" if first == last else f"numbers {first} to {last}"
    if kind == "gap":
        return f"{which} {'is' if first == last else 'are'} missing before this event"
    if not last:
        return "this event is there a second time"
    return f"{which} is there a second time" if kind == "duplicate" else f"{which} comes after higher ones"


def clock(asking: Asking) -> Iterator[Gathered]:
    """An item for the times of a trail, and one for each that goes back, lies ahead, or is none."""
    return each_trail(asking, _clock)


def _clock(_asking: Asking, known: Verified) -> Facts:
    times = known.clock
    if not known.events:
        return
    whole = {"trail": known.trail.name, "events": known.events, "kind": "", "seconds": 0.0, "told": ""}
    yield Item(key=(known.trail.name, "clock"), data=whole, location=whole_of(known))
    for kind, worst in times.worst.items():
        for seconds, file, line in sorted(worst, reverse=True):
            told_as = f"{seconds:,.3f} s {'before the event before it' if kind == 'backwards' else 'ahead of now'}"
            yield Item(
                key=(known.trail.name, "clock", kind, f"{seconds:.3f}"),
                data={**whole, "kind": kind, "seconds": seconds, "told": told_as},
                location=at(file, line),
            )
        if (more := times.counts[kind] - len(worst)) > 0:
            least = min(worst)[0]
            data = {
                **whole,
                "kind": kind,
                "seconds": least,
                "told": f"{plural(more, 'more event')} by {least:g} s at most",
            }
            yield Item(key=(known.trail.name, "clock", kind, "more"), data=data, location=whole_of(known))
    for kind, count, place, told_as in (
        ("none", times.none, times.first_none, "without a time that can be read"),
        ("zoneless", times.zoneless, times.first_zoneless, "whose time says no zone"),
    ):
        if count and place:
            data = {**whole, "kind": kind, "told": f"{plural(count, 'event')} {told_as}"}
            yield Item(key=(known.trail.name, "clock", kind), data=data, location=at(*place))


def retention(asking: Asking) -> Iterator[Gathered]:
    """An item for each trail: how far it goes back, how much of it is at hand, and its longest silence."""
    return each_trail(asking, _retention)


def _retention(asking: Asking, known: Verified) -> Facts:
    times = known.clock
    if times.oldest is None or times.newest is None:
        if known.events:
            why = f"no event of the trail {known.trail.name} has a time that can be read"
            yield Undecided(outcome=Outcome.NOT_TESTED, reason=why, hint='say where it is: fields = { at = "..." }')
        return
    silence, since = times.silence()
    now = asking.context.now.timestamp()
    hot = (now - times.hot) / 86_400 if times.hot is not None else 0.0
    data: dict[str, Any] = {
        "trail": known.trail.name,
        "oldest": told(times.oldest),
        "newest": told(times.newest),
        "days": round((now - times.oldest) / 86_400, 3),
        "hot_days": round(hot, 3),
        "silent_days": silence,
        "silent_since": told(since),
        "began": known.trail.began,
        "young": bool(known.trail.began) and told(times.oldest)[:10] <= known.trail.began,
    }
    yield Item(key=(known.trail.name, "retention"), data=data, location=whole_of(known))
