"""The run that is judged beside those before it: one row of numbers for each benchmark, on one scale."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.performance.history.epochs import Begun, Idle, begun
from sluicegate.gates.performance.history.machine import Machine, this_machine
from sluicegate.gates.performance.history.record import Record
from sluicegate.gates.performance.history.series import Series, all_series, middle, ruling
from sluicegate.gates.performance.history.window import Window, in_words, window
from sluicegate.gates.performance.ruler import BUILT_IN, measured
from sluicegate.model import Outcome, Undecided

if TYPE_CHECKING:
    from sluicegate.gates.performance.found import Measured
    from sluicegate.model import Context

_LINE = 5_000
"""So many commits of the branch are asked for: a window reaches no further back."""


class Past(Struct, frozen=True, kw_only=True):
    """What is known of earlier runs. `now` is what the judged run measured, on the scale of the `series`.

    `unruled` says why a value of now stands on no scale: the ruler measured nothing.
    """

    window: Window
    machine: Machine
    series: Mapping[tuple[str, str], Series]
    now: Mapping[tuple[str, str], float]
    begun: Mapping[tuple[str, str], Begun]
    idle: tuple[Idle, ...]
    unruled: str = ""
    address: str = ""


def known_of(context: Context, head: Measured) -> Past | Undecided:
    """What is known of earlier runs, or why nothing is; looked up once."""
    if context.history is None:
        return _NO_HISTORY
    key = ("performance", "past")
    if key not in context.memo:
        try:
            context.memo[key] = past(context, head)
        except GateError as error:
            context.memo[key] = Undecided(outcome=Outcome.ERRORED, reason=error.message, hint=error.hint)
    found: Past | Undecided = context.memo[key]
    if isinstance(found, Undecided) or found.window.points:
        return found
    if not found.window.left_out and not found.window.noted and (why := _unkept(context, found)):
        hint = _RECORD if context.settings.keeps else _KEEP
        return Undecided(outcome=Outcome.NOT_APPLICABLE, reason=f"no run of the branch is kept: {why}", hint=hint)
    left_out, noted = in_words(found.window.left_out), in_words(found.window.noted)
    return Undecided(
        outcome=Outcome.NOT_TESTED,
        reason=f"no earlier run of the suite {found.window.suite} on such a machine is kept ({found.machine})"
        + (f"; left out: {left_out}" if left_out else "")
        + (f"; noted: {noted}" if noted else ""),
        hint="`sluicegate performance record` keeps a run of the default branch"
        + ("." if context.settings.bench.command or context.settings.base_results else "; or measure the base too.")
        + (" `sluicegate baseline pull` brings what others recorded." if found.address.startswith("git:") else ""),
    )


def _unkept(context: Context, found: Past) -> str:
    """Why there can be no earlier run of what is measured in turns; "" where somebody may have recorded one.

    Of a git ref it is not known what others have pushed, unless the settings of the base measured nothing.
    """
    now, before = context.settings, context.settings_before
    if not now.bench.command or before is None:
        return ""
    if not before.measures:
        return "the settings of the base measure nothing"
    is_kept = now.keeps or before.keeps or before.suite != now.suite or found.address.startswith("git:")
    return "" if is_kept else "[performance.bench] names no `output`, from which one could be recorded"


_KEEP = (
    "To have the branch looked at as well, name a file in which a check leaves what it measured "
    '(output = "turns.json"), and have `sluicegate performance record` keep it on the default branch.'
)
_RECORD = "Once this is merged, `sluicegate performance record` keeps runs of the default branch."
_NO_HISTORY = Undecided(
    outcome=Outcome.NOT_TESTED,
    reason="there is no history here",
    hint="A commit hook asks no store; `sluicegate check` does.",
)


def past(context: Context, head: Measured) -> Past:
    """The history of every benchmark of the head. Raises GateError where it cannot be read, or the ruler measured."""
    if context.history is None:
        raise ValueError("there is no history to look at")
    settings = context.settings
    machine = this_machine(os.environ, runtimes(head))
    line = context.log.line(_LINE) if context.log else None
    judged = context.log.commit((*settings.results, *settings.base_results)) if context.log else ""
    there = window(
        context.history, settings.suite, machine.fingerprint, line=line, now=context.now, judged=judged
    )  # fmt: skip
    keys = list(head.readings)
    first, idle = begun(there, settings.epoch, keys)
    now = scaled(context, head, machine) if there.points else {}
    unruled = "" if now is not None else f"the ruler {settings.ruler} measured nothing in this run"
    return Past(
        window=there, machine=machine, series=all_series(there, keys, settings.ruler), now=now or {}, begun=first,
        idle=idle, unruled=unruled, address=context.history.address,
    )  # fmt: skip


def scaled(context: Context, side: Measured, machine: Machine) -> dict[tuple[str, str], float] | None:
    """What a run measured, on the scale of the history: divided by the ruler of the settings, which is measured now.

    None where that measured nothing. Raises GateError: it cannot be measured.
    """
    wanted = context.settings.ruler
    run = Record(
        suite=context.settings.suite, commit="0" * 40, branch="", time=context.now, machine=machine,
        readings=tuple(side.readings.values()), ruler=(measured(),) if wanted == BUILT_IN else (),
    )  # fmt: skip
    by = ruling(run, wanted)
    return {key: middle(reading) / by.value for key, reading in side.readings.items()} if by else None


def runtimes(side: Measured) -> Sequence[str]:
    """What ran the benchmarks of a side, as their results say."""
    return sorted({said for results in side.results if (said := results.machine.get("runtime", ""))})
