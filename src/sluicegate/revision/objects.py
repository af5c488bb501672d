"""The files of a commit or of the index, as git objects."""

from __future__ import annotations

import os
import posixpath
import subprocess
from pathlib import Path
from typing import IO

from msgspec import Struct

from sluicegate.errors import GateError, TooLargeError, UnreadableError
from sluicegate.revision.git import Repository, environment
from sluicegate.revision.laid import LARGEST, LINK, SUBMODULE, Entry, lay
from sluicegate.revision.unkept import elsewhere
from sluicegate.text import plural

_LINK_HOPS, _LONGEST_LINK = 8, 4096


class Objects(Struct, kw_only=True):
    """Files as git objects, read through one `git cat-file` without a checkout."""

    repository: Repository
    listing: tuple[str, ...]
    _entries: dict[str, tuple[str, str]] | None = None
    _process: subprocess.Popen[bytes] | None = None

    def paths(self) -> list[str]:
        return sorted(path for path, (mode, _) in self.entries().items() if mode != SUBMODULE)

    def is_there(self, path: str) -> bool:
        return path in self.entries()

    def has(self, path: str) -> bool:
        try:
            return self._real(path) in self.entries()
        except UnreadableError:
            return True  # a link that may not be followed is there; reading it says why not

    def read(self, path: str, limit: int) -> bytes:
        real = self._real(path)
        mode, name = self.entries().get(real, ("", ""))
        if not name:
            raise UnreadableError(f"{path} does not exist")
        if mode == SUBMODULE:
            raise UnreadableError(f"{path} is a submodule")
        return self.content(path, name, limit)

    def unkept(self, path: str) -> str:
        listed = self.entries()
        names = dict.fromkeys((path, self._real(path)))
        told = (elsewhere(name, lambda folder: listed.get(folder, ("",))[0] == SUBMODULE) for name in names)
        return next(filter(None, told), "")

    def lay_out(self, folder: Path) -> None:
        lay(map(self.entry, sorted(self.entries())), folder, self.repository.root)

    def entry(self, path: str) -> Entry:
        """A file as it is kept, links not followed. Raises GateError, UnreadableError."""
        mode, name = self.entries()[path]
        content = b"" if mode == SUBMODULE else self.content(path, name, LARGEST)
        return Entry(path=path, mode=mode, content=content)

    def leads_to(self, folder: str) -> str:
        """Where a folder really lies; itself where its links lead nowhere or out of the repository."""
        try:
            return self._real(folder)
        except UnreadableError:
            return folder

    def identity(self, path: str) -> str:
        """The mode and the name of the object that a path leads to. Raises UnreadableError."""
        return " ".join(self.entries().get(self._real(path), ()))

    def _real(self, path: str) -> str:
        """The path with its links followed, those of folders too. Raises UnreadableError where one leads out."""
        for _ in range(_LINK_HOPS):
            parts = path.split("/")
            links = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
            link = next((one for one in links if self.entries().get(one, ("",))[0] == LINK), None)
            if link is None:
                return path
            target = os.fsdecode(self.content(link, self.entries()[link][1], _LONGEST_LINK))
            followed = posixpath.normpath(posixpath.join(posixpath.dirname(link), target, path[len(link) + 1 :]))
            if followed.startswith(("../", "/")) or followed == "..":
                raise UnreadableError(f"{path} is a link to a place outside of the repository")
            path = followed
        raise UnreadableError(f"{path} is a link that leads nowhere")

    def entries(self) -> dict[str, tuple[str, str]]:
        """The mode and the name of the object at each path."""
        if self._entries is None:
            entries = {}
            for line in self.repository.lines(*self.listing):
                words, _, path = line.partition("\t")
                mode, *rest = words.split()
                # ls-tree says "mode type object", ls-files says "mode object stage" (a conflict has stages 1 to 3)
                entries[path] = (mode, rest[0] if self.listing[0] == "ls-files" else rest[1])
            self._entries = entries
        return self._entries

    def content(self, path: str, name: str, limit: int) -> bytes:
        """The bytes of an object by its name; `path` is for people. Raises GateError, UnreadableError."""
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
            raise too_large(path, size, limit)
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


def committed(repository: Repository, commit: str) -> Objects:
    """The files of a commit."""
    return Objects(repository=repository, listing=("ls-tree", "-r", "-z", "--full-tree", commit))


def too_large(path: str, size: int, limit: int) -> TooLargeError:
    """What a file is refused with of which less is read than there is."""
    return TooLargeError(
        f"{path} has {plural(size, 'byte')}, more than the {plural(limit, 'byte')} that are read",
        hint="split the file, or exclude it in the settings",
    )
