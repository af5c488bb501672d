"""Has the part look at some files in memory."""

from __future__ import annotations

from datetime import UTC, datetime

from memory import MemoryTree

from sluicegate.gates.security.code import RULES
from sluicegate.gates.security.code.check import check
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Context, Examination, Fact, Finding, Rule

ENGINES = ("bandit", "ruff")


class Looked:
    """What was said, by kind."""

    def __init__(
        self,
        files: dict[str, str | bytes],
        *,
        rules=None,
        tree=None,
        committing=False,
        past=False,
        memo=None,
        **settings,
    ):
        context = Context(
            settings=Settings(**settings),
            head=tree or MemoryTree(files, name="head"),
            reference=None,
            rules=frozenset(rule.id for rule in RULES) if rules is None else frozenset(rules),
            now=datetime(2026, 11, 20, tzinfo=UTC),
            touched=frozenset(files) if committing else None,
            past=past,
            memo={} if memo is None else memo,
        )
        said = list(check(context))
        self.findings = [one for one in said if isinstance(one, Finding)]
        self.examinations = [one for one in said if isinstance(one, Examination)]
        self.facts = {one.name: one.value for one in said if isinstance(one, Fact)}
        self.rules = [one for one in said if isinstance(one, Rule)]

    def of(self, number: str) -> list[Finding]:
        return [one for one in self.findings if one.rule == f"security/python-{number}"]

    def places(self) -> list[tuple[str, int | None, str]]:
        return [(one.location.path, one.location.line, one.rule.rpartition("-")[2]) for one in self.findings]

    def undecided(self) -> set[tuple[str, str, str]]:
        """Subject, outcome and reason of what could not be decided, whatever the rule."""
        return {
            (one.subject, one.undecided.outcome.value, one.undecided.reason)
            for one in self.examinations
            if one.undecided
        }

    def errored(self) -> dict[str, str]:
        return {subject: reason for subject, outcome, reason in self.undecided() if outcome == "errored"}

    def counted(self) -> dict[str, int]:
        """How many files a rule that every scanner has looked at, by folder."""
        return {one.subject: one.examined for one in self.examinations if one.rule.endswith("b602") and one.examined}
