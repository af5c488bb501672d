"""Recorded evidence that a pack is tried on: items with what each of them is to come to.

cases:
- control: changes-approved
item: {direct: false, reviewed: true}
expect: passed
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from sluicegate.config.mistakes import mistakes
from sluicegate.config.schema import section_schema
from sluicegate.config.settings import Section, Text
from sluicegate.errors import UserError
from sluicegate.gates.compliance.controls.model import Control, Value
from sluicegate.gates.compliance.controls.reading import dotted
from sluicegate.gates.compliance.predicates.asking import Evaluator, Held, Open
from sluicegate.openapi.document import Document
from sluicegate.text import one_line, shorten

Expected = Literal["passed", "failed", "ignored", "inconclusive", "errored"]


class _Case(Section, frozen=True, kw_only=True):
    control: Text
    item: dict[str, Any]
    expect: Expected
    parameters: dict[str, Value] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


class _Cases(Section, frozen=True, kw_only=True):
    cases: tuple[_Case, ...]
    now: str = ""


class Tried(Struct, frozen=True, kw_only=True):
    """How one case ended: what was expected, what came, and why where it could not be evaluated."""

    control: str
    line: int
    expected: Expected
    came: Expected
    why: str = ""


def tried(document: Document, controls: dict[str, Control], pack: str) -> Iterator[Tried]:
    """Each case of a file against the control that it names. Raises UserError: the file is no file of cases."""
    data = document.data if isinstance(document.data, dict) else {}
    wrong = mistakes(data, section_schema(_Cases))
    if wrong:
        line, _ = document.place(wrong[0].path)
        raise UserError(
            f"{document.shown}:{line}: {dotted(wrong[0].path)}{wrong[0].text}",
            hint="`cases` is a list of control, item, expect",
        )
    said = msgspec.convert(data, _Cases)
    now = _now(said.now, document)
    with Evaluator() as evaluator:
        for at, case in enumerate(said.cases):
            line, _ = document.place(("cases", at))
            name = case.control if "/" in case.control else f"{pack}/{case.control}"
            control = controls.get(name)
            if control is None:
                raise UserError(f"{document.shown}:{line}: there is no control {name}", hint="look at its spelling")
            kept = f"case {at}"
            evaluator.keep(kept, [case.item], {0: case.unknown} if case.unknown else {})
            answer = evaluator.ask(
                kept,
                where=control.where,
                holds=control.holds,
                parameters={**control.parameters, **case.parameters},
                now=now,
            )
            held = answer.held[0] if answer.held else answer.trouble
            yield Tried(
                control=name, line=line, expected=case.expect, came=_came(held),
                why=held if isinstance(held, str) else "",
            )  # fmt: skip


def _now(text: str, document: Document) -> datetime:
    """The time of the cases. Raises UserError where it is none, or says no zone."""
    if not text:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        line, _ = document.place(("now",))
        told = f"`now` is {shorten(one_line(text), 40)!r}, and is to be a time with its zone"
        raise UserError(f"{document.shown}:{line}: {told}", hint='write it as "2026-11-29T12:00:00Z"')
    return found


def _came(held: Held) -> Expected:
    if isinstance(held, str):
        return "errored"
    if isinstance(held, Open):
        return "inconclusive"
    return "ignored" if held is None else "failed" if held else "passed"


def untried(controls: dict[str, Control], told: list[Tried]) -> list[str]:
    """The controls that no case made fail: it is not known that they can."""
    failed = {each.control for each in told if each.came == "failed"}
    return sorted(set(controls) - failed)
