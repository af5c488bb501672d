"""The text of a lock file: bounded, in UTF-8, and without the marks of a merge that nobody finished."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from sluicegate.errors import UnreadableError
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.model import Tree

LIMIT = 32 << 20
"""So many bytes of a lock file are read at the most; those of very large projects have some 10 MiB."""

_MERGE = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


def text_of(tree: Tree, path: str, limit: int = LIMIT) -> str:
    """The text of a file with line feeds alone. Raises UnreadableError: not UTF-8, or with the marks of a merge."""
    content = tree.read(path, limit).removeprefix(b"\xef\xbb\xbf")
    shown = tree.display(path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"{shown}:{line}: the file is not UTF-8", hint="have the tool write it anew") from None
    text = text.replace("\r\n", "\n")
    if found := _MERGE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UnreadableError(
            f"{shown}:{line}: the mark of a merge that was not finished", hint="finish the merge, and lock anew"
        )
    return text


def bad(shown: str, line: int | None, what: str) -> UnreadableError:
    """The trouble that a file is not what its name says."""
    place = f"{shown}:{line}" if line else shown
    return UnreadableError(f"{place}: {what}", hint="have the tool that writes the file write it anew")


def toml(tree: Tree, path: str) -> tuple[dict[str, Any], str]:
    """The content of a TOML file, and its text. Raises UnreadableError."""
    text = text_of(tree, path)
    shown = tree.display(path)
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise bad(shown, line, f"not TOML: {shorten(one_line(_AT.sub('', str(error))), 200)}") from None
    except (RecursionError, ValueError) as error:  # a number with more digits than Python takes
        raise bad(shown, None, f"not TOML that can be read: {shorten(one_line(str(error)), 200)}") from None
