"""`sluicegate doctor`: what is needed, what is there, what is missing, and the command that gets it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click
from msgspec.structs import asdict

from sluicegate.cli.diagnosis import MISSING, NOTE, THERE, UNKNOWN, Here, Look, diagnose, stopped
from sluicegate.cli.options import loaded
from sluicegate.config import Loaded, Source, find
from sluicegate.errors import Exit, SluicegateError, UserError
from sluicegate.imports.gate import EXTERNAL
from sluicegate.registry import Registry, discover
from sluicegate.report.inert import in_json
from sluicegate.text import inert, one_line
from sluicegate.worker.work import cleaned

_VERSION = 1
_MARKS = {THERE: ("ok", "green"), MISSING: ("MISSING", "red"), NOTE: ("-", "cyan"), UNKNOWN: ("?", "yellow")}


@click.command()
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text", help="How it is told.")
@click.option("--online", is_flag=True, help="Also ask what is not on this machine: a store in a bucket.")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file, where it is not found by itself.",
)
def doctor(kind: str, online: bool, config: Path | None) -> int:
    """Say what each gate needs, what is there, what is missing and how to get it.

    Looks at the installation, the settings, git and the base of the change, the baseline's store, the token of a job
    and what every gate declares. Nothing leaves this machine without --online.

    Exit codes: 0 everything configured can run, 3 a configured gate cannot.

    \b
    Example:
      sluicegate doctor
      sluicegate doctor --format json
    """
    from sluicegate.ci.compare import reach_of

    settings, registry, trouble, configured = _read(config)
    here = Here(
        root=settings.source.root if settings else Path.cwd(),
        registry=registry,
        settings=settings,
        trouble=trouble,
        configured=configured,
        reach=reach_of(os.environ),
        online=online,
    )
    secrets = settings.secrets if settings else ()
    looks = [cleaned(look, secrets) for look in diagnose(here)]
    cannot = stopped(looks)
    if kind == "json":
        told = {"version": _VERSION, "ok": not cannot, "stopped": cannot, "looks": [asdict(look) for look in looks]}
        click.echo(in_json(json.dumps(told, indent=2, ensure_ascii=False)))
    else:
        _tell(looks, cannot, configured)
    return Exit.ERRORED if cannot else Exit.PASSED


def _read(config: Path | None) -> tuple[Loaded | None, Registry, SluicegateError | None, tuple[str, ...]]:
    """The settings and the gates; settings that cannot be read are what one asks a doctor about."""
    try:
        settings, registry = loaded(config)
    except UserError as error:
        try:
            source: Source | None = find(Path.cwd(), config)
        except UserError:
            source = None
        registry = discover(source.plugins if source else ())
        known = (*(gate.id for gate in registry.gates), EXTERNAL.id)
        return None, registry, error, tuple(gate for gate in known if source and gate in source.raw)
    tables = tuple(gate.id for gate in registry.gates if gate.id in settings.sections)
    return settings, registry, None, (*tables, EXTERNAL.id) if settings.settings.external else tables


def _tell(looks: Sequence[Look], cannot: Sequence[str], configured: Sequence[str]) -> None:
    area = ""
    for look in looks:
        if look.area != area:
            area = look.area
            click.echo(click.style(inert(area), bold=True))
        word, colour = _MARKS[look.state]
        wanted = f" (wanted {look.wanted})" if look.wanted and look.state != THERE else ""
        click.echo(f"  {click.style(f'{word:<7}', fg=colour)} {inert(one_line(look.what))}  ", nl=False)
        lines = inert(look.found or "not found").splitlines()
        click.echo(f"{lines[0]}{wanted}")
        for line in lines[1:]:
            click.echo(f"            {line}")
        if look.get and look.state != THERE:
            click.echo(inert(f"            → {one_line(look.get)}"))
    if cannot:
        click.echo(f"{', '.join(cannot)}: cannot run", err=True)
    elif configured:
        click.echo(f"everything that {', '.join(configured)} needs is there")
    else:
        click.echo("no gate is configured; `sluicegate init` writes settings for what it finds")
