"""Options and set-up that several commands share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from sluicegate.config import Loaded, Source, find, parse
from sluicegate.errors import SluicegateError
from sluicegate.model import Gate
from sluicegate.registry import Registry, discover, settings_type

F = TypeVar("F", bound=Callable[..., Any])


class Looking(click.Command):
    """A command that looks and changes nothing, unless it is given an option that is `Writing`."""


class Writing(click.Option):
    """An option for which something is written."""


LEVELS = click.Choice(["error", "warning", "note"])


def reporting(command: F) -> F:
    """`--report` and `--fail-on`."""
    command = click.option(
        "--report",
        "reports",
        cls=Writing,
        multiple=True,
        metavar="KIND=PATH",
        help="Write a report: terminal, html, markdown, junit, junit-strict, sarif, annotations or json; "
        "PATH may be -. Repeatable.",
    )(command)
    return click.option(
        "--fail-on", type=LEVELS, help="The lowest level that fails the run; the settings say error by default."
    )(command)


def stated(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The value of an option, which may not be blank: `--base "$BASE"` without one would ask for something else."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty; leave the option out, or give it a value")
    return value


def showing_one(command: F) -> F:
    """`--only`."""
    return click.option(
        "--only",
        metavar="[RULE:]FINGERPRINT",
        callback=stated,
        help="Show one finding again, and end as it does; the first 8 digits suffice.",
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
        help="One setting; lists one item per line, or as an array of TOML. Repeatable.",
    )(command)


def settable(gate: Gate, keys: tuple[str, ...]) -> Callable[[F], F]:
    """An option for each of some keys of a gate's settings: a choice for words, a flag for yes and no."""
    struct: Any = msgspec.inspect.type_info(settings_type(gate))
    fields = {field.encode_name: field.type for field in struct.fields}

    def decorate(command: F) -> F:
        for key in reversed(keys):
            kind = fields[key]
            while isinstance(kind, msgspec.inspect.Metadata):
                text, kind = (kind.extra_json_schema or {}).get("description", ""), kind.type
            if isinstance(kind, msgspec.inspect.LiteralType):
                choice = click.Choice([str(value) for value in kind.values])
                command = click.option(f"--{key}", type=choice, help=text)(command)
            else:
                command = click.option(f"--{key}", is_flag=True, default=None, help=text)(command)
        return command

    return decorate


def chosen(gate: Gate, options: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What `settable` options were given: as settings for `loaded`, and as the words that give them again."""
    given = {name.replace("_", "-"): value for name, value in options.items() if value is not None}
    sets = tuple(f"{gate.id}.{key}={str(value).lower() if value is True else value}" for key, value in given.items())
    again = [word for key, value in given.items() for word in ([f"--{key}"] if value is True else [f"--{key}", value])]
    return sets, tuple(again)


@contextlib.contextmanager
def struck(secrets: tuple[str, ...]) -> Iterator[None]:
    """Errors that leave the block do so without the secrets."""
    try:
        yield
    except SluicegateError as error:
        from sluicegate.worker.work import cleaned

        raise type(error)(cleaned(error.message, secrets), cleaned(error.hint, secrets)) from None


def located(config: Path | None) -> tuple[Source, Registry]:
    """The settings as written and the gates they allow."""
    source = find(Path.cwd(), config)
    return source, discover(source.plugins)


def loaded(config: Path | None, sets: tuple[str, ...] = ()) -> tuple[Loaded, Registry]:
    """The settings, typed by the gates there are. Raises UserError with every mistake."""
    from sluicegate.engine import check_rules

    source, registry = located(config)
    types = {gate.id: settings_type(gate) for gate in registry.gates}
    found = parse(source, types, sets)
    with struck(found.secrets):
        check_rules(found, registry)
    return found, registry
