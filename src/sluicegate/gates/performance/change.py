"""Both sides measured: what became worse, what is no longer measured, and what cannot be said."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.gates.performance.catalogue import GONE, REGRESSED
from sluicegate.gates.performance.limits import allowed
from sluicegate.gates.performance.places import declared
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import Bar, Call, How
from sluicegate.gates.performance.verdicts.pair import Pair, compare
from sluicegate.gates.performance.verdicts.sides import units
from sluicegate.gates.performance.wording import blind, happened, known, listed
from sluicegate.model import Examination, Fact, Finding, Level, Outcome, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.gates.performance.found import Measured
    from sluicegate.gates.performance.reading import Reading
    from sluicegate.gates.performance.settings import Settings
    from sluicegate.gates.performance.verdicts import Verdict
    from sluicegate.model import Context, Yield


class Paired(Struct, frozen=True, kw_only=True):
    """The benchmarks that both sides have, with what is let pass of each; `unlike` says why some are no pair."""

    pairs: tuple[Pair, ...]
    bars: tuple[Bar, ...]
    unlike: Mapping[str, str]


def paired(settings: Settings, base: Measured, head: Measured) -> Paired:
    """What can be compared of two sides that were measured apart from each other."""
    pairs, bars, unlike = [], [], {}
    for key in (key for key in head.readings if key in base.readings):
        before, after = base.readings[key], head.readings[key]
        if before.unit != after.unit:
            unlike[after.name] = f"{after.name} was measured in {before.unit} before and in {after.unit} now"
            continue
        limits = allowed(settings, after)
        pairs.append(_pair(before, after, limits.direction))
        bars.append(limits.bar)
    return Paired(pairs=tuple(pairs), bars=tuple(bars), unlike=unlike)


def changed(context: Context, base: Measured, head: Measured) -> Iterator[Yield]:
    """Compare what both sides measured apart from each other."""
    found = paired(context.settings, base, head)
    for name, reason in found.unlike.items():
        hint = "measure the base again, or give the benchmark another name"
        why = Undecided(outcome=Outcome.ERRORED, reason=reason, hint=hint)
        yield Examination(rule=REGRESSED.id, subject=name, undecided=why)
    yield from told(context, compare(found.pairs, found.bars), found.bars, head)
    yield from lone(context, base, head)


def lone(context: Context, base: Measured, head: Measured) -> Iterator[Yield]:
    """What only one side has: benchmarks that are gone, and new ones, which nothing can be compared with."""
    yield from _gone(context, base, head)
    for key in base.lacking(head):
        why = Undecided(outcome=Outcome.NOT_APPLICABLE, reason=f"{head.readings[key].name} is new in this change")
        yield Examination(rule=REGRESSED.id, subject=head.readings[key].name, undecided=why)


def brought(context: Context, head: Measured, why: Undecided) -> Iterator[Yield]:
    """All that the head measures, as new: it was run, and compared with nothing. `why` says how that is known."""
    for reading in head.readings.values():
        new = replace(why, reason=f"{reading.name} is new in this change, and was compared with nothing")
        yield Examination(rule=REGRESSED.id, subject=reading.name, examined=1, undecided=new)
    if GONE.id in context.rules:
        none = replace(why, reason="the base has no benchmark that could be gone", hint="")
        yield Examination(rule=GONE.id, subject="benchmarks", undecided=none)
    yield Fact(name="benchmarks", value=f"{len(head.readings):,} new, compared with nothing")


def _pair(before: Reading, after: Reading, direction: Direction) -> Pair:
    old, new = units(before), units(after)
    return Pair(
        benchmark=after.benchmark, metric=after.metric, unit=after.unit, direction=direction, base=old.values,
        head=new.values, note=new.note or old.note,
    )  # fmt: skip


def told(context: Context, verdicts: Sequence[Verdict], bars: Sequence[Bar], head: Measured) -> Iterator[Yield]:
    """The findings, and what was looked at: a benchmark that could not be called stands alone with its reason."""
    calls = Counter(verdict.call for verdict in verdicts)
    looked: Counter[str] = Counter()
    for verdict, bar in zip(verdicts, bars, strict=True):
        if verdict.call is Call.INCONCLUSIVE:
            continue
        looked[head.files[verdict.benchmark, verdict.metric]] += 1
        if verdict.call is Call.REGRESSED:
            yield _finding(context, verdict, bar, head)
    for file, count in looked.items():
        yield Examination(rule=REGRESSED.id, subject=file, examined=count)
    yield from _open([verdict for verdict in verdicts if verdict.call is Call.INCONCLUSIVE])
    words = (f"{calls[call]:,} {call.value}" for call in Call if calls[call])
    yield Fact(name="benchmarks", value=", ".join(words) or "none")


def weight(settings: Settings, verdict: Verdict, bar: Bar) -> Level:
    """How much it weighs that a benchmark has become worse: what was not measured in turns can only advise."""
    if verdict.how is How.APART and settings.apart == "advise":
        return Level.NOTE
    return Level.ERROR if verdict.factor >= bar.fail_from and not verdict.may_only_advise(bar) else Level.WARNING


def _finding(context: Context, verdict: Verdict, bar: Bar, head: Measured) -> Finding:
    words = ["Profile both sides, or take the cost on in writing.", known(verdict)]
    if verdict.how is How.APART and context.settings.apart == "advise":
        words.append('Advice only, since it was not measured in turns; `apart = "block"` lets it fail.')
    elif verdict.may_only_advise(bar):
        words.append(blind(verdict, bar))
    key = (verdict.benchmark, verdict.metric)
    reading = head.readings[key]
    return Finding(
        rule=REGRESSED.id, level=weight(context.settings, verdict, bar), key=key, tags=REGRESSED.tags,
        message=happened(verdict), advice=" ".join(words),
        location=declared(context, verdict.benchmark, verdict.name, head.files[key], reading.line),
    )  # fmt: skip


def _open(verdicts: Sequence[Verdict]) -> Iterator[Examination]:
    """What could not be called: those that are open for the same reason in one word, or nobody would read them."""
    alike: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        alike[verdict.why if math.isinf(verdict.detectable) else _DOUBT].append(verdict)
    for reason, some in alike.items():
        worst = sorted(some, key=lambda verdict: -verdict.high)
        each = [verdict.name if reason != _DOUBT else f"{verdict.name}: {verdict.why}" for verdict in worst]
        told = listed(each) + ("" if reason == _DOUBT else f": {reason}")
        subject = some[0].name if len(some) == 1 else f"{worst[0].name} and {len(some) - 1:,} more"
        why = Undecided(outcome=Outcome.INCONCLUSIVE, reason=told, hint=_more(some[0]))
        yield Examination(rule=REGRESSED.id, subject=subject, undecided=why)


_DOUBT = "noise"


def _more(verdict: Verdict) -> str:
    """What would settle it."""
    if verdict.direction is Direction.UNKNOWN:
        return 'Say better = "lower" or "higher" in its [[performance.limit]].'
    if verdict.how is How.HISTORY:
        return "Measure the base beside the head, in turns: what lies between two machines is then in none of the two."
    if verdict.how is How.INTERLEAVED:
        return "Raise `processes` and `budget` of [performance.bench], or measure on a machine that does nothing else."
    return "Measure more runs of both sides, in turns, on a machine that does nothing else."


def _gone(context: Context, base: Measured, head: Measured) -> Iterator[Yield]:
    if GONE.id not in context.rules:
        return
    for key in head.lacking(base):
        before = base.readings[key]
        yield Finding(
            rule=GONE.id, level=GONE.level, key=key, tags=GONE.tags,
            location=declared(context, before.benchmark, before.name, base.files[key], None),
            message=f"{before.name} was measured before the change and is not any more",
            advice="Measure it still; or say in a suppression why it is no longer needed, or how it is called now.",
        )  # fmt: skip
    for file, count in Counter(base.files.values()).items():
        yield Examination(rule=GONE.id, subject=file, examined=count)
