"""Regular expressions as gitleaks has them: RE2, which takes time by the length of the text and no more.

The text is foreign, and so may the expression be; an engine that backtracks could be held up by either.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sluicegate.errors import GateError

if TYPE_CHECKING:
    from collections.abc import Callable

_MEMORY = 64 << 20
_MOST_SIGNS = 20_000
"""A set that ran out of memory would say that nothing stands there; so many signs take less than a tenth of it."""


def options() -> Any:
    """How expressions are read: bytes are characters, and what is wrong is raised and not printed."""
    re2 = engine()
    chosen = re2.Options()
    chosen.encoding = re2.Options.Encoding.LATIN1
    chosen.log_errors = False
    chosen.max_mem = _MEMORY
    return chosen


@lru_cache(maxsize=1024)
def compiled(pattern: str, where: str) -> Any:
    """The expression, for bytes. Raises GateError with what is wrong, and `where`."""
    try:
        return engine().compile(pattern.encode(), options=options())
    except engine().error as error:
        said = error.args[0] if error.args else error
        reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise GateError(
            f"{where}: the expression cannot be read: {reason}",
            hint="expressions are those of RE2: https://github.com/google/re2/wiki/Syntax",
        ) from None


def present(words: tuple[bytes, ...]) -> Callable[[bytes], list[bytes]]:
    """What tells which of some words stand in a text, overlapping ones too, in one pass."""
    if not words or sum(map(len, words)) > _MOST_SIGNS:
        return lambda text: [word for word in words if word in text]
    chosen = options()
    chosen.literal = True
    every = engine().Set.SearchSet(chosen)
    for word in words:
        every.Add(word)
    every.Compile()
    return lambda text: [words[at] for at in every.Match(text) or ()]


def engine() -> Any:
    """The module of RE2. Raises GateError with the command that installs it."""
    try:
        import re2
    except ImportError as error:
        raise GateError(
            f"secrets are looked for with RE2, which is not installed here: {error}",
            hint="pip install 'sluicegate[commit]'",
        ) from None
    return re2
