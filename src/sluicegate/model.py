"""The nouns of Sluicegate, and the ports through which a gate sees the world.

Imports the standard library alone. Every value here is immutable and can be written as JSON and read back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

API = 1
"""The version of the interface between the engine and a gate. A plugin declares the one it was written for."""

RUN_VERSION = 1
"""The version of the Run document."""


class Level(StrEnum):
    """How much a finding weighs (SARIF `level`)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NONE = "none"

    @property
    def weight(self) -> int:
        """3 for error down to 0 for none."""
        return _WEIGHT[self]

    def reaches(self, threshold: Level) -> bool:
        """Whether this level is at or above `threshold`; none never is."""
        return self is not Level.NONE and self.weight >= threshold.weight


_WEIGHT = {Level.ERROR: 3, Level.WARNING: 2, Level.NOTE: 1, Level.NONE: 0}


class Outcome(StrEnum):
    """How a rule, a gate or a run ended, worst first (the order is the order of `worst`)."""

    ERRORED = "errored"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_TESTED = "not-tested"
    PASSED = "passed"
    NOT_APPLICABLE = "not-applicable"

    @property
    def words(self) -> str:
        """The outcome as it is written for people: `not applicable`."""
        return self.value.replace("-", " ")

    @staticmethod
    def worst(outcomes: Iterator[Outcome] | list[Outcome] | tuple[Outcome, ...]) -> Outcome:
        """The worst of some outcomes; not applicable when there are none."""
        found = set(outcomes)
        return next((outcome for outcome in Outcome if outcome in found), Outcome.NOT_APPLICABLE)


class BaselineState(StrEnum):
    """How a finding stands to what was there before (SARIF `baselineState`)."""

    NEW = "new"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    ABSENT = "absent"


class RuleKind(StrEnum):
    """Whether a rule judges a state (then both sides are looked at) or the step from one state to the next."""

    STATE = "state"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that can be wrong (SARIF `reportingDescriptor`).

    `title` is a few words, `summary` one sentence, `unit` the noun of what it examines ("operation"), `help` the
    Markdown page of the rule. `security_severity` is a CVSS-like score from 0 to 10 where the rule has one.
    """

    id: str
    title: str
    summary: str
    level: Level
    kind: RuleKind
    unit: str
    tags: tuple[str, ...] = ()
    security_severity: float | None = None
    help: str = ""

    @property
    def gate(self) -> str:
        """The id of the gate that declares the rule."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The id without its gate."""
        return self.id.partition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place: a file (relative to the repository, with `/`), a line and column counted from 1, a logical name."""

    path: str | None = None
    line: int | None = None
    column: int | None = None
    logical: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return place or self.logical or "(no location)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A written decision to keep a finding without failing on it (SARIF `suppression`).

    A finding is covered when its rule matches the pattern `rule` and every one of `path`, `logical` and `fingerprint`
    that is given matches too. `origin` is where the decision stands.
    """

    rule: str
    reason: str
    owner: str
    expires: date
    path: str | None = None
    logical: str | None = None
    fingerprint: str | None = None
    origin: Location = field(default_factory=Location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a rule does not hold (SARIF `result`).

    `key` is what makes it the same finding next time: never a line number, never prose. `location` is the place at
    head (for a removal, the nearest surviving parent), `base_location` the place on the other side. What stands below
    the line is the engine's to set, in judgement.
    """

    rule: str
    level: Level
    message: str
    key: tuple[str, ...]
    location: Location
    base_location: Location | None = None
    advice: str = ""
    tags: tuple[str, ...] = ()
    # -- set in judgement --
    state: BaselineState = BaselineState.NEW
    suppression: Suppression | None = None
    level_origin: str | None = None
    in_change: bool | None = None
    reproduce: str = ""

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits over the rule id and the key (SARIF `partialFingerprints`)."""
        return hashlib.sha256("\0".join((self.rule, *self.key)).encode("utf-8", "backslashreplace")).hexdigest()[:32]

    @property
    def counts(self) -> bool:
        """Whether judgement may hold the finding against the change: it is not suppressed, and new or updated."""
        return self.suppression is None and self.state in (BaselineState.NEW, BaselineState.UPDATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """Why a subject has neither passed nor failed: inconclusive, not applicable, not tested or errored."""

    outcome: Outcome
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What one rule looked at in one subject (document, benchmark, control); `examined` counts the rule's unit."""

    rule: str
    subject: str
    examined: int = 0
    undecided: Undecided | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A measured value; `direction` says which way is better, `samples` holds the raw values in the same unit."""

    name: str
    value: float
    unit: str
    direction: str = "lower"
    samples: tuple[float, ...] = ()
    location: Location = field(default_factory=Location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a gate saw, so that somebody else can check it: the query, and the SHA-256 of the raw answer."""

    subject: str
    query: str
    sha256: str
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a gate has come; an event only, never part of a Run."""

    what: str
    done: int = 0
    total: int = 0


Yield = Finding | Examination | Measurement | Evidence | Progress
"""Everything a gate may yield."""


class Tree(Protocol):
    """The files of one revision, read only: the working directory, the index, a commit or a folder.

    Paths are relative to the root and written with `/`.
    """

    @property
    def name(self) -> str:
        """What people call it: `working tree`, `index`, `commit 1f3a9c2`."""
        ...

    def glob(self, pattern: str) -> list[str]:
        """The files that match a pattern (`*`, `?`, `**`), sorted."""
        ...

    def find(self, path: str) -> str | None:
        """The path under which this tree keeps `path`, or None where it does not have it.

        It differs from `path` where the user named another file as the base; relative references inside a file start
        from the answer.
        """
        ...

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file. Raises UnreadableError: missing, larger than `limit` bytes, or outside the tree."""
        ...

    def display(self, path: str) -> str:
        """The path as it is written in a Location."""
        ...


class History(Protocol):
    """Measurements of earlier runs, newest last."""

    def measurements(self, name: str) -> list[Measurement]:
        """Those of one name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that a gate sees.

    `head` is what is judged; `reference` what change rules compare it with (None: nothing is known of the past, and
    `no_reference` says why). `rules` holds the ids that are wanted: the engine asks for both sides of a change and
    needs only state rules on one of them. `memo` lives as long as the gate's run and is shared by both sides.
    """

    settings: Any
    head: Tree
    reference: Tree | None
    no_reference: str = ""
    rules: frozenset[str]
    now: datetime
    memo: dict[Any, Any] = field(default_factory=dict)
    history: History | None = None
    cancelled: Callable[[], bool] = lambda: False


Check = Callable[[Context], Iterator[Yield]]
"""A gate's work: lazily yields what it finds and what it looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A gate's command that compares two files given by hand: `sluicegate GATE COMMAND BASE HEAD`.

    `setting` is the key of the gate's settings that takes the path of the file.
    """

    command: str
    summary: str
    setting: str
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitHook:
    """How a gate shows itself as a pre-commit hook: which files wake it (a regular expression on the path)."""

    files: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The declaration of a gate, cheap to import; the heavy parts are import strings (`module:attribute`).

    `settings` is a msgspec Struct derived from `sluicegate.config.GateSettings`, `check` a `Check`, `propose` a
    function `Tree -> str` that gives the commented TOML of the gate's section for `sluicegate init` ("" where it has
    nothing to look at). Rule pages lie at `rules/NAME.md` in the package that holds the settings. `extra` is the extra that
    installs what the gate needs, `exclusive` asks to run alone.
    """

    id: str
    title: str
    summary: str
    settings: str
    check: str
    rules: tuple[Rule, ...]
    propose: str = ""
    comparison: Comparison | None = None
    commit_hook: CommitHook | None = None
    extra: str = ""
    exclusive: bool = False
    api: int = API


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """How one rule ended: the worst outcome of its subjects, with the reason where it is neither passed nor failed."""

    rule: str
    outcome: Outcome
    examinations: tuple[Examination, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """All that is known of one gate in one run. `seconds` is wall time; an `observed` gate cannot fail the run."""

    gate: str
    title: str
    outcome: Outcome
    rules: tuple[RuleResult, ...]
    findings: tuple[Finding, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    examined: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    hint: str = ""
    seconds: float = 0.0
    observed: bool = False
    reproduce: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What was compared with what: names for people, commits where there are any, and how the base was found."""

    head: str
    base: str | None = None
    head_commit: str | None = None
    base_commit: str | None = None
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A gate from another distribution that took part."""

    gate: str
    distribution: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One verdict and everything it rests on. Findings stand ranked: those that matter most to the reader first.

    `rules` is the catalogue of every gate that took part, fired or not. `started` is UTC. `interrupted` names the
    signal that ended the run early. `exit_code` is one of `sluicegate.errors.Exit`.
    """

    outcome: Outcome
    exit_code: int
    gates: tuple[GateResult, ...]
    rules: tuple[Rule, ...]
    revision: Revision
    tool_version: str
    started: datetime
    seconds: float
    fail_on: Level = Level.ERROR
    interrupted: str = ""
    plugins: tuple[Plugin, ...] = ()
    version: int = RUN_VERSION

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those of all gates, ranked."""
        return tuple(sorted((finding for gate in self.gates for finding in gate.findings), key=rank))

    def rule(self, rule_id: str) -> Rule:
        """The declaration of a rule that took part. Raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


def rank(finding: Finding) -> tuple[Any, ...]:
    """The order in which findings are shown: what counts, what is in the diff, level, then place."""
    place = finding.location
    return (
        not finding.counts,
        not finding.in_change,
        -finding.level.weight,
        place.path or "",
        place.line or 0,
        place.column or 0,
        finding.rule,
        finding.key,
    )


def examined_words(examined: Mapping[str, int]) -> str:
    """`2 documents, 412 operations`, or `nothing`."""
    from sluicegate.text import plural

    return ", ".join(plural(count, unit) for unit, count in examined.items() if count) or "nothing"
