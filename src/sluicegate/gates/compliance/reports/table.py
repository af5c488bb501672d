"""The account as CSV (RFC 4180) for auditors: a row for each clause, control and piece of evidence.

A row of a control that many items break counts them and names the first. What a spreadsheet would take for a formula
begins with an apostrophe, so that it is text. A control without evidence has one row, and one that serves no clause
stands without one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from sluicegate.gates.compliance.reports.account import Account, Part, Shown, revision_words
from sluicegate.gates.compliance.reports.wording import exception_words, moment, when
from sluicegate.model import Evidence
from sluicegate.text import one_line, shorten

COLUMNS = (
    "framework", "clause", "clause title", "clause comes to", "coverage", "control", "control title", "strength",
    "rationale", "outcome", "why not decided", "items that break it", "the first of them", "exceptions", "evidence",
    "query", "items", "answered", "revision", "sha-256", "kept in", "pack", "run revision", "run time",
)  # fmt: skip

MOST = 20
"""So many items that break a control are named in a cell; the JSON has all."""

_LONGEST = 32_000
"""A spreadsheet keeps so many characters of a cell, and drops the rest without a word."""

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def render(account: Account) -> str:
    """The whole table with its head."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(account):
        writer.writerow([_cell(each) for each in row])
    return out.getvalue()


def _cell(value: object) -> str:
    text = shorten(one_line(str(value)), _LONGEST)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(account: Account) -> Iterator[list[object]]:
    packs = {pack.name: f"{pack.name} {pack.version} sha256:{pack.digest}" for pack in account.packs}
    run = [revision_words(account.run), when(account)]
    serving = set()
    for framework in account.frameworks:
        for part in framework.parts:
            front = [framework.id, *_clause(part)]
            if not part.serving:
                yield [*front, *[""] * (len(COLUMNS) - len(front) - len(run)), *run]
            for served, shown in part.serving:
                serving.add(shown.control.id)
                for end in _ends(shown):
                    control = [shown.control.id, shown.control.title, served.strength, served.rationale]
                    yield [*front, *control, *end, packs[shown.control.id.partition("/")[0]], *run]
    for shown in account.controls.values():
        if shown.control.id not in serving:
            for end in _ends(shown):
                pack = packs[shown.control.id.partition("/")[0]]
                yield [*[""] * 5, shown.control.id, shown.control.title, "", "", *end, pack, *run]


def _clause(part: Part) -> list[object]:
    return [part.clause.id, part.clause.title, part.covered.standing.words, f"{part.covered.coverage:.2f}"]


def _ends(shown: Shown) -> Iterator[list[object]]:
    """What stands behind the control in each of its rows: how it ended, and a piece of evidence."""
    gaps = "; ".join(f"{each.subject}: {each.why.reason}" if each.subject else each.why.reason for each in shown.open)
    broken = "; ".join(f"{each.message} ({each.place})" for each in shown.deviations[:MOST])
    excepted = "; ".join(dict.fromkeys(exception_words(each) for each in shown.excepted))
    ended: list[object] = [shown.result.words, gaps, len(shown.deviations), broken, excepted]
    for each in shown.evidence or (None,):
        yield [*ended, *_evidence(each)]


def _evidence(each: Evidence | None) -> list[object]:
    if each is None:
        return [""] * 7
    population = "" if each.population is None else each.population
    return [each.subject, each.query, population, moment(each.collected), each.revision, each.sha256, each.source]
