"""Patterns on paths: `*` and `?` stay within a folder, `**` crosses folders."""

from __future__ import annotations

import re
from functools import lru_cache

from sluicegate.errors import UserError


@lru_cache(maxsize=1024)
def pattern(glob: str) -> re.Pattern[str]:
    """The compiled form of one pattern; `[...]` is a set of characters."""
    out, at = [], 0
    while at < len(glob):
        char = glob[at]
        if glob.startswith("**/", at):
            out.append("(?:[^/]+/)*")
            at += 3
        elif glob.startswith("**", at):
            out.append(".*")
            at += 2
        elif char == "*":
            out.append("[^/]*")
            at += 1
        elif char == "?":
            out.append("[^/]")
            at += 1
        elif char == "[" and (end := glob.find("]", at + 2)) > 0:
            body = glob[at + 1 : end]
            body = body.replace("\\", "\\\\")
            out.append(f"[^{body[1:]}]" if body[0] in "!^" else f"[{body}]")
            at = end + 1
        else:
            out.append(re.escape(char))
            at += 1
    try:
        return re.compile("".join(out), re.DOTALL)
    except re.error as error:
        raise UserError(f"the pattern {glob} is not one: {error.msg}", hint="`[...]` is a set of characters") from error


@lru_cache(maxsize=16_384)  # the same few names and paths are asked for very many findings
def matches(glob: str, path: str) -> bool:
    """Whether the whole path fits the pattern."""
    return pattern(glob).fullmatch(path) is not None if is_pattern(glob) else glob == path


def is_pattern(text: str) -> bool:
    """Whether a name holds a wildcard."""
    return any(char in text for char in "*?[")


@lru_cache(maxsize=1024)
def _wildcard(text: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in text), re.DOTALL)


@lru_cache(maxsize=16_384)
def fits(wildcard: str, text: str) -> bool:
    """Whether a whole name fits a wildcard in which `*` is any run of characters and `?` any one."""
    return _wildcard(wildcard).fullmatch(text) is not None
