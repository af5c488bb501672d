"""Images as the pages of their rules show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.images import RULES
from sluicegate.gates.security.selftest.layouts import shown
from sluicegate.gates.security.selftest.pages import examples
from sluicegate.model import Case, Planted

if TYPE_CHECKING:
    from collections.abc import Iterator


def planted_images() -> Iterator[Planted]:
    """All in one tree, each in a folder of its own."""
    files: dict[str, str] = {}
    cases = []
    for rule in RULES:
        for one in examples(rule.name):
            way = "fails" if one.fires else "passes"
            folder = f"{rule.name}/{way}"
            files |= {f"{folder}/{path}": text for path, text in shown(one.files).items()}
            fault = f"the example of the page {rule.name} that {way}"
            cases.append(Case(fault=fault, rules=(rule.id,), folder=folder, fires=one.fires))
    folders = [case.folder for case in cases]
    yield Planted(head=files, cases=tuple(cases), settings={"kinds": ["images"]}, place={"images": folders})
