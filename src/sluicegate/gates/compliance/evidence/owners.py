"""Who answers for sensitive files: CODEOWNERS over what the settings call sensitive."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.evidence.items import Asking, Gathered, Item
from sluicegate.model import Location
from sluicegate.revision.owners import LIMIT, PLACES, parse_owners


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each sensitive file, with its owners."""
    tree = asking.context.head
    place = next((each for each in PLACES if tree.find(each) is not None), "")
    try:
        text = tree.read(place, LIMIT) if place else b""
    except UnreadableError:
        text = b""
    owners = parse_owners(text.decode("utf-8", "replace"))
    paths = sorted({path for pattern in asking.settings.sensitive for path in tree.glob(pattern)})
    yield Gathered(
        subject="owners of sensitive files",
        query=f"{place or 'CODEOWNERS, which is not there,'} over {', '.join(asking.settings.sensitive)}",
        sha256=hashlib.sha256(text).hexdigest(),
        items=tuple(
            Item(
                key=(path,),
                data={"path": path, "owners": list(owners.of(path)), "file": place},
                location=Location(path=tree.display(path)),
            )
            for path in paths
        ),
        revision=tree.name,
        source=place,
    )
