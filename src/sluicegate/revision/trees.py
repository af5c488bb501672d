"""The trees a gate reads: the working directory, the index, a commit, a plain folder."""

from __future__ import annotations

import os
import posixpath
import subprocess
from pathlib import Path
from typing import IO, Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import GateError, UnreadableError
from sluicegate.model import Tree
from sluicegate.revision.git import Repository, environment
from sluicegate.revision.globs import is_pattern, matches
from sluicegate.revision.unkept import elsewhere, unkept_on_disk
from sluicegate.text import plural

_CALLED = {"working-tree": "working tree", "index": "index", "folder": "folder", "fetched": "working tree"}
_LINK, _SUBMODULE, _LINK_HOPS, _LONGEST_LINK = "120000", "160000", 8, 4096


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


class _Source(Protocol):
    """Where the bytes come from; paths are from the root."""

    def paths(self) -> list[str]: ...

    def is_there(self, path: str) -> bool:
        """Whether a listed path is a file; asked of those that matter alone, since asking a disk takes time."""
        ...

    def has(self, path: str) -> bool: ...

    def read(self, path: str, limit: int) -> bytes: ...

    def unkept(self, path: str) -> str: ...


def open_tree(spec: TreeSpec) -> Tree:
    """The tree that a description names. Files are looked at when they are asked for, not now."""
    repository = Repository(root=Path(spec.root))
    match spec.kind:
        case "folder":
            source: _Source = _Folder(root=Path(spec.root))
        case "working-tree":
            source = _Folder(root=Path(spec.root), repository=repository)
        case "index":
            source = _Objects(repository=repository, listing=("ls-files", "-s", "-z"))
        case "commit":
            source = _commit(repository, spec.commit)
        case "fetched":
            folder = _Folder(root=Path(spec.root), repository=repository)
            source = _Fetched(commit=_commit(repository, spec.commit), folder=folder)
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
        listed = repository.lines("ls-tree", "-z", "--full-tree", commit, "--", *above)
        if any(line.startswith(_LINK) for line in listed):
            prefix = _commit(repository, commit).leads_to(prefix)
    return replace(head, kind="commit", commit=commit, prefix=prefix)


def content_id(tree: Tree, path: str) -> str:
    """What tells the content of a file from any other, without reading it; "" where git knows of none there.

    It is git's own name of the content, with its mode, and so is known for commits and the index alone.
    """
    source = tree.source if isinstance(tree, _View) else None
    if not isinstance(source, _Objects) or not isinstance(tree, _View):
        return ""
    try:
        return source.identity(tree._inside(path))  # noqa: SLF001 - of this module
    except UnreadableError:
        return ""


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
        return [posixpath.relpath(path, self.prefix or ".") for path in (sorted(found) if renamed else found)]

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

    def _full(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.prefix, path))

    def _inside(self, path: str) -> str:
        full = self._full(path)
        if full.startswith(("../", "/")) or full == ".." or ":" in full[:2] or "\\" in full or "\0" in full:
            raise UnreadableError(f"{path} lies outside of the {self.name}")
        return full


class _Folder(Struct, frozen=True, kw_only=True):
    """Files on disk. With a repository, only those that git does not ignore are listed."""

    root: Path
    repository: Repository | None = None

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
        try:
            return (self.root / path).is_file()
        except (OSError, ValueError):  # a name that no file system can hold
            return False

    def read(self, path: str, limit: int) -> bytes:
        try:
            real = (self.root / path).resolve()
            if not real.is_relative_to(self.root.resolve()):
                raise UnreadableError(f"{path} is a link to a place outside of {self.root.name}")
            if not real.is_file():
                raise UnreadableError(f"{path} is not a file" if real.exists() else f"{path} does not exist")
            with real.open("rb") as stream:
                content = stream.read(limit + 1)
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: a loop of links, on Python before 3.13
            raise UnreadableError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
        if len(content) > limit:
            raise _too_large(path, real.stat().st_size, limit)
        return content

    def unkept(self, path: str) -> str:
        return unkept_on_disk(self.repository, path) if self.repository else ""


class _Objects(Struct, kw_only=True):
    """Files as git objects, read through one `git cat-file` without a checkout."""

    repository: Repository
    listing: tuple[str, ...]
    _entries: dict[str, tuple[str, str]] | None = None
    _process: subprocess.Popen[bytes] | None = None

    def paths(self) -> list[str]:
        return sorted(path for path, (mode, _) in self._listed().items() if mode != _SUBMODULE)

    def is_there(self, path: str) -> bool:
        return path in self._listed()

    def has(self, path: str) -> bool:
        try:
            return self._real(path) in self._listed()
        except UnreadableError:
            return True  # a link that may not be followed is there; reading it says why not

    def read(self, path: str, limit: int) -> bytes:
        real = self._real(path)
        mode, name = self._listed().get(real, ("", ""))
        if not name:
            raise UnreadableError(f"{path} does not exist")
        if mode == _SUBMODULE:
            raise UnreadableError(f"{path} is a submodule")
        return self._object(path, name, limit)

    def unkept(self, path: str) -> str:
        listed = self._listed()
        names = dict.fromkeys((path, self._real(path)))
        told = (elsewhere(name, lambda folder: listed.get(folder, ("",))[0] == _SUBMODULE) for name in names)
        return next(filter(None, told), "")

    def leads_to(self, folder: str) -> str:
        """Where a folder really lies; itself where its links lead nowhere or out of the repository."""
        try:
            return self._real(folder)
        except UnreadableError:
            return folder

    def identity(self, path: str) -> str:
        """The mode and the name of the object that a path leads to. Raises UnreadableError."""
        return " ".join(self._listed().get(self._real(path), ()))

    def _real(self, path: str) -> str:
        """The path with its links followed, those of folders too. Raises UnreadableError where one leads out."""
        for _ in range(_LINK_HOPS):
            parts = path.split("/")
            links = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
            link = next((one for one in links if self._listed().get(one, ("",))[0] == _LINK), None)
            if link is None:
                return path
            target = os.fsdecode(self._object(link, self._listed()[link][1], _LONGEST_LINK))
            followed = posixpath.normpath(posixpath.join(posixpath.dirname(link), target, path[len(link) + 1 :]))
            if followed.startswith(("../", "/")) or followed == "..":
                raise UnreadableError(f"{path} is a link to a place outside of the repository")
            path = followed
        raise UnreadableError(f"{path} is a link that leads nowhere")

    def _listed(self) -> dict[str, tuple[str, str]]:
        if self._entries is None:
            entries = {}
            for line in self.repository.lines(*self.listing):
                words, _, path = line.partition("\t")
                mode, *rest = words.split()
                # ls-tree says "mode type object", ls-files says "mode object stage" (a conflict has stages 1 to 3)
                entries[path] = (mode, rest[0] if self.listing[0] == "ls-files" else rest[1])
            self._entries = entries
        return self._entries

    def _object(self, path: str, name: str, limit: int) -> bytes:
        stdin, stdout = self._pipes()
        stdin.write(f"{name}\n".encode())
        stdin.flush()
        header = stdout.readline().split()
        if len(header) != 3:  # noqa: PLR2004 - "object type size"; anything else is git saying no
            self.close()  # in a partial clone git ends over it, and the next file needs another
            bring = f"`git diff --stat {self.listing[-1]}` brings it, or " if self.listing[0] == "ls-tree" else ""
            raise GateError(
                f"git does not have the content of {path} ({name[:12]})",
                hint=f"a partial clone lacks it: {bring}check out without `filter:`",
            )
        size = int(header[2])
        if size > limit:
            self.close()
            raise _too_large(path, size, limit)
        content = stdout.read(size)
        stdout.read(1)
        return content

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = subprocess.Popen(
                self.repository.command("cat-file", "--batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(),
            )
        assert self._process.stdin is not None  # noqa: S101 - asked for above; mypy cannot know
        assert self._process.stdout is not None  # noqa: S101
        return self._process.stdin, self._process.stdout

    def close(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()

    def __del__(self) -> None:
        self.close()


class _Fetched(Struct, frozen=True, kw_only=True):
    """The files of a commit, and those on disk that git does not know."""

    commit: _Objects
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

    def _is_unknown(self, path: str) -> bool:
        return not self.commit.repository.tracks(self.folder.root / path)


def _commit(repository: Repository, commit: str) -> _Objects:
    return _Objects(repository=repository, listing=("ls-tree", "-r", "-z", "--full-tree", commit))


def _too_large(path: str, size: int, limit: int) -> UnreadableError:
    return UnreadableError(
        f"{path} has {plural(size, 'byte')}, more than the {plural(limit, 'byte')} that are read",
        hint="split the file, or exclude it in the settings",
    )
