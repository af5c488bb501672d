"""The times of test cases in JUnit XML, read as a stream: no document type, no entity, no great depth."""

from __future__ import annotations

from xml.parsers import expat

from sluicegate.gates.performance.readers.gathering import SECONDS, Column, Gathering, Layout
from sluicegate.gates.performance.readers.source import Number, Source, parsed
from sluicegate.gates.performance.reading import FormatError, Results

DEEPEST = 64
_KINDS = {"failure": "failed", "error": "failed", "skipped": "was skipped"}


class _Reader:
    def __init__(self, source: Source, parser: expat.XMLParserType) -> None:
        self.source, self.parser = source, parser
        self.depth = 0
        self.in_case = False
        self.names: list[str] = []
        self.times: list[Number] = []
        self.lines: list[int] = []
        self.fell: dict[int, str] = {}
        self.time = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        tag = tag.rpartition("}")[2]
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
            if self.in_case:
                raise self.source.error("a testcase stands in a testcase: which of them took its time?")
            self.in_case = True
            self.names.append(_name(attributes))
            self.times.append(_time(attributes))
            self.lines.append(self.parser.CurrentLineNumber)
        elif self.in_case and tag in _KINDS:
            self.fell.setdefault(len(self.names) - 1, _KINDS[tag])

    def end(self, tag: str) -> None:
        self.depth -= 1
        if self.in_case and tag.rpartition("}")[2] == "testcase":
            self.in_case = False

    def results(self) -> Results:
        gathering = Gathering()
        for at, fell in self.fell.items():
            why = f"the test {fell}: its time is not that of what it tests"
            gathering.refuse(self.names[at], why, line=self.lines[at])
        passed = [at for at in range(len(self.names)) if at not in self.fell]
        layout = Layout([self.names[at] for at in passed], [self.lines[at] for at in passed])
        times = Column("time", SECONDS, [self.times[at] for at in passed], summary="the only run")
        gathering.many(layout, [times])
        return gathering.results("junit", time=self.time)


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


def _name(attributes: dict[str, str]) -> str:
    group, name = attributes.get("classname", ""), attributes.get("name", "")
    full = f"{group}.{name}" if group and group != name else name
    return full or "(a test without a name)"


def _time(attributes: dict[str, str]) -> Number:
    said = attributes.get("time")
    return parsed(said.replace(",", "")) if said is not None else None  # some tools part thousands
