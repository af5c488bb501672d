"""Where a description is looked at when all that is asked is whether what was found in another stands in it too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.gates.contract.soundness.lint import called
from sluicegate.openapi.moved import original_of
from sluicegate.openapi.operations import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.openapi.document import Document

Way = tuple[str, ...]
"""The way to a place by names, as `steps` gives it; what comes after it is of no harm."""


def on_the_way(documents: Iterable[Document], ways: Iterable[Way]) -> frozenset[int] | None:
    """The ids of the values on these ways, each as far as a document has it; None where that cannot be told."""
    found: set[int] = set()
    for document in documents:
        if original_of(document) is not document:
            return None  # the ways are those of the text, and its values are not those of the document
        shapes: dict[str, list[Any]] = {}
        paths = document.data.get("paths") if isinstance(document.data, dict) else None
        for path, item in paths.items() if isinstance(paths, dict) else ():
            shapes.setdefault(shape_of(str(path)), []).append(item)
        for way in ways:
            here: list[Any] = [document.data]
            for depth, part in enumerate(way):
                if depth == 1 and way[0] == "paths":
                    here = shapes.get(part, [])
                else:
                    here = [child for value in here for child in _children(value, part)]
                found.update(map(id, here))
    return frozenset(found)


def _children(value: Any, name: str) -> list[Any]:
    if isinstance(value, dict):
        return [value[name]] if name in value else []
    return [item for index, item in enumerate(value) if called(item, index) == name] if isinstance(value, list) else []
