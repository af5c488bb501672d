"""What a command of `[performance.bench]` prints beside its results."""

from __future__ import annotations

from pathlib import Path

import pytest

from clones import Clone
from sluicegate.model import Outcome

from .test_bench import REGRESSED, SCRIPT, asked, change, said, turns  # noqa: F401 - fixtures

GO = """\
print("Compiling sorting v1.0")
print("goos: linux")
print("BenchmarkSort-8   100   1234 ns/op")
"""


def test_lines_of_go_are_read_behind_other_lines(change: Clone) -> None:  # noqa: F811
    change.commit(**{"bench.py": GO})
    change.write("bench.py", GO.replace("1234", "2468"))
    findings, _, _ = said(change)
    assert [(one.rule, one.key[0]) for one in findings] == [(REGRESSED, "BenchmarkSort")]


@pytest.mark.parametrize(
    ("prints", "begins"),
    [
        (
            f"print('Compiling sorting v1.0')\n{SCRIPT}",
            "`Compiling sorting v1.0`, and what may be JSON begins in line 2",
        ),
        (f"print('[info] ready')\n{SCRIPT}", "`[info] ready`, and what may be JSON begins in line 2"),
        (f'{SCRIPT}print("Done in 3 s")\n', '`{"sluicegate-performance": 1, '),
        ("print('sort_ms 12')\nprint('Done in 3 s')\n", "`sort_ms 12`"),
        ("print('\\x1b[2J::error::Compiling')\nprint('sort_ms 12')\n", "`\\x1b[2J::error::Compiling`"),
    ],
    ids=["banner", "bracket", "behind", "behind metrics", "hostile"],
)
def test_anything_else_is_told_by_its_first_line_with_what_to_do(
    change: Clone, tmp_path: Path, prints: str, begins: str  # noqa: F811, ARG001
) -> None:  # fmt: skip
    change.write("bench.py", prints)
    why = said(change)[1][REGRESSED, "benchmarks"].undecided
    assert why.outcome is Outcome.ERRORED
    assert f"; it begins with {begins}" in why.reason
    assert why.reason.count("it begins with") == 1
    assert 'with results = "stdout" all that the command prints is read: silence what it says' in why.hint
    assert "write them into a file" in why.hint
