"""What a policy says of an expression: whether somebody may take a package under what the policy lets through.

Of alternatives (`OR`) one that is let through is enough, of what holds together (`AND`) each counts. A licence with
`or any later version` is the choice of its versions. An exception (`WITH`) gives more rights, so that a pattern on the
licence alone covers it too.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sluicegate.manifests.expressions import Term, choices, parsed
from sluicegate.revision.globs import fits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gates.security.settings import Licences
    from sluicegate.manifests.expressions import Expression


class Verdict(IntEnum):
    """What becomes of an expression, the worst last."""

    ALLOWED = 0
    UNKNOWN = 1
    DENIED = 2


def judged(policy: Licences, said: Sequence[str]) -> tuple[Verdict, str]:
    """The verdict on all that is said of a licence, and what it hangs on; nothing that is said is not known."""
    if not said:
        return Verdict.UNKNOWN, ""
    found = [(_judged(policy, text), text) for text in said]
    return max(found, key=lambda one: one[0])


def _judged(policy: Licences, text: str) -> Verdict:
    expression = parsed(text)
    if expression is None:  # no expression, and yet somebody may have decided about these very words
        said = _named(policy, text)
        return Verdict.UNKNOWN if said is None else said
    return _of(policy, expression)


def _of(policy: Licences, expression: Expression) -> Verdict:
    if isinstance(expression, Term):
        return _term(policy, expression)
    parts = [_of(policy, part) for part in expression.parts]
    return max(parts) if expression.every else min(parts)


def _term(policy: Licences, term: Term) -> Verdict:
    if term.exception and (said := _named(policy, str(term))) is not None:
        return said
    if (said := _named(policy, term.licence)) is not None:
        return said
    if not term.known:
        return Verdict.UNKNOWN
    verdicts = [_listed(policy, one) for one in choices(term.licence)[1:]]
    return min(verdicts, default=_unlisted(policy))


def _listed(policy: Licences, licence: str) -> Verdict:
    said = _named(policy, licence)
    return _unlisted(policy) if said is None else said


def _unlisted(policy: Licences) -> Verdict:
    """What becomes of a licence that nobody named: where some are let through, no others are."""
    return Verdict.DENIED if policy.allow else Verdict.ALLOWED


def _named(policy: Licences, name: str) -> Verdict | None:
    """What the lists say of a name; None where neither has it. What stands in both is denied."""
    if _in(policy.deny, name):
        return Verdict.DENIED
    return Verdict.ALLOWED if _in(policy.allow, name) else None


def _in(patterns: Sequence[str], name: str) -> bool:
    return any(fits(_spelt(pattern).lower(), name.lower()) for pattern in patterns)


def _spelt(pattern: str) -> str:
    """A pattern as SPDX spells the licence that it is, where it is one: `GPL-2.0` is `GPL-2.0-only`."""
    found = parsed(pattern) if not any(sign in pattern for sign in "*?") else None
    return str(found) if isinstance(found, Term) else pattern
