"""Secrets that stand in a declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.infrastructure.cloud.said import Fault
from sluicegate.gates.security.infrastructure.literals import is_plain, names_a_secret
from sluicegate.infrastructure.resource import short, unfolded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.infrastructure.cloud.said import Said
    from sluicegate.infrastructure.resource import Resource
    from sluicegate.infrastructure.values import Value

_NAMES, _VALUES = ("name", "Name", "key", "Key"), ("value", "Value")


def secrets(resource: Resource) -> Iterator[Said]:
    """What has a secret's name and a value that works; that one is filled in from elsewhere is as it should be."""
    if not resource.written:
        return
    for name, value in _named(resource.body):
        if isinstance(value.of, str | int) and not isinstance(value.of, bool) and is_plain(str(value.of)):
            yield Fault(
                at=value, what=name, message=f"`{short(name)}` of {resource.name} has its value in the file",
                advice="Revoke it, and take it from a store for secrets, or from a variable without a default.",
            )  # fmt: skip


def _named(body: Value) -> Iterator[tuple[str, Value]]:
    """Every value below that goes by a secret's name, as a member or as a pair of `name` and `value`."""
    open_ = [("", body)]
    while open_:
        name, value = open_.pop()
        inner = unfolded(value) if isinstance(value.of, str) and not names_a_secret(name) else value
        if isinstance(inner.of, dict):
            pair = next((inner.text(one) for one in _NAMES if inner.text(one)), "")
            if names_a_secret(pair):
                yield from ((pair, one) for key in _VALUES if (one := inner.get(key)) is not None)
            open_ += reversed(inner.of.items())
        elif isinstance(inner.of, list):
            open_ += [(name, one) for one in reversed(inner.of)]
        elif names_a_secret(name):
            yield name, inner
