"""Values of files that leave some of them open: what is known, what is not and why, and where each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator


class Unknown(Struct, frozen=True, kw_only=True):
    """What only a run would tell; `text` is how the file has it, `names` is what it refers to."""

    text: str
    names: tuple[str, ...] = ()


class Value(Struct, frozen=True, kw_only=True):
    """A value and its place: `of` is a scalar, a list of values, a mapping to values, or Unknown."""

    of: Any
    line: int = 0
    column: int = 1

    @property
    def is_unknown(self) -> bool:
        """Whether only a run would tell."""
        return isinstance(self.of, Unknown)

    def get(self, *way: str) -> Value | None:
        """The member at the end of a way of names; an unknown on the way is the answer."""
        value: Value | None = self
        for name in way:
            if value is None or value.is_unknown:
                return value
            value = value.of.get(name) if isinstance(value.of, dict) else None
        return None if value is None or value.of is None else value

    def text(self, *way: str) -> str:
        """The member where it is a text; empty otherwise."""
        found = self.get(*way)
        return found.of if found is not None and isinstance(found.of, str) else ""

    def items(self, *way: str) -> list[Value]:
        """The items of a list, or the one value in the place of a list; nothing where there is none."""
        found = self.get(*way)
        if found is None:
            return []
        return found.of if isinstance(found.of, list) else [found]

    def members(self, *way: str) -> dict[str, Value]:
        """The members of a mapping; nothing where there is none."""
        found = self.get(*way)
        return found.of if found is not None and isinstance(found.of, dict) else {}

    def leaves(self, name: str = "") -> Iterator[tuple[str, Value]]:
        """Every scalar and unknown below, with the name of the member that it is, or that its list is."""
        open_ = [(name, self)]
        while open_:
            name, value = open_.pop()
            if isinstance(value.of, dict):
                open_ += reversed(value.of.items())
            elif isinstance(value.of, list):
                open_ += ((name, one) for one in reversed(value.of))
            else:
                yield name, value


def plain(value: Value) -> Any:
    """The value without places; what is unknown stays Unknown."""
    if isinstance(value.of, dict):
        return {name: plain(one) for name, one in value.of.items()}
    if isinstance(value.of, list):
        return [plain(one) for one in value.of]
    return value.of


def valued(data: Any, line: int = 0, column: int = 1) -> Value:
    """Plain data as a value, all of it at one place."""
    of = data
    if isinstance(data, dict):
        of = {str(name): valued(one, line, column) for name, one in data.items()}
    elif isinstance(data, list):
        of = [valued(one, line, column) for one in data]
    return Value(of=of, line=line, column=column)
