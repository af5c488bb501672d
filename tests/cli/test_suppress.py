"""`sluicegate suppress`: one entry is added, and nothing else in the file changes."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime, timedelta

import pytest

from cli_types import Called, Command
from clones import Clone

WANTED = ("--reason", 'why "so"', "--owner", "@acme/api", "--expires", "30d")


def fingerprint(command: Command) -> str:
    done = command("check", "--report", "json=-")
    (found,) = [each for gate in json.loads(done.stdout)["gates"] for each in gate["findings"]]
    return str(found["fingerprint"])


def suppress(command: Command, *more: str) -> Called:
    return command("suppress", *more)


def test_it_adds_an_entry_and_the_finding_no_longer_fails(repository: Clone, command: Command) -> None:
    before = (repository.root / "sluicegate.toml").read_text("utf-8")
    known = fingerprint(command)
    done = suppress(command, known[:8], *WANTED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("wrote sluicegate.toml:5\n")
    after = (repository.root / "sluicegate.toml").read_text("utf-8")
    assert after.startswith(f"{before}\n# a.txt:2:1: the line says FAIL\n[[suppress]]\n")
    (entry,) = tomllib.loads(after)["suppress"]
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    assert entry == {
        "rule": "sample/word",
        "fingerprint": known,
        "reason": 'why "so"',
        "owner": "@acme/api",
        "expires": day,
    }
    assert command("check").returncode == 0
    again = suppress(command, known, *WANTED)
    assert (again.returncode, "is suppressed already" in again.stderr) == (2, True)


def test_from_a_run_document_no_gate_runs(repository: Clone, command: Command) -> None:
    command("check", "--report", "json=run.json")
    known = json.loads((repository.root / "run.json").read_text("utf-8"))["gates"][0]["findings"][0]["fingerprint"]
    repository.write("a.txt", "ok\n")  # a fresh run would find nothing
    assert suppress(command, f"sample/word:{known[:12]}", "--run", "run.json", *WANTED).returncode == 0


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("00000000", *WANTED), "there is no finding 00000000 in 1 finding"),
        (("xyz", *WANTED), "that is no fingerprint"),
        (("KNOWN", *WANTED[:4], "--expires", "2020-01-01"), "--expires 2020-01-01 has passed"),
        (("KNOWN", *WANTED[:4], "--expires", "soon"), "--expires soon is no day"),
        (("KNOWN", *WANTED[:4], "--expires", "99999w"), "is no day|after the end of the calendar|would cover"),
        (("KNOWN", "--reason", " ", *WANTED[2:]), "--reason says nothing"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    repository: Clone, command: Command, arguments: tuple[str, ...], told: str
) -> None:
    before = (repository.root / "sluicegate.toml").read_bytes()
    known = fingerprint(command) if "KNOWN" in arguments else ""
    if "99999w" in arguments:
        repository.write("sluicegate.toml", before + b"[policy]\nmax-suppression-days = 9\n")
        before = (repository.root / "sluicegate.toml").read_bytes()
    done = suppress(command, *(known if each == "KNOWN" else each for each in arguments))
    assert done.returncode == 2, done.stdout
    assert re.search(told, done.stderr)
    assert (repository.root / "sluicegate.toml").read_bytes() == before


class TestPolicy:
    def test_a_day_that_is_too_far_is_refused_with_the_longest(self, repository: Clone, command: Command) -> None:
        repository.write(
            "sluicegate.toml", 'plugins = ["sample-gates"]\n[sample]\n[policy]\nmax-suppression-days = 9\n'
        )
        done = suppress(command, fingerprint(command), *WANTED)
        assert (done.returncode, "--expires 9d is the longest" in done.stderr) == (2, True)

    def test_somebody_else_has_to_approve(self, repository: Clone, command: Command) -> None:
        policy = 'plugins = ["sample-gates"]\n[sample]\n[policy]\nsuppression-approval = "named"\n'
        repository.write("sluicegate.toml", policy)
        known = fingerprint(command)
        assert suppress(command, known, *WANTED).returncode == 2
        assert suppress(command, known, *WANTED, "--approved-by", "@ACME/api").returncode == 2
        assert suppress(command, known, *WANTED, "--approved-by", "@acme/platform").returncode == 0
        assert command("check").returncode == 0

    def test_what_the_organisation_locks_is_not_written(self, repository: Clone, command: Command) -> None:
        repository.write("acme.toml", 'locked = ["suppress"]\n')
        repository.write("sluicegate.toml", 'extends = ["acme.toml"]\nplugins = ["sample-gates"]\n[sample]\n')
        done = suppress(command, fingerprint(command), *WANTED)
        assert (done.returncode, "acme.toml:1 locks suppress" in done.stderr) == (2, True)


class TestForms:
    def test_pyproject_gets_a_table_of_its_own(self, repository: Clone, command: Command) -> None:
        (repository.root / "sluicegate.toml").unlink()
        text = '# kept\n[tool.sluicegate]\nplugins = ["sample-gates"]\nsample = {}\n\n[tool.other]\nx = 1   # kept'
        repository.write("pyproject.toml", text)
        assert suppress(command, fingerprint(command), *WANTED).returncode == 0
        after = (repository.root / "pyproject.toml").read_text("utf-8")
        assert after.startswith(f"{text}\n\n# a.txt:2:1")
        assert tomllib.loads(after)["tool"]["sluicegate"]["suppress"][0]["rule"] == "sample/word"
        assert command("check").returncode == 0

    def test_line_ends_of_windows_stay(self, repository: Clone, command: Command) -> None:
        repository.write("sluicegate.toml", b'plugins = ["sample-gates"]\r\n[sample]\r\n')
        assert suppress(command, fingerprint(command), *WANTED).returncode == 0
        content = (repository.root / "sluicegate.toml").read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > 5

    def test_where_no_table_can_be_appended_it_says_what_to_write(self, repository: Clone, command: Command) -> None:
        text = 'plugins = ["sample-gates"]\nsuppress = []\n[sample]\n'
        repository.write("sluicegate.toml", text)
        done = suppress(command, fingerprint(command), *WANTED)
        assert (done.returncode, "add it by hand" in done.stderr) == (2, True)
        assert (repository.root / "sluicegate.toml").read_text("utf-8") == text

    def test_what_a_finding_says_cannot_break_the_file(self, repository: Clone, command: Command) -> None:
        repository.write("a.txt", "ok\nFAIL \u2028[[pass]] \x1b[0m\n")
        done = suppress(command, fingerprint(command), *WANTED)
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout
        assert set(tomllib.loads((repository.root / "sluicegate.toml").read_text("utf-8"))) == {
            "plugins",
            "sample",
            "suppress",
        }
