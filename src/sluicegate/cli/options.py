"""Options and set-up that several commands share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from sluicegate.config import Loaded, Source, find, parse
from sluicegate.engine import check_rules
from sluicegate.engine.work import cleaned
from sluicegate.errors import SluicegateError
from sluicegate.registry import Registry, discover, settings_type

F = TypeVar("F", bound=Callable[..., Any])

LEVELS = click.Choice(["error", "warning", "note"])


def reporting(command: F) -> F:
    """`--report` and `--fail-on`."""
    command = click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="KIND=PATH",
        help="Write a report: terminal, junit, annotations, sarif, markdown or json; PATH may be -. Repeatable.",
    )(command)
    return click.option(
        "--fail-on", type=LEVELS, help="The lowest level that fails the run; the settings say error by default."
    )(command)


def configured(command: F) -> F:
    """`--config` and `--set`."""
    command = click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The settings file, where it is not found by itself.",
    )(command)
    return click.option(
        "--set",
        "sets",
        multiple=True,
        metavar="GATE.KEY=VALUE",
        help="One setting; lists one item per line. Repeatable.",
    )(command)


@contextlib.contextmanager
def struck(secrets: tuple[str, ...]) -> Iterator[None]:
    """Errors that leave the block do so without the secrets."""
    try:
        yield
    except SluicegateError as error:
        raise type(error)(cleaned(error.message, secrets), cleaned(error.hint, secrets)) from None


def located(config: Path | None) -> tuple[Source, Registry]:
    """The settings as written and the gates they allow."""
    source = find(Path.cwd(), config)
    return source, discover(source.plugins)


def loaded(config: Path | None, sets: tuple[str, ...] = ()) -> tuple[Loaded, Registry]:
    """The settings, typed by the gates there are. Raises UserError with every mistake."""
    source, registry = located(config)
    types = {gate.id: settings_type(gate) for gate in registry.gates}
    found = parse(source, types, sets)
    with struck(found.secrets):
        check_rules(found, registry)
    return found, registry
