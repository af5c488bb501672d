"""A control held against its evidence: findings for the items that break it, and what was looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.gates.compliance.controls.model import Control, Value
from sluicegate.gates.compliance.evidence.kinds import KINDS
from sluicegate.gates.compliance.items import Gathered, Item
from sluicegate.gates.compliance.predicates.asking import Answer, Evaluator, Open
from sluicegate.model import Evidence, Examination, Finding, Outcome, Undecided, Yield
from sluicegate.text import one_line, plural, shorten

_FIELD = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")
_LONGEST = 120
_TOLD = 3


class Bench(Struct, frozen=True, kw_only=True):
    """What controls are judged with: the evaluator, the time, and the parameters of the settings."""

    evaluator: Evaluator
    now: datetime
    parameters: Mapping[str, Value]

    def of(self, control: Control) -> dict[str, Value]:
        """The parameters of a control: those that the settings give, else its own."""
        return {name: self.parameters.get(f"{control.id}/{name}", own) for name, own in control.parameters.items()}


def name_of(kind: str, gathered: Gathered) -> str:
    """Under which name the items of some evidence are kept by the evaluator."""
    return f"{kind}: {gathered.subject}"


def judged(control: Control, evidence: Iterable[Gathered], bench: Bench) -> Iterator[Yield]:
    """What is to be said of a control: for each piece of its evidence one examination, and what broke it."""
    parameters = bench.of(control)
    for gathered in evidence:
        if gathered.undecided is not None:
            yield _examination(control, gathered, gathered.undecided)
            continue
        answer = bench.evaluator.ask(
            name_of(control.evidence, gathered),
            where=control.where,
            holds=control.holds,
            parameters=parameters,
            now=bench.now,
        )
        if answer.trouble:
            yield _examination(control, gathered, _bad(control, answer, answer.trouble))
            continue
        yield from _items(control, gathered, answer, parameters)


def _items(control: Control, gathered: Gathered, answer: Answer, parameters: Mapping[str, Value]) -> Iterator[Yield]:
    population = 0
    failed = ""
    open_: list[tuple[Item, Open]] = []
    undecided: dict[Undecided, list[str]] = {}
    for item, held in zip(gathered.items, answer.held, strict=True):
        if held is None:
            continue
        if isinstance(held, Open) and item.elsewhere:
            continue
        population += 1
        if item.undecided:
            undecided.setdefault(item.undecided, []).append(item.key[-1])
        elif isinstance(held, Open):
            open_.append((item, held))
        elif isinstance(held, str):
            failed = failed or f"{shorten(one_line(' '.join(item.key)), 60)}: {held}"
        else:
            yield from (_finding(control, item, demand, parameters) for demand in held)
    yield _evidence(control, gathered, population)
    if failed:
        yield _examination(control, gathered, _bad(control, answer, failed))
    unit = KINDS[control.evidence].unit
    if population < control.minimum and (population or not gathered.lacking):
        few = plural(population, unit) if population else f"no {unit}"
        counted = f", and {control.minimum} are needed" if control.minimum > 1 else ""
        why = Undecided(outcome=Outcome.NOT_APPLICABLE, reason=f"there is {few} here that it applies to{counted}")
        yield _examination(control, gathered, why)
    elif not failed and (decided := population - len(open_) - sum(map(len, undecided.values()))):
        yield Examination(rule=control.rule, subject=gathered.subject, examined=decided)
    if open_:
        yield _left_open(control, gathered, open_)
    rest = f"{gathered.subject}, the rest" if population else gathered.subject
    for why in (*gathered.lacking, *_alike(undecided, unit)):
        yield Examination(rule=control.rule, subject=rest, undecided=why)


def _alike(undecided: Mapping[Undecided, list[str]], unit: str) -> Iterator[Undecided]:
    """Why items are undecided: each reason once, with the first item that it concerns and how many more there are."""
    for why, names in undecided.items():
        more = f" and {plural(len(names) - 1, unit)} more" if len(names) > 1 else ""
        yield replace(why, reason=f"{names[0]}{more}: {why.reason}")


def _left_open(control: Control, gathered: Gathered, open_: list[tuple[Item, Open]]) -> Examination:
    """That some items hang on what nobody has written down: how many, and the first of them with their places."""
    first = [
        f"{item.location}: {', '.join(left.names)} of {shorten(one_line(item.key[-1]), 80)}"
        for item, left in open_[:_TOLD]
    ]
    more = f"; and {len(open_) - _TOLD} more" if len(open_) > _TOLD else ""
    unit = KINDS[control.evidence].unit
    why = Undecided(
        outcome=Outcome.INCONCLUSIVE,
        reason=f"{plural(len(open_), unit)} cannot be judged, since it is not known what stands there: "
        + "; ".join(first)
        + more,
        hint="write the value down, or have what is filled in judged, such as a plan of Terraform",
    )
    return Examination(rule=control.rule, subject=f"{gathered.subject}, what is left open", undecided=why)


def _bad(control: Control, answer: Answer, trouble: str) -> Undecided:
    part = answer.part or "holds"
    line = control.lines.get(part)
    place = f"{control.origin.path}:{line}" if line else str(control.origin)
    return Undecided(
        outcome=Outcome.ERRORED,
        reason=f"{place}: `{part}` of {control.id} cannot be evaluated: {shorten(one_line(trouble), 300)}",
        hint="`sluicegate compliance test` tries a pack on recorded evidence",
    )


def _examination(control: Control, gathered: Gathered, why: Undecided) -> Examination:
    return Examination(rule=control.rule, subject=gathered.subject, undecided=why)


def _evidence(control: Control, gathered: Gathered, population: int) -> Evidence:
    return Evidence(
        subject=gathered.subject,
        query=gathered.query,
        sha256=gathered.sha256,
        population=population,
        collected=gathered.collected,
        revision=gathered.revision,
        source=gathered.source,
        rule=control.rule,
    )


def _finding(control: Control, item: Item, demand: str, parameters: Mapping[str, Value]) -> Finding:
    said = {**item.data, "parameters": parameters}
    return Finding(
        rule=control.rule,
        level=control.level,
        message=_FIELD.sub(lambda found: _said(said, found[1]), control.message),
        key=(*item.key, demand) if demand else item.key,
        former_keys=(item.key,) if demand else (),
        location=item.location,
        advice=control.advice,
    )


def _said(data: Mapping[str, Any], path: str) -> str:
    """What an item has under a dotted name, in words; `?` where it has nothing."""
    value: Any = data
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is None:
        return "?"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        value = ", ".join(str(each) for each in value)
    return shorten(one_line(str(value)), _LONGEST)
