"""What people may give to the commands of compliance by mistake or on purpose: each has an answer, none a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone

PACK = """pack: ours
version: 1.0.0
title: Ours
controls:
- {id: a, title: t, summary: s, evidence: changes, holds: item.x, message: "m {subject}"}
"""
CASES = "cases:\n- {control: a, item: {x: true}, expect: passed}\n- {control: a, item: {x: false}, expect: failed}\n"

pytestmark = pytest.mark.usefixtures("clone")


def test_a_pack_elsewhere_is_read_from_there(clone: Clone, command: Command, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    pack, cases = tmp_path / "elsewhere" / "ours.yaml", tmp_path / "elsewhere" / "cases.yaml"
    pack.write_text(PACK, "utf-8")
    cases.write_text(CASES, "utf-8")
    (clone.root / "link.yaml").symlink_to(pack)
    for path in (str(pack), os.path.relpath(pack, clone.root), "link.yaml"):
        done = command("compliance", "lint", path)
        assert (done.returncode, "0 mistakes" in done.stderr) == (0, True), done.stderr
        done = command("compliance", "test", path, str(cases))
        assert (done.returncode, done.stderr.strip()) == (0, "2 cases: 0 failures")
        assert command("compliance", "diff", path, str(pack)).returncode == 0


@pytest.mark.parametrize("now", ["garbage", "2026-13-01", "2026-11-29", "2026-11-29T12:00:00"])
def test_a_time_of_cases_that_is_none_is_told(clone: Clone, command: Command, now: str) -> None:
    clone.write("ours.yaml", PACK)
    clone.write("cases.yaml", f'now: "{now}"\n{CASES}')
    done = command("compliance", "test", "ours.yaml", "cases.yaml")
    assert done.returncode == 2
    assert "cases.yaml:1: `now`" in done.stderr
    assert "2026-11-29T12:00:00Z" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
@pytest.mark.parametrize("words", [("test", "ours.yaml", "pipe"), ("verify", "pipe"), ("lint", "pipe")])
def test_a_pipe_is_no_file_and_nobody_waits_for_it(clone: Clone, command: Command, words: tuple[str, ...]) -> None:
    clone.write("ours.yaml", PACK)
    os.mkfifo(clone.root / "pipe")
    done = command("compliance", *words)
    assert done.returncode == 2
    assert "pipe" in done.stderr


@pytest.mark.parametrize("text", ["", "\ufeff", "cases: 5\n", "- 1\n", "cases:\n- 1\n", "a: &a [*a]\n", "cases: [\n"])
def test_cases_of_another_form_are_told(clone: Clone, command: Command, text: str) -> None:
    clone.write("ours.yaml", PACK)
    clone.write("cases.yaml", text)
    done = command("compliance", "test", "ours.yaml", "cases.yaml")
    assert done.returncode == 2
    assert "cases.yaml" in done.stderr
    assert "OpenAPI" not in done.stderr


def test_cases_are_read_up_to_a_bound(clone: Clone, command: Command) -> None:
    clone.write("ours.yaml", PACK)
    clone.write("cases.yaml", CASES + "#" * (17 << 20))
    done = command("compliance", "test", "ours.yaml", "cases.yaml")
    assert (done.returncode, "cases.yaml" in done.stderr) == (2, True)


def test_a_message_that_asks_for_the_item_is_told(clone: Clone, command: Command) -> None:
    clone.write("ours.yaml", PACK.replace("{subject}", "{item.subject}"))
    done = command("compliance", "lint", "ours.yaml")
    assert done.returncode == 1
    assert "{item.subject}" in done.stdout
    assert "{subject}" in done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [("a: [\n", "ours.yaml:2:1: not YAML"), ("", "ours.yaml: the file is empty"),
     ("#" * (5 << 20), "ours.yaml: has 5,2"), (PACK + "pack: two\n", "ours.yaml:6:1: the key `pack` stands twice")],
)  # fmt: skip
def test_a_pack_that_cannot_be_read_is_named_once_with_its_place(
    clone: Clone, command: Command, text: str, told: str
) -> None:
    clone.write("ours.yaml", text)
    done = command("compliance", "lint", "ours.yaml")
    assert done.returncode == 1
    assert done.stdout.startswith(told)
    assert done.stdout.count("ours.yaml") == 1
    assert "OpenAPI" not in done.stdout
