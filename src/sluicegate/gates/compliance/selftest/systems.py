"""The three reference systems: the healthy tree of each, and faults that are one mutation of it each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.compliance.controls.known import shipping
from sluicegate.model import Case, Planted

SYSTEMS = ("bank", "clinic", "shop")
_SETTINGS = "compliance.toml"


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that goes wrong: in a file `old` becomes `new`, once or `times`; `old` is empty where a file is added.

    Where `new` is None the file is gone. `control` is the one that has to tell it.
    """

    name: str
    control: str
    path: str
    old: str = ""
    new: str | None = ""
    times: int = 1


def healthy(system: str) -> dict[str, str]:
    """The texts of a system by path. Raises GateError where they are not installed."""
    inside = Path(str(resources.files("sluicegate.gates.compliance"))) / "examples" / system
    beside = Path(__file__).parents[5] / "examples" / system
    root = next((each for each in (inside, beside) if (each / _SETTINGS).is_file()), None)
    if root is None:
        raise GateError(f"the reference system {system} is not installed", hint="install Sluicegate anew")
    files = (each for each in sorted(root.rglob("*")) if each.is_file() and "__pycache__" not in each.parts)
    return {each.relative_to(root).as_posix(): each.read_text("utf-8") for each in files}


def mutated(texts: Mapping[str, str], fault: Fault) -> dict[str, str]:
    """The tree with one fault in it. Raises GateError where the fault does not fit the tree any more."""
    changed = dict(texts)
    if fault.new is None:
        del changed[fault.path]
        return changed
    text = changed.get(fault.path, "")
    if text.count(fault.old) < 1 and fault.old:
        raise GateError(f"the fault {fault.name} changes what {fault.path} does not have: {fault.old[:60]}")
    changed[fault.path] = text.replace(fault.old, fault.new, fault.times) if fault.old else text + fault.new
    return changed


def planted(system: str, faults: tuple[Fault, ...]) -> Iterator[Planted]:
    """The healthy tree, which no control of the faults may accuse, and each fault in a tree of its own."""
    texts = healthy(system)
    settings = tomllib.loads(texts[_SETTINGS])["compliance"]
    every = tuple(rule.id for rule in shipping())
    yield Planted(
        head=texts,
        place=settings,
        alone=True,
        cases=tuple(
            Case(fault=f"{system}, healthy", rules=(rule, *(each for each in every if each != rule)), fires=False)
            for rule in sorted({f"compliance/{fault.control}" for fault in faults})
        ),
    )
    for fault in faults:
        rule = f"compliance/{fault.control}"
        others = (each for each in every if each != rule)
        yield Planted(
            head=mutated(texts, fault),
            place=settings,
            alone=True,
            cases=(Case(fault=f"{system}: {fault.name}", rules=(rule, *others)),),
        )
