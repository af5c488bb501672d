"""What a run is going to do, decided before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sluicegate.baseline.accepted import Baseline
from sluicegate.model import Gate, Plugin, Revision
from sluicegate.registry import HOUSE, Broken
from sluicegate.worker.job import Job
from sluicegate.worker.start import cores

if TYPE_CHECKING:
    from sluicegate.engine.policy_base import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedGate:
    """A gate with its job. `named`: the user asked for it, so that having nothing to look at is an error."""

    gate: Gate
    job: Job
    timeout: float | None = None
    observed: bool = False
    named: bool = False
    reproduce: str = ""

    def jobs(self, most: int) -> tuple[Job, ...]:
        """The job, or as many as it can be done in side by side: where they are fewer, the first parts go together."""
        names = self.gate.parts
        count = min(most, len(names))
        if count <= 1:
            return (self.job,)
        together = len(names) - count + 1
        groups = (names[:together], *((name,) for name in names[together:]))
        return tuple(replace(self.job, parts=group) for group in groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The gates to run, and what the verdict will rest on.

    `inline`: a single gate without a time limit runs in this process. That is faster, and for one's own work only: a
    parser that crashes on hostile input takes the verdict with it. `secrets` are struck from the Run.
    `accepted` is the baseline, where it has a say; `world_fails`: what nobody accepted counts also where the merge base
    has it too. `standing` is how the change stands to the policy of its base. `read` are the files that the plan itself
    was made from, from the top of the repository.
    """

    gates: tuple[PlannedGate, ...]
    revision: Revision
    now: datetime
    broken: tuple[Broken, ...] = ()
    plugins: tuple[Plugin, ...] = ()
    workers: int = field(default_factory=cores)
    inline: bool = False
    secrets: tuple[str, ...] = ()
    accepted: Baseline | None = None
    world_fails: bool = False
    standing: Standing | None = None
    read: tuple[str, ...] = ()

    @property
    def catalogue(self) -> tuple[Gate, ...]:
        """The gates whose rules stand in the Run, the house's own included."""
        return (*(planned.gate for planned in self.gates), HOUSE)
