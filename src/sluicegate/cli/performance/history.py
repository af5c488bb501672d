"""`sluicegate performance history`, `rebuild` and `compact`: the runs that are kept, looked at and looked after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from sluicegate.cli.options import Looking
from sluicegate.cli.performance.keeping import PER, compacted, reindexed
from sluicegate.cli.performance.opening import Opened, counted, of_suite, opened, say
from sluicegate.cli.standing import line_of
from sluicegate.errors import UserError
from sluicegate.gates.performance.history.epochs import begun
from sluicegate.gates.performance.history.index import Survey, survey
from sluicegate.gates.performance.history.series import Series, all_series, keys_of
from sluicegate.gates.performance.history.window import Window, window
from sluicegate.gates.performance.naming import named
from sluicegate.gates.performance.wording import shown
from sluicegate.report.inert import in_json
from sluicegate.revision import find_repository
from sluicegate.text import plural


@click.command(cls=Looking)
@click.argument("benchmark", required=False, default="")
@click.option("--metric", default="*", help="The metric of the benchmark, by name or a pattern.")
@click.option("--machine", default="", help="The fingerprint of another kind of machine; its first digits suffice.")
@click.option("--newest", type=click.IntRange(1, 10_000), default=30, show_default=True, help="How many commits.")
@click.option("--divided", is_flag=True, help="Divide each value by what the ruler measured in the same run.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@of_suite
def history(
    benchmark: str,
    metric: str,
    machine: str,
    newest: int,
    divided: bool,
    as_json: bool,
    suite: str,
    config: Path | None,
    sets: tuple[str, ...],
) -> None:
    """List the runs that are kept; with a BENCHMARK, by name or a pattern, its values through all of them.

    Oldest first, in the order of the default branch where git knows it. What is left out is counted at the end, with
    the reason. Without --machine it is the kind of machine that recorded last.

    \b
    Example:
      sluicegate performance history
      sluicegate performance history 'parse_*' --divided
    """
    with opened(config, sets, suite) as here:
        there = survey(here.history, here.suite)
        if not there.runs:
            word = "is kept any more" if there.notes else "was recorded yet"
            say(f"nothing {word} of {here.suite}: {here.store.address}")
            counted("noted", there.notes)
            return
        seen = window(
            here.history, here.suite, _fingerprint(there, machine), line=line_of(find_repository(here.root)),
            now=datetime.now(UTC), newest=newest,
        )  # fmt: skip
        wanted = [key for key in keys_of(seen) if named(benchmark, key[0]) and named(metric, key[1])]
        if benchmark and not wanted:
            raise UserError(
                f"no run that is looked at has measured {benchmark} [{metric}]",
                hint=f"they have measured: {', '.join(sorted({name for name, _ in keys_of(seen)})[:10])}",
            )
        found = all_series(seen, wanted, here.settings.ruler if divided else "none") if benchmark else {}
        if as_json:
            click.echo(in_json(json.dumps(_document(seen, found), indent=2, ensure_ascii=False)))
            return
        for each in found.values():
            _values(here, seen, each)
        if not benchmark:
            _runs(seen)
        _rest(here, there, seen)


@click.command()
@of_suite
def rebuild(suite: str, config: Path | None, sets: tuple[str, ...]) -> None:
    """Make the index of the kept runs anew, from the runs alone: every one of them is read.

    It is never needed to get a right answer: what the index lacks is found, and one that is corrupt is not believed.

    \b
    Example:
      sluicegate performance rebuild
    """
    with opened(config, sets, suite) as here:
        there = reindexed(here.store, here.suite, anew=True)
        kinds = plural(len(there.fingerprints), "kind")
        say(f"{plural(len(there.runs), 'run')} of {here.suite} on {kinds} of machines: {here.store.address}")
        counted("noted", there.notes)


@click.command()
@click.option(
    "--per", type=click.IntRange(2, 1000), default=PER, show_default=True, help="How many runs go into one document."
)
@of_suite
def compact(per: int, suite: str, config: Path | None, sets: tuple[str, ...]) -> None:
    """Fold old runs into few documents, so that they are read quickly, and drop what is older than `keep` runs.

    The newest runs of each kind of machine stay as they are. A run that cannot be trusted stops it: nothing is lost.

    \b
    Example:
      sluicegate performance compact
    """
    with opened(config, sets, suite) as here:
        done = compacted(here.store, here.suite, keep=here.settings.keep, per=per)
        say(f"folded {plural(done.runs, 'run')} into {plural(done.documents, 'document')}: {here.store.address}")
        if done.dropped:
            say(f"dropped {plural(done.dropped, 'run')} older than the newest {here.settings.keep:,}")


def _fingerprint(there: Survey, wanted: str) -> str:
    if not wanted:
        return there.runs[-1].fingerprint
    found = [each for each in there.fingerprints if each.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{each} ({plural(count, 'run')})" for each, count in there.fingerprints.most_common())
    raise UserError(f"{len(found) or 'no'} kinds of machines have the fingerprint {wanted}", hint=f"there are: {known}")


def _runs(seen: Window) -> None:
    rows = [
        (
            f"{point.time:%Y-%m-%d %H:%M}", point.commit[:12], plural(len(point.runs), "run"),
            plural(len({each.key for run in point.runs for each in run.readings}), "measurement"),
            "with the ruler" if all(run.ruler for run in point.runs) else "",
        )
        for point in seen.points
    ]  # fmt: skip
    _table(rows)


def _values(here: Opened, seen: Window, each: Series) -> None:
    say(f"{each.benchmark} [{each.metric}]")
    starts, _ = begun(seen, here.settings.epoch, [(each.benchmark, each.metric)])
    begins = starts.get((each.benchmark, each.metric))
    first = {id(point) for point in seen.points[: begins.first]} if begins else set()
    rows = []
    for value in each.values:
        point = value.point
        before = "before an accepted shift: no baseline" if id(point) in first else ""
        rows.append((f"{point.time:%Y-%m-%d %H:%M}", point.commit[:12], shown(value.value, each.unit), before))
    _table(rows)
    counted("  without a value", each.left_out)


def _rest(here: Opened, there: Survey, seen: Window) -> None:
    """What is not in the table, and what is odd about what is."""
    if seen.points:
        say(f"measured on {seen.points[-1].runs[-1].machine} ({seen.fingerprint})")
    others = {kind: count for kind, count in there.fingerprints.items() if kind != seen.fingerprint}
    counted("left out", seen.left_out)
    for kind, count in others.items():
        say(f"  {plural(count, 'run')} on {kind}: --machine {kind[:8]}")
    counted("noted", seen.noted)
    _, idle = begun(seen, here.settings.epoch, keys_of(seen))
    for one in idle:
        say(f"[[performance.epoch]] since = {one.epoch.since!r} does nothing: {one.why}")


def _table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _document(seen: Window, found: Mapping[tuple[str, str], Series]) -> dict[str, Any]:
    points = {id(point): number for number, point in enumerate(seen.points)}
    return {
        "suite": seen.suite,
        "machine": seen.fingerprint,
        "points": [
            {"commit": point.commit, "time": point.time.isoformat(), "runs": len(point.runs)} for point in seen.points
        ],
        "series": [
            {
                "benchmark": each.benchmark,
                "metric": each.metric,
                "unit": each.unit,
                "values": [{"point": points[id(value.point)], "value": value.value} for value in each.values],
                "left-out": each.left_out,
            }
            for each in found.values()
        ],
        "left-out": seen.left_out,
        "noted": seen.noted,
    }
