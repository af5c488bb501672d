"""The order of RubyGems: `Gem::Version#<=>` of its reference.

Segments are runs of digits or of letters; a dash begins a pre-release. Zeros at the end have no say, nor have those
right before the first letters. Letters come before every number, so that `1.0.a` is before `1.0`; the shorter version
is filled up with zeros.
"""

from __future__ import annotations

import re
from functools import cmp_to_key
from itertools import zip_longest
from typing import Any

from sluicegate.gates.security.dependencies.versions import NoVersionError

_VERSION = re.compile(r"\s*[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\s*")
_SEGMENT = re.compile(r"[0-9]+|[A-Za-z]+")
_Segment = tuple[int, int, str]
_ZERO: _Segment = (1, 0, "")


def parse(text: str) -> Any:
    """A value in the order of versions. Raises NoVersionError."""
    if not _VERSION.fullmatch(text):
        raise NoVersionError(text)
    segments: list[_Segment] = [
        (1, int(one), "") if one.isdigit() else (0, 0, one) for one in _SEGMENT.findall(text.replace("-", ".pre."))
    ]
    first = next((at for at, segment in enumerate(segments) if segment[0] == 0), len(segments))
    return _ordered((*_without_zeros(segments[:first]), *_without_zeros(segments[first:])))


def _without_zeros(segments: list[_Segment]) -> list[_Segment]:
    while segments and segments[-1] == _ZERO:
        segments = segments[:-1]
    return segments


def _compare(one: tuple[_Segment, ...], other: tuple[_Segment, ...]) -> int:
    for left, right in zip_longest(one, other, fillvalue=_ZERO):
        if left != right:
            return -1 if left < right else 1
    return 0


_ordered = cmp_to_key(_compare)
