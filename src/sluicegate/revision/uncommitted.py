"""What a verdict rests on and a commit does not have: a Run of such files is no evidence of the commit."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from sluicegate.errors import GateError
from sluicegate.revision.git import Repository
from sluicegate.revision.trees import TreeSpec

NAMED = 100
"""So many files are named at the most."""

_AT_ONCE = 500  # paths that fit into one call of git; beyond them all of the tree is listed
_LINK, _SUBMODULE = "120000", "160000"
_STORED_ELSEWHERE = b"version https://git-lfs.github.com/spec/"


def uncommitted(head: TreeSpec, commit: str, read: Iterable[str]) -> tuple[str, ...] | None:
    """The files of a head that differ from a commit, from the top of the repository, sorted; None: it cannot be known.

    These are the files that git tracks, and of the others those that were `read`, unless git ignores them: what a build
    makes and nobody judged is none of it. Content alone counts, and neither the mode of a file nor the kind of its line
    ends. No filter of the repository runs. Where the head is the index, what was `read` was read from disk beside it.
    """
    if head.kind not in ("working-tree", "index") or not commit:
        return None
    repository = Repository(root=Path(head.root))
    try:
        if head.kind == "index":
            found = _staged(repository, commit) | _read(repository, commit, read)
        else:
            found = _on_disk(repository, commit) | _read(repository, commit, read)
        return tuple(sorted(found)[:NAMED])
    except (GateError, OSError, subprocess.SubprocessError):
        return None


def _staged(repository: Repository, commit: str) -> set[str]:
    """What the index has and the commit has not, or otherwise."""
    return {path for path, same in _recorded(repository, commit) if not same}


def _recorded(repository: Repository, commit: str) -> Iterator[tuple[str, bool]]:
    """Each file that the index has otherwise than a commit, and whether only its mode differs."""
    words = repository.lines("diff-index", "--cached", "--raw", "--abbrev=64", "-z", "--no-renames", commit)
    for said, path in zip(words[::2], words[1::2], strict=True):
        before, after, old, new = said.lstrip(":").split()[:4]
        yield path, old == new and before[:3] == after[:3]


def _on_disk(repository: Repository, commit: str) -> set[str]:
    """Of what git tracks, what is on disk otherwise than in the commit."""
    tracked = set(repository.lines("diff-files", "-z", "--name-only", "--no-renames", "--ignore-submodules=dirty"))
    tracked |= {path for path, _ in _recorded(repository, commit)}
    there = _entries(repository, commit, tracked)
    return {path for path in tracked if not _same(repository, path, there.get(path))}


def _read(repository: Repository, commit: str, read: Iterable[str]) -> set[str]:
    """Of what was read from disk, whether git tracks it or not, what is otherwise than in the commit."""
    top = repository.root.resolve()
    seen = {path for name in read if (path := _real(top, name)) is not None}
    there = _entries(repository, commit, seen)
    found = set()
    for path in seen:
        if path in there:
            if not _same(repository, path, there[path]):
                found.add(path)
        elif not _of_submodule(repository, commit, path) and not repository.ignores(path):
            found.add(path)
    return found


def _real(top: Path, name: str) -> str | None:
    """Where a file that was read really lies; None where there is none, or outside of the repository at `top`."""
    try:
        real = (top / name).resolve()
        return real.relative_to(top).as_posix() if real.is_file() and real.is_relative_to(top) else None
    except (OSError, RuntimeError, ValueError):
        return None


def _entries(repository: Repository, commit: str, paths: set[str]) -> dict[str, tuple[str, str]]:
    """Mode and object of those of some paths that a commit has."""
    if not paths:
        return {}
    # a colon at the beginning would be a word to git, and not a name
    some = ["--", *(f"./{path}" for path in sorted(paths))] if len(paths) <= _AT_ONCE else []
    out = {}
    for line in repository.lines("ls-tree", "-r", "-z", "--full-tree", commit, *some):
        words, _, path = line.partition("\t")
        mode, _, name = words.split()
        if path in paths:
            out[path] = (mode, name)
    return out


def _same(repository: Repository, path: str, entry: tuple[str, str] | None) -> bool:
    """Whether a file on disk has the content that a commit records."""
    here = repository.root / path
    if entry is None:
        return not os.path.lexists(here)
    mode, name = entry
    if mode == _SUBMODULE:
        return Repository(root=here).ask("rev-parse", "--verify", "--quiet", "HEAD") == name
    if (mode == _LINK) != here.is_symlink():
        return False
    if mode == _LINK:
        return _name(os.fsencode(here.readlink()), name) == name
    if not here.is_file():
        return False
    content = here.read_bytes()
    if name in (_name(content, name), _name(content.replace(b"\r\n", b"\n"), name)):
        return True
    kept = repository.run("cat-file", "blob", name)
    if kept.startswith(_STORED_ELSEWHERE):
        return f"oid sha256:{hashlib.sha256(content).hexdigest()}\n".encode() in kept
    return kept.replace(b"\r\n", b"\n") == content.replace(b"\r\n", b"\n")


def _name(content: bytes, like: str) -> str:
    """Git's own name of some content, by the hash that another name is of."""
    kind = hashlib.sha256 if len(like) == 64 else hashlib.sha1  # noqa: PLR2004 - hexadecimal digits of SHA-256
    return kind(b"blob %d\0" % len(content) + content).hexdigest()


def _of_submodule(repository: Repository, commit: str, path: str) -> bool:
    """Whether a file is as the commit that is recorded for a submodule has it."""
    for folder in PurePosixPath(path).parents:
        if folder.name and (repository.root / folder / ".git").exists():
            entry = _entries(repository, commit, {folder.as_posix()}).get(folder.as_posix(), ("", ""))
            inside = PurePosixPath(path).relative_to(folder).as_posix()
            part = Repository(root=repository.root / folder)
            return entry[0] == _SUBMODULE and _same(part, inside, _entries(part, entry[1], {inside}).get(inside))
    return False
