"""The files of results that the settings name, read and joined: what was measured, on one side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.gates.performance.naming import named
from sluicegate.gates.performance.reading import Reading, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sluicegate.gates.performance.naming import named
from sluicegate.gates.performance.reading import Results

LARGEST = 512 << 20
"""So many bytes may a file of results have."""

MOST = 10_000
"""So many files may a pattern name."""


class Measured(Struct, frozen=True, kw_only=True):
    """One side: readings by benchmark and metric, the files they stand in, and what could not be used and why."""

    readings: Mapping[tuple[str, str], Reading] = field(default_factory=dict)
    files: Mapping[tuple[str, str], str] = field(default_factory=dict)
    refused: tuple[tuple[str, Refused], ...] = ()
    errors: tuple[tuple[str, GateError], ...] = ()
    results: tuple[Results, ...] = ()


def measured(folder: str, patterns: Sequence[str]) -> Measured:
    """What the files say that some patterns name, counted from a folder and inside of it.

    The same benchmark in several files is one that was run several times: their processes are joined, as long as they
    agree on the unit. A pattern that names nothing is an error, and so is a file that cannot be read.
    """
    return joined(_files(Path(folder), patterns))


def joined(several: Iterable[tuple[str, Results | GateError]]) -> Measured:
    """Files as one side, each by its name: the same benchmark in several is one that was run several times."""
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


def without(side: Measured, ignored: Sequence[str]) -> Measured:
    """A side without the benchmarks that nobody wants judged, by patterns on their names with the metric: `*[min]`."""
    if not ignored:
        return side

    def wanted(name: str) -> bool:
        return not any(named(pattern, name) for pattern in ignored)

    readings = {key: each for key, each in side.readings.items() if wanted(each.name)}
    refused = tuple((path, each) for path, each in side.refused if wanted(each.name))
    return replace(side, readings=readings, refused=refused)


def both(one: Measured, other: Measured) -> Measured:
    """Two parts of one side; what both have is as the first says."""
    return Measured(
        readings={**other.readings, **one.readings}, files={**other.files, **one.files},
        refused=one.refused + other.refused, errors=one.errors + other.errors, results=one.results + other.results,
    )  # fmt: skip


def is_pattern(name: str) -> bool:
    """Whether a name in the settings stands for several files."""
    return any(sign in name for sign in "*?[")


def _files(folder: Path, patterns: Sequence[str]) -> Iterator[tuple[str, Results | GateError]]:
    """Each named file with what it says, or why it says nothing; the same file once."""
    from sluicegate.gates.performance.readers import read

    done: set[str] = set()
    for pattern in patterns:
        paths = sorted(folder.glob(pattern)) if is_pattern(pattern) else [folder / pattern]
        files = [path.relative_to(folder).as_posix() for path in paths if path.is_file()]
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
