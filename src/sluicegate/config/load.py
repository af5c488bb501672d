"""Settings found on disk, merged with the command line, typed; every mistake told at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from sluicegate.config import locate
from sluicegate.config.mistakes import Mistake, explain
from sluicegate.config.settings import GateSettings, Settings
from sluicegate.errors import UserError
from sluicegate.model import Location
from sluicegate.text import plural

FILE = "sluicegate.toml"
_LIMIT = 1 << 20
_SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The settings as they are written: `root` is the folder that paths count from, `table` the keys above ours."""

    root: Path
    path: Path | None = None
    raw: Mapping[str, Any]
    lines: Mapping[locate.Path, int]
    table: tuple[str, ...] = ()

    @property
    def plugins(self) -> tuple[str, ...]:
        """The distributions that may bring gates; what is no list of names is told by `parse`."""
        named = self.raw.get("plugins", ())
        return tuple(name for name in named if isinstance(name, str)) if isinstance(named, list) else ()

    @property
    def shown(self) -> str | None:
        """The path of the file from the top of its repository, as other places are written."""
        if self.path is None:
            return None
        file = self.root / self.path.name
        for folder in (self.root, *self.root.parents):
            if (folder / ".git").exists():
                return file.relative_to(folder).as_posix()
        return self.path.name

    def where(self, path: locate.Path) -> Location:
        """The place of a key, or of what surrounds it."""
        return Location(
            path=self.shown, line=locate.nearest(dict(self.lines), (*self.table, *path)), logical=_dotted(path)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The settings as they are meant. `sections` holds the gates that have a table; `secrets` must never be printed."""

    source: Source
    settings: Settings
    sections: Mapping[str, GateSettings]
    secrets: tuple[str, ...] = ()


def find(start: Path, explicit: Path | None = None) -> Source:
    """The nearest settings from a folder upwards, or none. Raises UserError: unreadable, not TOML, or two of them."""
    if explicit is not None:
        return _read(explicit, () if explicit.name != "pyproject.toml" else ("tool", "sluicegate"))
    for folder in (start, *start.parents):
        own, project = folder / FILE, folder / "pyproject.toml"
        in_project = _read(project, ("tool", "sluicegate")) if project.is_file() else None
        if own.is_file():
            if in_project and in_project.raw:
                raise UserError(
                    f"there are two settings in {folder}: {FILE} and [tool.sluicegate] in pyproject.toml",
                    hint="keep one of them",
                )
            return _read(own, ())
        if in_project and in_project.raw:
            return in_project
        if (folder / ".git").exists():
            break
    return Source(root=start, raw={}, lines={})


def parse(source: Source, types: Mapping[str, Any], sets: tuple[str, ...] = ()) -> Loaded:
    """The typed settings, with `GATE.KEY=VALUE` from the command line laid over the file.

    `types` maps the id of each gate to the Struct of its section. Raises UserError with every mistake at once.
    """
    raw = _overlaid(source.raw, types, sets)
    secrets: set[str] = set()
    mistakes: list[Mistake] = []
    raw = _interpolated(raw, (), secrets, mistakes)
    sections: dict[str, GateSettings] = {}
    try:
        settings = msgspec.convert({key: value for key, value in raw.items() if key not in types}, Settings)
        sections = {name: msgspec.convert(raw[name], kind) for name, kind in types.items() if name in raw}
    except msgspec.ValidationError as error:
        mistakes += explain(raw, types) or [Mistake(path=(), text=str(error))]
    longest_first = tuple(sorted(secrets, key=len, reverse=True))
    if mistakes:
        raise _refusal(source, mistakes, longest_first)
    return Loaded(source=source, settings=settings, sections=sections, secrets=longest_first)


def _read(path: Path, table: tuple[str, ...]) -> Source:
    try:
        if not path.is_file():  # a pipe or a device might never end
            raise UserError(f"the settings {path} cannot be read: there is no such file", hint="see --config")
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except OSError as error:
        raise UserError(f"the settings {path} cannot be read: {error.strerror}", hint="see --config") from error
    if len(content) > _LIMIT:
        raise UserError(f"the settings {path} have more than {plural(_LIMIT, 'byte')}")
    try:
        text = content.decode("utf-8-sig")
        raw: Any = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: byte {error.start} is not UTF-8", hint="save the file as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UserError(f"{path} is not TOML: {error}", hint="see https://toml.io for the form") from error
    for key in table:
        raw = raw.get(key, {}) if isinstance(raw, dict) else {}
    if not isinstance(raw, dict):
        raise UserError(f"{path}: {_dotted(table)} is not a table")
    return Source(root=path.parent.absolute(), path=path, raw=raw, lines=locate.lines(text), table=table)


def _overlaid(raw: Mapping[str, Any], types: Mapping[str, Any], sets: tuple[str, ...]) -> dict[str, Any]:
    merged: dict[str, Any] = {**raw}
    for given in sets:
        name, equals, value = given.partition("=")
        gate, _, key = name.partition(".")
        if not equals or gate not in types:
            known = ", ".join(types)
            raise UserError(f"--set {given}: expected GATE.KEY=VALUE", hint=f"the gates are: {known}")
        fields = {field.encode_name: field for field in msgspec.structs.fields(types[gate])}
        if key not in fields:
            raise UserError(f"--set {given}: {gate} has no key {key}", hint=f"its keys are: {', '.join(fields)}")
        section = merged.get(gate, {})
        merged[gate] = {**(section if isinstance(section, dict) else {}), key: _typed(value, fields[key].type, name)}
    return merged


def _typed(value: str, kind: Any, name: str) -> Any:
    """The value of a `--set`, read as its type asks: lists have one item per line."""
    refusals = []
    listed = [line for line in value.splitlines() if line.strip()]
    # a key that takes either gets a list from several lines, a text from one
    candidates: list[Any] = [listed, value] if len(listed) > 1 else [value, listed]
    for candidate in (*candidates, *_table(value)):
        try:
            return msgspec.to_builtins(msgspec.convert(candidate, kind, strict=False), enc_hook=str)
        except msgspec.ValidationError as error:
            refusals.append(error)
    raise UserError(
        f"--set {name}={value}: {refusals[1] if len(listed) > 1 else refusals[0]}",
        hint="sluicegate schema settings shows what each key takes",
    )


def _table(value: str) -> list[Any]:
    """A value that is written as a TOML table: `{ beta = 31, stable = 180 }`."""
    if not value.lstrip().startswith("{"):
        return []
    try:
        return [tomllib.loads(f"value = {value}")["value"]]
    except tomllib.TOMLDecodeError:
        return []


def _interpolated(value: Any, path: locate.Path, secrets: set[str], mistakes: list[Mistake]) -> Any:
    """The value with each `${NAME}` replaced from the environment, and what was read kept in `secrets`."""
    if isinstance(value, dict):
        return {key: _interpolated(item, (*path, key), secrets, mistakes) for key, item in value.items()}
    if isinstance(value, list):
        return [_interpolated(item, (*path, index), secrets, mistakes) for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def resolve(match: re.Match[str]) -> str:
        found = os.environ.get(match[1])
        if found is None:
            mistakes.append(Mistake(path=path, text=f"the environment has no variable {match[1]}"))
            return match[0]
        if found:
            secrets.add(found)
        return found

    return _SECRET.sub(resolve, value)


def _refusal(source: Source, mistakes: list[Mistake], secrets: tuple[str, ...]) -> UserError:
    told = []
    for place, mistake in sorted(
        ((source.where(mistake.path), mistake) for mistake in mistakes), key=lambda pair: pair[0].line or 0
    ):
        at = f"{place.path}:{place.line}: " if place.path and place.line else f"{place.path or 'command line'}: "
        told.append(f"  {at}{f'{_dotted(mistake.path)}: ' if mistake.path else ''}{mistake.text}")
    for secret in secrets:
        told = [line.replace(secret, "***") for line in told]
    return UserError(
        f"the settings hold {plural(len(told), 'mistake')}:\n" + "\n".join(told),
        hint="sluicegate schema settings prints all that may stand there",
    )


def _dotted(path: locate.Path) -> str:
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out
