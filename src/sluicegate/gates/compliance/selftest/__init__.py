"""The compliance gate's known faults: what its pages show, and what goes wrong in the three reference systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.compliance.catalogue import RULES
from sluicegate.gates.compliance.selftest import trails
from sluicegate.gates.compliance.selftest.faults import FAULTS
from sluicegate.gates.compliance.selftest.systems import planted as system
from sluicegate.model import Case, Planted
from sluicegate.pages import examples

if TYPE_CHECKING:
    from collections.abc import Iterator


def planted() -> Iterator[Planted]:
    """Every fault with its near-miss twin, in a tree of its own, since each names its packs."""
    for rule in RULES:
        for one in examples("compliance", rule.name):
            how = "fails" if one.fires else "passes"
            folder = f"{rule.name}/{how}"
            yield Planted(
                head={f"{folder}/{path}": text for path, text in one.files.items()},
                settings={key: value for key, value in one.settings.items() if key != "packs"},
                place={"packs": [f"{folder}/{path}" for path in one.settings["packs"]]},
                cases=(
                    Case(
                        fault=f"the example of the page {rule.name} that {how}",
                        rules=(rule.id,),
                        folder=folder,
                        fires=one.fires,
                    ),
                ),
            )
    for name, faults in FAULTS.items():
        yield from system(name, (*faults, *trails.faults(name)))
