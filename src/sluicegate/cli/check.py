"""`sluicegate check`: judge the change that is checked out."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sluicegate.cli.options import configured, loaded, reporting, struck
from sluicegate.cli.output import deliver, destinations
from sluicegate.cli.progress import watching
from sluicegate.config import FILE, Source
from sluicegate.engine import plan_check, policy_of, run
from sluicegate.errors import GateError
from sluicegate.model import Level
from sluicegate.revision import Event


def _settings_option(source: Source, config: Path | None) -> tuple[str, ...]:
    """What the command to see a finding again needs, from the top of the repository, to find the same settings."""
    if config is None and source.shown in {None, FILE, "pyproject.toml"}:
        return ()
    return ("--config", config.as_posix() if config else source.shown or "")


@click.command()
@click.argument("gates", nargs=-1, metavar="[GATE]...")
@click.option("--gate", "more", multiple=True, metavar="ID", help="A gate to run, configured or not. Repeatable.")
@click.option("--base", metavar="REV", help="Compare with the merge base of HEAD and REV.")
@click.option("--staged", is_flag=True, help="Judge what is staged, as a commit hook does.")
@configured
@reporting
def check(
    gates: tuple[str, ...],
    more: tuple[str, ...],
    base: str | None,
    staged: bool,
    config: Path | None,
    sets: tuple[str, ...],
    reports: tuple[str, ...],
    fail_on: str | None,
) -> int:
    """Judge the change that is checked out.

    Runs the gates that the settings configure, or those named here, on the working tree, and compares it with the
    merge base. Only what is new can fail.

    \b
    Example:
      sluicegate check
      sluicegate check --base origin/release --report sarif=out/gates.sarif --report junit=out/junit.xml
    """
    from sluicegate.ci.compare import reach_of
    from sluicegate.ci.github import github

    wanted = destinations(reports)
    settings, registry = loaded(config, sets)
    event: Event | GateError | None
    try:
        job = github(os.environ)
        event = job.event if job else None
    except GateError as error:
        event = error  # stands in every report, unless --base makes it needless
    with struck(settings.secrets):
        policy = policy_of(settings, Level(fail_on) if fail_on else None)
        plan = plan_check(
            settings,
            registry,
            named=(*gates, *more),
            base=base,
            staged=staged,
            event=event,
            reach=reach_of(os.environ),
            again=(
                *_settings_option(settings.source, config),
                *(part for one in sets for part in ("--set", one)),
            ),
        )
    with watching() as listener:
        result = run(plan, policy, listener)
    deliver(result, wanted)
    return result.exit_code
