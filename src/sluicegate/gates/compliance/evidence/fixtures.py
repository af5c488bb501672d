"""Test data of the repository: what in it looks like somebody's, and what is nobody's by agreement."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.items import Asking, Gathered, Item, digest_of
from sluicegate.gates.compliance.personal.covered import trace
from sluicegate.gates.compliance.personal.detectors import found
from sluicegate.model import Location, Outcome, Undecided
from sluicegate.text import plural

CONVENTIONAL = ("**/fixtures/**", "**/__fixtures__/**", "**/testdata/**", "**/seeds/**", "**/seed*.sql")
"""Where test data is looked for when none is named."""

LARGEST = 16 << 20


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each file, and for each value in one that looks like somebody's."""
    tree, named = asking.context.head, asking.settings.fixtures
    paths: dict[str, None] = {}
    for pattern in named or CONVENTIONAL:
        paths.update(dict.fromkeys(tree.glob(pattern) or ([pattern] if named else [])))
    items: list[Item] = []
    lacking: list[Undecided] = []
    digests: list[str] = []
    foreign: list[str] = []
    for path in paths:
        try:
            raw = tree.read(path, LARGEST)
        except UnreadableError as error:
            lacking.append(Undecided(outcome=Outcome.ERRORED, reason=error.message, hint=error.hint or ""))
            continue
        if b"\0" in raw[:8192]:
            foreign.append(path)
            continue
        digests.append(hashlib.sha256(raw).hexdigest())
        items += _items(path, tree.display(path), raw.decode("utf-8", "replace"))
    if foreign:
        reason = f"{plural(len(foreign), 'file')} of test data are no text, such as {foreign[0]}"
        lacking.append(Undecided(outcome=Outcome.NOT_TESTED, reason=reason))
    query = f"the files {', '.join(named or CONVENTIONAL)}"
    yield Gathered(
        subject="test data", query=query, sha256=digest_of(digests), items=tuple(items), lacking=tuple(lacking)
    )


def _items(path: str, shown: str, text: str) -> Iterator[Item]:
    yield Item(
        key=(path,),
        data={"what": "file", "path": path, "kind": "", "masked": "", "reserved": True},
        location=Location(path=shown),
    )
    told: set[tuple[str, str]] = set()
    for hit in found(text):
        digest = trace(text[hit.start : hit.end])
        if (hit.kind, digest) in told:
            continue
        told.add((hit.kind, digest))
        yield Item(
            key=(path, hit.kind, digest),
            data={"what": "value", "path": path, "kind": hit.kind, "masked": hit.masked, "reserved": hit.reserved},
            location=Location(path=shown, line=text.count("\n", 0, hit.start) + 1),
        )
