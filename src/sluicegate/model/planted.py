"""Known faults of a gate, planted to show that it still sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct, field


class Case(Struct, frozen=True, kw_only=True):
    """One fault in a folder of a planted tree, or its near-miss twin (`fires` is false), which breaks no rule of these.

    Where no folder is named, it is the whole tree, and what is told of no file too.

    `rules` are those that may tell it: of a fault exactly one finding is wanted, whose rule is the first; of a twin
    none by any of them. `excuse` says why nothing can be planted for a rule, where that is so.
    """

    fault: str
    rules: tuple[str, ...]
    folder: str = ""
    fires: bool = True
    excuse: str = ""


class Planted(Struct, frozen=True, kw_only=True):
    """A tree with faults, each in a folder of its own: texts by path, the settings of the gate, and the cases.

    `base` is the state before the change; a file that is missing there is new in the change. `settings` ask for the
    rules, and `place` holds the keys that lead the gate to the planted files, whoever's settings are tried. `alone`:
    nothing comes before it, so that all that is found is new. What lies in the folder `.sluicegate` is its store.
    """

    head: Mapping[str, str]
    cases: tuple[Case, ...]
    base: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    place: Mapping[str, Any] = field(default_factory=dict)
    alone: bool = False


Plant = Callable[[], Iterable[Planted]]
"""A gate's known faults."""
