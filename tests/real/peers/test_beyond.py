"""What we say of the peers where they misjudge a change, held against the installed programs."""

from __future__ import annotations

import pytest

from crosswalk import oasdiff, redocly
from crosswalk.beyond import CASES
from real.shared import TOOLS

WORST = ("error", "warning", "info")
REDOCLY = TOOLS / "peers" / "node_modules" / ".bin" / "redocly"


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_peers_still_say_so(tool, name):
    assert REDOCLY.exists(), "run tests/real/peers/install.sh"
    case = CASES[name]
    changes = oasdiff.changelog(tool("oasdiff"), case.pair)
    levels = [level for rule, level in changes if not rule.startswith("api-version-")]
    assert min(levels, key=WORST.index, default="silent") == case.oasdiff, changes
    assert redocly.diff(REDOCLY, case.pair).impact == case.redocly


def test_one_of_the_peers_is_wrong_each_time():
    right = {name for name, case in CASES.items() if agrees(case)}
    assert right == set()


def agrees(case):
    """Whether both peers tell the truth about a change."""
    return (case.oasdiff == "error") == case.breaks == (case.redocly == "major")
