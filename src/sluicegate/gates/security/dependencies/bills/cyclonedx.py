"""CycloneDX 1.6 in JSON (ECMA-424)."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from sluicegate import __version__
from sluicegate.manifests.expressions import whole

if TYPE_CHECKING:
    from sluicegate.gates.security.dependencies.bills.inventory import Component, Inventory

_ALGORITHMS = {
    "md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512",
}  # fmt: skip
_ROOT = "product"


def text(found: Inventory) -> str:
    """The document; its serial number is made of all that it says."""
    metadata: dict[str, Any] = {
        "tools": {"components": [{"type": "application", "name": "sluicegate", "version": __version__}]},
        "component": {"type": "application", "bom-ref": _ROOT, "name": found.name},
    }
    if found.time:
        metadata["timestamp"] = found.time
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": metadata,
        "components": [_component(one) for one in found.components],
        "dependencies": [
            {"ref": _ROOT, "dependsOn": sorted(found.direct)},
            *({"ref": one.ref, "dependsOn": sorted(one.needs)} for one in found.components if one.needs),
        ],
        "compositions": [{"aggregate": "unknown" if found.whole else "incomplete"}],
    }
    name = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(document, sort_keys=True))
    return json.dumps({"serialNumber": f"urn:uuid:{name}"} | document, indent=2) + "\n"


def _component(one: Component) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "library", "bom-ref": one.ref, "name": one.name}
    if one.version:
        made["version"] = one.version
    if one.purl:
        made["purl"] = one.purl
    if one.scope:
        made["scope"] = one.scope
    if one.licence:
        said = whole(one.licence)
        made["licenses"] = [{"expression": said} if said else {"license": {"name": one.licence}}]
    hashes = [
        {"alg": _ALGORITHMS[kind], "content": value}
        for kind, _, value in (digest.partition(":") for digest in sorted(one.digests))
        if kind in _ALGORITHMS
    ]
    if len(hashes) == 1:
        made["hashes"] = hashes
    elif hashes:  # of the files among which an installer chooses
        made["externalReferences"] = [{"type": "distribution", "url": one.ref, "hashes": [each]} for each in hashes]
    made["evidence"] = {"occurrences": [{"location": path} for path in sorted(one.files)]}
    return made
