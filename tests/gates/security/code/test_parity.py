"""bandit and ruff side by side on every planted fault, held against the table of docs/security.md."""

from __future__ import annotations

import re
from pathlib import Path

from looking import ENGINES, Looked

from sluicegate.gates.security.code.table import ROWS
from sluicegate.gates.security.selftest.code import PAIRS

PAGE = Path(__file__).parents[4] / "docs" / "security.md"
FILES = {
    f"b{number}/{way}.py": f"{text}\n" for number, pair in PAIRS.items() for way, text in zip("ft", pair, strict=True)
}
_ROW = re.compile(r"^\| `b(\d+)` \| (.+?) \| (yes|no) \| (yes|no) \| (.*?) \|$", re.MULTILINE)


def _table() -> dict[int, tuple[bool, bool, str]]:
    return {
        int(number): (bandit == "yes", ruff == "yes", why)
        for number, _, bandit, ruff, why in _ROW.findall(PAGE.read_text("utf-8"))
    }


def test_the_table_is_what_both_say_of_the_planted_faults() -> None:
    told = {engine: {(path, rule) for path, _, rule in Looked(FILES, python=engine).places()} for engine in ENGINES}
    fault, twin = "b{0}/f.py", "b{0}/t.py"
    seen = {
        number: tuple((fault.format(number), f"b{number}") in told[engine] for engine in ENGINES) for number in PAIRS
    }
    table = _table()
    assert {number: row[:2] for number, row in table.items()} == seen
    assert [number for number, (bandit, ruff, why) in table.items() if bandit != ruff and not why] == []
    for engine in ENGINES:
        assert [number for number in PAIRS if (twin.format(number), f"b{number}") in told[engine]] == []


def test_ruff_says_nothing_that_bandit_does_not() -> None:
    bandit, ruff = ({(path, rule) for path, _, rule in Looked(FILES, python=engine).places()} for engine in ENGINES)
    assert ruff - bandit == set()


def test_every_rule_is_in_the_table_and_in_the_pairs() -> None:
    assert list(_table()) == [row.number for row in ROWS] == list(PAIRS)
    assert {row.number for row in ROWS if not row.ruff} < {number for number, row in _table().items() if not row[1]}
