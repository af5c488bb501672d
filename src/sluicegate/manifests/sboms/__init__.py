"""Bills of materials (SBOM) that are read: CycloneDX 1.4 to 1.6 (JSON, XML), SPDX 2.2 and 2.3 (JSON, tag-value)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.manifests.text import bad, text_of

if TYPE_CHECKING:
    from sluicegate.manifests.sboms.bill import Bill
    from sluicegate.model import Tree

_READ = "CycloneDX 1.4 to 1.6 and SPDX 2.2 and 2.3 are read"


class NotReadError(GateError):
    """A document is of a kind that could be read, and is not: nothing in it was looked at, and nothing is wrong."""


def read(tree: Tree, path: str) -> Bill:
    """What an SBOM says. Raises UnreadableError, and NotReadError where it is of SPDX 3."""
    from sluicegate.manifests.sboms.bill import LIMIT
    from sluicegate.manifests.structured import root

    shown = tree.display(path)
    text = text_of(tree, path, LIMIT)
    start = text.lstrip()[:1]
    if start == "<":
        from sluicegate.manifests.sboms import cyclonedxxml

        return cyclonedxxml.bill(text, shown)
    if start not in ("{", "["):
        from sluicegate.manifests.sboms import tagvalue

        if not text.strip():
            raise bad(shown, None, "the file is empty")
        return tagvalue.bill(text, shown)
    top = root(tree, path, LIMIT)
    if top.text("bomFormat") == "CycloneDX":
        from sluicegate.manifests.sboms import cyclonedx

        return cyclonedx.bill(top)
    if "spdxVersion" in top.value:
        from sluicegate.manifests.sboms import spdx

        return spdx.bill(top)
    if "@graph" in top.value and "spdx" in str(top.value.get("@context", "")):
        raise NotReadError(
            f"{shown} is SPDX 3 (JSON-LD), of which nothing is read", hint=f"write another form: {_READ}"
        )
    raise bad(shown, 1, f"it says of itself neither `bomFormat` nor `spdxVersion`: {_READ}")
