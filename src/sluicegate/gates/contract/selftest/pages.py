"""The faults that the pages of the rules show: each has an example that fails, and one that passes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from msgspec import Struct

_SECTION = re.compile(r"^## (Fails|Passes)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


class Example(Struct, frozen=True, kw_only=True):
    """An example of a page: the texts before and after (None: no such file), and the settings that it asks for."""

    page: str
    fires: bool
    base: str | None
    head: str | None
    settings: dict[str, Any]


def examples(pages: list[str], change_pages: frozenset[str]) -> Iterator[Example]:
    """Both examples of each page. Pages of state rules show one text each, pages of change rules two."""
    folder = files("sluicegate.gates.contract").joinpath("rules")
    for page in pages:
        for title, body in _SECTION.findall(folder.joinpath(f"{page}.md").read_text("utf-8")):
            blocks = _BLOCK.findall(body)
            settings = {
                key: value
                for language, text in blocks
                if language == "toml"
                for key, value in tomllib.loads(text).get("contract", {}).items()
            }
            texts: list[str | None] = [text for language, text in blocks if language == "yaml"]
            if page not in change_pages:
                texts.insert(0, None)
            base, head = (*texts, None)[:2]  # "After:" with nothing below it: the file is gone
            yield Example(page=page, fires=title == "Fails", base=base, head=head, settings=settings)
