"""The order of npm, Cargo and Go: Semantic Versioning 2.0.0, section 11.

What precedes is read as those tools do: `v` before the number (Go), and numbers that are left out (`1.2`) are zero.
Build metadata, such as Go's `+incompatible`, has no say.
"""

from __future__ import annotations

import re

from sluicegate.gates.security.dependencies.versions import NoVersionError

_VERSION = re.compile(
    r"[v=\s]*(\d{1,20})(?:\.(\d{1,20}))?(?:\.(\d{1,20}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]*)?\s*"
)

_Part = tuple[int, int, str]
Key = tuple[int, int, int, int, tuple[_Part, ...]]


def parse(text: str) -> Key:
    """The precedence of a version: its numbers, whether it is a release, and the identifiers of a pre-release.

    Identifiers of digits are numbers and come before the others. Raises NoVersionError.
    """
    found = _VERSION.fullmatch(text)
    if not found:
        raise NoVersionError(text)
    major, minor, patch, before = found.groups()
    parts = tuple((0, int(one), "") if one.isdigit() else (1, 0, one) for one in before.split(".")) if before else ()
    return int(major), int(minor or 0), int(patch or 0), 0 if before else 1, parts
