"""Counts how often the relation of schemas cannot decide, and how many breaks it proves with a value.

    python benchmarks/contract_proof.py BASE HEAD

Changed pairs are pairs of schemas that differ on their own level; one of unknown effect has a difference that only a
value can settle, and "told as undecided" are those that none settled. A break is a difference that weighs as an error.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from contract_diff import compare

from sluicegate.gates.contract.changes import Change
from sluicegate.gates.contract.values import Values
from sluicegate.model import Level
from sluicegate.openapi.relation import Difference, Effect, Relation


def main() -> None:
    changes: list[Change] = []
    changed: set[Any] = set()
    undecided: set[Any] = set()
    told, steps = Values.compare, Relation.steps

    def telling(self: Values, *where: Any) -> Iterator[Change]:
        for change in told(self, *where):
            changes.append(change)
            yield change

    def stepping(self: Relation, olds: Any, news: Any, direction: Any) -> Iterator[Any]:
        for step in steps(self, olds, news, direction):
            if isinstance(step, Difference):
                places = tuple((node.document.path, node.pointer) for node in (*olds, *news))
                changed.add((places, direction))
                if step.effect is Effect.UNKNOWN or step.doubted:
                    undecided.add((places, direction))
            yield step

    Values.compare, Relation.steps = telling, stepping  # type: ignore[method-assign] - to listen, in this process
    compare(*sys.argv[1:3])
    breaks = [one for one in changes if one.difference and one.level is Level.ERROR]
    proven = [one for one in breaks if one.witness]
    left = [one for one in changes if one.difference and one.difference.effect is Effect.UNKNOWN]
    print(f"changed pairs of schemas {len(changed):,}, of these with an unknown effect {len(undecided)}"
          f" ({100 * len(undecided) / max(1, len(changed)):.1f} %), told as undecided {len(left)}")  # fmt: skip
    print(
        f"breaks {len(breaks):,}, proven by a value {len(proven):,} ({100 * len(proven) / max(1, len(breaks)):.1f} %)"
    )
    unproven = Counter(one.difference.keyword for one in breaks if one.difference and not one.witness)
    print("without a value:", ", ".join(f"{word} {count}" for word, count in unproven.most_common()) or "none")


if __name__ == "__main__":
    main()
