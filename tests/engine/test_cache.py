"""What was found at a base, kept between runs: never used where something could have changed it."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from clones import Clone
from samples import CHANGE, STATE
from sluicegate.config import Loaded
from sluicegate.engine import plan_check
from sluicegate.errors import GateError
from sluicegate.kept import cache_folder
from sluicegate.model import Context, Examination, Fact, Finding, Level, Location, Outcome, Undecided
from sluicegate.registry import Registry
from sluicegate.worker import cache as cache_module
from sluicegate.worker.cachekey import cache_key
from sluicegate.worker.job import Job
from sluicegate.worker.work import work

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
looked: list[tuple[str, str]] = []
"""Which side's tree was looked at, for each pass of the gate below."""


def checking(context: Context) -> Any:
    """A gate that finds the lines with FAIL in all text files, and says that it looked."""
    looked.append((context.head.name, ",".join(sorted(context.rules))))
    if os.environ.get("ASKS") and context.history:
        context.history.names("performance/")
    for path in context.head.glob("*.txt"):
        text = context.head.read(path, 1 << 20).decode()
        for line in text.splitlines():
            if "FAIL" in line:
                for rule in (STATE.id, CHANGE.id):
                    if rule in context.rules:
                        yield Finding(
                            rule=rule,
                            level=Level.ERROR,
                            message=line,
                            key=(line,),
                            location=Location(path=path, line=1),
                        )
        if "ERRORED" in text:
            why = Undecided(outcome=Outcome.ERRORED, reason="cannot look")
            yield Examination(rule=STATE.id, subject=path, undecided=why)
        if "RAISE" in text and context.head.name.startswith("commit"):
            raise GateError("cannot look")


def tools(_settings: Any, folder: str) -> tuple[str, ...] | None:
    """The version of a tool that the gate stands on, which may lie in the project."""
    return None if os.environ.get("TOOL") == "unknown" else (os.environ.get("TOOL", "1.0"), Path(folder).name)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    looked.clear()
    monkeypatch.setenv("SLUICEGATE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def job(clone: Clone, kept: Path, load: Callable[[str], Loaded], registry: Registry) -> Callable[..., Job]:
    del kept
    clone.commit("one", **{"a.txt": "FAIL old\n"})
    clone.write("a.txt", "FAIL old\nFAIL new\n")

    def making(toml: str = "[sample]\n", **more: Any) -> Job:
        job = plan_check(load(toml), registry).gates[0].job
        return replace(job, check="test_cache:checking", rules=(STATE.id,), change_rules=(), **more)

    return making


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "test_cache", sys.modules[__name__])


def done(job: Job) -> tuple[int, list[str], list[str]]:
    """How often the base was looked at, what stood there, and the warnings."""
    before = len(looked)
    said = list(work(job))
    passes = sum(name.startswith("commit") for name, _ in looked[before:])
    base = [value.key[0] for side, value in said if side == "base" and isinstance(value, Finding)]
    return passes, base, [value.value for _, value in said if isinstance(value, Fact) and value.name == "cache"]


LOOKED, KEPT = (1, ["FAIL old"], []), (0, ["FAIL old"], [])


def test_the_second_run_takes_what_the_first_found(job: Callable[..., Job]) -> None:
    assert [done(job()), done(job())] == [LOOKED, KEPT]


def test_what_hangs_on_earlier_runs_is_looked_for_again(
    job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKS", "1")
    assert [done(job()), done(job())] == [LOOKED, LOOKED]


def test_another_commit_with_the_same_files_is_the_same(clone: Clone, job: Callable[..., Job]) -> None:
    assert done(job()) == LOOKED
    clone.git("stash", "--quiet")
    clone.commit("two", **{"other.md": "nothing that the gate reads"})
    clone.git("stash", "pop", "--quiet")
    assert done(job()) == KEPT


@pytest.mark.parametrize("change", ["content", "a new file", "a file is gone"])
def test_another_tree_is_looked_at(clone: Clone, job: Callable[..., Job], change: str) -> None:
    clone.commit("zero", **{"b.txt": "fine\n", "a.txt": "FAIL old\n"})
    clone.write("a.txt", "FAIL old\nFAIL new\n")
    assert done(job()) == LOOKED
    match change:
        case "content":
            clone.write("b.txt", "FAIL new\n")
        case "a new file":
            clone.write("c.txt", "FAIL new\n")
        case "a file is gone":
            (clone.root / "b.txt").unlink()
    clone.git("add", "--all", ".")
    clone.git("reset", "--quiet", "a.txt")
    clone.git("commit", "--quiet", "-m", "two")
    assert done(job())[0] == 1
    assert done(job())[0] == 0


def test_what_head_asks_beyond_is_looked_for(clone: Clone, job: Callable[..., Job]) -> None:
    assert done(job()) == LOOKED
    clone.write("a.txt", "FAIL old\nFAIL newer\n")
    assert done(job()) == LOOKED
    clone.write("a.txt", "FAIL old\n")
    assert done(job()) == KEPT
    assert done(job(absent=True)) == LOOKED
    assert done(job(absent=True)) == KEPT
    clone.write("a.txt", "FAIL old\nFAIL newest\n")
    assert done(job()) == KEPT, "what was looked at whole answers everything"


@pytest.mark.parametrize(
    "other",
    [
        {"settings": {"files": ["a.txt"], "then": "silent", "token": ""}},
        {"secrets": ("s3cret",)},
        {"rules": (STATE.id, CHANGE.id)},
        {"chosen": True},
        {"no_reference": "why"},
        {"cache_key": "test_cache:tools"},
    ],
)
def test_the_key_holds_what_is_asked(job: Callable[..., Job], other: dict[str, Any]) -> None:
    assert cache_key(job()) == cache_key(job())
    assert cache_key(replace(job(), **other)) != cache_key(job())


def test_the_key_holds_the_day_and_where_the_tree_begins(job: Callable[..., Job]) -> None:
    one = job()
    assert one.base
    elsewhere = replace(one.base, commit="0" * 40)
    assert cache_key(replace(one, now=one.now + timedelta(days=1))) != cache_key(one)
    assert cache_key(replace(one, base=replace(one.base, prefix="x"))) != cache_key(one)
    assert cache_key(replace(one, base=elsewhere, reference=elsewhere)) == cache_key(one)


def test_the_key_holds_tools_and_installed_code(
    job: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sluicegate.worker import cachekey

    one = job(cache_key="test_cache:tools")
    first = cache_key(one)
    assert cache_key(replace(one, head=replace(one.head, prefix="services/api"))) != first
    monkeypatch.setenv("TOOL", "2.0")
    assert cache_key(one) not in {None, first}
    monkeypatch.delenv("TOOL")
    (tmp_path / "tool-1.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    cachekey._distributions.cache_clear()
    assert cache_key(one) != first
    cachekey._distributions.cache_clear()
    (tmp_path / "planted").mkdir()
    (tmp_path / "planted" / "__init__.py").write_text("x = 1\n")
    code = cachekey._files_digest("planted")
    (tmp_path / "planted" / "__init__.py").write_text("x = 2\n")
    cachekey._files_digest.cache_clear()
    assert cachekey._files_digest("planted") != code


def test_a_gate_that_cannot_say_what_it_stands_on_is_never_kept(
    job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOL", "unknown")
    for one in (job(cache_key="test_cache:tools"), job(cacheable=False)):
        assert [done(one), done(one)] == [LOOKED, LOOKED]


@pytest.mark.parametrize("value", ["off", "0", ""])
def test_it_can_be_off(job: Callable[..., Job], kept: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SLUICEGATE_CACHE", value)
    assert [done(job()), done(job())] == [LOOKED, LOOKED]
    assert not kept.exists()


def test_it_lies_where_the_user_keeps_such_things(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SLUICEGATE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "sluicegate"


def test_what_errored_is_not_kept(clone: Clone, job: Callable[..., Job]) -> None:
    clone.commit("two", **{"b.txt": "ERRORED\n"})
    clone.write("a.txt", "FAIL old\n")
    clone.write("b.txt", "")
    clone.commit("three", **{"a.txt": "FAIL old\n", "b.txt": "ERRORED\n"})
    assert [done(job())[0], done(job())[0]] == [1, 1]
    clone.commit("four", **{"b.txt": "RAISE\n"})
    for _ in range(2):
        with pytest.raises(GateError):
            done(job())


def test_what_was_cancelled_is_not_kept(job: Callable[..., Job], kept: Path) -> None:
    words = work(job())
    while next(words)[0] != "base":
        pass
    words.close()
    assert entries(kept) == []
    assert done(job()) == LOOKED


def entries(kept: Path) -> list[Path]:
    return sorted(kept.rglob("*.json"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-20],
        lambda text: text.replace(b"FAIL old", b"FAIL new"),
        lambda text: text[:0],
        lambda text: text.replace(b"sluicegate-base 1", b"sluicegate-base 2"),
        lambda text: text.replace(b"{", b"["),
    ],
)
def test_a_corrupt_entry_is_told_not_used_and_replaced(
    job: Callable[..., Job], kept: Path, spoil: Callable[[bytes], bytes]
) -> None:
    assert done(job()) == LOOKED
    (entry,) = entries(kept)
    entry.write_bytes(spoil(entry.read_bytes()))
    warned = ["an entry of the cache is corrupt: it was not used, and is gone"]
    assert done(job()) == (1, ["FAIL old"], warned)
    assert done(job()) == KEPT


def test_an_entry_of_another_question_is_not_used(clone: Clone, job: Callable[..., Job], kept: Path) -> None:
    """Somebody copies what is true of one gate's settings to where the answer for others is looked for."""
    assert done(job()) == LOOKED
    (one,) = entries(kept)
    other = job('[sample]\nthen = "silent"\n')
    place = kept / "base" / str(cache_key(other))
    place.mkdir()
    (place / one.name).write_bytes(one.read_bytes())
    assert done(other)[2], "it is told"
    assert done(other) == KEPT
    del clone


@posix
def test_a_folder_that_others_can_write_to_is_not_used(job: Callable[..., Job], kept: Path) -> None:
    assert done(job()) == LOOKED
    kept.chmod(0o777)
    assert done(job()) == (1, ["FAIL old"], [f"the cache in {kept} is not used: others can write there"])
    kept.chmod(0o700)
    assert done(job()) == KEPT


@posix
def test_a_link_in_the_place_of_an_entry_is_not_followed(job: Callable[..., Job], kept: Path, tmp_path: Path) -> None:
    assert done(job()) == LOOKED
    (entry,) = entries(kept)
    entry.rename(tmp_path / entry.name)
    entry.symlink_to(tmp_path / entry.name)
    passes, base, (warning,) = done(job())
    assert (passes, base) == (1, ["FAIL old"])
    assert "cannot be read" in warning


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(job: Callable[..., Job], kept: Path) -> None:
    kept.write_text("a file")
    assert [done(job())[:2], done(job())[:2]] == [LOOKED[:2], LOOKED[:2]]


def test_only_the_last_variants_and_so_many_bytes_are_kept(
    clone: Clone, job: Callable[..., Job], kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_VARIANTS", 3)
    for number in range(5):
        clone.write("a.txt", f"FAIL old\nFAIL {number}\n")
        assert done(job()) == LOOKED
        newest = max(entries(kept), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (number, number))
    assert len(entries(kept)) == 3
    assert done(job()) == KEPT, "the newest is one of them"
    monkeypatch.setattr(cache_module, "ROOM", 0)
    clone.write("a.txt", "FAIL old\nFAIL more\n")
    assert done(job()) == LOOKED
    assert entries(kept) == []
    monkeypatch.setattr(cache_module, "LARGEST", 10)
    assert done(job()) == LOOKED
    assert entries(kept) == []


def _run(job: Job) -> tuple[int, list[str], list[str]]:
    sys.modules["test_cache"] = sys.modules[__name__]
    return done(job)


@posix
def test_two_runs_at_once_share_it(job: Callable[..., Job]) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        told = pool.map(_run, [job() for _ in range(24)])
    assert {tuple(base) for _, base, _ in told} == {("FAIL old",)}
    assert [warnings for *_, warnings in told if warnings] == []
    assert done(job()) == KEPT
