"""What operations give away, beside what the data map declares each of them to be for."""

from __future__ import annotations

from collections.abc import Iterator

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.evidence.fields import UNMAPPED, described
from sluicegate.gates.compliance.items import Asking, Gathered, Item, digest_of
from sluicegate.gates.compliance.personal.datamap import data_map
from sluicegate.gates.compliance.personal.fields import item
from sluicegate.gates.compliance.personal.properties import component, of_operation
from sluicegate.model import Location, Outcome, Undecided
from sluicegate.openapi.operations import describe
from sluicegate.openapi.references import Library


def gather(asking: Asking) -> Iterator[Gathered]:
    """One item for each field of a response, with the purposes of the operation and those of the field's category."""
    known = data_map(asking)
    paths = described(asking)
    subject, query = "responses", f"the responses of operations in {', '.join(paths) or 'descriptions'}"
    if known is None:
        yield Gathered(subject=subject, query=query, undecided=UNMAPPED)
        return
    items: dict[tuple[str, ...], Item] = {}
    lacking: list[Undecided] = []
    for path in paths:
        library = Library(tree=asking.context.head)
        try:
            for operation in describe(library, path).all_operations():
                purposes = known.purposes_of(operation.title)
                if purposes is None:
                    continue
                for one in of_operation(library, operation, requests=False):
                    line, column = one.node.line_column
                    where = Location(path=one.node.document.shown, line=line, column=column, logical=one.way)
                    made = item(
                        what="response",
                        name=one.way,
                        names=_names(one.node.pointer),
                        type_="",
                        location=where,
                        data_map=known,
                        operation=operation.title,
                    )
                    own = set(made.data["purposes"])
                    made.data["operation_purposes"] = list(purposes)
                    made.data["serves"] = made.data["none"] or bool(own & set(purposes))
                    items.setdefault(made.key, made)
        except UnreadableError as error:
            lacking.append(Undecided(outcome=Outcome.ERRORED, reason=error.message, hint=error.hint or ""))
    found = tuple(items.values())
    yield Gathered(
        subject=subject,
        query=query,
        sha256=digest_of([each.data for each in found]),
        items=found,
        lacking=tuple(lacking),
    )


def _names(pointer: tuple[str | int, ...]) -> list[str]:
    return [name] if (name := component(pointer)) else []
