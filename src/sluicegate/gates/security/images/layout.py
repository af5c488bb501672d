"""The images of an OCI layout, and of an archive as `docker save` writes it.

https://github.com/opencontainers/image-spec: image-layout.md, image-index.md, manifest.md, config.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.security.images.archive import LARGEST, blob, confirmed, has, unconfirmed
from sluicegate.gates.security.images.unpacking import UntriedError
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.images.archive import Parts
    from sluicegate.gates.security.images.unpacking import Bytes

_Read = TypeVar("_Read")
_DOCUMENT = 8 << 20
_MOST_IMAGES = 64
_MOST_LAYERS = 512
"""Engines take 127."""
_DEEPEST = 4
_INDEXES = frozenset(
    {"application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"}
)
_CONFIGS = frozenset({"", "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"})
_ATTESTATION = "vnd.docker.reference.type"
"""How BuildKit marks a manifest that holds no image but what is said of one."""
_ENCRYPTED = "+encrypted"
_ELSEWHERE = (".nondistributable.", ".foreign.")
_SHORT = 19
_LONGEST_NAME = 200
_NAME = "org.opencontainers.image.ref.name"


class Platform(Struct, frozen=True, kw_only=True):
    os: str = ""
    architecture: str = ""
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class Descriptor(Struct, frozen=True, kw_only=True, rename="camel"):
    digest: str
    media_type: str = ""
    annotations: dict[str, str] | None = None
    platform: Platform | None = None


class _Index(Struct, frozen=True, kw_only=True):
    manifests: list[Descriptor] | None = None


class _Manifest(Struct, frozen=True, kw_only=True):
    config: Descriptor
    layers: list[Descriptor] | None = None
    annotations: dict[str, str] | None = None


class _Saved(Struct, frozen=True, kw_only=True, rename="pascal"):
    config: str
    repo_tags: list[str] | None = None
    layers: list[str] | None = None


class Runtime(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What a container is started with."""

    user: str = ""
    env: list[str] | None = None
    entrypoint: list[str] | None = None
    cmd: list[str] | None = None
    labels: dict[str, str] | None = None


class Step(Struct, frozen=True, kw_only=True):
    """A step of the build."""

    created_by: str = ""


class _Root(Struct, frozen=True, kw_only=True):
    diff_ids: list[str] | None = None


class Config(Struct, frozen=True, kw_only=True):
    """What the configuration of an image says, as far as rules ask."""

    os: str = ""
    architecture: str = ""
    config: Runtime | None = None
    history: list[Step] | None = None
    rootfs: _Root | None = None

    @property
    def runtime(self) -> Runtime:
        return self.config or Runtime()


class Layer(Struct, frozen=True, kw_only=True):
    """A layer: what its digest names, or the file of that name, whose digest unpacked is `plain`."""

    parts: Parts
    digest: str = ""
    name: str = ""
    plain: str = ""
    kind: str = ""

    def packed(self) -> Bytes:
        """The bytes as they lie there, which nobody has held against the digest.

        Raises GateError, and UntriedError where they are not meant to lie there.
        """
        if _ENCRYPTED in self.kind:
            raise UntriedError(f"the layer {self.digest[:_SHORT]} is encrypted")
        if not self.digest:
            return self.parts.read(self.name, LARGEST)
        if any(word in self.kind for word in _ELSEWHERE) and not has(self.parts, self.digest):
            raise UntriedError(f"the layer {self.digest[:_SHORT]} is kept elsewhere, and not in the image")
        return unconfirmed(self.parts, self.digest, LARGEST)


class Image(Struct, frozen=True, kw_only=True):
    """An image. `name` tells it from others at the same place and is "" where it is the only one.

    One that is `absent` is listed, and does not lie there.
    """

    path: str
    name: str
    config: Config
    annotations: dict[str, str]
    layers: tuple[Layer, ...] = ()
    absent: bool = False

    @property
    def subject(self) -> str:
        """What reports call it."""
        return f"{self.path} ({self.name})" if self.name else self.path


def images(parts: Parts, path: str) -> list[Image]:
    """Every image that lies there. Raises GateError where one of them cannot be read."""
    if parts.has("index.json"):
        found = list(_indexed(parts, path))
    elif parts.has("manifest.json"):
        found = list(_saved(parts, path))
    else:
        raise GateError(
            f"{path} is no image: it has neither index.json nor manifest.json",
            hint="name the folder or the archive of an OCI layout, or what `docker save` has written",
        )
    if not found:
        raise GateError(f"{path} holds no image", hint="build or save it again")
    if any(len(image.layers) > _MOST_LAYERS for image in found):
        raise GateError(f"{path} has more than {_MOST_LAYERS} layers", hint="build it in fewer steps")
    names = [image.name for image in found]
    if len(set(names)) < len(names):
        return [msgspec.structs.replace(one, name=f"{one.name} {at}".strip()) for at, one in enumerate(found, 1)]
    return found if len(found) > 1 else [msgspec.structs.replace(found[0], name="")]


def _indexed(parts: Parts, path: str) -> Iterator[Image]:
    index = _read(bytes(parts.read("index.json", _DOCUMENT)), _Index, "index.json")
    waiting = [(each, 1, "") for each in index.manifests or ()]
    seen = 0
    while waiting:
        found, depth, above = waiting.pop(0)
        annotations = found.annotations or {}
        if _ATTESTATION in annotations:
            continue
        seen += 1
        if seen > _MOST_IMAGES:
            raise GateError(f"{path} holds more images than are looked at ({_MOST_IMAGES})", hint="name fewer at once")
        if depth > _DEEPEST:
            raise GateError(f"{path} has indexes nested more than {_DEEPEST} deep", hint="build it again")
        name = annotations.get(_NAME, above)
        if depth > 1 and not has(parts, found.digest):  # an engine saves the platform that it has of several
            called = _plain(" ".join(filter(None, (name, str(found.platform or "")))) or found.digest)
            yield Image(path=path, name=called, config=Config(), annotations={}, absent=True)
            continue
        text = bytes(blob(parts, found.digest, _DOCUMENT))
        if found.media_type in _INDEXES:
            waiting += [(each, depth + 1, name) for each in _read(text, _Index, "an index").manifests or ()]
            continue
        manifest = _read(text, _Manifest, "a manifest")
        if manifest.config.media_type in _CONFIGS:  # of another type is what is no image: a signature, a chart
            yield _image(parts, path, manifest, name, found)


def _image(parts: Parts, path: str, manifest: _Manifest, name: str, found: Descriptor) -> Image:
    text = bytes(blob(parts, manifest.config.digest, _DOCUMENT))
    config = _read(text, Config, "a configuration")
    platform = str(found.platform or Platform(os=config.os, architecture=config.architecture))
    return Image(
        path=path,
        name=_plain(" ".join(filter(None, (name, platform)))),
        config=config,
        annotations={**(config.runtime.labels or {}), **(found.annotations or {}), **(manifest.annotations or {})},
        layers=tuple(Layer(parts=parts, digest=one.digest, kind=one.media_type) for one in manifest.layers or ()),
    )


def _saved(parts: Parts, path: str) -> Iterator[Image]:
    """The images of `docker save` before it wrote an index too."""
    listed = _read(bytes(parts.read("manifest.json", _DOCUMENT)), list[_Saved], "manifest.json")
    if len(listed) > _MOST_IMAGES:
        raise GateError(f"{path} holds more images than are looked at ({_MOST_IMAGES})", hint="save fewer at once")
    for at, one in enumerate(listed, 1):
        text = bytes(parts.read(one.config, _DOCUMENT))
        signs = one.config.rpartition("/")[2].removesuffix(".json")
        confirmed(text, f"sha256:{signs}")
        config = _read(text, Config, "a configuration")
        yield Image(
            path=path,
            name=_plain(next(iter(one.repo_tags or ()), str(at))),
            config=config,
            annotations=dict(config.runtime.labels or {}),
            layers=tuple(_of_engine(parts, one.layers or [], config)),
        )


def _of_engine(parts: Parts, names: list[str], config: Config) -> Iterator[Layer]:
    """Layers under names of an engine's own; the configuration has the digests of what they unpack to."""
    plain = (config.rootfs.diff_ids or []) if config.rootfs else []
    if len(plain) != len(names):
        raise GateError(
            f"the image lists {len(names)} layers, and its configuration {len(plain)}", hint="save the image again"
        )
    return (Layer(parts=parts, name=name, plain=digest) for name, digest in zip(names, plain, strict=True))


def _plain(name: str) -> str:
    return shorten(one_line(name), _LONGEST_NAME)


def _read(text: bytes, kind: type[_Read], what: str) -> _Read:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise GateError(
            f"{what} of the image cannot be read: {one_line(str(error))}", hint="build or save the image again"
        ) from None
