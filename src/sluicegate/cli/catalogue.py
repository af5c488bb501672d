"""`explain`, `rules`, `gates`, `schema`: what the declarations say."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import click
from msgspec.structs import replace

from sluicegate.cli.options import Looking, located
from sluicegate.config import Source, settings_schema
from sluicegate.engine.external import EXTERNAL
from sluicegate.errors import UserError
from sluicegate.model import Gate, Rule
from sluicegate.registry import HOUSE, Registry, every_rule, help_page, load, settings_type
from sluicegate.revision import TreeSpec, open_tree
from sluicegate.text import visible

_WIDEST = 100

_config = click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="The settings file.")


@click.command(cls=Looking)
@click.argument("rule")
@_config
def explain(rule: str, config: Path | None) -> None:
    """Explain a rule: what it means, why it matters, how to fix it, how to suppress it.

    The id of its gate may be left out. What oasdiff calls a change leads to the rule that speaks of it.

    \b
    Example:
      sluicegate explain contract/response-property-removed
      sluicegate explain api-path-removed-without-deprecation
    """
    source, registry = located(config)
    gates = _all(registry)
    declared = {name for gate in gates for each in gate.rules for name in (each.id, each.name)}
    if rule not in declared:  # what comes with data is read where nothing else is meant
        gates = tuple(replace(gate, rules=_with_data(gate, source)) for gate in gates)
    known = {each.id: (gate, each) for gate in gates for each in gate.rules}
    name, also = _meant(rule, gates)
    gate, found = known[name]
    if also:
        click.echo(f"{also}\n")
    click.echo(f"{found.id}  {found.level} by default, {found.kind} rule of {gate.title}\n")
    page = help_page(gate, found).rstrip()
    if sys.stdout.isatty() and find_spec("rich"):
        _typeset(page)
    else:
        click.echo(visible(page))


@click.command()
@click.option("--gate", "wanted", metavar="ID", help="Only those of one gate.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@_config
def rules(wanted: str | None, as_json: bool, config: Path | None) -> None:
    """List the rules with their default levels; those that come with packs where their gate is named.

    \b
    Example:
      sluicegate rules --gate contract
    """
    source, registry = located(config)
    gates = _all(registry)
    if wanted and wanted not in {gate.id for gate in gates}:
        raise UserError(f"there is no gate {wanted}", hint=f"the gates are: {', '.join(gate.id for gate in gates)}")
    listed = [rule for gate in gates if not wanted for rule in gate.rules]
    listed += [rule for gate in gates if gate.id == wanted for rule in _with_data(gate, source)]
    if as_json:
        fields = ("id", "level", "kind", "title", "summary", "unit")
        click.echo(json.dumps([{field: getattr(rule, field) for field in fields} for rule in listed], indent=2))
        return
    width = max(len(rule.id) for rule in listed)
    for rule in listed:
        click.echo(f"{rule.id:<{width}}  {rule.level:<7}  {rule.title}")
    for more in (gate for gate in gates if gate.catalogue and not wanted):
        click.echo(f"{more.title}: `sluicegate rules --gate {more.id}` lists the rules of its packs too", err=True)


def _with_data(gate: Gate, source: Source) -> tuple[Rule, ...]:
    """The rules of a gate with those of the data that it ships and that the settings name."""
    section = source.raw.get(gate.id)
    tree = open_tree(TreeSpec(kind="folder", root=str(source.root)))
    return every_rule(gate, section if isinstance(section, dict) else {}, tree)


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


_NEAR = 0.15
"""How much less alike than the best name another may be, to be proposed beside it."""


def _meant(wanted: str, gates: Sequence[Gate]) -> tuple[str, str]:
    """The id of the rule that a name means, and what is to be said of that. Raises UserError where it means none."""
    ids = [each.id for gate in gates for each in gate.rules]
    if wanted in ids:
        return wanted, ""
    names: dict[str, list[str]] = {}
    for known in ids:
        names.setdefault(known.partition("/")[2], []).append(known)
    if wanted in names:
        if len(names[wanted]) > 1:
            raise UserError(f"{wanted} is the name of several rules", hint=f"name one: {', '.join(names[wanted])}")
        return names[wanted][0], ""
    aliases: dict[str, tuple[str, str]] = {}
    for gate in gates:
        aliases |= load(gate.aliases)() if gate.aliases else {}
    if wanted in aliases:
        tool, meant = aliases[wanted]
        if not meant:
            raise UserError(
                f"{wanted} is a rule of {tool}, and no rule here speaks of it", hint="docs/crosswalk.md says why"
            )
        return meant, f"What {tool} calls {wanted} is told by {meant}."
    shown = visible(wanted)
    likely = difflib.get_close_matches(wanted, [*ids, *names, *aliases], n=3)
    nearness = [difflib.SequenceMatcher(None, wanted, one).ratio() for one in likely]
    likely = [one for one, near in zip(likely, nearness, strict=True) if near > nearness[0] - _NEAR]
    found = list(dict.fromkeys(names[one][0] if one in names else one for one in likely))
    hint = f"did you mean {' or '.join(found)}?" if found else "`sluicegate rules` lists them"
    raise UserError(f"there is no rule {shown}", hint=hint)


def _typeset(page: str) -> None:
    """Print Markdown to a terminal as people read it."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console.print(Markdown(visible(page), hyperlinks=False), width=min(console.width, _WIDEST))


def _all(registry: Registry) -> tuple[Gate, ...]:
    return (*registry.gates, EXTERNAL, HOUSE)
