"""`extends`: settings that stand upon others, and what cannot be loosened there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from samples.settings import Settings as Sample
from sluicegate.config import find, parse
from sluicegate.config.effective import effective
from sluicegate.config.layers import DEEPEST, MOST
from sluicegate.config.load import Loaded
from sluicegate.errors import UserError

TYPES = {"sample": Sample}


@pytest.fixture(autouse=True)
def repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()


def write(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def load(folder: Path, toml: str, *sets: str) -> Loaded:
    write(folder, "sluicegate.toml", toml)
    return parse(find(folder), TYPES, sets)


def refusal(folder: Path, toml: str, *sets: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        load(folder, toml, *sets)
    assert caught.value.exit == 2
    return [line.strip() for line in caught.value.message.splitlines()][1:]


class TestMerging:
    def test_the_repository_stands_upon_the_organisation(self, tmp_path: Path) -> None:
        write(tmp_path, "policy/acme.toml", 'fail-on = "warning"\n[sample]\nthen = "say"\nmode = "observe"\n')
        loaded = load(tmp_path, 'extends = ["policy/acme.toml"]\n[sample]\nmode = "enforce"\n')
        section = loaded.sections["sample"]
        assert (loaded.settings.fail_on, section.then, section.mode) == ("warning", "say", "enforce")  # type: ignore[attr-defined]
        places = {key: str(loaded.source.where(key)) for key in [("fail-on",), ("sample", "then"), ("sample", "mode")]}
        assert places == {
            ("fail-on",): "policy/acme.toml:1",
            ("sample", "then"): "policy/acme.toml:3",
            ("sample", "mode"): "sluicegate.toml:3",
        }

    def test_tables_of_a_list_follow_each_other_each_with_its_place(self, tmp_path: Path) -> None:
        entry = '[[override]]\nrules = ["{}"]\nlevel = "note"\n'
        write(tmp_path, "a.toml", entry.format("a"))
        write(tmp_path, "b.toml", "\n" + entry.format("b") + entry.format("c"))
        loaded = load(tmp_path, 'extends = ["a.toml", "b.toml"]\n' + entry.format("d"))
        assert [each.rules for each in loaded.settings.override] == [("a",), ("b",), ("c",), ("d",)]
        assert [str(loaded.source.where(("override", index))) for index in range(4)] == [
            "a.toml:1",
            "b.toml:2",
            "b.toml:5",
            "sluicegate.toml:2",
        ]

    def test_files_below_files_come_first_and_one_that_two_stand_upon_comes_once(self, tmp_path: Path) -> None:
        write(tmp_path, "policy/base.toml", 'plugins = []\n[[override]]\nlevel = "note"\n')
        write(tmp_path, "policy/a.toml", 'extends = ["base.toml"]\nundecided = "fail"\n')
        write(tmp_path, "b.toml", 'extends = ["/policy/base.toml"]\nundecided = "report"\n')
        loaded = load(tmp_path, 'extends = ["policy/a.toml", "b.toml"]\n')
        assert (loaded.settings.undecided, len(loaded.settings.override)) == ("report", 1)
        assert [layer.shown for layer in loaded.source.layers] == [
            "policy/base.toml",
            "policy/a.toml",
            "b.toml",
            "sluicegate.toml",
        ]

    def test_a_mistake_in_a_file_below_has_that_files_line(self, tmp_path: Path) -> None:
        write(tmp_path, "acme.toml", '\nfail-onn = "error"\n[sample]\nmode = "watch"\n')
        told = refusal(tmp_path, 'extends = ["acme.toml"]\nundecided = 3\n')
        assert told == [
            "sluicegate.toml:2: undecided: 3 is none of fail, report",
            "acme.toml:2: fail-onn: nobody reads this key; did you mean fail-on?",
            'acme.toml:4: sample.mode: "watch" is none of enforce, observe',
        ]

    def test_settings_in_pyproject_stand_upon_others_too(self, tmp_path: Path) -> None:
        write(tmp_path, "acme.toml", 'fail-on = "note"\n')
        write(tmp_path, "pyproject.toml", '[project]\nname = "x"\n[tool.sluicegate]\nextends = ["acme.toml"]\n')
        loaded = parse(find(tmp_path), TYPES)
        assert loaded.settings.fail_on == "note"
        assert str(loaded.source.where(("extends",))) == "pyproject.toml:4"


class TestPins:
    def test_the_right_digest_holds_also_with_the_line_ends_of_windows(self, tmp_path: Path) -> None:
        pin = write(tmp_path, "acme.toml", 'fail-on = "note"\n')
        (tmp_path / "acme.toml").write_bytes(b'fail-on = "note"\r\n')
        assert load(tmp_path, f'extends = [{{ path = "acme.toml", sha256 = "{pin}" }}]\n').settings.fail_on == "note"

    def test_a_wrong_digest_says_the_right_one_beside_the_other_mistakes(self, tmp_path: Path) -> None:
        pin = write(tmp_path, "acme.toml", 'fail-on = "note"\n')
        told = refusal(tmp_path, f'extends = [{{ path = "acme.toml", sha256 = "{"0" * 64}" }}]\nundecided = 1\n')
        assert told == [
            (
                "sluicegate.toml:1: extends[0]: acme.toml has another digest; if this is the file that you mean, "
                f'write sha256 = "{pin}"'
            ),
            "sluicegate.toml:2: undecided: 1 is none of fail, report",
        ]

    @pytest.mark.parametrize(
        ("entry", "told"),
        [
            ("3", "extends[0]: 3 is not a string"),
            ('{ pth = "a.toml" }', "extends[0].pth: nobody reads this key; did you mean path?"),
            (
                '{ path = "a.toml", sha256 = "abc" }',
                'extends[0].sha256: "abc" is not a string (of the form ^[0-9a-f]{64}$)',
            ),
        ],
    )
    def test_an_entry_of_the_wrong_form_says_what_it_is(self, tmp_path: Path, entry: str, told: str) -> None:
        write(tmp_path, "a.toml", "")
        assert any(
            line.startswith(f"sluicegate.toml:1: {told}") for line in refusal(tmp_path, f"extends = [{entry}]\n")
        )


class TestRefusals:
    @pytest.mark.parametrize("path", ["../acme.toml", "a/../../acme.toml", "C:/acme.toml", "a\\\\b.toml"])
    def test_nothing_outside_of_the_repository_is_read(self, tmp_path: Path, path: str) -> None:
        (told,) = refusal(tmp_path, f'extends = ["{path}"]\n')
        assert "leads out of its folder" in told

    def test_nor_by_a_link(self, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        outside = tmp_path_factory.mktemp("outside") / "acme.toml"
        outside.write_text('fail-on = "note"\n')
        (tmp_path / "acme.toml").symlink_to(outside)
        (told,) = refusal(tmp_path, 'extends = ["acme.toml"]\n')
        assert "link to a place outside" in told

    def test_a_circle_is_named(self, tmp_path: Path) -> None:
        write(tmp_path, "a.toml", 'extends = ["b.toml"]\n')
        write(tmp_path, "b.toml", 'extends = ["a.toml"]\n')
        (told,) = refusal(tmp_path, 'extends = ["a.toml"]\n')
        assert told == "b.toml:1: extends[0]: a.toml extends itself in the end: a.toml → b.toml → a.toml"

    def test_depth_and_number_are_bounded(self, tmp_path: Path) -> None:
        for number in range(DEEPEST + 1):
            write(tmp_path, f"{number}.toml", f'extends = ["{number + 1}.toml"]\n')
        assert "is deeper than 5 files" in refusal(tmp_path, 'extends = ["0.toml"]\n')[0]
        names = [f"x{number}.toml" for number in range(MOST + 1)]
        for name in names:
            write(tmp_path, name, "")
        assert f"is one file too many: {MOST} are read" in refusal(tmp_path, f"extends = {names}\n")[0]

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"a = ", "is not TOML"),
            (b"\xff", "is not UTF-8"),
            (b"#" * ((1 << 20) + 1), "has more than 1,048,576 bytes"),
        ],
    )
    def test_a_file_that_cannot_be_read_says_why(self, tmp_path: Path, content: bytes, told: str) -> None:
        (tmp_path / "acme.toml").write_bytes(content)
        assert told in refusal(tmp_path, 'extends = ["acme.toml"]\n')[0]

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, 'extends = ["acme.toml"]\n') == [
            "sluicegate.toml:1: extends[0]: acme.toml is not there: vendor the file into the repository"
        ]


class TestLocks:
    def test_what_is_locked_cannot_be_loosened_and_both_places_are_named(self, tmp_path: Path) -> None:
        policy = 'locked = ["fail-on", "sample.mode", "suppress"]\nfail-on = "warning"\n'
        write(tmp_path, "acme.toml", policy)
        told = refusal(
            tmp_path,
            'extends = ["acme.toml"]\nfail-on = "error"\n[sample]\nmode = "observe"\n[[suppress]]\n'
            'rule = "sample/word"\nreason = "r"\nowner = "o"\nexpires = 2099-01-01\n',
        )
        assert told == [
            'sluicegate.toml:2: fail-on: "error" is looser than "warning"; acme.toml:1 locks fail-on',
            'sluicegate.toml:4: sample.mode: "observe" is looser than "enforce"; acme.toml:1 locks sample.mode',
            "sluicegate.toml:5: suppress[0]: a suppression of sample/word until 2099-01-01; acme.toml:1 locks suppress",
        ]

    def test_what_is_stricter_may_stand(self, tmp_path: Path) -> None:
        write(
            tmp_path, "acme.toml", 'locked = ["fail-on", "sample"]\nfail-on = "warning"\n[sample]\nmode = "observe"\n'
        )
        loaded = load(tmp_path, 'extends = ["acme.toml"]\nfail-on = "note"\n[sample]\nmode = "enforce"\n')
        assert (loaded.settings.fail_on, loaded.sections["sample"].mode) == ("note", "enforce")

    def test_a_locked_table_locks_all_that_it_holds(self, tmp_path: Path) -> None:
        write(tmp_path, "acme.toml", 'locked = ["policy"]\n[policy]\nloosening = "separate"\n')
        (told,) = refusal(tmp_path, 'extends = ["acme.toml"]\n[policy]\nloosening = "report"\n')
        assert told.endswith('policy.loosening: "report" is looser than "separate"; acme.toml:1 locks policy')

    def test_the_command_line_is_bound_too(self, tmp_path: Path) -> None:
        write(tmp_path, "acme.toml", 'locked = ["sample.mode"]\n')
        (told,) = refusal(tmp_path, 'extends = ["acme.toml"]\n', "sample.mode=observe")
        assert told.startswith("command line: sample.mode: ")

    def test_a_key_that_nobody_has_is_a_mistake(self, tmp_path: Path) -> None:
        write(tmp_path, "acme.toml", '\nlocked = ["sample.mod"]\n')
        assert refusal(tmp_path, 'extends = ["acme.toml"]\n') == [
            "acme.toml:2: locked: there is no key sample.mod; did you mean sample.mode?"
        ]

    def test_whoever_extends_the_extended_is_bound_as_well(self, tmp_path: Path) -> None:
        write(tmp_path, "acme.toml", 'locked = ["undecided"]\nundecided = "fail"\n')
        write(tmp_path, "team.toml", 'extends = ["acme.toml"]\nundecided = "report"\n')
        assert refusal(tmp_path, 'extends = ["team.toml"]\n')[0].startswith("team.toml:2: undecided: ")


class TestEffective:
    def test_each_value_says_where_it_comes_from(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SAMPLE_TOKEN", "hunter2")
        write(
            tmp_path, "acme.toml", 'locked = ["fail-on"]\nfail-on = "warning"\n[sample]\ntoken = "x-${SAMPLE_TOKEN}"\n'
        )
        loaded = load(tmp_path, 'extends = ["acme.toml"]\nsample.then = "say"\n', "sample.files=b.txt")
        values = {each.key: (each.value, each.origin) for each in effective(loaded)}
        assert values["fail-on"] == ("warning", "acme.toml:2 (organisation), locked by acme.toml:1")
        assert values["sample.token"] == ("x-***", "acme.toml:4, environment SAMPLE_TOKEN")
        assert values["sample.then"] == ("say", "sluicegate.toml:2")
        assert values["sample.files"] == (["b.txt"], "command line")
        assert values["undecided"] == ("report", "default")
        assert values["policy.max-pass-hours"] == (72, "default")
