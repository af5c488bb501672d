"""What the commands about trends look at: each benchmark through the kept runs, with what is let pass of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.cli.performance.opening import Opened
from sluicegate.cli.standing import line_of
from sluicegate.errors import UserError
from sluicegate.gates.performance.history.epochs import begun
from sluicegate.gates.performance.history.index import survey
from sluicegate.gates.performance.history.series import Series, all_series, keys_of
from sluicegate.gates.performance.history.window import Window, in_words, window
from sluicegate.gates.performance.limits import Allowed, allowed
from sluicegate.gates.performance.naming import named
from sluicegate.gates.performance.reading import Reading
from sluicegate.gates.performance.ruler import NO_RULER
from sluicegate.revision import find_repository


class Benchmark(Struct, frozen=True, kw_only=True):
    """One benchmark: its last reading, its series from where its baseline begins, and what is let pass of it."""

    reading: Reading
    series: Series
    limits: Allowed


class Seen(Struct, frozen=True, kw_only=True):
    """The window of one kind of machine, and its benchmarks; `scaled`: their values were divided by the ruler."""

    window: Window
    benchmarks: tuple[Benchmark, ...]
    scaled: bool


def seen(here: Opened, wanted: str, machine: str, newest: int, *, divided: bool | None = None) -> Seen:
    """The benchmarks whose names fit `wanted`, on the machine that recorded last or whose fingerprint begins so.

    Their values are divided by the ruler of the settings unless `divided` says otherwise. Raises UserError: nothing was
    recorded, or nothing of that name.
    """
    there = survey(here.history, here.suite)
    if not there.runs:
        noted = in_words(there.notes)
        raise UserError(
            f"nothing {'is kept any more' if noted else 'was recorded yet'} of the suite {here.suite} in "
            f"{here.store.address}{f'; noted: {noted}' if noted else ''}",
            hint="`sluicegate performance record RESULTS` on the default branch keeps a run",
        )
    known = [each for each in there.fingerprints if each.startswith(machine)] if machine else []
    if machine and len(known) != 1:
        told = ", ".join(sorted(there.fingerprints))
        raise UserError(f"{len(known) or 'no'} kinds of machines begin with {machine}", hint=f"there are: {told}")
    fingerprint = known[0] if known else there.runs[-1].fingerprint
    line = line_of(find_repository(here.root))
    found = window(here.history, here.suite, fingerprint, line=line, now=datetime.now(UTC), newest=newest)
    keys = [key for key in keys_of(found) if named(wanted, key[0])]
    if not found.points:
        raise UserError(
            f"none of the recorded runs of {here.suite} can be looked at: {in_words(found.left_out)}",
            hint="`sluicegate performance history` lists them",
        )
    if not keys:
        names = ", ".join(sorted({name for name, _ in keys_of(found)})[:10])
        raise UserError(f"no run that is looked at has measured {wanted}", hint=f"they have measured: {names}")
    ruler = here.settings.ruler if divided in (None, True) else NO_RULER
    last = _last(found)
    first, _ = begun(found, here.settings.epoch, keys)
    every = all_series(found, keys, ruler)
    return Seen(
        window=found, scaled=ruler != NO_RULER,
        benchmarks=tuple(
            Benchmark(
                reading=last[key], limits=allowed(here.settings, last[key]),
                series=_since(every[key], found, first[key].first if key in first else 0),
            )
            for key in keys
        ),
    )  # fmt: skip


def _since(series: Series, found: Window, first: int) -> Series:
    """A series from where its baseline begins."""
    if not first:
        return series
    numbers = {id(point): number for number, point in enumerate(found.points)}
    return replace(series, values=tuple(each for each in series.values if numbers[id(each.point)] >= first))


def _last(found: Window) -> Mapping[tuple[str, str], Reading]:
    """The newest reading of each benchmark."""
    return {each.key: each for point in found.points for run in point.runs for each in run.readings}
