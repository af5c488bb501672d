"""The shape of the settings: what the file may say, typed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sluicegate.model import Level

Mode = Literal["enforce", "observe"]
Text = Annotated[str, Meta(min_length=1)]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A table of the settings: kebab-case keys, and none that nobody reads."""


class GateSettings(Section, frozen=True, kw_only=True):
    """What every gate understands; a gate's own settings derive from it."""

    mode: Annotated[
        Mode, Meta(description="`enforce`: findings can fail the run. `observe`: they are reported and cannot.")
    ] = "enforce"
    timeout: (
        Annotated[
            float, Meta(gt=0, le=86_400, description="Seconds after which the gate is ended and counts as errored.")
        ]
        | None
    ) = None
    base: Annotated[
        Text, Meta(description="What the head is compared with: `merge-base`, `rev:NAME`, or the path of a file.")
    ] = "merge-base"

    @property
    def unasked(self) -> frozenset[str]:
        """The ids of rules that these settings do not ask: they are no part of the run."""
        return frozenset()


class Override(Section, frozen=True, kw_only=True):
    """One `[[override]]`: another level for some findings. The last that matches wins."""

    level: Level
    rules: Annotated[tuple[Text, ...], Meta(description="Patterns on rule ids, such as `contract/*`.")] = ("*",)
    paths: Annotated[tuple[Text, ...], Meta(description="Patterns on the file; empty: any.")] = ()
    logical: Annotated[tuple[Text, ...], Meta(description="Patterns on the logical place, such as `GET /v1/*`.")] = ()
    tags: Annotated[tuple[Text, ...], Meta(description="Tags of the finding, one of which is enough; empty: any.")] = ()


class SuppressionEntry(Section, frozen=True, kw_only=True):
    """One `[[suppress]]`: a finding kept without failing on it."""

    rule: Annotated[Text, Meta(description="The rule id, or a pattern on it.")]
    reason: Annotated[Text, Meta(description="Why the finding is accepted.")]
    owner: Annotated[Text, Meta(description="Who answers for it.")]
    expires: Annotated[date, Meta(description="The last day on which it holds.")]
    path: Annotated[Text, Meta(description="A pattern on the file.")] | None = None
    logical: Annotated[Text, Meta(description="A pattern on the logical place, such as `GET /v1/users`.")] | None = None
    fingerprint: Annotated[Text, Meta(description="The fingerprint of one finding.")] | None = None


class Settings(Section, frozen=True, kw_only=True):
    """The settings that belong to no gate. The gates' tables stand beside these keys, each under its gate's id."""

    fail_on: Annotated[
        Literal["error", "warning", "note"], Meta(description="The lowest level of a new finding that fails the run.")
    ] = "error"
    undecided: Annotated[
        Literal["report", "fail"],
        Meta(description="Whether inconclusive and not tested rules are only reported, or fail the run."),
    ] = "report"
    plugins: Annotated[tuple[Text, ...], Meta(description="Distributions whose gates may be loaded.")] = ()
    override: tuple[Override, ...] = ()
    suppress: tuple[SuppressionEntry, ...] = ()
