"""What a gate says: findings, examinations, measurements, evidence, each about a rule."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property

from msgspec import Struct, field

from sluicegate.model.words import BaselineState, Cause, Level, Outcome, RuleKind

FINGERPRINTS = 1
"""The version of how fingerprints are made. A new way is added to the table beside the old ones, never over one."""


def _made_1(rule: str, key: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join((rule, *key)).encode("utf-8", "backslashreplace")).hexdigest()[:32]


_MADE: dict[int, Callable[[str, tuple[str, ...]], str]] = {1: _made_1}


class Rule(Struct, frozen=True, kw_only=True):
    """One thing that can be wrong (SARIF `reportingDescriptor`).

    `title` is a few words, `summary` one sentence, `unit` the noun of what it examines ("operation"), `help` the
    Markdown page of the rule. `page` names that page where a family of rules shares it. `security_severity` is a
    CVSS-like score from 0 to 10 where the rule has one.
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
    page: str = ""

    @property
    def gate(self) -> str:
        """The id of the gate that declares the rule."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The id without its gate."""
        return self.id.partition("/")[2]


class Location(Struct, frozen=True, kw_only=True):
    """A place: a file (relative to the repository, with `/`), a line and column counted from 1, a logical name."""

    path: str | None = None
    line: int | None = None
    column: int | None = None
    logical: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        return place or self.logical or "(no location)"


class Suppression(Struct, frozen=True, kw_only=True):
    """A written decision to keep a finding without failing on it (SARIF `suppression`).

    A finding is covered when its rule matches the pattern `rule` and every one of `path`, `logical` and `fingerprint`
    that is given matches too. `origin` is where the decision stands; `in_source`: in a comment beside the code, and not
    in the settings, for the one `line` of the file `path`. `approved_by` is who agreed to it, where that is written.
    """

    rule: str
    reason: str
    owner: str
    expires: date
    path: str | None = None
    logical: str | None = None
    fingerprint: str | None = None
    origin: Location = field(default_factory=Location)
    approved_by: str = ""
    in_source: bool = False
    line: int | None = None


class Since(Struct, frozen=True, kw_only=True):
    """The commit of the change since which a finding holds; `commit` is empty where nobody has committed it yet."""

    commit: str = ""
    date: str = ""
    subject: str = ""


class Fix(Struct, frozen=True, kw_only=True):
    """An edit that mends a finding: other lines in the place of `first_line` to `last_line`, both from 1 and included.

    `original` is what the gate read there and `replacement` what is to stand there, without the last line's end and
    with a line feed between lines, whatever ends the lines of the file. An empty `replacement` is one empty line;
    `removed` says that nothing stands there.
    """

    path: str
    first_line: int
    last_line: int
    original: str
    replacement: str
    title: str
    removed: bool = False


class Finding(Struct, frozen=True, kw_only=True, dict=True):
    """One place where a rule does not hold (SARIF `result`).

    `key` is what makes it the same finding next time: never a line number, never prose. `location` is the place at
    head (for a removal, the nearest surviving parent), `base_location` the place on the other side. What stands below
    the line is the engine's to set, in judgement. `witness` is a concrete case that proves it, where there is one,
    `fix` an edit that mends it where that can be done without a doubt.
    `concerns` are the logical names of everything that it touches, where it is told once at what they share.
    `former_keys` are what earlier versions of the gate gave as the key, so that what was accepted then is known still.
    `owners` answer for the file (CODEOWNERS at the base), `since` is known where the history says it beyond doubt.
    `cause` is set where the comparison can tell it.
    """

    rule: str
    level: Level
    message: str
    key: tuple[str, ...]
    location: Location
    base_location: Location | None = None
    advice: str = ""
    witness: str = ""
    tags: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    fix: Fix | None = None
    former_keys: tuple[tuple[str, ...], ...] = ()
    # -- set in judgement --
    state: BaselineState = BaselineState.NEW
    suppression: Suppression | None = None
    level_origin: str | None = None
    in_change: bool | None = None
    reproduce: str = ""
    owners: tuple[str, ...] = ()
    since: Since | None = None
    cause: Cause | None = None

    def named_by(self, fits: Callable[[str], bool]) -> bool:
        """Whether a pattern names what the finding is about: the place itself, or everything that it concerns."""
        return fits(self.location.logical or "") or (bool(self.concerns) and all(map(fits, self.concerns)))

    @cached_property
    def fingerprint(self) -> str:
        """32 hexadecimal digits over the rule id and the key (SARIF `partialFingerprints`)."""
        return _MADE[FINGERPRINTS](self.rule, self.key)

    @property
    def former_fingerprints(self) -> tuple[str, ...]:
        """What the same finding was called before: by earlier ways to make fingerprints, or under former keys."""
        if not self.former_keys and len(_MADE) == 1:
            return ()
        now = self.fingerprint
        made = (make(self.rule, key) for key in (self.key, *self.former_keys) for make in _MADE.values())
        return tuple(dict.fromkeys(each for each in made if each != now))

    def is_called(self, fingerprint: str) -> bool:
        """Whether a fingerprint, or its first digits, is the present one of the finding or a former one."""
        return any(each.startswith(fingerprint) for each in (self.fingerprint, *self.former_fingerprints))

    @property
    def counts(self) -> bool:
        """Whether judgement may hold the finding against the change: it is not suppressed, and new or updated."""
        return self.suppression is None and self.state in (BaselineState.NEW, BaselineState.UPDATED)


class Undecided(Struct, frozen=True, kw_only=True):
    """Why a subject has neither passed nor failed: inconclusive, not applicable, not tested or errored."""

    outcome: Outcome
    reason: str
    hint: str = ""


class Examination(Struct, frozen=True, kw_only=True):
    """What one rule looked at in one subject (document, benchmark, control); `examined` counts the rule's unit."""

    rule: str
    subject: str
    examined: int = 0
    undecided: Undecided | None = None


class Measurement(Struct, frozen=True, kw_only=True):
    """A measured value; `direction` says which way is better, `samples` holds the raw values in the same unit."""

    name: str
    value: float
    unit: str
    direction: str = "lower"
    samples: tuple[float, ...] = ()
    location: Location = field(default_factory=Location)


class Evidence(Struct, frozen=True, kw_only=True):
    """What a gate saw, so that somebody else can check it: the query, and the SHA-256 of the raw answer.

    `collected` is when it was answered and `revision` of which commit it speaks, where it does of one. `source` names
    the file that keeps the raw answer. `population` counts what there was. `rule` is the one that was judged by it,
    where it is one's own.
    """

    subject: str
    query: str
    sha256: str
    population: int | None = None
    collected: datetime | None = None
    revision: str = ""
    source: str = ""
    rule: str = ""


class Fact(Struct, frozen=True, kw_only=True):
    """What a gate concludes beside its findings, in a word or two: `impact`, `major`. It decides nothing."""

    name: str
    value: str


class Requirement(Struct, frozen=True, kw_only=True):
    """What is asked from outside and some rules serve, such as a clause of a framework.

    `served` has the ids of those rules, each with how far it goes in the gate's own words; there may be none.
    """

    framework: str
    id: str
    served: Mapping[str, str] = field(default_factory=dict)
