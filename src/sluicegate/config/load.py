"""Settings found on disk, merged with the command line, typed; every mistake told at once."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.config import locate
from sluicegate.config.layers import Content, Layer, layered, merged, places_of, toml
from sluicegate.config.locked import Lock, held, typed
from sluicegate.config.mistakes import Mistake, explain
from sluicegate.config.settings import GateSettings, Settings
from sluicegate.errors import UserError
from sluicegate.model import Location
from sluicegate.text import plural

FILE, PROJECT = "sluicegate.toml", "pyproject.toml"
LIMIT = 1 << 20
"""So many bytes of a file of settings are read at the most."""
_SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Source(Struct, frozen=True, kw_only=True):
    """The settings as they are written, with those that they stand upon.

    `root` is the folder that paths count from, `start` where they were looked for, `places` where each key stands;
    `layers` are the files, the lowest first, and `mistakes` what was wrong with `extends`. `named`: the user named the
    file.
    """

    root: Path
    path: Path | None = None
    raw: Mapping[str, Any]
    places: Mapping[locate.Path, Location] = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    start: Path | None = None
    named: bool = False

    @property
    def plugins(self) -> tuple[str, ...]:
        """The distributions that may bring gates; what is no list of names is told by `parse`."""
        named = self.raw.get("plugins", ())
        return tuple(name for name in named if isinstance(name, str)) if isinstance(named, list) else ()

    @property
    def shown(self) -> str | None:
        """The path of the file from the top of its repository, as other places are written."""
        return None if self.path is None else _shown(self.root / self.path.name)

    def where(self, path: locate.Path) -> Location:
        """The place of a key, or of what surrounds it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.places:
                return replace(self.places[path[:end]], logical=dotted(path))
        return Location(path=self.shown, logical=dotted(path))


class Loaded(Struct, frozen=True, kw_only=True):
    """The settings as they are meant. `sections` holds the gates that have a table; `secrets` must never be printed.

    `sets` is what the command line laid over them, without line ends as far as that can be, `variables` the names of
    the environment by the keys that read them, and `locks` the value that each locked key had where it was locked.
    `kept` says which entry of a list in the file an entry here is, where some are held back: (key, index) to index.
    """

    source: Source
    settings: Settings
    sections: Mapping[str, GateSettings]
    secrets: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    variables: Mapping[locate.Path, tuple[str, ...]] = field(default_factory=dict)
    locks: tuple[Lock, ...] = ()
    kept: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def entry(self, key: str, index: int) -> Location:
        """Where an entry of a list of tables stands."""
        return self.source.where((key, self.kept.get((key, index), index)))


def on_disk(path: Path) -> bytes | None:
    """The bytes of a file of settings, or None where there is none. Raises UserError: unreadable, or too large."""
    try:
        if not path.is_file():  # a pipe or a device might never end
            return None
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise UserError(f"the settings {path} cannot be read: {error.strerror}", hint="see --config") from error
    return content


def within(top: Path) -> Content:
    """Files on disk that do not lead out of a folder by a link."""

    def content(path: Path) -> bytes | None:
        if not path.resolve().is_relative_to(top.resolve()):
            raise UserError(f"it is a link to a place outside of {top.name}")
        found = on_disk(path)
        if found is not None and len(found) > LIMIT:
            raise UserError(f"it has more than {plural(LIMIT, 'byte')}")
        return found

    return content


def find(start: Path, explicit: Path | None = None, content: Content = on_disk, below: Content | None = None) -> Source:
    """The nearest settings from a folder upwards, or none; `content` reads them, and `below` what they stand upon.

    Raises UserError: unreadable, not TOML, or two of them.
    """
    if explicit is not None:
        found = _read(explicit, content, below)
        if found is None:
            raise UserError(f"the settings {explicit} cannot be read: there is no such file", hint="see --config")
        return replace(found, start=start, named=True)
    for folder in (start, *start.parents):
        own, project = _read(folder / FILE, content, below), _read(folder / PROJECT, content, below)
        if own and project and project.raw:
            raise UserError(
                f"there are two settings in {folder}: {FILE} and [tool.sluicegate] in {PROJECT}",
                hint="keep one of them",
            )
        found = own or (project if project and project.raw else None)
        if found:
            return replace(found, start=start)
        if (folder / ".git").exists():
            break
    return Source(root=start, raw={}, start=start)


def parse(source: Source, types: Mapping[str, Any], sets: tuple[str, ...] = (), *, lenient: bool = False) -> Loaded:
    """The typed settings, with `GATE.KEY=VALUE` from the command line laid over the file.

    `types` maps the id of each gate to the Struct of its section. Raises UserError with every mistake at once.
    `lenient`: a variable that the environment lacks is no mistake, and no lock is held: for settings of the past.
    """
    raw = _overlaid(source.raw, types, sets)
    secrets: set[str] = set()
    mistakes: list[Mistake] = list(source.mistakes)
    missing: list[Mistake] = []
    variables: dict[locate.Path, tuple[str, ...]] = {}
    raw = _interpolated(raw, (), secrets, missing, variables)
    mistakes += [] if lenient else missing
    try:
        settings, sections = typed(raw, types)
    except msgspec.ValidationError as error:
        mistakes += explain(raw, types) or [Mistake(path=(), text=str(error))]
    locks: tuple[Lock, ...] = ()
    if not mistakes and not lenient:
        stages = [_interpolated(merged(source.layers[: end + 1])[0], (), secrets, [], {}) for end in _locking(source)]
        locks, mistakes = held(source.layers, stages, types, (settings, sections))
        given = {tuple(one.partition("=")[0].split(".")): one for one in sets}
        mistakes = [_said_by(mistake, given) for mistake in mistakes]
    longest_first = tuple(sorted(secrets, key=len, reverse=True))
    if mistakes:
        raise _refusal(source, mistakes, longest_first)
    return Loaded(
        source=source,
        settings=settings,
        sections=sections,
        secrets=longest_first,
        sets=tuple(_in_one_line(one, types) for one in sets),
        variables=variables,
        locks=locks,
    )


def _locking(source: Source) -> list[int]:
    return [index for index, layer in enumerate(source.layers) if layer.raw.get("locked")]


def _said_by(mistake: Mistake, given: Mapping[tuple[str, ...], str]) -> Mistake:
    """A mistake that the command line makes stands there, and not in the file."""
    name = tuple(map(str, mistake.path[:2]))
    return replace(mistake, place=Location(logical=f"--set {given[name]}")) if name in given else mistake


def _read(path: Path, content: Content, below: Content | None) -> Source | None:
    found = content(path)
    if found is None:
        return None
    if len(found) > LIMIT:
        raise UserError(f"the settings {path} have more than {plural(LIMIT, 'byte')}")
    text, raw = toml(found, str(path))
    table = ("tool", "sluicegate") if path.name == PROJECT else ()
    for key in table:
        raw = raw.get(key, {}) if isinstance(raw, dict) else {}
    if not isinstance(raw, dict):
        raise UserError(f"{path}: {dotted(table)} is not a table")
    root = path.parent.absolute()
    top = _top(root)
    shown = _shown(root / path.name)
    own = Layer(shown=shown, raw=raw, places=places_of(text, shown, table))
    layers, mistakes = layered(own, root, top, below or (within(top) if content is on_disk else content))
    joined, places = merged(layers)
    return Source(root=root, path=path, raw=joined, places=places, layers=layers, mistakes=mistakes)


def _top(root: Path) -> Path:
    """The repository around a folder, or the folder itself outside of any."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)


def _shown(file: Path) -> str:
    top = _top(file.parent)
    return file.relative_to(top).as_posix()


def _overlaid(raw: Mapping[str, Any], types: Mapping[str, Any], sets: tuple[str, ...]) -> dict[str, Any]:
    laid: dict[str, Any] = {**raw}
    for given in sets:
        name, equals, value = given.partition("=")
        gate, _, key = name.partition(".")
        if not equals or gate not in types:
            known = ", ".join(types)
            raise UserError(f"--set {given}: expected GATE.KEY=VALUE", hint=f"the gates are: {known}")
        fields = {each.encode_name: each for each in msgspec.structs.fields(types[gate])}
        if key not in fields:
            raise UserError(f"--set {given}: {gate} has no key {key}", hint=f"its keys are: {', '.join(fields)}")
        section = laid.get(gate, {})
        laid[gate] = {**(section if isinstance(section, dict) else {}), key: _typed(value, fields[key].type, name)}
    return laid


def _in_one_line(given: str, types: Mapping[str, Any]) -> str:
    """The same `--set` with its list as an array of TOML: a command that is shown has to stand on one line."""
    name, _, value = given.partition("=")
    if value.splitlines() in ([], [value]):
        return given
    gate, _, key = name.partition(".")
    kind = next(each.type for each in msgspec.structs.fields(types[gate]) if each.encode_name == key)
    written = json.dumps(_lines(value), ensure_ascii=False)
    return f"{name}={written}" if _typed(written, kind, name) == _typed(value, kind, name) else given


def _typed(value: str, kind: Any, name: str) -> Any:
    """The value of a `--set`, read as its type asks: lists have one item per line, or are arrays of TOML."""
    refusals = []
    listed = _lines(value)
    # a key that takes either gets a list from several lines, a text from one
    candidates: list[Any] = [listed, value] if len(listed) > 1 else [value, listed]
    arrays = _toml(value, "[")
    for candidate in (*arrays, *candidates, *_toml(value, "{")):
        try:
            return msgspec.to_builtins(msgspec.convert(candidate, kind, strict=False), enc_hook=str)
        except msgspec.ValidationError as error:
            refusals.append(error)
    raise UserError(
        f"--set {name}={value}: {refusals[len(arrays) + (len(listed) > 1)]}",
        hint="sluicegate schema settings shows what each key takes",
    )


def _lines(value: str) -> list[str]:
    return [line for line in value.splitlines() if line.strip()]


def _toml(value: str, opening: str) -> list[Any]:
    """A value that is written as an array or a table of TOML: `["a", "b"]`, `{ beta = 31, stable = 180 }`."""
    if not value.lstrip().startswith(opening):
        return []
    try:
        return [tomllib.loads(f"value = {value}")["value"]]
    except tomllib.TOMLDecodeError:
        return []


def _interpolated(
    value: Any,
    path: locate.Path,
    secrets: set[str],
    mistakes: list[Mistake],
    variables: dict[locate.Path, tuple[str, ...]],
) -> Any:
    """The value with each `${NAME}` replaced from the environment, and what was read kept in `secrets`."""
    if isinstance(value, dict):
        items = value.items()
        return {key: _interpolated(item, (*path, key), secrets, mistakes, variables) for key, item in items}
    if isinstance(value, list):
        return [_interpolated(item, (*path, index), secrets, mistakes, variables) for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def resolve(match: re.Match[str]) -> str:
        found = os.environ.get(match[1])
        if found is None:
            mistakes.append(Mistake(path=path, text=f"the environment has no variable {match[1]}"))
            return match[0]
        variables[path] = (*variables.get(path, ()), match[1])
        if found:
            secrets.add(found)
        return found

    return _SECRET.sub(resolve, value)


def _refusal(source: Source, mistakes: list[Mistake], secrets: tuple[str, ...]) -> UserError:
    told = []
    own = source.shown or ""
    for place, mistake in sorted(
        ((mistake.place or source.where(mistake.path), mistake) for mistake in mistakes),
        key=lambda pair: (pair[0].path != own, pair[0].path or "", pair[0].line or 0),
    ):
        at = f"{place.path}:{place.line}: " if place.path and place.line else f"{place.path or 'command line'}: "
        told.append(f"  {at}{f'{dotted(mistake.path)}: ' if mistake.path else ''}{mistake.text}")
    for secret in secrets:
        told = [line.replace(secret, "***") for line in told]
    return UserError(
        f"the settings hold {plural(len(told), 'mistake')}:\n" + "\n".join(told),
        hint="sluicegate schema settings prints all that may stand there",
    )


def dotted(path: locate.Path) -> str:
    """A key as people write it: `suppress[0].rule`."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out
