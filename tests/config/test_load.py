"""Settings: where they are found, and how every mistake in them is told."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import msgspec
import pytest

from samples.settings import Settings as Sample
from sluicegate.config import find, parse
from sluicegate.config.load import Loaded
from sluicegate.errors import UserError

TYPES = {"sample": Sample}


def load(folder: Path, toml: str, *sets: str, name: str = "sluicegate.toml") -> Loaded:
    (folder / name).write_text(toml, encoding="utf-8")
    return parse(find(folder), TYPES, sets)


def refusal(folder: Path, toml: str, *sets: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        load(folder, toml, *sets)
    assert caught.value.exit == 2
    return [line.strip() for line in caught.value.message.splitlines()]


def test_the_nearest_file_upwards_counts_and_none_is_fine(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    assert find(below).path is None
    load(tmp_path, "[sample]\n")
    found = find(below)
    assert (found.path, found.root) == (tmp_path / "sluicegate.toml", tmp_path)


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    load(tmp_path, "[sample]\n")
    inner = tmp_path / "inner"
    (inner / ".git").mkdir(parents=True)
    assert find(inner).path is None


def test_pyproject_holds_settings_too_but_not_beside_a_file_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.sluicegate.sample]\nthen = "say"\n')
    assert parse(find(tmp_path), TYPES).sections["sample"].then == "say"
    (tmp_path / "sluicegate.toml").write_text("[sample]\n")
    with pytest.raises(UserError, match="there are two settings"):
        find(tmp_path)


def test_a_mistake_in_pyproject_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n\n[tool.sluicegate.sample]\nthne = 'say'\n")
    with pytest.raises(UserError, match=r"pyproject\.toml:5: sample\.thne: nobody reads this key; did you mean then\?"):
        parse(find(tmp_path), TYPES)


@pytest.mark.parametrize("blank", ["", " ", "\\t\\n"])
def test_a_decision_is_nobodys_where_reason_and_owner_are_blank(tmp_path: Path, blank: str) -> None:
    told = refusal(
        tmp_path,
        f"""\
[[suppress]]
rule = "x"
reason = "{blank}"
owner = "{blank}"
expires = 2027-01-31

[[pass]]
reason = "r"
owner = "{blank}"
expires = 2027-01-31T10:00:00Z
""",
    )
    assert [line.split(": ")[1] for line in told[1:]] == ["suppress[0].reason", "suppress[0].owner", "pass[0].owner"]
    assert all(line.endswith("is not a string (not blank)") for line in told[1:])


def test_all_mistakes_are_told_at_once_with_line_and_likely_name(tmp_path: Path) -> None:
    told = refusal(
        tmp_path,
        """\
fail_on = "error"
undecided = 3

[sampel]
x = 1

[sample]
tiemout = 3
mode = "enforced"
files = "a.txt"
timeout = -1

[[override]]
rules = ["*"]

[[suppress]]
rule = "x"
expires = "soon"
""",
    )
    assert told == [
        "the settings hold 11 mistakes:",
        "sluicegate.toml:1: fail_on: nobody reads this key; did you mean fail-on?",
        "sluicegate.toml:2: undecided: 3 is none of fail, report",
        "sluicegate.toml:4: sampel: nobody reads this key; did you mean sample?",
        "sluicegate.toml:8: sample.tiemout: nobody reads this key; did you mean timeout?",
        'sluicegate.toml:9: sample.mode: "enforced" is none of enforce, observe',
        'sluicegate.toml:10: sample.files: "a.txt" is not a list',
        "sluicegate.toml:11: sample.timeout: -1 is not a number (greater than 0, at most 86400)",
        "sluicegate.toml:13: override[0]: level is missing",
        "sluicegate.toml:16: suppress[0]: reason is missing",
        "sluicegate.toml:16: suppress[0]: owner is missing",
        'sluicegate.toml:18: suppress[0].expires: "soon" is not a string (a date such as 2027-01-31)',
    ]


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        ('a = """\n[sample]\nx = 1\n"""\n[sample]\nbad = 1\n', 6),
        ("[sample]\nfiles = [\n  'a', # ]\n  '[b',\n]\nbad = 1\n", 6),
        ('[sample] # [x]\n"bad" = 1\n', 2),
        ("sample.bad = 1\n", 1),
        ("sample = { bad = 1 }\n", 1),
        ("[sample]\nthen = '''\nbad = 2\n'''\nbad = 1\n", 5),
    ],
)
def test_lines_are_right_whatever_the_file_looks_like(tmp_path: Path, toml: str, line: int) -> None:
    told = refusal(tmp_path, toml)
    assert any(text.startswith(f"sluicegate.toml:{line}: sample.bad: nobody") for text in told), told


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a = ", "is not TOML: "),
        (b"a = 1\na = 2", "is not TOML: "),
        (b"\xff\xfe", "byte 0 is not UTF-8"),
        (b"x" * (1 << 20) + b"y", "more than 1,048,576 bytes"),
        (b"a = " + b"[" * 5000, "is not TOML: "),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "sluicegate.toml").write_bytes(content)
    with pytest.raises(UserError, match=message):
        find(tmp_path)


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "sluicegate.toml").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UserError, match="more than 1,048,576 bytes"):
        find(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes on Windows")
def test_a_pipe_is_no_settings_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="there is no such file"):
        find(tmp_path, tmp_path / "pipe")


@pytest.mark.parametrize("seconds", ["inf", "1e300", "nan", "0"])
def test_a_time_limit_that_could_not_be_kept_is_refused(tmp_path: Path, seconds: str) -> None:
    assert refusal(tmp_path, f"[sample]\ntimeout = {seconds}\n")[1].startswith("sluicegate.toml:2: sample.timeout: ")


def test_a_settings_file_that_was_named_and_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        find(tmp_path, tmp_path / "no.toml")


class TestSet:
    def test_values_take_the_type_of_their_key(self, tmp_path: Path) -> None:
        loaded = load(tmp_path, "", "sample.timeout=3", "sample.files=a\nb c\n", "sample.then=say")
        section = loaded.sections["sample"]
        assert (section.timeout, section.files, section.then) == (3.0, ("a", "b c"), "say")

    def test_a_list_is_an_array_of_toml_too(self, tmp_path: Path) -> None:
        loaded = load(tmp_path, "", 'sample.files=["a", "b c"]', "sample.then=[ab]")
        section = loaded.sections["sample"]
        assert (section.files, section.then) == (("a", "b c"), "[ab]")

    @pytest.mark.parametrize("listed", ["a\nb  c\n", "[ab].txt\n", '"a"\n\\b\n\nc d', "é😀\nx", "a\r\nb"])
    def test_what_was_given_is_kept_without_line_ends(self, tmp_path: Path, listed: str) -> None:
        loaded = load(tmp_path, "", f"sample.files={listed}", "sample.then=say")
        again = load(tmp_path, "", *loaded.sets)
        assert again.sections == loaded.sections
        assert not any(len(one.splitlines()) > 1 or one.endswith("\n") for one in loaded.sets)
        assert loaded.sets[1] == "sample.then=say"

    def test_it_wins_over_the_file(self, tmp_path: Path) -> None:
        loaded = load(tmp_path, "[sample]\nthen = 'x'\nmode = 'observe'\n", "sample.then=say")
        assert (loaded.sections["sample"].then, loaded.sections["sample"].mode) == ("say", "observe")

    @pytest.mark.parametrize("given", ["sample", "sample.then", "other.then=x", "sample.no=x", "sample.timeout=soon"])
    def test_what_cannot_be_set_says_what_can(self, tmp_path: Path, given: str) -> None:
        assert refusal(tmp_path, "", given)[0].startswith(f"--set {given}")


class TestEnvironment:
    def test_a_value_is_read_and_known_as_a_secret(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SAMPLE_TOKEN", "hunter2")
        loaded = load(tmp_path, '[sample]\ntoken = "x-${SAMPLE_TOKEN}"\n')
        assert loaded.sections["sample"].token == "x-hunter2"  # type: ignore[attr-defined]  # noqa: S105
        assert loaded.secrets == ("hunter2",)

    def test_a_mistake_is_told_without_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SAMPLE_TOKEN", "hunter2")
        told = refusal(tmp_path, '[sample]\nmode = "${SAMPLE_TOKEN}"\n')
        assert told[1] == 'sluicegate.toml:2: sample.mode: "***" is none of enforce, observe'

    def test_a_missing_variable_is_a_mistake_with_its_line(self, tmp_path: Path) -> None:
        told = refusal(tmp_path, '[sample]\n\ntoken = "${NO_SUCH_VARIABLE}"\n')
        assert told[1] == "sluicegate.toml:3: sample.token: the environment has no variable NO_SUCH_VARIABLE"


def test_no_key_of_a_gate_has_a_pattern() -> None:
    """msgspec (0.22) frees the expression with a type that is made for one conversion, as `--set` makes one."""
    from sluicegate.registry import gates, settings_type

    for gate in gates():
        assert '"pattern"' not in json.dumps(msgspec.json.schema(settings_type(gate))), gate.id
