"""Documents that a house keeps: runbooks, drills, records; what they say of their own age and of hours."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.model import Location, Outcome, Undecided

if TYPE_CHECKING:
    from sluicegate.model import Tree

KINDS = {
    "incident-runbook": "what to do in an incident, and whom to tell within how many hours",
    "incident-drill": "when an incident was last rehearsed",
    "restore-test": "when a backup was last restored",
    "access-review": "when rights were last looked through",
    "break-glass": "how somebody gets access in an emergency, and who looks at it afterwards",
}
"""The kinds of documents that controls speak of, with what each is for."""

_LARGEST = 4 << 20
_DATED = re.compile(r"(?im)^\W*(?:last[ -])?(?:reviewed|tested|held|date)\W*[:=]\s*\W*(\d{4}-\d{2}-\d{2})\b")
_HOURS = re.compile(r"\b(\d{1,4})\s*(?:h\b|hours?\b)", re.IGNORECASE)


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each kind of document, also where there is none."""
    tree = asking.context.head
    wanted = asking.settings.documents
    items, lacking, digests = [], [], []
    for kind in KINDS:
        paths = [path for pattern in wanted.get(kind, ()) for path in tree.glob(pattern)]
        texts: dict[str, str] = {}
        for path in sorted(set(paths)):
            try:
                raw = tree.read(path, _LARGEST)
            except UnreadableError as error:
                lacking.append(Undecided(outcome=Outcome.ERRORED, reason=error.message, hint=error.hint))
                continue
            digests.append(f"{path} {hashlib.sha256(raw).hexdigest()}")
            texts[path] = raw.decode("utf-8", "replace")
        lost = "no file matches what the settings name" if wanted.get(kind) else "the settings name no file"
        items.append(_item(kind, texts, tree, lost))
    yield Gathered(
        subject="documents",
        query=", ".join(f"{kind}: {' '.join(wanted.get(kind, ())) or 'none named'}" for kind in KINDS),
        sha256=hashlib.sha256("\n".join(digests).encode()).hexdigest(),
        items=tuple(items),
        revision=tree.name,
        lacking=tuple(lacking),
    )


def _item(kind: str, texts: dict[str, str], tree: Tree, lost: str) -> Item:
    """The newest document of a kind, `lost` where there is none; its day is the last one that it names."""
    dated = {path: max(days) for path, text in texts.items() if (days := list(_days(text)))}
    newest = max(dated, key=lambda path: dated[path], default=next(iter(texts), ""))
    day = dated.get(newest)
    return Item(
        key=(kind,),
        data={
            "kind": kind,
            "purpose": KINDS[kind],
            "exists": bool(texts),
            "count": len(texts),
            "path": newest or lost,
            "dated": day is not None,
            "date": datetime.combine(day or date.min, time.min).isoformat() + "Z",
            "day": str(day or "no day given"),
            "hours": sorted({int(found) for found in _HOURS.findall(texts.get(newest, ""))}),
        },
        location=Location(path=tree.display(newest)) if newest else Location(logical=kind),
    )


def _days(text: str) -> Iterator[date]:
    for found in _DATED.findall(text):
        try:
            yield date.fromisoformat(found)
        except ValueError:
            continue
