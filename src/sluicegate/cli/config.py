"""`sluicegate config show`: every value in force, and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from msgspec.structs import asdict

from sluicegate.cli.options import LEVELS, configured, loaded, struck
from sluicegate.config.effective import Value, effective
from sluicegate.engine import policy_of
from sluicegate.model import Level
from sluicegate.report.inert import in_json
from sluicegate.text import inert, one_line


@click.group(name="config")
def config_() -> None:
    """Show the settings as they are meant.

    \b
    Example:
      sluicegate config show --origin
    """


@config_.command()
@click.option("--origin", is_flag=True, help="Also where each value comes from.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="json has the origins too.")
@click.option("--fail-on", type=LEVELS, help="As for check.")
@configured
def show(origin: bool, form: str, fail_on: str | None, config: Path | None, sets: tuple[str, ...]) -> None:
    """Show every value in force: from the file, from what it extends, the environment, the command line, or a default.

    What was read from the environment is shown as ***.

    \b
    Example:
      sluicegate config show --origin
      sluicegate config show --format json
    """
    found, _ = loaded(config, sets)
    with struck(found.secrets):
        policy_of(found, Level(fail_on) if fail_on else None)  # which refuses what is locked
    values = effective(found, fail_on=fail_on)
    if form == "json":
        click.echo(in_json(json.dumps([_row(each) for each in values], indent=2, ensure_ascii=False)))
        return
    lines = [f"{each.key} = {_toml(each.value)}" for each in values]
    width = min(max(map(len, lines)), 60)
    for line, each in zip(lines, values, strict=True):
        click.echo(_told(line, width, each) if origin else inert(one_line(line)))


def _told(line: str, width: int, value: Value) -> str:
    return f"{inert(one_line(line)):<{width}}  # {inert(one_line(value.origin))}"


def _row(value: Value) -> dict[str, Any]:
    origin: dict[str, Any] = {"kind": value.kind}
    if value.place is not None:
        origin |= {name: item for name, item in asdict(value.place).items() if name in {"path", "line"}}
    if value.variables:
        origin["variables"] = list(value.variables)
    row = {"key": value.key, "value": value.value, "origin": origin}
    return row | ({"locked": str(value.locked)} if value.locked else {})


def _toml(value: Any) -> str:
    """A value as TOML has it, but for one that is not set."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return "(not set)" if value is None else json.dumps(value, ensure_ascii=False)
