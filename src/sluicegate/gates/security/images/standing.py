"""What stands in the end, when every layer lies on the ones below it.

https://github.com/opencontainers/image-spec, layer.md, "Whiteouts" and "Opaque Whiteout": they hide what lower layers
brought, never what their own layer brings, in whatever order it is written.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.images.inventory.published import Published

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"


class Kept(Struct, frozen=True, kw_only=True):
    """A file of interest: the number of its layer, its mode, and what was taken from it."""

    layer: int
    mode: int
    folder: bool = False
    content: bytes | None = None
    published: Published | None = None


class Standing:
    """The files of interest that are left, layer by layer."""

    def __init__(self) -> None:
        self.files: dict[str, Kept] = {}
        self._own: dict[str, Kept] = {}
        self._above: set[str] = set()
        self._replaced: set[str] = set()
        self._gone: set[str] = set()
        self._opaque: set[str] = set()

    def hides(self, path: str) -> bool:
        """Whether a path is a whiteout, of which note is taken, and no file."""
        folder, _, name = path.rpartition("/")
        if not name.startswith(_WHITEOUT):
            return False
        if name == _OPAQUE:
            self._opaque.add(folder)
        else:  # of what AUFS writes for itself, `.wh..wh.plnk`, nothing comes: no file has a name that begins so
            self._gone.add(posixpath.join(folder, name.removeprefix(_WHITEOUT)))
        return True

    def put(self, path: str, kept: Kept | None, *, folder: bool) -> None:
        """A file, folder or link of the layer; `kept` where it is of interest."""
        if path in self.files:
            self._replaced.add(path)
        if not folder and path in self._above:
            self._gone.add(path)
        if kept is not None:
            self._own[path] = kept
        elif path in self._own:
            del self._own[path]

    def content(self, path: str) -> Kept | None:
        """What a hard link in this layer leads to, where that is of interest."""
        return self._own.get(path) or self.files.get(path)

    def close(self) -> None:
        """The layer ends."""
        if self._gone or self._opaque:
            self.files = {path: kept for path, kept in self.files.items() if not self._is_hidden(path)}
            self._above = {above for path in self.files for above in _folders(path)}
        for path in self._replaced:
            self.files.pop(path, None)
        self.files |= self._own
        self._above.update(above for path in self._own for above in _folders(path))
        self._own, self._replaced, self._gone, self._opaque = {}, set(), set(), set()

    def _is_hidden(self, path: str) -> bool:
        return path in self._gone or any(one in self._gone or one in self._opaque for one in _folders(path))


def _folders(path: str) -> Iterator[str]:
    """The folders that lead to a path, the root last."""
    while path:
        path = path.rpartition("/")[0]
        yield path
