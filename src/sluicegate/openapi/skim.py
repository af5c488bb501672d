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
    """Walk level by level. Raises TooDeepError.

    `shared` data may hold one value in several places, as aliases of YAML do: it is looked at once per level.
    """
    members = depth = 0
    references: Counter[str] = Counter()
    level: list[Any] = [data] if data.__class__ is dict or data.__class__ is list else []
    while level:
        depth += 1
        if depth > DEEPEST:
            raise TooDeepError
        below: list[Any] = []
        add = below.append
        for value in level:
            children = value
            if value.__class__ is dict:
                members += len(value)
                if "$ref" in value and value["$ref"].__class__ is str:
                    references[value["$ref"]] += 1
                children = value.values()
            for child in children:
                if child.__class__ is dict or child.__class__ is list:
                    add(child)
        level = list({id(value): value for value in below}.values()) if shared else below
    return Skimmed(members=members, references=references)
