"""Writes oasdiff.toml again: the ids, levels and directions of the rules of an installed oasdiff, facts and no prose.

    python tests/crosswalk/refresh.py VERSION [PROGRAM]

PROGRAM is `$SLUICEGATE_TOOLS/bin/oasdiff` where it is not given. A rule whose pair is reported at another level than
`oasdiff checks` names has that level as `reported`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crosswalk import oasdiff
from crosswalk.pairs import PAIRS

HEAD = "# Facts about the rules of oasdiff, written by refresh.py. `reported` is the level that our pair really gets.\n"


def lines(version: str, program: Path) -> list[str]:
    """The file, line by line."""
    found = oasdiff.reports(program, PAIRS)
    told = [HEAD, f'version = "{version}"\n', "\n[rules]\n"]
    for name, rule in sorted(oasdiff.checks(program).items()):
        levels = {level for other, level in found.get(name, []) if other == name}
        reported = "" if len(levels) != 1 or levels == {rule.level} else f', reported = "{levels.pop()}"'
        told.append(f'{name} = {{ level = "{rule.level}", direction = "{rule.direction}"{reported} }}\n')
    return told


def main() -> None:
    version = sys.argv[1]
    tools = os.environ.get("SLUICEGATE_TOOLS") or Path(__file__).parents[2] / ".tools"
    program = Path(sys.argv[2]) if sys.argv[2:] else Path(tools, "bin", "oasdiff")
    oasdiff.FACTS.write_text("".join(lines(version, program)), "utf-8")


if __name__ == "__main__":
    main()
