"""Results that the real tools write here and now: pytest, Go, Node's own runner, ruff."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from clones import Clone, make_clone
from real.shared import run, succeed

PYTEST = """\
import pytest


def test_ok():
    assert True


def test_no():
    assert 1 == 2, "not <two>"


@pytest.fixture
def broken():
    raise RuntimeError("no database")


def test_errs(broken):
    pass


@pytest.mark.skip(reason="later")
def test_later():
    pass
"""
GO = """\
package p

import "testing"

func TestOk(t *testing.T) {}

func TestNo(t *testing.T) {
	t.Run("sub", func(t *testing.T) {
		t.Errorf("got %d", 1)
	})
}

func TestLater(t *testing.T) { t.Skip("later") }
"""
NODE = """\
import test from "node:test";
import assert from "node:assert";
test("adds", () => assert.equal(1 + 1, 2));
test("breaks", () => assert.equal(1 + 1, 3));
"""


@pytest.fixture
def work(tmp_path: Path) -> Clone:
    return make_clone(tmp_path / "work")


def imported(work: Clone, *arguments: str, code: int = 1) -> dict[str, Any]:
    told = (sys.executable, "-m", "sluicegate.cli.main", "import", *arguments, "--report", "json=run.json")
    done = run(*told, cwd=work.root)
    assert done.returncode == code, done.stdout
    (gate,) = json.loads((work.root / "run.json").read_text("utf-8"))["gates"]
    assert isinstance(gate, dict)
    return gate


def findings(gate: dict[str, Any]) -> list[tuple[str, str, str | None, int | None]]:
    return sorted(
        (one["rule"], one["message"], one["location"]["path"], one["location"]["line"]) for one in gate["findings"]
    )


def test_pytest(work: Clone) -> None:
    work.write("t/test_a.py", PYTEST)
    run(sys.executable, "-m", "pytest", "-q", "--junit-xml=out/junit.xml", "-p", "no:cacheprovider", cwd=work.root)
    gate = imported(work, "out/junit.xml")
    broken = 't.test_a.test_errs: failed on setup with "RuntimeError: no database"'
    assert findings(gate) == [
        ("external/pytest/test-errored", broken, "t/test_a.py", 14),
        ("external/pytest/test-failed", "t.test_a.test_no: AssertionError: not <two>", "t/test_a.py", 9),
    ]  # fmt: skip
    assert gate["examined"] == {"file": 1, "test": 3}


def test_pytest_that_finds_no_test(work: Clone) -> None:
    work.write("t/test_a.py", "")
    run(sys.executable, "-m", "pytest", "-q", "--junit-xml=junit.xml", "-p", "no:cacheprovider", cwd=work.root)
    assert imported(work, "junit.xml", code=3)["reason"].endswith("junit.xml: it holds no test")


def test_go(work: Clone) -> None:
    go = shutil.which("go")
    assert go, "go is not installed"
    work.write("go.mod", "module example.com/shop\n\ngo 1.20\n")
    work.write("p/p_test.go", GO)
    work.write("q/q_test.go", "package q\n\nfunc Broken( {\n")
    work.write("results.json", run(go, "test", "-json", "./...", cwd=work.root).stdout)
    gate = imported(work, "results.json")
    told = findings(gate)
    assert told[-1] == (
        "external/go-test/test-failed", "example.com/shop/p.TestNo/sub: p_test.go:9: got 1", "p/p_test.go", 9,
    )  # fmt: skip
    assert [(rule, path, line) for rule, _, path, line in told[:-1]] == [
        ("external/go-test/test-errored", "q/q_test.go", 3)
    ]
    assert "expected ')', found '{'" in told[0][1]


def test_the_junit_of_node(work: Clone) -> None:
    node = shutil.which("node")
    assert node, "node is not installed"
    work.write("a.test.mjs", NODE)
    done = run(node, "--test", "--test-reporter=junit", "a.test.mjs", cwd=work.root)
    work.write("junit.xml", done.stdout)
    gate = imported(work, "junit.xml", "--tool", "node")
    ((rule, message, *_),) = findings(gate)
    assert rule == "external/node/test-failed"
    assert message.startswith("test.breaks: ")
    assert "Expected values to be strictly equal" in message or "2 == 3" in message


@pytest.mark.parametrize("form", ["sarif", "junit"])
def test_ruff(work: Clone, form: str) -> None:
    work.write("src/a b.py", "import os\nprint(undefined)\n")
    command = ("ruff", "check", "--no-cache", "--isolated", "--select", "F", f"--output-format={form}", ".")
    work.write(f"results.{form}", run(sys.executable, "-m", *command, cwd=work.root).stdout)
    gate = imported(work, f"results.{form}", "--tool", "ruff")
    assert {(path, line) for _, _, path, line in findings(gate)} >= {
        ("src/a b.py", 1),
        ("src/a b.py", 2),
    } or form != "sarif"
    assert len(gate["findings"]) == 2
    if form == "sarif":
        assert {rule for rule, *_ in findings(gate)} == {"external/ruff/F401", "external/ruff/F821"}


def test_a_fingerprint_survives_what_moves_a_line(work: Clone) -> None:
    prints = []
    for text in ("import os\n", "\n\n# moved\nimport os\n"):
        work.write("a.py", text)
        command = ("ruff", "check", "--no-cache", "--isolated", "--select", "F", "--output-format=sarif", ".")
        work.write("results.sarif", run(sys.executable, "-m", *command, cwd=work.root).stdout)
        prints.append([one["fingerprint"] for one in imported(work, "results.sarif")["findings"]])
    assert prints[0] == prints[1] != []


def test_ruff_that_finds_nothing_passes(work: Clone) -> None:
    work.write("a.py", "")
    command = ("ruff", "check", "--no-cache", "--isolated", "--output-format=sarif", ".")
    work.write("results.sarif", succeed(sys.executable, "-m", *command, cwd=work.root))
    assert imported(work, "results.sarif", code=0)["outcome"] == "passed"
