"""Gates and their subjects dealt out to jobs, so that all end at about the same time."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.engine import Plan, PlannedGate
from sluicegate.errors import GateError, UserError
from sluicegate.fleet.document import MOST, Part, RunPlan
from sluicegate.model import GateResult, Outcome, Run
from sluicegate.registry import load
from sluicegate.report.whole import partial
from sluicegate.revision import open_tree
from sluicegate.revision.globs import is_pattern
from sluicegate.text import plural

_NOTHING = 1e-9


class Costs(Struct, frozen=True, kw_only=True):
    """Seconds that gates took in earlier runs, and of that each subject's share; empty where nothing is known."""

    gates: Mapping[str, float] = field(default_factory=dict)
    subjects: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def gate(self, gate: str) -> float:
        """The seconds of a gate; of one that never ran, the mean of the others, and 1 where there is none."""
        return self.gates.get(gate) or fmean(self.gates.values() or [1.0])

    def of(self, gate: str, subjects: Sequence[str]) -> dict[str, float]:
        """The seconds of each subject of a gate; of one that was never seen, the mean of the others."""
        known = [seconds for (of, _), seconds in self.subjects.items() if of == gate]
        usual = fmean(known) if known else self.gate(gate) / max(len(subjects), 1)
        return {subject: self.subjects.get((gate, subject), usual) for subject in subjects}


def costs(runs: Iterable[Run]) -> Costs:
    """What gates and subjects took: the mean over runs, a gate's time shared out by how much it examined in each.

    A gate that errored says nothing of what it takes, nor does a run that did not look at all of its work.
    """
    gates: defaultdict[str, list[float]] = defaultdict(list)
    subjects: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for run in runs:
        for result in () if partial(run) else run.gates:
            if result.outcome is Outcome.ERRORED or not result.seconds:
                continue
            gates[result.gate].append(result.seconds)
            weights = _weights(result)
            total = sum(weights.values())
            for subject, weight in weights.items():
                subjects[result.gate, subject].append(result.seconds * weight / total)
    return Costs(
        gates={gate: fmean(taken) for gate, taken in gates.items()},
        subjects={subject: fmean(taken) for subject, taken in subjects.items()},
    )


def _weights(result: GateResult) -> dict[str, int]:
    weights: defaultdict[str, int] = defaultdict(int)
    for rule in result.rules:
        for examination in rule.examinations:
            if examination.subject:
                weights[examination.subject] += max(examination.examined, 1)
    return weights


def deal(plan: Plan, known: Costs, *, jobs: int, least: float) -> tuple[Part, ...]:
    """The parts of a plan: at least one for each gate, at most `jobs`, what takes longest first.

    A gate is divided while there are jobs left, the one whose largest part takes longest first; not where that takes
    less than `least` seconds, as far as is known, since a machine has to be set up for each. The same input gives the
    same parts. Raises UserError where there are more gates than jobs.
    """
    names = list(dict.fromkeys([*(planned.gate.id for planned in plan.gates), *(one.gate for one in plan.broken)]))
    if not 1 <= jobs <= MOST:
        raise UserError(f"--jobs {jobs}: a matrix has 1 to {MOST} jobs")
    if len(names) > jobs:
        raise UserError(
            f"there are {plural(len(names), 'gate')}, and at most {plural(jobs, 'job')}",
            hint=f"give --jobs {len(names)} or more",
        )
    dealt: dict[str, list[Part]] = {name: [Part(id=name, gate=name, seconds=_told(known, name))] for name in names}
    subjects = {planned.gate.id: subjects_of(planned) for planned in plan.gates}
    divisible = {name: known.of(name, listed) for name, listed in subjects.items() if len(listed) > 1}
    for name, taken in divisible.items():
        dealt[name] = _shared(name, taken, 1, known)
    growing = set(divisible)
    while growing:
        name = max(sorted(growing), key=lambda one: _longest(divisible[one], dealt[one]))
        left = jobs - sum(map(len, dealt.values()))
        more = _divided_further(name, divisible[name], dealt[name], left, known)
        if more is None or (name in known.gates and _longest(divisible[name], dealt[name]) < least):
            growing.discard(name)
        else:
            dealt[name] = more
    parts = (part for parts in dealt.values() for part in parts)
    parts = (replace(part, examines=part.subjects or subjects.get(part.gate, ())) for part in parts)
    return tuple(sorted(parts, key=lambda part: (-part.seconds, part.gate, part.number)))


def subjects_of(planned: PlannedGate) -> tuple[str, ...]:
    """The paths that a gate's work can be divided by; none where it has to stay in one piece."""
    job, gate = planned.job, planned.gate
    if not gate.subjects or gate.comparison is None or (job.reference and job.reference.aliases):
        return ()
    settings = msgspec.convert(job.settings, load(job.settings_type))
    trees = [open_tree(spec) for spec in (job.head, job.reference) if spec is not None]
    try:
        listed = tuple(sorted(load(gate.subjects)(settings, trees)))
    except GateError:  # the gate itself says so when it runs
        return ()
    # a path that reads like a pattern cannot be named by itself
    return () if any(is_pattern(path) for path in listed) else listed


def narrowed(plan: Plan, part: Part) -> Plan:
    """The plan of one part. Raises UserError where the plan has nothing of it."""
    gates = []
    for planned in plan.gates:
        if planned.gate.id != part.gate:
            continue
        if part.subjects and planned.gate.comparison:
            settings = {**planned.job.settings, planned.gate.comparison.setting: list(part.subjects)}
            gates.append(replace(planned, job=replace(planned.job, settings=settings)))
        else:
            gates.append(planned)
    broken = tuple(one for one in plan.broken if one.gate == part.gate)
    if not gates and not broken:
        raise UserError(f"the part {part.id} is of the gate {part.gate}, which is not configured here")
    return replace(plan, gates=tuple(gates), broken=broken)


def differences(plan: RunPlan, *, head: str, base: str, policy: str, version: str, tool: str) -> list[str]:
    """In what something differs from what the plan asks of every part, in words."""
    pairs = (
        ("the revision", head, plan.head_commit),
        ("the base", base, plan.base_commit),
        ("the policy", policy, plan.policy_digest),
        ("the version of Sluicegate", version, plan.tool_version),
        ("the code of Sluicegate", tool, plan.tool_digest),
    )
    return [f"{what} is {_short(is_)}, and the plan has {_short(asked)}" for what, is_, asked in pairs if is_ != asked]


def _short(text: str) -> str:
    return text[:12] or "none"


def _told(known: Costs, gate: str) -> float:
    return round(known.gates.get(gate, 0.0), 3)


def _longest(taken: Mapping[str, float], parts: Sequence[Part]) -> float:
    return max(sum(taken[subject] for subject in part.subjects or taken) for part in parts)


def _divided_further(
    gate: str, taken: Mapping[str, float], parts: Sequence[Part], left: int, known: Costs
) -> list[Part] | None:
    """The same in as few more parts as make the longest shorter, if `left` more are enough for that."""
    longest = _longest(taken, parts)
    for count in range(len(parts) + 1, min(len(taken), len(parts) + left) + 1):
        more = _shared(gate, taken, count, known)
        if _longest(taken, more) < longest - _NOTHING:
            return more
    return None


def _shared(gate: str, taken: Mapping[str, float], count: int, known: Costs) -> list[Part]:
    """Subjects in so many parts, each given to the part with least to do, the costliest first (Graham 1969, LPT)."""
    if count == 1:
        return [Part(id=gate, gate=gate, seconds=_told(known, gate))]
    loads: list[tuple[float, int]] = [(0.0, number) for number in range(1, count + 1)]
    shares: defaultdict[int, list[str]] = defaultdict(list)
    for subject, seconds in sorted(taken.items(), key=lambda item: (-item[1], item[0])):
        load_, number = heapq.heappop(loads)
        shares[number].append(subject)
        heapq.heappush(loads, (load_ + seconds, number))
    told = gate in known.gates
    return [
        Part(
            id=f"{gate}-{number}-of-{count}",
            gate=gate,
            number=number,
            of=count,
            subjects=tuple(sorted(shares[number])),
            seconds=round(sum(taken[subject] for subject in shares[number]), 3) if told else 0.0,
        )
        for number in sorted(shares)
    ]
