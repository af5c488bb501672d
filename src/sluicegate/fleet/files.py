"""Run files on disk: named by path, pattern or folder, and read one by one."""

from __future__ import annotations

import contextlib
import gc
import glob
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct

from sluicegate.errors import UserError
from sluicegate.model import Run
from sluicegate.report.json import LIMIT, read
from sluicegate.text import one_line, shorten, visible

MOST = 10_000
"""So many files are looked at in one go."""


class RunFile(Struct, frozen=True, kw_only=True):
    """A file and the Run in it; where there is none, `trouble` says why."""

    path: Path
    run: Run | None = None
    trouble: str = ""

    @property
    def shown(self) -> str:
        """The path as people may read it."""
        return one_line(self.path.as_posix())


def listed(named: Sequence[str]) -> list[Path]:
    """The files that are named: a file, every `*.json` below a folder, or what a pattern matches. Each once, sorted.

    A name that is nothing of this stands in the answer all the same, so that it is told as unreadable. Links to folders
    are not followed. Raises UserError where there are too many.
    """
    found: dict[Path, None] = {}
    for name in named:
        path = Path(name)
        if path.is_dir():
            below: Iterable[Path] = (file for file in path.rglob("*.json") if file.is_file())
        elif path.exists():
            below = [path]
        else:
            below = (Path(match) for match in glob.iglob(name, recursive=True))  # noqa: PTH207 - the pattern may be absolute
        files = sorted(islice(below, MOST + 1)) or [path]
        found.update(dict.fromkeys(files))
        if len(found) > MOST:
            raise UserError(f"there are more than {MOST:,} files", hint="name fewer, such as folder/*/run.json")
    return list(found)


def read_runs(paths: Iterable[Path]) -> Iterator[RunFile]:
    """The files one by one, each with its Run or with why there is none; nothing that a file holds ends the reading."""
    for path in paths:
        try:
            with _without_collection():
                run = read(content(path))
        except UserError as error:
            yield RunFile(path=path, trouble=shorten(error.message, 500))
        else:
            yield RunFile(path=path, run=run)


def one_run(path: Path) -> Run:
    """The Run in a file that somebody named. Raises UserError, which names the file and says what to do next."""
    try:
        data = content(path)
    except UserError as error:
        raise UserError(error.message, hint="write one: sluicegate check --report json=FILE") from None
    try:
        with _without_collection():
            return read(data)
    except UserError as error:
        raise UserError(f"{visible(str(path))}: {error.message}", hint=error.hint) from None


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """A document is a tree, in which there is nothing to collect: looking for it takes a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def content(path: Path, limit: int = LIMIT) -> bytes:
    """The bytes of a regular file, one more than `limit` at the most. Raises UserError."""
    try:
        if not path.is_file():  # a pipe or a device might never end
            raise UserError(f"{visible(str(path))} {'is not a file' if path.exists() else 'does not exist'}")
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise UserError(f"{visible(str(path))} cannot be read: {error.strerror or error}") from error
    except ValueError:  # a name with a NUL
        raise UserError(f"{visible(str(path))} is no path") from None
