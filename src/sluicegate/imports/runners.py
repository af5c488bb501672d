"""Results of test runners in JSON: Jest, pytest's JSON report, and the stream of `go test -json`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sluicegate.imports.jsontext import items, number, table, text
from sluicegate.imports.results import Results, ResultsError, Tests
from sluicegate.model import Outcome

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_AT = re.compile(r"\(?((?:/|[A-Za-z]:[/\\]|file:)[^\s():]{0,400}(?::[^\s():0-9][^\s():]{0,400})?):(\d{1,9}):\d{1,9}\)?")
_GO_AT = re.compile(r"^\s*([^\s:]{1,200}\.go):(\d{1,9}):", re.MULTILINE)
_MOST_OUTPUT = 20_000
_PYTEST_EXITS = {2: "it was interrupted", 3: "it met an error of its own", 4: "it was called wrongly"}


def jest(document: Any, results: Results) -> None:
    """Read what `jest --json` writes."""
    tests = Tests(results)
    found = 0
    for suite in map(table, items(document, "testResults")):
        file = text(suite.get("name")) or text(suite.get("testFilePath"))
        cases = [table(case) for case in items(suite, "assertionResults") or items(suite, "testResults")]
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
        if text(suite.get("status")) == "failed" and not any(case.get("status") == "failed" for case in cases):
            tests.ran()
            tests.fell(shown, _ANSI.sub("", text(suite.get("message"))), errored=True, path=file)
    said = number(table(document).get("numTotalTests"))
    if said is not None and said > found:
        results.doubt(Outcome.INCONCLUSIVE, f"{results.subject}: it says {int(said):,} tests and holds {found:,}")
    if table(document).get("wasInterrupted"):
        results.doubt(Outcome.ERRORED, f"{results.subject}: the run was interrupted", "Run it again.")
    tests.end()


def pytest(document: Any, results: Results) -> None:
    """Read what the plugin pytest-json-report writes."""
    tests = Tests(results)
    for collector in map(table, items(document, "collectors")):
        if text(collector.get("outcome")) == "failed":
            name = text(collector.get("nodeid")) or "(collection)"
            tests.ran()
            tests.fell(name, text(collector.get("longrepr")), errored=True, path=name.partition("::")[0])
    for case in map(table, items(document, "tests")):
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
    code = number(table(document).get("exitcode"))
    if code is not None and int(code) in _PYTEST_EXITS:
        results.doubt(Outcome.ERRORED, f"{results.subject}: pytest ended with {int(code)}: {_PYTEST_EXITS[int(code)]}")
    tests.end()


def go(content: str, results: Results, module: str) -> None:
    """Read what `go test -json` prints; `module` is the name in go.mod, by which packages become folders."""
    states: dict[tuple[str, str], str] = {}
    output: dict[tuple[str, str], str] = {}
    builds: dict[str, str] = {}
    foreign = 0
    for line in content.splitlines():
        try:
            event = json.loads(line) if line.startswith("{") else None
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            foreign += bool(line.strip())
            continue
        action = text(event.get("Action"))
        package = text(event.get("Package")) or text(event.get("ImportPath")).partition(" ")[0]
        key = (package, text(event.get("Test")))
        if action in ("output", "build-output"):
            output[key] = (output.get(key, "") + text(event.get("Output")))[:_MOST_OUTPUT]
        elif action in ("start", "run", "pass", "fail", "skip", "build-fail"):
            states[key] = "fail" if action == "build-fail" else action
        if build := text(event.get("FailedBuild")):
            builds[package] = build.partition(" ")[0]
    if not states:
        raise ResultsError(f"{results.subject} holds no event of `go test -json`")
    for package, build in builds.items():  # what the compiler said belongs to the package that it could not build
        output[package, ""] = output.get((build, ""), "") or output.get((package, ""), "")
        if build != package:
            states.pop((build, ""), None)
    if foreign and not all(states.get((package, "")) in ("pass", "fail", "skip") for package, _ in states):
        results.doubt(Outcome.INCONCLUSIVE, f"{results.subject}: {foreign:,} lines are no events of `go test -json`")
    _go_told(states, output, results, module)


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
            elif state in ("start", "run"):
                results.doubt(Outcome.ERRORED, f"{results.subject}: the results end before those of {package}")
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
