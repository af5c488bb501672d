"""What the data map says as the record of processing: the record itself, its categories, its processors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.gates.compliance.personal.datamap import data_map
from sluicegate.model import Location, Outcome, Undecided

if TYPE_CHECKING:
    from collections.abc import Callable

    from sluicegate.gates.compliance.personal.datamap import Category, DataMap

_UNWRITTEN = Undecided(
    outcome=Outcome.NOT_TESTED,
    reason="no data map is named, which is the record of processing",
    hint='write one, and name it: [compliance] data-map = "compliance/data-map.yaml"',
)


def records(asking: Asking) -> Iterator[Gathered]:
    """One item: the system of the map, and what its record lacks (Article 30(1) of the GDPR)."""
    yield from _gathered(asking, "record of processing", lambda known: [_record(known)])


def categories(asking: Asking) -> Iterator[Gathered]:
    """One item for each category."""
    yield from _gathered(asking, "categories", lambda known: list(_categories(known)))


def processors(asking: Asking) -> Iterator[Gathered]:
    """One item for each processor; its agreement may be a file of the repository, which then has to be there."""
    yield from _gathered(asking, "processors", lambda known: list(_processors(known, asking)))


def _gathered(asking: Asking, subject: str, make: Callable[[DataMap], list[Item]]) -> Iterator[Gathered]:
    import hashlib

    query = f"{subject} of {asking.settings.data_map or 'the data map'}"
    known = data_map(asking)
    if known is None:
        yield Gathered(subject=subject, query=query, undecided=_UNWRITTEN)
        return
    digest = hashlib.sha256(known.document.text).hexdigest()
    yield Gathered(subject=subject, query=query, sha256=digest, items=tuple(make(known)))


def _record(known: DataMap) -> Item:
    written = known.written
    missing = [what for what, there in _asked(known) if not there]
    data = {
        "system": written.system,
        "missing": missing,
        "categories": len(written.categories),
        "processors": len(written.processors),
        "transfers": [each.to for each in written.transfers or ()],
        "unsafe_transfers": [each.to for each in written.transfers or () if not each.safeguard.strip()],
    }
    return Item(key=(written.system,), data=data, location=_place(known, "system", logical=written.system))


def _asked(known: DataMap) -> Iterator[tuple[str, bool]]:
    """What a record has to say, and whether this one does."""
    written = known.written
    yield "the controller's name", bool(written.controller.name.strip())
    yield "the controller's contact", bool(written.controller.contact.strip())
    yield "purposes", bool(written.purposes) and all(each.strip() for each in written.purposes.values())
    yield "categories", bool(written.categories)
    yield "recipients (or `recipients: [none]`)", bool(written.recipients or written.processors)
    yield "transfers (or `transfers: []`)", written.transfers is not None
    yield "security measures", bool(written.security_measures)
    for name, category in written.categories.items():
        yield f"the subjects of {name}", bool(category.subjects)
        yield f"the purposes of {name}", bool(category.purposes)
        yield f"the retention of {name}", category.days > 0


def _categories(known: DataMap) -> Iterator[Item]:
    for name, category in known.written.categories.items():
        yield Item(key=(name,), data=_category(name, category), location=_place(known, "categories", name))


def _category(name: str, category: Category) -> dict[str, Any]:
    return {
        "name": name,
        "special": category.special,
        "card_number": category.card_number,
        "security_code": category.security_code,
        "legal_basis": category.legal_basis,
        "special_basis": category.special_basis,
        "purposes": list(category.purposes),
        "subjects": list(category.subjects),
        "retention": category.retention,
        "retention_days": category.days,
        "processors": list(category.processors),
        "protection": category.protection,
    }


def _processors(known: DataMap, asking: Asking) -> Iterator[Item]:
    written = known.written
    for key, one in written.processors.items():
        agreement = one.agreement.strip()
        agreed = agreement.startswith("https://") or bool(agreement and asking.context.head.find(agreement))
        data = {
            "name": one.name or key,
            "country": one.country,
            "agreement": agreement,
            "agreed": agreed,
            "told": f"{agreement}, which is not in the repository" if agreement and not agreed else agreement or "none",
            "safeguard": one.safeguard,
            "categories": [name for name, each in written.categories.items() if key in each.processors],
        }
        yield Item(key=(key,), data=data, location=_place(known, "processors", key))


def _place(known: DataMap, *pointer: str, logical: str = "") -> Location:
    place = known.place(*pointer)
    return Location(path=place.path, line=place.line, column=place.column, logical=logical or ".".join(pointer))
