"""The faults that the pages of the rules show: each has files that fail, and files that pass."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECTION = re.compile(r"^## (Fails|Passes)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"(?:^`([^`\n]+)`\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Example(Struct, frozen=True, kw_only=True):
    """One side of a page: texts by path, and the settings that they ask for."""

    fires: bool
    files: dict[str, str]
    settings: dict[str, Any]


def examples(gate: str, page: str) -> Iterator[Example]:
    """Both examples of a page of a gate of ours: each file stands below its path, and settings have none."""
    text = files(f"sluicegate.gates.{gate}").joinpath("rules", f"{page}.md").read_text("utf-8")
    for title, body in _SECTION.findall(text):
        blocks = _BLOCK.findall(body)
        settings = {
            key: value
            for path, _, content in blocks
            if not path
            for key, value in tomllib.loads(content).get(gate, {}).items()
        }
        shown = {path: content for path, _, content in blocks if path}
        if not shown:  # it tells of what no page may show
            continue
        yield Example(fires=title == "Fails", files=shown, settings=settings)
