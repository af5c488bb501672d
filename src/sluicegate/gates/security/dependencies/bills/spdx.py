"""SPDX 2.3 in JSON."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from sluicegate import __version__
from sluicegate.manifests.expressions import whole

if TYPE_CHECKING:
    from sluicegate.gates.security.dependencies.bills.inventory import Component, Inventory

_DOCUMENT, _ROOT = "SPDXRef-DOCUMENT", "SPDXRef-Product"
_UNSAID = "NOASSERTION"
_NO_TIME = "1970-01-01T00:00:00Z"
"""A document has to say when it was made; without a time that is given it says the first there is."""
_UNFIT = re.compile(r"[^A-Za-z0-9.-]+")


def text(found: Inventory) -> str:
    """The document; its namespace is made of all that it says."""
    ids = {one.ref: _id(one) for one in found.components}
    relations = [(_DOCUMENT, "DESCRIBES", _ROOT)]
    for one in found.components:
        if one.ref not in found.direct:
            relations.append((_ROOT, "CONTAINS", ids[one.ref]))
        elif one.scope == "optional":
            relations.append((ids[one.ref], "OPTIONAL_DEPENDENCY_OF", _ROOT))
        else:
            relations.append((_ROOT, "DEPENDS_ON", ids[one.ref]))
    relations += [(ids[one.ref], "DEPENDS_ON", ids[ref]) for one in found.components for ref in sorted(one.needs)]
    document: dict[str, Any] = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": _DOCUMENT,
        "name": found.name,
        "creationInfo": {
            "created": found.time or _NO_TIME,
            "creators": [f"Tool: sluicegate-{__version__}"],
        },
        "packages": [
            {"SPDXID": _ROOT, "name": found.name, "downloadLocation": _UNSAID, "filesAnalyzed": False,
             "primaryPackagePurpose": "APPLICATION"},
            *(_package(one, ids[one.ref]) for one in found.components),
        ],
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
            for one, kind, other in relations
        ],
    }  # fmt: skip
    name = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    namespace = f"https://sluicegate.dev/sbom/{_UNFIT.sub('-', found.name)}-{name}"
    return json.dumps(document | {"documentNamespace": namespace}, indent=2) + "\n"


def _id(one: Component) -> str:
    """An id of letters, digits, dots and hyphens; a piece of a digest parts those that would look the same."""
    mark = hashlib.sha256(one.ref.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"SPDXRef-{_UNFIT.sub('-', one.name)[:60].strip('-')}-{mark}"


def _package(one: Component, name: str) -> dict[str, Any]:
    made: dict[str, Any] = {"SPDXID": name, "name": one.name, "downloadLocation": _UNSAID, "filesAnalyzed": False}
    if one.version:
        made["versionInfo"] = one.version
    if one.licence:
        made |= {"licenseConcluded": _UNSAID, "licenseDeclared": whole(one.licence) or _UNSAID}
    if one.purl:
        made["externalRefs"] = [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": one.purl}
        ]
    digests = [digest.partition(":") for digest in sorted(one.digests)]
    if len(digests) == 1:
        made["checksums"] = [{"algorithm": kind.upper(), "checksumValue": value} for kind, _, value in digests]
    elif digests:
        made["comment"] = f"one of the files with these digests: {', '.join(sorted(one.digests))}"
    made["sourceInfo"] = f"named by {', '.join(sorted(one.files))}"
    return made
