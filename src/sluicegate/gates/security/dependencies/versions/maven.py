"""The order of Maven: "Version Order Specification" in its POM reference.

A version is cut at dots, hyphens and where digits and letters meet, which counts as a hyphen; an empty piece is zero.
Zeros and words for the release itself go from the end, and from before each hyphen. What is left is compared piece by
piece, the shorter one filled up with what says nothing.
"""

from __future__ import annotations

import re
from functools import cmp_to_key
from itertools import zip_longest
from typing import Any

from sluicegate.gates.security.dependencies.versions import NoVersionError

_PIECE = re.compile(r"([.-]?)([0-9]+|[^0-9.-]+|)")
_KNOWN = {"alpha": 0, "beta": 1, "milestone": 2, "rc": 3, "snapshot": 4, "": 5, "sp": 6}
_OTHER = 7
_SAME = {"ga": "", "final": "", "release": "", "cr": "rc"}
_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}

_Token = tuple[str, int | str]
"""The sign before a piece, and the piece: a number, or a word, whose sign is always a hyphen."""


def parse(text: str) -> Any:
    """A value in the order of versions. Raises NoVersionError."""
    text = text.strip().lower()
    if not text or any(one.isspace() for one in text):
        raise NoVersionError(text)
    return _ordered(_trimmed(_tokens(text)))


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        found = _PIECE.match(text, at)
        sign, piece = found.groups() if found else ("", text[at])
        at = found.end() if found and found.end() > at else at + 1
        if piece and not piece.isdecimal():
            followed = text[at : at + 1].isdecimal()
            word = _SHORT.get(piece, piece) if followed else piece
            tokens.append(("-", _SAME.get(word, word)))
        else:
            tokens.append((sign or "-", int(piece or 0)))
    return tokens


def _trimmed(tokens: list[_Token]) -> tuple[_Token, ...]:
    end = len(tokens)
    while end > 1:
        if tokens[end - 1][1] in (0, ""):
            del tokens[end - 1]
            end -= 1
            continue
        while end > 1 and tokens[end - 1][0] != "-":
            end -= 1
        end -= 1  # what stands before the hyphen
    return tuple(tokens)


def _compare(one: tuple[_Token, ...], other: tuple[_Token, ...]) -> int:
    for left, right in zip_longest(one, other):
        a, b = _rank(left or _filling(right)), _rank(right or _filling(left))
        if a != b:
            return -1 if a < b else 1
    return 0


def _filling(token: _Token) -> _Token:
    return (".", 0) if token[0] == "." else ("-", "")


def _rank(token: _Token) -> tuple[int, int, int | str]:
    """Words come before numbers behind a hyphen, and these before numbers behind a dot."""
    sign, piece = token
    if isinstance(piece, str):
        known = _KNOWN.get(piece, _OTHER)
        return 0, known, piece if known == _OTHER else ""
    return (2 if sign == "." else 1), piece, ""


_ordered = cmp_to_key(_compare)
