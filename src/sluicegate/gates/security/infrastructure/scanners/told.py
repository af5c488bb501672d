"""What a scanner says of files, and how the gate says it: each of its checks becomes a rule when it finds something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.gates.security.saying import finding, undecided, unread
from sluicegate.model import Examination, Level, Location, Rule, RuleKind, Undecided
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.errors import GateError
    from sluicegate.model import Context, Yield
    from sluicegate.tools.laid import Laid

SCORES = {Level.ERROR: 8.0, Level.WARNING: 5.0, Level.NOTE: 3.0}


class Told(Struct, frozen=True, kw_only=True):
    """One finding of a scanner's check `ident`; `way` tells the thing from others of the file."""

    path: str
    ident: str
    title: str
    message: str
    level: Level
    line: int
    column: int
    way: str


class Answer(Struct, kw_only=True):
    """What was found, which files were looked at, and which could not be."""

    told: list[Told] = field(default_factory=list)
    looked: set[str] = field(default_factory=set)
    broken: dict[str, GateError] = field(default_factory=dict)
    silent: dict[str, Undecided] = field(default_factory=dict)
    """What became of the files of which nothing was said."""


def said(context: Context, asked: Rule, tool: str, laid: Laid, answer: Answer) -> Iterator[Yield]:
    """The findings of an answer, and what became of each file in the rule that says which were `asked` about."""
    declared: dict[str, Rule] = {}
    for one in answer.told:
        rule = _rule(tool, one)
        if rule.id not in declared:
            declared[rule.id] = rule
            yield rule
        yield finding(
            rule, (one.path, one.way),
            Location(
                path=context.head.display(one.path), line=one.line or None, column=one.column or None,
                logical=shorten(one_line(one.way), 200) or None,
            ),
            shorten(one_line(one.message), 300), advice=f"See what {tool} says of `{one_line(one.ident)}`.",
            level=one.level,
        )  # fmt: skip
    for path in sorted(answer.looked - answer.broken.keys()):
        for rule_id in (asked.id, *declared):
            if rule_id in declared or rule_id in context.rules:
                yield Examination(rule=rule_id, subject=path, examined=1)
    for path, why in sorted({**answer.broken, **laid.unread}.items()):
        yield from unread(context, [asked], path, why)
    for path, why_not in sorted(answer.silent.items()):
        yield from undecided(context, [asked], path, why_not)


def _rule(tool: str, one: Told) -> Rule:
    ident = re.sub(r"[^a-z0-9-]+", "-", one.ident.lower())[:60].strip("-") or "unnamed"
    title = shorten(one_line(one.title), 120) or ident
    return Rule(
        id=f"security/{tool}-{ident}", title=title[:1].upper() + title[1:], level=one.level, kind=RuleKind.STATE,
        summary=f"{tool}'s check `{one_line(one.ident)}`: {title}.", unit="file", tags=("infrastructure", tool),
        security_severity=SCORES[one.level],
        help=f"# {title}\n\nFound by {tool}, whose documentation describes the check `{one_line(one.ident)}`.\n",
    )  # fmt: skip
