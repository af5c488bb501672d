"""Any text, and runs that hold any text, for the properties."""

from __future__ import annotations

import shlex
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from msgspec.structs import replace

from sluicegate.errors import Exit
from sluicegate.model import (
    BaselineState,
    Evidence,
    Examination,
    Finding,
    GateResult,
    Level,
    Location,
    Measurement,
    Outcome,
    Plugin,
    Revision,
    Rule,
    RuleKind,
    RuleResult,
    Run,
    Suppression,
    Undecided,
)

NASTY = [
    "::error::x",
    "##[error]",
    "##",
    "##vso[a]",
    "\n\t::",
    "]]>",
    "<b>",
    "](javascript:x)",
    "|",
    "\x00",
    "\r\n",
    "\ud800",
    "\ufffe",
    "\u202e",
    "%0A",
    "@me",
    "#1",
    "`",
    "漢字",
    " ",
    ":",
    ",",
]

texts = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=[]), max_size=30),
    st.lists(st.sampled_from(NASTY), max_size=4).map("".join),
)


def optional(strategy):
    return st.none() | strategy


def bound(run: Run) -> Outcome:
    """The best outcome that a run can have: what the engine makes of its gates where nothing more is asked of them."""
    if run.interrupted or not run.gates:
        return Outcome.ERRORED
    return Outcome.worst(
        Outcome.PASSED if gate.observed and gate.outcome is Outcome.FAILED else gate.outcome for gate in run.gates
    )


ENDED = [outcome for outcome in Outcome if outcome is not Outcome.LET_THROUGH]
"""How a gate or a rule may end, and a run that no pass lets through."""


def rested(gate: GateResult, fail_on: Level) -> GateResult:
    """The gate with rules that end no better than what they examined and found, and itself no better than they."""
    fired = {found.rule for found in gate.findings if found.counts and found.level.reaches(fail_on)}
    rules = []
    for rule in gate.rules:
        looked = [each.undecided.outcome if each.undecided else Outcome.PASSED for each in rule.examinations]
        if not any(each.examined and not each.undecided for each in rule.examinations):
            looked.append(Outcome.NOT_TESTED)
        failed = [Outcome.FAILED] if rule.rule in fired else []
        rules.append(replace(rule, outcome=Outcome.worst([rule.outcome, *looked, *failed])))
    known = {rule.rule for rule in rules}
    rules += [RuleResult(rule=rule, outcome=Outcome.FAILED) for rule in sorted(fired - known)]
    total = sum(each.examined for rule in rules for each in rule.examinations)
    outcome = Outcome.worst([gate.outcome, *(rule.outcome for rule in rules)])
    if not rules:
        outcome = Outcome.worst([gate.outcome, Outcome.NOT_TESTED])
    examined = {unit: min(count, total) for unit, count in gate.examined.items()}
    return replace(gate, rules=tuple(rules), outcome=outcome, examined=examined)


def concluded(run: Run) -> Run:
    """The run with outcomes that follow from the rest: its own, or the bound where that is worse."""
    run = replace(run, gates=tuple(rested(gate, run.fail_on) for gate in run.gates))
    least = bound(run)
    nothing = run.outcome is Outcome.PASSED and least is Outcome.NOT_APPLICABLE
    outcome = least if nothing else Outcome.worst([run.outcome, least])
    code = Exit.ERRORED if outcome is Outcome.ERRORED else Exit.FAILED if outcome is Outcome.FAILED else Exit.PASSED
    return replace(run, outcome=outcome, exit_code=int(Exit.INTERRUPTED if run.interrupted else code))


def commands(text=texts) -> st.SearchStrategy[str]:
    """What the engine may tell as the command to see something again."""
    sets = st.lists(text, max_size=3).map(lambda values: [word for value in values for word in ("--set", value)])
    return st.just("") | sets.map(lambda words: shlex.join(["sluicegate", "check", *words]))


def runs(text=texts, most: int = 4, again=texts) -> st.SearchStrategy[Run]:
    """Runs of every shape, whose verdict follows from the rest; rules and findings share few ids, so that they meet.

    `again` are the commands to see something again; only some are read back.
    """
    ids = st.sampled_from(["contract/a", "contract/b", "security/c"]) | text
    numbers = st.integers(1, 10_000)
    finite = st.floats(allow_nan=False, allow_infinity=False)
    places = st.builds(
        Location, path=optional(text), line=optional(numbers), column=optional(numbers), logical=optional(text)
    )
    days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
    suppressions = st.builds(
        Suppression,
        rule=text,
        reason=text,
        owner=text,
        expires=days,
        path=optional(text),
        logical=optional(text),
        fingerprint=optional(text),
        origin=places,
    )
    findings = st.builds(
        Finding,
        rule=ids,
        level=st.sampled_from(Level),
        message=text,
        key=st.lists(text, max_size=3).map(tuple),
        location=places,
        base_location=optional(places),
        advice=text,
        witness=text,
        tags=st.lists(text, max_size=2).map(tuple),
        state=st.sampled_from(BaselineState),
        suppression=optional(suppressions),
        level_origin=optional(text),
        in_change=optional(st.booleans()),
        reproduce=again,
    )
    reasons = st.builds(
        Undecided,
        outcome=st.sampled_from([one for one in ENDED if one not in (Outcome.PASSED, Outcome.FAILED)]),
        reason=text,
        hint=text,
    )
    examinations = st.builds(
        Examination, rule=ids, subject=text, examined=st.integers(0, 1000), undecided=optional(reasons)
    )
    results = st.builds(
        RuleResult,
        rule=ids,
        outcome=st.sampled_from(ENDED),
        examinations=st.lists(examinations, max_size=2).map(tuple),
        reason=text,
    )
    measurements = st.builds(
        Measurement,
        name=text,
        value=finite | st.sampled_from([float("inf"), float("-inf")]),
        unit=text,
        samples=st.lists(finite, max_size=2).map(tuple),
        location=places,
    )
    gates = st.builds(
        GateResult,
        gate=st.sampled_from(["contract", "security"]) | text,
        title=text,
        outcome=st.sampled_from(ENDED),
        rules=st.lists(results, max_size=most).map(tuple),
        findings=st.lists(findings, max_size=most).map(tuple),
        measurements=st.lists(measurements, max_size=1).map(tuple),
        evidence=st.lists(st.builds(Evidence, subject=text, query=text, sha256=text), max_size=1).map(tuple),
        examined=st.dictionaries(text, st.integers(0, 10_000), max_size=2),
        reason=text,
        hint=text,
        seconds=st.floats(0, 1e6),
        observed=st.booleans(),
        reproduce=again,
    )
    rules = st.builds(
        Rule,
        id=ids,
        title=text,
        summary=text,
        level=st.sampled_from(Level),
        kind=st.sampled_from(RuleKind),
        unit=text,
        tags=st.lists(text, max_size=2).map(tuple),
        security_severity=optional(st.floats(0, 10)),
        help=text,
        page=text,
    )
    return st.builds(
        Run,
        outcome=st.sampled_from(ENDED),
        exit_code=st.just(0),
        gates=st.lists(gates, max_size=3).map(tuple),
        rules=st.lists(rules, max_size=3).map(tuple),
        revision=st.builds(
            Revision,
            head=text,
            base=optional(text),
            head_commit=optional(text),
            base_commit=optional(text),
            how=text,
        ),
        tool_version=text,
        started=st.integers(0, 4_000_000_000_000_000).map(
            lambda micros: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
        ),
        seconds=st.floats(0, 1e6),
        fail_on=st.sampled_from([Level.ERROR, Level.WARNING, Level.NOTE]),
        interrupted=st.just("") | text,
        plugins=st.lists(st.builds(Plugin, gate=text, distribution=text, version=text, sha256=text), max_size=1).map(
            tuple
        ),
    ).map(concluded)
