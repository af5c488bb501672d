"""What was accepted before, and the stores that remember it: a folder, a git ref, an S3 bucket.

A store holds named bytes under five verbs; `update` changes one so that nobody's change is lost. A `Baseline` is the
multiset of accepted findings; `read_baseline` and `change_baseline` keep it in a store.
"""

from __future__ import annotations

from sluicegate.baseline.accepted import Acceptance, Accepted, Baseline, Difference, accept, diff, merge, prune
from sluicegate.baseline.address import open_store
from sluicegate.baseline.kept import change_baseline, read_baseline
from sluicegate.baseline.store import MovedError, Store, StoreError, TakenError, Versioned, update

__all__ = [
    "Acceptance",
    "Accepted",
    "Baseline",
    "Difference",
    "MovedError",
    "Store",
    "StoreError",
    "TakenError",
    "Versioned",
    "accept",
    "change_baseline",
    "diff",
    "merge",
    "open_store",
    "prune",
    "read_baseline",
    "update",
]
