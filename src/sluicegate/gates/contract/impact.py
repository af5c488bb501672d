"""What a version number has to say of changes: major, minor, or nothing (Semantic Versioning 2.0)."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sluicegate.gates.contract.catalogue import RULES
from sluicegate.model import Fact, Level, Outcome, RuleKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sluicegate.model import Examination, Finding

_CHANGES = frozenset(rule.id for rule in RULES if rule.kind is RuleKind.CHANGE)
_UNDECIDED = "-change-undecided"
_IMPACT, _LEAST = "impact", "at least "

ABOUT = frozenset(("contract/version-not-bumped", "contract/base-invalid"))
"""Rules that speak of the comparison, and not of what clients meet."""


class Impact(IntEnum):
    """What a version number has to say of a change."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """The impact in a word: `major`."""
        return self.name.lower()


def impact(levels: Iterable[Level]) -> Impact:
    """The impact of changes by how much each weighs: an error is major, and everything else that is told minor."""
    found = set(levels)
    if Level.ERROR in found:
        return Impact.MAJOR
    return Impact.MINOR if found - {Level.NONE} else Impact.NONE


def concluded(findings: Sequence[Finding], examinations: Sequence[Examination]) -> tuple[Fact, ...]:
    """The impact in a word; none where nothing was compared, `at least` where not everything could be decided."""
    levels = [found.level for found in findings if found.rule in _CHANGES - ABOUT]
    looked = [one for one in examinations if one.rule in _CHANGES]
    if not levels and not any(one.undecided is None and one.examined for one in looked):
        return ()
    doubtful = any(one.undecided and one.undecided.outcome is not Outcome.NOT_APPLICABLE for one in looked)
    doubtful = doubtful or any(found.rule.endswith(_UNDECIDED) for found in findings)
    worst = impact(levels)
    return (Fact(name=_IMPACT, value=_said(worst, doubtful=doubtful)),)


def joined(name: str, values: Sequence[str]) -> str | None:
    """The impact of several parts as one: the worst, and `at least` that where any of them could not decide it all."""
    if name != _IMPACT:
        return None
    words = {each.word: each for each in Impact}
    found = [words.get(value.removeprefix(_LEAST)) for value in values]
    known = [each for each in found if each is not None]
    if not known or len(known) < len(found):
        return None
    return _said(max(known), doubtful=any(value.startswith(_LEAST) for value in values))


def _said(worst: Impact, *, doubtful: bool) -> str:
    return (_LEAST if doubtful and worst is not Impact.MAJOR else "") + worst.word
