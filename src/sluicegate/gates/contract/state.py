"""The state rules: what is wrong in a description as it stands."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from sluicegate.errors import GateError
from sluicegate.gates.contract.catalogue import RULES
from sluicegate.gates.contract.doubts import errored
from sluicegate.gates.contract.soundness import CROSS
from sluicegate.gates.contract.soundness.crosscheck import cross_check
from sluicegate.gates.contract.soundness.run import soundness, ways_of
from sluicegate.model import Examination, Finding, Level, Location, RuleKind
from sluicegate.openapi.dangling import bad_references
from sluicegate.openapi.document import Node, dotted
from sluicegate.openapi.metaschema import mistakes
from sluicegate.openapi.references import Trouble
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from sluicegate.model import Context, Yield
    from sluicegate.openapi.operations import Description

T = TypeVar("T")
_REFERENCES = {f"contract/{trouble}-reference" for trouble in Trouble}
_WAYS = ("contract", "ways")
MOST = 50
"""How many mistakes of one document are told one by one."""

_ADVICE = {
    Trouble.UNRESOLVED: "Correct the $ref, or define what it names.",
    Trouble.REFUSED: "Copy what it names into the repository, and refer to that.",
    Trouble.CIRCULAR: "Let one of the references point at a definition.",
}
_WORDS = {
    Trouble.UNRESOLVED: "does not resolve",
    Trouble.REFUSED: "is refused",
    Trouble.CIRCULAR: "goes round in a circle",
}


def state(context: Context, head: Description, subject: str) -> Iterator[Yield]:
    """What the state rules find in a description, and that they have looked."""
    wanted = {rule.id for rule in RULES if rule.kind is RuleKind.STATE} & context.rules
    if "contract/document-invalid" in wanted:
        try:
            yield from invalid(head, subject)
        except GateError as error:
            yield Examination(rule="contract/document-invalid", subject=subject, undecided=errored(error))
            wanted.discard("contract/document-invalid")
    if wanted & _REFERENCES:
        yield from (finding for finding in references(head, subject) if finding.rule in wanted)
    told: list[Finding] = []
    asked = None if context.whole else context.memo.get((_WAYS, subject))
    undone = yield from _heard(soundness(head, subject, wanted, asked), told)
    context.memo.setdefault((_WAYS, subject), ways_of(told))
    if CROSS in wanted:
        wanted.discard(CROSS)
        yield from cross_check(head, subject, wanted=context.settings.cross_check)
    for rule in sorted(wanted):
        yield Examination(rule=rule, subject=subject, examined=1, undecided=undone.get(rule))


def _heard(findings: Generator[Finding, None, T], told: list[Finding]) -> Generator[Finding, None, T]:
    """The same findings, which are in `told` afterwards."""
    while True:
        try:
            finding = next(findings)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what a generator returns is Any to the type checker
        told.append(finding)
        yield finding


def invalid(description: Description, subject: str) -> Iterator[Finding]:
    """One finding per mistake against the OpenAPI specification; past the cap, one that says how many there are."""
    found = mistakes(description.document, description.version)
    for mistake in islice(found, MOST):
        node = Node(mistake.document, mistake.pointer, None)
        yield Finding(
            rule="contract/document-invalid", level=Level.ERROR,
            message=f"{dotted(mistake.pointer)}: {mistake.message}",
            key=(subject, mistake.keyword, *map(str, mistake.pointer)),
            location=_at(node, dotted(mistake.pointer)),
            advice=f"See the OpenAPI {description.version} specification for what may stand there.",
        )  # fmt: skip
    rest = sum(1 for _ in found)
    if rest:
        yield Finding(
            rule="contract/document-invalid", level=Level.ERROR, key=(subject, "more"),
            message=f"{rest:,} more places are not valid; the first {MOST} are told one by one",
            location=Location(path=description.document.shown),
            advice="Correct those that are told, then look again.",
        )  # fmt: skip


def references(description: Description, subject: str) -> Iterator[Finding]:
    """One finding per `$ref` that leads nowhere, in the description and in the files that it refers to."""
    for bad in bad_references(description.library, description.document):
        own = "" if bad.node.document.path == description.document.path else bad.node.document.path
        reference = shorten(one_line(bad.reference), 160)
        node = bad.node.get("$ref") or bad.node
        yield Finding(
            rule=f"contract/{bad.trouble}-reference", level=Level.ERROR,
            message=f"the $ref `{reference}` {_WORDS[bad.trouble]}: {bad.reason}",
            key=(subject, own, bad.reference, *map(str, bad.node.pointer)),
            location=_at(node, dotted(bad.node.pointer)), advice=_ADVICE[bad.trouble],
        )  # fmt: skip


def _at(node: Node, logical: str) -> Location:
    line, column = node.line_column
    return Location(path=node.document.shown, line=line, column=column, logical=logical)
