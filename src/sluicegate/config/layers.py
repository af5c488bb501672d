"""`extends`: settings that stand upon others, merged so that every value keeps its place.

The files lie in the repository and nothing is fetched. A digest pins the bytes of a file, line ends apart: a
checkout on Windows may write others.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from sluicegate.config import locate
from sluicegate.config.mistakes import Mistake
from sluicegate.errors import UserError
from sluicegate.model import Location
from sluicegate.text import one_line, plural, shorten

Content = Callable[[Path], bytes | None]
"""The bytes of a file by its whole path, or None where there is none. Raises UserError where it cannot be read."""

DEEPEST, MOST = 5, 16
"""So many files may stand upon each other, and be read in all."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Layer(Struct, frozen=True, kw_only=True):
    """One file of settings as it is written: what people call it, its tables, and where each key stands."""

    shown: str
    raw: Mapping[str, Any]
    places: Mapping[locate.Path, Location]


class _Climb(Struct, kw_only=True):
    """What is gathered on the way through the files, the lowest first."""

    top: Path
    content: Content
    layers: list[Layer] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    read: int = 0


def digest(content: bytes) -> str:
    """The SHA-256 that pins a file, the same for both kinds of line ends."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def layered(own: Layer, folder: Path, top: Path, content: Content) -> tuple[tuple[Layer, ...], tuple[Mistake, ...]]:
    """The files that some settings stand upon, lowest first, and themselves last; and what is wrong with them."""
    climb = _Climb(top=top, content=content)
    _below(climb, own, folder, ())
    return (*climb.layers, own), tuple(climb.mistakes)


def merged(layers: Sequence[Layer]) -> tuple[dict[str, Any], dict[locate.Path, Location]]:
    """One set of tables and the place of each key. Tables are joined, lists of tables follow each other.

    Every other value of a later layer replaces that of an earlier one.
    """
    raw: dict[str, Any] = {}
    places: dict[locate.Path, Location] = {}
    for number, layer in enumerate(layers):
        last = number == len(layers) - 1
        over = {key: value for key, value in layer.raw.items() if last or key != "extends"}
        shifts = {key: len(raw[key]) for key, value in over.items() if _joined(key, raw.get(key), value)}
        for path, place in layer.places.items():
            if path[0] in over:
                places[_shifted(path, shifts)] = place
        raw = _over(raw, over)
    return raw, places


def places_of(text: str, shown: str, table: tuple[str, ...] = ()) -> dict[locate.Path, Location]:
    """Where each key below a table stands."""
    size = len(table)
    return {
        path[size:]: Location(path=shown, line=line)
        for path, line in locate.lines(text).items()
        if path[:size] == table and len(path) > size
    }


def toml(content: bytes, shown: str) -> tuple[str, dict[str, Any]]:
    """The text of a file of settings and its tables. Raises UserError."""
    try:
        text = content.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UserError(f"{shown}: byte {error.start} is not UTF-8", hint="save the file as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UserError(f"{shown} is not TOML: {error}", hint="see https://toml.io for the form") from error


def _below(climb: _Climb, layer: Layer, folder: Path, chain: tuple[Path, ...]) -> None:
    for index, (named, pinned) in _entries(climb, layer, chain):
        place = layer.places.get(("extends",), Location(path=layer.shown))
        _extend(climb, named, pinned, folder, chain, Mistake(path=("extends", index), text="", place=place))


def _entries(climb: _Climb, layer: Layer, chain: tuple[Path, ...]) -> Iterator[tuple[int, tuple[str, str]]]:
    listed = layer.raw.get("extends", [])
    for index, entry in enumerate(listed if isinstance(listed, list) else [None]):
        table = {"path": entry} if isinstance(entry, str) else entry
        if isinstance(table, dict) and set(table) <= {"path", "sha256"}:
            named, pinned = table.get("path"), table.get("sha256", "")
            if isinstance(named, str) and named and isinstance(pinned, str):
                yield index, (named, pinned)
                continue
        if chain:  # of the settings themselves the schema tells it
            place = layer.places.get(("extends",), Location(path=layer.shown))
            text = "is neither a path nor a table with path and sha256"
            climb.mistakes.append(Mistake(path=("extends", index), text=text, place=place))


def _extend(climb: _Climb, named: str, pinned: str, folder: Path, chain: tuple[Path, ...], at: Mistake) -> None:
    """Read one file, and those below it first."""

    def wrong(text: str) -> None:
        climb.mistakes.append(Mistake(path=at.path, text=f"{shorten(one_line(named), 200)} {text}", place=at.place))

    parts = named.split("/")
    if ".." in parts or "\\" in named or ":" in named or "\0" in named:
        return wrong("leads out of its folder: vendor the file below the settings, or begin at the repository with `/`")
    file = (climb.top if named.startswith("/") else folder) / named.lstrip("/")
    if file in chain:
        return wrong("extends itself in the end: " + " → ".join(each.name for each in (*chain, file)))
    if len(chain) >= DEEPEST:
        return wrong(f"is deeper than {plural(DEEPEST, 'file')}")
    climb.read += 1
    if climb.read > MOST:
        return wrong(f"is one file too many: {MOST} are read")
    try:
        content = climb.content(file)
    except UserError as error:
        return wrong(f"cannot be read: {error.message}")
    if content is None:
        return wrong("is not there: vendor the file into the repository")
    found = digest(content)
    if pinned and _DIGEST.fullmatch(pinned) and pinned != found:
        return wrong(f'has another digest; if this is the file that you mean, write sha256 = "{found}"')
    shown = _shown(file, climb.top)
    try:
        text, raw = toml(content, shown)
    except UserError as error:
        return wrong(f"cannot be read: {error.message}")
    layer = Layer(shown=shown, raw=raw, places=places_of(text, shown))
    _below(climb, layer, file.parent, (*chain, file))
    if all(each.shown != shown for each in climb.layers):  # one file that two others stand upon counts once
        climb.layers.append(layer)
    return None


def _shown(file: Path, top: Path) -> str:
    return posixpath.normpath(file.relative_to(top).as_posix()) if file.is_relative_to(top) else file.name


def _joined(key: str, under: Any, over: Any) -> bool:
    """Whether two lists follow each other: lists of tables, and the keys that are locked."""
    if not (isinstance(under, list) and isinstance(over, list)):
        return False
    return key == "locked" or (bool(under or over) and all(isinstance(each, dict) for each in (*under, *over)))


def _over(under: Mapping[str, Any], over: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    out = dict(under)
    for key, value in over.items():
        old = under.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            out[key] = _over(old, value, depth + 1)
        else:
            out[key] = [*old, *value] if depth == 0 and old is not None and _joined(key, old, value) else value
    return out


def _shifted(path: locate.Path, shifts: Mapping[str, int]) -> locate.Path:
    if len(path) > 1 and isinstance(path[1], int) and path[0] in shifts:
        return (path[0], path[1] + shifts[str(path[0])], *path[2:])
    return path
