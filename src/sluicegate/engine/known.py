"""Which baseline has a say in a run: as the settings ask, and where nothing comes before the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.engine.sides import Sides
from sluicegate.errors import GateError, SluicegateError
from sluicegate.revision import Event

if TYPE_CHECKING:
    from sluicegate.baseline import Baseline
    from sluicegate.config import Loaded

FIRST = (
    "a store in a git ref may need `sluicegate baseline pull`; the first baseline is made from this very run: "
    "`sluicegate check --report json=run.json` and `sluicegate baseline accept run.json --only-decided`, "
    "which accepts nothing yet; the same once more accepts what is found then"
)
"""How a baseline is had where there is none."""

_WORLDS_OWN = ("schedule", "workflow_dispatch")


class Known(Struct, frozen=True, kw_only=True):
    """`accepted` is the baseline where it has a say; `look_back`: what stood at the base has one too.

    `trouble` says why the baseline cannot be had: then nothing can be judged.
    """

    accepted: Baseline | None = None
    look_back: bool = True
    world_fails: bool = False
    trouble: GateError | None = None


def find_known(loaded: Loaded, sides: Sides, event: Event | GateError | None, *, staged: bool) -> Known:
    """What is known beside the base of the change.

    A commit hook (`staged`) reads no store: it may not wait for a network, and the base is the commit before.
    """
    wanted = loaded.settings.baseline
    kind = event.kind if isinstance(event, Event) else ""
    world_fails = wanted.world == "fail" or (wanted.world == "auto" and kind in _WORLDS_OWN)
    if staged or sides.trouble:
        return Known(world_fails=world_fails)
    head, base = sides.revision.head_commit, sides.revision.base_commit
    nothing_before = sides.base is None or (kind in _WORLDS_OWN and head == base)
    if wanted.compare == "merge-base" and not nothing_before:
        return Known(world_fails=world_fails)
    try:
        accepted = _read(loaded)
    except SluicegateError as error:
        return Known(trouble=GateError(error.message, hint=error.hint))
    if accepted is None and wanted.compare != "merge-base":
        return Known(trouble=_missing(loaded))
    look_back = accepted is None or wanted.compare != "accepted"
    return Known(accepted=accepted, look_back=look_back, world_fails=world_fails)


def _read(loaded: Loaded) -> Baseline | None:
    from sluicegate.baseline import open_store, read_baseline

    wanted = loaded.settings.baseline
    return read_baseline(open_store(wanted.store, loaded.source.root, wanted.s3))


def _missing(loaded: Loaded) -> GateError:
    wanted = loaded.settings.baseline
    return GateError(
        f"[baseline] compare = {wanted.compare!r}, and nothing was accepted yet: there is no baseline to compare with",
        hint=FIRST,
    )
