"""`explain`, `rules`, `gates`, `schema`: what the declarations say."""

from __future__ import annotations

import difflib
import json
import sys
from pathlib import Path

import click

from sluicegate.cli.options import located
from sluicegate.config import settings_schema
from sluicegate.errors import UserError
from sluicegate.model import Gate
from sluicegate.registry import HOUSE, Registry, help_page, settings_type
from sluicegate.text import visible

_WIDEST = 100

_config = click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="The settings file.")


@click.command()
@click.argument("rule")
@_config
def explain(rule: str, config: Path | None) -> None:
    """Explain a rule: what it means, why it matters, how to fix it, how to suppress it.

    \b
    Example:
      sluicegate explain contract/response-property-removed
    """
    gates = _all(located(config)[1])
    known = {each.id: (gate, each) for gate in gates for each in gate.rules}
    if rule not in known:
        names = {each.name: each.id for gate in gates for each in gate.rules}
        likely = difflib.get_close_matches(rule, [*known, *names], n=1)
        hint = f"did you mean {names.get(likely[0], likely[0])}?" if likely else "`sluicegate rules` lists them"
        raise UserError(f"there is no rule {rule}", hint=hint)
    gate, found = known[rule]
    click.echo(f"{found.id}  {found.level} by default, {found.kind} rule of {gate.title}\n")
    page = help_page(gate, found).rstrip()
    if sys.stdout.isatty():
        _typeset(page)
    else:
        click.echo(page)


@click.command()
@click.option("--gate", "wanted", metavar="ID", help="Only those of one gate.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@_config
def rules(wanted: str | None, as_json: bool, config: Path | None) -> None:
    """List the rules with their default levels.

    \b
    Example:
      sluicegate rules --gate contract
    """
    gates = _all(located(config)[1])
    if wanted and wanted not in {gate.id for gate in gates}:
        raise UserError(f"there is no gate {wanted}", hint=f"the gates are: {', '.join(gate.id for gate in gates)}")
    listed = [rule for gate in gates if wanted in (None, gate.id) for rule in gate.rules]
    if as_json:
        fields = ("id", "level", "kind", "title", "summary", "unit")
        click.echo(json.dumps([{field: getattr(rule, field) for field in fields} for rule in listed], indent=2))
        return
    width = max(len(rule.id) for rule in listed)
    for rule in listed:
        click.echo(f"{rule.id:<{width}}  {rule.level:<7}  {rule.title}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@_config
def gates(as_json: bool, config: Path | None) -> None:
    """List the gates and whether the settings configure them.

    \b
    Example:
      sluicegate gates
    """
    source, registry = located(config)
    origins = {plugin.gate: f"{plugin.distribution} {plugin.version}" for plugin in registry.plugins}
    listed = [
        {
            "id": gate.id,
            "title": gate.title,
            "summary": gate.summary,
            "rules": len(gate.rules),
            "configured": gate.id in source.raw,
            "from": origins.get(gate.id, "sluicegate"),
        }
        for gate in registry.gates
    ]
    if as_json:
        click.echo(json.dumps(listed, indent=2))
        return
    width = max(len(str(gate["id"])) for gate in listed)
    for gate in listed:
        told = [f"{gate['rules']} rules", f"from {gate['from']}"] + (["configured here"] if gate["configured"] else [])
        click.echo(f"{gate['id']:<{width}}  {gate['summary']} ({', '.join(told)})")
    for broken in registry.broken:
        click.echo(f"{broken.gate:<{width}}  cannot be loaded: {broken.reason}", err=True)


@click.command()
@click.argument("what", type=click.Choice(["settings", "run"]))
@_config
def schema(what: str, config: Path | None) -> None:
    """Print the JSON Schema of the settings or of a Run document.

    \b
    Example:
      sluicegate schema settings > sluicegate.schema.json
    """
    if what == "run":
        from sluicegate.report.json import schema as run_schema

        found = run_schema()
    else:
        registry = located(config)[1]
        found = settings_schema({gate.id: settings_type(gate) for gate in registry.gates})
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def _typeset(page: str) -> None:
    """Print Markdown to a terminal as people read it."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console.print(Markdown(visible(page), hyperlinks=False), width=min(console.width, _WIDEST))


def _all(registry: Registry) -> tuple[Gate, ...]:
    return (*registry.gates, HOUSE)
