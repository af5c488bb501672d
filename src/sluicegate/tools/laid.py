"""Files of a tree laid out on disk for a scanner, under names that no author of a change has chosen.

A name may be a command, begin with a dash, lead out of the folder, or be none that this system can write. A scanner
sees the content and a number; its answers are led back to the path.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, field

from sluicegate.errors import GateError, UnreadableError
from sluicegate.model import Tree
from sluicegate.text import plural

T = TypeVar("T")

MOST = 100_000
"""So many files are laid out at the most."""

LARGEST = 16 << 20
"""So many bytes may one of them have."""

TOTAL = 1 << 30
"""So many bytes may they have together."""


class Laid(Struct, frozen=True, kw_only=True):
    """What lies in `folder`: paths in the tree by name on disk, names by path, and why some paths could not be read.

    `roots` is how a whole path begins that a scanner may say, links followed or not.
    `digests` are the SHA-256 of what was read, by path, where it was asked what is known already.
    """

    folder: Path
    roots: tuple[str, ...] = ()
    paths: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    unread: dict[str, GateError] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    _contents: dict[str, bytes] = field(default_factory=dict)
    """The SHA-256 of each file by its name on disk, so that none is read again for it."""

    def path(self, said: str) -> str | None:
        """The path in the tree of what a scanner calls a file; None where it was given no such file."""
        name = said.replace("\\", "/").removeprefix("./")
        for folder in self.roots:
            name = name.removeprefix(folder)
        return self.paths.get(name)

    def text(self, path: str) -> str:
        """The content of a file that lies here, by its path in the tree."""
        return (self.folder / self.names[path]).read_text("utf-8-sig", errors="replace")

    def digest(self) -> str:
        """The SHA-256 of all that lies here and of the paths that it has: of the same, a scanner says the same."""
        whole = hashlib.sha256()
        for called, path in sorted(self.paths.items()):
            whole.update(f"{called}\0{path}\0".encode("utf-8", "surrogateescape"))
            whole.update(self._contents[called])
        return whole.hexdigest()


@contextlib.contextmanager
def lay(
    tree: Tree, paths: Iterable[str], name: Callable[[int, str], str], *,
    most: int = MOST, largest: int = LARGEST, total: int = TOTAL, known: Container[str] | None = None,
) -> Iterator[Laid]:  # fmt: skip
    """A folder with files of a tree for the time of the block; `name` makes a name of a number and the path.

    What cannot be read is `unread`. Where the digests of `known` contents are given, neither they nor what lies there
    already is laid out. Raises GateError where there are more files or bytes than may be laid out.
    """
    wanted = list(paths)
    if len(wanted) > most:
        raise GateError(f"{plural(len(wanted), 'file')} are more than the {most:,} that are looked at", hint=_LESS)
    left = total
    there: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="sluicegate-") as made:
        laid = Laid(folder=Path(made), roots=(f"{Path(made).as_posix()}/", f"{Path(made).resolve().as_posix()}/"))
        folders: set[str] = set()
        for number, path in enumerate(wanted):
            try:
                content = tree.read(path, largest)
            except UnreadableError as error:
                laid.unread[path] = error
                continue
            left -= len(content)
            if left < 0:
                raise GateError(f"the files have more than the {total:,} bytes that are looked at", hint=_LESS)
            hashed = hashlib.sha256(content)
            if known is not None:
                digest = hashed.hexdigest()
                laid.digests[path] = digest
                if digest in known or digest in there:
                    continue
                there.add(digest)
            called = name(number, path)
            folder = called.rpartition("/")[0]
            if folder not in folders:
                (laid.folder / folder).mkdir(parents=True, exist_ok=True)
                folders.add(folder)
            with open(f"{made}/{called}", "wb") as file:  # noqa: PTH123 - a path takes as long as the writing
                file.write(content)
            laid.paths[called] = path
            laid._contents[called] = hashed.digest()  # noqa: SLF001 - its own kind
            laid.names[path] = called
        yield laid


def asked_once(memo: dict[Any, Any], scanner: str, laid: Laid, ask: Callable[[], T]) -> T:
    """What a scanner says of what lies there: it is asked once where both sides of a change have the very same.

    `memo` lives as long as both sides are looked at. Raises whatever `ask` raises, and asks again then.
    """
    key = ("asked", scanner, laid.digest())
    if key not in memo:
        memo[key] = ask()
    said: T = memo[key]
    return said


_LESS = "name what need not be looked at under `exclude`"
