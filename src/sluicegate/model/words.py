"""The closed vocabularies: levels, outcomes, baseline states, kinds of rules."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Level(StrEnum):
    """How much a finding weighs (SARIF `level`)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NONE = "none"

    @property
    def weight(self) -> int:
        """3 for error down to 0 for none."""
        return _WEIGHT[self]

    def reaches(self, threshold: Level) -> bool:
        """Whether this level is at or above `threshold`; none never is."""
        return self is not Level.NONE and self.weight >= threshold.weight


_WEIGHT = {Level.ERROR: 3, Level.WARNING: 2, Level.NOTE: 1, Level.NONE: 0}


class Outcome(StrEnum):
    """How a rule, a gate or a run ended, worst first (the order is the order of `worst`).

    Let through is a run alone: something failed or could not be looked at, and a pass covers all of it.
    """

    ERRORED = "errored"
    FAILED = "failed"
    LET_THROUGH = "let-through"
    INCONCLUSIVE = "inconclusive"
    NOT_TESTED = "not-tested"
    PASSED = "passed"
    NOT_APPLICABLE = "not-applicable"

    @property
    def words(self) -> str:
        """The outcome as it is written for people: `not applicable`."""
        return self.value.replace("-", " ")

    @staticmethod
    def worst(outcomes: Iterable[Outcome]) -> Outcome:
        """The worst of some outcomes; not applicable when there are none."""
        found = set(outcomes)
        return next((outcome for outcome in Outcome if outcome in found), Outcome.NOT_APPLICABLE)


class BaselineState(StrEnum):
    """How a finding stands to what was there before (SARIF `baselineState`)."""

    NEW = "new"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    ABSENT = "absent"


class Cause(StrEnum):
    """What made a finding differ from what is known: the change that is judged, the world, or a newer Sluicegate.

    The world moved where something new was not accepted and yet stands at the merge base: a new advisory on an
    unchanged pin. An upgrade is a rule that came after the baseline was last accepted.
    """

    CHANGE = "change"
    WORLD = "world"
    UPGRADE = "upgrade"


class RuleKind(StrEnum):
    """Whether a rule judges a state (then both sides are looked at) or the step from one state to the next."""

    STATE = "state"
    CHANGE = "change"
