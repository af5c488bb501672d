"""A whole revision as files in a folder of its own: no checkout, so that no hook, no filter and no `.git` is there.

`git worktree` would write into the repository that is judged, and run its filters. So what is committed is written as
git keeps it, and what lies in the working directory is copied. Left out on both sides are submodules, whose commits may
not be there, and links that lead out of the folder. Of a file that is kept elsewhere (Git LFS) a commit has only the
name of the content: it is taken from the working directory where that has it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.text import one_line, shorten

LARGEST = 1 << 30
"""So many bytes may one file have."""

LINK, SUBMODULE = "120000", "160000"
"""The modes of an entry that is no file."""

_PROGRAM, _PLAIN = 0o755, 0o644
_STORED_ELSEWHERE = b"version https://git-lfs.github.com/spec/"
_POINTER = 1024


class Entry(Struct, frozen=True, kw_only=True):
    """One file: its path from the top, git's mode, and its content: bytes, or the file on disk that has it."""

    path: str
    mode: str
    content: bytes | Path


def lay(entries: Iterable[Entry], folder: Path, beside: Path | None = None) -> None:
    """Write files into an empty folder; `beside` is the working directory, for what is kept elsewhere.

    Links come last, so that nothing is written through one. Raises GateError: a name leads out of the folder, or the
    disk does not take it.
    """
    links: list[Entry] = []
    try:
        for entry in entries:
            place = folder / _safe(entry.path)
            if entry.mode == SUBMODULE:
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            if entry.mode == LINK:
                links.append(entry)
                continue
            content = entry.content if isinstance(entry.content, Path) else _stored(entry, beside)
            if isinstance(content, Path):
                shutil.copyfile(content, place)
            else:
                place.write_bytes(content)
            place.chmod(_PROGRAM if entry.mode == "100755" else _PLAIN)
        for entry in links:
            target = os.fsdecode(entry.content if isinstance(entry.content, bytes) else os.fsencode(entry.content))
            (folder / entry.path).symlink_to(target)
        for entry in links:
            if not _stays(folder / entry.path, folder):
                (folder / entry.path).unlink()
    except OSError as error:
        told = f"{error.filename or folder}: {error.strerror or error}"
        raise GateError(f"a revision cannot be laid out: {shorten(one_line(told), 300)}") from error


def _safe(path: str) -> str:
    parts = path.split("/")
    if any(part in ("", ".", "..") or part.lower() == ".git" or "\0" in part for part in parts):
        raise GateError(f"{shorten(one_line(path), 200)} is a name that no revision may have", hint="see `git fsck`")
    return path


def _stays(link: Path, folder: Path) -> bool:
    try:
        return link.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a loop
        return False


def _stored(entry: Entry, beside: Path | None) -> bytes | Path:
    """The content of a committed file, or the file of the working directory that has what it names."""
    content = entry.content
    if beside is None or not isinstance(content, bytes) or len(content) > _POINTER:
        return content
    if not content.startswith(_STORED_ELSEWHERE):
        return content
    known = beside / entry.path
    if known.is_file() and not known.is_symlink():
        with known.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if f"oid sha256:{digest}\n".encode() in content:
            return known
    return content
