"""Branches whose commits were measured once each, in real repositories and stores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from clones import Clone
from runs import put
from sluicegate.baseline import open_store
from sluicegate.gates.performance.history.machine import this_machine
from sluicegate.gates.performance.history.record import Record
from sluicegate.gates.performance.reading import Reading

SETTINGS = '[performance]\nresults = ["head.json"]\nruler = "none"\n[baseline]\nstore = "kept"\n'
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def remembered(clone: Clone, *, more: str = "", **benchmarks: Sequence[float]) -> list[str]:
    """A branch of commits, each of which was measured once on this machine; the commits, oldest first."""
    clone.write("sluicegate.toml", SETTINGS + more)
    clone.write(".gitignore", "kept\nhead.json\n")
    store = open_store("kept", clone.root)
    commits, records = [], []
    for number, values in enumerate(zip(*benchmarks.values(), strict=True)):
        commits.append(clone.commit(f"number {number}"))
        records.append(
            Record(
                suite="benchmarks", commit=commits[-1], branch="main", time=BEGAN + timedelta(hours=number),
                machine=this_machine(os.environ),
                readings=tuple(
                    Reading(benchmark=name, processes=((value / 1000,),))
                    for name, value in zip(benchmarks, values, strict=True)
                ),
            )
        )  # fmt: skip
    put(store, *records)
    clone.commit("the change that is judged")
    return commits
