"""What people call the variants of a union, in words that stay when others come, go or move."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sluicegate.openapi.references import DanglingError, reference_of
from sluicegate.openapi.relation.shape import only_value
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.openapi.document import Node
    from sluicegate.openapi.references import Library

_LONGEST = 60


def labels(library: Library, members: Sequence[Node]) -> list[str]:
    """For each its component, title, type where no other has it, what it alone of its type has, or its number."""
    found = [_name(library, member) for member in members]
    kinds: dict[str, list[int]] = {}
    for index, name in enumerate(found):
        if not name:
            kinds.setdefault(_kind(members[index]), []).append(index)
    for kind, alike in kinds.items():
        if len(alike) == 1:
            found[alike[0]] = kind
            continue
        words = {index: tuple(dict.fromkeys(_telling(members[index]))) for index in alike}
        often = Counter(word for each in words.values() for word in each)
        for index, each in words.items():
            own = next((word for word in each if often[word] == 1), f"#{index + 1}")
            found[index] = f"{kind} {own}"
    return found


def _name(library: Library, member: Node) -> str:
    if reference_of(member.value) is None:
        return member.text("title")
    try:
        end = library.resolve(member)
    except DanglingError:
        end = member
    return str((end.pointer or (end.document.path,))[-1])


def _kind(member: Node) -> str:
    stated = member.value.get("type") if isinstance(member.value, dict) else None
    return stated if isinstance(stated, str) else "schema"


def _telling(member: Node) -> Iterator[str]:
    """What a schema may be told from others by, the surest first: a listed value, what it requires, what it has."""
    value = member.value if isinstance(member.value, dict) else {}
    properties = value.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    for name, schema in properties.items():
        if (only := only_value(schema)) is not None:
            yield shorten(one_line(f"with {name} = {only}"), _LONGEST)
    required = value.get("required")
    for name in (*(required if isinstance(required, list) else ()), *properties):
        if isinstance(name, str):
            yield shorten(one_line(f"with {name}"), _LONGEST)
