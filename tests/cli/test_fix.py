"""`sluicegate check --fix`: what is written, what is refused, and what is taken back."""

from __future__ import annotations

import os
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone
from sluicegate.cli.fix import apply, fixing
from sluicegate.model import BaselineState, Finding, Fix, GateResult, Level, Location, Outcome, Revision, Run

API = """\
openapi: 3.0.3
info: {title: Orders, version: '1'} # ours
paths:
  /orders:
    get:
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema: {type: array} # of what?
"""
GOOD = API.replace("{type: array}", "{type: array, items: {}}")
links = pytest.mark.skipif(sys.platform == "win32", reason="needs rights to make links")


def finding(path: str = "a.txt", line: int = 2, old: str = "two", new: str = "2", **more: object) -> Finding:
    fix = Fix(path=path, first_line=line, last_line=line + old.count("\n"), original=old, replacement=new, title="t")
    return Finding(
        rule="r/r", level=Level.ERROR, message="m", key=(path, str(line), old), location=Location(path=path, line=line),
        **{"fix": fix, **more},
    )  # fmt: skip


def tried(root: Path, *findings: Finding) -> tuple[int, list[str]]:
    done, _, refused = apply(findings, root)
    return len(done), sorted(refused.values())


class TestTheCommand:
    def test_the_working_tree_is_mended_and_judged_again(self, command: Command, clone: Clone) -> None:
        clone.commit("one", **{"sluicegate.toml": "[contract]\n"})
        clone.write("openapi.yaml", API.replace("\n", "\r\n"))
        assert command("check").returncode == 1
        done = command("check", "--fix")
        assert done.returncode == 0, done.stdout
        assert "fixed: openapi.yaml:11:24 contract/array-without-items (say that" in done.stderr
        assert "fixed 1 finding\n" in done.stderr
        assert "PASSED" in done.stdout
        assert (clone.root / "openapi.yaml").read_bytes() == GOOD.replace("\n", "\r\n").encode()
        again = command("check", "--fix")
        assert (again.returncode, again.stderr) == (0, "")

    def test_what_cannot_be_mended_still_fails(self, command: Command, clone: Clone) -> None:
        clone.commit("one", **{"sluicegate.toml": "[contract]\n"})
        clone.write("openapi.yaml", API.replace("/orders", "/orders/{id}"))
        done = command("check", "--fix")
        assert done.returncode == 1
        assert "fixed 1 finding\n" in done.stderr
        assert "contract/path-parameter-mismatch" in done.stdout

    def test_only_what_counts_is_mended(self, command: Command, clone: Clone) -> None:
        clone.commit("one", **{"sluicegate.toml": "[contract]\n", "openapi.yaml": API})
        clone.write("openapi.yaml", API.replace("All.", "All of them."))
        done = command("check", "--fix")
        assert (done.returncode, done.stderr) == (0, "")
        assert "{type: array}" in (clone.root / "openapi.yaml").read_text()

    def test_several_on_one_line_take_several_rounds(self, command: Command, clone: Clone) -> None:
        clone.commit("one", **{"sluicegate.toml": "[contract]\n"})
        clone.write("openapi.yaml", API.replace("{type: array}", "{type: string, enum: [a, a, b, b, c, c]}"))
        done = command("check", "--fix", "--fail-on", "warning")
        assert done.returncode == 0, done.stdout
        assert "fixed 3 findings" in done.stderr
        assert "enum: [a, b, c]}" in (clone.root / "openapi.yaml").read_text()

    def test_a_hook_that_mends_has_not_passed(self, command: Command, clone: Clone) -> None:
        clone.commit("one", **{"sluicegate.toml": "[contract]\n"})
        clone.write("openapi.yaml", API.replace("{type: array}", "{type: string, enum: [a, a]}"))
        clone.git("add", "-A")
        assert command("check", "--staged").returncode == 0  # a warning
        done = command("check", "--staged", "--fix")
        assert done.returncode == 1
        assert "fixed 1 finding; look at them and stage them" in done.stderr
        assert "enum: [a]}" in (clone.root / "openapi.yaml").read_text()
        clone.git("add", "-A")
        assert command("check", "--staged", "--fix").returncode == 0

    def test_what_is_staged_and_was_edited_since_is_left_alone(self, command: Command, clone: Clone) -> None:
        clone.commit("one", **{"sluicegate.toml": "[contract]\n"})
        clone.write("openapi.yaml", API)
        clone.git("add", "-A")
        edited = API.replace("# of what?", "# of orders")
        clone.write("openapi.yaml", edited)
        done = command("check", "--staged", "--fix")
        assert done.returncode == 1
        assert "the text there is not what the gate saw" in done.stderr
        assert (clone.root / "openapi.yaml").read_text() == edited

    @links
    def test_a_link_is_not_written_through(self, command: Command, clone: Clone, tmp_path: Path) -> None:
        outside = tmp_path / "outside.yaml"
        outside.write_text(API)
        clone.commit("one", **{"sluicegate.toml": "[contract]\n", "real/openapi.yaml": API.replace("array", "string")})
        clone.write("real/openapi.yaml", API)
        (clone.root / "linked.yaml").symlink_to("real/openapi.yaml")
        clone.write("sluicegate.toml", '[contract]\nspec = "linked.yaml"\n')
        done = command("check", "--fix")
        assert "linked.yaml is a link" in done.stderr
        assert (clone.root / "real/openapi.yaml").read_text() == API


class TestApply:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "a.txt").write_bytes(b"one\ntwo\nthree\nfour")
        (tmp_path / "b.txt").write_bytes(b"one\ntwo\n")
        return tmp_path / "in"

    def test_several_in_one_file(self, root: Path) -> None:
        assert tried(root, finding(line=4, old="four", new="4\n5"), finding(), finding(line=1, old="one", new="")) == (
            3,
            [],
        )
        assert (root / "a.txt").read_bytes() == b"\n2\nthree\n4\n5"

    def test_lines_that_go(self, root: Path) -> None:
        fix = Fix(
            path="a.txt", first_line=2, last_line=3, original="two\nthree", replacement="", title="t", removed=True
        )
        assert tried(root, finding(fix=fix)) == (1, [])
        assert (root / "a.txt").read_bytes() == b"one\nfour"

    def test_what_overlaps_waits(self, root: Path) -> None:
        assert tried(root, finding(line=2, old="two\nthree", new="x"), finding(line=3, old="three", new="y")) == (1, [])
        assert (root / "a.txt").read_bytes() == b"one\nx\nfour"

    def test_line_ends_and_the_mark_at_the_start_are_kept(self, root: Path) -> None:
        (root / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\nthree\r\n")
        assert tried(root, finding(line=1, old="one", new="1\n1a"), finding(line=3, old="three", new="3")) == (2, [])
        assert (root / "a.txt").read_bytes() == b"\xef\xbb\xbf1\r\n1a\r\ntwo\r\n3\r\n"

    @pytest.mark.parametrize(
        ("line", "old"), [(2, "Two"), (3, "two"), (9, "two"), (0, ""), (-1, "four"), (4, "four\n"), (2, "two\r")]
    )
    def test_other_text_is_left_alone(self, root: Path, line: int, old: str) -> None:
        before = (root / "a.txt").read_bytes()
        assert tried(root, finding(line=line, old=old)) == (0, ["the text there is not what the gate saw"])
        assert (root / "a.txt").read_bytes() == before

    @pytest.mark.parametrize(
        "path", ["../b.txt", "x/../../b.txt", ".git/config", "a/.git/hooks/x", "\\b.txt", "C:b.txt", "", "a\0b"]
    )
    def test_nothing_outside_of_the_repository_is_touched(self, root: Path, path: str) -> None:
        assert tried(root, finding(path)) == (0, ["its path leads out of the repository"])
        assert (root.parent / "b.txt").read_bytes() == b"one\ntwo\n"

    def test_nor_by_its_whole_path(self, root: Path) -> None:
        assert tried(root, finding(str(root.parent / "b.txt")))[0] == 0

    @links
    def test_nor_through_a_link(self, root: Path) -> None:
        (root / "link.txt").symlink_to(root.parent / "b.txt")
        (root / "folder").symlink_to(root.parent)
        assert tried(root, finding("link.txt"), finding("folder/b.txt")) == (
            0,
            ["folder is a link", "link.txt is a link"],
        )
        assert (root.parent / "b.txt").read_bytes() == b"one\ntwo\n"

    def test_no_such_file_a_folder_and_a_pipe(self, root: Path) -> None:
        (root / "folder").mkdir()
        assert tried(root, finding("none.txt"), finding("folder"))[0] == 0
        if sys.platform != "win32":
            os.mkfifo(root / "pipe")
            assert tried(root, finding("pipe")) == (0, ["it is no file"])

    @pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
    def test_permissions_stay(self, root: Path) -> None:
        (root / "a.txt").chmod(0o640)
        assert tried(root, finding())[0] == 1
        assert stat.S_IMODE((root / "a.txt").stat().st_mode) == 0o640
        assert [path.name for path in root.iterdir()] == ["a.txt"]


def judged(*findings: Finding, code: int = 1) -> Run:
    gate = GateResult(gate="r", title="R", outcome=Outcome.FAILED, rules=(), findings=findings)
    return Run(
        outcome=Outcome.FAILED, exit_code=code, gates=(gate,), rules=(), revision=Revision(head="h"), tool_version="1",
        started=datetime.now(UTC), seconds=0,
    )  # fmt: skip


class TestRounds:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        (tmp_path / "a.txt").write_bytes(b"one\ntwo\nthree\n")
        return tmp_path

    def text(self, root: Path) -> str:
        return (root / "a.txt").read_text()

    def test_what_is_still_there_is_taken_back(self, root: Path) -> None:
        run = judged(finding())
        done = fixing(run, root, lambda: run)
        assert (done.count, self.text(root)) == (0, "one\ntwo\nthree\n")
        assert done.told[0].startswith("taken back, as the finding is still there: a.txt:2")

    def test_what_brings_another_is_taken_back(self, root: Path) -> None:
        other = Finding(rule="r/o", level=Level.ERROR, message="m", key=("k",), location=Location(path="a.txt", line=3))
        done = fixing(judged(finding()), root, lambda: judged(other))
        assert (done.count, self.text(root)) == (0, "one\ntwo\nthree\n")
        assert "as it brought 1 new finding" in done.told[0]

    def test_a_gate_that_breaks_over_it(self, root: Path) -> None:
        done = fixing(judged(finding()), root, lambda: judged(code=3))
        assert (done.count, self.text(root)) == (0, "one\ntwo\nthree\n")

    def test_one_of_two_alike(self, root: Path) -> None:
        """The one that is left takes the fingerprint of the one that went."""
        alike = finding(fix=None)
        done = fixing(judged(finding(), alike), root, lambda: judged(alike))
        assert (done.count, self.text(root)) == (1, "one\n2\nthree\n")

    def test_suppressed_and_unchanged_ones_are_left_alone(self, root: Path) -> None:
        old = finding(state=BaselineState.UNCHANGED)
        assert fixing(judged(old), root, None).count == 0
        assert self.text(root) == "one\ntwo\nthree\n"

    def test_what_is_refused_is_told_once(self, root: Path) -> None:
        done = fixing(judged(finding(old="zwei")), root, None)
        assert done.told == ("not fixed: a.txt:2 r/r (t): the text there is not what the gate saw",)
