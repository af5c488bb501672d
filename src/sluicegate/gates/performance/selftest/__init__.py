"""The performance gate's known faults: what its pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.performance.catalogue import HISTORY, RULES
from sluicegate.model import Case, Planted
from sluicegate.pages import examples

if TYPE_CHECKING:
    from collections.abc import Iterator


_FILES = ("results", "base-results")


def planted() -> Iterator[Planted]:
    """Every fault with its near-miss twin, in a tree of its own, since each names its files."""
    for rule in RULES:
        for one in examples("performance", rule.name):
            said = f"the example of the page {rule.name} that {'fails' if one.fires else 'passes'}"
            folder = f"{rule.name}/{'fails' if one.fires else 'passes'}"
            yield Planted(
                head={f"{folder}/{path}": text for path, text in one.files.items()},
                settings={key: value for key, value in one.settings.items() if key not in _FILES},
                place={key: [f"{folder}/{path}" for path in one.settings.get(key, [])] for key in _FILES},
                cases=(Case(fault=said, rules=(rule.id,), folder=folder, fires=one.fires),),
            )
    why = "it is seen in runs of weeks, and a planted tree has none; the tests of the project have such a history"
    for rule in HISTORY:
        yield Planted(head={}, cases=(Case(fault="(none)", rules=(rule.id,), excuse=why),))
