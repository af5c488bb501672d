"""Files that are of no revision, such as recorded answers: they count from the settings, the same on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sluicegate.errors import GateError
from sluicegate.text import one_line, shorten

_MOST = 10_000
_SHOWN = 120


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
            made = UnmatchedError if _open(pattern) else GateError
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


def fitting(root: Path, pattern: str) -> list[Path]:
    """The files of a folder that a pattern names, in the order of their names. Raises GateError: it cannot name any."""
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise GateError(f"{pattern} lies outside of the folder of the settings", "name a file in it")
    try:
        found = sorted(root.glob(pattern)) if _open(pattern) else [root / pattern]
        return [each for each in found if each.is_file()]
    except (ValueError, NotImplementedError) as error:
        told = one_line(shorten(pattern, _SHOWN))
        raise GateError(f"{told} is no pattern of files: {error}", "`**` stands between slashes") from None
    except OSError as error:
        told = one_line(shorten(pattern, _SHOWN))
        raise GateError(f"{told} cannot be looked for: {error.strerror}", "correct it, or look at rights") from None


def _open(pattern: str) -> bool:
    """Whether it may stand for any number of files, rather than name one."""
    return any(sign in pattern for sign in "*?[")


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
