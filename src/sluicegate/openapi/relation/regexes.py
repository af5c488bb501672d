"""Regular expressions: whether a text matches, and some texts that do, for the plain part of ECMA-262."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs
from msgspec import Struct

_CLASSES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_SETS = {"d": "0123456789", "w": "abcXYZ019_", "s": " \t"}
_PLAIN = "aA0 -_.~!bZ9é/:"
_BACKTRACKS = 100_000
_MOST = 2_000
"""How long a text may get."""


class TooHardError(Exception):
    """The expression uses what is not understood here, or leads to too long a text."""


@lru_cache(maxsize=4096)
def matches(pattern: str, text: str) -> bool | None:
    """Whether a pattern finds something in a text; None where it is no pattern, or goes back and forth without end."""
    try:
        error = next(iter(_validator("pattern", pattern).iter_errors(text)), None)
    except ValueError:
        return None
    if error is None:
        return True
    return False if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Pattern) else None


def is_expression(pattern: str) -> bool:
    """Whether the engine takes a text for a regular expression: nobody knows what one that is none finds."""
    return matches(pattern, "") is not None


@lru_cache(maxsize=4096)
def is_of_format(name: str, text: str) -> bool:
    """Whether a text is of a format; every text is of one that is not known."""
    return bool(_validator("format", name).is_valid(text))


@lru_cache(maxsize=256)
def _validator(word: str, said: str) -> Any:
    return jsonschema_rs.Draft202012Validator(
        {word: said}, validate_formats=True,
        pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS),
    )  # fmt: skip


def matching(pattern: str) -> Iterator[str]:
    """A few different texts that a pattern probably matches; nothing where it is too hard."""
    seen = set()
    for turn in range(4):
        try:
            text = _Sampler(pattern, turn).whole()
        except (TooHardError, RecursionError, IndexError, ValueError):
            return
        if text not in seen:
            seen.add(text)
            yield text


class _Sampler(Struct):
    """One reading of a pattern; `turn` says which choices are made: the first and shortest at 0."""

    pattern: str
    turn: int
    at: int = 0

    def whole(self) -> str:
        text = self._alternatives()
        if self.at < len(self.pattern):
            raise TooHardError
        return text

    def _alternatives(self) -> str:
        found = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            found.append(self._sequence())
        return found[(0, -1, self.turn)[min(self.turn, 2)] % len(found)]

    def _sequence(self) -> str:
        text = ""
        while self._peek() not in ("", "|", ")"):
            atom = self._atom()
            low, high = self._repeats()
            times = (low, min(low + 1, high), min(max(low, 3), high), high if high <= low + 100 else low)[self.turn]
            text += atom * times
            if len(text) > _MOST:
                raise TooHardError
        return text

    def _atom(self) -> str:
        sign = self.pattern[self.at]
        self.at += 1
        if sign in "^$":
            return ""
        if sign == "(":
            if self._peek() == "?":
                if self.pattern[self.at : self.at + 2] == "?:":
                    self.at += 2
                elif self.pattern[self.at : self.at + 2] == "?<" and self.pattern[self.at + 2] not in "=!":
                    self.at = self.pattern.index(">", self.at) + 1
                else:
                    raise TooHardError
            text = self._alternatives()
            if self._peek() != ")":
                raise TooHardError
            self.at += 1
            return text
        if sign == "[":
            return self._set()
        if sign == ".":
            return "a"
        if sign == "\\":
            return self._escaped()
        if sign in "*+?{":
            raise TooHardError
        return sign

    def _escaped(self) -> str:
        sign = self.pattern[self.at]
        self.at += 1
        if sign in "bB":
            return ""
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign in "nrtfv":
            return {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}[sign]
        if sign in "ux":
            length = 4 if sign == "u" else 2
            code = int(self.pattern[self.at : self.at + length], 16)
            self.at += length
            return chr(code)
        if sign.isalnum():
            raise TooHardError
        return sign

    def _set(self) -> str:
        negated = self._peek() == "^"
        self.at += negated
        found: list[str] = []
        while (sign := self.pattern[self.at]) != "]" or not (found or negated):
            self.at += 1
            if sign == "\\":
                inner = self.pattern[self.at]
                if inner in _SETS:
                    self.at += 1
                    found += _SETS[inner]
                    continue
                sign = self._escaped()
            if self._peek() == "-" and self.pattern[self.at + 1] != "]":
                self.at += 1
                last = self.pattern[self.at]
                self.at += 1
                if last == "\\":
                    last = self._escaped()
                found += [chr(code) for code in range(ord(sign), min(ord(last), ord(sign) + 200) + 1)]
            else:
                found.append(sign)
        self.at += 1
        if negated:
            found = [one for one in _PLAIN if one not in found]
        if not found:
            raise TooHardError
        return found[(0, -1, len(found) // 2, 0)[self.turn]]

    def _repeats(self) -> tuple[int, int]:
        sign = self._peek()
        if sign in ("*", "+", "?"):
            self.at += 1
            low, high = {"*": (0, 8), "+": (1, 8), "?": (0, 1)}[sign]
        elif sign == "{":
            end = self.pattern.index("}", self.at)
            first, comma, last = self.pattern[self.at + 1 : end].partition(",")
            self.at = end + 1
            low = int(first)
            high = low if not comma else int(last) if last else low + 8
        else:
            return 1, 1
        if self._peek() == "?":
            self.at += 1
        return low, high

    def _peek(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""
