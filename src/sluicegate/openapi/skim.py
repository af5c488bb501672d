"""One quick walk over the data of a document: how deep it is, how many members it has, what it refers to."""

from __future__ import annotations

from collections import Counter
from typing import Any

from msgspec import Struct

DEEPEST = 200
"""How many mappings and sequences may stand inside each other; real descriptions stay below 60."""


class TooDeepError(Exception):
    """Mappings and sequences stand more than `DEEPEST` levels deep."""


class Skimmed(Struct, frozen=True, kw_only=True):
    """`members` counts those of all mappings; `references` the texts at every `$ref`, wherever it stands."""

    members: int
    references: Counter[str]


def skim(data: Any, *, shared: bool = True) -> Skimmed:
    """Walk over mappings and sequences, in their order. Raises TooDeepError.

    `shared` data may hold one value in several places, as aliases of YAML do: it is looked at once per level.
    """
    members = 0
    references: list[Any] = []
    seen: set[tuple[int, int]] = set()

    def walk(value: Any, depth: int) -> None:
        nonlocal members
        if depth > DEEPEST:
            raise TooDeepError
        if shared:
            place = (depth, id(value))
            if place in seen:
                return
            seen.add(place)
        children = value
        if value.__class__ is dict:
            members += len(value)
            if "$ref" in value:
                references.append(value["$ref"])
            children = value.values()
        for child in children:
            if child.__class__ is dict or child.__class__ is list:
                walk(child, depth + 1)

    if data.__class__ is dict or data.__class__ is list:
        walk(data, 1)
    return Skimmed(members=members, references=Counter(one for one in references if one.__class__ is str))
