"""What a check leaves of a measurement in turns, for those who record it and those who show it.

It is a file of our own JSON with what the head measured, which any reader of results takes, and under `turns` the rest:
what the base measured, the verdicts as the check called them, and why some have none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field, structs

from sluicegate.errors import GateError
from sluicegate.gates.performance.bench.taking import inside, put_away
from sluicegate.gates.performance.readers import own
from sluicegate.gates.performance.reading import Reading, Results
from sluicegate.gates.performance.verdicts import Verdict
from sluicegate.kept import write_whole
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.gates.performance.settings import Bench

_LARGEST = 512 << 20


class Turned(Struct, frozen=True, kw_only=True):
    """Beside what the head measured: the base, the verdicts, why other benchmarks have none, and how it was done.

    `alone` says why the base was not measured, "" where it was.
    """

    base: tuple[Reading, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    unlike: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    runs: int = 0
    alone: str = ""


class Left(Struct, frozen=True, kw_only=True):
    """The file: what the head measured, and the rest."""

    readings: tuple[Reading, ...]
    turns: Turned


def cleared(bench: Bench, folder: str) -> None:
    """Put away what an earlier check has left, so that it is not taken for this one's. Raises GateError."""
    if bench.output:
        _place(bench, folder)
        put_away(Path(folder), bench.output)


def leave(bench: Bench, folder: str, head: Results, turned: Turned) -> None:
    """Write the file that the settings name. Raises GateError."""
    if not bench.output:
        return
    content = own.write(structs.replace(head, in_turns=False)).rstrip()
    told = {**structs.asdict(turned), "verdicts": [_finite(each) for each in turned.verdicts]}
    try:
        write_whole(_place(bench, folder), content[:-1] + b',"turns":' + msgspec.json.encode(told) + b"}\n")
    except OSError as error:
        raise GateError(
            f"[performance.bench] output = {bench.output!r} cannot be written: {error.strerror or error}",
            hint="name a file in a folder that can be written to",
        ) from error


def left(bench: Bench, folder: str) -> Left:
    """What a check has left there. Raises GateError: nothing, or no such file."""
    place = _place(bench, folder)
    try:
        if place.stat().st_size > _LARGEST:
            raise GateError(f"{bench.output} has more than {_LARGEST >> 20} MiB", hint="run `sluicegate check` again")
        found = msgspec.json.decode(place.read_bytes(), type=Left)
    except FileNotFoundError:
        raise GateError(f"there is no file {bench.output}", hint="`sluicegate check` measures, and leaves it") from None
    except OSError as error:
        raise GateError(f"{bench.output} cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        said = shorten(one_line(str(error)), 200)
        raise GateError(f"{bench.output} is not what a check leaves: {said}", "run `sluicegate check` again") from None
    return found


def _place(bench: Bench, folder: str) -> Path:
    top = Path(folder).resolve()
    why = "and is written in it alone"
    place = top / inside(bench.output, "output", why)
    if any(sign in bench.output for sign in "*?[") or not place.resolve().is_relative_to(top) or place.is_dir():
        raise GateError(
            f"[performance.bench] output = {bench.output!r} is no file in the folder of the settings",
            hint='name one file, which git ignores: output = "turns.json"',
        )
    return place


def _finite(verdict: Verdict) -> dict[str, Any]:
    """A verdict without its infinities, for which JSON has no word: a key that is not there means them."""
    said: Sequence[tuple[str, Any]] = list(structs.asdict(verdict).items())
    return {name: value for name, value in said if not (isinstance(value, float) and math.isinf(value))}
