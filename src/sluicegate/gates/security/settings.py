"""What `[security]` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from sluicegate.config.settings import GateSettings, Text
from sluicegate.gates.security.catalogue import RULES_OF

Kind = Literal["secrets", "infrastructure", "workflows"]


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

    @property
    def unasked(self) -> frozenset[str]:
        """The rules of what is not looked at."""
        left = [rules for kind, rules in RULES_OF.items() if self.kinds and kind not in self.kinds]
        return frozenset(rule.id for rules in left for rule in rules)
