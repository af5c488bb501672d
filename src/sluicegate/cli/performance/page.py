"""`sluicegate performance page`: the benchmarks to be looked at."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from sluicegate.ci.github import github
from sluicegate.cli.options import Looking, Writing
from sluicegate.cli.output import claim, publish
from sluicegate.cli.performance.opening import Opened, of_suite, opened
from sluicegate.errors import GateError, UserError
from sluicegate.text import shorten

if TYPE_CHECKING:
    from sluicegate.engine.sides import Sides
    from sluicegate.gates.performance.page import Picture
    from sluicegate.gates.performance.page.gathering import Gathered
    from sluicegate.revision import Event

FORMS = ("html", "markdown", "text")
_SUBJECTS = 20_000
"""So many commits are asked for their subjects."""


@click.command(cls=Looking)
@click.option("--format", "form", type=click.Choice(FORMS), default="html", show_default=True)
@click.option("--svg", "wanted", default="", metavar="BENCHMARK", help="One benchmark as an SVG that stands alone.")
@click.option("--metric", default="", help="Its metric, where it has several: `time`, `memory`.")
@click.option(
    "--output", cls=Writing, type=click.Path(path_type=Path), help="The file to write, instead of standard output."
)
@of_suite
def page(
    form: str, wanted: str, metric: str, output: Path | None, suite: str, config: Path | None, sets: tuple[str, ...]
) -> None:
    """Show what the check judges: each benchmark through the kept runs, and both sides where both were measured.

    `html` is one file that asks no network; `markdown` the section of a job's summary, its worst 20; `text` a table for
    a terminal. It reads the results, the base, what a check left of a measurement in turns, and the history, as the
    settings name them, and judges nothing by itself.

    \b
    Example:
      sluicegate performance page --output performance.html
      sluicegate performance page --format markdown >> "$GITHUB_STEP_SUMMARY"
      sluicegate performance page --svg parse_large --output parse.svg
    """
    from sluicegate.gates.performance import page as drawing

    with opened(config, sets, suite) as here:
        if output:
            claim(output)
        found = _gathered(here)
        if wanted:
            text = drawing.svg(_one(found.pictures, wanted, metric))
        elif form == "html":
            text = drawing.page(found.pictures, facts=found.facts, troubles=found.troubles)
        else:
            text = (drawing.markdown if form == "markdown" else drawing.table)(found.pictures, troubles=found.troubles)
        publish(text, output)


def _gathered(here: Opened) -> Gathered:
    """What the check would see of the tree that is checked out. Raises UserError where no results are named."""
    try:
        from sluicegate.gates.performance.page.gathering import gathered
    except ModuleNotFoundError as error:
        hint = 'pip install "sluicegate[performance]"'
        raise GateError(f"{error.name} is not installed, so that nothing can be shown", hint=hint) from error
    from sluicegate.engine import find_sides
    from sluicegate.model import Context
    from sluicegate.revision import CommitLog, open_tree

    if not here.settings.results and not here.settings.bench.output:
        hint = 'name the files: results = ["bench/*.json"]'
        if here.settings.bench.command:
            hint = (
                'name the file in which a check leaves what it measured: output = "turns.json" in [performance.bench]'
            )
        raise UserError("[performance] names no results", hint=hint)
    event: Event | GateError | None
    try:
        job = github(os.environ)
        event = job.event if job else None
    except GateError as error:
        event = error  # then the line of commits is that of what is checked out
    sides = find_sides(here.root, event=event)
    base = sides.base.commit if sides.base else ""
    log = (
        CommitLog(root=sides.repository.root, prefix=sides.head.prefix, head="HEAD", base=base)
        if sides.repository
        else None
    )
    context = Context(
        settings=replace(here.settings, suite=here.suite), head=open_tree(sides.head), reference=None,
        rules=frozenset(), now=datetime.now(UTC), folder=sides.head.folder, log=log, history=here.history, memo={},
    )  # fmt: skip
    return gathered(context, _subjects(sides))


def _subjects(sides: Sides) -> Mapping[str, str]:
    """The subjects of the commits that git has here; a plot does without those of others."""
    from sluicegate.revision import newest

    if sides.repository is None or not sides.repository.ask("rev-parse", "--verify", "--quiet", "HEAD"):
        return {}
    return {mark.commit: mark.subject for mark in newest(sides.repository, "HEAD", _SUBJECTS)}


def _one(pictures: tuple[Picture, ...], wanted: str, metric: str) -> Picture:
    """The benchmark of a name. Raises UserError where there is none, or several metrics of it."""
    found = [
        one for one in pictures if wanted in (one.benchmark, one.name) and (not metric or one.metric == metric)
    ]  # fmt: skip
    exact = [one for one in found if one.name == wanted] if not metric else found
    if len(found) > 1 and len(exact) != 1:
        told = ", ".join(one.metric for one in found)
        raise UserError(f"{wanted} has several metrics: {told}", hint="name one of them: --metric")
    if not found:
        known = shorten(", ".join(one.name for one in pictures), 400)
        raise UserError(f"no benchmark is called {wanted}", hint=f"measured were: {known or 'none'}")
    return (exact or found)[0]
