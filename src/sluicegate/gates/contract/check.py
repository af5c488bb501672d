"""The check of the contract gate: reads the descriptions, judges the head, compares it with the reference."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.contract.baseline import RULE as INVALID_BASE
from sluicegate.gates.contract.baseline import untrusted
from sluicegate.gates.contract.catalogue import BY_ID, ON_VALUES, RULES
from sluicegate.gates.contract.compare import compare
from sluicegate.gates.contract.crosswalk import oasdiff_id
from sluicegate.gates.contract.impact import Heard
from sluicegate.gates.contract.law import breaks
from sluicegate.gates.contract.lifecycle.compare import policy_of
from sluicegate.gates.contract.profiles import weighed
from sluicegate.gates.contract.renames import hinted
from sluicegate.gates.contract.soundness import CROSS
from sluicegate.gates.contract.soundness.crosscheck import cross_check
from sluicegate.gates.contract.soundness.run import soundness, ways_of
from sluicegate.gates.contract.state import invalid, references
from sluicegate.gates.contract.subjects import subjects
from sluicegate.gates.contract.told import Told
from sluicegate.gates.contract.users import Users, used_by
from sluicegate.gates.contract.values import Values
from sluicegate.gates.contract.versions import judged
from sluicegate.gates.contract.wording import proof
from sluicegate.model import Examination, Finding, Level, Location, Outcome, Progress, Rule, RuleKind, Undecided
from sluicegate.openapi.operations import Description, describe
from sluicegate.openapi.reading import read_bytes
from sluicegate.openapi.references import Library, Trouble
from sluicegate.text import plural, shorten

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from sluicegate.gates.contract.changes import Change
    from sluicegate.model import Context, Tree, Yield
    from sluicegate.openapi.document import Node

T = TypeVar("T")
_ELSEWHERE = re.compile(rb"""\$(?:ref|id|self)["']?\s*:\s*["']?(?!["'#\s])""")
"""A reference that may lead to another file."""
_OPENAPI = re.compile(rb"""(?m)(?:^|[{,\s])["']?(?:openapi|swagger)["']?\s*:""")
"""What every description says of itself."""
_REFERENCES = {f"contract/{trouble}-reference" for trouble in Trouble}
_PASSES = ("contract", "passes")
_WAYS = ("contract", "ways")
_REMOVED = "contract/document-removed"
_LARGE = 1_000_000
"""From how many bytes on a description that nobody touched is not read."""
_LONGEST = 600
"""How many characters of a witness are shown."""
_NAMED = 100
"""How many operations that use a component are listed in a finding: one that more use is known by its own name."""
_TOLD = 20
"""How many places that could not be compared are named."""


def check(context: Context) -> Iterator[Yield]:
    """Judge every description that the settings name, or that is found under a conventional name."""
    first = context.memo.setdefault(_PASSES, 0) == 0  # the second pass asks what stood at the base: it has to look
    context.memo[_PASSES] += 1
    trees = [tree for tree in (context.head, context.reference) if tree is not None]
    listed = subjects(context.settings, trees)
    if not listed:
        why = Undecided(
            outcome=Outcome.NOT_APPLICABLE,
            reason="no OpenAPI description found (openapi or swagger, with .yaml, .yml or .json)",
            hint="Name one in [contract] spec.",
        )
        yield from _undecided(context, "openapi.yaml", why, RULES)
    heard = Heard(change_rules=frozenset(rule.id for rule in RULES if rule.kind is RuleKind.CHANGE))
    for done, subject in enumerate(listed):
        if context.cancelled():
            return
        yield Progress(what=subject, done=done, total=len(listed))
        for said in _subject(context, subject, first=first):
            heard.hear(said)
            yield said
    yield from heard.facts


def _subject(context: Context, subject: str, *, first: bool) -> Iterator[Yield]:
    state = [rule for rule in RULES if rule.kind is RuleKind.STATE]
    change = [rule for rule in RULES if rule.kind is RuleKind.CHANGE]
    reference = context.reference
    at_head = context.head.find(subject)
    if at_head is None:
        yield from _gone(context, subject)
        return
    if first and reference is not None and _untouched(context.head, at_head, reference, subject):
        yield from _unchanged(context, subject)
        return
    try:
        head = _description(context, context.head, at_head)
    except GateError as error:
        yield from _undecided(context, subject, _errored(error), RULES)
        return
    yield from _state(context, head, subject, state)
    if reference is None:
        why = context.no_reference or "there is nothing to compare with"
        yield from _undecided(context, subject, Undecided(outcome=Outcome.NOT_TESTED, reason=why), change)
        return
    at_base = reference.find(subject)
    if at_base is None:
        why = f"{subject} is new in this change"
        yield from _undecided(context, subject, Undecided(outcome=Outcome.NOT_APPLICABLE, reason=why), change)
        return
    if not any(rule.id in context.rules for rule in change):
        return
    try:
        base = _description(context, reference, at_base)
    except GateError as error:
        unread = _errored(error, f"what it is compared with cannot be read ({reference.name}): ")
        if not context.chosen and _there(reference, at_base):
            # what stood there before nobody can change any more, and this change may be what mends it
            unread = replace(unread, outcome=Outcome.NOT_TESTED)
        yield from _undecided(context, subject, unread, change)
        return
    yield from _compared(context, subject, base, head, change)


def _there(tree: Tree, path: str) -> bool:
    """Whether the text of a file can be had: then it is the text that cannot be read."""
    try:
        read_bytes(tree, path)
    except GateError:
        return False
    return True


def _untouched(head: Tree, at_head: str, reference: Tree, subject: str) -> bool:
    """Whether a large description is byte for byte what it was, and refers to no other file.

    Then it is not read: that takes seconds, and nothing in it can be new. A small one is read all the same, so that
    the reports say what is in it.
    """
    at_base = reference.find(subject)
    if at_base is None:
        return False
    try:
        text = read_bytes(head, at_head)
        large = len(text) >= _LARGE and text == read_bytes(reference, at_base)
        return large and bool(_OPENAPI.search(text)) and not _ELSEWHERE.search(text)
    except UnreadableError:
        return False


def _unchanged(context: Context, subject: str) -> Iterator[Yield]:
    """The whole document was compared, and nothing changed: there is nothing for the rules on its parts to look at."""
    why = Undecided(
        outcome=Outcome.NOT_APPLICABLE, reason=f"{subject} is byte for byte what it was, so that nothing in it is new"
    )
    for rule in RULES:
        if rule.id in context.rules:
            whole = rule.kind is RuleKind.CHANGE and rule.unit == "document"
            yield Examination(rule=rule.id, subject=subject, examined=int(whole), undecided=None if whole else why)


def _gone(context: Context, subject: str) -> Iterator[Yield]:
    reference = context.reference
    at_base = reference.find(subject) if reference else None
    if reference is None or at_base is None:
        reason = f"no file matches {subject}" if "*" in subject else f"{subject} does not exist"
        yield from _undecided(
            context, subject, Undecided(outcome=Outcome.ERRORED, reason=reason, hint="Correct [contract] spec."), RULES
        )
        return
    if _REMOVED in context.rules:
        yield Finding(
            rule=_REMOVED, level=BY_ID[_REMOVED].level, key=(subject,), message=f"{subject} was removed",
            location=Location(path=context.head.display(subject), logical=subject),
            base_location=Location(path=reference.display(at_base), line=1, column=1),
            advice="Bring it back, or take it off [contract] spec once no client uses the API.",
        )  # fmt: skip
        yield Examination(rule=_REMOVED, subject=subject, examined=1)
    why = f"{subject} was removed"
    rest = [rule for rule in RULES if rule.id != _REMOVED]
    yield from _undecided(context, subject, Undecided(outcome=Outcome.NOT_APPLICABLE, reason=why), rest)


def _state(context: Context, head: Description, subject: str, rules: list[Rule]) -> Iterator[Yield]:
    wanted = {rule.id for rule in rules} & context.rules
    if "contract/document-invalid" in wanted:
        try:
            yield from invalid(head, subject)
        except GateError as error:
            yield Examination(rule="contract/document-invalid", subject=subject, undecided=_errored(error))
            wanted.discard("contract/document-invalid")
    if wanted & _REFERENCES:
        yield from (finding for finding in references(head, subject) if finding.rule in wanted)
    told: list[Finding] = []
    undone = yield from _heard(soundness(head, subject, wanted, context.memo.get((_WAYS, subject))), told)
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


def _compared(
    context: Context, subject: str, base: Description, head: Description, rules: list[Rule]
) -> Iterator[Yield]:
    policy = policy_of(context.settings.deprecation_days.by_stability, context.now)
    values = Values(
        base=base.library, head=head.library, main=base.document.path, main_at_head=head.document.path, policy=policy
    )
    users = Users(head, base)
    told = Told()
    for change in compare(base, head, values):
        if context.cancelled():
            break
        told.keep(replace(change, level=weighed(change, context.settings.profile)))
    doubtful: Undecided | None = None
    try:
        for change in untrusted(base, head) if INVALID_BASE in context.rules else ():
            told.keep(change)
    except GateError as error:
        doubtful = _errored(error)
    levels = [change.level for change in told if change.level and change.rule != INVALID_BASE]
    for change in judged(base, head, levels):
        told.keep(change)
    theirs = context.settings.ids == "oasdiff"
    for change in hinted(told):
        if change.rule in context.rules:
            yield _finding(change, subject, head, base, users, theirs=theirs)
    if context.cancelled():
        return
    general = values.undecided.get("", {})
    for rule in rules:
        if rule.id not in context.rules:
            continue
        if rule.unit == "document":
            why = doubtful if rule.id == INVALID_BASE else None
            yield Examination(rule=rule.id, subject=subject, examined=1, undecided=why)
            continue
        reasons = [*values.undecided.get(rule.id, {}), *(general if rule.id in ON_VALUES else [])]
        side = head if rule.name.endswith("-added") else base
        count = len(side.operations) + len(side.webhooks)
        yield Examination(
            rule=rule.id, subject=subject, examined=count, undecided=_doubt(reasons) if reasons else
            None if count else Undecided(outcome=Outcome.NOT_APPLICABLE, reason=f"{subject} has no operations"),
        )  # fmt: skip


def _doubt(reasons: list[str]) -> Undecided:
    more = f" (and {plural(len(reasons) - _TOLD, 'more place')})" if len(reasons) > _TOLD else ""
    return Undecided(
        outcome=Outcome.INCONCLUSIVE, reason="; ".join(reasons[:_TOLD]) + more, hint="Compare these places by hand."
    )


def _finding(
    change: Change, subject: str, head: Description, base: Description, users: Users, *, theirs: bool
) -> Finding:
    message, logical = change.message, change.logical  # never by the number of users: a suppression names it
    concerned = users.concerned(change)
    if used := used_by(concerned):
        message = f"{message} ({used})"
    if concerned or change.component:
        message = message[:1].upper() + message[1:]
    if theirs and (name := oasdiff_id(change)):
        message = f"{message} [{name}]"
    return Finding(
        rule=change.rule, level=change.level or BY_ID[change.rule].level, message=message, advice=change.advice,
        witness=_proof(change), tags=users.tags(change),
        concerns=concerned if len(concerned) <= _NAMED or not change.component else (),
        key=(subject, *change.key), location=_location(change.head, head, logical),
        base_location=_location(change.base, base, logical),
    )  # fmt: skip


def _proof(change: Change) -> str:
    if change.direction is None or change.difference is None:
        return ""
    if change.witness is not None:
        return shorten(proof(change.witness, change.direction), _LONGEST)
    sought = change.difference.wants and change.level is Level.ERROR and breaks(change.difference, change.direction)
    return "no witness within the bound" if sought else ""


def _location(node: Node | None, description: Description, logical: str) -> Location:
    if node is None:
        return Location(path=description.document.shown, logical=logical)
    line, column = node.line_column
    return Location(path=node.document.shown, line=line, column=column, logical=logical)


def _undecided(context: Context, subject: str, why: Undecided, rules: Any) -> Iterator[Examination]:
    for rule in rules:
        if rule.id in context.rules:
            yield Examination(rule=rule.id, subject=subject, undecided=why)


def _errored(error: GateError, before: str = "") -> Undecided:
    return Undecided(outcome=Outcome.ERRORED, reason=before + error.message, hint=error.hint)


@dataclass(slots=True)
class _Broken:
    error: UnreadableError


def _description(context: Context, tree: Tree, path: str) -> Description:
    """A description, parsed once per tree however often it is asked for. Raises UnreadableError."""
    library = context.memo.setdefault(("contract", id(tree)), Library(tree=tree))
    key = ("contract", id(tree), tree.name, path)
    known = context.memo.get(key)
    if known is None:
        try:
            known = describe(library, path)
        except UnreadableError as error:
            known = _Broken(error)
        context.memo[key] = known
    if isinstance(known, _Broken):
        raise known.error
    return known
