"""The order of Composer's packages: PHP's `version_compare` over what Composer's VersionParser makes of a version.

`dev` < `alpha` < `beta` < `RC` < no word < `pl` (also `p`, `patch`); `stable` says nothing.
"""

from __future__ import annotations

import re

from sluicegate.gates.security.dependencies.versions import NoVersionError

_VERSION = re.compile(
    r"\s*v?(\d{1,20})(?:\.(\d{1,20}))?(?:\.(\d{1,20}))?(?:\.(\d{1,20}))?"
    r"(?:[._-]?(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?\d{1,20})*)?)?([.-]?dev)?(?:\+[^\s]*)?\s*",
    re.IGNORECASE,
)
_WORDS = {"alpha": -3, "a": -3, "beta": -2, "b": -2, "rc": -1, "stable": 0, "patch": 1, "pl": 1, "p": 1}
_DEV = -4

Key = tuple[int, int, int, int, int, tuple[int, ...], int]


def parse(text: str) -> Key:
    """Four numbers, the word behind them and its own numbers. Raises NoVersionError: a branch has no place."""
    found = _VERSION.fullmatch(text)
    if not found:
        raise NoVersionError(text)
    *numbers, word, counts, dev = found.groups()
    first, second, third, fourth = (int(one or 0) for one in numbers)
    rank = _WORDS[word.lower()] if word else 0
    more = tuple(int(one) for one in re.findall(r"\d+", counts or "")) if rank else ()
    if dev and not word:
        rank = _DEV
    return first, second, third, fourth, rank, more, 0 if dev and word else 1
