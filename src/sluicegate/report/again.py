"""The command that shows something again: whether a text is one of ours, which a reader may paste into a shell."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

_OURS = "sluicegate"
_STRUCK = "***"

# as shlex.join writes words: bare where nothing in them means anything to a shell, else in single quotes. One character
# at a time, so that no text takes longer than its length.
_WORD = r"""(?:[A-Za-z0-9_@%+=:,./-]|\*\*\*|'[^']*'|"'")+"""
_COMMAND = re.compile(rf"[a-z*]{{3,30}}(?: {_WORD})*")
_WORDS = re.compile(_WORD)
_QUOTED = re.compile(r"""'([^']*)'|"(')\"""")


def is_ours(text: str) -> bool:
    """Whether a text is one call of Sluicegate that changes nothing, and whose words a shell takes as they stand.

    `***` may stand anywhere in it, in the place of a secret.
    """
    if _COMMAND.fullmatch(text) is None:
        return False
    ours, _, rest = text.partition(" ")
    if not _is(ours, _OURS):
        return False
    if "'" in rest:
        words = [_QUOTED.sub(r"\1\2", word) for word in _WORDS.findall(rest)]
    else:
        words = rest.split(" ") if rest else []  # as most are, and there may be very many
    return not words or any(_looks(words, name, options) for name, options in _calls())


@cache
def _calls() -> tuple[tuple[tuple[str, ...], Mapping[str, bool]], ...]:
    """What `sluicegate generate` has written of the commands that only look: their options, and which take a value."""
    read: Any = json.loads(resources.files(__package__).joinpath("calls.json").read_text("utf-8"))
    return tuple((tuple(name.split()), dict(options)) for name, options in read.items())


def _looks(words: list[str], name: tuple[str, ...], options: Mapping[str, bool]) -> bool:
    """Whether words call a command with nothing but options that it may be called with here."""
    if len(words) < len(name) or not all(map(_is, words, name)):
        return False
    rest = iter(words[len(name) :])
    for word in rest:
        if word == "--":
            return True
        if not word.startswith("-") or word == "-":
            continue
        said, equals, _ = word.partition("=")
        takes = [options[said]] if said in options else [taking for one, taking in options.items() if _is(said, one)]
        if not takes or (equals and not any(takes)):
            return False
        if all(takes) and not equals:
            next(rest, None)
    return True


def _is(said: str, wanted: str) -> bool:
    """Whether a word is another one, as far as no secret was struck from it."""
    # a secret may be as short as a letter, and is struck from our own name too
    if said == wanted or _STRUCK not in said:
        return said == wanted
    first, *between, last = said.split(_STRUCK)
    at, end = len(first), len(wanted) - len(last)
    if not wanted.startswith(first) or not wanted.endswith(last):
        return False
    for piece in between:
        at = wanted.find(piece, at + 1)
        if at < 0:
            return False
        at += len(piece)
    return at < end
