"""One side of a change in its folder: built once, and run as often as it is asked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.performance.found import joined, measured
from sluicegate.gates.performance.measuring import measured as measured_command
from sluicegate.gates.performance.measuring import run
from sluicegate.text import command_line
from sluicegate.tools.programs import without_secrets

if TYPE_CHECKING:
    from sluicegate.gates.performance.found import Measured
    from sluicegate.gates.performance.settings import Bench

STDOUT = "stdout"
_LOOKED = 1 << 20
_PRINTED = (
    'with results = "stdout" all that the command prints is read: silence what it says beside its results, or have it '
    "write them into a file and name that as `results`"
)


class NoResultsError(GateError):
    """A command that ended well and left no results that can be read."""


class Side(Struct, frozen=True, kw_only=True):
    """One side: what people call it, and the folder in which its commands run."""

    name: str
    folder: Path


def build(bench: Bench, side: Side, cancelled: Callable[[], bool]) -> None:
    """Run what has to be run once. Raises CommandError, CancelledRunError."""
    for words in bench.build:
        run(
            words, which=f"building the {side.name}", folder=side.folder, environment=without_secrets(),
            limit=bench.budget, cancelled=cancelled,
        )  # fmt: skip


def take(bench: Bench, side: Side, which: str, cancelled: Callable[[], bool]) -> Measured:
    """What one run measures. What lay there of results before is put away first, so that it cannot be taken for them.

    Raises CommandError; NoResultsError; GateError: a name leads out of the folder; CancelledRunError.
    """
    said = f"{which} of the {side.name}"
    from_file = bench.results not in ("", STDOUT)
    if from_file:
        put_away(side.folder, inside(bench.results, "results", "so that both sides would write it"))
    ran = run(
        bench.command, which=said, folder=side.folder, environment=without_secrets(), limit=bench.timeout,
        cancelled=cancelled,
    )  # fmt: skip
    if not bench.results:
        return joined([("", measured_command(bench.name or command_line(" ".join(bench.command)), [ran.sample]))])
    try:
        found = measured(str(side.folder), [bench.results]) if from_file else _printed(ran.stdout)
        for _, error in found.errors:
            raise error
    except GateError as error:
        hint = "the command writes them with each run" if from_file else error.hint
        raise NoResultsError(f"{said} left no results: {error.message}", hint=hint) from error
    return found


def _printed(content: bytes) -> Measured:
    """What a command has printed. Raises GateError, which tells what that looks like: it may be no results alone."""
    from sluicegate.gates.performance.readers import chatter, read

    try:
        return joined([(STDOUT, read(STDOUT, content, lambda _: None))])
    except GateError as error:
        looks = chatter.told(content[:_LOOKED].decode("utf-8", "replace")) if content.strip() else ""
        more = f"; {looks}" if looks and looks not in error.message else ""
        raise GateError(f"{error.message}{more}", hint=f"{_PRINTED}; {error.hint}") from error


def inside(pattern: str, key: str, why: str) -> str:
    """A name or a pattern of a key of `[performance.bench]` that stays in its folder. Raises GateError."""
    path = PurePosixPath(pattern.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise GateError(
            f"[performance.bench] {key} = {pattern!r} leads out of the folder, {why}",
            hint="name a file that counts from the folder in which the command runs",
        )
    return pattern


def put_away(folder: Path, pattern: str) -> None:
    """Remove the files of a folder that a pattern names."""
    top = folder.resolve()
    for path in folder.glob(pattern):
        if path.parent.resolve().is_relative_to(top) and not path.is_dir():
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
