"""What stands beside results and is none, such as a line `Compiling …`: known, so that it is not told as damage."""

from __future__ import annotations

import re

from sluicegate.text import one_line, shorten

_SHOWN = 80
_SAYING = re.compile(r"^[ \t]*[^\s#].*", re.MULTILINE)
"""The first line that is neither blank nor a comment."""
_METRIC = re.compile(
    r'[ \t]*[A-Za-z_:][\w:]*(?:[ \t]*\{(?:.*"[ \t,]*)?\}[ \t]*|[ \t]+)[-+]?(?:\.?\d|nan\b|inf)', re.IGNORECASE
)
"""How a sample of OpenMetrics begins: with a number behind its name, which words of a sentence have not."""
_OTHERWISE = (
    ("JSON", re.compile(r'^(?:\{\s*"|\[\s*[\[{])', re.MULTILINE)),
    ("XML", re.compile(r"^<(?:\?xml|testsuites?)\b", re.MULTILINE)),
)
"""How results begin that may stand behind other lines, and then are no whole document any more."""


def is_first(text: str) -> bool:
    """Whether a text, of which some line may be a sample of OpenMetrics, begins with something else."""
    said = _SAYING.search(text)
    return said is not None and not _METRIC.match(said[0])


def told(text: str) -> str:
    """What a text looks like, in words: its first line, and where something begins that could be results."""
    first = text.lstrip().partition("\n")[0]
    words = f"it begins with `{shorten(one_line(first), _SHOWN)}`"
    for name, begins in _OTHERWISE:
        if (found := begins.search(text)) and text[: found.start()].strip():
            return f"{words}, and what may be {name} begins in line {text.count(chr(10), 0, found.start()) + 1}"
    return words
