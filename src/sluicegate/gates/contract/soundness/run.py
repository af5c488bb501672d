"""Every lint over one description, as findings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sluicegate.gates.contract.catalogue import RULES
from sluicegate.gates.contract.mending import MOST
from sluicegate.gates.contract.soundness import (
    discriminators,
    examples,
    links,
    misled,
    operations,
    paths,
    schemas,
    unused,
)  # fmt: skip
from sluicegate.gates.contract.soundness.asked import Way, on_the_way
from sluicegate.gates.contract.soundness.lint import Lint, shown, steps
from sluicegate.gates.contract.soundness.survey import Survey, survey
from sluicegate.model import Finding, Level, Location, Outcome, Undecided
from sluicegate.openapi.moved import original_of
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator

    from sluicegate.model import Fix
    from sluicegate.openapi.operations import Description

MOST_NOTES = 25
"""How many notes of one rule are told one by one."""

_NAMED = 10

_PASSED_OVER = Undecided(
    outcome=Outcome.INCONCLUSIVE,
    reason="the description is too large to look everywhere: too many paths, or schemas of too many branches",
    hint="Split what stands under one oneOf, anyOf or allOf.",
)
_LEVELS = {rule.name: rule.level for rule in RULES}
_LINTS: tuple[tuple[tuple[str, ...], Callable[[Survey], Iterator[Lint]]], ...] = (
    (("unresolved-reference",), misled.kinds),
    (("duplicate-path",), paths.same_paths),
    (("ambiguous-path",), paths.ambiguous_paths),
    (("path-parameter-mismatch",), paths.path_parameters),
    (("duplicate-parameter",), paths.duplicate_parameters),
    (("duplicate-operation-id",), operations.duplicate_operation_ids),
    (("no-success-response",), operations.no_success),
    (("response-without-content",), operations.no_content),
    (("undefined-security-scheme", "undefined-scope"), operations.security),
    (("undeclared-tag",), operations.tags),
    (("broken-link", "unknown-link-parameter"), links.links),
    (("unused-component",), unused.unused_components),
    (("contradictory-bounds",), schemas.bounds),
    (("enum-mismatch",), schemas.enums),
    (("duplicate-enum-value",), schemas.repeated_values),
    (("invalid-pattern",), schemas.patterns),
    (("array-without-items",), schemas.arrays),
    (("undefined-required-property",), schemas.undefined_required),
    (("impossible-property",), schemas.impossible_properties),
    (("broken-discriminator",), discriminators.mappings),
    (("discriminator-property-missing",), discriminators.properties),
    (("example-mismatch",), examples.examples),
    (("default-mismatch",), examples.defaults),
)


def soundness(
    description: Description, subject: str, wanted: Collection[str], asked: Collection[Way] | None = None
) -> Generator[Finding, None, dict[str, Undecided]]:
    """What the wanted rules (their ids) find in a description and in the files that it refers to.

    Where all that is asked is whether something else stands here too, `asked` are the ways to it (`ways_of`): the rules
    that take long look there alone. Returns why a rule could not look everywhere, by its id.
    """
    lints = [(names, lint) for names, lint in _LINTS if any(f"contract/{name}" in wanted for name in names)]
    undone: dict[str, Undecided] = {}
    if not lints:
        return undone
    found = survey(description)
    if asked is not None:
        found.asked = on_the_way({spot.document.path: spot.document for spot in found.spots}.values(), asked)
    told: dict[tuple[str, ...], int] = {}
    for names, lint in lints:
        found.passed_over = 0
        lints_told: Counter[str] = Counter()
        more: dict[str, list[Lint]] = {}
        for one in lint(found):
            rule = f"contract/{one.rule}"
            if rule not in wanted:
                continue
            lints_told[one.rule] += 1
            if _LEVELS[one.rule] is Level.NOTE and lints_told[one.rule] > MOST_NOTES:
                more.setdefault(one.rule, []).append(one)
                continue
            identity = (rule, *_key(one, subject, description))
            told[identity] = told.get(identity, 0) + 1
            if told[identity] > 1 and original_of(one.node.document) is not one.node.document:
                continue  # one thing of Swagger 2.0 that stands in several places of what was made of it
            mend = one.mend if asked is None and lints_told[one.rule] <= MOST else None
            yield _finding(one, identity[1:], told[identity], mend() if mend else None)
        for rest in more.values():
            yield _rest(rest, subject)
        if found.passed_over:
            undone.update(dict.fromkeys((f"contract/{name}" for name in names), _PASSED_OVER))
    return undone


def ways_of(findings: Iterable[Finding]) -> set[Way]:
    """The ways to where `soundness` found something."""
    return {finding.key[2:] for finding in findings}


def _rest(lints: list[Lint], subject: str) -> Finding:
    """The notes past the cap, as one."""
    named = ", ".join(shown(lint.node) for lint in lints[:_NAMED]) + (" and others" if len(lints) > _NAMED else "")
    message = f"{plural(len(lints), 'more place')} like the {MOST_NOTES} that are told: {named}"
    return _finding(replace(lints[0], message=message), (subject, "more"), 1)


def _key(lint: Lint, subject: str, description: Description) -> tuple[str, ...]:
    own = "" if lint.node.document.path == description.document.path else lint.node.document.path
    return (subject, own, *([] if lint.global_key else steps(lint.node)), *lint.key)


def _finding(lint: Lint, key: tuple[str, ...], count: int, fix: Fix | None = None) -> Finding:
    line, column = lint.node.line_column
    return Finding(
        rule=f"contract/{lint.rule}", level=_LEVELS[lint.rule], message=lint.message, advice=lint.advice,
        key=key if count == 1 else (*key, str(count)),  # alike in every name: told apart by their order
        location=Location(path=lint.node.document.shown, line=line, column=column, logical=shown(lint.node)),
        fix=fix,
    )  # fmt: skip
