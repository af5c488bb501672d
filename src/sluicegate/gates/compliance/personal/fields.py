"""A field of any kind as an item of evidence: what it is declared to be, and what its name and examples advise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sluicegate.gates.compliance.items import Item
from sluicegate.gates.compliance.personal.datamap import NONE, DataMap
from sluicegate.gates.compliance.personal.detectors import found
from sluicegate.gates.compliance.personal.names import SPECIAL, advised
from sluicegate.model import Location

_PROTECTED = frozenset(("encrypted", "hashed", "tokenised", "truncated", "pseudonymised"))
_BY_TYPE = re.compile(r"(?i)encrypt|cipher|pgp_sym|always.?encrypted")
_PARTS = re.compile(r"[.\s]")


def item(
    *,
    what: str,
    name: str,
    names: Sequence[str],
    type_: str,
    location: Location,
    data_map: DataMap | None,
    examples: Iterable[str] = (),
    operation: str = "",
) -> Item:
    """The item of a field that goes by several names, of which the first is the one it is known by."""
    said = data_map.classified([name, *names]) if data_map else None
    category = said.category if said else None
    advice = advised(_PARTS.split(name)[-1]) or looks_like(examples)
    protection = said.protection if said and said.protection else "encrypted" if _BY_TYPE.search(type_) else ""
    none = said is not None and said.name == NONE
    data: dict[str, Any] = {
        "what": what,
        "name": name,
        "type": type_,
        "operation": operation,
        "mapped": data_map is not None,
        "classified": said is not None and said.told,
        "category": said.name if said else "",
        "none": none,
        "special": category is not None and category.special,
        "card_number": category.card_number if category else advice == "card" and not none,
        "security_code": category.security_code if category else advice == "security code" and not none,
        "purposes": list(category.purposes) if category else [],
        "protection": protection,
        "protected": protection in _PROTECTED,
        "advised": advice,
        "advised_special": advice in SPECIAL,
        "looks": f", and looks like: {advice}" if advice else "",
        "gives": said.name if said and said.told else "what nobody has classified",
    }
    return Item(key=(what, name), data=data, location=location)


def looks_like(texts: Iterable[str]) -> str:
    """The first kind of personal data that examples look like; "" where they look like none."""
    return next((hit.kind for text in texts for hit in found(text[:1000])), "")
