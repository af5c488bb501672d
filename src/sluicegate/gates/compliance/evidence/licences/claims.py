"""What a text says of a licence: the expression of SPDX that it is, or that it is none."""

from __future__ import annotations

import re
from itertools import product

from msgspec import Struct

from sluicegate.manifests.expressions import Expression, Term, choices, parsed, terms, whole

_OWN = "LicenseRef-"
_IN_FILE = re.compile(r"SEE LICEN[CS]E IN (.+)", re.IGNORECASE)
_NOBODY = "UNLICENSED"
"""How npm writes that nobody else may use it."""
_MOST_WAYS = 1_000


class Claim(Struct, frozen=True, kw_only=True):
    """A text that names a licence, where it stands, and the file with the terms that it refers to, if any.

    `open`: the licence is said elsewhere, where nobody looks here.
    """

    text: str
    line: int | None = None
    file: str = ""
    open: bool = False

    @property
    def refers_to(self) -> str:
        """The file that has the terms; "" where none is named."""
        found = _IN_FILE.fullmatch(self.text.strip())
        return self.file or (found[1].strip() if found else "")


def on_own_terms(text: str) -> bool:
    """Whether a text says that the terms are somebody's own, in a way that its field knows."""
    found = parsed(text)
    strange = [term for term in terms(found) if not term.known] if found is not None else []
    return bool(strange) and all(one.licence.startswith(_OWN) or one.licence == _NOBODY for one in strange)


def ways(said: tuple[str, ...]) -> list[list[str]] | None:
    """The choices of licences under which something may be taken, each a list of what holds together.

    All that is `said` holds. None: something in it is no licence that SPDX knows, or there are more than 1,000 choices.
    """
    if not said or not all(whole(text) for text in said):
        return None
    found: list[tuple[str, ...]] = [()]
    for text in said:
        expression = parsed(text)
        more = _ways(expression) if expression is not None else None
        if more is None or len(found) * len(more) > _MOST_WAYS:
            return None
        found = [(*one, *other) for one, other in product(found, more)]
    return [list(dict.fromkeys(one)) for one in found]


def _ways(expression: Expression) -> list[tuple[str, ...]] | None:
    if isinstance(expression, Term):
        return _of(expression)
    found: list[tuple[str, ...]] = [()] if expression.every else []
    for part in expression.parts:
        more = _ways(part)
        if more is None or len(found) * len(more) > _MOST_WAYS or len(found) + len(more) > _MOST_WAYS:
            return None
        found = [(*one, *other) for one, other in product(found, more)] if expression.every else [*found, *more]
    return found


def _of(term: Term) -> list[tuple[str, ...]]:
    """A licence, each version that it leaves the choice of, and it without its exception, which only gives more."""
    named = [(str(term),)] if term.exception else []
    return [*named, *((one,) for one in choices(term.licence))]
