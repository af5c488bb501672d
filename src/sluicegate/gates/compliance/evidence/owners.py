"""Who answers for sensitive files: CODEOWNERS of the repository over what the settings call sensitive.

GitHub reads it at the top of a repository alone, in whatever folder of it the settings are. Where the history is a
recorded one there is no clone, and the folder of the settings is the top.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.evidence.repository import prefix_of
from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.model import Location
from sluicegate.revision.owners import LIMIT, parse_owners, place_of


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each sensitive file, with its owners."""
    tree = asking.context.head
    above = prefix_of(asking)
    place = place_of(tree, above)
    try:
        text = tree.read(place, LIMIT) if place else b""
    except UnreadableError:
        text = b""
    owners = parse_owners(text.decode("utf-8", "replace"))
    paths = sorted({path for pattern in asking.settings.sensitive for path in tree.glob(pattern)})
    shown = posixpath.normpath(posixpath.join(above, place)) if place else ""
    yield Gathered(
        subject="owners of sensitive files",
        query=f"{shown or 'CODEOWNERS, which is not there,'} over {', '.join(asking.settings.sensitive)}",
        sha256=hashlib.sha256(text).hexdigest(),
        items=tuple(
            Item(
                key=(path,),
                data={"path": top, "owners": list(owners.of(top)), "file": shown},
                location=Location(path=tree.display(path)),
            )
            for path in paths
            for top in [posixpath.normpath(posixpath.join(above, path))]
        ),
        revision=tree.name,
        source=place,
    )
