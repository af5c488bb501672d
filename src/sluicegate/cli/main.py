"""The command `sluicegate`: subcommands are imported when they are called, and every ending has its exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from sluicegate import __version__
from sluicegate.errors import CancelledRunError, Exit, SluicegateError

if TYPE_CHECKING:
    from sluicegate.model import Gate

GARBAGE = 200_000
"""How many objects may come before rings of dead ones are looked for: that walks over all findings each time."""

# name: (where it is, what `--help` says of it); nothing here is imported to print the list
COMMANDS = {
    "check": ("sluicegate.cli.check:check", "Judge the change that is checked out."),
    "init": ("sluicegate.cli.init:init", "Write settings, a workflow and a pre-commit entry for what is found here."),
    "plan": ("sluicegate.cli.plan:plan_", "Show what a check would run, and deal it out to several machines."),
    "merge": ("sluicegate.cli.merge:merge", "Join the Runs of several machines into one verdict."),
    "fleet": ("sluicegate.cli.fleet:fleet", "Show the Runs of many repositories in one table."),
    "verify": ("sluicegate.cli.verify:verify", "Say whether a Run is what it is taken for."),
    "import": ("sluicegate.cli.imports:imported", "Judge the results of another tool: JUnit, SARIF, Jest, pytest, Go."),
    "report": ("sluicegate.cli.report:report", "Render a Run document again, in any form."),
    "publish": ("sluicegate.cli.publish:publish", "Send a Run to GitHub: check run, comment, code scanning and more."),
    "baseline": ("sluicegate.cli.baseline:baseline", "Keep the findings that were accepted, and compare with them."),
    "suppress": ("sluicegate.cli.suppress:suppress", "Write down who accepts a finding, until when and why."),
    "config": ("sluicegate.cli.config:config_", "Show the settings in force, and where each value comes from."),
    "explain": ("sluicegate.cli.catalogue:explain", "Explain a rule: why it matters and how to fix it."),
    "rules": ("sluicegate.cli.catalogue:rules", "List the rules."),
    "gates": ("sluicegate.cli.catalogue:gates", "List the gates."),
    "schema": ("sluicegate.cli.catalogue:schema", "Print the JSON Schema of the settings or of a Run."),
    "doctor": ("sluicegate.cli.doctor:doctor", "Say what is needed, what is there, and how to get the rest."),
    "selftest": ("sluicegate.cli.selftest:command", "Plant known faults, and show that each gate sees its own."),
    "generate": ("sluicegate.cli.generate:generate", "Write what is derived from the gates' declarations."),
    "completion": ("sluicegate.cli.completion:completion", "Print the completion script of a shell."),
}


class Commands(click.Group):
    """A group whose commands stand in a table, beside one for each gate that has commands of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [*COMMANDS, *_own()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name in COMMANDS:
            from sluicegate.registry.parts import load

            command: click.Command = load(COMMANDS[cmd_name][0])
            return command
        if cmd_name in _own():
            from sluicegate.cli.compare import group

            return group(cmd_name)
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            likely = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            if likely:
                raise click.UsageError(f"{error.format_message()} Did you mean {likely[0]}?", ctx) from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])
        if comparing := _own():
            with formatter.section("Gates"):
                formatter.write_dl(list(comparing.items()))


def _own() -> dict[str, str]:
    """The gates that have commands of their own, with what they say of them."""
    from sluicegate.registry.discovery import gates

    return {gate.id: own for gate in gates() if (own := _summary(gate))}


def _summary(gate: Gate) -> str:
    """What is said of a gate's commands: of one what it does, of several what the gate does."""
    if gate.comparison:
        return gate.comparison.summary
    if gate.documents:
        return gate.documents[0].summary
    return gate.summary if gate.commands else ""


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sluicegate", message="%(prog)s %(version)s")
def cli() -> None:
    """May this change go through? Quality gates with one verdict.

    \b
    Example:
      sluicegate init      # once: finds what there is to check
      sluicegate check     # compares the working tree with the merge base

    Exit codes: 0 passed, 1 failed, 2 wrong usage or settings, 3 a gate could not look, 4 our bug, 130 interrupted.
    """


def main(args: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    signal.signal(signal.SIGTERM, _interrupted)
    gc.set_threshold(GARBAGE)
    for name in ("stdout", "stderr"):
        stream: Any = getattr(sys, name)
        if stream is None:  # the caller closed it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - lives as long as we do
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(_flushed(_ended(args)))


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ended(args: Sequence[str] | None) -> int:
    try:
        code: Any = cli.main(args=None if args is None else list(args), prog_name="sluicegate", standalone_mode=False)
    except SluicegateError as error:
        return _refused(error)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt, CancelledRunError):
        click.echo("interrupted", err=True)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # whoever read our output went away; there is nobody to tell
        sys.stdout = None  # keeps the interpreter from flushing into the closed pipe
        return Exit.ERRORED
    except OSError as error:
        from sluicegate.cli.output import is_full, unwritten

        if not is_full(error):
            return _bug(error)
        # what is left in the buffer cannot be written either, and the interpreter would fail again at its end
        sys.stdout = None
        return _refused(unwritten(error.filename or "standard output", error))
    except Exception as error:  # noqa: BLE001 - a bug of ours ends with a report to paste, not with a bare traceback
        return _bug(error)
    return code if isinstance(code, int) else Exit.PASSED


def _flushed(code: int) -> int:
    """The exit code once all that was said is out; what is left where it cannot be is nobody's to try again."""
    out: Any = sys.stdout
    if out is None:
        return code
    try:
        out.flush()
    except OSError as error:
        sys.stdout = None
        if code not in (Exit.PASSED, Exit.FAILED):  # why is told already
            return code
        if isinstance(error, BrokenPipeError):
            return Exit.ERRORED
        from sluicegate.cli.output import unwritten

        return _refused(unwritten("standard output", error))
    return code


def _bug(error: Exception) -> int:
    from sluicegate.cli.bug import report

    click.echo(report(error), err=True)
    return Exit.BUG


def _refused(error: SluicegateError) -> int:
    from sluicegate.text import inert

    click.echo(f"{click.style('error:', fg='red', bold=True)} {inert(error.message)}", err=True)
    if error.hint:
        click.echo(f"{click.style('hint:', fg='cyan')} {inert(error.hint)}", err=True)
    return error.exit


if __name__ == "__main__":
    main()
