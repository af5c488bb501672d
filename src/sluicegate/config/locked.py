"""Locked keys: what whoever stands upon some settings, and the command line, cannot loosen."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from sluicegate.config.layers import Layer
from sluicegate.config.mistakes import Mistake
from sluicegate.config.settings import GateSettings, Section, Settings
from sluicegate.config.strictness import Loosened, keys, stricter
from sluicegate.model import Location

Meant = tuple[Settings, Mapping[str, GateSettings]]


class Lock(Struct, frozen=True, kw_only=True):
    """A locked key, where it is locked, and the settings that it holds as they were there."""

    key: str
    place: Location
    meant: Meant


def typed(raw: Mapping[str, Any], types: Mapping[str, Any]) -> Meant:
    """The settings of some tables. Raises msgspec.ValidationError."""
    settings = msgspec.convert({key: value for key, value in raw.items() if key not in types}, Settings)
    return settings, {name: msgspec.convert(raw[name], kind) for name, kind in types.items() if name in raw}


def held(
    layers: Sequence[Layer], stages: Sequence[Mapping[str, Any]], types: Mapping[str, Any], final: Meant
) -> tuple[tuple[Lock, ...], list[Mistake]]:
    """The locks there are, and what the final settings loosen in spite of them.

    `stages` are the tables of all layers up to each that locks something.
    """
    locking = [layer for layer in layers if layer.raw.get("locked")]
    if not locking:
        return (), []
    known = _known(types)
    locks: list[Lock] = []
    mistakes: list[Mistake] = []
    for layer, stage in zip(locking, stages, strict=True):
        place = layer.places.get(("locked",), Location(path=layer.shown))
        try:
            meant = typed({key: value for key, value in stage.items() if key != "extends"}, types)
        except msgspec.ValidationError as error:
            text = f"{layer.shown} locks keys, and its settings do not hold by themselves: {error}"
            mistakes.append(Mistake(path=("locked",), text=text, place=place))
            continue
        for name in layer.raw["locked"]:
            if name not in known:
                likely = difflib.get_close_matches(name, known, n=1)
                text = f"there is no key {name}{f'; did you mean {likely[0]}?' if likely else ''}"
                mistakes.append(Mistake(path=("locked",), text=text, place=place))
                continue
            locks.append(Lock(key=name, place=place, meant=meant))
    mistakes += [
        Mistake(path=loosened.path, text=f"{refused(loosened)}; {lock.place} locks {lock.key}")
        for lock, loosened in broken(locks, types, final)
    ]
    return tuple(locks), mistakes


def refused(loosened: Loosened) -> str:
    """What a lock forbids, in words that follow its key."""
    return f"{loosened.now} is looser than {loosened.was}" if loosened.was else loosened.text


def broken(locks: Sequence[Lock], types: Mapping[str, Any], final: Meant) -> list[tuple[Lock, Loosened]]:
    """What some settings loosen, each with the lock that forbids it."""
    out = []
    for lock in locks:
        settings, sections = lock.meant
        gate = lock.key.partition(".")[0]
        if gate in types and gate in final[1] and gate not in sections:  # the default is what is locked
            sections = {**sections, gate: types[gate]()}
        for loosened in stricter((settings, sections), final).loosened:
            path = [part for part in loosened.path if isinstance(part, str)]
            if path[: lock.key.count(".") + 1] == lock.key.split("."):
                out.append((lock, loosened))
    return out


def _known(types: Mapping[str, Any]) -> list[str]:
    """Every key that can be locked: tables too, which locks all that they hold."""
    out: list[str] = []

    def gather(kind: Any, before: str) -> None:
        for key, (name, _) in keys(kind).items():
            out.append(f"{before}{key}")
            default = next((each.default for each in msgspec.structs.fields(kind) if each.name == name), None)
            if isinstance(default, Section):
                gather(type(default), f"{before}{key}.")

    gather(Settings, "")
    for gate, kind in types.items():
        out.append(gate)
        gather(kind, f"{gate}.")
    return out
