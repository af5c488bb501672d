"""`sluicegate plan`: what a check would run, dealt out to several machines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sluicegate.cli.options import LEVELS, configured, loaded, stated, struck
from sluicegate.cli.output import claim, publish
from sluicegate.engine import Plan, plan_check, policy_of
from sluicegate.errors import GateError, UserError
from sluicegate.model import Level
from sluicegate.revision import Event
from sluicegate.text import inert, plural

if TYPE_CHECKING:
    from sluicegate.fleet.document import RunPlan


@click.command(name="plan")
@click.argument("gates", nargs=-1, metavar="[GATE]...")
@click.option("--gate", "more", multiple=True, metavar="ID", help="A gate to run, configured or not. Repeatable.")
@click.option("--matrix", "as_matrix", is_flag=True, help="Print the value of strategy.matrix, on one line of JSON.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan, for `check` and `merge`.")
@click.option("--jobs", type=click.IntRange(1, 256), default=8, show_default=True, help="How many jobs at the most.")
@click.option("--least", type=click.FloatRange(0), default=60.0, show_default=True, metavar="SECONDS",
              help="A part that takes less is not divided, where its time is known.")  # fmt: skip
@click.option("--cost", "earlier", multiple=True, metavar="RUN.json", help="Earlier runs, for what each gate takes.")
@click.option("--base", metavar="REV", callback=stated, help="Compare with the merge base of HEAD and REV.")
@click.option("--fail-on", type=LEVELS, help="As for check.")
@configured
def plan_(
    gates: tuple[str, ...],
    more: tuple[str, ...],
    as_matrix: bool,
    out: Path | None,
    jobs: int,
    least: float,
    earlier: tuple[str, ...],
    base: str | None,
    fail_on: str | None,
    config: Path | None,
    sets: tuple[str, ...],
) -> None:
    """Show what a check would run, and deal it out to several machines.

    Each job runs `sluicegate check --plan PLAN.json --part ID`, and `sluicegate merge` joins what they found.

    \b
    Example:
      sluicegate plan
      sluicegate plan --matrix --out plan.json --jobs 12 --cost last-night/run.json
    """
    from sluicegate.ci.compare import reach_of
    from sluicegate.ci.github import github
    from sluicegate.fleet.document import matrix, write_plan
    from sluicegate.fleet.files import listed, read_runs
    from sluicegate.fleet.planned import run_plan
    from sluicegate.fleet.split import costs, deal

    if out:
        claim(out)
    runs = []
    for file in read_runs(listed(earlier)):
        if file.run is None:
            raise UserError(f"--cost {file.shown}: {file.trouble}")
        runs.append(file.run)
    settings, registry = loaded(config, sets)
    event: Event | GateError | None
    try:
        job = github(os.environ)
        event = job.event if job else None
    except GateError as error:
        event = error
    level = Level(fail_on) if fail_on else None
    with struck(settings.secrets):
        policy = policy_of(settings, level)
        planned = plan_check(
            settings, registry, named=(*gates, *more), base=base, event=event, reach=reach_of(os.environ)
        )
        made = run_plan(
            planned,
            settings,
            policy,
            deal(planned, costs(runs), jobs=jobs, least=least),
            fail_on=level,
            base=base or "",
            named=(*gates, *more),
        )
    if out:
        publish(write_plan(made), out)
    click.echo(matrix(made) if as_matrix else _told(planned, made))


def _told(planned: Plan, made: RunPlan) -> str:
    lines = [
        f"{plural(len(made.parts), 'part')} of commit {made.head_commit}, base {made.base_commit or 'unknown'}",
        f"policy {made.policy_digest}",
        f"tool   {made.tool_digest} (Sluicegate {made.tool_version})",
        "",
    ]
    for part in made.parts:
        takes = f"about {part.seconds:,.0f} s" if part.seconds else "unknown time"
        what = plural(len(part.subjects), "subject") if part.subjects else "all of it"
        lines.append(f"{part.id:<32} {what:<16} {takes}")
    lines += [f"{one.gate}: {one.reason}" for one in planned.broken]
    return inert("\n".join(lines))
