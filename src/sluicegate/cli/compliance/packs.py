"""`sluicegate compliance test` and `diff`: a pack tried on recorded evidence, and held against another version."""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path

import click

from sluicegate.cli.compliance.lint import opened
from sluicegate.errors import Exit, GateError, UnreadableError, UserError
from sluicegate.gates.compliance.controls.comparing import steps
from sluicegate.gates.compliance.controls.model import Pack
from sluicegate.gates.compliance.controls.trying import tried, untried
from sluicegate.gates.compliance.evidence.disk import content
from sluicegate.openapi.reading import parse
from sluicegate.text import inert, one_line, plural, shorten

_LARGEST = 16 << 20
_FORM = "`cases` is a list of control, item, expect"


@click.command()
@click.argument("pack")
@click.argument("evidence", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_context
def test(context: click.Context, pack: str, evidence: Path) -> None:
    """Try a pack on recorded evidence: items, each with what its control is to say of it.

    A control that no item made fail is told: it is not known that it can.

    \b
    Example:
      sluicegate compliance test compliance/ours.yaml compliance/ours.cases.yaml
    """
    found = _pack(pack)
    controls = {control.id: control for control in found.controls}
    try:
        document = parse(_cases(evidence), evidence.name, evidence.as_posix())
    except (UnreadableError, GateError) as error:
        raise UserError(error.message, error.hint) from None
    told = list(tried(document, controls, found.name))
    wrong = [each for each in told if each.came != each.expected]
    for each in wrong:
        why = f": {one_line(each.why)}" if each.why else ""
        click.echo(inert(f"{evidence}:{each.line}: {each.control} came to {each.came}, not {each.expected}{why}"))
    for name in untried(controls, told):
        click.echo(inert(f"{name}: no item made it fail, so it is not known that it can"))
    click.echo(f"{plural(len(told), 'case')}: {plural(len(wrong), 'failure')}", err=True)
    if wrong:
        context.exit(Exit.FAILED)


def _cases(path: Path) -> bytes:
    """The bytes of a file of cases. Raises GateError; UserError for what is no file, such as a pipe, or is empty."""
    if not path.is_file():
        raise UserError(f"{one_line(str(path))} is no file", hint=_FORM)
    text = content(one_line(str(path)), path, _LARGEST)
    if not text.removeprefix(BOM_UTF8).strip():
        raise UserError(f"{one_line(str(path))} is empty", hint=_FORM)
    return text


@click.command()
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """Say what another version of a pack changes, and which clauses that concerns.

    \b
    Example:
      sluicegate compliance diff old/ours.yaml compliance/ours.yaml
    """
    old, new = _pack(before), _pack(after)
    click.echo(inert(f"{old.name} {old.version} -> {new.name} {new.version}"))
    told = steps(old, new)
    for step in told:
        concerned = f"  concerns {', '.join(step.clauses)}" if step.clauses and step.clauses != (step.what,) else ""
        mark = "" if step.decides else "  (words alone)"
        click.echo(inert(f"  {step.what}: {shorten(one_line(step.how), 300)}{concerned}{mark}"))
    deciding = sum(step.decides for step in told)
    click.echo(f"{plural(len(told), 'difference')}, {deciding} that a verdict hangs on", err=True)


def _pack(name: str) -> Pack:
    """The one pack of a name or a file. Raises UserError: it cannot be read."""
    found = opened((name,))
    wrong = next((each for several in found.troubles.values() for each in several), None)
    if not found.packs:
        raise UserError(str(wrong), hint="`sluicegate compliance lint` tells every mistake")
    return next(pack for pack in found.packs.values() if pack.name in found.named)
