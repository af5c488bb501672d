"""OCI layouts made of what the pages show: a configuration, and the annotations of its manifest."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_TYPE = "application/vnd.oci.image.{}.v1+json"
CONFIG = "image/config.json"
ANNOTATIONS = "image/annotations.json"
_EMPTY = "\0" * 10_240
"""A layer without a file: the end of a tar archive, to a whole record."""


def layout(config: dict[str, Any], annotations: dict[str, str]) -> dict[str, str]:
    """The files of a layout with one image of one empty layer."""
    files: dict[str, str] = {"oci-layout": json.dumps({"imageLayoutVersion": "1.0.0"})}
    layer = _blob(files, _EMPTY)
    whole = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": _TYPE.format("manifest"),
        "config": {"mediaType": _TYPE.format("config"), **_blob(files, json.dumps(whole | config))},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", **layer}],
        "annotations": annotations,
    }
    listed = {"mediaType": _TYPE.format("manifest"), **_blob(files, json.dumps(manifest))}
    return files | {"index.json": json.dumps({"schemaVersion": 2, "manifests": [listed]})}


def shown(files: dict[str, str]) -> dict[str, str]:
    """The layout of the image that a page shows."""
    return layout(json.loads(files[CONFIG]), json.loads(files.get(ANNOTATIONS, "{}")))


def _blob(files: dict[str, str], text: str) -> dict[str, Any]:
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()
    files[f"blobs/sha256/{digest}"] = text
    return {"digest": f"sha256:{digest}", "size": len(content)}
