"""`sluicegate config show`."""

from __future__ import annotations

import json

import pytest

from cli_types import Command
from clones import Clone


@pytest.fixture
def settings(clone: Clone) -> Clone:
    clone.write("acme.toml", 'locked = ["fail-on"]\nfail-on = "warning"\n')
    clone.write(
        "sluicegate.toml",
        'extends = ["acme.toml"]\nplugins = ["sample-gates"]\n\n[sample]\ntoken = "${SAMPLE_WORD}"\nmode = "observe"\n',
    )
    return clone


@pytest.mark.usefixtures("settings")
class TestShow:
    def test_every_value_with_its_origin(self, command: Command) -> None:
        done = command("config", "show", "--origin", "--set", "sample.files=b.txt", SAMPLE_WORD="hunter2")
        assert done.returncode == 0, done.stderr
        told = dict(line.split("  # ") for line in done.stdout.splitlines())
        told = {key.strip(): origin for key, origin in told.items()}
        assert told['fail-on = "warning"'] == "acme.toml:2 (organisation), locked by acme.toml:1"
        assert told['sample.token = "***"'] == "sluicegate.toml:5, environment SAMPLE_WORD"
        assert told['sample.mode = "observe"'] == "sluicegate.toml:6"
        assert told['sample.files = ["b.txt"]'] == "command line"
        assert told['undecided = "report"'] == "default"
        assert "hunter2" not in done.stdout

    def test_without_origins_the_values_alone(self, command: Command) -> None:
        done = command("config", "show", SAMPLE_WORD="x")
        assert 'fail-on = "warning"' in done.stdout.splitlines()

    def test_as_json(self, command: Command) -> None:
        done = command("config", "show", "--format", "json", "--fail-on", "note", SAMPLE_WORD="hunter2")
        rows = {row["key"]: row for row in json.loads(done.stdout)}
        assert rows["fail-on"] == {
            "key": "fail-on",
            "value": "note",
            "origin": {"kind": "command line"},
            "locked": "acme.toml:1",
        }
        assert rows["sample.token"] == {
            "key": "sample.token",
            "value": "***",
            "origin": {"kind": "environment", "path": "sluicegate.toml", "line": 5, "variables": ["SAMPLE_WORD"]},
        }
        assert "hunter2" not in done.stdout

    def test_a_locked_key_is_refused_on_the_command_line(self, command: Command) -> None:
        for call in ("check", "config show"):
            done = command(*call.split(), "--fail-on", "error", SAMPLE_WORD="x")
            assert done.returncode == 2
            assert '--fail-on error: that is looser than "warning"; acme.toml:1 locks fail-on' in done.stderr

    def test_a_mistake_is_told_as_everywhere(self, settings: Clone, command: Command) -> None:
        settings.write("sluicegate.toml", "fail-onn = 1\n")
        done = command("config", "show")
        assert (done.returncode, "did you mean fail-on?" in done.stderr) == (2, True)
