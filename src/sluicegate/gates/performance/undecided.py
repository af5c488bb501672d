"""Why a rule cannot decide on a subject: what the check says of each file and benchmark that tells it nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.performance.catalogue import GONE, HISTORY, LIMIT, REGRESSED, RULES
from sluicegate.model import Examination, Outcome, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.errors import GateError
    from sluicegate.gates.performance.found import Measured
    from sluicegate.model import Context, Rule

RUN = "run the benchmarks, and look at their log"


def undecided(context: Context, rules: Iterable[Rule], subject: str, why: Undecided) -> Iterator[Examination]:
    """Why no wanted rule could decide on a subject."""
    for rule in rules:
        if rule.id in context.rules:
            yield Examination(rule=rule.id, subject=subject, undecided=why)


def unusable(context: Context, side: Measured, which: str) -> Iterator[Examination]:
    """The files and the benchmarks of a side that say nothing; `which` side it is, "" for the head."""
    rules: tuple[Rule, ...] = RULES if not which else (REGRESSED, GONE)
    for path, error in side.errors:
        yield from undecided(context, rules, path, errored(error, which))
    for path, refused in side.refused:
        place = f"{path}:{refused.line}" if refused.line else path
        # a benchmark that failed is an error; of one that was measured, a metric may have no value that can be judged
        ended = Outcome.INCONCLUSIVE if refused.metric else Outcome.ERRORED
        why = Undecided(outcome=ended, reason=f"{which}{refused.name} ({place}): {refused.why}", hint=RUN)
        asked = (REGRESSED, LIMIT, *HISTORY) if not which else (REGRESSED,)
        yield from undecided(context, asked, refused.name, why)


def errored(error: GateError, which: str = "") -> Undecided:
    """What could not be looked at."""
    return Undecided(outcome=Outcome.ERRORED, reason=f"{which}{error.message}", hint=error.hint)
