"""What benchmarks are called, and which of them a pattern of the settings names."""

from __future__ import annotations

import re
from functools import lru_cache


def called(benchmark: str, metric: str) -> str:
    """A benchmark in words: its metric is told where that is not the time."""
    return benchmark if metric == "time" else f"{benchmark} [{metric}]"


def named(pattern: str, text: str) -> bool:
    """Whether a text is the pattern, or fits it: `*` is anything, `?` one character.

    Nothing else is special: benchmarks have brackets and slashes in their names.
    """
    return pattern in ("*", text) or bool(_expression(pattern).fullmatch(text))


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    words = {"*": ".*", "?": "."}
    return re.compile("".join(words.get(sign, re.escape(sign)) for sign in pattern), re.DOTALL)
