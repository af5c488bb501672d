"""The times of test cases in JUnit XML, read as a stream: no document type, no entity, no great depth."""

from __future__ import annotations

from collections.abc import Sequence
from xml.parsers import expat

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.gathering import SECONDS, Gathering
from sluicegate.gates.performance.readers.source import Number, Source, numbers
from sluicegate.gates.performance.reading import FormatError, Results

DEEPEST = 64
_KINDS = {"failure": "failed", "error": "failed", "skipped": "was skipped"}


class _Reader:
    """What the parser tells, as it comes; `case` is how deep the test case is open that is open, else 0."""

    def __init__(self, source: Source, parser: expat.XMLParserType) -> None:
        self.source, self.parser = source, parser
        self.depth = self.case = 0
        self.names: list[str] = []
        self.times: list[str | None] = []
        self.lines: list[int] = []
        self.fell: dict[int, str] = {}
        self.time = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if "}" in tag:
            tag = tag.rpartition("}")[2]
        if tag == "testcase" and not self.case and 1 < self.depth <= DEEPEST:
            self.case = self.depth
            group, name = attributes.get("classname"), attributes.get("name", "")
            full = f"{group}.{name}" if group and group != name else name
            self.names.append(full or "(a test without a name)")
            self.times.append(attributes.get("time"))
            self.lines.append(self.parser.CurrentLineNumber)
        else:
            self._other(tag, attributes)

    def end(self, _: str) -> None:
        if self.case == self.depth:
            self.case = 0
        self.depth -= 1

    def results(self) -> Results:
        gathering = Gathering()
        for at, fell in self.fell.items():
            why = f"the test {fell}: its time is not that of what it tests"
            gathering.refuse(self.names[at], why, line=self.lines[at])
        passed = [at for at in range(len(self.names)) if at not in self.fell]
        layout = Layout([self.names[at] for at in passed], [self.lines[at] for at in passed])
        times = _numbers([self.times[at] for at in passed])
        gathering.many(layout, [Column("time", SECONDS, times, summary="the only run")])
        return gathering.results("junit", time=self.time)

    def _other(self, tag: str, attributes: dict[str, str]) -> None:
        if self.depth > DEEPEST:
            raise self.source.error(f"is nested more than {DEEPEST} deep: no test results are")
        if self.depth == 1 and tag not in ("testsuites", "testsuite"):
            raise self.source.error(
                f"is XML, but no JUnit: its root is <{tag}>",
                hint="of XML, only JUnit is read (docs/performance-formats.md)",
            )
        if tag == "testsuite":
            self.time = self.time or attributes.get("timestamp", "")
        elif tag == "testcase":
            raise self.source.error("a testcase stands in a testcase: which of them took its time?")
        elif self.case and tag in _KINDS:
            self.fell.setdefault(len(self.names) - 1, _KINDS[tag])


def read(source: Source) -> Results:
    """The time of each test case that passed; a failed or skipped one is refused."""
    parser = expat.ParserCreate("utf-8" if source.marked else None, namespace_separator="}")
    reader = _Reader(source, parser)
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end

    def refused(*_: object) -> None:
        raise source.error(
            "has a document type, which test results do not need",
            hint="entities can make a small file endless, so that none is read",
        )

    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    parser.ExternalEntityRefHandler = refused  # type: ignore[assignment]  # it raises, and returns nothing
    try:
        parser.Parse(source.content, True)
    except expat.ExpatError as error:
        raise _malformed(source, error) from error
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise source.error(f"cannot be decoded: {error}") from error
    return reader.results()


def _malformed(source: Source, error: expat.ExpatError) -> FormatError:
    why = f"line {error.lineno}: not well-formed XML: {expat.ErrorString(error.code)}"
    return source.error(why, hint="the tool may have been ended while it wrote")


def _numbers(times: Sequence[str | None]) -> list[Number]:
    """The times that cases have; some tools part thousands."""
    said = [time.replace(",", "") for time in times if time is not None]
    if len(said) == len(times):
        return numbers(said)
    known = iter(numbers(said))
    return [None if time is None else next(known) for time in times]
