"""JUnit XML, read as a stream: no document type, no entity, no depth beyond what test results have."""

from __future__ import annotations

import contextlib
import re
from xml.parsers import expat

from msgspec import Struct, field

from sluicegate.imports.jsontext import number
from sluicegate.imports.results import Results, ResultsError, Tests
from sluicegate.model import Outcome

DEEPEST = 64
_LONGEST = 20_000
_NOT_RUN = ("notrun", "skipped", "disabled")
_FELL = re.compile(r"fail|error|abort|broken|timed?[ _-]?out|crash", re.IGNORECASE)
_KINDS = ("failure", "error", "skipped", "rerunFailure", "flakyFailure")
_TRACE = re.compile(
    r'(?:File "([^"\n]{1,400})", line (\d{1,9})|^([^\s:()"]{1,400}\.\w{1,6}):(\d{1,9})(?::\d+)?\b)', re.MULTILINE
)


class _Case(Struct):
    name: str
    file: str
    line: int | None
    status: str = ""
    results: list[tuple[str, str]] = field(default_factory=list)


class _Reader:
    def __init__(self, results: Results) -> None:
        self.results = results
        self.tests = Tests(results)
        self.depth = 0
        self.suites: list[dict[str, str]] = []
        self.before: list[tuple[int, int]] = []
        self.cases = 0
        self.case: _Case | None = None
        self.kind = ""
        self.text: list[str] = []
        self.length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ResultsError(f"{self.results.subject} is nested more than {DEEPEST} deep: no test results are")
        tag = tag.rpartition("}")[2]
        if self.depth == 1 and tag not in ("testsuites", "testsuite"):
            raise ResultsError(f"{self.results.subject} is XML, but no JUnit: its root is <{tag}>")
        if tag in ("testsuites", "testsuite"):
            self.suites.append(attributes)
            self.before.append((self.cases, self.tests.fallen))
        elif tag == "testcase":
            if self.case is not None:
                raise ResultsError(f"{self.results.subject}: a testcase stands in a testcase: which of them failed?")
            self.case = _case(attributes, self.suites)
            self.cases += 1
        elif tag in _KINDS:
            if self.case is not None:
                message = attributes.get("message", "") or attributes.get("type", "")
                self.case.results.append((tag, message))
            elif tag in {"error", "failure"}:
                name = self.suites[-1].get("name", "") if self.suites else ""
                self.case = _Case(f"{name} (suite)", "", None, results=[(tag, attributes.get("message", ""))])
                self.tests.ran()
                self._told()
            self.kind, self.text, self.length = tag, [], 0

    def end(self, tag: str) -> None:
        self.depth -= 1
        tag = tag.rpartition("}")[2]
        if tag in _KINDS and self.case is not None and self.case.results:
            kind, message = self.case.results[-1]
            self.case.results[-1] = (kind, f"{message}\n{''.join(self.text)}" if message else "".join(self.text))
            self.kind = ""
        elif tag == "testcase" and self.case is not None:
            self._told()
        elif tag in ("testsuites", "testsuite"):
            self._counted(self.suites.pop(), *self.before.pop())

    def data(self, text: str) -> None:
        if self.kind and self.length < _LONGEST:
            self.text.append(text[: _LONGEST - self.length])
            self.length += len(text)

    def _told(self) -> None:
        case, self.case = self.case, None
        if case is None:
            return
        kinds = {kind for kind, _ in case.results}
        if not kinds & {"failure", "error"}:
            if "skipped" in kinds or case.status.lower() in _NOT_RUN:
                self.tests.skipped += 1
                return
            if _FELL.match(case.status):
                case.results.append(("failure", f"the case says status={case.status!r}, and not why"))
        self.tests.ran()
        for kind, message in case.results:
            if kind in ("failure", "error"):
                path, line = case.file, case.line
                if not path:
                    path, line = _traced(message, self.results)
                self.tests.fell(case.name, message, errored=kind == "error", path=path, line=line)

    def _counted(self, suite: dict[str, str], cases: int, fallen: int) -> None:
        """A suite that says more than is there was cut or filtered, or its tool died.

        Failures and errors are held against their sum: tools differ in what they call which.
        """
        name = suite.get("name") or "a suite"
        said: dict[str, float | None] = {}
        for word in ("tests", "failures", "errors"):
            said[word] = number(suite.get(word, ""))
            if said[word] is None and suite.get(word, "").strip():
                why = f"{self.results.subject}: {name} says {word}={suite[word]!r}, which is no count"
                self.results.doubt(Outcome.ERRORED, why, "Look at what the tool wrote.")
        self.results.claimed("tests", said["tests"], self.cases - cases, name)
        fell = (said["failures"] or 0) + (said["errors"] or 0)
        self.results.claimed("failures and errors,", fell, self.tests.fallen - fallen, name)


def read(content: bytes, results: Results, encoding: str | None = None) -> None:
    """Read the test results of a document. Raises ResultsError: not well-formed, with a DTD, too deep.

    `encoding` is that of the bytes, where it is known whatever the document says of itself.
    """
    reader = _Reader(results)
    parser = expat.ParserCreate(encoding, namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data

    def refused(*_: object) -> None:
        raise ResultsError(
            f"{results.subject} has a document type, which test results do not need",
            hint="entities can make a small file endless, so that none is read",
        )

    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    parser.ExternalEntityRefHandler = refused  # type: ignore[assignment]  # it raises, and returns nothing
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ResultsError(
            f"{results.subject}:{error.lineno}: not well-formed XML: {expat.ErrorString(error.code)}",
            hint="the tool may have been ended while it wrote",
        ) from error
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise ResultsError(f"{results.subject} cannot be decoded: {error}") from error
    reader.tests.end()


def _case(attributes: dict[str, str], suites: list[dict[str, str]]) -> _Case:
    group, name = attributes.get("classname", ""), attributes.get("name", "")
    file = attributes.get("file", "") or next((one["file"] for one in reversed(suites) if one.get("file")), "")
    line = _number(attributes.get("line", ""))
    full = f"{group}.{name}" if group and group != name else name
    return _Case(full or "(a test without a name)", file, line, attributes.get("status", "").strip())


def _traced(message: str, results: Results) -> tuple[str, int | None]:
    """The last place of a trace that lies in the repository."""
    for found in reversed(list(_TRACE.finditer(message))[:200]):
        path, line = (found[1], found[2]) if found[1] else (found[3], found[4])
        if results.place.path(path):
            return path, int(line)
    return "", None


def _number(text: str) -> int | None:
    with contextlib.suppress(ValueError):
        return int(text) if len(text) < 10 else None  # noqa: PLR2004 - no file has a thousand million of anything
    return None
