"""What a changelog compares with what, so that nothing which differs between its ends is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.config import Loaded
from sluicegate.engine import plan_revisions, policy_of, run
from sluicegate.errors import CancelledRunError
from sluicegate.model import BaselineState, Finding, Gate, GateResult, Outcome, RuleKind, Run, Step
from sluicegate.revision import Lineage, Mark, TreeSpec
from sluicegate.text import one_line, shorten


class Journey(Struct, frozen=True, kw_only=True):
    """The commits to compare, oldest first, in a project; `commits`: each is known by what its author wrote."""

    gate: Gate
    settings: Loaded
    tree: TreeSpec
    marks: Sequence[Mark]
    subject: str
    commits: bool = False


class _Way(Struct, kw_only=True):
    """How far a file has been told: what the next version of it is compared with.

    `base` is the last commit at which it could be read, and `sure` whether that is known. `faults` are what was wrong
    in it at each commit that was read: what a fault hides there, no comparison with that commit finds.
    """

    line: Lineage
    base: int | None
    sure: bool = False
    faults: dict[int, frozenset[str]] = field(default_factory=dict)


def sections(journey: Journey, lines: Sequence[Lineage], begin: Callable[[str], None]) -> Iterator[Step]:
    """The comparisons that each commit but the first takes.

    A version that cannot be read, or is not there, hides what it changed: the next is compared with the last one
    before it. So is one that mends what was wrong with a description, with the last that was not wrong.
    """
    ways = [_Way(line=line, base=None if line.paths[0] is None else 0) for line in lines]
    for number, head in enumerate(journey.marks[1:], 1):
        begin(_title(journey, head))
        groups: dict[int, list[_Way]] = {}
        for way in ways:
            if any(way.line.paths[number - 1 : number + 1]):
                groups.setdefault(_base(way, number), []).append(way)
        for base in sorted(groups):
            yield from _told(journey, base, number, groups[base])
        if not groups:
            yield _step(journey, number - 1, number, why=f"{journey.subject} is in neither of the two")


def _base(way: _Way, number: int) -> int:
    """What a version is compared with: the last before it that could be read; else the last without the file."""
    if way.base is not None:
        return way.base
    if way.line.paths[number] is None:
        return number - 1
    return max(before for before in range(number) if way.line.paths[before] is None)


def _told(journey: Journey, base: int, number: int, ways: list[_Way], *, final: bool = False) -> Iterator[Step]:
    """The comparison of some files with one base; where another one hides less, with that."""
    result = _run(journey, base, number, ways)
    groups: dict[int, list[_Way]] = {}
    for way in ways:
        groups.setdefault(base if final else _better(way, base, _faults(result, way, base)), []).append(way)
    if list(groups) != [base]:
        for other in sorted(groups):
            yield from _told(journey, other, number, groups[other], final=other != base)
        return
    for way in ways:
        _go_on(way, number, result)
    why = [
        f"{now} was {before} before"
        for way in ways
        if (now := way.line.paths[number]) and (before := way.line.paths[base]) and before != now
    ]
    if base != number - 1 and any(way.line.paths[number] and way.line.paths[base] for way in ways):
        last = "is without the faults that are mended here" if final else _last(ways, base, number)
        why.append(f"compared with {one_line(journey.marks[base].name)}, the last one that {last}")
    yield _step(journey, base, number, result, "; ".join(why))


def _last(ways: list[_Way], base: int, number: int) -> str:
    there = all(way.line.paths[between] for way in ways for between in range(base, number))
    return "could be read" if there else "has it and could be read"


def _better(way: _Way, base: int, now: frozenset[str] | None) -> int:
    """The commit with the fewest faults that a version has no more: what they hid can be seen from there alone."""
    if now is None or base not in way.faults:
        return base
    return min(way.faults, key=lambda one: (len(way.faults[one] - now), -one))


def _go_on(way: _Way, number: int, result: Run) -> None:
    """Let the next version be compared with this one, if all that changed until here was told."""
    if way.line.paths[number] is None:
        return
    name, base = way.line.name, way.base
    failed, unread = _errored(result, RuleKind.CHANGE), _errored(result, RuleKind.STATE)
    # where the first commit of all cannot be read, nothing is gained by asking for it again
    hopeless = name in failed and base == 0 and not way.sure
    if "" in failed or name in unread or (name in failed and not hopeless):
        return
    now = _faults(result, way, base)
    if base is not None and base not in way.faults and name not in failed:
        stood = (each.fingerprint for each in _found(result, way) if each.state is not BaselineState.NEW)
        way.faults[base] = frozenset(stood)
    way.faults[number] = frozenset() if now is None else now
    way.base, way.sure = number, True


def _faults(result: Run, way: _Way, base: int | None) -> frozenset[str] | None:
    """What is wrong with a file; that of the base where it is the same file, unread; None where it is not known."""
    states = _ids(result, RuleKind.STATE)
    looked = {
        examination.undecided is None
        for rule in _gate(result).rules
        if rule.rule in states
        for examination in rule.examinations
        if examination.subject == way.line.name
    }
    if True in looked:
        return frozenset(each.fingerprint for each in _found(result, way))
    unread = way.line.name in _errored(result, RuleKind.STATE)
    return None if unread or base is None else way.faults.get(base)


def _found(result: Run, way: _Way) -> Iterator[Finding]:
    """What the rules on descriptions found in a file."""
    states = _ids(result, RuleKind.STATE)
    for each in _gate(result).findings:
        if each.rule in states and each.key[0] == way.line.name and each.state is not BaselineState.ABSENT:
            yield each


def _errored(result: Run, kind: RuleKind) -> set[str]:
    """The files that rules of a kind could not look at; "" where all of the gate broke."""
    wanted = _ids(result, kind)
    return {
        examination.subject
        for rule in _gate(result).rules
        if rule.rule in wanted
        for examination in rule.examinations
        if examination.undecided is not None and examination.undecided.outcome is Outcome.ERRORED
    }


def _ids(result: Run, kind: RuleKind) -> set[str]:
    return {rule.id for rule in result.rules if rule.kind is kind}


def _gate(result: Run) -> GateResult:
    return result.gates[0]


def _run(journey: Journey, base: int, number: int, ways: list[_Way]) -> Run:
    """The files compared, each under the one name that it is asked for by."""
    plan = plan_revisions(
        journey.gate,
        journey.settings,
        journey.marks[base],
        journey.marks[number],
        project=journey.tree,
        subjects=[way.line.name for way in ways],
        names=[
            tuple((way.line.name, path) for way in ways if (path := way.line.paths[at]) and path != way.line.name)
            for at in (base, number)
        ],
    )
    result = run(plan, replace(policy_of(journey.settings), judges_suppressions=False))
    if result.interrupted:
        raise CancelledRunError
    return result


def _step(journey: Journey, base: int, number: int, result: Run | None = None, why: str = "") -> Step:
    head = journey.marks[number]
    return Step(
        base=journey.marks[base].name,
        head=_title(journey, head),
        date=head.date,
        about=f"Commit {head.commit[:12]}" if journey.commits else "",
        run=result,
        why=why,
    )


def _title(journey: Journey, head: Mark) -> str:
    return shorten(head.subject, 100) if journey.commits and head.subject else head.name
