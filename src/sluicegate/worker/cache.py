"""What gates found at a base before: kept between runs, and used where nothing that could change it has changed.

An entry says what the gate read, in which version of everything, and what it was asked. It is written whole or not at
all, has a digest, and is never more than a saving of time: what is not sure is looked for again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import msgspec
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.kept import cache_folder, unsafe, write_whole
from sluicegate.model import Finding
from sluicegate.worker.job import Job
from sluicegate.worker.recorded import Read, RecordedTree, answers_the_same

LARGEST = 32 << 20
"""An entry of more bytes is not kept."""

ROOM = 256 << 20
"""So many bytes are kept in all; what was not used for longest goes first."""

_VARIANTS = 8  # of one question on different trees: branches that are worked on side by side
_MAGIC = b"sluicegate-base 1 "


class Entry(Struct, frozen=True, kw_only=True):
    """What was found at a base. `asked` are the fingerprints that were looked for; None: all there is was told."""

    commits: tuple[str, str]
    rules: frozenset[str]
    asked: frozenset[str] | None
    base_reads: tuple[Read, ...]
    reference_reads: tuple[Read, ...]
    findings: tuple[Finding, ...]


class BaseCache:
    """The answers that were given for one gate under the same settings, versions and day; see `cache_key`.

    `warning` says what was wrong with an entry, or with the folder.
    """

    def __init__(self, folder: Path, job: Job, base: RecordedTree, reference: RecordedTree | None) -> None:
        self.warning = ""
        self._folder = folder
        self._job = job
        self._base = base
        self._reference = reference
        self._key = ""

    def get(self, rules: AbstractSet[str], asked: AbstractSet[str] | None) -> tuple[Finding, ...] | None:
        """What these rules found at the base, where that is known to hold; `asked` as in `Entry`."""
        if not self._usable():
            return None
        for path in self._entries():
            entry = self._read(path)
            if entry and rules <= entry.rules and _covers(entry.asked, asked) and self._holds(entry):
                with contextlib.suppress(OSError):
                    os.utime(path)
                return tuple(found for found in entry.findings if found.rule in rules)
        return None

    def put(self, rules: AbstractSet[str], asked: AbstractSet[str] | None, findings: Sequence[Finding]) -> None:
        """Keep what was found. What cannot be kept is not: that costs time in the next run, and nothing else."""
        if not self._usable():
            return
        entry = Entry(
            commits=self._commits(),
            rules=frozenset(rules),
            asked=None if asked is None else frozenset(asked),
            base_reads=self._base.told,
            reference_reads=self._reference.told if self._reference else (),
            findings=tuple(findings),
        )
        try:
            content = msgspec.json.encode(entry, order="deterministic")
        except UnicodeEncodeError:  # a path with bytes that are not UTF-8
            return
        if len(content) > LARGEST:
            return
        name = hashlib.sha256(content).hexdigest()
        header = _MAGIC + f"{self._key} {name}\n".encode()
        with contextlib.suppress(OSError):
            write_whole(self._place / f"{name}.json", header + content)
            for old in self._entries()[_VARIANTS:]:
                old.unlink(missing_ok=True)
            _make_room(self._folder / "base")

    @property
    def _place(self) -> Path:
        return self._folder / "base" / self._key

    def _usable(self) -> bool:
        """Whether the folder is there and nobody else can have written into it."""
        if self._key:
            return True
        try:
            why = unsafe(self._folder)
        except OSError:
            return False
        if why:
            self.warning = why
            return False
        from sluicegate.worker.cachekey import cache_key  # a commit hook seldom asks

        self._key = cache_key(self._job) or ""
        return bool(self._key)

    def _entries(self) -> list[Path]:
        """The newest first."""
        found = []
        with contextlib.suppress(OSError), os.scandir(self._place) as entries:
            found = [(entry.stat(follow_symlinks=False).st_mtime, entry.path) for entry in entries]
        return [Path(path) for _, path in sorted(found, reverse=True) if path.endswith(".json")]

    def _read(self, path: Path) -> Entry | None:
        try:
            number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
            with os.fdopen(number, "rb") as file:
                header, data = file.readline(300), file.read(LARGEST + 1)
        except FileNotFoundError:  # another run made room
            return None
        except OSError as error:
            self.warning = f"an entry of the cache cannot be read and was not used: {error.strerror}"
            return None
        digest = hashlib.sha256(data).hexdigest()
        entry = None
        if header == _MAGIC + f"{self._key} {digest}\n".encode() and path.name == f"{digest}.json":
            with contextlib.suppress(msgspec.MsgspecError, ValueError):
                entry = msgspec.json.decode(data, type=Entry)
        if entry is None or any(found.rule not in entry.rules for found in entry.findings):
            self.warning = "an entry of the cache is corrupt: it was not used, and is gone"
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        return entry

    def _holds(self, entry: Entry) -> bool:
        """Whether the trees are those of the entry, or give the same answers to all that was asked of them."""
        if entry.commits == self._commits():
            return True
        try:
            return answers_the_same(self._base.tree, entry.base_reads) and (
                self._reference is None or answers_the_same(self._reference.tree, entry.reference_reads)
            )
        except GateError:
            return False

    def _commits(self) -> tuple[str, str]:
        base, reference = self._job.base, self._job.reference
        return base.commit if base else "", reference.commit if reference else ""


def open_cache(job: Job, base: RecordedTree, reference: RecordedTree | None) -> BaseCache | None:
    """The cache for a job; None where it is off, or where the trees are no commits."""
    folder = cache_folder()
    sides = [spec for spec in (job.base, job.reference) if spec is not None]
    if folder is None or not job.cacheable or any(spec.kind != "commit" for spec in sides):
        return None
    return BaseCache(folder, job, base, reference)


def _covers(had: AbstractSet[str] | None, asked: AbstractSet[str] | None) -> bool:
    return had is None or (asked is not None and asked <= had)


def _make_room(folder: Path) -> None:
    """Delete what was not used for longest, until all fits; another run may be doing the same."""
    kept = sorted(_files(folder), reverse=True)
    total = 0
    for _, size, path in kept:
        total += size
        if total > ROOM:
            with contextlib.suppress(OSError):
                Path(path).unlink(missing_ok=True)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):  # not empty
                Path(entry.path).rmdir()


def _files(folder: Path) -> Iterator[tuple[float, int, str]]:
    with contextlib.suppress(OSError), os.scandir(folder) as folders:
        for one in folders:
            with contextlib.suppress(OSError), os.scandir(one.path) as files:
                for file in files:
                    found = file.stat(follow_symlinks=False)
                    yield found.st_mtime, found.st_size, file.path
