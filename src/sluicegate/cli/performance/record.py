"""`sluicegate performance record`: what a run of the default branch has measured, kept as a baseline for later ones."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from sluicegate.baseline.git import GitStore
from sluicegate.cli.performance.keeping import add, reindexed
from sluicegate.cli.performance.opening import Opened, counted, of_suite, opened, say
from sluicegate.cli.standing import standing
from sluicegate.errors import GateError, UserError
from sluicegate.gates.performance.found import Measured, measured
from sluicegate.gates.performance.history.index import LACKED
from sluicegate.gates.performance.history.machine import this_machine
from sluicegate.gates.performance.history.record import Record
from sluicegate.gates.performance.ruler import BUILT_IN
from sluicegate.gates.performance.ruler import measured as ruler_measured
from sluicegate.text import one_line, plural, shorten


@click.command()
@click.argument("results", nargs=-1)
@click.option("--commit", default="", help="The commit that was measured; by default the one that is checked out.")
@click.option("--branch", default="", help="The branch that it was measured on, where neither the CI nor git says it.")
@click.option(
    "--as-candidate", is_flag=True, help="Keep it from wherever it comes, to be looked at: it is no baseline then."
)
@of_suite
def record(
    results: tuple[str, ...],
    commit: str,
    branch: str,
    as_candidate: bool,
    suite: str,
    config: Path | None,
    sets: tuple[str, ...],
) -> None:
    """Keep what files of results say, in the store of the settings ([baseline] store), with the machine and the ruler.

    Without RESULTS they are those that the settings name: `results`, and the `output` of [performance.bench], in which
    a check leaves what the head took in turns with the base.

    Runs of the default branch become baselines, and no others: a change is not to be its own measure. Call it in the
    job that has measured, since the machine is looked at and the ruler measured then and there.

    \b
    Example:
      sluicegate performance record bench/*.json
    """
    with opened(config, sets, suite) as here:
        results = results or _named(here)
        stands = standing(here.root, commit, branch, made=(*map(Path, results), here.root / here.store.address))
        if stands.against and not as_candidate:
            raise UserError(
                f"this run is no baseline: {stands.against}",
                hint="record where the default branch is tested (--branch and --commit say what neither CI nor git "
                "does), or keep it to look at: --as-candidate",
            )
        found = _read(here.root, results)
        _agree(found, stands.commit, commit)
        ruler = (ruler_measured(),) if here.settings.ruler == BUILT_IN else ()
        kept = Record(
            suite=here.suite,
            commit=stands.commit,
            branch=stands.branch,
            time=datetime.now(UTC).replace(microsecond=0),
            machine=this_machine(os.environ, [one.machine.get("runtime", "") for one in found.results]),
            readings=tuple(found.readings.values()),
            refused=tuple(refused for _, refused in found.refused),
            ruler=ruler,
            tools=tuple(sorted({one.tool for one in found.results})),
            candidate=as_candidate,
        )
        name = add(here.store, kept)
        as_what = "as a candidate, which is no baseline" if as_candidate else f"of {kept.branch}"
        say(
            f"recorded {plural(len(kept.readings), 'measurement')} of {kept.suite} at {kept.commit[:12]} {as_what}: "
            f"{name}"
        )
        say(f"measured on {kept.machine} ({kept.machine.fingerprint})")
        if found.twice:
            say(f"noted: of {', '.join(found.twice)}, what was measured in turns is recorded, and not what files say")
        for path, refused in found.refused:
            say(f"without a value: {refused.name} ({path}): {refused.why}")
        _compare_machines(kept, found)
        told = dict(reindexed(here.store, here.suite).notes)
        told[LACKED] = told.get(LACKED, 0) - 1  # which is this one
        counted("noted", told)
        if isinstance(here.store, GitStore):
            say(f"it is in this clone; `sluicegate baseline push` gives it to {here.store.remote}")


def _named(here: Opened) -> tuple[str, ...]:
    """What the settings name, from where this is called. Raises UserError: nothing."""
    bench = here.settings.bench
    named = (*here.settings.results, *([bench.output] if bench.output else []))
    if not named:
        turns = ", or `output` under [performance.bench]" if bench.command else ""
        raise UserError(
            "nothing says what is to be recorded",
            hint=f"name the files of results, here or in the settings: `results` under [performance]{turns}",
        )
    return tuple(os.path.relpath(here.root / one) for one in named)


def _read(root: Path, results: tuple[str, ...]) -> Measured:
    """What the files say. Raises GateError where one cannot be read: half a run is no baseline."""
    found = measured(str(root), [Path(os.path.relpath(one, root)).as_posix() for one in results])
    if found.errors:
        (_, error), *more = found.errors
        others = f"; {plural(len(more), 'other file')} cannot be used either" if more else ""
        raise GateError(f"nothing is recorded: {error.message}{others}", error.hint)
    return found


def _agree(found: Measured, commit: str, given: str) -> None:
    """Results that say which commit they are of have to be of this one, unless somebody names it."""
    others = {one.commit for one in found.results if one.commit and not commit.startswith(one.commit.lower())}
    if others and not given:
        raise UserError(
            f"the results say that they are of the commit {shorten(one_line(min(others)), 40)}, "
            f"and {commit[:12]} is checked out",
            hint="measure again, or name the commit that they are of: --commit SHA",
        )


def _compare_machines(kept: Record, found: Measured) -> None:
    """Tools call one processor by several names, so that a difference is told, and decides nothing."""
    here = kept.machine.cpu
    for other in sorted({one.machine["cpu"] for one in found.results if one.machine.get("cpu", here) != here}):
        say(f"noted: the results call the processor {shorten(one_line(other), 100)!r}: record in the job that measures")
