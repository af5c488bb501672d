"""The check of the compliance gate: packs are read, evidence is gathered once, and each control is held against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.compliance.catalogue import AS_OF, PACK
from sluicegate.gates.compliance.controls.known import known, requirements, rule_of
from sluicegate.gates.compliance.controls.reading import SHIPPED
from sluicegate.gates.compliance.evidence import recorded
from sluicegate.gates.compliance.evidence.kinds import KINDS, collector
from sluicegate.gates.compliance.items import Asking, Gathered, none
from sluicegate.gates.compliance.judging import Bench, judged, name_of
from sluicegate.gates.compliance.personal.masking import veiled
from sluicegate.gates.compliance.predicates.asking import Evaluator
from sluicegate.model import Evidence, Examination, Fact, Finding, Outcome, Progress

if TYPE_CHECKING:
    from sluicegate.gates.compliance.controls.known import Known
    from sluicegate.gates.compliance.controls.model import Pack
    from sluicegate.model import Context, Yield


def check(context: Context) -> Iterator[Yield]:
    """Say of every control of the named packs what its evidence shows; asked of the base, what it showed there."""
    yield from map(veiled, _said(context))


def _said(context: Context) -> Iterator[Yield]:
    settings = context.settings
    found = known(settings.packs, context.head)
    if settings.as_of:
        context = replace(context, now=settings.as_of)
        if not context.past:
            yield Fact(name=AS_OF, value=settings.as_of.isoformat())
    answers = recorded.read(context, settings.recorded, settings.evidence_age)
    if PACK.id in context.rules:
        yield from _packs(found)
    clauses = found.clauses
    controls = [each for each in found.controls.values() if not context.past or each.rule in context.rules]
    if not context.past:
        for pack in found.packs.values():
            yield _pack(pack, named=pack.name in found.named)
        for control in controls:
            yield rule_of(control, clauses)
        yield from requirements(clauses)
    asking = Asking(context=context, settings=settings, recorded=answers)
    with Evaluator() as evaluator:
        bench = Bench(evaluator=evaluator, now=context.now, parameters=settings.parameters)
        gathered: dict[str, list[Gathered]] = {}
        for at, control in enumerate(controls):
            yield Progress(what=control.title, done=at, total=len(controls))
            kind = control.evidence
            if kind not in gathered:
                gathered[kind] = list(_gathered(kind, asking))
                for each in gathered[kind]:
                    evaluator.keep(
                        name_of(kind, each),
                        [item.data for item in each.items],
                        {at: item.unknown for at, item in enumerate(each.items) if item.unknown},
                    )
            yield from judged(control, gathered[kind], bench)


def _pack(pack: Pack, *, named: bool) -> Evidence:
    """Which pack was asked; of one that is only referred to, the controls alone."""
    told = f"pack {pack.name} {pack.version}"
    return Evidence(
        subject=f"pack {pack.name}",
        query=told if named else f"controls of {told}",
        sha256=pack.digest,
        source="" if pack.name in SHIPPED else pack.path,
    )


def _gathered(kind: str, asking: Asking) -> Iterator[Gathered]:
    """The evidence of a kind; whatever is in its way is told as why there is none."""
    if kind not in KINDS:
        yield from none(kind, kind, Outcome.ERRORED, f"there is no evidence of the kind {kind}", _kinds())
        return
    try:
        yield from collector(kind)(asking)
    except (GateError, UnreadableError) as error:
        yield from none(KINDS[kind].summary, kind, Outcome.ERRORED, error.message, error.hint)


def _kinds() -> str:
    return f"there are: {', '.join(KINDS)}"


def _packs(found: Known) -> Iterator[Yield]:
    for name, troubles in found.troubles.items():
        for trouble in troubles:
            yield Finding(
                rule=PACK.id,
                level=PACK.level,
                message=trouble.text,
                key=(name, trouble.text),
                location=trouble.location,
                advice=trouble.hint,
            )
        yield Examination(rule=PACK.id, subject=name, examined=1)
