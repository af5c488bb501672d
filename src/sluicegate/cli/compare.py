"""`sluicegate GATE COMMAND BASE HEAD`: a gate on two files given by hand, and the changelog of what it compares."""

from __future__ import annotations

import filecmp
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from sluicegate.cli.options import Looking, chosen, configured, loaded, reporting, settable, showing_one, struck
from sluicegate.cli.output import deliver, destinations
from sluicegate.model import Comparison, Gate, Level
from sluicegate.registry import gates
from sluicegate.worker.start import cores, prepared


class OfGate(click.Group):
    """The commands of a gate, each built or imported when it is called for."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(name=gate.id, help=f"{gate.summary}\n\n\b\nExample:\n  sluicegate check --gate {gate.id}")
        self._gate = gate

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        comparison = self._gate.comparison
        own = [comparison.command, *(["changelog"] if comparison.changelog else [])] if comparison else []
        return [*own, *(one.command for one in self._gate.documents), *(one.name for one in self._gate.commands)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What is declared is listed as it is declared; nothing is imported for it."""
        declared = {one.name: one.summary for one in self._gate.commands}
        built = {name: self.get_command(ctx, name) for name in self.list_commands(ctx) if name not in declared}
        rows = [(name, one.get_short_help_str(100)) for name, one in built.items() if one]
        with formatter.section("Commands"):
            formatter.write_dl([*rows, *declared.items()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        comparison = self._gate.comparison
        if comparison and cmd_name == comparison.command:
            return _compare(self._gate, comparison)
        if named := next((one for one in self._gate.commands if one.name == cmd_name), None):
            from sluicegate.registry import load

            command: click.Command = load(named.load)
            return command
        if declared := next((one for one in self._gate.documents if one.command == cmd_name), None):
            from sluicegate.cli.documents import document

            return document(self._gate, declared)
        from sluicegate.cli.changelog import changelog

        return changelog(self._gate)


def group(gate_id: str) -> click.Group:
    """The command group of a gate. Raises KeyError where there is none of that id."""
    return OfGate({gate.id: gate for gate in gates()}[gate_id])


def _compare(gate: Gate, comparison: Comparison) -> click.Command:
    @click.command(
        name=comparison.command,
        cls=Looking,
        help=f"{comparison.summary}\n\n\b\nExample:\n  {comparison.example}",
    )
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
        workers = 1 if _same(base, head) else cores()
        with prepared(min(workers, 2), gate.check.partition(":")[0]):
            from sluicegate.cli.progress import watching
            from sluicegate.engine import focused, plan_comparison, policy_of, run

            wanted = destinations(reports, never=(base, head))
            more, again = chosen(gate, options)
            settings, _ = loaded(config, (*sets, *more))
            again += tuple(word for text in settings.sets[: len(sets)] for word in ("--set", text))
            again += ("--config", config.as_posix()) if config else ()
            again += ("--fail-on", fail_on) if fail_on else ()
            with struck(settings.secrets):
                policy = replace(policy_of(settings, Level(fail_on) if fail_on else None), judges_suppressions=False)
                plan, policy = focused(plan_comparison(gate, settings, base, head, again), policy, only)
            with watching(wanted) as listener:
                result = run(replace(plan, workers=workers), policy, listener)
        deliver(result, wanted)
        return result.exit_code

    return compare


def _same(base: Path, head: Path) -> bool:
    """Whether two files are the same to the byte: then a second process takes longer to start than it would save."""
    try:
        return filecmp.cmp(base, head, shallow=False)
    except OSError:  # told where the files are read
        return False
