"""The trees a gate reads: the working directory, the index, a commit, a plain folder."""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import GateError, UnreadableError
from sluicegate.model import Tree
from sluicegate.revision.git import Repository
from sluicegate.revision.globs import is_pattern, matches
from sluicegate.revision.laid import LINK, SUBMODULE, Entry, lay
from sluicegate.revision.objects import Objects, committed, too_large
from sluicegate.revision.unkept import unkept_on_disk
from sluicegate.revision.withheld import Withheld

_CALLED = {"working-tree": "working tree", "index": "index", "folder": "folder", "fetched": "working tree"}
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP)
# a drive, a stream and another way to write `/` on Windows; elsewhere characters like any other
_NO_NAME = ("\0", ":", "\\") if os.name == "nt" else ("\0",)


class TreeSpec(Struct, frozen=True, kw_only=True):
    """How to open a tree, so that another process can.

    `prefix` is the folder of the project inside the tree, from which paths are counted. `aliases` gives other names to
    files: (asked for, kept as). `shown` is what is written before a path for people. The kind `fetched` is a commit
    with the files beside it that git does not know: what a job has fetched, and nothing that a change could bring.
    """

    kind: Literal["working-tree", "index", "commit", "folder", "fetched"]
    root: str
    prefix: str = ""
    commit: str = ""
    label: str = ""
    aliases: tuple[tuple[str, str], ...] = ()
    shown: str = ""

    @property
    def folder(self) -> str:
        """Where paths count from on disk."""
        return os.path.normpath(Path(self.root, self.prefix))


class _Source(Protocol):
    """Where the bytes come from; paths are from the root."""

    def paths(self) -> list[str]: ...

    def is_there(self, path: str) -> bool:
        """Whether a listed path is a file; asked of those that matter alone, since asking a disk takes time."""
        ...

    def has(self, path: str) -> bool: ...

    def read(self, path: str, limit: int) -> bytes: ...

    def unkept(self, path: str) -> str: ...

    def lay_out(self, folder: Path) -> None: ...


def open_tree(spec: TreeSpec) -> Tree:
    """The tree that a description names. Files are looked at when they are asked for, not now."""
    repository = Repository(root=Path(spec.root))
    match spec.kind:
        case "folder":
            source: _Source = _Folder(root=Path(spec.root))
        case "working-tree":
            withheld = Withheld(repository=repository)
            source = _Folder(root=Path(spec.root), repository=repository, withheld=withheld)
        case "index":
            source = Objects(repository=repository, listing=("ls-files", "-s", "-z"))
        case "commit":
            source = committed(repository, spec.commit)
        case "fetched":
            folder = _Folder(root=Path(spec.root), repository=repository)
            source = _Fetched(commit=committed(repository, spec.commit), folder=folder)
    label = spec.label or _CALLED.get(spec.kind) or f"commit {spec.commit[:12]}"
    return _View(source=source, prefix=spec.prefix, name=label, aliases=dict(spec.aliases), shown=spec.shown)


def at_commit(head: TreeSpec, folder: str, commit: str) -> TreeSpec:
    """The tree of a commit as a project sees it that is called `folder` from the top of the repository.

    Links are followed as that commit has them, and not as they are checked out.
    """
    prefix = "" if folder == "." else folder
    if prefix:
        repository = Repository(root=Path(head.root))
        parts = prefix.split("/")
        above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        listed = repository.lines("ls-tree", "-z", "--full-tree", commit, "--", *(f"./{one}" for one in above))
        if any(line.startswith(LINK) for line in listed):
            prefix = committed(repository, commit).leads_to(prefix)
    return replace(head, kind="commit", commit=commit, prefix=prefix)


def content_id(tree: Tree, path: str) -> str:
    """What tells the content of a file from any other, without reading it; "" where git knows of none there.

    It is git's own name of the content, with its mode, and so is known for commits and the index alone.
    """
    source = tree.source if isinstance(tree, _View) else None
    if not isinstance(source, Objects) or not isinstance(tree, _View):
        return ""
    try:
        return source.identity(tree._inside(path))  # noqa: SLF001 - of this module
    except UnreadableError:
        return ""


def _entries(tree: Tree) -> dict[str, tuple[str, str]]:
    if not isinstance(tree, _View) or not isinstance(tree.source, Objects):
        raise TypeError("only git knows a content without reading it")
    return tree.source.entries()


def differing(one: Tree, other: Tree) -> frozenset[str]:
    """The files that two trees of git's do not both have with the same content, which is not read."""
    here, there = _entries(one), _entries(other)
    changed = {path for path, entry in here.items() if there.get(path) != entry} | (there.keys() - here.keys())
    below = f"{one.prefix}/" if isinstance(one, _View) and one.prefix else ""
    return frozenset(path.removeprefix(below) for path in changed if path.startswith(below))


class _View(Struct, frozen=True, kw_only=True):
    """A tree as a project in a folder of it sees it."""

    source: _Source
    prefix: str
    name: str
    aliases: dict[str, str]
    shown: str

    def display(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.shown, self._full(path)))

    def glob(self, pattern: str) -> list[str]:
        if not is_pattern(pattern):
            return [pattern] if self.find(pattern) else []
        wanted = self._full(pattern)
        renamed = {self._full(kept): self._full(asked) for asked, kept in self.aliases.items()}
        found = [
            named
            for path in self.source.paths()
            if matches(wanted, named := renamed.get(path, path)) and self.source.is_there(path)
        ]
        return [self._outward(path) for path in (sorted(found) if renamed else found)]

    def find(self, path: str) -> str | None:
        kept = self.aliases.get(path, path)
        try:
            return kept if self.source.has(self._inside(kept)) else None
        except UnreadableError:
            return None

    def read(self, path: str, limit: int) -> bytes:
        return self.source.read(self._inside(path), limit)

    def unkept(self, path: str) -> str:
        try:
            return self.source.unkept(self._inside(self.aliases.get(path, path)))
        except UnreadableError:
            return ""

    def lay_out(self, folder: str) -> str:
        self.source.lay_out(Path(folder))
        return os.path.normpath(Path(folder, self.prefix))

    def _full(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.prefix, path))

    def _outward(self, path: str) -> str:
        """A path as the project sees it; what git lists is already as short as can be."""
        return posixpath.relpath(path, self.prefix) if self.prefix else path

    def _inside(self, path: str) -> str:
        full = self._full(path)
        if full.startswith(("../", "/")) or full == "..":
            raise UnreadableError(f"{path} lies outside of the {self.name}")
        if any(sign in full for sign in _NO_NAME):
            raise UnreadableError(f"{path} is a name that no file of this system has")
        return full


@lru_cache(maxsize=64)
def _top(root: Path) -> str:
    """How the real path of everything in a folder begins."""
    return os.path.join(os.path.realpath(root), "")  # noqa: PTH118


class _Folder(Struct, frozen=True, kw_only=True):
    """Files on disk. With a repository, only those that git does not ignore are listed.

    What is not on disk since git was told not to check it out is as the index has it: nobody has removed it.
    """

    root: Path
    repository: Repository | None = None
    withheld: Withheld | None = None

    def paths(self) -> list[str]:
        if self.repository:
            listed = self.repository.lines("ls-files", "-z", "--cached", "--others", "--exclude-standard")
            return sorted(set(listed))
        found = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if name != ".git"]
            below = Path(folder).relative_to(self.root)
            found += [(below / name).as_posix() for name in files]
        return sorted(found)

    def is_there(self, path: str) -> bool:
        return self.repository is None or self.has(path)

    def has(self, path: str) -> bool:
        return self._place(path) is not None

    def read(self, path: str, limit: int) -> bytes:
        place = self._place(path)
        if self.withheld and place and not self._on_disk(place):
            return self.withheld.read(place, limit)
        return self._read(place or path, limit)

    def _place(self, path: str) -> str | None:
        """Where a file is found: under its own name, or where it leads through what is not checked out."""
        try:
            if self._on_disk(path):
                return path
            return self.withheld.leads_to(path, self._on_disk) if self.withheld else None
        except (OSError, ValueError, RuntimeError):  # a name that no file system can hold; a loop of links
            return None

    def _on_disk(self, path: str) -> bool:
        try:  # as `Path.is_file`, which takes four times as long
            return stat.S_ISREG(os.stat(os.path.join(self.root, path)).st_mode)  # noqa: PTH116, PTH118
        except OSError as error:
            if error.errno in _NOT_THERE:
                return False
            raise

    def _read(self, path: str, limit: int) -> bytes:
        try:
            real = self._real(path)
            with real.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size  # of which as much memory is taken, and not of the limit
                content = stream.read(min(size, limit) + 1)
                if len(content) > size:  # it has grown, or is of those that tell no size
                    content += stream.read(limit + 1 - len(content))
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: a loop of links, on Python before 3.13
            raise UnreadableError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
        if len(content) > limit:
            raise too_large(path, real.stat().st_size, limit)
        return content

    def _real(self, path: str) -> Path:
        """The file that a path leads to. Raises UnreadableError where that is none of this folder, and OSError."""
        # most files are found so in half of the time; what is not is told apart below
        found = os.path.realpath(os.path.join(self.root, path))  # noqa: PTH118
        if found.startswith(_top(self.root)) and os.path.isfile(found):  # noqa: PTH113
            return Path(found)
        real = (self.root / path).resolve()
        if not real.is_relative_to(self.root.resolve()):
            raise UnreadableError(f"{path} is a link to a place outside of {self.root.name}")
        if not real.is_file():
            raise UnreadableError(f"{path} is not a file" if real.exists() else f"{path} does not exist")
        return real

    def unkept(self, path: str) -> str:
        return unkept_on_disk(self.repository, path) if self.repository else ""

    def lay_out(self, folder: Path) -> None:
        lay((entry for path in self.paths() if (entry := self._entry(path))), folder)

    def _entry(self, path: str) -> Entry | None:
        """A file as it lies on disk, or as the index has it where it is withheld; None where it was removed."""
        place = self.root / path
        if place.is_symlink():
            return Entry(path=path, mode=LINK, content=os.fsencode(place.readlink()))
        if place.is_file():
            return Entry(path=path, mode="100755" if os.access(place, os.X_OK) else "100644", content=place)
        if place.is_dir():
            return Entry(path=path, mode=SUBMODULE, content=b"")
        if self.withheld and path in self.withheld.names:
            return self.withheld.index.entry(path)
        return None


class _Fetched(Struct, frozen=True, kw_only=True):
    """The files of a commit, and those on disk that git does not know."""

    commit: Objects
    folder: _Folder

    def paths(self) -> list[str]:
        unknown = self.commit.repository.lines("ls-files", "-z", "--others", "--exclude-standard")
        return sorted({*self.commit.paths(), *unknown})

    def is_there(self, path: str) -> bool:
        return self.has(path)

    def has(self, path: str) -> bool:
        return self.commit.has(path) or (self._is_unknown(path) and self.folder.has(path))

    def read(self, path: str, limit: int) -> bytes:
        fetched = not self.commit.has(path) and self._is_unknown(path)
        return self.folder.read(path, limit) if fetched else self.commit.read(path, limit)

    def unkept(self, path: str) -> str:
        return self.commit.unkept(path)

    def lay_out(self, folder: Path) -> None:
        raise GateError(f"what a job fetched is no revision to lay out in {folder}", hint="compare with a commit")

    def _is_unknown(self, path: str) -> bool:
        return not self.commit.repository.tracks(self.folder.root / path)
