"""Every field that may hold personal data: properties of descriptions, columns of schemas, fields of logs."""

from __future__ import annotations

from collections.abc import Iterator

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.evidence.logs import scans
from sluicegate.gates.compliance.items import Asking, Gathered, Item, digest_of
from sluicegate.gates.compliance.personal.datamap import DataMap, data_map
from sluicegate.gates.compliance.personal.fields import item
from sluicegate.gates.compliance.personal.properties import CONVENTIONAL, properties
from sluicegate.gates.compliance.schemas.found import scripts
from sluicegate.gates.compliance.schemas.steps import columns
from sluicegate.model import Location, Outcome, Undecided
from sluicegate.openapi.operations import describe
from sluicegate.openapi.references import Library
from sluicegate.text import plural

UNMAPPED = Undecided(
    outcome=Outcome.NOT_TESTED,
    reason="no data map says what the fields are",
    hint='write one, and name it: [compliance] data-map = "compliance/data-map.yaml"',
)


def gather(asking: Asking) -> Iterator[Gathered]:
    """The fields of each source that there is; without a data map they are there, and nobody has said what they are."""
    known = data_map(asking)
    unmapped = () if known else (UNMAPPED,)
    sources = [each for each in (_properties(asking, known), _columns(asking, known), _logged(asking, known)) if each]
    if not sources:
        yield Gathered(subject="fields", query="properties, columns and fields of logs", lacking=unmapped)
    for subject, query, items, lacking in sources:
        yield Gathered(
            subject=subject,
            query=query,
            sha256=digest_of([each.data for each in items]),
            items=tuple(items),
            lacking=(*lacking, *unmapped),
        )


_Source = tuple[str, str, list[Item], list[Undecided]]


def described(asking: Asking) -> list[str]:
    """The descriptions that the settings name, or that are called as they usually are."""
    named = asking.settings.descriptions
    found: dict[str, None] = {}
    for pattern in named or CONVENTIONAL:
        found.update(dict.fromkeys(asking.context.head.glob(pattern) or ([pattern] if named else [])))
    return list(found)


def _properties(asking: Asking, known: DataMap | None) -> _Source | None:
    paths = described(asking)
    items: dict[tuple[str, ...], Item] = {}
    lacking: list[Undecided] = []
    for path in paths:
        library = Library(tree=asking.context.head)
        try:
            for one in properties(library, describe(library, path)):
                made = item(
                    what="property",
                    name=one.name,
                    names=one.uses,
                    type_=one.type,
                    location=one.location,
                    data_map=known,
                    examples=one.examples,
                    operation=one.uses[0].split(" response ")[0].split(" request ")[0] if one.uses else "",
                )
                items.setdefault(made.key, made)
        except UnreadableError as error:
            lacking.append(Undecided(outcome=Outcome.ERRORED, reason=error.message, hint=error.hint or ""))
    if not paths:
        return None
    return "properties of descriptions", f"the properties of {', '.join(paths)}", list(items.values()), lacking


def _columns(asking: Asking, known: DataMap | None) -> _Source | None:
    read = scripts(asking)
    if not read:
        return None
    display = asking.context.head.display
    items = [
        item(
            what="column",
            name=f"{one.table}.{one.name}",
            names=_called(one.table, one.name, one.model),
            type_=one.type,
            location=Location(path=display(one.path), line=one.line, logical=f"{one.table}.{one.name}"),
            data_map=known,
        )
        for one in columns(read)
    ]
    lacking = [
        Undecided(outcome=trouble.outcome, reason=f"{display(script.path)}:{trouble.line}: {trouble.text}")
        for script in read
        for trouble in script.troubles
    ]
    return "columns of schemas", f"the tables after {plural(len(read), 'script')}", items, lacking


def _called(table: str, name: str, model: str) -> list[str]:
    """What else a column goes by: without the name of its schema, and as the code calls it."""
    return [f"{table.rpartition('.')[2]}.{name}", *([f"{model}.{name}"] if model else [])]


def _logged(asking: Asking, known: DataMap | None) -> _Source | None:
    if not asking.settings.logs:
        return None
    found, lacking = scans(asking)
    items: dict[tuple[str, ...], Item] = {}
    for scan in found:
        for name, (line, examples) in scan.fields.items():
            made = item(
                what="log field",
                name=f"log {name}",
                names=[name],
                type_="",
                location=Location(path=scan.path, line=line, logical=f"log {name}"),
                data_map=known,
                examples=examples,
            )
            items.setdefault(made.key, made)
    return "fields of logs", f"the fields of {', '.join(asking.settings.logs)}", list(items.values()), list(lacking)
