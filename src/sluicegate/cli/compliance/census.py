"""`sluicegate compliance census`: every change of the window with what stands behind it, as a table to keep."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from sluicegate.cli.options import configured, loaded, struck
from sluicegate.cli.output import claim, publish
from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence import recorded
from sluicegate.gates.compliance.evidence.changes import gather
from sluicegate.gates.compliance.items import Asking, Gathered
from sluicegate.gates.compliance.personal.masking import masked
from sluicegate.gates.compliance.settings import Settings
from sluicegate.model import Context
from sluicegate.revision import CommitLog, TreeSpec, find_repository, open_tree
from sluicegate.text import inert, one_line

_COLUMNS = (
    "commit", "at", "author", "subject", "pull", "opened_by", "merged_by", "head", "reviewed", "approved_by", "checked",
    "missing_checks", "direct", "unknown",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@click.command()
@click.option("--form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="The file; else standard output.")
@configured
def census(form: str, output: Path | None, config: Path | None, sets: tuple[str, ...]) -> None:
    """Write every commit that reached the default branch in the window, reconciled with GitHub's recorded answers.

    The table is the population of the controls of changes, and comes with the question to git and GitHub, the hash of
    the answers, and what could not be reconciled. Where it cannot be had, nothing is written, and the exit code is 3.

    \b
    Example:
      sluicegate compliance census --output census.csv
    """
    if output:
        claim(output)
    found, _ = loaded(config, sets)
    own = found.sections.get("compliance")
    settings = own if isinstance(own, Settings) else Settings()
    with struck(found.secrets):
        gathered = _gathered(found.source.root, settings)
        if gathered.undecided:
            raise GateError(masked(gathered.undecided.reason), gathered.undecided.hint)
        publish(_json(gathered) if form == "json" else _csv(gathered), output)
    for why in gathered.lacking:
        click.echo(inert(one_line(f"not known: {masked(why.reason)}")), err=True)
    click.echo(inert(one_line(f"{len(gathered.items)} changes; {gathered.query}; SHA-256 {gathered.sha256}")), err=True)


def _gathered(root: Path, settings: Settings) -> Gathered:
    repository = find_repository(root)
    top = repository.root if repository else root
    prefix = root.resolve().relative_to(top.resolve()).as_posix()
    spec = TreeSpec(
        kind="working-tree" if repository else "folder", root=str(top), prefix="" if prefix == "." else prefix
    )
    context = Context(
        settings=settings,
        head=open_tree(spec),
        reference=None,
        rules=frozenset(),
        now=settings.as_of or datetime.now(UTC),
        folder=str(root),
        log=CommitLog(root=top, prefix=spec.prefix, head="HEAD", base="") if repository else None,
    )
    answers = recorded.read(context, settings.recorded, settings.evidence_age)
    return next(gather(Asking(context=context, settings=settings, recorded=answers)))


def _rows(gathered: Gathered) -> list[dict[str, object]]:
    rows = []
    for item in gathered.items:
        data = {"unknown": False, **item.data, "approved_by": " ".join(each["by"] for each in item.data["approvals"])}
        rows.append({name: _covered(data[name]) for name in _COLUMNS})
    return rows


def _covered(value: object) -> object:
    if isinstance(value, list):
        return [masked(str(each)) for each in value]
    return masked(value) if isinstance(value, str) else value


def _csv(gathered: Gathered) -> str:
    """One row a commit; a cell that a spreadsheet would take for a formula is quoted."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in _rows(gathered))
    return text.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json(gathered: Gathered) -> str:
    told = {
        "query": gathered.query,
        "sha256": gathered.sha256,
        "collected": gathered.collected,
        "revision": gathered.revision,
        "population": len(gathered.items),
        "unreconciled": [masked(why.reason) for why in gathered.lacking],
        "changes": _rows(gathered),
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"
