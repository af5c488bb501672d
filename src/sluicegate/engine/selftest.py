"""Known faults planted, run through the engine as any change is, and what the gate said held against what was wanted.

A gate that says nothing of a fault it is there for is not armed, whatever it says of real changes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.config import BaselineSettings, GateSettings
from sluicegate.engine import Policy
from sluicegate.engine.plan import Plan, PlannedGate
from sluicegate.engine.planning import asked, make_job
from sluicegate.engine.run import run
from sluicegate.engine.sides import Sides
from sluicegate.errors import GateError
from sluicegate.model import Case, Finding, Gate, GateResult, Level, Outcome, Planted, Revision, Run
from sluicegate.registry import load, settings_type
from sluicegate.revision import TreeSpec
from sluicegate.text import one_line, shorten
from sluicegate.worker.job import StoreAddress

_TIMEOUT = 600.0
_NOTHING = "nothing"


class Tried(Struct, frozen=True, kw_only=True):
    """One case, and what came of it. `counting` says whether a finding of the rule could fail a change."""

    gate: str
    fault: str
    rule: str
    expected: str
    got: str
    ok: bool
    fires: bool = True
    counting: bool = False
    kept_from: str = ""


class Trial(Struct, frozen=True, kw_only=True):
    """How a gate is tried: `settings`, `policy` and `secrets` are the user's where they are what is asked about.

    Without settings the faults bring their own. `strict`: the levels that the rules declare are wanted too.
    """

    settings: GateSettings | None = None
    policy: Policy = field(default_factory=lambda: Policy(fail_on=Level.NOTE, judges_suppressions=False))
    strict: bool = True
    secrets: tuple[str, ...] = ()


DECLARED = Trial()
"""The gate as it is declared, where every finding counts."""


def selftest(gate: Gate, trial: Trial = DECLARED, heard: Callable[[int, int], None] | None = None) -> tuple[Tried, ...]:
    """Every planted case of a gate, in order; a rule for which nothing is planted is a case that is not ok.

    Trees are tried side by side. `heard` is told how many of them are done. Raises GateError where the faults cannot
    be had.
    """
    if not gate.planted:
        return (_unplanted(gate.id, "", "the gate declares no known faults"),)
    trees: list[Planted] = list(load(gate.planted)())
    # before the threads begin: msgspec learns a type at its first use, which two threads must not do at once
    settings = [_settings(gate, tree, trial) for tree in trees]
    tried: list[Tried] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        trying = pool.map(lambda tree, own: list(_tried(gate, tree, trial, own)), trees, settings)
        for done, cases in enumerate(trying, 1):
            tried += cases
            if heard:
                heard(done, len(trees))
    planted = {case.rules[0] for tree in trees for case in tree.cases if case.fires}
    lacking = [rule.id for rule in gate.rules if rule.id not in planted]
    return (*tried, *(_unplanted(gate.id, rule, "no fault is planted for this rule") for rule in lacking))


def _unplanted(gate: str, rule: str, why: str) -> Tried:
    return Tried(gate=gate, fault="(none)", rule=rule, expected="a planted fault", got=why, ok=False)


def _settings(gate: Gate, tree: Planted, trial: Trial) -> GateSettings:
    own: dict[str, Any] = msgspec.to_builtins(trial.settings) if trial.settings else dict(tree.settings)
    made: GateSettings = msgspec.convert(own | dict(tree.place) | {"base": "merge-base"}, settings_type(gate))
    return made


def _tried(gate: Gate, tree: Planted, trial: Trial, settings: GateSettings) -> Iterator[Tried]:
    for case in tree.cases:
        if case.excuse:
            yield Tried(
                gate=gate.id, fault="(none)", rule=case.rules[0], expected=_NOTHING, got=f"nothing: {case.excuse}",
                ok=True, fires=False,
            )  # fmt: skip
    cases = [case for case in tree.cases if not case.excuse]
    if not cases:
        return
    with tempfile.TemporaryDirectory(prefix="sluicegate-selftest-") as folder:
        head, base = Path(folder, "head"), Path(folder, "base")
        _write(head, tree.head)
        _write(base, tree.base)
        ended = run(_plan(gate, settings, trial, head, None if tree.alone else base), trial.policy)
    for case in cases:
        yield _judged(gate, case, ended, trial)


def _write(root: Path, texts: Any) -> None:
    root.mkdir()
    for name, text in texts.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
            raise GateError(f"a planted file has the path {one_line(name)}, which leads out of its tree")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8", newline="\n")


def _plan(gate: Gate, settings: GateSettings, trial: Trial, head: Path, base: Path | None) -> Plan:
    now = datetime.now(UTC)
    sides = Sides(
        head=TreeSpec(kind="folder", root=str(head), label="planted"),
        base=TreeSpec(kind="folder", root=str(base), label="before") if base else None,
        repository=None,
        revision=Revision(head="planted", base="before" if base else None, how="what there is was planted"),
    )
    wanted = asked(gate, settings)
    job = make_job(
        wanted, settings=settings, sides=sides, reference=sides.base, no_reference="nothing comes before",
        now=now, secrets=trial.secrets,
    )  # fmt: skip
    kept = BaselineSettings()
    store = StoreAddress(address=kept.store, root=str(head), s3=kept.s3) if (head / kept.store).is_dir() else None
    planned = PlannedGate(
        gate=wanted,
        job=replace(job, chosen=False, store=store),
        timeout=_TIMEOUT,
        observed=settings.mode == "observe",
        named=True,
    )
    # one worker: the trees themselves are tried side by side
    return Plan(gates=(planned,), revision=sides.revision, now=now, workers=1, secrets=trial.secrets)


def _judged(gate: Gate, case: Case, ended: Run, trial: Trial) -> Tried:
    [result, *_] = ended.gates
    rule = case.rules[0]
    # a rule that came with data is in the catalogue of the run once it was told
    level = next((one.level for one in (*gate.rules, *ended.rules) if one.id == rule), Level.NONE)
    told = [found for found in result.findings if found.rule in case.rules and _inside(case, found.location.path)]
    got = ", ".join(_words(found) for found in told) or _NOTHING
    if result.outcome is Outcome.ERRORED and result.reason:
        got = f"the gate errored: {shorten(one_line(result.reason), 300)}"
    if case.fires:
        expected = f"{rule} at {level.value}, new"
        right = len(told) == 1 and told[0].rule == rule and told[0].counts and ended.exit_code == 1
        if trial.strict:
            right = right and told[0].level is level and _failed(result, rule)
    else:
        expected = f"{_NOTHING} by {rule}" + (" and its family" if len(case.rules) > 1 else "")
        right = not told and _looked(result, case)
        got = got if told or right or got != _NOTHING else "the rule did not look there"
    fatal = [found for found in told if found.counts and found.level.reaches(trial.policy.fail_on)]
    return Tried(
        gate=gate.id, fault=case.fault, rule=rule, expected=expected, got=got, ok=right, fires=case.fires,
        counting=bool(fatal) and not result.observed, kept_from=_kept_from(told, result, rule, trial.policy),
    )  # fmt: skip


def _inside(case: Case, path: str | None) -> bool:
    if not case.folder:
        return True
    return path is not None and f"{path}/".startswith(f"{case.folder}/")


def _failed(result: GateResult, rule: str) -> bool:
    return any(one.rule == rule and one.outcome is Outcome.FAILED for one in result.rules)


def _looked(result: GateResult, case: Case) -> bool:
    """Whether the rule decided something there, or on the whole tree: that it is silent says nothing otherwise."""
    return any(
        each.examined and not each.undecided and (each.subject == "." or _inside(case, each.subject))
        for one in result.rules
        if one.rule == case.rules[0]
        for each in one.examinations
    )


def _words(found: Finding) -> str:
    state = "suppressed" if found.suppression else found.state.value
    return f"{found.rule} at {found.level.value}, {state}"


def _kept_from(told: Iterable[Finding], result: GateResult, rule: str, policy: Policy) -> str:
    """What keeps a finding from failing a change, as far as judgement says it."""
    for found in told:
        if found.suppression:
            return f"suppressed by {found.suppression.origin}"
        if found.level_origin:
            return f"set to {found.level.value} by {found.level_origin}"
    if result.observed:
        return 'the gate only observes: mode = "observe"'
    if all(one.rule != rule for one in result.rules):
        return "the settings do not ask it"
    levels = ", ".join(found.level.value for found in told)
    return f"told at {levels}, and fail-on is {policy.fail_on.value}" if levels else "by these settings it says nothing"
