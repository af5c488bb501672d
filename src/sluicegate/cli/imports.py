"""`sluicegate import`: the results of another tool, judged and rendered like ours."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec.structs import replace

from sluicegate.cli.options import Looking, configured, loaded, reporting, showing_one, struck
from sluicegate.cli.output import deliver, destinations
from sluicegate.cli.progress import watching
from sluicegate.config import ExternalEntry
from sluicegate.errors import UserError
from sluicegate.model import Level, Revision
from sluicegate.text import as_argument

_TOOL = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


_NAMED = 3


@click.command(name="import", cls=Looking)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--tool", metavar="NAME", default="", help="What the tool is called, where the file does not say it.")
@click.option("--base", metavar="FILE", default="", help="The results on the base: what is there too is not new.")
@click.option("--required/--optional", default=True, help="Whether a missing file is errored or not applicable.")
@showing_one
@configured
@reporting
def imported(
    files: tuple[Path, ...],
    tool: str,
    base: str,
    required: bool,
    config: Path | None,
    sets: tuple[str, ...],
    reports: tuple[str, ...],
    fail_on: str | None,
    only: str | None,
) -> int:
    """Judge the results of another tool.

    Reads JUnit XML, SARIF 2.1.0, Jest's JSON, pytest's JSON report and `go test -json`. The overrides and suppressions
    of the settings count; the rules are called external/TOOL/ID.

    \b
    Example:
      sluicegate import junit.xml --report html=report.html
      sluicegate import results.sarif --base results.main.sarif --report json=run.json
    """
    from sluicegate.engine import Plan, find_sides, policy_of, run
    from sluicegate.engine.external import planned_external
    from sluicegate.engine.only import focused

    if tool and not _TOOL.fullmatch(tool):
        raise UserError(f"--tool {tool}: a name is made of a-z, 0-9, dots, - and _", hint="--tool eslint")
    if base and len(files) != 1:
        raise UserError("--base belongs to one file", hint="import one by one, or name them in [[external]]")
    wanted = destinations(reports, never=[*files, *([Path(base)] if base else [])])
    settings, _ = loaded(config, sets)
    entries = [ExternalEntry(file=file.as_posix(), tool=tool, required=required, base=base) for file in files]
    again = ["sluicegate", "import", *(as_argument(file.as_posix()) for file in files)]
    again += [*(["--tool", tool] if tool else []), *(["--base", base] if base else [])]
    again += [] if required else ["--optional"]
    again += ["--config", config.as_posix()] if config else []
    again += [word for one in settings.sets for word in ("--set", one)]
    again += ["--fail-on", fail_on] if fail_on else []
    now = datetime.now(UTC)
    with struck(settings.secrets):
        policy = replace(policy_of(settings, Level(fail_on) if fail_on else None), judges_suppressions=False)
        sides = find_sides(Path.cwd())
        planned = planned_external(
            entries, sides=sides, folder=Path.cwd(), now=now, reproduce=shlex.join(again), anywhere=True,
            secrets=settings.secrets,
        )  # fmt: skip
        plan = Plan(
            gates=(planned,), revision=_revision(sides.revision, files, base), now=now, secrets=settings.secrets
        )
        plan, policy = focused(plan, policy, only)
    with watching() as listener:
        result = run(plan, policy, listener)
    deliver(result, wanted)
    return result.exit_code


def _revision(here: Revision, files: Sequence[Path], base: str) -> Revision:
    """What was compared with what: the files, and never the merge base, which no result here was held against."""
    named = ", ".join(file.as_posix() for file in files[:_NAMED])
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    how = "" if base else "no results of a base were given, so that every finding counts as new"
    return Revision(head=named + more, head_commit=here.head_commit, base=base or None, how=how)
