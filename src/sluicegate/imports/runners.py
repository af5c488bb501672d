"""Results of test runners in JSON: Jest, pytest's JSON report, and the stream of `go test -json`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sluicegate.imports.jsontext import items, number, once, table, text
from sluicegate.imports.results import Results, ResultsError, Tests
from sluicegate.model import Outcome

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_AT = re.compile(r"\(?((?:/|[A-Za-z]:[/\\]|file:)[^\s():]{0,400}(?::[^\s():0-9][^\s():]{0,400})?):(\d{1,9}):\d{1,9}\)?")
_GO_AT = re.compile(r"^\s*([^\s:]{1,200}\.go):(\d{1,9}):", re.MULTILINE)
_MOST_OUTPUT = 20_000
_ENDED = ("pass", "fail", "skip")
_PYTEST_EXITS = {
    2: "it was interrupted", 3: "it met an error of its own", 4: "it was called wrongly", 5: "it collected no test",
}  # fmt: skip
_NO_TESTS = 5
_PYTEST_ENDED = (0, 1, _NO_TESTS)
_LOG = "Run it again, and look at its log."


def jest(document: Any, results: Results) -> None:
    """Read what `jest --json` writes."""
    tests = Tests(results)
    found = 0
    fallen = failed = unrun = 0
    for suite in results.objects(document, "testResults"):
        file = text(suite.get("name")) or text(suite.get("testFilePath"))
        cases = results.objects(suite, "assertionResults") or results.objects(suite, "testResults")
        shown = results.place.path(file) or file
        found += len(cases)
        for case in cases:
            status = text(case.get("status"))
            name = text(case.get("fullName")) or text(case.get("title")) or "(a test without a name)"
            if status in ("pending", "skipped", "todo", "disabled"):
                tests.skipped += 1
                continue
            tests.ran()
            if status != "passed":
                told = "\n".join(map(text, items(case, "failureMessages")))
                line = number(table(case, "location").get("line"))
                at = int(line) if line else _line_in(told, file)
                tests.fell(f"{shown} › {name}", _ANSI.sub("", told), errored=status != "failed", path=file, line=at)
        here = sum(case.get("status") == "failed" for case in cases)
        trouble = table(suite, "testExecError")
        broke = bool(trouble) or (text(suite.get("status")) == "failed" and not here)
        if broke:
            tests.ran()
            told = text(suite.get("message")) or text(suite.get("failureMessage")) or text(trouble.get("message"))
            tests.fell(shown, _ANSI.sub("", told), errored=True, path=file)
        fallen, failed, unrun = fallen + here, failed + (broke or bool(here)), unrun + broke
    results.claimed("tests", number(document.get("numTotalTests")), found)
    results.claimed("failed tests", number(document.get("numFailedTests")), fallen)
    results.claimed("suites that could not run", number(document.get("numRuntimeErrorTestSuites")), unrun)
    if not failed:  # what a suite is differs: a file, or each `describe` in it
        results.claimed("failed suites", number(document.get("numFailedTestSuites")), 0)
    if not tests.fallen and not results.undecided and document.get("success", True) is not True:
        why = f"{results.subject}: it says that the run did not succeed, and holds no test that failed"
        results.doubt(Outcome.ERRORED, why, "A snapshot, a reporter or a threshold may have failed; look at its log.")
    if table(document).get("wasInterrupted"):
        results.doubt(Outcome.ERRORED, f"{results.subject}: the run was interrupted", "Run it again.")
    tests.end()


def pytest(document: Any, results: Results) -> None:
    """Read what the plugin pytest-json-report writes."""
    tests = Tests(results)
    for collector in results.objects(document, "collectors"):
        if text(collector.get("outcome")) == "failed":
            name = text(collector.get("nodeid")) or "(collection)"
            tests.ran()
            tests.fell(name, text(collector.get("longrepr")), errored=True, path=name.partition("::")[0])
    for case in results.objects(document, "tests"):
        outcome, name = text(case.get("outcome")), text(case.get("nodeid")) or "(a test without a name)"
        if outcome in ("skipped", "xfailed"):
            tests.skipped += 1
            continue
        tests.ran()
        if outcome in ("passed", "xpassed"):
            continue
        stage = next((table(case, part) for part in ("setup", "call", "teardown")
                      if table(case, part).get("outcome") == "failed"), {})  # fmt: skip
        crash = table(stage, "crash")
        path, line = text(crash.get("path")), number(crash.get("lineno"))
        if not results.place.path(path):
            path, first = name.partition("::")[0], number(case.get("lineno"))
            line = first + 1 if first is not None else None  # pytest counts the lines of tests from 0
        told = "\n".join(filter(None, (text(crash.get("message")), text(stage.get("longrepr")))))
        tests.fell(name, told, errored=outcome != "failed", path=path, line=int(line) if line else None)
    said = table(document, "summary")
    results.claimed("tests", number(said.get("total")), len(items(document, "tests")))
    results.claimed("failed tests", sum(number(said.get(word)) or 0 for word in ("failed", "error")), tests.fallen)
    _ended(number(document.get("exitcode")), tests)
    tests.end()


def _ended(code: float | None, tests: Tests) -> None:
    """What pytest's exit code says of the whole: 0 and 1 are of tests that ran, 5 is that there were none."""
    subject = tests.results.subject
    if code is None:
        tests.results.doubt(Outcome.ERRORED, f"{subject}: exitcode is no number", _LOG)
    elif code not in _PYTEST_ENDED or (code == _NO_TESTS and tests.count):
        why = _PYTEST_EXITS.get(int(code), "it did not run to its end")
        tests.results.doubt(Outcome.ERRORED, f"{subject}: pytest ended with {code:g}: {why}", _LOG)
    elif code == 1 and not tests.fallen:
        why = f"{subject}: pytest ended with 1, and no test that it holds failed"
        tests.results.doubt(Outcome.ERRORED, why, "A plugin's threshold may have failed; look at its log.")


def go(content: str, results: Results, module: str) -> None:
    """Read what `go test -json` prints; `module` is the name in go.mod, by which packages become folders."""
    states: dict[tuple[str, str], str] = {}
    output: dict[tuple[str, str], str] = {}
    builds: dict[str, str] = {}
    begun: set[str] = set()  # packages that were started again after they had ended
    packages: dict[str, None] = {}
    for at, line in enumerate(content.split("\n"), 1):  # a text in it may hold any other end of a line
        event = _go_event(line)
        if event is None:
            if line.startswith(("{", "FAIL")):
                why = f"{results.subject}: line {at} is cut, or no event of `go test -json`"
                results.doubt(Outcome.ERRORED, why, _LOG)
            continue
        action = text(event.get("Action"))
        package = text(event.get("Package")) or text(event.get("ImportPath")).partition(" ")[0]
        key = (package, text(event.get("Test")))
        if text(event.get("Package")):
            packages[package] = None
        if action in ("output", "build-output"):
            output[key] = (output.get(key, "") + text(event.get("Output")))[:_MOST_OUTPUT]
        elif action == "start" and states.get(key) in _ENDED:
            begun.add(package)
        elif action == "run" and states.get(key) == "fail" and package not in begun:
            continue  # of a test that is run twice, one failure is enough
        elif action in ("pass", "skip") and key[1] and states.get(key) == "fail" and package not in begun:
            continue
        if action in ("start", "run", *_ENDED, "build-fail"):
            states[key] = "fail" if action == "build-fail" else action
        if build := text(event.get("FailedBuild")):
            builds[package] = build.partition(" ")[0]
    if not states:
        raise ResultsError(f"{results.subject} holds no event of `go test -json`")
    for package, build in builds.items():  # what the compiler said belongs to the package that it could not build
        output[package, ""] = output.get((build, ""), "") or output.get((package, ""), "")
        if build != package:
            states.pop((build, ""), None)
    for package in packages:
        if states.get((package, "")) not in _ENDED:
            why = f"{results.subject}: the results end before those of {package}"
            results.doubt(Outcome.ERRORED, why, _LOG)
    _go_told(states, output, results, module)


def _go_event(line: str) -> dict[str, Any] | None:
    """The event of a line; None where it is none, or one that says two things at once."""
    try:
        event = json.loads(line, object_pairs_hook=once) if line.startswith("{") else None
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _go_told(
    states: Mapping[tuple[str, str], str], output: Mapping[tuple[str, str], str], results: Results, module: str
) -> None:
    tests = Tests(results)
    # a test that failed because one inside of it did has nothing of its own to say
    parents = {
        (package, name[: at.start()])
        for (package, name), state in states.items() if state == "fail"
        for at in re.finditer("/", name)
    }  # fmt: skip
    broken = {package for (package, name), state in states.items() if name and state in ("fail", "run")}
    for (package, name), state in states.items():
        folder = _go_folder(package, module)
        told = output.get((package, name), "")
        if not name:
            if state == "fail" and package not in broken:
                tests.ran()
                path, line = _go_at(told, folder)
                tests.fell(package, _go_words(told) or "the package failed", errored=True, path=path, line=line)
            continue
        if state == "skip":
            tests.skipped += 1
            continue
        tests.ran()
        path, line = _go_at(told, folder)
        again = f"go test -run '^{name}$' ./{folder or '.'}" if re.fullmatch(r"[\w/.-]+", name + folder) else ""
        if state == "fail" and (package, name) not in parents:
            tests.fell(f"{package}.{name}", _go_words(told), path=path, line=line, again=again)
        elif state == "run":
            why = _go_words(told) or "it did not come to its end"
            tests.fell(f"{package}.{name}", why, errored=True, path=path, line=line, again=again)
    tests.end()


def _go_folder(package: str, module: str) -> str:
    if module and (package == module or package.startswith(f"{module}/")):
        return package[len(module) + 1 :]
    return ""


def _go_at(told: str, folder: str) -> tuple[str, int | None]:
    found = _GO_AT.search(told)
    if not found:
        return "", None
    path = found[1]
    return (path if "/" in path else f"{folder}/{path}" if folder else path), int(found[2])


def _go_words(told: str) -> str:
    """What a test said, without the lines that go puts around it."""
    lines = [line.strip() for line in told.splitlines() if not re.match(r"\s*(=== |--- |FAIL\b|exit status|# )", line)]
    return "\n".join(filter(None, lines))


def _line_in(told: str, file: str) -> int | None:
    """The first line of the test's own file in a trace."""
    for found in list(_AT.finditer(_ANSI.sub("", told)))[:200]:
        if found[1] == file:
            return int(found[2])
    return None
