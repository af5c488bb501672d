"""What a version number has to say of changes: major, minor, or nothing (Semantic Versioning 2.0)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from sluicegate.model import Examination, Fact, Finding, Level, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.model import Yield


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


@dataclass(slots=True, kw_only=True)
class Heard:
    """What a comparison said, as far as it bears on the impact."""

    change_rules: frozenset[str]
    levels: set[Level] = field(default_factory=set)
    compared: bool = False
    doubtful: bool = False

    def hear(self, said: Yield) -> None:
        """Keep one word of the gate."""
        if isinstance(said, Finding) and said.rule in self.change_rules - ABOUT:
            self.levels.add(said.level)
            self.compared = True
        elif isinstance(said, Examination) and said.rule in self.change_rules:
            why = said.undecided
            self.compared = self.compared or (why is None and said.examined > 0)
            self.doubtful = self.doubtful or (why is not None and why.outcome is not Outcome.NOT_APPLICABLE)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The impact in a word; none where nothing was compared, `at least` where not everything could be."""
        if not self.compared:
            return ()
        worst = impact(self.levels)
        least = "at least " if self.doubtful and worst is not Impact.MAJOR else ""
        return (Fact(name="impact", value=least + worst.word),)
