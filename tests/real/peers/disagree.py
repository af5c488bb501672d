"""Prints where oasdiff and Redocly CLI disagree on a pair of the crosswalk: breaking for one, not for the other.

    python tests/real/peers/disagree.py [WORD ...]

Breaking is an error of oasdiff, and a major change of Redocly. It takes some minutes; words choose the lines that
contain them all. What oasdiff says is read from the facts, what Redocly says is asked of the installed program.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from crosswalk import oasdiff, redocly
from crosswalk.pairs import PAIRS


def main() -> None:
    tools = Path(os.environ.get("SLUICEGATE_TOOLS") or Path(__file__).parents[3] / ".tools")
    known = oasdiff.facts()
    told = redocly.verdicts(tools / "peers" / "node_modules" / ".bin" / "redocly", PAIRS)
    for name, verdict in sorted(told.items(), key=lambda one: (known[one[0]].effective, one[1].impact, one[0])):
        theirs = known[name].effective
        rules = "; ".join(f"{rule} ({impact})" for rule, impact in verdict.rules)
        line = f"{theirs + '/' + verdict.impact:14} {name:58} {rules or '-'}"
        if (theirs == "error") != (verdict.impact == "major") and all(word in line for word in sys.argv[1:]):
            print(line)
    counts = Counter((known[name].effective, verdict.impact) for name, verdict in told.items())
    print("\noasdiff / redocly: " + ", ".join(f"{a}/{b} {count}" for (a, b), count in sorted(counts.items())))


if __name__ == "__main__":
    main()
