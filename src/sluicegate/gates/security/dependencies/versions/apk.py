"""The order of Alpine, Wolfi and Chainguard: `apk version --test`, as apk-tools compares tokens (its `version.c`).

Numbers, a letter, suffixes (`_rc1` comes before the version without it, `_p1` after it), the hash of a commit, and
`-r` with the number of the build. A number behind a dot that begins with a zero is compared as a text.
"""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import Any

from sluicegate.gates.security.dependencies.versions import NoVersionError

_VERSION = re.compile(
    r"\s*([0-9]+)((?:\.[0-9]+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)"
    r"(?:~([0-9a-f]+))?(?:-r([0-9]+))?\s*"
)
_SUFFIX = re.compile(r"_([a-z]+)([0-9]*)")
_RANK = {"alpha": -4, "beta": -3, "pre": -2, "rc": -1, "cvs": 1, "svn": 2, "git": 3, "hg": 4, "p": 5}
_FIRST, _NUMBER, _LETTER, _WORD, _COUNT, _COMMIT, _BUILD, _END = range(8)

_Token = tuple[int, int, str]
"""What it is, its value, and its text where texts are compared."""


def parse(text: str) -> Any:
    """A value in the order of versions. Raises NoVersionError."""
    found = _VERSION.fullmatch(text)
    if not found:
        raise NoVersionError(text)
    first, more, letter, suffixes, commit, build = found.groups()
    tokens: list[_Token] = [(_FIRST, int(first), "")]
    tokens += [(_NUMBER, int(one), one) for one in more.split(".")[1:]]
    tokens += [(_LETTER, ord(letter), "")] if letter else []
    for word, count in _SUFFIX.findall(suffixes):
        tokens += [(_WORD, _RANK[word], ""), *([(_COUNT, int(count), "")] if count else [])]
    tokens += [(_COMMIT, 0, commit)] if commit else []
    tokens += [(_BUILD, int(build), "")] if build else []
    return _ordered((*tokens, (_END, 0, "")))


def _compare(one: tuple[_Token, ...], other: tuple[_Token, ...]) -> int:
    for left, right in zip(one, other, strict=False):
        if left[0] != right[0]:
            return _unlike(left, right)
        if value := _alike(left, right):
            return value
    return 0


def _alike(left: _Token, right: _Token) -> int:
    if left[0] == _NUMBER and "0" in (left[2][0], right[2][0]):
        a, b = (0, left[2]), (0, right[2])
    else:
        a, b = (left[1], left[2] if left[0] == _COMMIT else ""), (right[1], right[2] if left[0] == _COMMIT else "")
    return (a > b) - (a < b)


def _unlike(left: _Token, right: _Token) -> int:
    """Of two that are the same so far, the one with a suffix of a pre-release comes first, else the shorter one."""
    for token, less in ((left, -1), (right, 1)):
        if token[0] == _WORD and token[1] < 0:
            return less
    return -1 if left[0] > right[0] else 1


_ordered = cmp_to_key(_compare)
