"""`sluicegate performance import`: the history that github-action-benchmark has kept, as runs of ours."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sluicegate.cli.performance.opening import counted, of_suite, opened, say
from sluicegate.errors import UserError
from sluicegate.gates.performance.history.machine import Machine, this_machine
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from sluicegate.gates.performance.history.record import Record
    from sluicegate.gates.performance.reading import Results

LARGEST = 512 << 20
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--as-this-machine", is_flag=True, help="Say that it was measured on machines of this kind: it is a baseline then."
)
@click.option("--branch", default="main", show_default=True, help="The branch that was measured.")
@of_suite
def import_(
    file: Path, as_this_machine: bool, branch: str, suite: str, config: Path | None, sets: tuple[str, ...]
) -> None:
    """Keep every run of FILE, a data.js of github-action-benchmark, oldest first; what is kept already counts once.

    That history does not say on which machines it was measured, nor has it a ruler. So it is a history of its own kind
    of machine, to be looked at, unless --as-this-machine says that it is one of this kind.

    \b
    Example:
      sluicegate performance import gh-pages/dev/bench/data.js --as-this-machine
    """
    from sluicegate.cli.performance.keeping import add, reindexed
    from sluicegate.gates.performance.readers import history

    with opened(config, sets, suite) as here:
        if file.stat().st_size > LARGEST:
            raise UserError(f"{file.name} has more than {LARGEST >> 20} MiB", hint="import a part of it")
        machine = this_machine(os.environ) if as_this_machine else Machine(runner="imported: not known")
        kept, odd = 0, 0
        for results in history(file.name, file.read_bytes()):
            run = _run(results, here.suite, branch, machine)
            if run is None:
                odd += 1
                continue
            add(here.store, run)
            kept += 1
        if not kept:
            raise UserError(f"{file.name} has no run that says which commit it is of, and when it was")
        there = reindexed(here.store, here.suite)
        say(f"imported {plural(kept, 'run')} of {here.suite}: {len(there.runs):,} are kept now")
        if odd:
            say(f"left out: {plural(odd, 'run')} without a whole commit, a time or a value")
        if not as_this_machine:
            say("they are no baseline here: nothing says on which machines they were measured (--as-this-machine)")
        counted("noted", there.notes)


def _run(results: Results, suite: str, branch: str, machine: Machine) -> Record | None:
    """One entry as a run; None where it does not say of what and when it is."""
    from sluicegate.gates.performance.history.record import Record

    try:
        time = datetime.fromisoformat(results.time)
    except ValueError:
        return None
    commit = shorten(one_line(results.commit), 100).lower()
    if time.tzinfo is None or not _COMMIT.fullmatch(commit) or not (results.readings or results.refused):
        return None
    return Record(
        suite=suite, commit=commit, branch=branch, time=time.astimezone(UTC).replace(microsecond=0), machine=machine,
        readings=results.readings, refused=results.refused, tools=(results.tool,),
    )  # fmt: skip
