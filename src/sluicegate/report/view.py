"""What every reporter asks of a Run: what fails it, what was not decided and why, and the verdict in one sentence."""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache, wraps
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from sluicegate.model import BaselineState, Cause, Outcome, examined_words, rank
from sluicegate.report.whole import partial
from sluicegate.text import command_line, one_line, plural, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sluicegate.model import Finding, GateResult, Location, Pass, Run

T = TypeVar("T")

SHORT = 12
"""So many digits of a fingerprint are shown to people."""

_FEW = 3
_LOOSENED = "sluicegate/policy-loosened"
_CAUSES = {Cause.WORLD: "not brought by this change", Cause.UPGRADE: "of a rule newer than the baseline"}
_DECIDED = (Outcome.PASSED, Outcome.FAILED)
_FAILING = (Outcome.FAILED, Outcome.ERRORED)


class Shown(Struct, frozen=True, kw_only=True):
    """A finding, the gate it belongs to, whether it fails the change, and how it stands.

    `standing` says why it does not fail the change, or that it does: `new`, `unchanged`, `suppressed`, `observed only`.
    """

    finding: Finding
    gate: GateResult
    fails: bool
    standing: str


class Answer(Struct, frozen=True):
    """One thing that is told of a finding, under a label.

    `kind` says how the text is to be set: as `text`, as `prose` in which backticks stand around code, as `code`, or as
    a `place` or a `command`, which are never broken.
    """

    label: str
    text: str
    kind: str = "text"


class Gap(Struct, frozen=True, kw_only=True):
    """One reason for which something was not decided, with the rules and the subjects it holds for."""

    outcome: Outcome
    reason: str
    hint: str
    rules: tuple[str, ...]
    subjects: tuple[str, ...]


def outcomes(gate: GateResult) -> dict[str, Outcome]:
    """How each rule of a gate ended; of two results for one rule, the worse."""
    ended: dict[str, Outcome] = {}
    for result in gate.rules:
        before = ended.get(result.rule)
        ended[result.rule] = result.outcome if before is None else Outcome.worst([result.outcome, before])
    return ended


def fails(run: Run, gate: GateResult, finding: Finding, outcome: Outcome) -> bool:
    """Whether a finding of a rule that ended in `outcome` fails the change.

    An errored rule is worse than a failed one and may hold failing findings beside what it could not look at.
    """
    return outcome in _FAILING and not gate.observed and finding.counts and finding.level.reaches(run.fail_on)


def _of_the_last(make: Callable[[Run], T]) -> Callable[[Run], T]:
    """The same function, which makes nothing twice for the run that it was last asked of.

    Several reports of one run ask several times, and very many findings take their time; a run never changes.
    """
    last: list[tuple[Run, T]] = []

    @wraps(make)
    def made(run: Run) -> T:
        if not last or last[0][0] is not run:
            last[:] = [(run, make(run))]
        return last[0][1]

    return made


@_of_the_last
def shown(run: Run) -> tuple[Shown, ...]:
    """All findings: first those that fail the change, then the others, each ranked."""
    found = []
    for gate in run.gates:
        ended = outcomes(gate)
        for finding in gate.findings:
            failing = fails(run, gate, finding, ended.get(finding.rule, gate.outcome))
            idle = finding.counts and not failing
            words = _standing(finding.state, finding.cause, finding.suppression is not None, gate.observed, idle)
            found.append(Shown(finding=finding, gate=gate, fails=failing, standing=words))
    return tuple(sorted(found, key=lambda item: (not item.fails, rank(item.finding))))


def place(location: Location) -> str:
    """`path:line:column` as editors read it, else the logical name; numbers below 1 are no lines."""
    line, column = location.line or 0, location.column or 0
    if not location.path or line < 1:
        return one_line(location.path or location.logical or "(no location)")
    return f"{_file(location.path)}:{line}:{column}" if column >= 1 else f"{_file(location.path)}:{line}"


_file = lru_cache(maxsize=4096)(one_line)  # a few files for very many findings


@cache  # a few words for very many findings
def _standing(state: BaselineState, cause: Cause | None, suppressed: bool, observed: bool, idle: bool) -> str:
    words = ["suppressed"] if suppressed else []
    if state is not BaselineState.NEW or not words:
        words.append(state.value)
    if observed:
        words.append("observed only")
    elif idle:
        words.append("does not fail the change")
    if cause in _CAUSES:
        words.append(_CAUSES[cause])
    return ", ".join(words)


def since_words(finding: Finding) -> str:
    """Since which commit a finding holds; empty where that is not known."""
    since = finding.since
    if since is None:
        return ""
    return one_line(f"{since.commit[:SHORT]} {since.date} {since.subject}") if since.commit else "not committed yet"


def answers(item: Shown, *, again: bool = True) -> list[Answer]:
    """What is told of a finding after what broke: where, since when, who owns it, how to fix it, how to see it again.

    The command that is its gate's as well, and those of findings that do not fail, are told only with `again`.
    """
    finding = item.finding
    location, logical = finding.location, finding.location.logical
    told = [Answer("at", place(location), "place")]
    if location.path and logical and not _starts(finding.message, logical := one_line(logical)):
        told.append(Answer("in", logical, "code"))
    if finding.since:
        told.append(Answer("since", since_words(finding)))
    if finding.owners:
        told.append(Answer("owner", one_line(", ".join(finding.owners))))
    if finding.witness:
        told.append(Answer("example", one_line(finding.witness), "code"))
    if finding.base_location:
        told.append(Answer("in the base", place(finding.base_location), "place"))
    if finding.advice:
        told.append(Answer("fix", one_line(finding.advice), "prose"))
    command = finding.reproduce or item.gate.reproduce
    if command and (again or (item.fails and command != item.gate.reproduce)):
        told.append(Answer("see it again", command_line(command), "command"))
    if finding.suppression:
        told.append(Answer("suppressed", suppressed_words(finding)))
    if finding.level_origin:
        told.append(Answer("level set by", one_line(finding.level_origin)))
    return [answer for answer in told if answer.text]


def _starts(message: str, name: str) -> bool:
    return message.replace("`", "").lower().startswith(name.replace("`", "").lower())


def facts(gate: GateResult) -> str:
    """What a gate concluded beside its findings: `impact major`."""
    return ", ".join(one_line(f"{name} {value}") for name, value in gate.facts.items())


def all_facts(run: Run) -> str:
    """Those of every gate, each with its gate's name where there are several: `contract: impact major`."""
    told = [(gate.gate, facts(gate)) for gate in run.gates if gate.facts]
    return "; ".join(text if len(run.gates) == 1 else f"{one_line(gate)}: {text}" for gate, text in told)


def suppressed_words(finding: Finding) -> str:
    """By whom, until when and why a finding is suppressed, and where that is written; empty where it is not."""
    decision = finding.suppression
    if decision is None:
        return ""
    origin = f" ({place(decision.origin)})" if decision.origin.path else ""
    return one_line(f"{decision.reason} · {decision.owner} · until {decision.expires.isoformat()}{origin}")


def gaps(gate: GateResult) -> list[Gap]:
    """What a gate left undecided, equal reasons joined, worst first.

    A subject that is not applicable is told also where others decided its rule: nobody looked at it.
    """
    joined: dict[tuple[Outcome, str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for result in gate.rules:
        said = False
        for examination in result.examinations:
            why = examination.undecided
            if why is None:
                continue
            said = said or why.outcome is result.outcome
            rules, subjects = joined.setdefault((why.outcome, one_line(why.reason), one_line(why.hint)), ({}, {}))
            rules[result.rule] = None
            subjects[one_line(examination.subject)] = None
        if result.outcome not in _DECIDED and not said:
            reason = one_line(result.reason) or "no reason was given"
            joined.setdefault((result.outcome, reason, ""), ({}, {}))[0][result.rule] = None
    order = list(Outcome)
    return [
        Gap(outcome=outcome, reason=reason, hint=hint, rules=tuple(rules), subjects=tuple(filter(None, subjects)))
        for (outcome, reason, hint), (rules, subjects) in sorted(joined.items(), key=lambda it: order.index(it[0][0]))
    ]


def further_errors(gate: GateResult) -> list[Gap]:
    """What could not be looked at, beyond what the gate's own reason says."""
    own = one_line(gate.reason)
    return [gap for gap in gaps(gate) if gap.outcome is Outcome.ERRORED and gap.reason != own]


def why(gate: GateResult) -> tuple[str, str]:
    """The reason and the next step of a gate that is neither passed nor failed: its own, or its worst rule's."""
    if gate.reason:
        return one_line(gate.reason), one_line(gate.hint)
    worst = next((gap for gap in gaps(gate) if gap.outcome is gate.outcome), None)
    return (worst.reason, worst.hint or one_line(gate.hint)) if worst else ("", one_line(gate.hint))


def word(run: Run) -> str:
    """The verdict in one word: PASSED, FAILED, ERRORED or INTERRUPTED, among others."""
    return "INTERRUPTED" if run.interrupted else run.outcome.words.upper()


def shade(run: Run) -> Outcome:
    """The outcome in whose colour the verdict is shown: a pass that is none of the whole is not green."""
    if run.interrupted:
        return Outcome.ERRORED
    return Outcome.INCONCLUSIVE if run.outcome is Outcome.PASSED and partial(run) else run.outcome


def examined(run: Run) -> str:
    """What was examined, gate by gate: counts of two gates are never added, since they may have seen the same."""
    if len(run.gates) == 1:
        return one_line(examined_words(run.gates[0].examined))
    return (
        "; ".join(f"{one_line(gate.gate)}: {one_line(examined_words(gate.examined))}" for gate in run.gates)
        or "nothing"
    )


@_of_the_last
def verdict(run: Run) -> str:
    """Why the verdict is what it is, in one sentence without the verdict itself; first, that it is not on the whole."""
    failing = sum(item.fails for item in shown(run))
    ended = Counter(gate.outcome for gate in run.gates)
    parts = []
    if run.interrupted:
        parts.append(f"ended early by {one_line(run.interrupted)}")
    if ended[Outcome.ERRORED]:
        parts.append(f"{plural(ended[Outcome.ERRORED], 'gate')} errored")
    if failing:
        parts.append(f"{plural(failing, 'finding')} {'fails' if failing == 1 else 'fail'} the change")
    if not run.gates:
        parts.append("no gate ran")
    parts += [
        f"{plural(ended[outcome], 'gate')} {outcome.words}"
        for outcome in (Outcome.INCONCLUSIVE, Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE)
        if ended[outcome]
    ]
    parts += let_through(run)
    if not parts:
        parts.append("nothing fails the change" if run.outcome is not Outcome.FAILED else "see the gates below")
    loosened = sum(finding.rule == _LOOSENED for gate in run.gates for finding in gate.findings)
    if loosened:
        parts.append(f"the change loosens its own judgement in {plural(loosened, 'place')}")
    return ": ".join(filter(None, (partial(run), ", ".join(parts))))


def let_through(run: Run) -> list[str]:
    """What is said of the passes that the verdict rests on; of those that were not needed, nothing."""
    return [pass_words(each) for each in run.passes if each.used]


def pass_words(decision: Pass) -> str:
    """By whom, until when and why a change is let through, and where that is written."""
    origin = f" ({place(decision.origin)})" if decision.origin.path else ""
    until = decision.expires.isoformat(sep=" ", timespec="minutes")
    return one_line(f"let through by {decision.owner} until {until}: {decision.reason}{origin}")


def uncommitted(run: Run) -> str:
    """`with 2 files that are not in the commit so (a.yaml, b.yaml)`; nothing where there is none, or nobody knows."""
    files = run.revision.uncommitted or ()
    if not files:
        return ""
    named = ", ".join(one_line(shorten(file, 100)) for file in files[:_FEW]) + (", …" if len(files) > _FEW else "")
    return f"with {plural(len(files), 'file')} not as in the commit ({named})"


def compared(run: Run) -> str:
    """`working tree against commit 1f3a9c2b04, the merge base with main; contract compares with released.yaml`."""
    revision = run.revision

    def side(name: str, commit: str | None) -> str:
        short = commit[:10] if commit else ""
        return f"{name} ({short})" if short and short[:7] not in name else name

    text = side(revision.head, revision.head_commit) + (f" {dirty}" if (dirty := uncommitted(run)) else "")
    if revision.base is not None:
        text += f" against {side(revision.base, revision.base_commit)}"
    told = [f"{text}, {revision.how}" if revision.how else text]
    told += [f"{gate.gate} compares with {gate.reference}" for gate in run.gates if gate.reference]
    return one_line("; ".join(told))


def reproduce(run: Run) -> list[str]:
    """The commands that show the trouble again: those of the gates that did not pass, else of all gates."""
    red = [gate for gate in run.gates if gate.outcome in _FAILING] or list(run.gates)
    commands = [command_line(gate.reproduce) for gate in red if gate.reproduce]
    if not commands:
        commands = [command_line(item.finding.reproduce) for item in shown(run)[:1] if item.finding.reproduce]
    return list(dict.fromkeys(commands))


def passed(run: Run) -> int:
    """How many rules passed."""
    return sum(result.outcome is Outcome.PASSED for gate in run.gates for result in gate.rules)


def tally(items: Sequence[Shown]) -> str:
    """How many findings stand how: `3 failing, 2 new, 41 unchanged, 1 suppressed`."""
    counts = Counter("failing" if item.fails else item.standing.partition(",")[0] for item in items)
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    causes = Counter(item.finding.cause for item in items)
    why = ", ".join(f"{causes[cause]:,} {text}" for cause, text in _CAUSES.items() if causes[cause])
    return f"{told} ({why})" if why else told
