"""Audit trails made for tests, and what the gate says of them, asked in this process."""

from __future__ import annotations

import atexit
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from sluicegate.gates.compliance.controls.model import Control
from sluicegate.gates.compliance.controls.reading import shipped
from sluicegate.gates.compliance.evidence.kinds import collector
from sluicegate.gates.compliance.evidence.trail.chain import sealed
from sluicegate.gates.compliance.items import Asking, Gathered, Recorded
from sluicegate.gates.compliance.judging import Bench, judged, name_of
from sluicegate.gates.compliance.predicates.asking import Evaluator
from sluicegate.gates.compliance.settings import Settings
from sluicegate.gates.compliance.trails import Trail
from sluicegate.model import Context, Examination, Finding, History
from sluicegate.revision import TreeSpec, open_tree

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
DAYS = 400

Event = dict[str, Any]


def plain(count: int = 40) -> list[Event]:
    """Healthy events over 400 days up to a minute ago, without a hash."""
    step = timedelta(days=DAYS) / count
    return [
        {
            "id": f"e{number}",
            "sequence": number + 1,
            "at": stamp(NOW - timedelta(minutes=1) - (count - 1 - number) * step),
            "actor": f"u-{number % 3}",
            "action": ("order.create", "order.update", "login")[number % 3],
            "outcome": "success",
            "origin": "10.0.0.1",
            "resource": f"orders/{number}",
        }
        for number in range(count)
    ]


def chained(events: Iterable[Event]) -> list[Event]:
    """The same events, each with its hash and the one before."""
    before, found = "", []
    for event in events:
        linked = {**{name: value for name, value in event.items() if name != "hash"}, "previous": before}
        before = sealed(linked, before)
        found.append({**linked, "hash": before})
    return found


def renumbered(events: list[Event]) -> list[Event]:
    """In the order of their numbers again, with times of their own."""
    return [{**each, "sequence": number} for number, each in enumerate(events, 1)]


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def lines(events: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


class Said(Struct, kw_only=True):
    """What the gate said of the controls of trails: findings and reasons by the name of the control."""

    findings: dict[str, list[Finding]] = field(default_factory=dict)
    undecided: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    examined: dict[str, int] = field(default_factory=dict)
    queries: dict[str, Gathered] = field(default_factory=dict)

    @property
    def messages(self) -> dict[str, list[str]]:
        return {name: [each.message for each in several] for name, several in self.findings.items()}

    @property
    def failed(self) -> list[str]:
        return sorted(self.findings)

    def hear(self, yields: Iterable[Any]) -> None:
        for each in yields:
            name = each.rule.rpartition("/")[2]
            if isinstance(each, Finding):
                self.findings.setdefault(name, []).append(each)
            elif isinstance(each, Examination) and each.undecided:
                self.undecided.setdefault(name, []).append((each.undecided.outcome.value, each.undecided.reason))
            elif isinstance(each, Examination):
                self.examined[name] = self.examined.get(name, 0) + each.examined

    def errors(self, name: str) -> list[str]:
        return [why for outcome, why in self.undecided.get(name, ()) if outcome == "errored"]


def ask(
    folder: Path,
    *,
    history: History | None = None,
    packs: Sequence[str] = ("baseline",),
    more: tuple[Trail, ...] = (),
    **trail: Any,
) -> Said:
    """What the gate says of a trail that lies in a folder."""
    settings = Settings(packs=tuple(packs), trail=(Trail(**{"name": "app", "files": ("audit.jsonl",), **trail}), *more))
    context = Context(
        settings=settings,
        head=open_tree(TreeSpec(kind="folder", root=str(folder), shown="")),
        reference=None,
        rules=frozenset(),
        now=NOW,
        folder=str(folder),
        history=history,
    )
    asking = Asking(context=context, settings=settings, recorded=Recorded())
    bench = Bench(evaluator=_evaluator(), now=NOW, parameters={})
    said = Said()
    for control in (each for pack in packs for each in _controls(pack)):
        gathered = list(collector(control.evidence)(asking))
        for each in gathered:
            said.queries.setdefault(each.subject, each)
            bench.evaluator.keep(name_of(control.evidence, each), [item.data for item in each.items])
            bench.evaluator._sent.discard(name_of(control.evidence, each))
        said.hear(judged(control, gathered, bench))
    return said


@cache
def _controls(pack: str) -> tuple[Control, ...]:
    return tuple(each for each in shipped(pack)[0].controls if each.evidence.startswith("trail-"))


@cache
def _evaluator() -> Evaluator:
    """One process for all tests: starting it takes longer than they do."""
    evaluator = Evaluator().__enter__()
    atexit.register(evaluator.__exit__)
    return evaluator


Change = Callable[[list[Event]], list[Event]]
