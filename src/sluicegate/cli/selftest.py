"""`sluicegate selftest`: known faults are planted, and each gate has to see its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from sluicegate.cli.options import configured, loaded, struck
from sluicegate.cli.progress import watching
from sluicegate.config import Loaded
from sluicegate.engine import Policy, Progressed, Started, policy_of
from sluicegate.engine.selftest import DECLARED, Trial, Tried, selftest
from sluicegate.errors import Exit, GateError, UserError
from sluicegate.model import Gate, Progress
from sluicegate.report.inert import in_json
from sluicegate.text import inert, one_line, plural

_VERSION = 1


@click.command(name="selftest")
@click.argument("named", nargs=-1, metavar="[GATE]...")
@click.option("--configured", "audited", is_flag=True, help="Also say which rules the settings keep from failing.")
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text", help="How it is told.")
@configured
def command(named: tuple[str, ...], audited: bool, kind: str, config: Path | None, sets: tuple[str, ...]) -> int:
    """Show that the gates are armed: plant known faults, and see each of them found.

    Every fault and its near-miss twin goes the way of a real change: to the gate in a process of its own, and through
    judgement. The fault has to be found, new and at its level; the twin has to be looked at and left alone. Nothing of
    this repository is read but its settings.

    Exit codes: 0 armed, 3 something did not fire.

    \b
    Example:
      sluicegate selftest
      sluicegate selftest contract --format json
      sluicegate selftest --configured
    """
    settings, registry = loaded(config, sets)
    known = {gate.id: gate for gate in registry.gates}
    broken = {each.gate: each.reason for each in registry.broken if not named or each.gate in named}
    for name in named:
        if name not in known and name not in broken:
            raise UserError(f"there is no gate {name}", hint=f"the gates are: {', '.join(known)}")
    gates = [gate for gate in registry.gates if not named or gate.id in named]
    cases = [_broken(gate, why) for gate, why in broken.items()]
    unarmed: list[dict[str, str]] = []
    with struck(settings.secrets):
        for gate in gates:
            found = _tried(gate)
            cases += found
            if audited:
                unarmed += _unarmed(gate, settings, found)
    armed = all(case.ok for case in cases)
    if kind == "json":
        click.echo(in_json(json.dumps(_document(cases, unarmed, audited=audited), indent=2, ensure_ascii=False)))
    else:
        _tell(cases, unarmed, [*broken, *(gate.id for gate in gates)], audited=audited)
    return Exit.PASSED if armed else Exit.ERRORED


def _broken(gate: str, why: str) -> Tried:
    return Tried(gate=gate, fault="(none)", rule="", expected="a gate that can be loaded", got=one_line(why), ok=False)


def _tried(gate: Gate, trial: Trial = DECLARED) -> tuple[Tried, ...]:
    with watching() as listener:
        listener(Started(gate=gate.id, title=gate.title))

        def heard(done: int, total: int) -> None:
            progress = Progress(what="planted faults", done=done, total=total)
            listener(Progressed(gate=gate.id, progress=progress))

        try:
            return selftest(gate, trial, heard)
        except GateError as error:
            return (_broken(gate.id, error.message),)


def _unarmed(gate: Gate, settings: Loaded, declared: Sequence[Tried]) -> list[dict[str, str]]:
    """The rules that would fail a change as they are declared, and cannot by these settings, each with the reason.

    What is narrowed to some places (a path, a logical name, a tag, a fingerprint) leaves a rule armed elsewhere.
    """
    section = settings.sections.get(gate.id)
    if section is None:
        return [{"gate": gate.id, "rule": "*", "why": f"the settings do not configure it: [{gate.id}] is missing"}]
    policy = policy_of(settings)
    wide = replace(
        policy,
        overrides=tuple(each for each in policy.overrides if not (each.paths or each.logical or each.tags)),
        suppressions=tuple(each for each in policy.suppressions if not (each.path or each.logical or each.fingerprint)),
        judges_suppressions=False,
    )
    levels = {rule.id: rule.level for rule in gate.rules}
    wanted = {case.rule for case in declared if case.fires and case.ok and levels[case.rule].reaches(Policy().fail_on)}
    trial = Trial(settings=section, policy=wide, strict=False, secrets=settings.secrets)
    held: dict[str, list[str]] = {rule: [] for rule in sorted(wanted)}
    counting: set[str] = set()
    for case in _tried(gate, trial):
        if case.fires and case.rule in wanted:
            if case.counting:
                counting.add(case.rule)
            held[case.rule].append(case.kept_from)
    return [
        {"gate": gate.id, "rule": rule, "why": why[0]} for rule, why in held.items() if why and rule not in counting
    ]


def _document(cases: Sequence[Tried], unarmed: Sequence[dict[str, str]], *, audited: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "version": _VERSION,
        "armed": all(case.ok for case in cases),
        "cases": [
            {
                "gate": case.gate,
                "fault": case.fault,
                "rule": case.rule,
                "expected": case.expected,
                "got": case.got,
                "ok": case.ok,
            }
            for case in cases
        ],
    }
    return told | ({"unarmed-by-settings": list(unarmed)} if audited else {})


def _tell(cases: Sequence[Tried], unarmed: Sequence[dict[str, str]], gates: Sequence[str], *, audited: bool) -> None:
    for gate in gates:
        own = [case for case in cases if case.gate == gate]
        wrong = [case for case in own if not case.ok]
        seen = sum(case.fires and case.ok for case in own)
        left = sum(not case.fires and case.ok and case.fault != "(none)" for case in own)
        excused = [case for case in own if case.ok and case.fault == "(none)"]
        word = click.style("NOT ARMED", fg="red", bold=True) if wrong else click.style("armed", fg="green", bold=True)
        rules = len({case.rule for case in own if case.fires and case.ok})
        click.echo(f"{gate}: {word}  {plural(seen, 'fault')} of {plural(rules, 'rule')} found, "
                   f"{plural(left, 'near-miss twin')} left alone")  # fmt: skip
        for case in wrong:
            _say(f"  {case.rule or case.gate}: {case.fault}")
            _say(f"    expected {case.expected}")
            _say(f"    got {case.got}")
        if excused:
            _say(f"  nothing can be planted for {plural(len(excused), 'rule')}: {excused[0].got.partition(': ')[2]}")
    if audited:
        click.echo(f"unarmed by the settings: {plural(len(unarmed), 'rule')}")
        for each in unarmed:
            _say(f"  {each['gate']}  {each['rule']}: {each['why']}")


def _say(text: str) -> None:
    click.echo(inert(one_line(text) if "\n" in text else text))
