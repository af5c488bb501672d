"""Whether every reference in a document of OSCAL leads somewhere: neither its schemas nor its tools look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_TARGETS = {"objective-id", "control-id"}


def unresolved(document: Any) -> list[str]:
    """The references that lead nowhere, and the identifiers that stand twice, each with its place."""
    places = list(_walk(document, "$"))
    defined: dict[str, str] = {}
    wrong = []
    for place, name, value in places:
        if name == "uuid":
            if value in defined:
                wrong.append(f"{place}: {value} stands at {defined[value]} too")
            defined.setdefault(value, place)
    reviewed = {value for _, name, value in places if name in _TARGETS}
    for place, name, value in places:
        if name.endswith("-uuid") and value not in defined:
            wrong.append(f"{place}: nothing has the uuid {value}")
        elif name == "href" and value.startswith("#") and value[1:] not in defined:
            wrong.append(f"{place}: nothing has the uuid {value[1:]}")
        elif name == "target-id" and value not in reviewed:
            wrong.append(f"{place}: {value} is not among what was reviewed")
    return wrong


def _walk(value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    """Every text of a document with its place and its name."""
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str):
                yield f"{place}.{name}", name, item
            else:
                yield from _walk(item, f"{place}.{name}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _walk(item, f"{place}[{number}]")
