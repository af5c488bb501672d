"""The files of results that the settings name, read and joined: what was measured, on one side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.gates.performance.reading import Reading, Refused, Results
from sluicegate.revision.globs import is_pattern
from sluicegate.revision.ondisk import fitting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sluicegate.gates.performance.settings import Settings

LARGEST = 512 << 20
"""So many bytes may a file of results have."""

MOST = 10_000
"""So many files may a pattern name."""


class Measured(Struct, frozen=True, kw_only=True):
    """One side: readings by benchmark and metric, the files they stand in, and what could not be used and why.

    `twice` names the benchmarks that were measured in turns, and stand in other files too: what was measured in turns
    counts.
    """

    readings: Mapping[tuple[str, str], Reading] = field(default_factory=dict)
    files: Mapping[tuple[str, str], str] = field(default_factory=dict)
    refused: tuple[tuple[str, Refused], ...] = ()
    errors: tuple[tuple[str, GateError], ...] = ()
    results: tuple[Results, ...] = ()
    twice: tuple[str, ...] = ()

    def lacking(self, other: Measured) -> list[tuple[str, str]]:
        """What another side measured and this one did not, in order.

        A benchmark, or a metric of it, of which this side says that it cannot be judged is there, and is not lacking.
        """
        there = {(one.benchmark, one.metric) for _, one in self.refused}
        return sorted(key for key in other.readings.keys() - self.readings.keys() if not there & {key, (key[0], "")})


def measured(folder: str, patterns: Sequence[str]) -> Measured:
    """What the files say that some patterns name, counted from a folder and inside of it.

    The same benchmark in several files is one that was run several times: their processes are joined, as long as they
    agree on the unit. A pattern that names nothing is an error, and so is a file that cannot be read.
    """
    return joined(_files(Path(folder), patterns))


def joined(several: Iterable[tuple[str, Results | GateError]]) -> Measured:
    """Files as one side, each by its name: the same benchmark in several is one that was run several times.

    What was measured in turns is not mixed with what was measured apart.
    """
    turned: list[tuple[str, Results | GateError]] = []
    apart: list[tuple[str, Results | GateError]] = []
    for path, found in several:
        (turned if isinstance(found, Results) and found.in_turns else apart).append((path, found))
    return both(_joined(turned), _joined(apart)) if turned else _joined(apart)


def _joined(several: Iterable[tuple[str, Results | GateError]]) -> Measured:
    readings: dict[tuple[str, str], Reading] = {}
    files: dict[tuple[str, str], str] = {}
    refused: list[tuple[str, Refused]] = []
    errors: list[tuple[str, GateError]] = []
    read: list[Results] = []
    for path, found in several:
        if isinstance(found, GateError):
            errors.append((path, found))
            continue
        read.append(found)
        refused += [(path, one) for one in found.refused]
        for reading in found.readings:
            before = readings.get(reading.key)
            if before is None:
                readings[reading.key], files[reading.key] = reading, path
            elif (before.unit, before.direction) != (reading.unit, reading.direction):
                why = f"it is in {reading.unit} here and in {before.unit} in {files[reading.key]}"
                refused.append((path, Refused(benchmark=reading.name, why=why, line=reading.line)))
            else:
                readings[reading.key] = replace(before, processes=(*before.processes, *reading.processes))
    return Measured(
        readings=readings, files=files, refused=tuple(refused), errors=tuple(errors), results=tuple(read)
    )  # fmt: skip


def without(side: Measured, settings: Settings) -> Measured:
    """A side without the benchmarks that nobody wants judged."""
    if not settings.ignore and not settings.only:
        return side
    readings = {key: each for key, each in side.readings.items() if not settings.ignores(each)}
    refused = tuple((path, each) for path, each in side.refused if not settings.ignores(each))
    return replace(side, readings=readings, refused=refused)


def both(one: Measured, other: Measured) -> Measured:
    """What was measured in turns, and the other files of a side: of a benchmark that both have, the first counts.

    It is no matter of the scatter alone: their values are not of one kind, so that they are not joined. Where the units
    differ, what the files say is refused.
    """
    twice, unlike = [], []
    for key in (key for key in one.readings if key in other.readings):
        first, second = one.readings[key], other.readings[key]
        if (first.unit, first.direction) == (second.unit, second.direction):
            twice.append(first.name)
            continue
        why = f"it is in {second.unit} here and in {first.unit} where it was measured in turns"
        unlike.append((other.files[key], Refused(benchmark=second.name, why=why, line=second.line)))
    return Measured(
        readings={**other.readings, **one.readings}, files={**other.files, **one.files},
        refused=(*one.refused, *other.refused, *unlike), errors=one.errors + other.errors,
        results=one.results + other.results, twice=(*one.twice, *other.twice, *twice),
    )  # fmt: skip


def _files(folder: Path, patterns: Sequence[str]) -> Iterator[tuple[str, Results | GateError]]:
    """Each named file with what it says, or why it says nothing; the same file once."""
    from sluicegate.gates.performance.readers import read

    done: set[str] = set()
    for pattern in patterns:
        try:
            files = [path.relative_to(folder).as_posix() for path in fitting(folder, pattern)]
        except GateError as error:
            yield pattern, error
            continue
        if not files:
            yield (
                pattern,
                GateError(
                    f"no file fits {pattern}" if is_pattern(pattern) else f"there is no file {pattern}",
                    hint="run the benchmarks before the check, or correct [performance] results",
                ),
            )
        if len(files) > MOST:
            yield pattern, GateError(f"{pattern} names {len(files):,} files, and at most {MOST:,} are read")
            continue
        for path in files:
            if path in done:
                continue
            done.add(path)
            try:
                yield path, read(path, _content(folder, path), _beside(folder, path))
            except GateError as error:
                yield path, error


def _content(folder: Path, path: str) -> bytes:
    """The bytes of a file. Raises GateError: it lies outside of the folder, is too large, or cannot be read."""
    place = folder / path
    if not place.resolve().is_relative_to(folder.resolve()):
        raise GateError(f"{path} lies outside of the repository", hint="name a file in it")
    try:
        if place.stat().st_size > LARGEST:
            raise GateError(
                f"{path} has more than {LARGEST >> 20} MiB", hint="have the tool write less, or several files"
            )
        return place.read_bytes()
    except OSError as error:
        raise GateError(f"{path} cannot be read: {error.strerror or error}") from error


def _beside(folder: Path, path: str) -> Callable[[str], bytes | None]:
    """From a path that counts from a file of results to what lies there."""

    def content(name: str) -> bytes | None:
        other = Path(path).parent / name
        if not (folder / other).is_file():
            return None
        return _content(folder, other.as_posix())

    return content
