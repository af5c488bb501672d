"""What a run is going to do, decided before anything runs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.model import Gate, Plugin, Revision
from sluicegate.registry import HOUSE, Broken
from sluicegate.worker.job import Job
from sluicegate.worker.start import cores

if TYPE_CHECKING:
    from sluicegate.baseline import Baseline
    from sluicegate.engine.policy_base import Standing


class PlannedGate(Struct, frozen=True, kw_only=True):
    """A gate with its job. `named`: the user asked for it, so that having nothing to look at is an error."""

    gate: Gate
    job: Job
    timeout: float | None = None
    observed: bool = False
    named: bool = False
    reproduce: str = ""

    def turns(self, processes: int) -> tuple[tuple[str, ...], ...]:
        """What so many processes take in turns: the parts of the gate's check one by one, or all of it at once."""
        return tuple((part,) for part in self.gate.parts) if processes > 1 and len(self.gate.parts) > 1 else ((),)


class Plan(Struct, frozen=True, kw_only=True):
    """The gates to run, and what the verdict will rest on.

    `inline`: gates without a time limit run in this process. That is faster, and for one's own work only: a
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
