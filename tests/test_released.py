"""Documents that released versions wrote, read by this one. A new version of a document adds its own file here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clones import Clone
from sluicegate.baseline import diff, kept, read_baseline
from sluicegate.baseline.document import Kind
from sluicegate.baseline.file import FileStore
from sluicegate.config import Loaded, find, parse
from sluicegate.engine import plan_check, policy_of, run
from sluicegate.errors import SluicegateError, UserError
from sluicegate.model import RUN_VERSION, Finding, Run
from sluicegate.registry import Registry, settings_type
from sluicegate.report import REPORTERS, render
from sluicegate.report import json as document
from sluicegate.revision import Event

RELEASED = Path(__file__).parent / "released"


def versions(name: str) -> list[int]:
    return sorted(int(path.stem.partition("-")[2]) for path in RELEASED.glob(f"{name}-*.json"))


def test_every_version_has_a_document() -> None:
    assert versions("run") == list(range(1, RUN_VERSION + 1))
    assert versions("baseline") == list(range(1, kept.KIND.version + 1))


@pytest.mark.parametrize("version", versions("run"))
def test_a_run_is_read_rendered_and_written_in_the_present_version(version: int) -> None:
    old = (RELEASED / f"run-{version}.json").read_text("utf-8")
    read = document.read(old)
    again = json.loads(document.render(read))
    assert again["version"] == RUN_VERSION
    assert {kind for kind in REPORTERS if not render(kind, read)} <= {"annotations"}
    names = [
        [found["fingerprint"] for gate in doc["gates"] for found in gate["findings"]]
        for doc in (json.loads(old), again)
    ]
    assert names[0] == names[1]


@pytest.mark.parametrize("version", versions("baseline"))
def test_what_was_accepted_is_unchanged_and_what_came_is_new(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    from samples import GATE

    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    clone.write("sluicegate.toml", "[sample]\n")
    clone.write(".sluicegate/baseline.json", (RELEASED / f"baseline-{version}.json").read_bytes())
    clone.commit("one", **{"a.txt": "FAIL old\nFAIL low\nFAIL old\n"})
    settings: Loaded = parse(find(clone.root), {"sample": settings_type(GATE)})

    def told() -> list[tuple[str, str]]:
        plan = plan_check(settings, Registry(gates=(GATE,)), base="HEAD", event=Event(kind="schedule"))
        made: Run = run(plan, policy_of(settings))
        return sorted((each.key[1], each.state.value) for each in made.findings)

    # the one that was accepted as a warning is an error now, as the gate says it
    known = [("FAIL low", "updated"), ("FAIL old", "unchanged"), ("FAIL old", "unchanged")]
    assert told() == known
    clone.commit("two", **{"a.txt": "FAIL old\nFAIL low\nFAIL old\nFAIL old\n"})
    assert told() == sorted([*known, ("FAIL old", "new")])


def test_a_baseline_is_written_in_the_present_version_and_loses_nothing(tmp_path: Path) -> None:
    for version in versions("baseline"):
        content = (RELEASED / f"baseline-{version}.json").read_bytes()
        (tmp_path / "baseline.json").write_bytes(content)
        store = FileStore(folder=tmp_path)
        before = read_baseline(store)
        assert before
        assert kept.decode(kept.encode(before), "here") == before
        assert len(before) == sum(each["count"] for each in json.loads(content)["content"]["accepted"])


class TestSteps:
    """How a step from one version to the next is taken, with versions that there are none of yet."""

    def test_a_run_goes_through_every_step(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = (RELEASED / "run-1.json").read_text("utf-8")
        old = json.loads(text)
        old["version"] = -1
        old["verdict"] = old.pop("outcome")
        steps: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
            -1: lambda doc: {**doc, "middle": doc["verdict"]},
            0: lambda doc: {**doc, "outcome": doc["middle"]},
        }
        monkeypatch.setattr(document, "UPGRADES", steps)
        assert document.read(json.dumps(old)) == document.read(text)
        monkeypatch.setattr(document, "UPGRADES", {})
        with pytest.raises(UserError, match="reads version 1"):
            document.read(json.dumps(old))

    def test_a_baseline_goes_through_every_step(self, monkeypatch: pytest.MonkeyPatch) -> None:
        old = (RELEASED / "baseline-1.json").read_bytes()
        later = Kind(
            format=kept.KIND.format, version=2, upgrades={1: lambda content: {**content, "catalogue": ["a/b"]}}
        )
        monkeypatch.setattr(kept, "KIND", later)
        assert kept.decode(old, "here").catalogue == {"a/b"}

    def test_a_later_version_is_refused(self) -> None:
        run_ = json.loads((RELEASED / "run-1.json").read_text("utf-8"))
        with pytest.raises(SluicegateError, match="version 2"):
            document.read(json.dumps({**run_, "version": RUN_VERSION + 1}))


def test_a_new_way_to_make_fingerprints_knows_the_old_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a release would bring it: another way beside the first."""
    import hashlib

    from sluicegate.model import said

    baseline = kept.decode((RELEASED / "baseline-1.json").read_bytes(), "here")
    run_ = document.read((RELEASED / "run-1.json").read_text("utf-8"))
    before = [found.fingerprint for found in run_.findings]

    def made(rule: str, key: tuple[str, ...]) -> str:
        return hashlib.sha256(f"2|{rule}|{key}".encode()).hexdigest()[:32]

    monkeypatch.setitem(said._MADE, 2, made)
    monkeypatch.setattr(said, "FINGERPRINTS", 2)
    read = document.read((RELEASED / "run-1.json").read_text("utf-8"))
    assert [found.former_fingerprints for found in read.findings] == [(name,) for name in before]
    assert read == run_
    old = Finding(
        rule="sample/word",
        level=run_.findings[0].level,
        message="",
        key=("a.txt", "FAIL old"),
        location=run_.findings[0].location,
    )
    assert diff(baseline, [old]).new == ()
