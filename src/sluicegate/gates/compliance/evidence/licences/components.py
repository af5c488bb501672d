"""The components of bills of materials, and under which licences each may be taken."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.declared.files import listed
from sluicegate.gates.compliance.evidence.licences.claims import ways
from sluicegate.gates.compliance.items import Asking, Gathered, Item, digest_of, none
from sluicegate.manifests.expressions import whole
from sluicegate.manifests.sboms import NotReadError, read
from sluicegate.manifests.sboms.bill import Bill, Part
from sluicegate.model import Location, Outcome
from sluicegate.text import one_line, plural, shorten

CONVENTIONAL = tuple(
    f"{way}{name}"
    for name in ("bom.json", "bom.xml", "sbom.json", "*.cdx.json", "*.cdx.xml", "*.spdx.json", "*.spdx")
    for way in ("", "**/")
)
"""What bills of materials are called where the settings name none."""
_FOREIGN = ("**/node_modules/**", "**/vendor/**", "**/.venv/**")
_TITLE = "components of bills of materials"


def gather(asking: Asking) -> Iterator[Gathered]:
    """One piece of evidence for each bill; of one that tells no licence at all, nothing is tested."""
    named = asking.settings.sboms
    paths = listed(asking, named or CONVENTIONAL, but=() if named else _FOREIGN)
    for pattern in named if not asking.context.past else ():
        if not asking.context.head.glob(pattern):
            why, hint = f"{pattern}: there is no such bill of materials", "write it before the check, or name another"
            yield from none(f"the bill {pattern}", f"the bill {pattern}", Outcome.ERRORED, why, hint)
    if not paths and not named:
        why = "there is no bill of materials (SBOM)"
        yield from none(_TITLE, ", ".join(CONVENTIONAL[::2]), Outcome.NOT_APPLICABLE, why)
    for path in paths:
        yield from _bill(asking, path)


def _bill(asking: Asking, path: str) -> Iterator[Gathered]:
    tree = asking.context.head
    shown = tree.display(path)
    subject, query = f"components of {shown}", f"the licences of the components that {shown} names"
    try:
        bill = read(tree, path)
    except NotReadError as error:
        yield from none(subject, query, Outcome.NOT_TESTED, error.message, error.hint)
        return
    except GateError as error:
        yield from none(subject, query, Outcome.ERRORED, error.message, error.hint)
        return
    parts = _components(bill)
    if parts and not any(part.licences for part in parts):
        why = f"{shown} tells the licence of none of its {plural(len(parts), 'component')}"
        hint = "have it made by a tool that writes licences into it"
        yield from none(subject, query, Outcome.NOT_TESTED, why, hint)
        return
    yield Gathered(
        subject=subject,
        query=query,
        sha256=digest_of([[part.name, part.version, part.purl, part.licences] for part in parts]),
        items=tuple(_item(path, shown, part) for part in parts),
        revision=tree.name,
        source=posixpath.normpath(path),
    )


def _components(bill: Bill) -> list[Part]:
    """Each component once, without what the bill is about."""
    found: dict[tuple[str, str, str, tuple[str, ...]], Part] = {}
    for part in bill.parts:
        if not part.ref or part.ref not in bill.roots:
            found.setdefault((part.name, part.version, part.purl, part.licences), part)
    return list(found.values())


def _item(path: str, shown: str, part: Part) -> Item:
    choices = ways(part.licences)
    name = shorten(one_line(part.name), 100)
    said = " AND ".join(f"({each})" if len(part.licences) > 1 else each for each in part.licences)
    data = {
        "name": name,
        "version": shorten(one_line(part.version), 60),
        "purl": shorten(one_line(part.purl), 200),
        "file": shown,
        "licence": shorten(one_line(said), 200),
        "expression": whole(said),
        "known": bool(part.licences) and all(whole(each) for each in part.licences),
    }
    return Item(
        key=(path, part.purl or f"{part.name}@{part.version}", *part.licences),
        data=data if choices is None else data | {"ways": choices},
        unknown=("ways",) if choices is None else (),
        location=Location(path=shown, line=part.line, column=part.column if part.line else None, logical=name),
    )
