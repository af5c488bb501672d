"""Finding gates: a folder of `sluicegate.gates` each, and entry points in the group `sluicegate.gates`."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

import sluicegate.gates
from sluicegate.model import API, Gate, Plugin

if TYPE_CHECKING:
    from importlib import metadata  # takes as long to import as everything else of `--help`

GROUP = "sluicegate.gates"


class Broken(Struct, frozen=True, kw_only=True):
    """A gate that the settings ask for and that cannot be had: it counts as errored, never as absent."""

    gate: str
    reason: str
    hint: str = ""


class Registry(Struct, frozen=True, kw_only=True):
    """The gates there are, where the foreign ones come from, and what could not be loaded."""

    gates: tuple[Gate, ...]
    plugins: tuple[Plugin, ...] = ()
    broken: tuple[Broken, ...] = ()

    def gate(self, gate_id: str) -> Gate | None:
        """The gate of an id."""
        return next((gate for gate in self.gates if gate.id == gate_id), None)


def gates() -> tuple[Gate, ...]:
    """The gates of this package, by id."""
    names = sorted(module.name for module in pkgutil.iter_modules(sluicegate.gates.__path__) if module.ispkg)
    return tuple(importlib.import_module(f"sluicegate.gates.{name}").GATE for name in names)


def discover(plugins: Iterable[str] = ()) -> Registry:
    """The gates of this package and of the named distributions."""
    found = list(gates())
    named = tuple(plugins)
    if not named:
        return Registry(gates=tuple(found))
    from importlib import metadata

    taking_part: list[Plugin] = []
    broken: list[Broken] = []
    for name in named:
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            broken.append(
                Broken(gate=name, reason=f"the plugin {name} is not installed here", hint=f"pip install {name}")
            )
            continue
        points = [point for point in distribution.entry_points if point.group == GROUP]
        if not points:
            broken.append(Broken(gate=name, reason=f"the distribution {name} declares no gate (group {GROUP})"))
        for point in points:
            loaded = _loaded(point, {gate.id for gate in found})
            if isinstance(loaded, Broken):
                broken.append(loaded)
                continue
            found.append(loaded)
            taking_part.append(
                Plugin(
                    gate=loaded.id,
                    distribution=distribution.metadata["Name"],
                    version=distribution.version,
                    sha256=_digest(distribution),
                )
            )
    return Registry(gates=tuple(found), plugins=tuple(taking_part), broken=tuple(broken))


def _loaded(point: metadata.EntryPoint, taken: set[str]) -> Gate | Broken:
    try:
        gate = point.load()
    except Exception as error:  # noqa: BLE001 - foreign code may raise anything while it is imported
        return Broken(gate=point.name, reason=f"{point.value} cannot be imported: {type(error).__name__}: {error}")
    if not isinstance(gate, Gate):
        return Broken(gate=point.name, reason=f"{point.value} is no sluicegate.model.Gate")
    if gate.api != API:
        return Broken(
            gate=gate.id,
            reason=f"the gate was written for interface {gate.api}, and this Sluicegate speaks {API}",
            hint="install a version of the plugin that fits",
        )
    if gate.needs.network and gate.commit_hook and gate.commit_hook.judges_commits:
        return Broken(
            gate=gate.id,
            reason="the gate asks the network and stands at the commit stage, where nobody is to wait for it",
            hint='its hook has to declare stages=("pre-push", "manual")',
        )
    if gate.id in taken or not re.fullmatch(r"[a-z][a-z0-9-]*", gate.id):
        return Broken(gate=point.name, reason=f"the gate id {gate.id!r} is taken or not made of a-z, 0-9 and -")
    foreign = [rule.id for rule in gate.rules if rule.gate != gate.id]
    if foreign:
        return Broken(gate=gate.id, reason=f"the rule {foreign[0]} does not carry the gate's id")
    return gate


def _digest(distribution: metadata.Distribution) -> str:
    """The SHA-256 of the distribution's RECORD, which itself holds the hash of each of its files."""
    return hashlib.sha256((distribution.read_text("RECORD") or "").encode()).hexdigest()
