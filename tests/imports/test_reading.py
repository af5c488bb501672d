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
             ("errored", "results: s says 3 tests and holds 1")),
            ("<testsuites failures='3'><testsuite name='s'><testcase name='a'/></testsuite></testsuites>",
             ("errored", "results: a suite says 3 failures and errors, and holds 0")),
            ("<testsuite name='s' failures='1' errors='1'><testcase name='a'><failure/></testcase></testsuite>",
             ("errored", "results: s says 2 failures and errors, and holds 1")),
            ("<testsuite name='s' errors='99999999999'><testcase name='a'/></testsuite>",
             ("errored", "results: s says 99,999,999,999 failures and errors, and holds 0")),
            ("<testsuite name='s' failures='three'><testcase name='a'/></testsuite>",
             ("errored", "results: s says failures='three', which is no count")),
        ],
    )  # fmt: skip
    def test_what_is_not_whole_has_not_passed(self, load, text: str, said: tuple[str, str]) -> None:
        assert said in reasons(load(text))

    @pytest.mark.parametrize(
        "counts", ["failures='1' errors='1'", "failures='2'", "errors=' 2 '", "failures=''", "tests='1.0'"]
    )
    def test_counts_that_the_cases_bear_out(self, load, counts: str) -> None:
        text = f"<testsuite {counts}><testcase name='a'><failure/><error/></testcase></testsuite>"
        assert load(text).undecided == []

    @pytest.mark.parametrize("status", ["failed", "FAIL", "error", "aborted"])
    def test_a_case_that_says_without_an_element_that_it_failed(self, load, status: str) -> None:
        found = load(f"<testsuite><testcase name='a' status='{status}'/></testsuite>")
        assert only(found).message == f"a: the case says status={status!r}, and not why"

    def test_a_case_that_was_not_run_is_skipped(self, load) -> None:
        text = "<testsuite><testcase name='a' status='notrun'/><testcase name='b' status='run'/></testsuite>"
        assert load(text).examined == {"external/junit/test-failed": 1, "external/junit/test-errored": 1}

    def test_a_case_in_a_case_would_hide_the_outer_one(self, load) -> None:
        text = "<testsuite><testcase name='a'><failure/><testcase name='b'/></testcase></testsuite>"
        with pytest.raises(GateError, match="a testcase stands in a testcase"):
            load(text)

    def test_no_test_was_examined_where_there_is_none(self, load) -> None:
        assert {each.examined for each in load("<testsuite/>").examinations()} == {0}

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
            (b"\xff\xfe", "is empty"),
            ("<testsuite><testcase name='a'/></testsuite>" * 2, "not well-formed"),
            ('{"testResults": []}{"testResults": []}', "no test results that are known: Extra data"),
            ('{"testResults": [], "testResults": []}', "the key 'testResults' stands twice in an object"),
            ('{"testResults": null}', "testResults is no list"),
            ('{"testResults": [null]}', "testResults holds what is no object"),
            ('{"exitcode": 0, "tests": {"a": 1}}', "tests is no list"),
        ],
    )
    def test_what_is_none_is_told(self, load, text: str | bytes, said: str) -> None:
        with pytest.raises(GateError, match=said):
            load(text)

    def test_utf_16_is_read(self, load) -> None:
        case = '<testcase name="é"><failure message="x"/></testcase>'
        text = f'<?xml version="1.0" encoding="UTF-16"?><testsuite>{case}</testsuite>'
        assert only(load(text.encode("utf-16"))).message == "é: x"

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
    def test_a_mark_of_the_order_of_bytes_says_the_encoding(self, load, encoding: str) -> None:
        case = '<testcase name="é"><failure message="x"/></testcase>'
        text = f'<?xml version="1.0" encoding="utf-8"?><testsuite>{case}</testsuite>'
        assert only(load(text.encode(encoding))).message == "é: x"
        tests = [{"nodeid": "é", "outcome": "failed"}]
        assert only(load(json.dumps({"exitcode": 1, "tests": tests}).encode(encoding))).rule.endswith("/test-failed")

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

    def test_what_a_tool_keeps_to_itself_tells_no_result_from_another(self, load) -> None:
        """semgrep writes the same two words for every fingerprint, and for the lines, where nobody is logged in."""
        withheld = {"fingerprints": {"matchBasedId/v1": "requires login"}}
        results = []
        for message in ("one", "two"):
            result = json.loads(json.dumps(RESULT)) | withheld | {"message": {"text": message}}
            result["locations"][0]["physicalLocation"]["region"] = {
                "startLine": 1,
                "snippet": {"text": "requires login"},
            }
            results.append(result)
        found = load(sarif(*results)).findings
        assert len({each.fingerprint for each in found}) == 2
        assert [each.witness for each in found] == ["", ""]

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
        assert reasons(load(sarif() | {"runs": [{"tool": {"driver": {"name": "x"}}, "results": None}]})) == [
            ("errored", "results: the results are null: the tool did not look")
        ]

    @pytest.mark.parametrize(
        ("invocation", "said"),
        [
            ({"toolExecutionNotifications": [{"level": "error", "message": {"text": "a.py"}}]},
             "the tool met an error, so that its results may not be whole: a.py"),
            ({"executionSuccessful": True, "toolConfigurationNotifications": [{"level": "error"}]},
             "the tool met an error, so that its results may not be whole"),
            ({"executionSuccessful": True, "exitSignalName": "SIGKILL"}, "the tool did not run to its end: SIGKILL"),
            ({"executionSuccessful": True, "processStartFailureMessage": "no such file"},
             "the tool did not run to its end: no such file"),
        ],
    )  # fmt: skip
    def test_what_a_tool_says_of_its_own_run(self, load, invocation: dict[str, Any], said: str) -> None:
        assert reasons(load(sarif(RESULT, invocations=[invocation]))) == [("errored", f"results: {said}")]
        calm = {"executionSuccessful": True, "exitCode": 1, "toolExecutionNotifications": [{"level": "note"}, {}]}
        assert reasons(load(sarif(RESULT, invocations=[calm]))) == []

    @pytest.mark.parametrize("level", ["Error", "fatal", "", 3, ["error"]])
    def test_a_level_that_sarif_does_not_have_is_told_with_its_place(self, load, level: Any) -> None:
        ((outcome, why),) = reasons(load(sarif(RESULT, {**RESULT, "level": level})))
        assert (outcome, why.startswith(f"results: runs[0].results[1].level is {level!r}, and not one of error,")) == (
            "errored",
            True,
        )
        rule = {"id": "r", "defaultConfiguration": {"level": level}}
        ((outcome, why),) = reasons(load(sarif(RESULT, tool={"driver": {"name": "x", "rules": [rule]}})))
        assert outcome == "errored"
        assert why.startswith(f"results: runs[0].tool.driver.rules[0].defaultConfiguration.level is {level!r}, and")
        assert reasons(load(sarif(RESULT, {**RESULT, "level": None}))) == []

    def test_results_that_lie_elsewhere_are_not_read(self, load) -> None:
        found = load(sarif(externalPropertyFileReferences={"results": [{"location": {"uri": "more.sarif"}}]}))
        assert reasons(found) == [("errored", "results: results lie in other files, which are not read")]

    @pytest.mark.parametrize(
        ("more", "level"),
        [({"kind": "FAIL", "level": "error"}, "error"), ({"kind": "pass", "level": "error"}, "error"),
         ({"kind": "open"}, "note")],
    )  # fmt: skip
    def test_a_kind_that_contradicts_its_level_hides_nothing(self, load, more: dict[str, Any], level: str) -> None:
        assert only(load(sarif(RESULT | more))).level.value == level

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
            ("errored", "results: it says 9 tests and holds 3"),
            ("errored", "results: the run was interrupted"),
        ]

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"success": False}, "it says that the run did not succeed, and holds no test that failed"),
            ({"success": None}, "it says that the run did not succeed, and holds no test that failed"),
            ({"numFailedTests": 2}, "it says 2 failed tests and holds 0"),
            ({"numFailedTestSuites": 1}, "it says 1 failed suites and holds 0"),
            ({"numRuntimeErrorTestSuites": 1}, "it says 1 suites that could not run and holds 0"),
        ],
    )
    def test_jest_that_contradicts_itself(self, load, more: dict[str, Any], said: str) -> None:
        suites = [{"name": "/repo/a.test.js", "status": "passed", "assertionResults": [{"status": "passed"}]}]
        assert reasons(load({"testResults": suites, "success": True})) == []
        assert reasons(load({"testResults": suites, **more})) == [("errored", f"results: {said}")]

    def test_a_jest_suite_that_cannot_run(self, load) -> None:
        suites = [
            {"testFilePath": "/repo/a.js", "testExecError": {"message": "boom"}, "testResults": [{"status": "passed"}]}
        ]
        assert only(load({"testResults": suites})).message == "a.js: boom"

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
        assert reasons(load({"exitcode": 137, "tests": tests}))[0] == (
            "errored",
            "results: pytest ended with 137: it did not run to its end",
        )
        assert reasons(load({"exitcode": "?", "tests": tests}))[0] == ("errored", "results: exitcode is no number")
        assert reasons(load({"exitcode": 1, "tests": tests[:1]})) == [
            ("errored", "results: pytest ended with 1, and no test that it holds failed")
        ]
        assert reasons(load({"exitcode": 0, "tests": tests[:1], "summary": {"total": 4, "failed": 1, "error": 1}})) == [
            ("errored", "results: it says 4 tests and holds 1"),
            ("errored", "results: it says 2 failed tests and holds 0"),
        ]
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

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            (['{"Action":"pass","Package":"p","Test":"A"}'], "the results end before those of p"),
            (['{"Action":"output","Package":"q","Output":"x"}', '{"Action":"pass","Package":"p","Test":"A"}',
              '{"Action":"pass","Package":"p"}'], "the results end before those of q"),
            (['{"Action":"pass","Package":"p","Test":"A"}', '{"Action":"pass","Package":"p"}', '{"Action":"fa'],
             "line 3 is cut, or no event of `go test -json`"),
            (['{"Action":"pass","Package":"p","Test":"A"}', '{"Action":"pass","Package":"p"}', "FAIL p [setup failed]"],
             "line 3 is cut, or no event of `go test -json`"),
            (['{"Action":"pass","Package":"p","Test":"A"}', '{"Action":"fail","Action":"pass","Package":"p"}',
              '{"Action":"pass","Package":"p"}'], "line 2 is cut, or no event of `go test -json`"),
        ],
    )  # fmt: skip
    def test_a_go_log_that_is_cut(self, load, lines: list[str], said: str) -> None:
        assert reasons(load("\n".join(lines))) == [("errored", f"results: {said}")]

    def test_a_go_test_that_failed_once_of_twice(self, load) -> None:
        again = [{"Action": word, "Package": "p", "Test": "A"} for word in ("run", "fail", "run", "pass")]
        end = [{"Action": "fail", "Package": "p"}]
        assert only(load("\n".join(map(json.dumps, again + end)))).message == "p.A: no message"
        # a rerun of what failed begins the package anew, and its word is the last
        rerun = [{"Action": "start", "Package": "p"}, *again[2:], {"Action": "pass", "Package": "p"}]
        assert load("\n".join(map(json.dumps, again[:2] + end + rerun))).findings == []

    def test_what_a_go_test_prints_ends_no_line(self, load) -> None:
        lines = ['{"Action":"output","Package":"p","Output":"a\u0085b\u2028c"}',
                 '{"Action":"pass","Package":"p","Test":"A"}', '{"Action":"pass","Package":"p"}']  # fmt: skip
        assert reasons(load("\n".join(lines))) == []

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
