"""The order of Debian and Ubuntu: Debian Policy, section 5.6.12, as `dpkg --compare-versions` does it.

An epoch, the upstream version, and behind the last hyphen Debian's own revision. Each is cut into what are no digits
and what are: there `~` comes before the end, the end before letters, and letters before all other signs.
"""

from __future__ import annotations

import re

from sluicegate.gates.security.dependencies.versions import NoVersionError

_VERSION = re.compile(r"\s*(?:([0-9]{1,10}):)?([0-9][0-9A-Za-z.+~:-]*?)(?:-([0-9A-Za-z.+~]*))?\s*")
_PIECE = re.compile(r"([^0-9]*)([0-9]*)")
_END = 0
_OTHERS = 256

_Signs = tuple[int, ...]
_Part = tuple[_Signs | int, ...]
Key = tuple[int, _Part, _Part]


def parse(text: str) -> Key:
    """A value in the order of versions. Raises NoVersionError."""
    found = _VERSION.fullmatch(text)
    if not found:
        raise NoVersionError(text)
    return int(found[1] or 0), _part(found[2]), _part(found[3] or "")


def _part(text: str) -> _Part:
    """Signs and numbers in turn. Behind the last number stands an end, which is less than all but `~`."""
    found: list[_Signs | int] = []
    for signs, digits in _PIECE.findall(text)[:-1] or [("", "")]:  # the last one is empty
        found += (_signs(signs), int(digits or 0))
    return (*found, (_END,))


def _signs(text: str) -> _Signs:
    return (*(-1 if one == "~" else ord(one) + (0 if one.isalpha() else _OTHERS) for one in text), _END)
