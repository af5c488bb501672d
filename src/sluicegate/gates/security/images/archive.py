"""Where the parts of an image lie: a folder with an OCI layout, or a tar archive, which `docker save` writes too."""

from __future__ import annotations

import contextlib
import hashlib
import posixpath
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from sluicegate.errors import GateError, TooLargeError, UnreadableError
from sluicegate.gates.security.images.tape import members
from sluicegate.gates.security.images.unpacking import Budget, Bytes, unpacked
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Tree

LARGEST = 1 << 30
"""An archive is held in memory; of more bytes it is not looked at."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_SHOWN = 100
_AS_A_FOLDER = "keep a large image as a folder with an OCI layout, where each layer may have so many bytes"


class Parts(Protocol):
    """The files of an image by their names."""

    def has(self, name: str) -> bool: ...

    def read(self, name: str, limit: int) -> Bytes:
        """Raises GateError: it is not there, or larger than `limit` bytes."""
        ...


class Folder(Struct, frozen=True, kw_only=True):
    """A folder of a tree, which refuses links that lead out of it."""

    tree: Tree
    path: str

    def has(self, name: str) -> bool:
        return self.tree.find(f"{self.path}/{name}") is not None

    def read(self, name: str, limit: int) -> Bytes:
        return self.tree.read(f"{self.path}/{name}", limit)


class Archive(Struct, frozen=True, kw_only=True):
    """A tar archive: slices of it, by name, and names that are links to others."""

    slices: dict[str, Bytes]
    links: dict[str, str]

    def has(self, name: str) -> bool:
        return self._kept(name) in self.slices

    def read(self, name: str, limit: int) -> Bytes:
        found = self.slices.get(self._kept(name))
        if found is None:
            raise UnreadableError(f"the archive has no {shorten(one_line(name), _SHOWN)}", hint="save the image again")
        if len(found) > limit:
            raise UnreadableError(
                f"{shorten(one_line(name), _SHOWN)} has {len(found)} bytes, and at most {limit} are read"
            )
        return found

    def _kept(self, name: str) -> str:
        plain = posixpath.normpath(name)
        return self.links.get(plain, plain)


def opened(tree: Tree, path: str) -> Parts:
    """The parts of the image at a path. Raises GateError."""
    if any(tree.find(f"{path}/{name}") for name in ("oci-layout", "index.json")):
        return Folder(tree=tree, path=path)
    try:
        content = tree.read(path, LARGEST)
    except TooLargeError as error:
        raise GateError(error.message, hint=_AS_A_FOLDER) from None
    return archive(content)


def archive(text: bytes) -> Archive:
    """The parts in a tar archive, packed or not. Raises GateError."""
    budget = Budget(unpacked=LARGEST)
    pieces = list(unpacked(text, budget))
    plain = memoryview(pieces[0] if len(pieces) == 1 else b"".join(pieces))
    slices: dict[str, Bytes] = {}
    links = {}
    for member in members(iter([plain]), budget):
        info = member.info
        if info.isreg() and not info.issparse():
            end = info.offset_data + info.size
            slices[member.path] = plain[info.offset_data : end]
            if len(slices[member.path]) < info.size:
                raise GateError(f"{one_line(info.name)}: the archive ends too early", hint="save the image again")
        elif info.issym():
            # older versions of docker wrote a layer that two images share as a link to the first
            links[member.path] = posixpath.normpath(posixpath.join(posixpath.dirname(member.path), info.linkname))
    return Archive(slices=slices, links=links)


def has(parts: Parts, digest: str) -> bool:
    """Whether the bytes that a digest names lie there; what is no digest is found out by who reads it."""
    way, _, signs = digest.partition(":")
    return not _DIGEST.fullmatch(digest) or parts.has(f"blobs/{way}/{signs}")


def blob(parts: Parts, digest: str, limit: int) -> Bytes:
    """The bytes that a digest names. Raises GateError where they are others, or the digest is none."""
    content = unconfirmed(parts, digest, limit)
    confirmed(content, digest)
    return content


def unconfirmed(parts: Parts, digest: str, limit: int) -> Bytes:
    """What lies where the bytes that a digest names have to be. Raises GateError where the digest is none."""
    if not _DIGEST.fullmatch(digest):
        raise GateError(f"`{shorten(one_line(digest), _SHOWN)}` is no digest", hint="build the image again")
    way, _, signs = digest.partition(":")
    return parts.read(f"blobs/{way}/{signs}", limit)


@contextlib.contextmanager
def confirmed_meanwhile(content: Bytes, digest: str) -> Iterator[None]:
    """Hold bytes against a digest while the block looks at them: that takes a core for itself and no interpreter.

    Raises GateError at the end of the block where they are others, also in the place of one that the block raises:
    what was changed or cut off is told as that, and not as what it looks like now.
    """
    with ThreadPoolExecutor(1) as thread:
        told = thread.submit(confirmed, content, digest)
        try:
            yield
        except GateError:
            told.result()
            raise
        told.result()


def confirming(pieces: Iterator[Bytes], digest: str) -> Iterator[Bytes]:
    """The same pieces. Raises GateError after the last where they are not what a digest names."""
    if not _DIGEST.fullmatch(digest):
        raise GateError(f"`{shorten(one_line(digest), _SHOWN)}` is no digest", hint="build the image again")
    way, _, signs = digest.partition(":")
    whole = hashlib.new(way)
    for piece in pieces:
        whole.update(piece)
        yield piece
    if whole.hexdigest() != signs:
        raise _another(way, signs)


def confirmed(content: Bytes, digest: str) -> None:
    """Raises GateError where bytes are not what a digest names."""
    way, _, signs = digest.partition(":")
    if hashlib.new(way, content).hexdigest() != signs:
        raise _another(way, signs)


def _another(way: str, signs: str) -> GateError:
    return GateError(
        f"the part {way}:{signs[:12]} of the image has another digest: it was changed or cut off",
        hint="build or fetch the image again",
    )
