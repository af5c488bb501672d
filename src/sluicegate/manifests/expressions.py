"""SPDX licence expressions (SPDX 2.3, annex D), by the field's own library and its list of licences.

Ids that SPDX has replaced are read as what replaced them: `GPL-2.0` is `GPL-2.0-only`, `GPL-2.0+` is
`GPL-2.0-or-later`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from license_expression import (
    AND,
    ExpressionError,
    ExpressionParseError,
    LicenseSymbol,
    LicenseWithExceptionSymbol,
    Licensing,
    get_license_index,
)
from msgspec import Struct

_LONGEST = 2_000
_OWN = "LicenseRef-"
_FAMILY = re.compile(r"(.+?)-(\d+(?:\.\d+)*)(?:-only|-or-later|\+)?")
_LATER = ("-or-later", "+")


class Term(Struct, frozen=True, kw_only=True):
    """One licence, and the exception from it that is granted; `known`: SPDX has it in its list."""

    licence: str
    exception: str = ""
    known: bool = True

    def __str__(self) -> str:
        return f"{self.licence} WITH {self.exception}" if self.exception else self.licence


class Node(Struct, frozen=True, kw_only=True):
    """All of some expressions (`AND`), or one of them (`OR`)."""

    every: bool
    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        word = " AND " if self.every else " OR "
        return word.join(f"({part})" if isinstance(part, Node) else str(part) for part in self.parts)


Expression = Term | Node


@lru_cache(maxsize=1)
def _licensing() -> Licensing:
    """SPDX's list; what others call by names of their own (`LicenseRef-`) is no alias of a licence in it."""
    symbols = []
    for one in get_license_index():
        key = one.get("spdx_license_key") or ""
        if key and not key.startswith(_OWN):
            others = tuple(each for each in one.get("other_spdx_license_keys", ()) if not each.startswith(_OWN))
            symbols.append(LicenseSymbol(key, aliases=others, is_exception=bool(one.get("is_exception"))))
    return Licensing(symbols)


@lru_cache(maxsize=4096)
def parsed(text: str) -> Expression | None:
    """An expression; None where a text is none."""
    if len(text) > _LONGEST:
        return None
    try:
        found = _licensing().parse(text)
    except (ExpressionError, ExpressionParseError, RecursionError):
        return None
    return None if found is None else _made(found)


def _made(found: Any) -> Expression | None:
    if isinstance(found, LicenseWithExceptionSymbol):
        base, exception = _term(found.license_symbol), found.exception_symbol
        if base is None or " " in exception.key:
            return None
        known = base.known and exception.is_exception
        return Term(licence=base.licence, exception=exception.key, known=known)
    if isinstance(found, LicenseSymbol):
        return _term(found)
    parts = [_made(each) for each in found.args]
    if any(part is None for part in parts):
        return None
    return Node(every=isinstance(found, AND), parts=tuple(part for part in parts if part is not None))


def _term(symbol: Any) -> Term | None:
    key: str = symbol.key
    if " " in key:  # words that are no expression come as one symbol
        return None
    known = _licensing().known_symbols
    base = key.removesuffix("+")
    if base != key and base in known:
        return Term(licence=f"{known[base].key}+")
    return Term(licence=key, known=key in known and not symbol.is_exception)


@lru_cache(maxsize=1024)
def choices(licence: str) -> tuple[str, ...]:
    """The licences that one with `or any later version` leaves the choice of, itself first; only itself else."""
    found = _FAMILY.fullmatch(licence)
    if not found or not licence.endswith(_LATER):
        return (licence,)
    family, least = found[1], _number(found[2])
    later = []
    for key in _licensing().known_symbols:
        other = _FAMILY.fullmatch(key)
        if other and other[1] == family and _number(other[2]) >= least and not key.endswith(_LATER):
            later.append(key)
    return (licence, *sorted(later))


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part[:9]) for part in text.split("."))


def whole(text: str) -> str:
    """An expression as SPDX spells it, where it names nothing that SPDX does not have; "" else."""
    found = parsed(text)
    return str(found) if found is not None and all(term.known for term in terms(found)) else ""


def terms(expression: Expression) -> list[Term]:
    """All licences in an expression."""
    if isinstance(expression, Term):
        return [expression]
    return [term for part in expression.parts for term in terms(part)]
