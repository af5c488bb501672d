"""Whether every page of a list was recorded: a hole among them, or a full last one, is a list that was cut."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct, field

_SIZE = 30
"""So many members has a page that nobody asks another size of."""


class Pages(Struct):
    """The pages of the list of a path, by everything else that is asked of it."""

    path: str
    sizes: dict[tuple[tuple[str, str], ...], dict[int, int]] = field(default_factory=dict)
    wanted: dict[tuple[tuple[str, str], ...], int] = field(default_factory=dict)

    def take(self, query: str, members: int, told: Any) -> None:
        """One page: how many members it has, and how many GitHub says there are in all, where it does."""
        asked = dict(parse_qsl(query.partition("?")[2], keep_blank_values=True))
        number = _whole(asked.pop("page", "1"), 1)
        rest = tuple(sorted(asked.items()))
        self.sizes.setdefault(rest, {})[number] = members
        if isinstance(told, int):
            self.wanted[rest] = max(told, self.wanted.get(rest, 0))

    def lost(self) -> str:
        """What is missing, in words; "" where the list is whole.

        A list that is sorted by when its members were changed is read until they are old enough, so that its last page
        may well be full.
        """
        for rest, sizes in self.sizes.items():
            last = max(sizes)
            if missing := next((page for page in range(1, last) if page not in sizes), None):
                return f"page {missing} of {self.path} is not recorded, and page {last} is"
            asked = dict(rest)
            if sizes[last] >= _whole(asked.get("per_page", ""), _SIZE) and asked.get("sort") != "updated":
                return f"page {last} of {self.path} is full, and the page after it is not recorded"
            if (there := sum(sizes.values())) < self.wanted.get(rest, 0):
                return f"{there} of {self.wanted[rest]} members of {self.path} are recorded"
        return ""


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 and int(text) else otherwise  # noqa: PLR2004 - no page is so far
