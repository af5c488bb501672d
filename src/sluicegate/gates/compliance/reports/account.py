"""What a Run shows of every control and every clause: all that reports are written from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import Exit, UserError
from sluicegate.gates.compliance.catalogue import PACK
from sluicegate.gates.compliance.controls.frameworks import TITLES
from sluicegate.gates.compliance.controls.model import Clause, Control, Pack, Served
from sluicegate.gates.compliance.personal.masking import masked
from sluicegate.gates.compliance.reports.standing import Covered, Result, covered, result_of, stands, summary
from sluicegate.model import (
    Evidence,
    Finding,
    GateResult,
    Level,
    Outcome,
    RuleResult,
    Run,
    Suppression,
    Undecided,
)
from sluicegate.text import one_line, plural

GATE = "compliance"


class Deviation(Struct, frozen=True, kw_only=True):
    """One item that breaks a control, and the exception that was made for it, if one was."""

    message: str
    place: str
    fingerprint: str
    level: Level
    exception: Suppression | None


class Open(Struct, frozen=True, kw_only=True):
    """What was not decided of a control: in which evidence, how that ended, why, and what to do."""

    subject: str
    why: Undecided


class Shown(Struct, frozen=True, kw_only=True):
    """A control as it ended, with what it was judged by. `asked` is false where the Run says nothing of it."""

    control: Control
    result: Result
    examined: int = 0
    evidence: tuple[Evidence, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    open: tuple[Open, ...] = ()
    asked: bool = True

    @property
    def excepted(self) -> tuple[Deviation, ...]:
        """The deviations for which an exception was made."""
        return tuple(each for each in self.deviations if each.exception)


class Part(Struct, frozen=True, kw_only=True):
    """A clause of a framework, what it comes to, and the controls that serve it."""

    clause: Clause
    covered: Covered
    serving: tuple[tuple[Served, Shown], ...]


class Framework(Struct, frozen=True, kw_only=True):
    """A framework with the clauses that the packs speak of."""

    id: str
    title: str
    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """`3 of 4 clauses shown in full or part (1 not tested)`."""
        return summary([each.covered.standing for each in self.parts])


class Account(Struct, frozen=True, kw_only=True):
    """All of it. `digest` is the SHA-256 of the Run in one canonical form; `lacking` says why the Run is not whole."""

    run: Run
    gate: GateResult
    digest: str
    packs: tuple[Pack, ...]
    controls: Mapping[str, Shown]
    frameworks: tuple[Framework, ...]
    lacking: str = ""

    @property
    def worst(self) -> Result:
        """The worst that a control ended as."""
        ended = {each.result for each in self.controls.values()}
        return next((each for each in Result if each in ended), Result.NOT_APPLICABLE)

    @property
    def ranked(self) -> list[Shown]:
        """The controls, those that ended worst before the others, else in the order of their packs."""
        worst = list(Result)
        return sorted(self.controls.values(), key=lambda each: worst.index(each.result))

    @property
    def state(self) -> Exit:
        """The exit code of the state: 3 where a control errored, 1 where one failed at a level that fails the run."""
        if self.lacking or any(each.result is Result.ERRORED for each in self.controls.values()):
            return Exit.ERRORED
        found = (each for shown in self.controls.values() for each in shown.deviations)
        failed = any(each.exception is None and each.level.reaches(self.run.fail_on) for each in found)
        return Exit.FAILED if failed else Exit.PASSED

    @property
    def excepted(self) -> list[tuple[Shown, Deviation]]:
        """All exceptions, those that end first before the others."""
        found = [(shown, each) for shown in self.controls.values() for each in shown.excepted]
        return sorted(found, key=lambda pair: (_ends(pair[1]), pair[0].control.id, pair[1].fingerprint))


def gate_of(run: Run) -> GateResult:
    """What the compliance gate said. Raises UserError where it said nothing, or not of the whole."""
    gate = next((each for each in run.gates if each.gate == GATE), None)
    if gate is None:
        named = ", ".join(each.gate for each in run.gates) or "none"
        hint = "write one by `sluicegate check compliance --report json=FILE`"
        raise UserError(f"the compliance gate took no part in this run; its gates: {named}", hint=hint)
    if run.only or run.part:
        told = f"narrowed to {run.only}" if run.only else f"{run.part} of several"
        raise UserError(f"this run is {one_line(told)}, and a report is of the whole", hint="take a whole one")
    return gate


def packs_of(gate: GateResult) -> tuple[Evidence, ...]:
    """Which packs a gate was asked with, as it says so. Raises UserError where it got to none."""
    packs = tuple(each for each in gate.evidence if each.subject.startswith("pack ") and "pack " in each.query)
    if not packs:
        why = gate.reason or "it names no pack"
        raise UserError(f"the compliance gate looked at nothing: {one_line(why)}", hint=gate.hint)
    return packs


def account(run: Run, packs: Iterable[Pack]) -> Account:
    """What a Run shows by the packs that it was made with. Raises UserError where these are others."""
    gate = gate_of(run)
    used = _used(packs_of(gate), {pack.name: pack for pack in packs})
    clauses = [clause for pack in used for clause in pack.clauses]
    wanted = {served.control for clause in clauses for served in clause.served}
    results = {each.rule: each for each in gate.rules}
    controls = {
        control.id: _shown(control, results.get(control.rule), gate)
        for pack in used
        for control in pack.controls
        if control.rule in results or control.id in wanted
    }
    return Account(
        run=run,
        gate=gate,
        digest=hashlib.sha256(msgspec.json.encode(run, order="sorted")).hexdigest(),
        packs=used,
        controls=controls,
        frameworks=tuple(_frameworks(clauses, controls)),
        lacking=_lacking(run, gate),
    )


def _used(named: Iterable[Evidence], packs: Mapping[str, Pack]) -> tuple[Pack, ...]:
    used = []
    for evidence in named:
        name = evidence.subject.removeprefix("pack ")
        pack = packs.get(name)
        if pack is None:
            raise UserError(f"the run was made with the pack {name}, which is not here", hint=_WHERE)
        if pack.digest != evidence.sha256:
            told = f"the run was made with {evidence.query} ({evidence.sha256[:12]}), and here is {pack.version}"
            raise UserError(f"{told} ({pack.digest[:12]})", hint=_WHERE)
        used.append(replace(pack, clauses=()) if evidence.query.startswith("controls of ") else pack)
    return tuple(used)


_WHERE = "take the revision and the Sluicegate that the run was made with, or make the run again"


def _shown(control: Control, result: RuleResult | None, gate: GateResult) -> Shown:
    if result is None:
        why = Undecided(outcome=Outcome.NOT_TESTED, reason="the run says nothing of this control")
        return Shown(control=control, result=Result.NOT_TESTED, open=(Open(subject="", why=why),), asked=False)
    findings = [each for each in gate.findings if each.rule == control.rule and stands(each)]
    said = [
        Open(subject=masked(one_line(each.subject)), why=_masked(each.undecided))
        for each in result.examinations
        if each.undecided is not None
    ]
    if not said and result.reason and result.outcome not in (Outcome.PASSED, Outcome.FAILED):
        said = [Open(subject="", why=Undecided(outcome=result.outcome, reason=masked(one_line(result.reason))))]
    return Shown(
        control=control,
        result=result_of(result.outcome, findings),
        examined=sum(each.examined for each in result.examinations),
        evidence=tuple(_seen(each) for each in gate.evidence if each.rule == control.rule),
        deviations=tuple(map(_deviation, findings)),
        open=tuple(said),
    )


def _seen(evidence: Evidence) -> Evidence:
    return replace(
        evidence, subject=masked(one_line(evidence.subject)), query=masked(one_line(evidence.query)),
        source=one_line(evidence.source),
    )  # fmt: skip


def _masked(why: Undecided) -> Undecided:
    return replace(why, reason=masked(one_line(why.reason)), hint=masked(one_line(why.hint)))


def _deviation(finding: Finding) -> Deviation:
    return Deviation(
        message=masked(one_line(finding.message)),
        place=masked(one_line(str(finding.location))),
        fingerprint=finding.fingerprint,
        level=finding.level,
        exception=finding.suppression,
    )


def _frameworks(clauses: Iterable[Clause], controls: Mapping[str, Shown]) -> Iterable[Framework]:
    """The frameworks in the order of the packs; what two packs say of one clause stands together."""
    found: dict[str, dict[str, Clause]] = {}
    for clause in clauses:
        known = found.setdefault(clause.framework, {})
        first = known.get(clause.id)
        known[clause.id] = replace(first, served=first.served + clause.served) if first else clause
    for name, those in found.items():
        parts = []
        for clause in those.values():
            serving = tuple((each, controls[each.control]) for each in clause.served if each.control in controls)
            told = covered([(each.strength, shown.result) for each, shown in serving])
            parts.append(Part(clause=clause, covered=told, serving=serving))
        yield Framework(id=name, title=TITLES.get(name, name), parts=tuple(parts))


def _lacking(run: Run, gate: GateResult) -> str:
    told = [f"The run was ended early by {one_line(run.interrupted)}."] if run.interrupted else []
    if gate.outcome is Outcome.ERRORED and gate.reason:
        told.append(f"The gate errored: {masked(one_line(gate.reason))}.")
    told += [f"{each.location}: {masked(one_line(each.message))}." for each in gate.findings if each.rule == PACK.id]
    return " ".join(told)


def _ends(deviation: Deviation) -> date:
    return deviation.exception.expires if deviation.exception else date.max


def revision_words(run: Run) -> str:
    """`working tree (1f3a9c2b04), with 2 files not as in the commit`."""
    revision = run.revision
    commit = f" ({revision.head_commit})" if revision.head_commit else ""
    changed = plural(len(revision.uncommitted), "file") if revision.uncommitted else ""
    return one_line(revision.head) + commit + (f", with {changed} not as in the commit" if changed else "")
