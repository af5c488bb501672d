"""What every part says in the same way: findings, what was looked at, and what could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.model import Examination, Finding, Location, Outcome, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.errors import GateError
    from sluicegate.model import Context, Fix, Level, Rule


def finding(
    rule: Rule,
    key: tuple[str, ...],
    location: Location,
    message: str,
    *,
    advice: str,
    level: Level | None = None,
    fix: Fix | None = None,
) -> Finding:
    """A finding of a rule, at the level that the rule declares where no other is given."""
    return Finding(
        rule=rule.id, level=level or rule.level, key=key, location=location, message=message, advice=advice, fix=fix,
        tags=rule.tags,
    )  # fmt: skip


def examined(context: Context, rules: Iterable[Rule], subject: str, count: int = 1) -> Iterator[Examination]:
    """What each wanted rule looked at in a subject."""
    for rule in rules:
        if rule.id in context.rules:
            yield Examination(rule=rule.id, subject=subject, examined=count)


def undecided(context: Context, rules: Iterable[Rule], subject: str, why: Undecided) -> Iterator[Examination]:
    """Why no wanted rule could decide on a subject."""
    for rule in rules:
        if rule.id in context.rules:
            yield Examination(rule=rule.id, subject=subject, undecided=why)


def nothing(context: Context, rules: Iterable[Rule], subject: str, reason: str) -> Iterator[Examination]:
    """That there is nothing to look at."""
    return undecided(context, rules, subject, Undecided(outcome=Outcome.NOT_APPLICABLE, reason=reason))


def unread(context: Context, rules: Iterable[Rule], subject: str, error: GateError) -> Iterator[Examination]:
    """That a subject could not be looked at."""
    why = Undecided(outcome=Outcome.ERRORED, reason=error.message, hint=error.hint)
    return undecided(context, rules, subject, why)
