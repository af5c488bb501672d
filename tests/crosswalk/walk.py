"""Writes the crosswalk of the contract gate: which rule of ours says what a rule of oasdiff says, and where.

    python tests/crosswalk/walk.py [--check] [--redocly]

For each pair the change of ours is taken whose rule, place and detail have most words in common with oasdiff's id; the
result is data of the gate, reviewed like code. `--check` compares and writes nothing; `--redocly` asks that tool again
(some minutes), whose impacts are kept otherwise.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crosswalk import redocly
from crosswalk.oasdiff import facts
from crosswalk.pairs import PAIRS
from crosswalk.run_ours import tree
from crosswalk.template import Pair
from real.shared import TOOLS
from sluicegate.gates.contract import crosswalk
from sluicegate.gates.contract.around import around
from sluicegate.gates.contract.catalogue import BY_ID
from sluicegate.gates.contract.changes import Change
from sluicegate.gates.contract.compare import compare
from sluicegate.gates.contract.lifecycle.compare import Policy
from sluicegate.gates.contract.values import Read, both_ways
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.operations import describe
from sluicegate.openapi.references import Library

TARGET = Path(crosswalk.__file__).with_name("crosswalk.toml.gz")
SAME = {
    "max": "maximum", "min": "minimum", "decreased": "changed", "increased": "changed", "deleted": "removed",
    "api": "operation", "generalized": "loosened", "specialized": "tightened", "exclusive": "", "optional": "",
    "endpoint": "operation", "new": "added", "parse": "invalid",
    "small": "soon", "reactivated": "undeprecated", "list": "type", "types": "type", "const": "enum",
}  # fmt: skip
"""Words of oasdiff that are others of ours."""


def changes(pair: Pair) -> list[Change]:
    """What our comparison says of a pair."""
    base, head = (
        describe(Library(tree=tree(side, name)), "openapi.json")
        for side, name in ((pair.base, "base"), (pair.head, "head"))
    )
    days = {"beta": 31, "stable": 180} if any("deprecation-days" in flag for flag in pair.flags) else {}
    policy = Policy(today=datetime.now(UTC).date(), deprecation_days=days)
    several = both_ways(Read(base.library, head.library), tuple(Direction), main="openapi.json", policy=policy)
    return [*around(base, head, policy), *chain.from_iterable(compare(base, head, values) for values in several)]


def words(text: str) -> set[str]:
    found = {SAME.get(word, word) for word in re.split(r"[-_]", text)}
    return found - {""}


def likeness(name: str, change: Change) -> tuple[int, int, int]:
    theirs = words(name)
    rule = change.rule.partition("/")[2]
    own = words(rule) | {*crosswalk.where(change)[0].split("-"), change.detail.removeprefix("variants-")} - {""}
    return len(theirs & own), -len(words(rule) - theirs), crosswalk.level(change).weight


RULES = {
    "api-major-version-not-bumped": "version-not-bumped", "api-version-not-bumped": "version-not-bumped",
    "api-version-decreased": "version-not-bumped",
}  # fmt: skip
"""Rules of ours that words do not lead to, or that a setting has to ask."""


def row(name: str, impacts: dict[str, str]) -> str:
    level = facts()[name].effective
    found = changes(PAIRS[name])
    if name in RULES:
        return line(name, level, impacts[name], RULES[name], "", "", level_of(RULES[name]))
    if not found:
        return line(name, level, impacts[name])
    best = max(found, key=lambda change: likeness(name, change))
    ours = max((crosswalk.level(change) for change in found), key=lambda one: one.weight)
    place, detail = crosswalk.where(best)
    return line(name, level, impacts[name], best.rule.partition("/")[2], place, detail, str(ours))


def line(name: str, *columns: str) -> str:
    return f"{name} = {json.dumps(columns)}"


def level_of(rule: str) -> str:
    return str(BY_ID[f"contract/{rule}"].level)


def impacts() -> dict[str, str]:
    """What Redocly sees in each pair: asked where it is installed, else what the crosswalk says already."""
    program = TOOLS / "peers" / "node_modules" / ".bin" / "redocly"
    if program.exists() and "--redocly" in sys.argv[1:]:
        return {name: verdict.impact for name, verdict in redocly.verdicts(program, PAIRS).items()}
    return {name: known["redocly"] for name, known in crosswalk.rows().items()}


def text() -> str:
    seen = impacts()
    lines = "\n".join(row(name, seen) for name in sorted(PAIRS))
    return (
        "# Which rule of ours says what a rule of oasdiff says: written by tests/crosswalk/walk.py from a pair of\n"
        "# descriptions for each. Where there is no rule, we say nothing of it; docs/crosswalk.md says why.\n"
        f"# Columns: {', '.join(crosswalk.COLUMNS)}.\n{lines}\n"
    )


def main() -> None:
    if "--check" in sys.argv[1:]:
        sys.exit(crosswalk.text() != text())
    TARGET.write_bytes(gzip.compress(text().encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
