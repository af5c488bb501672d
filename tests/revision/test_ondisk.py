"""Files of a folder on disk, by the patterns of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from sluicegate.errors import GateError
from sluicegate.gates.performance.found import measured
from sluicegate.revision.ondisk import fitting


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "inside"
    for name in ("b.json", "a.json", "deep/c.json", "folder.json/d.txt"):
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_text("{}")
    (tmp_path / "outside.json").write_text("{}")
    return inside


@pytest.mark.parametrize(
    ("pattern", "names"),
    [("*.json", ["a.json", "b.json"]), ("**/*.json", ["a.json", "b.json", "deep/c.json"]), ("b.json", ["b.json"]),
     ("gone.json", []), ("folder.json", [])],
)  # fmt: skip
def test_files_are_named_in_order_and_folders_are_none(folder: Path, pattern: str, names: list[str]) -> None:
    assert [each.relative_to(folder).as_posix() for each in fitting(folder, pattern)] == names


HOSTILE = ("/etc/*", "/etc/hostname", "../*.json", "../outside.json", "**x", "a" * 300)


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_pattern_that_leads_out_or_is_none_is_told(folder: Path, pattern: str) -> None:
    with pytest.raises(GateError) as told:
        fitting(folder, pattern)
    assert len(told.value.message) < 250
    assert told.value.hint


@pytest.mark.parametrize("pattern", [*HOSTILE, "x\0y*"])
def test_results_that_lead_out_are_an_error_and_no_traceback(folder: Path, pattern: str) -> None:
    (side,) = measured(str(folder), [pattern]).errors
    assert side[0] == pattern
