"""Every value that is in force, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from sluicegate.config.load import Loaded, dotted
from sluicegate.config.locate import Path
from sluicegate.config.settings import Section
from sluicegate.config.strictness import keys
from sluicegate.model import Location

Kind = Literal["default", "organisation", "file", "environment", "command line"]


class Value(Struct, frozen=True, kw_only=True):
    """One value: its key, itself without secrets, and its origin.

    `place` is the file and line, `variables` are the names of the environment that it was read from, `locked` is where
    it is locked.
    """

    key: str
    value: Any
    kind: Kind
    place: Location | None = None
    variables: tuple[str, ...] = ()
    locked: Location | None = None

    @property
    def origin(self) -> str:
        """The origin in words."""
        told: str = self.kind if self.place is None else str(self.place)
        if self.kind == "organisation":
            told += " (organisation)"
        if self.variables:
            told += f", environment {', '.join(self.variables)}"
        return told + (f", locked by {self.locked}" if self.locked else "")


def effective(loaded: Loaded, *, fail_on: str | None = None) -> list[Value]:
    """The values of all keys, those of each gate that has a table after the others."""
    locks = {lock.key: lock.place for lock in loaded.locks}
    out: list[Value] = []
    for path, value in (*_values(loaded.settings, ()), *_sections(loaded)):
        given = fail_on if path == ("fail-on",) and fail_on else None
        kind, place, variables = ("command line", None, ()) if given else _origin(loaded, path)
        names = [".".join(map(str, path[:end])) for end in range(1, len(path) + 1) if isinstance(path[end - 1], str)]
        out.append(
            Value(
                key=dotted(path),
                value=given or _struck(msgspec.to_builtins(value, enc_hook=str), loaded.secrets),
                kind=kind,
                place=place,
                variables=variables,
                locked=next((locks[name] for name in names if name in locks), None),
            )
        )
    return out


def _sections(loaded: Loaded) -> Iterator[tuple[Path, Any]]:
    for gate, section in loaded.sections.items():
        yield from _values(section, (gate,))


def _values(section: Section, path: Path) -> Iterator[tuple[Path, Any]]:
    for key, (name, _) in keys(type(section)).items():
        value = getattr(section, name)
        here: Path = (*path, key)
        if isinstance(value, Section):
            yield from _values(value, here)
        elif isinstance(value, tuple) and value and all(isinstance(each, Section) for each in value):
            for index, each in enumerate(value):
                yield from _values(each, (*here, index))
        else:
            yield here, value


def _origin(loaded: Loaded, path: Path) -> tuple[Kind, Location | None, tuple[str, ...]]:
    if any(one.partition("=")[0] == ".".join(map(str, path[:2])) for one in loaded.sets):
        return "command line", None, ()
    if not _is_there(loaded.source.raw, path):
        return "default", None, ()
    place = loaded.source.where(path)
    variables = tuple(name for read, names in loaded.variables.items() if read[: len(path)] == path for name in names)
    if variables:
        return "environment", place, variables
    return ("file" if place.path == loaded.source.shown else "organisation"), place, ()


def _is_there(raw: Any, path: Path) -> bool:
    for part in path:
        if isinstance(raw, Mapping) and part in raw:
            raw = raw[str(part)]
        elif isinstance(raw, list) and isinstance(part, int) and part < len(raw):
            raw = raw[part]
        else:
            return False
    return True


def _struck(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "***")
        return value
    if isinstance(value, dict):
        return {key: _struck(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_struck(item, secrets) for item in value]
    return value
