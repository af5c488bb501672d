"""`sluicegate check`: judge the change that is checked out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sluicegate.cli.options import Looking, Writing, configured, loaded, reporting, showing_one, stated, struck
from sluicegate.cli.output import deliver, destinations
from sluicegate.cli.progress import watching
from sluicegate.config import FILE, Source
from sluicegate.engine import focused, plan_check, policy_of, run
from sluicegate.errors import Exit, GateError, UserError
from sluicegate.model import Level
from sluicegate.revision import Event
from sluicegate.worker.start import prepared

if TYPE_CHECKING:
    from sluicegate.fleet.document import RunPlan


def _settings_option(source: Source, config: Path | None) -> tuple[str, ...]:
    """What the command to see a finding again needs, from the top of the repository, to find the same settings."""
    if config is None and source.shown in {None, FILE, "pyproject.toml"}:
        return ()
    return ("--config", config.as_posix() if config else source.shown or "")


def _parts(whole: Path | None, part: str | None, chosen: bool) -> RunPlan | None:
    """The plan that a part is of. Raises UserError where only one of both is given, or more is chosen beside them."""
    if whole is None and part is None:
        return None
    if whole is None or part is None:
        raise UserError("--plan and --part belong together", hint="sluicegate check --plan PLAN.json --part ID")
    if chosen:
        raise UserError(
            "with --part, the plan says which gates run and what they are compared with",
            hint="give gates and --base to `sluicegate plan`; a part is no commit hook, and mends nothing",
        )
    from sluicegate.fleet.document import LIMIT, read_plan
    from sluicegate.fleet.files import content

    plan = read_plan(content(whole, LIMIT))
    plan.part(part)
    return plan


@click.command(cls=Looking)
@click.argument("gates", nargs=-1, metavar="[GATE]...")
@click.option("--gate", "more", multiple=True, metavar="ID", help="A gate to run, configured or not. Repeatable.")
@click.option("--base", metavar="REV", callback=stated, help="Compare with the merge base of HEAD and REV.")
@click.option("--staged", is_flag=True, help="Judge what is staged, as a commit hook does.")
@click.option("--fix", cls=Writing, is_flag=True, help="Mend in the working tree what can be mended, and judge again.")
@click.option("--plan", "whole", type=click.Path(path_type=Path), help="The plan of a run on several machines.")
@click.option("--part", metavar="ID", help="The part of the plan to run here.")
@showing_one
@configured
@reporting
def check(
    gates: tuple[str, ...],
    more: tuple[str, ...],
    base: str | None,
    staged: bool,
    fix: bool,
    whole: Path | None,
    part: str | None,
    config: Path | None,
    sets: tuple[str, ...],
    reports: tuple[str, ...],
    fail_on: str | None,
    only: str | None,
) -> int:
    """Judge the change that is checked out.

    Runs the gates that the settings configure, or those named here, on the working tree, and compares it with the
    merge base. Only what is new can fail.

    \b
    Example:
      sluicegate check
      sluicegate check --fix
      sluicegate check --base origin/release --report sarif=out/gates.sarif --report junit=out/junit.xml
    """
    from sluicegate.ci.approval import approve_of
    from sluicegate.ci.compare import TOKENS, reach_of
    from sluicegate.ci.github import github

    wanted = destinations(reports, never=[whole] if whole else [])
    level = Level(fail_on) if fail_on else None
    parts = _parts(whole, part, bool(gates or more or base or staged or fix or only))
    named, base = (parts.named, parts.base or None) if parts else ((*gates, *more), base)
    environ = dict(os.environ)
    os.environ.pop(TOKENS[0], None)  # the Action's own; a gate, and what it starts, has no business with it
    with prepared(0 if staged else 2):
        settings, registry = loaded(config, sets)
        event: Event | GateError | None
        repository, approve = "", None
        try:
            job = github(environ)
            approve = approve_of(environ, job)
            event, repository = (job.event, job.repository) if job else (None, "")
        except GateError as error:
            event = error  # stands in every report, unless --base makes it needless
        reach = reach_of(environ)
        with struck(settings.secrets):
            policy = policy_of(settings, level)
            plan = plan_check(
                settings,
                registry,
                named=named,
                base=base,
                staged=staged,
                event=event,
                reach=reach,
                approve=approve,
                again=(
                    *_settings_option(settings.source, config),
                    *(part for one in settings.sets for part in ("--set", one)),
                    *(("--fail-on", fail_on) if fail_on else ()),
                ),
            )
            if parts and part:
                from sluicegate.fleet.planned import part_of

                plan = part_of(plan, settings, parts, part, level)
            plan, policy = focused(plan, policy, only)
        with watching(wanted) as listener:
            result = run(plan, policy, listener)
    mended = False
    if fix and plan.gates:
        from sluicegate.cli.fix import mend

        result, mended = mend(result, plan, policy)
    if any(each.kind == "json" for each in wanted):  # no other report has it, and it takes as long as a small check
        from sluicegate.fleet.planned import stamped

        result = stamped(
            result,
            settings,
            fail_on=level,
            repository=repository,
            plan=parts.digest if parts else "",
            part=part or "",
        )
    deliver(result, wanted)
    # a commit hook that changed files has not passed, whatever is left
    return Exit.FAILED if mended and staged and result.exit_code == Exit.PASSED else result.exit_code
