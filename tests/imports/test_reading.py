"""What the readers make of small files by hand, hostile ones among them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sluicegate.errors import GateError
from sluicegate.imports import junit
from sluicegate.imports.reading import read
from sluicegate.imports.results import Place, Results
from sluicegate.model import Finding, Level

RESULT: dict[str, Any] = {
    "ruleId": "R1",
    "message": {"text": "bad"},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/a.py"}, "region": {"startLine": 3}}}],
}


@pytest.fixture
def load(tmp_path: Path):
    def loading(content: Any, **more: Any) -> Results:
        path = tmp_path / "results"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        place = Place(root=more.pop("root", "/repo"), folder=more.pop("folder", ""))
        return read(path, place, subject="results", **more)

    return loading


def sarif(*results: Any, **run: Any) -> dict[str, Any]:
    return {
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "ESLint", "rules": []}}, "results": results, **run}],
    }


def only(results: Results) -> Finding:
    (finding,) = results.findings
    return finding


def reasons(results: Results) -> list[tuple[str, str]]:
    return [(why.outcome.value, why.reason) for why in results.undecided]


class TestJUnit:
    def test_every_kind_of_case(self, load) -> None:
        found = load(
            '<testsuites><testsuite name="s" tests="5" file="tests/a.py"><testcase classname="m" name="ok"/>'
            '<testcase classname="m" name="no" line="7"><failure message="a &lt; b">trace</failure></testcase>'
            '<testcase name="err"><error type="E">tests/b.py:9: boom</error></testcase>'
            '<testcase name="later"><skipped/></testcase>'
            '<testcase name="flaky"><rerunFailure message="once"/></testcase></testsuite></testsuites>'
        )
        assert found.undecided == []
        assert [(one.rule, one.message, str(one.location)) for one in found.findings] == [
            ("external/junit/test-failed", "m.no: a < b", "tests/a.py:7"),
            ("external/junit/test-errored", "err: E", "tests/a.py"),
        ]
        assert found.examined == {"external/junit/test-failed": 4, "external/junit/test-errored": 4}

    def test_a_place_is_taken_from_the_trace(self, load) -> None:
        trace = 'File "/usr/x.py", line 1\nFile "/repo/t/a.py", line 12\n'
        text = f'<testsuite><testcase name="a"><failure>{trace}</failure></testcase></testsuite>'
        assert str(only(load(text)).location) == "t/a.py:12"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("<testsuite tests='0'/>", ("not-tested", "results: it holds no test")),
            ("<testsuite><testcase name='a'><skipped/></testcase></testsuite>",
             ("not-tested", "results: its 1 tests were all skipped")),
            ("<testsuite name='s' tests='3'><testcase name='a'/></testsuite>",
             ("inconclusive", "results: s says 3 tests and holds 1")),
        ],
    )  # fmt: skip
    def test_what_is_not_whole_has_not_passed(self, load, text: str, said: tuple[str, str]) -> None:
        assert said in reasons(load(text))

    def test_a_suite_that_broke(self, load) -> None:
        found = load('<testsuite name="setup"><error message="no database"/><testcase name="a"/></testsuite>')
        assert only(found).message == "setup (suite): no database"

    @pytest.mark.parametrize(
        "text",
        [
            '<!DOCTYPE a [<!ENTITY b "x">]><testsuite/>',
            '<!DOCTYPE testsuite SYSTEM "file:///etc/passwd"><testsuite/>',
            '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1/"> %b;]><testsuite/>',
            '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><testsuite name="&b;"/>',
        ],
    )
    def test_a_document_type_is_refused(self, load, text: str) -> None:
        with pytest.raises(GateError, match="document type"):
            load(text)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("<testsuite>", r"results:1: not well-formed"),
            ("<html/>", "no JUnit: its root is <html>"),
            ("<testsuite>" * 100, "nested more than 64 deep"),
            ('<?xml version="1.0" encoding="nonsense"?><testsuite/>', "not well-formed|decoded"),
            ("", "is empty"),
            ("hello", "no test results that are known"),
            ("{}", "JSON, but no results"),
            ("[" * 100_000, "nested too deeply"),
            (b"\x80\x81", "not UTF-8"),
        ],
    )
    def test_what_is_none_is_told(self, load, text: str | bytes, said: str) -> None:
        with pytest.raises(GateError, match=said):
            load(text)

    def test_utf_16_is_read(self, load) -> None:
        case = '<testcase name="é"><failure message="x"/></testcase>'
        text = f'<?xml version="1.0" encoding="UTF-16"?><testsuite>{case}</testsuite>'
        assert only(load(text.encode("utf-16"))).message == "é: x"

    def test_the_depth_is_what_stops_it(self, load, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(junit, "DEEPEST", 1_000)
        assert load("<testsuite>" * 100 + "<testcase name='a'/>" + "</testsuite>" * 100).findings == []

    def test_a_large_file_is_refused(self, load, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sluicegate.imports.reading.LIMIT", 100)
        with pytest.raises(GateError, match="more than 100 bytes"):
            load("<testsuite>" + " " * 100)

    def test_too_many_findings_are_refused_and_not_dropped(self, load, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sluicegate.imports.results.MOST", 2)
        case = "<testcase name='a'><failure/></testcase>"
        with pytest.raises(GateError, match="more than 2 findings"):
            load(f"<testsuite>{case * 3}</testsuite>")


class TestSarif:
    def test_a_result_with_all_that_rules_say(self, load) -> None:
        rules = [{"id": "R1", "shortDescription": {"text": "Bad thing"}, "properties": {"security-severity": "9.1"}}]
        document = sarif(RESULT)
        document["runs"][0]["tool"]["driver"]["rules"] = rules
        found = load(document)
        assert (only(found).rule, only(found).level, str(only(found).location)) == (
            "external/eslint/R1",
            Level.ERROR,
            "src/a.py:3",
        )
        rule = found.rules["external/eslint/R1"]
        assert (rule.title, rule.security_severity) == ("Bad thing", 9.1)

    @pytest.mark.parametrize(
        ("more", "level"),
        [({}, "warning"), ({"level": "error"}, "error"), ({"kind": "review"}, "note"),
         ({"suppressions": [{"kind": "inSource"}]}, "none"), ({"suppressions": [{"status": "rejected"}]}, "warning")],
    )  # fmt: skip
    def test_levels(self, load, more: dict[str, Any], level: str) -> None:
        assert only(load(sarif(RESULT | more))).level.value == level

    @pytest.mark.parametrize("more", [{"kind": "pass"}, {"kind": "notApplicable"}, {"baselineState": "absent"}])
    def test_what_is_no_finding(self, load, more: dict[str, Any]) -> None:
        found = load(sarif(RESULT | more))
        assert found.findings == []
        assert found.examined == {"external/eslint/R1": 1}

    def test_a_fingerprint_is_made_of_path_message_and_snippet_and_never_of_a_line(self, load) -> None:
        def printed(line: int, snippet: str, **more: Any) -> str:
            result = json.loads(json.dumps(RESULT)) | more
            result["locations"][0]["physicalLocation"]["region"] = {"startLine": line, "snippet": {"text": snippet}}
            return only(load(sarif(result))).fingerprint

        assert printed(3, "x = 1") == printed(90, "  x =  1\n")
        assert printed(3, "x = 1") != printed(3, "x = 2")
        own = {"partialFingerprints": {"primaryLocationLineHash": "abc:1"}}
        assert printed(3, "x = 1", **own) == printed(9, "y = 2", **own) != printed(3, "x = 1")

    @pytest.mark.parametrize(
        ("uri", "path", "logical"),
        [
            ("src/a%20b.py", "src/a b.py", None),
            ("file:///repo/src/a.py", "src/a.py", None),
            ("file:///repo/../etc/passwd", None, "file:///repo/../etc/passwd"),
            ("../etc/passwd", None, "../etc/passwd"),
            ("/etc/passwd", None, "/etc/passwd"),
            ("https://example.com/a", None, "https://example.com/a"),
            ("src\\a.py", "src/a.py", None),
        ],
    )
    def test_paths_stay_in_the_repository(self, load, uri: str, path: str | None, logical: str | None) -> None:
        result = json.loads(json.dumps(RESULT))
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = uri
        if uri.startswith("https"):
            assert only(load(sarif(result))).location.path in (None, "https:/example.com/a")
            return
        location = only(load(sarif(result))).location
        assert (location.path, location.logical) == (path, logical)

    def test_a_base_of_addresses(self, load) -> None:
        result = json.loads(json.dumps(RESULT))
        result["locations"][0]["physicalLocation"]["artifactLocation"] = {"uri": "a.py", "uriBaseId": "SRC"}
        bases = {"SRC": {"uri": "src/", "uriBaseId": "ROOT"}, "ROOT": {"uri": "file:///repo/"}, "X": {"uriBaseId": "X"}}
        assert only(load(sarif(result, originalUriBaseIds=bases))).location.path == "src/a.py"

    def test_a_tool_that_did_not_end_is_not_green(self, load) -> None:
        assert reasons(load(sarif(invocations=[{"executionSuccessful": False}])))[0][0] == "errored"
        assert reasons(load({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}}]}))[0][0] == "errored"
        assert reasons(load({"version": "2.1.0", "runs": [], "$schema": "sarif"}))[0][0] == "not-tested"

    def test_a_tool_that_found_nothing_has_looked(self, load) -> None:
        found = load(sarif())
        assert (found.undecided, found.examined) == ([], {"external/eslint/no-result": 1})

    def test_another_version(self, load) -> None:
        with pytest.raises(GateError, match=r"2\.1\.0 is read"):
            load({"version": "2.0.0", "runs": [{}]})

    @pytest.mark.parametrize("value", [None, 3, "x", [], [None], {"a": 1}, [[]], True, 1e400])
    @pytest.mark.parametrize(
        "key", [*RESULT, "level", "ruleIndex", "rule", "fixes", "suppressions", "partialFingerprints"]
    )
    def test_any_value_anywhere(self, load, key: str, value: Any) -> None:
        load(sarif(RESULT | {key: value}))
        load(sarif(RESULT, invocations=value, artifacts=value, originalUriBaseIds=value))

    def test_the_id_of_a_rule_is_only_an_id(self, load) -> None:
        found = load(sarif(RESULT | {"ruleId": "a b\n::error::<x>/../\x1b[31m"}), tool="my-tool")
        assert only(found).rule == "external/my-tool/a-b-error-x-/../-x1b-31m"


class TestRunners:
    def test_jest(self, load) -> None:
        suites = [
            {"name": "/repo/a.test.js", "status": "failed", "message": "m", "assertionResults": [
                {"fullName": "adds", "status": "passed"},
                {"fullName": "breaks", "status": "failed",
                 "failureMessages": ["\x1b[31mno\x1b[39m\n at x (/repo/a.test.js:12:3)"]},
                {"fullName": "later", "status": "pending"}]},
            {"name": "/repo/b.test.js", "status": "failed", "message": "SyntaxError", "assertionResults": []},
        ]  # fmt: skip
        found = load({"numTotalTests": 3, "testResults": suites, "wasInterrupted": False})
        assert [(one.rule, one.message, str(one.location)) for one in found.findings] == [
            ("external/jest/test-failed", "a.test.js › breaks: no", "a.test.js:12"),
            ("external/jest/test-errored", "b.test.js: SyntaxError", "b.test.js"),
        ]
        assert found.undecided == []
        assert reasons(load({"numTotalTests": 9, "testResults": suites, "wasInterrupted": True})) == [
            ("inconclusive", "results: it says 9 tests and holds 3"),
            ("errored", "results: the run was interrupted"),
        ]

    def test_pytest(self, load) -> None:
        tests = [
            {"nodeid": "t/a.py::ok", "outcome": "passed"},
            {"nodeid": "t/a.py::no", "lineno": 4, "outcome": "failed",
             "call": {"outcome": "failed", "crash": {"path": "/repo/t/a.py", "lineno": 7, "message": "assert 1"}}},
            {"nodeid": "t/a.py::err", "lineno": 4, "outcome": "error",
             "setup": {"outcome": "failed", "crash": {"path": "/usr/lib/x.py", "lineno": 1, "message": "boom"}}},
            {"nodeid": "t/a.py::skip", "outcome": "skipped"},
        ]  # fmt: skip
        found = load({"exitcode": 1, "tests": tests})
        assert [(one.rule, one.message, str(one.location)) for one in found.findings] == [
            ("external/pytest/test-failed", "t/a.py::no: assert 1", "t/a.py:7"),
            ("external/pytest/test-errored", "t/a.py::err: boom", "t/a.py:5"),
        ]
        assert reasons(load({"exitcode": 2, "tests": tests}))[0][0] == "errored"
        assert reasons(load({"exitcode": 5, "tests": []}))[0][0] == "not-tested"
        collectors = [{"nodeid": "t/b.py", "outcome": "failed", "longrepr": "ImportError"}]
        assert only(load({"exitcode": 2, "tests": [], "collectors": collectors})).message == "t/b.py: ImportError"

    def test_go(self, load, tmp_path: Path) -> None:
        (tmp_path / "go.mod").write_text("module example.com/m\n")
        lines = [
            {"Action": "start", "Package": "example.com/m/p"},
            {"Action": "run", "Package": "example.com/m/p", "Test": "TestA"},
            {"Action": "run", "Package": "example.com/m/p", "Test": "TestA/sub"},
            {
                "Action": "output",
                "Package": "example.com/m/p",
                "Test": "TestA/sub",
                "Output": "    a_test.go:9: got 1\n",
            },
            {"Action": "fail", "Package": "example.com/m/p", "Test": "TestA/sub"},
            {"Action": "fail", "Package": "example.com/m/p", "Test": "TestA"},
            {"Action": "run", "Package": "example.com/m/p", "Test": "TestHangs"},
        ]
        text = "\n".join(map(json.dumps, lines))
        found = load(text, root=str(tmp_path))
        assert [(one.rule, one.message, str(one.location)) for one in found.findings] == [
            ("external/go-test/test-failed", "example.com/m/p.TestA/sub: a_test.go:9: got 1", "p/a_test.go:9"),
            ("external/go-test/test-errored", "example.com/m/p.TestHangs: it did not come to its end",
             "example.com/m/p.TestHangs"),
        ]  # fmt: skip
        assert reasons(found) == [("errored", "results: the results end before those of example.com/m/p")]

    def test_a_go_package_that_cannot_be_built(self, load) -> None:
        lines = [
            {"ImportPath": "m/p [m/p.test]", "Action": "build-output", "Output": "p/a.go:3:1: syntax error\n"},
            {"ImportPath": "m/p [m/p.test]", "Action": "build-fail"},
            {"Action": "fail", "Package": "m/p", "FailedBuild": "m/p [m/p.test]"},
        ]
        found = only(load("\n".join(map(json.dumps, lines))))
        assert (found.rule, found.message) == ("external/go-test/test-errored", "m/p: p/a.go:3:1: syntax error")
        assert str(found.location) == "p/a.go:3"


def test_the_name_of_the_tool_can_be_given(load) -> None:
    assert (
        only(load("<testsuite><testcase name='a'><failure/></testcase></testsuite>", tool="ava")).rule
        == "external/ava/test-failed"
    )
    assert load('<testsuites name="pytest tests"><testsuite name="pytest"/></testsuites>').tool == "pytest"
