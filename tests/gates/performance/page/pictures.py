"""A made-up suite: every kind of course, call and name that a page has to show."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sluicegate.gates.performance.page import Accepted, Line, Picture, Spot, Step
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import Bar, Call, How, Verdict
from sluicegate.gates.performance.verdicts.pair import Pair, compare

BEGAN = datetime(2026, 1, 3, 18, tzinfo=UTC)
BAR = Bar(warn_from=1.02, fail_from=1.05, false_alarms=0.01)
HOSTILE = "<script>alert(1)</script>\"'&]]> | `x` [a](javascript:alert(1)) ::error::no ##[group]"
RTL = "parse[مرحبا\u202e evil \u202c/שלום]"


def spots(values: Sequence[float], *, subject: str = "Number the lines") -> tuple[Spot, ...]:
    return tuple(
        Spot(
            commit=hashlib.sha256(str(number).encode()).hexdigest()[:40], time=BEGAN + timedelta(hours=7 * number),
            value=value, subject=f"{subject} {number}",
        )
        for number, value in enumerate(values)
    )  # fmt: skip


def noise(middle: float, count: int, *, spread: float = 0.01, seed: int = 1) -> list[float]:
    chance = random.Random(f"{middle} {count} {seed}")  # noqa: S311 - nobody guesses at a test
    return [middle * chance.lognormvariate(0, spread) for _ in range(count)]


def step(first: int, last: int, height: float, room: float = 0.03) -> Step:
    return Step(first=first, last=last, height=height, low=height * (1 - room), high=height * (1 + room))


def verdict(name: str, call: Call, factor: float = 1.0, before: float = 0.01, **more: object) -> Verdict:
    said: dict[str, object] = {
        "metric": "time", "unit": "s", "direction": Direction.LOWER, "how": How.HISTORY, "low": factor * 0.97,
        "high": factor * 1.03, "detectable": 1.04, "p": 1e-5 if call is Call.REGRESSED else 0.3, "base": 60, "head": 1,
        "after": before * factor,
    }  # fmt: skip
    return Verdict(benchmark=name, call=call, factor=factor, before=before, **(said | more))  # type: ignore[arg-type]


def measured(name: str, base: list[float], head: list[float], **more: object) -> Picture:
    """A benchmark of which both sides were measured, with the verdict that the gate has on it."""
    said: dict[str, object] = {"metric": "time", "unit": "s", "direction": Direction.LOWER} | more
    pair = Pair(benchmark=name, base=tuple(base), head=tuple(head), blocks=None, **said)  # type: ignore[arg-type]
    (found,) = compare([pair], [BAR])
    return Picture(
        benchmark=name, verdict=found, bar=BAR, base=pair.base, head=pair.head, scale=pair.unit, **said,  # type: ignore[arg-type]
    )  # fmt: skip


def suite() -> list[Picture]:
    quiet = noise(0.0123, 90)
    stepped = [*noise(0.010, 40), *noise(0.0114, 25, seed=2), *noise(0.0101, 30, seed=3)]
    sloping = [value * 1.002**number for number, value in enumerate(noise(0.002, 80, spread=0.006))]
    both = measured("both/sides", noise(0.020, 30, spread=0.02), noise(0.0228, 30, spread=0.02, seed=4))
    return [
        Picture(benchmark="noise", history=spots(quiet), now=0.01235, measured=0.01235, bar=BAR,
                steps=(step(0, 89, 0.0123),), verdict=verdict("noise", Call.UNCHANGED, 1.004, 0.0123)),
        Picture(benchmark="steps", history=spots(stepped), now=0.0122, measured=0.0122, bar=BAR,
                steps=(step(0, 39, 0.010), step(40, 64, 0.0114), step(65, 94, 0.0101)),
                limits=(Line(said="12 ms", value=0.012, fails=True), Line(said="11.5 ms", value=0.0115, fails=False)),
                verdict=verdict("steps", Call.REGRESSED, 1.21, 0.0101)),
        Picture(benchmark="slope", history=spots(sloping), now=0.00234, measured=0.00234, bar=BAR,
                steps=(step(0, 79, 0.0021),),
                verdict=verdict("slope", Call.INCONCLUSIVE, why="the change lies from -3.0 % to +8.0 %: neither")),
        Picture(benchmark="accepted", history=spots(stepped[:60]), now=0.01135, measured=0.01135, bar=BAR,
                steps=(step(0, 39, 0.010), step(40, 59, 0.0114)),
                accepted=(Accepted(first=40, since="9f2ab31c77aa", owner="@acme/core", reason="answers are signed"),),
                limits=(Line(said="1 s", value=1.0, fails=True),), verdict=verdict("accepted", Call.UNCHANGED)),
        Picture(benchmark="faster", history=spots(noise(0.5, 60)), now=0.41, measured=0.41, bar=BAR,
                steps=(step(0, 59, 0.5),), verdict=verdict("faster", Call.IMPROVED, 0.82, 0.5)),
        Picture(benchmark="requests", metric="throughput", unit="1/s", scale="1/s", direction=Direction.HIGHER, bar=BAR,
                history=spots(noise(1500, 50)), now=1290, measured=1290, steps=(step(0, 49, 1500),),
                verdict=verdict("requests", Call.REGRESSED, 1.163, 1500, metric="throughput", unit="1/s",
                                direction=Direction.HIGHER, after=1290.0)),
        Picture(benchmark="peak", metric="memory", unit="B", scale="B", bar=BAR, history=spots(noise(64 << 20, 30)),
                now=65 << 20, measured=65 << 20,
                verdict=verdict("peak", Call.UNCHANGED, 1.01, 64 << 20, metric="memory", unit="B")),
        Picture(benchmark=both.benchmark, verdict=both.verdict, bar=BAR, base=both.base, head=both.head,
                history=spots(noise(0.02, 45, spread=0.02)), now=0.0228, measured=0.0228, steps=(step(0, 44, 0.02),)),
        measured("both/alone", noise(0.3, 12, spread=0.03), noise(0.3, 12, spread=0.03, seed=9)),
        measured("both/throughput", noise(900, 20), noise(990, 20), metric="rate", unit="1/s",
                 direction=Direction.HIGHER),
        Picture(benchmark="divided", scale="× ruler", history=spots(noise(3.2, 40)), now=3.21, measured=0.02, bar=BAR,
                steps=(step(0, 39, 3.2),), verdict=verdict("divided", Call.UNCHANGED, 1.0, 3.2, unit="× ruler",
                                                           note="each was divided by the ruler of its run")),
        Picture(benchmark=HOSTILE, history=spots(noise(0.001, 25), subject=HOSTILE), now=0.001, measured=0.001, bar=BAR,
                accepted=(Accepted(first=5, since="<b>2026", owner=HOSTILE, reason=RTL),),
                limits=(Line(said="<i>1 ms", value=0.00101, fails=True),), verdict=verdict(HOSTILE, Call.UNCHANGED)),
        Picture(benchmark=RTL, metric="<b>m", unit="<i>\"u'", scale="<i>\"u'", history=spots(noise(7, 25)), now=7.1,
                measured=7.1, direction=Direction.UNKNOWN,
                verdict=verdict(RTL, Call.INCONCLUSIVE, why="nothing says which way <b>m gets better")),
        Picture(benchmark="new", why="it is new in this change", now=0.004, measured=0.004),
        Picture(benchmark="nothing", why="it measured nothing"),
        Picture(benchmark="once", history=spots([0.2]), now=0.21, measured=0.21,
                verdict=verdict("once", Call.INCONCLUSIVE, why="there are 1 earlier runs on such machines")),
        Picture(benchmark="constant", unit="", scale="", history=spots([42.0] * 30), now=42.0, measured=42.0, bar=BAR,
                steps=(Step(first=0, last=29, height=42.0, low=42.0, high=42.0),),
                verdict=verdict("constant", Call.UNCHANGED, 1.0, 42.0, unit="")),
        Picture(benchmark="zero", history=spots([0.0] * 30), now=0.0, measured=0.0, bar=BAR,
                verdict=verdict("zero", Call.UNCHANGED, 1.0, 0.0)),
        Picture(benchmark="a/very/long/name/" + "with_parts_that_go_on_" * 12, history=spots(noise(1e-8, 400)), bar=BAR,
                now=1e-8, measured=1e-8, steps=(step(0, 399, 1e-8),),
                verdict=verdict("long", Call.UNCHANGED, 1.0, 1e-8)),
    ]  # fmt: skip


def many(count: int, runs: int = 100) -> list[Picture]:
    out = []
    for number in range(count):
        call = [Call.REGRESSED, Call.INCONCLUSIVE, Call.IMPROVED][number] if number < 3 else Call.UNCHANGED
        name, middle = (
            f"suite/module_{number % 40}/benchmark_{number:04d}[size={2 ** (number % 12)}]",
            0.001 * (number + 1),
        )
        half = runs // 2
        out.append(
            Picture(
                benchmark=name, history=spots(noise(middle, runs)), now=middle, measured=middle, bar=BAR,
                steps=(step(0, half - 1, middle), step(half, runs - 1, middle * 1.01)),
                verdict=verdict(name, call, 1.1 if number == 0 else 1.0, middle),
            )
        )  # fmt: skip
    return out
