"""The paragraphs of a section, written short: `1(a-c) 2` has 1, a to c below it, and 2."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PART = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)?|[()]")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")

Path = tuple[str, ...]
"""The names that lead to a paragraph, the outermost first."""


def paths(text: str) -> Iterator[Path]:
    """Every paragraph that a text names, each before those below it.

    Names stand beside one another; a range is of numbers, of letters or, where both of its ends are such, of small
    Roman numerals up to ten. What stands in parentheses is below the last name before them.
    """
    above: list[Path] = [()]
    last: Path = ()
    for part in _PART.findall(text):
        if part == "(":
            above.append(last)
        elif part == ")":
            above.pop()
        else:
            for name in _names(part):
                last = (*above[-1], name)
                yield last


def ends(text: str) -> Iterator[Path]:
    """Those of the paragraphs that have none below them."""
    every = list(paths(text))
    inner = {path[:-1] for path in every}
    yield from (path for path in every if path not in inner)


def _names(part: str) -> Iterator[str]:
    first, _, last = part.partition("-")
    if not last:
        yield first
    elif first.isdigit():
        yield from map(str, range(int(first), int(last) + 1))
    elif first in _ROMAN and last in _ROMAN:
        yield from _ROMAN[_ROMAN.index(first) : _ROMAN.index(last) + 1]
    else:
        yield from map(chr, range(ord(first), ord(last) + 1))
