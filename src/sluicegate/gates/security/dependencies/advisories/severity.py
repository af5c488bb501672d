"""How bad an advisory is: the base score of its CVSS vector, else the word of its database.

Scores come from the field's own library (CVSS 4.0, 3.1 and 3.0, 2.0 of FIRST), the bands from CVSS 3.1, section 5.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.gates.security.dependencies.advisories.records import Said

_NEWEST = ("CVSS_V4", "CVSS_V3", "CVSS_V2")
_BANDS = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.0, "low"))
_WORDS = {"CRITICAL": "critical", "HIGH": "high", "MODERATE": "medium", "MEDIUM": "medium", "LOW": "low"}
_WORDS |= {"NEGLIGIBLE": "low", "UNIMPORTANT": "low", "IMPORTANT": "high"}
"""As Ubuntu, Debian and Red Hat's heirs say it."""
_UBUNTU = "Ubuntu"
_RANK = ("", "low", "medium", "high", "critical")
_LEVELS = {"critical": Level.ERROR, "high": Level.ERROR, "medium": Level.WARNING, "low": Level.NOTE}
_LONGEST = 300


class Severity(Struct, frozen=True, kw_only=True):
    """A word from `low` to `critical`, "" where nobody rated it, and the score where there is one."""

    word: str = ""
    score: float | None = None

    @property
    def level(self) -> Level:
        """The level of a finding that is rated so."""
        return _LEVELS[self.word]

    @property
    def weight(self) -> tuple[int, float]:
        """What orders severities."""
        return _RANK.index(self.word), self.score or 0.0

    def __str__(self) -> str:
        return self.word if self.score is None else f"{self.word}, {self.score:.1f}"


def severity(said: Iterable[Said], word: str) -> Severity:
    """The severity by the newest vector that can be read, or by a word."""
    said = tuple(said)
    for kind in _NEWEST:
        scores = [score for one in said if one.type == kind and (score := _score(kind, one.score)) is not None]
        if scores:
            top = max(scores)
            return Severity(word=next(name for least, name in _BANDS if top >= least), score=top)
    told = (word, *(one.score.upper() for one in said if one.type == _UBUNTU))
    return Severity(word=next((_WORDS[one] for one in told if one in _WORDS), ""))


@lru_cache(maxsize=4096)
def _score(kind: str, vector: str) -> float | None:
    from cvss import CVSS2, CVSS3, CVSS4, CVSSError

    if len(vector) > _LONGEST:
        return None
    try:
        match kind:
            case "CVSS_V4":
                return float(CVSS4(vector).base_score)
            case "CVSS_V3":
                return float(CVSS3(vector).base_score)
            case _:
                return float(CVSS2(vector).base_score)
    except (CVSSError, ValueError, KeyError):
        return None
