"""Runs our contract gate on every pair of the crosswalk, and prints it beside what oasdiff says.

    python tests/crosswalk/run_ours.py [WORD ...]

One line for each rule of oasdiff: its level, ours (the worst of our findings; silent where there is none, doubt where
a rule could not decide), its id, and our findings. Lines follow in the order of the disagreement; words choose the
lines that contain them all, as in `run_ours.py error/silent response-body`. The changes that the peers misjudge follow
with the truth in the place of a level of theirs (breaks or harmless); the counts come last.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from crosswalk.beyond import CASES
from crosswalk.oasdiff import facts
from crosswalk.pairs import PAIRS
from crosswalk.template import Document, Pair
from openapi.memory import MemoryTree
from sluicegate.gates.contract import RULES
from sluicegate.gates.contract.check import check
from sluicegate.gates.contract.settings import DeprecationDays, Settings
from sluicegate.model import Context, Examination, Finding, Level, Outcome, RuleKind

CHANGES = frozenset(rule.id for rule in RULES if rule.kind is RuleKind.CHANGE) - Settings().unasked
ORDER = ("error", "warning", "note", "doubt", "silent")
THEIRS = ("error", "warning", "info", "breaks", "harmless")


class Answer(NamedTuple):
    """What our gate says of a pair: rules with their levels, and why it doubts."""

    findings: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]

    @property
    def level(self) -> str:
        """The worst level of the findings, else doubt or silent."""
        said = [level for _, level in self.findings] or (["doubt"] if self.doubts else ["silent"])
        return min(said, key=ORDER.index)


def tree(side: Document, name: str) -> MemoryTree:
    return MemoryTree({"openapi.json": json.dumps(side)}, name=name)


def _days(pair: Pair) -> int:
    """The days of notice that a pair asks for."""
    return 180 if "--deprecation-days-stable" in pair.flags else 0


def ours(pair: Pair, rules: frozenset[str] = CHANGES) -> Answer:
    """What the rules of our gate find in a pair: those for changes where none are named."""
    context = Context(
        settings=Settings(spec="openapi.json", deprecation_days=DeprecationDays(stable=_days(pair))),
        head=tree(pair.head, "head"),
        reference=tree(pair.base, "base"),
        rules=rules,
        now=datetime.now(UTC),
    )
    found = list(check(context))
    findings = {(one.rule.partition("/")[2], str(one.level)) for one in found if isinstance(one, Finding)}
    doubts = {
        one.undecided.reason
        for one in found
        if isinstance(one, Examination)
        and one.undecided
        and one.undecided.outcome in {Outcome.INCONCLUSIVE, Outcome.ERRORED, Outcome.NOT_TESTED}
    }
    worst_first = sorted(findings, key=lambda one: (-Level(one[1]).weight, one[0]))
    return Answer(tuple(worst_first), tuple(sorted(doubts)))


def answers() -> dict[str, Answer]:
    return {name: ours(pair) for name, pair in PAIRS.items()}


def told(answer: Answer) -> str:
    """The findings and doubts of ours in one line."""
    said = [f"{rule} ({level})" for rule, level in answer.findings] + [f"doubt: {why}" for why in answer.doubts]
    return "; ".join(said) or "-"


def main() -> None:
    known = facts()
    rows = [(known[name].effective, answer.level, name, told(answer)) for name, answer in answers().items()]
    for name, case in CASES.items():
        answer = ours(case.pair)
        rows.append(("breaks" if case.breaks else "harmless", answer.level, name, told(answer)))
    rows.sort(key=lambda row: (THEIRS.index(row[0]), -ORDER.index(row[1]), row[2]))
    for theirs, level, name, said in rows:
        line = f"{theirs + '/' + level:16} {name:58} {said}"
        if all(word in line for word in sys.argv[1:]):
            print(line)
    counts = Counter(row[:2] for row in rows)
    print(f"\n{'theirs / ours':15}" + "".join(f"{level:>10}" for level in ORDER) + f"{'all':>10}")
    for theirs in THEIRS:
        numbers = [counts[theirs, level] for level in ORDER]
        print(f"{theirs:15}" + "".join(f"{number:10}" for number in [*numbers, sum(numbers)]))


if __name__ == "__main__":
    main()
