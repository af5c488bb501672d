"""Every change told once: as what it weighs most, and with every operation that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.changes import Change

_Identity = tuple[str, tuple[str, ...]]


class Told:
    """Gathers changes by rule and key; what several operations share comes once from each of them."""

    def __init__(self) -> None:
        self._changes: dict[_Identity, Change] = {}
        self._users: dict[_Identity, dict[str, None]] = {}

    def keep(self, change: Change) -> None:
        """Add one."""
        identity = (change.rule, change.key)
        known = self._changes.get(identity)
        if known is None or change.weight > known.weight:
            self._changes[identity] = change
        if change.users:
            self._users.setdefault(identity, {}).update(dict.fromkeys(change.users))

    def __iter__(self) -> Iterator[Change]:
        for identity, change in self._changes.items():
            users = self._users.get(identity)
            yield replace(change, users=tuple(users)) if users else change
