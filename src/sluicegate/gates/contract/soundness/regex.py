"""Whether a text is a regular expression of ECMAScript (ECMA-262, 22.2.1 and its annex B.1.2), and why not.

Validators and generators take different engines; told is only what ECMAScript itself refuses in both of its modes.
One pass over the text, no backtracking, nothing compiled.
"""

from __future__ import annotations

import re

from msgspec import Struct, field

from sluicegate.text import plural

_QUANTIFIER = re.compile(r"[*+?]\??|\{(\d+)(,(\d*))?\}\??")
_GROUP = re.compile(r"\?(?:[:=!]|<[=!]|<([^>=!][^>]*)>|([ims]*)(?:-([ims]*))?:)")
_NAME = re.compile(r"(?:[^\W\d]|\$)[\w$\u200c\u200d]*")
_PROPERTY = re.compile(r"\{[^}]*\}")
_LONGEST = 100_000
_CODE = re.compile(r"u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|c([A-Za-z])|([0-3]?[0-7]{1,2})")
_LETTERS = {"b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}


class _Reading(Struct):
    """How far the text was read: the open groups, whether something stands there that can be repeated."""

    text: str
    at: int = 0
    open: list[bool] = field(default_factory=list)
    repeatable: bool = False


def fault_of(text: str) -> str:
    """What is wrong with a pattern; empty when nothing is."""
    if len(text) > _LONGEST:
        return ""
    reading = _Reading(text)
    while reading.at < len(text):
        if fault := _step(reading):
            return fault
    return f"{plural(len(reading.open), 'group')} without `)`" if reading.open else ""


def _step(reading: _Reading) -> str:
    sign = reading.text[reading.at]
    if sign == "(":
        return _opened(reading)
    if sign == ")":
        reading.at += 1
        if not reading.open:
            return "a `)` without `(`"
        reading.repeatable = reading.open.pop()
        return ""
    if sign == "[":
        return _class(reading)
    if sign == "\\":
        if reading.at + 1 == len(reading.text):
            return "a `\\` at the end"
        following = reading.text[reading.at + 1]
        reading.repeatable = following not in "bB"
        reading.at += 2
        return ""
    if found := _QUANTIFIER.match(reading.text, reading.at):
        return _quantified(reading, found)
    reading.repeatable = sign not in "^$|"
    reading.at += 1
    return ""


def _quantified(reading: _Reading, found: re.Match[str]) -> str:
    if not reading.repeatable:
        return f"nothing for `{found[0]}` to repeat"
    if found[3] and int(found[1][:30]) > int(found[3][:30]):
        return f"the numbers of `{found[0]}` are out of order"
    reading.at = found.end()
    reading.repeatable = False
    return ""


def _opened(reading: _Reading) -> str:
    after = reading.at + 1
    if not reading.text.startswith("?", after):
        reading.open.append(True)
        reading.at = after
        reading.repeatable = False
        return ""
    found = _GROUP.match(reading.text, after)
    if found is None:
        return f"`({reading.text[after : after + 3]}` opens no kind of group that ECMAScript has"
    if found[1] is not None and not _NAME.fullmatch(found[1].replace("\\u", "u")):
        return f"`{found[1][:40]}` is no name for a group"
    reading.open.append(not found[0].startswith("?<") or found[1] is not None)
    reading.at = found.end()
    reading.repeatable = False
    return ""


def _class(reading: _Reading) -> str:
    """A class of characters: `[` up to `]`, its ranges in order."""
    text, at = reading.text, reading.at + 1
    if text.startswith("^", at):
        at += 1
    low: int | None = None
    ranged = False
    while at < len(text) and text[at] != "]":
        if text[at] == "-" and low is not None and not ranged:
            ranged, at = True, at + 1
            continue
        code, at = _character(text, at)
        if ranged:
            if code is not None and low is not None and low >= 0 and code >= 0 and low > code:
                return "a range of a class is out of order"
            low, ranged = None, False
        else:
            low = code
    if at >= len(text):
        return "a `[` without `]`"
    reading.at = at + 1
    reading.repeatable = True
    return ""


def _character(text: str, at: int) -> tuple[int, int]:
    """The code point of one member of a class (-1 for a set of them), and where the next one begins."""
    if text[at] != "\\" or at + 1 >= len(text):
        return ord(text[at]), at + 1
    following = text[at + 1]
    if found := _CODE.match(text, at + 1):
        if found[4]:
            return ord(found[4]) % 32, found.end()
        digits = found[1] or found[2] or found[3]
        return int(digits, 16) if digits else int(found[5], 8), found.end()
    if following in "dDwWsS":
        return -1, at + 2
    if following in "pP" and (found := _PROPERTY.match(text, at + 2)):
        return -1, found.end()
    return _LETTERS.get(following, ord(following)), at + 2
