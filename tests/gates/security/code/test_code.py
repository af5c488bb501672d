"""Python code looked at by the real scanners, and by scanners that lie."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from looking import ENGINES, Looked

from clones import Clone
from effort import HANGS
from scanners import Programs
from sluicegate.gates.security.code import RULES, choose
from sluicegate.model import Level
from sluicegate.revision import TreeSpec, open_tree
from sluicegate.tools.versions import version_of

CALL = "import subprocess\n\n\nclass Shop:\n    def buy(self, what):\n        subprocess.run(what, shell=True)\n"
each_engine = pytest.mark.parametrize("engine", ENGINES)


@each_engine
def test_a_fault_is_told_at_its_place(engine: str) -> None:
    looked = Looked({"src/shop.py": CALL, "src/clean.py": "x = 1\n", "top.py": ""}, python=engine)
    [found] = looked.of("b602")
    assert (found.location.path, found.location.line, found.location.column) == ("src/shop.py", 6, 9)
    assert (found.location.logical, found.level) == ("Shop.buy", Level.ERROR)
    assert {"python", "CWE-78"} <= set(found.tags)
    assert found.advice
    assert looked.counted() == {"src": 2, ".": 1}
    assert looked.errored() == {}
    assert looked.facts["nosec"] == "0"
    assert looked.facts[engine][0].isdigit()


@each_engine
def test_every_rule_says_what_it_looked_at(engine: str) -> None:
    looked = Looked({"a.py": "x = 1\n"}, python=engine)
    assert {one.rule for one in looked.examinations} == {rule.id for rule in RULES}
    left = {one.rule for one in looked.examinations if one.undecided}
    four = {f"security/python-b{number}" for number in (613, 614, 615, 703)}
    assert left == (four if engine == "ruff" else set())
    names = "python-b613, python-b614, python-b615, python-b703"
    why = ("Python code", "not-tested", f"ruff does not look for what {names} are about")
    assert looked.undecided() == ({why} if left else set())


@each_engine
def test_what_moved_is_the_same_and_a_second_one_is_another(engine: str) -> None:
    before = Looked({"shop.py": CALL}, python=engine).of("b602")
    moved = Looked({"shop.py": f"# a line\n\n{CALL}"}, python=engine).of("b602")
    twice = Looked({"shop.py": f"{CALL}        subprocess.run(what, shell=True)\n"}, python=engine).of("b602")
    other = Looked(
        {"shop.py": f"{CALL}\n    def sell(self, what):\n        subprocess.run(what, shell=True)\n"}, python=engine
    )
    assert [one.fingerprint for one in moved] == [one.fingerprint for one in before]
    assert [one.fingerprint for one in twice] == [before[0].fingerprint] * 2
    assert len({one.fingerprint for one in other.of("b602")}) == 2


def test_both_scanners_give_the_same_fingerprint() -> None:
    one, other = (Looked({"shop.py": CALL}, python=engine).of("b602") for engine in ENGINES)
    assert [each.fingerprint for each in one] == [each.fingerprint for each in other]


@each_engine
def test_a_file_with_a_syntax_error_is_errored_and_the_others_are_looked_at(engine: str) -> None:
    looked = Looked({"a/bad.py": "def (\n", "a/good.py": CALL, "zero.py": b"x = 1\0\n"}, python=engine)
    assert set(looked.errored()) >= {"a/bad.py"}
    assert f"a/bad.py: {engine} cannot read it" in looked.errored()["a/bad.py"]
    assert len(looked.of("b602")) == 1
    assert looked.counted()["a"] == 1
    broken = [one for one in looked.examinations if one.subject == "a/bad.py"]
    assert {one.rule for one in broken} >= {"security/python-b602"}
    assert all(one.undecided and one.undecided.hint for one in broken)


@each_engine
def test_many_broken_files_are_not_all_named_and_none_is_dropped(engine: str) -> None:
    looked = Looked({f"{number:03}.py": "def (\n" for number in range(120)}, python=engine)
    errored = looked.errored()
    assert len(errored) == 101
    assert errored["Python code"] == "20 more files could not be looked at"
    assert looked.counted() == {}


@each_engine
def test_a_comment_nosec_holds_and_is_counted(engine: str) -> None:
    call = "subprocess.run(what, shell=True)"
    text = f"import subprocess\n{call}  # nosec B602 - it is ours\n{call}  # nosec\n{call}  # nosec B301\n{call}\n"
    looked = Looked({"a.py": text}, python=engine)
    assert [one.location.line for one in looked.of("b602")] == [4, 5]
    assert looked.facts["nosec"] == "2"


@each_engine
def test_a_password_is_never_shown(engine: str) -> None:
    text = "password = 'hunter2'\nconnect(password='hunter2')\ndef f(password='hunter2'): ...\n"
    looked = Looked({"a.py": text}, python=engine)
    assert {rule for *_, rule in looked.places()} == {"b105", "b106", "b107"}
    assert "hunter2" not in str([*looked.findings, *looked.examinations])


@each_engine
def test_a_name_that_is_a_command_is_a_name(engine: str, clone: Clone) -> None:
    names = ["-rf.py", "$(touch x).py", "a;b.py", "--config=x.py", "::error::x.py", os.fsdecode(b"caf\xe9.py")]
    for name in names:
        clone.write(name, CALL)
    clone.git("add", "--all")
    tree = open_tree(TreeSpec(kind="index", root=str(clone.root)))
    looked = Looked({}, tree=tree, python=engine)
    assert sorted(one.location.path for one in looked.of("b602")) == sorted(names)
    assert looked.errored() == {}


@each_engine
def test_settings_of_the_change_do_not_reach_a_scanner(engine: str, clone: Clone) -> None:
    clone.write(".bandit", "[bandit]\nskips = B602\n")
    clone.write("ruff.toml", '[lint]\nignore = ["S"]\n')
    clone.write("pyproject.toml", '[tool.bandit]\nskips = ["B602"]\n[tool.ruff]\nexclude = ["*"]\n')
    clone.write(".gitignore", "")
    clone.write("dist/.tox/shop.py", CALL)
    tree = open_tree(TreeSpec(kind="folder", root=str(clone.root)))
    assert len(Looked({}, tree=tree, python=engine).of("b602")) == 1


def test_a_commit_waits_for_the_fast_one() -> None:
    files = {"a.py": CALL}
    assert "ruff" in Looked(files, committing=True).facts
    assert "bandit" in Looked(files).facts
    assert "bandit" in Looked(files, committing=True, python="bandit").facts


def test_the_base_is_told_without_facts() -> None:
    assert Looked({"a.py": CALL}, past=True).facts == {}


def test_only_what_is_wanted_is_told() -> None:
    looked = Looked({"a.py": CALL}, rules={"security/python-b404"}, python="ruff")
    assert {rule for *_, rule in looked.places()} == {"b404"}
    assert {one.rule for one in looked.examinations} == {"security/python-b404"}


@pytest.mark.usefixtures("beside")
def test_without_python_nothing_is_started() -> None:
    assert {reason for *_, reason in Looked({"a.txt": ""}).undecided()} == {"there is no Python file"}


@each_engine
@pytest.mark.usefixtures("beside")
def test_a_missing_scanner_is_errored_with_the_command_that_gets_it(engine: str) -> None:
    version_of.cache_clear()
    looked = Looked({"a.py": CALL}, python=engine)
    assert looked.errored() == {"Python code": f"{engine} is not installed, so that nothing was looked at with it"}
    extra = {"bandit": "security", "ruff": "commit"}[engine]
    assert looked.examinations[0].undecided.hint == f"pip install 'sluicegate[{extra}]'"
    assert len(looked.examinations) == len(RULES)


LIES = {
    "a crash": ("import os\nos.kill(os.getpid(), 11)", "crashed (signal 11"),
    "garbage": ("print('<html>')", "printed what is not its report"),
    "a command": ("print('::set-output name=x::y')", "printed what is not its report"),
    "a traceback": ("raise SystemError('boom')", "SystemError: boom"),
    "another shape": ("print('{\"results\": 1}')", "printed what is not its report"),
    "a wish to wait": ("import time\ntime.sleep(60)", "took more than 1 s"),
}


@each_engine
@pytest.mark.parametrize("lie", LIES)
def test_a_scanner_that_says_nothing_of_use_is_errored(engine: str, lie: str, beside: Programs) -> None:
    body, why = LIES[lie]
    version_of.cache_clear()
    beside.write(engine, f"import sys\nif '--version' in sys.argv:\n    sys.exit(print('{engine} 9.9'))\n{body}")
    began = time.monotonic()
    looked = Looked({"a.py": CALL}, python=engine, scanner_timeout=1.0 if "wait" in lie else 60.0)
    assert time.monotonic() - began < HANGS
    assert looked.findings == []
    [told] = looked.errored().values()
    assert why in told
    assert "\n" not in told
    assert not [one for one in looked.examinations if not one.undecided]


NOTHING = {"bandit": {"results": [], "errors": [], "metrics": {"_totals": {}}}, "ruff": []}


@each_engine
@pytest.mark.parametrize("code", [0, 1, 2])
def test_a_scanner_that_looked_at_nothing_is_errored(engine: str, code: int, beside: Programs) -> None:
    version_of.cache_clear()
    beside.write(
        engine,
        "import sys\nif '--version' in sys.argv:\n    sys.exit(print('9.9'))\n"
        f"print({json.dumps(NOTHING[engine])!r})\nsys.exit({code})",
    )
    looked = Looked({"a.py": CALL, "b.py": ""}, python=engine)
    if code < 2:
        why = f"{engine} was given the file and did not look at it"
        assert looked.errored() == {path: f"{path}: {why}" for path in ("a.py", "b.py")}
    else:
        assert "did not come to its end" in looked.errored()["Python code"]
    assert looked.counted() == {}


def test_what_a_newer_scanner_has_is_told_as_a_rule(beside: Programs) -> None:
    version_of.cache_clear()
    report = {
        "results": [
            {"filename": "./000000.py", "line_number": 2, "test_id": "B999", "issue_text": "Something new. ::error::",
             "issue_severity": "HIGH", "issue_confidence": "HIGH", "issue_cwe": {"id": 77}}
        ],
        "errors": [],
        "metrics": {"./000000.py": {"nosec": 0}},
    }  # fmt: skip
    beside.write("bandit", f"import sys\nprint('9.9' if '--version' in sys.argv else {json.dumps(report)!r})")
    looked = Looked({"a.py": CALL}, python="bandit")
    [rule] = looked.rules
    assert (rule.id, rule.level, rule.help[:2]) == ("security/python-b999", Level.ERROR, "# ")
    assert "CWE-77" in rule.tags
    assert [one.rule for one in looked.findings] == [rule.id]
    assert [one.examined for one in looked.examinations if one.rule == rule.id] == [1]


def test_a_scanner_that_tells_of_other_files_is_not_believed(beside: Programs) -> None:
    version_of.cache_clear()
    report = {
        "results": [{"filename": "/etc/passwd", "line_number": 1, "test_id": "B602", "issue_text": "x"}],
        "errors": [], "metrics": {"./000000.py": {}},
    }  # fmt: skip
    beside.write("bandit", f"import sys\nprint('9.9' if '--version' in sys.argv else {json.dumps(report)!r})")
    looked = Looked({"a.py": CALL}, python="bandit")
    assert looked.errored() == {"Python code": "bandit tells of a file that it was not given"}
    assert looked.findings == []


def test_a_content_is_looked_at_once_in_a_run(beside: Programs, tmp_path: Path) -> None:
    version_of.cache_clear()
    log = tmp_path / "log"
    beside.write(
        "bandit",
        "import json, os, sys\n"
        "if '--version' in sys.argv:\n    sys.exit(print('9.9'))\n"
        f"open({str(log)!r}, 'a').write(f'{{len(os.listdir())}} ')\n"
        "hit = {'line_number': 6, 'test_id': 'B602', 'issue_text': 'x', 'issue_severity': 'HIGH'}\n"
        "hits = [{**hit, 'filename': name} for name in os.listdir() if 'shell' in open(name).read()]\n"
        "print(json.dumps({'results': hits, 'errors': [], 'metrics': {name: {'nosec': 1} for name in os.listdir()}}))",
    )
    memo: dict = {}
    head = Looked({"a.py": CALL, "b/a.py": CALL, "c.py": "x = 1\n", "d.py": "new\n"}, memo=memo)
    base = Looked({"a.py": CALL, "c.py": "x = 1\n", "d.py": "old\n"}, memo=memo, past=True)
    again = Looked({"a.py": CALL}, memo=memo, past=True)
    assert log.read_text("utf-8") == "3 1 "
    assert [one.location.path for one in head.of("b602")] == ["a.py", "b/a.py"]
    assert head.counted() == {".": 3, "b": 1}
    assert head.facts["nosec"] == "4"
    assert [one.fingerprint for one in base.of("b602")] == [head.of("b602")[0].fingerprint]
    assert base.counted() == {".": 3}
    assert again.counted() == {".": 1}


@pytest.mark.parametrize(
    ("python", "waiting", "there", "gone"),
    [("auto", False, "bandit", "ruff"), ("auto", True, "ruff", "ruff"), ("bandit", True, "bandit", "bandit"),
     ("ruff", False, "ruff", "ruff")],
)  # fmt: skip
def test_what_is_left_open_is_for_the_scanner_that_is_there(
    python: str, waiting: bool, there: str, gone: str, request: pytest.FixtureRequest
) -> None:
    assert choose(python, waiting=waiting).name == there
    request.getfixturevalue("beside")
    assert choose(python, waiting=waiting).name == gone
