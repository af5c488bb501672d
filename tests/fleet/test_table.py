from __future__ import annotations

import json
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from fleet.made import NOW, files, finding, gate, run, suppressed
from sluicegate.errors import Exit, UserError
from sluicegate.fleet import pages
from sluicegate.fleet.files import listed, read_runs
from sluicegate.fleet.table import table
from sluicegate.model import Outcome, Pass
from sluicegate.report import json as document

FAILED = gate(outcome=Outcome.FAILED, findings=[finding(), finding(key="b")])
ERRORED = gate(outcome=Outcome.ERRORED, reason="no")
LATER = NOW + timedelta(days=3)


def named(name, *gates, **more):
    return run(*(gates or [gate()]), repository=f"acme/{name}", **more)


def test_the_worst_comes_first():
    runs = [named("green"), named("red", FAILED), named("odd", ERRORED), named("redder", FAILED, gate("b"))]
    made = table(files(*runs), LATER)
    assert [row.repository for row in made.rows] == ["acme/odd", "acme/red", "acme/redder", "acme/green"]
    assert [row.failing for row in made.rows] == [0, 2, 2, 0]
    assert made.exit_code == Exit.ERRORED
    assert table(files(*runs[:2]), LATER).exit_code == Exit.FAILED
    assert table(files(runs[0]), LATER).exit_code == Exit.PASSED


def test_the_soonest_end_of_what_is_suppressed_or_let_through():
    some = gate(findings=[suppressed("a"), suppressed("b", date(2026, 12, 1))])
    made = table(files(named("a", some)), LATER)
    assert (made.rows[0].suppressed, made.rows[0].expires) == (2, date(2026, 12, 1))
    assert "2, until 2026-12-01 (in 7 days)" in pages.html(made)
    let = Pass(reason="r", owner="@o", expires=NOW + timedelta(hours=1))
    assert "(expired)" in pages.html(table(files(named("a", some, passes=(let,))), LATER))


def test_a_row_that_was_let_through_says_by_whom_until_when_and_why():
    let = Pass(reason="the |outage|", owner="@on-call", expires=NOW + timedelta(hours=1), used=True)
    idle = Pass(reason="not needed", owner="@other", expires=NOW + timedelta(hours=2))
    made = table(files(named("a", FAILED, outcome=Outcome.LET_THROUGH, passes=(let, idle)), named("b")), LATER)
    words = "let through by {} until 2026-11-21 13:00+00:00: the {}"
    (line,) = (line for line in pages.markdown(made).splitlines() if "outage" in line)
    assert line.startswith("| acme/a | ⚠️ let through; let through by ")
    assert all(part in line for part in ("on-call until 2026-11-21 13:", r"the \|outage\|"))
    assert words.format("@on-call", "|outage|") in pages.html(made)
    rows = {row["repository"]: row["passes"] for row in json.loads(pages.json(made))["repositories"]}
    assert rows == {
        "acme/a": [
            {"owner": "@on-call", "until": "2026-11-21T13:00:00Z", "reason": "the |outage|", "covers": "everything"}
        ],
        "acme/b": [],
    }
    assert "not needed" not in pages.markdown(made) + pages.html(made) + pages.json(made)


def test_a_repository_stands_there_once_with_its_newest_run():
    old, new = named("a", FAILED), named("A", started=NOW + timedelta(hours=1))
    made = table(files(old, new), LATER)
    assert [(row.repository, row.outcome) for row in made.rows] == [("acme/A", Outcome.PASSED)]
    assert made.older == ("0.json",)
    assert "1 Run of the same repositories is older and not shown" in pages.markdown(made)


def test_old_runs_are_stale_and_not_believed():
    made = table(files(named("a")), LATER, timedelta(days=2))
    assert (made.rows[0].stale, made.exit_code) == (True, Exit.ERRORED)
    assert "3 days (stale)" not in pages.markdown(made), (
        "it ran for three seconds, so that it is less than three days old"
    )
    assert "(stale)" in pages.markdown(made)
    assert table(files(named("a")), LATER, timedelta(days=4)).exit_code == Exit.PASSED


def test_a_run_from_the_future_and_a_part_are_not_believed():
    made = table(files(named("a", part="paint-1-of-2", plan=None)), LATER)
    assert "join all parts first: sluicegate merge" in made.rows[0].trouble
    narrowed = table(files(named("a", only="paint/dry:12345678")), LATER)
    assert "the finding paint/dry:12345678 alone" in narrowed.rows[0].trouble
    assert narrowed.exit_code == Exit.ERRORED
    made = table(files(named("a")), NOW - timedelta(hours=1))
    assert "a clock is wrong" in made.rows[0].trouble
    assert made.exit_code == Exit.ERRORED


def test_a_repository_that_the_run_does_not_name_is_known_by_its_file(tmp_path):
    for name in ("shop/run.json", "api.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(document.render(run(gate(), repository="not a name")))
    made = table(read_runs(listed([str(tmp_path)])), LATER)
    assert [row.repository for row in made.rows] == ["api", "shop"]


HOSTILE = [b"", b"{}", b"[]", b"\x00", b'{"version": 1}', b"[" * 100_000, b'{"version": 1, "version": 1}', b"\xff\xfe"]


def test_what_is_no_run_is_one_row_each_and_no_crash(tmp_path):
    for number, data in enumerate(HOSTILE):
        (tmp_path / f"{number}.json").write_bytes(data)
    (tmp_path / "huge.json").write_bytes(b" " * (document.LIMIT + 1))
    (tmp_path / "good.json").write_text(document.render(named("good")))
    made = table(read_runs([*listed([str(tmp_path)]), *listed([str(tmp_path / "gone.json"), "a\0b"])]), LATER)
    assert len(made.rows) == len(HOSTILE) + 4
    assert sum(bool(row.trouble) for row in made.rows) == len(HOSTILE) + 3
    assert made.exit_code == Exit.ERRORED


EVIL = "<script>alert(1)</script>|`[x](http://a)\n::error::x\x1b[31m\u202e @acme/all"


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen, self.open = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen |= {tag, *(name for name, _ in attrs)}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_hostile_text_is_inert_in_every_form():
    evil = gate(name=EVIL, outcome=Outcome.FAILED, findings=[finding(key=EVIL)], reason=EVIL)
    let = Pass(reason=EVIL, owner=EVIL, expires=NOW, used=True)
    runs = files(run(evil, repository=EVIL, policy_digest=EVIL, tool_version=EVIL, passes=(let,)), named("b"))
    runs[0] = replace(runs[0], path=Path(EVIL + ".json"))
    runs.append(replace(runs[0], run=None, trouble=EVIL, path=Path(EVIL + "2.json")))
    made = table(runs, LATER)
    plain = pages.markdown(made)
    assert all(line.count(" | ") == 8 for line in plain.splitlines() if line.startswith("| "))
    page = pages.html(made)
    tags = Tags(page)
    assert tags.open == []
    assert not tags.seen & {"script", "a", "img", "link", "src", "href", "onclick"}
    for text in (plain, page, pages.json(made)):
        assert text.startswith("{") or "<script" not in text
        assert not any(line.startswith("::") for line in text.splitlines())
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert json.loads(pages.json(made))["version"] == 1


def test_several_policies_are_told():
    made = table(files(named("a"), named("b", policy_digest="f" * 64)), LATER)
    assert "judged by 2 different policies" in pages.html(made)


def test_files_are_found_by_name_folder_and_pattern(tmp_path, monkeypatch):
    for name in ("a/run.json", "b/run.json", "b/other.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "loop").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert listed(["."]) == [Path("a/run.json"), Path("b/run.json")]
    assert listed(["[ab]/run.json", "a/run.json"]) == [Path("a/run.json"), Path("b/run.json")]
    assert listed(["b/other.txt"]) == [Path("b/other.txt")]
    assert listed(["nothing"]) == [Path("nothing")]
    monkeypatch.setattr("sluicegate.fleet.files.MOST", 1)
    with pytest.raises(UserError, match="more than 1 files"):
        listed(["."])
