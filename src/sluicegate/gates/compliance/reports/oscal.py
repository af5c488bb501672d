"""The account as OSCAL assessment-results 1.2 (NIST), for tools that read nothing else.

A control of a pack is an objective, and has a finding: satisfied where it passed, and nowhere else. A clause is a
statement, satisfied where it is shown in full. What was seen is an observation that expires; an exception is a risk
whose deviation is approved, until its end. Every identifier follows from the Run (UUIDv5), so that the same Run gives
the same document, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from msgspec import Struct

from sluicegate.gates.compliance.reports.account import Account, Deviation, Part, Shown, revision_words
from sluicegate.gates.compliance.reports.resolving import unresolved
from sluicegate.gates.compliance.reports.standing import Result, Standing
from sluicegate.gates.compliance.reports.wording import SCOPE, exception_words, verdict
from sluicegate.model import Evidence

VERSION = "1.2.1"
NAMESPACE = "https://github.com/sluicegate/sluicegate/ns/oscal"

LASTS = timedelta(days=7)
"""How long what was seen counts; it is the age at which a recorded answer is too old, by default."""

_TOLD = 20
"""So many items that break a control are named in its risk."""

_REASONS = {Result.PASSED: "pass", Result.FAILED: "fail"}
_SPACE = re.compile(r"\.? +|[/(]")
_NO_TOKEN = re.compile(r"[^A-Za-z0-9._-]+")


def render(account: Account) -> str:
    """The whole document, ending in a newline. Raises ValueError where a reference in it leads nowhere."""
    clauses = (part.clause.name for framework in account.frameworks for part in framework.parts)
    writer = _Writer(
        account=account, own=uuid5(NAMESPACE_URL, f"{NAMESPACE}/{account.digest}"),
        tokens=tokens([*clauses, *account.controls]),
    )  # fmt: skip
    document = writer.document()
    if wrong := unresolved(document):
        raise ValueError(f"references that lead nowhere: {', '.join(wrong[:3])}")
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def tokens(names: Iterable[str]) -> dict[str, str]:
    """Each name as a token of OSCAL, which has no blanks and brackets: `soc2 CC8.1` as `soc2.CC8.1`; no two are one."""
    made: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = _SPACE.sub(".", name).replace(")", "")
        plain = first = _NO_TOKEN.sub("-", plain if plain[:1].isalpha() else f"_{plain}")
        for number in count(2):
            if plain not in taken:
                break
            plain = f"{first}-{number}"
        taken.add(plain)
        made[name] = plain
    return made


class _Writer(Struct, frozen=True, kw_only=True):
    """What makes the parts of one document."""

    account: Account
    own: UUID
    tokens: dict[str, str]

    def id(self, *name: str) -> str:
        return str(uuid5(self.own, "\0".join(name)))

    def document(self) -> dict[str, Any]:
        run = self.account.run
        return {
            "assessment-results": {
                "uuid": self.id("document"),
                "metadata": {
                    "title": "Compliance of " + (run.repository or revision_words(run)),
                    "last-modified": _time(run.started),
                    "version": run.tool_version,
                    "oscal-version": VERSION,
                    "remarks": SCOPE,
                },
                "import-ap": {"href": f"#{self.id('plan')}"},
                "results": [self.result()],
                "back-matter": {"resources": list(self.resources())},
            }
        }

    def result(self) -> dict[str, Any]:
        account = self.account
        controls = list(account.controls.values())
        findings = [self.finding(each) for each in controls]
        findings += [self.clause(framework.id, part) for framework in account.frameworks for part in framework.parts]
        return {
            "uuid": self.id("result"),
            "title": verdict(account),
            "description": account.lacking or "What the compliance gate saw in one run.",
            "start": _time(account.run.started),
            "end": _time(account.run.started + timedelta(seconds=account.run.seconds)),
            "props": [_prop("revision", revision_words(account.run)), _prop("run-sha256", account.digest)],
            "reviewed-controls": self.reviewed(controls),
            **_some("observations", [each for shown in controls for each in self.observations(shown)]),
            **_some("risks", [each for shown in controls for each in self.risks(shown)]),
            **_some("findings", findings),
        }

    def reviewed(self, controls: Iterable[Shown]) -> dict[str, Any]:
        clauses = [
            {"control-id": self.tokens[part.clause.name]}
            for framework in self.account.frameworks
            for part in framework.parts
        ]
        chosen: dict[str, Any] = {"include-controls": clauses} if clauses else {"include-all": {}}
        objectives = [{"objective-id": self.tokens[shown.control.id]} for shown in controls]
        return {
            "control-selections": [chosen],
            **_some("control-objective-selections", [{"include-objectives": objectives}] if objectives else []),
        }

    def observations(self, shown: Shown) -> Iterator[dict[str, Any]]:
        """One for each piece of evidence, and one for what was not decided."""
        for number, each in enumerate(shown.evidence):
            yield self.observation(shown, each, number)
        if shown.open or not shown.evidence:
            told = [f"{gap.why.outcome.words}: {_subject(gap.subject)}{gap.why.reason}" for gap in shown.open]
            yield {
                "uuid": self.id("open", shown.control.id),
                "title": f"{shown.control.title}: what was not decided",
                "description": "; ".join(told) or f"There is no evidence: {shown.result.words}.",
                "props": [_prop("outcome", shown.result.value)],
                "methods": ["TEST"],
                "types": ["control-objective"],
                "collected": _time(self.account.run.started),
                "expires": _time(self.account.run.started + LASTS),
            }

    def observation(self, shown: Shown, each: Evidence, number: int) -> dict[str, Any]:
        collected = each.collected or self.account.run.started
        props = [_prop("sha256", each.sha256)] if each.sha256 else []
        props += [] if each.population is None else [_prop("population", str(each.population))]
        props += [_prop("revision", each.revision)] if each.revision else []
        kept = {"href": f"#{self.id('source', each.source)}"} if each.source else {}
        return {
            "uuid": self.seen(shown, number),
            "title": f"{shown.control.title}: {each.subject}",
            "description": f"Asked: {each.query}",
            **_some("props", props),
            "methods": ["TEST"],
            "types": ["control-objective"],
            "relevant-evidence": [{**kept, "description": f"The answer to: {each.query}"}],
            "collected": _time(collected),
            "expires": _time(collected + LASTS),
        }

    def seen(self, shown: Shown, number: int) -> str:
        return self.id("observation", shown.control.id, str(number))

    def risks(self, shown: Shown) -> Iterator[dict[str, Any]]:
        """What breaks a control: an exception of it, or all that is open together."""
        for each in shown.excepted:
            yield self.excepted(shown, each)
        if broken := [each for each in shown.deviations if each.exception is None]:
            more = f", and {len(broken) - _TOLD:,} more" if len(broken) > _TOLD else ""
            yield {
                "uuid": self.id("risk", shown.control.id),
                "title": f"{shown.control.title} does not hold",
                "description": "; ".join(f"{each.message} ({each.place})" for each in broken[:_TOLD]) + more,
                "statement": shown.control.summary,
                "props": [_prop("items", str(len(broken)))],
                "status": "open",
            }

    def excepted(self, shown: Shown, each: Deviation) -> dict[str, Any]:
        decision = each.exception
        ends = datetime.combine(decision.expires, time.max.replace(microsecond=0), UTC) if decision else None
        props = [_prop("fingerprint", each.fingerprint)]
        props += [_prop("owner", decision.owner)] if decision else []
        props += [_prop("approved-by", decision.approved_by)] if decision and decision.approved_by else []
        return {
            "uuid": self.id("exception", shown.control.id, each.fingerprint),
            "title": f"Exception from {shown.control.title}",
            "description": f"{each.message} ({each.place})",
            "statement": exception_words(each),
            "props": props,
            "status": "deviation-approved",
            **({"deadline": _time(ends)} if ends else {}),
        }

    def finding(self, shown: Shown) -> dict[str, Any]:
        """How a control ended."""
        seen = [self.seen(shown, number) for number in range(len(shown.evidence))]
        seen += [self.id("open", shown.control.id)] if shown.open or not shown.evidence else []
        risks = [self.id("exception", shown.control.id, each.fingerprint) for each in shown.excepted]
        risks += [self.id("risk", shown.control.id)] if len(shown.excepted) < len(shown.deviations) else []
        return {
            "uuid": self.id("finding", shown.control.id),
            "title": shown.control.title,
            "description": shown.control.summary,
            "props": [_prop("outcome", shown.result.value), _prop("control", shown.control.id)],
            "target": {
                "type": "objective-id",
                "target-id": self.tokens[shown.control.id],
                "status": _status(
                    shown.result is Result.PASSED, _REASONS.get(shown.result, "other"), shown.result.words
                ),
            },
            "related-observations": [{"observation-uuid": each} for each in seen],
            **_some("related-risks", [{"risk-uuid": each} for each in risks]),
        }

    def clause(self, framework: str, part: Part) -> dict[str, Any]:
        """What a clause comes to, by all that its controls saw."""
        told = part.covered
        full = told.standing is Standing.FULL
        reason = "pass" if full else "fail" if told.standing is Standing.FAILED else "other"
        seen = [self.seen(shown, number) for _, shown in part.serving for number in range(len(shown.evidence))]
        return {
            "uuid": self.id("clause", framework, part.clause.id),
            "title": f"{framework} {part.clause.id}",
            "description": part.clause.title,
            "props": [
                _prop("outcome", told.standing.value),
                _prop("coverage", f"{told.coverage:.2f}"),
                *(_prop("served-by", each.control, f"{each.strength}: {each.rationale}") for each, _ in part.serving),
            ],
            "target": {
                "type": "statement-id",
                "target-id": self.tokens[part.clause.name],
                "status": _status(full, reason, f"{told.standing.words}; {told.words}"),
            },
            **_some("related-observations", [{"observation-uuid": each} for each in dict.fromkeys(seen)]),
        }

    def resources(self) -> Iterator[dict[str, Any]]:
        """What is referred to: the plan, which is the settings and packs, and the files that keep answers."""
        account = self.account
        packs = [_prop("pack", f"{pack.name} {pack.version}", f"SHA-256 {pack.digest}") for pack in account.packs]
        settings = [_prop("settings-sha256", account.run.policy_digest)] if account.run.policy_digest else []
        yield {
            "uuid": self.id("plan"),
            "title": "The packs that were asked, by the settings of the repository",
            "description": "There is no assessment plan in OSCAL: a pack says what is asked, and of what.",
            "props": [*packs, *settings],
        }
        for source in dict.fromkeys(each.source for shown in account.controls.values() for each in shown.evidence):
            if source:
                yield {"uuid": self.id("source", source), "title": source, "description": "It keeps the raw answers."}


def _subject(subject: str) -> str:
    return f"{subject}: " if subject else ""


def _status(satisfied: bool, reason: str, remarks: str) -> dict[str, str]:
    return {"state": "satisfied" if satisfied else "not-satisfied", "reason": reason, "remarks": remarks}


def _prop(name: str, value: str, remarks: str = "") -> dict[str, str]:
    told = {"name": name, "ns": NAMESPACE, "value": value.strip() or "?"}
    return told | ({"remarks": remarks} if remarks else {})


def _some(name: str, values: list[Any]) -> dict[str, list[Any]]:
    """A list where it has members: OSCAL has no empty ones."""
    return {name: values} if values else {}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
