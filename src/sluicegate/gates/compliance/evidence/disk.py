"""Files that are of no revision, such as recorded answers: they count from the settings, the same on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sluicegate.errors import GateError
from sluicegate.revision.globs import is_pattern
from sluicegate.revision.ondisk import fitting

_MOST = 10_000


class UnmatchedError(GateError):
    """A pattern that no file matches, where a name without a sign would promise that there is one."""


def named(folder: str, patterns: Sequence[str]) -> Iterator[tuple[str, Path | GateError]]:
    """Each file that a pattern names, once, with where it is; or why there is none. It has to lie in the folder."""
    root = Path(folder or ".").resolve()
    done: set[Path] = set()
    for pattern in patterns:
        try:
            files = fitting(root, pattern)
        except GateError as error:
            yield pattern, error
            continue
        if not files:
            made = UnmatchedError if is_pattern(pattern) else GateError
            yield pattern, made(f"{pattern}: there is no such file", "record it first, or leave it out")
        elif len(files) > _MOST:
            yield pattern, GateError(f"{pattern} names more than {_MOST:,} files", "name fewer")
            continue
        for each in files:
            if each in done:
                continue
            done.add(each)
            name = each.relative_to(root).as_posix() if each.is_relative_to(root) else pattern
            if each.resolve().is_relative_to(root):
                yield name, each
            else:
                yield name, GateError(f"{name} lies outside of the folder of the settings", "name a file in it")


def content(name: str, path: Path, limit: int) -> bytes:
    """The bytes of a file of no more than so many. Raises GateError."""
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except OSError as error:
        raise GateError(f"{name} cannot be read: {error.strerror}", "look at its rights") from None
    if len(raw) > limit:
        raise GateError(f"{name} has more than {limit:,} bytes", "name a smaller one")
    return raw
