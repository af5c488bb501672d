"""What is told of work under way: on a real terminal, with rich and without it, and nowhere else."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli_types import Command
from clones import Clone
from terminals import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")

CHECK = """
from sluicegate.cli.progress import watching
from sluicegate.engine import Finished, Found, Progressed, Started
from sluicegate.model import Finding, Level, Location, Progress
with watching() as listen:
    listen(Started(gate="a", title="Words\\x1b[31m"))
    input()
    listen(Progressed(gate="a", progress=Progress(what="some.txt", done=3, total=12)))
    input()
    listen(Started(gate="b", title="[/Numbers]"))
    listen(Found(gate="b", finding=Finding(rule="b/c", level=Level.NOTE, message="m", key=(), location=Location())))
    input()
    listen(Finished(gate="a", seconds=1))
    listen(Progressed(gate="unheard-of", progress=Progress(what="nothing", done=1, total=1)))
    input()
"""
STEPS = """
from sluicegate.cli.progress import stepping
with stepping(3) as step:
    step("[/v1]")
    input()
    step("漢字" * 40)
    input()
"""


def screen(said: str) -> list[str]:
    """Each state of the one line that is written over."""
    states, cells = [], ""
    for part in said.split("\r"):
        cells = part + cells[len(part) :]
        states.append(cells.rstrip())
    return states


class TestWithoutRich:
    def test_one_line_tells_what_runs_and_is_gone_at_the_end(self, tmp_path: Path) -> None:
        with Terminal(cwd=tmp_path, code=CHECK, rich=False) as terminal:
            terminal.until("Words\\x1b[31m · ")
            terminal.press()
            terminal.until("Words\\x1b[31m 3 of 12 some.txt · ")
            terminal.press()
            terminal.until("Words\\x1b[31m 3 of 12 some.txt · [/Numbers] 1 found · ")
            terminal.press()
            terminal.until("\r[/Numbers] 1 found · ")
            terminal.press()
            said = terminal.ended()
        assert "\n" not in said
        assert "\x1b" not in said
        *drawn, last = screen(said)
        assert last == ""
        assert all(re.fullmatch(r"(?:Words.*|\[/Numbers\] 1 found) · \d+ s", line) for line in filter(None, drawn))
        assert not any("unheard-of" in line for line in drawn)

    def test_the_line_is_never_wider_than_the_terminal(self, tmp_path: Path) -> None:
        with Terminal(cwd=tmp_path, code=STEPS, rich=False, columns=20) as terminal:
            terminal.until("0 of 3 [/v1] · ")
            terminal.press()
            terminal.until("1 of 3 漢字… · ")
            terminal.press()
            said = terminal.ended()
        assert screen(said)[-1] == ""
        assert max(map(cell_len, said.split("\r"))) < 20

    def test_a_terminal_that_cannot_write_over_is_told_nothing(self, tmp_path: Path) -> None:
        with Terminal(cwd=tmp_path, code=STEPS, rich=False, TERM="dumb") as terminal:
            terminal.press()
            terminal.press()
            assert terminal.ended() == ""

    def test_a_check_is_watched_and_its_report_stands_alone(self, repository: Clone, site: Path) -> None:
        repository.write("a.txt", "ok\nfine\n")
        path = f"{site}:{Path(__file__).parents[1]}"
        with Terminal("check", cwd=repository.root, rich=False, piped=True, PYTHONPATH=path) as terminal:
            assert terminal.ended().startswith("PASSED")
            assert screen(terminal.said)[-1] == ""


class TestWithRich:
    def test_a_bar_for_each_gate_is_drawn_and_gone_at_the_end(self, tmp_path: Path) -> None:
        with Terminal(cwd=tmp_path, code=CHECK) as terminal:
            terminal.until("Words")
            terminal.press()
            terminal.until("some.txt")
            terminal.press()
            terminal.until("1 found")
            assert "[/Numbers]" in terminal.said
            terminal.press()
            terminal.press()
            said = terminal.ended()
        assert "━" in said
        assert "Words\x1b[31m" not in said
        assert said.endswith("\x1b[2K")

    def test_steps_are_counted(self, tmp_path: Path) -> None:
        with Terminal(cwd=tmp_path, code=STEPS, columns=140) as terminal:
            terminal.until("[/v1]")
            assert "0/3" in terminal.said
            terminal.press()
            terminal.until("1/3")
            terminal.press()
            assert terminal.ended()


def test_a_pipe_is_told_nothing(command: Command, repository: Clone) -> None:
    repository.write("a.txt", "ok\nfine\n")
    done = command("check")
    assert (done.returncode, done.stderr) == (0, "")
