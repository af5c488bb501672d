"""The Runs of all parts joined into one verdict, which is none where a part is missing, doubled or does not fit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.errors import Exit
from sluicegate.fleet.decisions import decisions, rules_of
from sluicegate.fleet.document import Part, RunPlan
from sluicegate.fleet.files import RunFile
from sluicegate.fleet.planned import plugin_names
from sluicegate.fleet.split import differences
from sluicegate.model import (
    GateResult,
    Joining,
    Outcome,
    Pass,
    Revision,
    Run,
    rank,
)
from sluicegate.registry import HOUSE, gates, load
from sluicegate.report.view import uncommitted
from sluicegate.text import one_line, shorten

JOINING = "parts"
"""The gate that stands in the Run for what is wrong with the parts themselves."""

_NAMED = 5


class _Sorted(Struct, kw_only=True):
    """The files by the part they are of, and what is wrong with the others."""

    good: dict[str, Run] = field(default_factory=dict)
    wrong: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    stray: list[str] = field(default_factory=list)


def merge(plan: RunPlan, files: Iterable[RunFile], now: datetime) -> Run:
    """One Run of all parts, errored (exit 3) where one is missing, stands there twice, or is of something else.

    That is another plan, revision, policy or tool. Each is named in the reason of its gate; what the others found is
    there all the same. `now` is when a run began of which there is no part.
    """
    found = _sorted(plan, files)
    results: list[GateResult] = []
    for gate in dict.fromkeys(part.gate for part in plan.parts):
        parts = [part for part in plan.parts if part.gate == gate]
        runs = [found.good[part.id] for part in parts if part.id in found.good]
        results.append(_gate(gate, parts, runs, found))
    if found.stray:
        results.append(_trouble(JOINING, "Parts of the run", found.stray))
    runs = [found.good[part.id] for part in plan.parts if part.id in found.good]
    house = decisions(runs, results) if len(found.good) == len(plan.parts) else None
    return _joined(plan, runs, [*results, *([house] if house else [])], now)


def _sorted(plan: RunPlan, files: Iterable[RunFile]) -> _Sorted:
    ids = {part.id for part in plan.parts}
    by_part: defaultdict[str, list[RunFile]] = defaultdict(list)
    out = _Sorted()
    for file in files:
        run = file.run
        if run is None:
            out.stray.append(f"{file.shown}: {file.trouble}")
        elif run.plan != plan.digest or run.part not in ids:
            what = f"the part {run.part} of another plan" if run.part else "no part of a plan"
            out.stray.append(f"{file.shown} is {what}")
        else:
            by_part[run.part].append(file)
    for part in plan.parts:
        given = by_part[part.id]
        if not given:
            out.wrong[part.gate].append(f"the part {part.id} is missing")
        elif len(given) > 1:
            names = " and ".join(file.shown for file in given[:_NAMED])
            out.wrong[part.gate].append(f"the part {part.id} is there {len(given)} times ({names})")
        elif given[0].run is not None:
            if trouble := _unfit(plan, part, given[0].run):
                out.wrong[part.gate].append(f"the part {part.id} does not fit ({given[0].shown}): {trouble}")
            else:
                out.good[part.id] = given[0].run
    _same_tree(plan, out)
    return out


def _same_tree(plan: RunPlan, out: _Sorted) -> None:
    """Take out the parts that judged other files than the others: where some kept to the commit, those that did not."""
    trees = [run.revision.uncommitted for run in out.good.values()]
    if len(set(trees)) <= 1:
        return
    wanted = () if () in trees else trees[0]
    for part in plan.parts:
        run = out.good.get(part.id)
        if run is not None and run.revision.uncommitted != wanted:
            said = "what it judged is not said to be what the commit has"
            why = f"it was made {uncommitted(run)}" if run.revision.uncommitted else said
            out.wrong[part.gate].append(f"the part {part.id} does not fit: {why}, and other parts were not")
            del out.good[part.id]


def _unfit(plan: RunPlan, part: Part, run: Run) -> str:
    """Why a Run cannot be taken for a part; empty where it can."""
    told = differences(
        plan,
        head=run.revision.head_commit or "",
        base=run.revision.base_commit or "",
        policy=run.policy_digest,
        version=run.tool_version,
        tool=run.tool_digest,
    )
    if plan.plugins != plugin_names(run.plugins):
        told.append("the plugins are others than the plan's")
    if run.interrupted:
        told.append(f"it was interrupted by {run.interrupted}")
    if run.only:
        told.append(f"it was narrowed with --only {run.only}")
    foreign = sorted({gate.gate for gate in run.gates} - {part.gate, HOUSE.id})
    if foreign or part.gate not in {gate.gate for gate in run.gates}:
        told.append(f"it is not of the gate {part.gate} alone")
    told += _unexamined(plan, part, run)
    return "; ".join(told)


def _unexamined(plan: RunPlan, part: Part, run: Run) -> Iterator[str]:
    """What a Run of this name would have looked at, and this one has not; one that broke says so itself."""
    of_gate = [gate for gate in run.gates if gate.gate == part.gate]
    judged = {rule.rule for gate in of_gate for rule in gate.rules}
    looked = {each.subject for gate in of_gate for rule in gate.rules for each in rule.examinations}
    others = {one for other in plan.parts if other.gate == part.gate and other.id != part.id for one in other.examines}
    if foreign := sorted((looked & others) - set(part.examines)):
        yield f"it examined {_some(foreign)}, which other parts are for"
    if any(gate.outcome is Outcome.ERRORED for gate in of_gate):
        return
    if lacking := sorted(set(part.examines) - looked):
        yield f"it did not examine {_some(lacking)}"
    if silent := sorted({rule.id for rule in run.rules if rule.gate == part.gate} - judged):
        yield f"it has no result for {_some(silent)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(shorten(one_line(name), 100) for name in names[:_NAMED]) + more


def _gate(gate: str, parts: Sequence[Part], runs: Sequence[Run], found: _Sorted) -> GateResult:
    """A gate as if one machine had run it. `seconds` is what its parts took together."""
    results = [result for run in runs for result in run.gates if result.gate == gate]
    wrong = found.wrong[gate]
    if not results:
        return _trouble(gate, gate, wrong)
    outcome = Outcome.worst([result.outcome for result in results])
    # the parts that ended so, told by name: their reasons are about their own subjects
    ended = [
        (part, result)
        for part, result in zip((part for part in parts if part.id in found.good), results, strict=True)
        if result.outcome is outcome and result.reason
    ]
    reasons = [result.reason if len(parts) == 1 else f"{part.id}: {result.reason}" for part, result in ended]
    examined: Counter[str] = Counter()
    for result in results:
        examined.update(result.examined)
    first = results[0]
    joined = replace(
        first,
        outcome=outcome,
        rules=rules_of(results),
        findings=tuple(sorted((one for result in results for one in result.findings), key=rank)),
        measurements=tuple(one for result in results for one in result.measurements),
        evidence=tuple(one for result in results for one in result.evidence),
        examined=dict(examined),
        reason=_listed(reasons),
        hint=next((result.hint for _, result in ended if result.hint), ""),
        detail="\n".join(filter(None, (result.detail for result in results))),
        seconds=round(sum(result.seconds for result in results), 3),
        observed=all(result.observed for result in results),
        facts=_facts(gate, results, whole=not wrong),
    )
    if not wrong:
        return joined
    return replace(joined, outcome=Outcome.ERRORED, reason=_listed(wrong), hint=_HINT, observed=False)


def _facts(gate: str, results: Sequence[GateResult], *, whole: bool) -> dict[str, str]:
    """What the parts concluded, joined as the gate declares it; where it declares nothing, all that they said.

    What holds for the whole cannot be said where a part is not there, or broke before it could conclude.
    """
    declared = next((one.joins for one in gates() if one.id == gate), "")
    joins: Joining = load(declared) if declared else lambda _, __: None
    out: dict[str, str] = {}
    for name in dict.fromkeys(name for result in results for name in result.facts):
        values = list(dict.fromkeys(result.facts[name] for result in results if name in result.facts))
        said = joins(name, values)
        if said is None:
            out[name] = ", ".join(values)
        elif whole and not any(result.outcome is Outcome.ERRORED and name not in result.facts for result in results):
            out[name] = said
    return out


def _joined(plan: RunPlan, runs: Sequence[Run], results: Sequence[GateResult], now: datetime) -> Run:
    # an errored part's own gates bound it; those that this joining made errored, and the decisions, come on top
    counted = [_weight(gate) for gate in results if gate.outcome is Outcome.ERRORED or gate.gate in (HOUSE.id, JOINING)]
    house = [_undecided(gate) for gate in results if gate.gate == HOUSE.id and plan.undecided_fails]
    outcome = Outcome.worst([*(_without_house(plan, run) for run in runs), *counted, *house])
    code = {Outcome.ERRORED: Exit.ERRORED, Outcome.FAILED: Exit.FAILED}.get(outcome, Exit.PASSED)
    if not runs:
        return _nothing(plan, results, now)
    started = min(run.started for run in runs)
    ended = max(run.started + timedelta(seconds=run.seconds) for run in runs)
    passes: dict[Pass, bool] = {}
    for one in (one for run in runs for one in run.passes):
        decision = replace(one, used=False)
        passes[decision] = passes.get(decision, False) or one.used
    return replace(
        runs[0],
        outcome=outcome,
        exit_code=int(code),
        gates=tuple(results),
        rules=tuple({rule.id: rule for run in runs for rule in run.rules}.values()),
        started=started,
        seconds=round(max((ended - started).total_seconds(), 0.0), 3),
        passes=tuple(replace(decision, used=used) for decision, used in passes.items()),
        plan="",
        part="",
    )


def _nothing(plan: RunPlan, results: Sequence[GateResult], now: datetime) -> Run:
    """The Run where no part can be taken."""
    revision = Revision(
        head=f"commit {plan.head_commit[:12]}",
        base=f"commit {plan.base_commit[:12]}" if plan.base_commit else None,
        head_commit=plan.head_commit,
        base_commit=plan.base_commit or None,
        how="as the plan of the parts says",
    )
    return Run(
        outcome=Outcome.ERRORED,
        exit_code=int(Exit.ERRORED),
        gates=tuple(results),
        rules=(),
        revision=revision,
        tool_version=plan.tool_version,
        started=now,
        seconds=0.0,
        policy_digest=plan.policy_digest,
        tool_digest=plan.tool_digest,
    )


def _without_house(plan: RunPlan, run: Run) -> Outcome:
    """How a part ended but for the decisions in the settings, which it cannot judge alone."""
    if run.outcome not in (Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.NOT_TESTED):
        return run.outcome
    others = [gate for gate in run.gates if gate.gate != HOUSE.id]
    return Outcome.worst([*map(_weight, others), *(_undecided(gate) for gate in others if plan.undecided_fails)])


def _weight(gate: GateResult) -> Outcome:
    """What a gate's outcome means for the run: an observed one cannot fail it."""
    return Outcome.PASSED if gate.observed and gate.outcome is Outcome.FAILED else gate.outcome


def _undecided(gate: GateResult) -> Outcome:
    """What its undecided rules mean where those fail the run."""
    undecided = {Outcome.INCONCLUSIVE, Outcome.NOT_TESTED} & {rule.outcome for rule in gate.rules}
    return Outcome.FAILED if undecided and not gate.observed else Outcome.PASSED


_HINT = "run the jobs of these parts again, with the same plan, and join all of them"


def _trouble(gate: str, title: str, wrong: Sequence[str]) -> GateResult:
    return GateResult(gate=gate, title=title, outcome=Outcome.ERRORED, rules=(), reason=_listed(wrong), hint=_HINT)


def _listed(told: Sequence[str]) -> str:
    more = f"; and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
    return "; ".join(shorten(one, 500) for one in told[:_NAMED]) + more
