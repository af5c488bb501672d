"""A resource of a cloud, in Terraform's words whoever wrote it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.infrastructure.values import Value, valued
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

WORLD = frozenset({"0.0.0.0/0", "::/0", "*", "internet", "any"})
"""How the whole internet is written."""


class Resource(Struct, frozen=True, kw_only=True):
    """A thing by its address; `kind` is Terraform's type. `written`: the values stand in the file as they are here."""

    kind: str
    name: str
    body: Value
    written: bool = True


def along(value: Value | None, *way: str) -> Iterator[Value]:
    """Every value at the end of a way of names, through blocks that may be repeated; an unknown ends it."""
    open_ = [(value, way)]
    while open_:
        here, left = open_.pop()
        if here is None or here.of is None:
            continue
        if isinstance(here.of, list):
            open_ += [(one, left) for one in reversed(here.of)]
        elif here.is_unknown or not left:
            yield here
        elif isinstance(here.of, dict):
            open_.append((here.of.get(left[0]), left[1:]))


def unfolded(value: Value) -> Value:
    """What a text with JSON in it stands for."""
    text = value.of
    if isinstance(text, str) and text.lstrip()[:1] in ("{", "["):
        try:
            return valued(json.loads(text), value.line, value.column)
        except (ValueError, RecursionError):
            return value
    return value


def short(text: str) -> str:
    """Foreign text for a message."""
    return shorten(one_line(text), 100)
