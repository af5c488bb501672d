"""What every reader makes of a file: rules, findings, and how much was looked at."""

from __future__ import annotations

import posixpath
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.model import Examination, Finding, Level, Location, Outcome, Rule, RuleKind, Undecided
from sluicegate.text import one_line, shorten

MOST = 200_000
"""So many findings and tests of one file are taken at the most."""

MOST_RULES = 5_000
LONGEST = 2_000
"""So many characters of a text are kept."""

WRITTEN = {
    ("pytest", ".xml"): "python -m pytest --junitxml={}",
    ("pytest", ".json"): "python -m pytest --json-report --json-report-file={}",
    ("jest", ".json"): "npx jest --json --outputFile={}",
    ("vitest", ".xml"): "npx vitest run --reporter=junit --outputFile={}",
    ("go-test", ".json"): "go test -json ./... > {}",
}
"""The commands that write what is read here, by the name of the tool and how its file ends."""

_ID = re.compile(r"(?:[^A-Za-z0-9._:/@+-]|:{2,})+")
_TOOL = re.compile(r"[^a-z0-9._-]+")
FAILED, ERRORED = "test-failed", "test-errored"


class ResultsError(GateError):
    """The file of results cannot be read as what it says it is."""


class Place(Struct, frozen=True, kw_only=True):
    """Where the results were made: the top of the repository, and the folder in it that paths count from."""

    root: str = ""
    folder: str = ""

    def path(self, text: str) -> str | None:
        """A path or `file:` address of a tool, from the top of the repository; None where it lies outside of it."""
        if text.startswith("file:"):
            text = unquote(urlsplit(text).path)
            if re.match(r"/[A-Za-z]:", text):
                text = text[1:]
        text = text.replace("\\", "/")
        root = self.root.replace("\\", "/").rstrip("/")
        if not text or "\0" in text:
            return None
        if text.startswith("/") or re.match(r"[A-Za-z]:/", text):
            inside = posixpath.normpath(text)
            if not root or not inside.startswith(f"{root}/"):
                return None
            return inside[len(root) + 1 :]
        found = posixpath.normpath(posixpath.join(self.folder, text))
        return None if found.startswith("../") or found in ("..", ".") else found


class Results(Struct, kw_only=True):
    """The content of one file, gathered while it is read. `tool` is the name under which its rules stand."""

    tool: str
    subject: str
    place: Place
    rules: dict[str, Rule] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    examined: dict[str, int] = field(default_factory=dict)
    undecided: list[Undecided] = field(default_factory=list)

    def rule(
        self, name: str, *, title: str = "", summary: str = "", help_text: str = "", level: Level = Level.ERROR,
        unit: str = "result", tags: tuple[str, ...] = (), security_severity: float | None = None,
    ) -> str:  # fmt: skip
        """The id of a rule of the tool, which is declared the first time that it is named."""
        clean = shorten(_ID.sub("-", one_line(name)).strip("-/") or "unnamed", 150)
        rule = f"external/{self.tool}/{clean}"
        if rule not in self.rules:
            if len(self.rules) >= MOST_RULES:
                raise ResultsError(f"{self.subject} has more than {MOST_RULES:,} rules", hint="split the file")
            told = shorten(one_line(title), 200) or clean
            self.rules[rule] = Rule(
                id=rule,
                title=told,
                summary=shorten(one_line(summary), LONGEST) or f"{self.tool} says: {told}.",
                level=level,
                kind=RuleKind.STATE,
                unit=unit,
                tags=("external", *tags[:20]),
                security_severity=security_severity,
                help=shorten(help_text, 20_000) or f"# {told}\n\nA rule of {self.tool}, whose results were imported.\n",
            )
        return rule

    def objects(self, value: Any, key: str) -> list[dict[str, Any]]:
        """The objects under a key that holds results; none where the key is not there.

        Raises ResultsError where it holds anything else: what cannot be read may be what failed.
        """
        found = value.get(key, []) if isinstance(value, dict) else []
        if not isinstance(found, list):
            raise ResultsError(f"{self.subject}: {key} is no list", hint="look at what the tool wrote")
        if not all(isinstance(one, dict) for one in found):
            raise ResultsError(f"{self.subject}: {key} holds what is no object", hint="look at what the tool wrote")
        return found

    def looked(self, rule: str, count: int = 1) -> None:
        """Say that a rule looked at so many more."""
        self.examined[rule] = self.examined.get(rule, 0) + count

    def add(
        self, rule: str, message: str, *, key: tuple[str, ...], level: Level | None = None, path: str = "",
        line: int | None = None, column: int | None = None, logical: str = "", advice: str = "", witness: str = "",
        tags: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """Keep a finding. A path that lies outside of the repository stays visible as the logical place."""
        if len(self.findings) >= MOST:
            raise ResultsError(f"{self.subject} has more than {MOST:,} findings", hint="split the file")
        inside = self.place.path(path) if path else None
        counted = line is not None and 1 <= line < 1 << 31
        self.findings.append(
            Finding(
                rule=rule,
                level=level or self.rules[rule].level,
                message=shorten(message.strip(), LONGEST) or self.rules[rule].title,
                key=tuple(shorten(part, LONGEST) for part in key),
                location=Location(
                    path=inside,
                    line=line if inside and counted else None,
                    column=column if inside and counted and column is not None and 1 <= column < 1 << 31 else None,
                    logical=shorten(one_line(logical or ("" if inside else path)), 500) or None,
                ),
                advice=shorten(advice, LONGEST),
                witness=shorten(witness, LONGEST),
                tags=tuple(shorten(one_line(tag), 100) for tag in tags[:20]),
            )
        )

    def doubt(self, outcome: Outcome, reason: str, hint: str = "") -> None:
        """Say why the file does not decide what it is about."""
        self.undecided.append(Undecided(outcome=outcome, reason=one_line(reason), hint=hint))

    def claimed(self, what: str, said: float | None, held: int, who: str = "it") -> None:
        """Hold what a file says of itself against what it holds: with less than it says it cannot be believed."""
        if said is not None and said > held:
            self.doubt(
                Outcome.ERRORED, f"{self.subject}: {who} says {int(said):,} {what} and holds {held:,}",
                "The tool may have ended early, or the file was cut; run the tool again and look at its log.",
            )  # fmt: skip

    def examinations(self) -> list[Examination]:
        """What every rule looked at."""
        return [
            Examination(rule=rule, subject=self.subject, examined=self.examined.get(rule, 0)) for rule in self.rules
        ]


def tool_name(text: str, otherwise: str) -> str:
    """A name as it may stand in the id of a rule."""
    return shorten(_TOOL.sub("-", one_line(text).lower()).strip("-._"), 40).rstrip("…") or otherwise


class Tests:
    """The tests of one file, counted; only those that did not pass become findings."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.failed = results.rule(
            FAILED, title="Test failed", summary=f"A test that {results.tool} ran did not pass.", unit="test"
        )
        self.errored = results.rule(
            ERRORED, title="Test errored", unit="test",
            summary=f"A test could not be run to its end by {results.tool}.",
        )  # fmt: skip
        self.count = self.skipped = self.fallen = 0

    def ran(self) -> None:
        """Count a test that was run."""
        self.count += 1
        if self.count > MOST * 10:
            raise ResultsError(f"{self.results.subject} has more than {MOST * 10:,} tests", hint="split the file")

    def fell(
        self,
        name: str,
        message: str,
        *,
        errored: bool = False,
        path: str = "",
        line: int | None = None,
        again: str = "",
    ) -> None:
        """Keep a test that failed, or that could not be run; `message` may have many lines."""
        self.fallen += 1
        first, _, rest = message.strip().partition("\n")
        self.results.add(
            self.errored if errored else self.failed,
            f"{shorten(one_line(name), 300)}: {shorten(one_line(first), 500) or 'no message'}",
            key=(one_line(name),),
            path=path,
            line=line,
            logical=name,
            witness=shorten(one_line(rest), 500),
            advice=again,
        )

    def end(self) -> None:
        """Say how many were looked at, and that none is not a pass."""
        for rule in (self.failed, self.errored):
            self.results.looked(rule, self.count)
        if not self.count:
            what = f"its {self.skipped:,} tests were all skipped" if self.skipped else "it holds no test"
            self.results.doubt(Outcome.NOT_TESTED, f"{self.results.subject}: {what}", "Look at what the tool ran.")
