"""The order of rpm: `rpmvercmp` of its reference, over epoch, version and release.

Digits are numbers and come after letters; what stands between has no say but for two signs: `~` comes before
everything, even the end, and `^` right after the end.
"""

from __future__ import annotations

import re

from sluicegate.gates.security.dependencies.versions import NoVersionError

_VERSION = re.compile(r"\s*(?:([0-9]{1,10}):)?([^\s:-]+)(?:-([^\s:-]+))?\s*", re.ASCII)
_PIECE = re.compile(r"[0-9]+|[A-Za-z]+|[~^]")
_BEFORE, _END, _AFTER, _LETTERS, _NUMBER = range(5)
_SIGNS = {"~": _BEFORE, "^": _AFTER}

_Piece = tuple[int, int, str]
Key = tuple[int, tuple[_Piece, ...], tuple[_Piece, ...]]


def parse(text: str) -> Key:
    """A value in the order of versions; without an epoch it is 0. Raises NoVersionError."""
    found = _VERSION.fullmatch(text)
    if not found:
        raise NoVersionError(text)
    return int(found[1] or 0), _pieces(found[2]), _pieces(found[3] or "")


def _pieces(text: str) -> tuple[_Piece, ...]:
    return (*map(_piece, _PIECE.findall(text)), (_END, 0, ""))


def _piece(text: str) -> _Piece:
    if text in _SIGNS:
        return _SIGNS[text], 0, ""
    return (_NUMBER, int(text), "") if text.isdecimal() else (_LETTERS, 0, text)
