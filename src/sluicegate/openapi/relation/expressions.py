"""Regular expressions of ECMA-262, read into parts; only those that need no looking around or back."""

from __future__ import annotations

from itertools import pairwise

from msgspec import Struct

Spans = tuple[tuple[int, int], ...]
"""Code points, as pairs of the first and the last, in order."""

EVERY_SIGN: Spans = ((0, 0xD7FF), (0xE000, 0x10FFFF))
"""Surrogates are no characters of a text."""

_DIGITS: Spans = ((0x30, 0x39),)
_WORD: Spans = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACE: Spans = (
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_ENDS_OF_LINE: Spans = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
_DEEP = 40
_MOST_TIMES = 1_000


class TooHardError(Exception):
    """The expression uses what is not understood here, or takes too much work."""


class Part(Struct, frozen=True, kw_only=True):
    """A part of an expression. `kind`: `set`, `edge`, `then`, `either` or `times`, which have what stands below."""

    kind: str
    spans: Spans = ()
    edge: str = ""
    inner: tuple[Part, ...] = ()
    low: int = 0
    high: int | None = None


def parsed(pattern: str) -> Part:
    """The parts of an expression. Raises TooHardError, also for what is none."""
    reading = _Reading(pattern)
    try:
        part = reading.either()
    except (IndexError, ValueError):
        raise TooHardError from None
    if reading.at < len(pattern):
        raise TooHardError
    return part


def without(spans: Spans) -> Spans:
    """Every sign but these."""
    edges = [(-1, -1), *_united(spans), (0x110000, 0x110000)]
    gaps = [(before[1] + 1, after[0] - 1) for before, after in pairwise(edges)]
    return tuple(
        (max(low, first), min(high, last)) for low, high in gaps for first, last in EVERY_SIGN
        if max(low, first) <= min(high, last)
    )  # fmt: skip


def _united(spans: Spans) -> Spans:
    made: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(made[-1][1], high))
        else:
            made.append((low, high))
    return tuple(made)


class _Reading(Struct):
    """Where in the expression the reading stands, and how many groups it is inside of."""

    pattern: str
    at: int = 0
    depth: int = 0

    def either(self) -> Part:
        self.depth += 1
        if self.depth > _DEEP:
            raise TooHardError
        found = [self._then()]
        while self._took("|"):
            found.append(self._then())
        self.depth -= 1
        return found[0] if len(found) == 1 else Part(kind="either", inner=tuple(found))

    def _then(self) -> Part:
        found: list[Part] = []
        while self._peek() not in ("", "|", ")"):
            atom = self._atom()
            low, high = self._times()
            if (low, high) != (1, 1):
                if atom.kind == "edge":
                    raise TooHardError
                atom = Part(kind="times", inner=(atom,), low=low, high=high)
            found.append(atom)
        return Part(kind="then", inner=tuple(found))

    def _atom(self) -> Part:
        sign = self._next()
        if sign in "^$":
            return Part(kind="edge", edge=sign)
        if sign == "(":
            return self._group()
        if sign == "[":
            return Part(kind="set", spans=self._set())
        if sign == ".":
            return Part(kind="set", spans=without(_ENDS_OF_LINE))
        if sign == "\\":
            return Part(kind="set", spans=self._escaped())
        if sign in "*+?{}]":
            raise TooHardError
        return Part(kind="set", spans=((ord(sign), ord(sign)),))

    def _group(self) -> Part:
        if self._took("?"):
            if self._took("<"):
                if self._peek() in "=!":
                    raise TooHardError
                self.at = self.pattern.index(">", self.at) + 1
            elif not self._took(":"):
                raise TooHardError
        inner = self.either()
        if not self._took(")"):
            raise TooHardError
        return inner

    def _escaped(self) -> Spans:
        sign = self._next()
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign.lower() in _CLASSES:
            return without(_CLASSES[sign.lower()])
        if sign in _CONTROLS:
            code = ord(_CONTROLS[sign])
        elif sign in "ux":
            length = 4 if sign == "u" else 2
            digits = self.pattern[self.at : self.at + length]
            if len(digits) < length or not digits.isalnum():
                raise TooHardError
            self.at += length
            code = int(digits, 16)
            if not any(low <= code <= high for low, high in EVERY_SIGN):
                raise TooHardError
        elif sign.isalnum() or sign == "_" or not sign.isascii():
            raise TooHardError
        else:
            code = ord(sign)
        return ((code, code),)

    def _set(self) -> Spans:
        negated = self._took("^")
        if self._peek() == "]":
            raise TooHardError  # dialects differ in whether it ends the set
        found: list[tuple[int, int]] = []
        while not self._took("]"):
            first = self._of_set()
            if self._peek() == "-" and self.pattern[self.at + 1] != "]":
                self.at += 1
                last = self._of_set()
                if len(first) > 1 or len(last) > 1 or first[0][0] != first[0][1] or first[0][0] > last[0][0]:
                    raise TooHardError
                found.append((first[0][0], last[0][1]))
            else:
                found += first
        return without(tuple(found)) if negated else _united(tuple(found))

    def _of_set(self) -> Spans:
        sign = self._next()
        if sign == "\\":
            return self._escaped()
        if sign == "[" or (sign in "&~-" and self._peek() == sign):
            raise TooHardError  # some dialects compute with sets
        return ((ord(sign), ord(sign)),)

    def _times(self) -> tuple[int, int | None]:
        sign = self._peek()
        low: int = 1
        high: int | None = 1
        if sign and sign in "*+?":
            self.at += 1
            low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        elif self._took("{"):
            end = self.pattern.index("}", self.at)
            first, comma, last = self.pattern[self.at : end].partition(",")
            if not (first.isdecimal() and first.isascii()) or (last and not (last.isdecimal() and last.isascii())):
                raise TooHardError
            self.at = end + 1
            low = int(first[:6])
            high = int(last[:6]) if last else None if comma else low
            if max(low, high or 0) > _MOST_TIMES or (high is not None and high < low):
                raise TooHardError
        else:
            return low, high
        self._took("?")
        if self._peek() in ("*", "+", "?", "{"):
            raise TooHardError
        return low, high

    def _next(self) -> str:
        self.at += 1
        return self.pattern[self.at - 1]

    def _peek(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""

    def _took(self, sign: str) -> bool:
        if self._peek() != sign:
            return False
        self.at += 1
        return True
