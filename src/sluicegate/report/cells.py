"""How many cells of a terminal a text takes, and where its lines are broken.

By the Unicode data that comes with Python: wide characters of East Asia and emoji take two cells (UAX #11), marks none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, east_asian_width

_WORD = re.compile(r"\s*\S+\s*")
_TAB = 8
_EMOJI = "\ufe0f"
"""Asks for the symbol before it as an emoji, which is wide (UTS #51)."""
_ALSO_EMOJI = "#*0123456789\u203c\u2049\u2139"
"""What is no symbol by its category, and can be an emoji all the same."""
_WITHOUT_WIDTH = ("Cc", "Cf", "Mc", "Me", "Mn", "Zl", "Zp")
_SEEN = re.compile("[\u00ad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
"""Format characters that are drawn: the soft hyphen, and signs that enclose the number after them."""
_JOINED = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff\u3164\uffa0\U0001f3fb-\U0001f3ff]")
"""What is drawn within the character before it: the later parts of a Hangul syllable, fillers, and tones of skin."""
_TO_COME = re.compile("[\U0001fa70-\U0001faff\U00020000-\U0003fffd]")
"""Where emoji and ideographs are added, some of which are younger than this Python."""


def width(text: str) -> int:
    """The cells that a text takes which is one line, and visible."""
    return len(text) if text.isascii() else sum(taken for _, taken in _pieces(text))


def cut(text: str, most: int) -> str:
    """A text of one line in at most `most` cells, the cut shown by an ellipsis."""
    return text if width(text) <= most else f"{_chopped(text, max(most, 1) - 1)[0]}…"


def wrap(text: str, most: int) -> list[str]:
    """The lines of a text, each of at most `most` cells: broken between words, and within those that no line holds.

    White space that a line is broken at stays at its end where it has room there.
    """
    return [line for each in text.split("\n") for line in _wrapped(_expanded(each), most)]


def _expanded(line: str) -> str:
    *parts, last = line.split("\t")  # each begins at a stop, so that it alone says how far it is to the next
    return "".join(part + " " * (_TAB - width(part) % _TAB) for part in parts) + last


def _wrapped(text: str, most: int) -> list[str]:
    lines, line, used = [], "", 0
    for word in _WORD.findall(text):
        needed = width(word.rstrip())
        if needed <= most - used:
            line += word
            used += width(word)
            continue
        if line:
            lines.append(line)
        *full, line = _chopped(word, most) if needed > most else [word]
        lines += full
        used = width(line)
    return [each if width(each) <= most else each.rstrip() for each in [*lines, line]]


def _chopped(word: str, most: int) -> list[str]:
    lines, used = [""], 0
    for piece, taken in _pieces(word):
        if used + taken > most:
            lines.append("")
            used = 0
        lines[-1] += piece
        used += taken
    return lines


def _pieces(text: str) -> list[tuple[str, int]]:
    """What cannot be taken apart, each a character with the marks that belong to it, and the cells that it takes."""
    pieces: list[tuple[str, int]] = []
    last = ""
    for character in text:
        taken = _cells(character)
        if taken or not pieces:
            pieces.append((character, taken))
        else:
            before, wide = pieces[-1]
            widened = character == _EMOJI and wide == 1 and _is_symbol(last)
            pieces[-1] = (before + character, wide + widened)
        last = character if taken else last
    return pieces


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    kind = category(character)
    if _JOINED.match(character) or (kind in _WITHOUT_WIDTH and not _SEEN.match(character)):
        return 0
    wide = _TO_COME.match(character) if kind == "Cn" else east_asian_width(character) in "WF"
    return 2 if wide else 1


def _is_symbol(character: str) -> bool:
    return character in _ALSO_EMOJI or category(character) in ("So", "Sm")
