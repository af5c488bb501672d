"""Images that tests build themselves, byte by byte, and what the check says of them."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sluicegate.gates.security.images import BASE, REMOTE, ROOT, RULES
from sluicegate.gates.security.images.check import check
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Context, Examination, Finding, Outcome, Rule
from sluicegate.revision import TreeSpec, open_tree

NOW = datetime(2026, 11, 20, tzinfo=UTC)
CONFIG = (ROOT, BASE, REMOTE)
"""The rules that ask the configuration alone."""

USER = {"config": {"User": "10001"}}


def said(
    root: Path,
    *paths: str,
    past: bool = False,
    touched: frozenset[str] | None = None,
    rules: Iterable[Rule] = RULES,
    **settings: Any,
) -> list[Any]:
    """All that the check says of the images at some paths."""
    tree = open_tree(TreeSpec(kind="folder", root=str(root)))
    context = Context(
        settings=Settings(images=paths, **settings), head=tree, reference=None,
        rules=frozenset(rule.id for rule in rules), now=NOW, past=past, touched=touched, folder=str(root),
    )  # fmt: skip
    return list(check(context))


def findings(root: Path, *paths: str, **asked: Any) -> list[Finding]:
    """The findings of all rules, or of those that are asked for."""
    return [one for one in said(root, *paths, **asked) if isinstance(one, Finding)]


def outcomes(told: list[Any]) -> dict[str, tuple[Outcome, str]]:
    """Why rules could not decide."""
    return {
        one.rule: (one.undecided.outcome, one.undecided.reason)
        for one in told
        if isinstance(one, Examination) and one.undecided
    }


def written(root: Path, files: Mapping[str, str | bytes], folder: str = "image") -> None:
    """Files in a folder."""
    for name, text in files.items():
        place = root / folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)


def tarred(files: dict[str, bytes]) -> bytes:
    """An archive of plain files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def config_tarred(config: dict[str, Any], *, tags: list[str] | None = None) -> bytes:
    """What `docker save` wrote before it wrote an index too."""
    text = json.dumps(config).encode()
    name = f"{hashlib.sha256(text).hexdigest()}.json"
    listed = [{"Config": name, "RepoTags": tags, "Layers": []}]
    return tarred({name: text, "manifest.json": json.dumps(listed).encode()})


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    """Texts as bytes."""
    return {name: text.encode() for name, text in files.items()}


class File(NamedTuple):
    """A member of a layer."""

    content: bytes = b""
    mode: int = 0o644
    kind: bytes = tarfile.REGTYPE
    link: str = ""


FOLDER = File(mode=0o755, kind=tarfile.DIRTYPE)
LAYER = "application/vnd.oci.image.layer.v1.tar"


def layer(files: Mapping[str, bytes | str | File]) -> bytes:
    """A layer: whiteouts are plain names, as they are in a real one."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, given in files.items():
            one = given if isinstance(given, File) else File(given if isinstance(given, bytes) else given.encode())
            info = tarfile.TarInfo(path)
            info.size, info.mode, info.type, info.linkname = len(one.content), one.mode, one.kind, one.link
            archive.addfile(info, io.BytesIO(one.content))
    return stream.getvalue()


def oci(
    *layers: bytes,
    config: dict[str, Any] | None = None,
    packed: Callable[[bytes], bytes] = bytes,
    kind: str = LAYER,
) -> dict[str, bytes]:
    """An OCI layout of one image."""
    files: dict[str, bytes] = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}

    def blob(content: bytes, media: str) -> dict[str, Any]:
        name = hashlib.sha256(content).hexdigest()
        files[f"blobs/sha256/{name}"] = content
        return {"mediaType": media, "digest": f"sha256:{name}", "size": len(content)}

    listed = [blob(packed(one), kind) for one in layers]
    plain = [f"sha256:{hashlib.sha256(one).hexdigest()}" for one in layers]
    whole = USER | {"os": "linux", "rootfs": {"type": "layers", "diff_ids": plain}} | (config or {})
    about = {"config": blob(json.dumps(whole).encode(), ""), "layers": listed}
    head = blob(json.dumps(about).encode(), "application/vnd.oci.image.manifest.v1+json")
    return files | {"index.json": json.dumps({"manifests": [head]}).encode()}


def saved(*layers: bytes, config: dict[str, Any] | None = None) -> bytes:
    """What `docker save` wrote before it wrote an index too, with a layer that is there twice as a link."""
    plain = [f"sha256:{hashlib.sha256(one).hexdigest()}" for one in layers]
    text = json.dumps(USER | {"os": "linux", "rootfs": {"diff_ids": plain}} | (config or {})).encode()
    name = f"{hashlib.sha256(text).hexdigest()}.json"
    paths = [f"{at}/layer.tar" for at in range(len(layers))]
    files: dict[str, File] = {name: File(text)}
    for at, (path, content) in enumerate(zip(paths, layers, strict=True)):
        first = layers.index(content)
        link = File(kind=tarfile.SYMTYPE, link=f"../{first}/layer.tar")
        files[path] = link if first < at else File(content)
    listed = [{"Config": name, "RepoTags": ["acme:1"], "Layers": paths}]
    return layer(files | {"manifest.json": File(json.dumps(listed).encode())})
