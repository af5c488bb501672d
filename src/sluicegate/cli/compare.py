"""`sluicegate GATE COMMAND BASE HEAD`: a gate on two files given by hand, and the changelog of what it compares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from sluicegate.cli.options import chosen, configured, loaded, reporting, settable, showing_one, struck
from sluicegate.cli.output import deliver, destinations
from sluicegate.cli.progress import watching
from sluicegate.engine import focused, plan_comparison, policy_of, run
from sluicegate.model import Level
from sluicegate.registry import gates


def group(gate_id: str) -> click.Group:
    """The command group of a gate. Raises KeyError where the gate compares nothing."""
    gate = {gate.id: gate for gate in gates() if gate.comparison}[gate_id]
    comparison = gate.comparison
    assert comparison is not None  # noqa: S101 - filtered above; mypy cannot know

    @click.command(name=comparison.command, help=f"{comparison.summary}\n\n\b\nExample:\n  {comparison.example}")
    @click.argument("base", type=click.Path(path_type=Path))
    @click.argument("head", type=click.Path(path_type=Path))
    @settable(gate, comparison.options)
    @showing_one
    @configured
    @reporting
    def compare(
        base: Path,
        head: Path,
        config: Path | None,
        sets: tuple[str, ...],
        reports: tuple[str, ...],
        fail_on: str | None,
        only: str | None,
        **options: Any,
    ) -> int:
        wanted = destinations(reports, never=(base, head))
        more, again = chosen(gate, options)
        settings, _ = loaded(config, (*sets, *more))
        again += tuple(word for text in sets for word in ("--set", text))
        again += ("--config", config.as_posix()) if config else ()
        again += ("--fail-on", fail_on) if fail_on else ()
        with struck(settings.secrets):
            policy = replace(policy_of(settings, Level(fail_on) if fail_on else None), judges_suppressions=False)
            plan, policy = focused(plan_comparison(gate, settings, base, head, again), policy, only)
        with watching() as listener:
            result = run(plan, policy, listener)
        deliver(result, wanted)
        return result.exit_code

    commands: list[click.Command] = [compare]
    if comparison.changelog:
        from sluicegate.cli.changelog import changelog

        commands.append(changelog(gate))
    return click.Group(name=gate.id, help=gate.summary, commands=commands)
