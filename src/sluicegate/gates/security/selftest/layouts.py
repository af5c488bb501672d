"""OCI layouts made of what the pages show: a configuration, the annotations of its manifest, and lists of files."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_TYPE = "application/vnd.oci.image.{}.v1+json"
CONFIG = "image/config.json"
ANNOTATIONS = "image/annotations.json"
LAYERS = "image/layers.json"

Entry = dict[str, Any]
"""A file of a layer: its `path`, its `text` or its `size`, its `mode` in octal digits; a path with `/` is a folder."""


def layout(config: Entry, annotations: dict[str, str], layers: Sequence[Sequence[Entry]] = ((),)) -> dict[str, str]:
    """The files of a layout with one image; its layers are texts too: all that is in them is ASCII."""
    files: dict[str, str] = {"oci-layout": json.dumps({"imageLayoutVersion": "1.0.0"})}
    listed = [_blob(files, _tarred(layer)) for layer in layers]
    digests = [one["digest"] for one in listed]
    whole = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": digests}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": _TYPE.format("manifest"),
        "config": {"mediaType": _TYPE.format("config"), **_blob(files, json.dumps(whole | config))},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", **one} for one in listed],
        "annotations": annotations,
    }
    head = {"mediaType": _TYPE.format("manifest"), **_blob(files, json.dumps(manifest))}
    return files | {"index.json": json.dumps({"schemaVersion": 2, "manifests": [head]})}


def shown(files: dict[str, str]) -> dict[str, str]:
    """The layout of the image that a page shows."""
    return layout(
        json.loads(files[CONFIG]), json.loads(files.get(ANNOTATIONS, "{}")), json.loads(files.get(LAYERS, "[[]]"))
    )


def _tarred(entries: Sequence[Entry]) -> str:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for one in entries:
            info = tarfile.TarInfo(one["path"])
            content = one.get("text", "x" * one.get("size", 0)).encode()
            info.size = len(content)
            folder = one["path"].endswith("/")
            info.type = tarfile.DIRTYPE if folder else tarfile.REGTYPE
            info.mode = int(one.get("mode", "0755" if folder else "0644"), 8)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue().decode("ascii")


def _blob(files: dict[str, str], text: str) -> dict[str, Any]:
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()
    files[f"blobs/sha256/{digest}"] = text
    return {"digest": f"sha256:{digest}", "size": len(content)}
