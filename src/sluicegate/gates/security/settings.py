"""What `[security]` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from sluicegate.config.settings import GateSettings, Text
from sluicegate.gates.security.audit import VULNERABLE
from sluicegate.gates.security.catalogue import RULES_OF
from sluicegate.gates.security.workflows import ZIZMOR

Kind = Literal["audit", "code", "secrets", "workflows"]


class Settings(GateSettings, frozen=True, kw_only=True):
    """The settings of the security gate."""

    kinds: Annotated[
        tuple[Kind, ...],
        Meta(description="What is looked at; empty: everything that is listed here.", extra={"stricter": "selects"}),
    ] = ()
    exclude: Annotated[
        tuple[Text, ...],
        Meta(description="Patterns on files that are not looked at, such as `vendor/**`.", extra={"stricter": "fewer"}),
    ] = ()

    secret_rules: Annotated[
        tuple[Text, ...],
        Meta(description="Files with more kinds of secrets, in the format of gitleaks.", extra={"stricter": "unknown"}),
    ] = ()
    secret_key: Annotated[
        str,
        Meta(
            description="A key for the fingerprints of secrets, such as `${NAME}` from the environment: without it, "
            "who has a report and a guess can try the guess.",
            extra={"stricter": "any"},
        ),
    ] = ""

    history: Annotated[
        Literal["none", "change", "all"],
        Meta(
            description="Which commits are searched for secrets that no file has any more: those of the `change`, or "
            "`all` that lead to it.",
            extra={"stricter": ("none", "change", "all")},
        ),
    ] = "change"

    python: Annotated[
        Literal["auto", "bandit", "ruff"],
        Meta(
            description="What looks at Python code: `bandit`, or `ruff`, which is faster and knows a little less. "
            "`auto` is ruff for a commit that somebody waits for, and bandit elsewhere.",
            extra={"stricter": ("ruff", "auto", "bandit")},
        ),
    ] = "auto"
    scanner_timeout: Annotated[
        float,
        Meta(
            gt=0,
            le=86_400,
            description="Seconds after which a scanner is ended, and what it was for counts as errored.",
            extra={"stricter": "any"},
        ),
    ] = 600.0

    zizmor: Annotated[
        bool,
        Meta(description="Whether zizmor audits the workflows too, offline.", extra={"stricter": (False, True)}),
    ] = False

    pip_audit: Annotated[
        bool,
        Meta(
            description="Whether pip-audit asks the network about pinned requirements; never for a commit hook.",
            extra={"stricter": (False, True)},
        ),
    ] = False
    pip_audit_service: Annotated[
        Text,
        Meta(
            description="What pip-audit asks: `pypi`, `osv`, or the address of a service that answers as OSV does.",
            extra={"stricter": "unknown"},
        ),
    ] = "pypi"

    def looks_at(self, kind: Kind) -> bool:
        """Whether a kind is looked at."""
        return not self.kinds or kind in self.kinds

    @property
    def unasked(self) -> frozenset[str]:
        """The rules of what is not looked at."""
        left = [rules for kind, rules in RULES_OF.items() if self.kinds and kind not in self.kinds]
        off = [*([] if self.zizmor else [ZIZMOR]), *([] if self.pip_audit else [VULNERABLE])]
        return frozenset(rule.id for rules in (*left, off) for rule in rules)
