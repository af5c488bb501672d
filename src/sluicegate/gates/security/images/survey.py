"""One pass over the layers of an image, for everything that is asked of them."""

from __future__ import annotations

import re
import stat
from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.security.images.archive import confirmed_meanwhile, confirming
from sluicegate.gates.security.images.inventory import LARGEST as LARGEST_DATABASE
from sluicegate.gates.security.images.inventory import is_wanted
from sluicegate.gates.security.images.inventory.published import MOST, is_published, published
from sluicegate.gates.security.images.standing import Kept, Standing
from sluicegate.gates.security.images.tape import members
from sluicegate.gates.security.images.unpacking import Budget, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from sluicegate.gates.security.images.layout import Image
    from sluicegate.gates.security.images.tape import Member
    from sluicegate.gates.security.secrets.detector import Detector, Secret

LARGEST = 32 << 20
"""Texts of more bytes are not searched for secrets, and told."""
_HEAD = 8_000
"""A file with a zero among so many first bytes is no text, as git has it."""
_SHIPPED = re.compile(
    r"(?:usr/)?(?:bin|sbin|lib|lib32|lib64|libexec|include)/|usr/share/|boot/"
    r"|var/lib/(?:dpkg|rpm|apt|pacman)/|var/cache/|(?:.*/)?(?:site-packages|dist-packages|node_modules)/"
)
"""What packages bring is published with their secrets, if they have some, which are nobody's here."""
_SPECIAL = stat.S_ISUID | stat.S_ISGID


class Leak(NamedTuple):
    """A secret in a file of a layer, which are counted from 0."""

    secret: Secret
    layer: int
    path: str


class Survey(Struct, frozen=True, kw_only=True):
    """What the layers hold: `size` in bytes of all files of all layers, `files` of interest that stand in the end.

    `looked` texts were searched for secrets, and those that were too `large` were not.
    """

    size: int
    count: int
    files: dict[str, Kept]
    leaks: tuple[Leak, ...]
    looked: int
    large: tuple[str, ...]
    unfollowed: tuple[str, ...]

    def stands(self, leak: Leak) -> bool:
        """Whether a file with a secret is still there in the end."""
        kept = self.files.get(leak.path)
        return kept is not None and kept.layer == leak.layer


def survey(image: Image, detector: Detector | None = None, cancelled: Callable[[], bool] = lambda: False) -> Survey:
    """Read every layer once. Raises GateError where one cannot be read, UntriedError where nobody tried."""
    walk, budget = _Walk(detector), Budget()
    for at, layer in enumerate(image.layers):
        packed = layer.packed()
        with confirmed_meanwhile(packed, layer.digest) if layer.digest else nullcontext():
            pieces = unpacked(packed, budget)
            for member in members(confirming(pieces, layer.plain) if layer.plain else pieces, budget):
                if cancelled():
                    raise GateError("the search was ended before its end")
                walk.see(at, member, budget)
        walk.standing.close()
    return Survey(
        size=walk.size, count=walk.count, files=walk.standing.files, leaks=tuple(walk.leaks), looked=walk.looked,
        large=tuple(walk.large), unfollowed=tuple(walk.unfollowed),
    )  # fmt: skip


class _Walk:
    """What has been seen so far."""

    def __init__(self, detector: Detector | None) -> None:
        self.standing = Standing()
        self.size = self.count = self.looked = 0
        self.leaks: list[Leak] = []
        self.large: list[str] = []
        self.unfollowed: list[str] = []
        self._detector = detector

    def see(self, layer: int, member: Member, budget: Budget) -> None:
        """Take from a member what rules will ask for."""
        path, info = member.path, member.info
        if self.standing.hides(path):
            return
        self.count += 1
        folder, file = info.isdir(), info.isreg() and not info.issparse()
        kept = None
        if file:
            self.size += info.size
            kept = self._file(layer, member, budget)
        elif (info.islnk() or info.issym()) and is_wanted(path):
            kept = self._followed(layer, member)
        elif info.issparse():
            self.size += info.size
            self.unfollowed += [path] if is_wanted(path) else ()
        if kept is None and (info.mode & _SPECIAL or _is_open(info.mode)) and (folder or file or info.islnk()):
            kept = Kept(layer=layer, mode=info.mode, folder=folder)
        self.standing.put(path, kept, folder=folder)

    def _file(self, layer: int, member: Member, budget: Budget) -> Kept | None:
        path, info = member.path, member.info
        if is_wanted(path):
            if info.size > LARGEST_DATABASE:
                raise GateError(f"{path} in the image has {info.size:,} bytes, as no database of packages has")
            budget.keep(info.size)
            return Kept(layer=layer, mode=info.mode, content=member.read(info.size))
        if is_published(path):
            return Kept(layer=layer, mode=info.mode, published=published(path, member.read(min(info.size, MOST))))
        if self._detector is None or not info.size or _SHIPPED.match(path):
            return None
        content = member.read(min(info.size, _HEAD))
        if b"\0" in content:
            return None
        if info.size > LARGEST:
            self.large.append(path)
            return None
        content += member.read(info.size - len(content))
        self.looked += 1
        found = self._detector.secrets(path, content)
        self.leaks += (Leak(secret, layer, path) for secret in found)
        return Kept(layer=layer, mode=info.mode) if found else None

    def _followed(self, layer: int, member: Member) -> Kept | None:
        """A link to what another name has: a hard one shares its content, a soft one is followed only by its name."""
        target = self.standing.content(member.info.linkname.lstrip("./")) if member.info.islnk() else None
        if target is not None and target.content is not None:
            return Kept(layer=layer, mode=member.info.mode, content=target.content)
        if member.path not in _FOUND_OTHERWISE:
            self.unfollowed.append(member.path)
        return None


_FOUND_OTHERWISE = frozenset({"etc/os-release", "usr/lib/os-release"})
"""One of them is nearly always a link to the other."""


def _is_open(mode: int) -> bool:
    """Whether everybody may write, and take away what others wrote."""
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX
