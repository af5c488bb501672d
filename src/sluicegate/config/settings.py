"""The shape of the settings: what the file may say, typed.

`stricter` in the `extra` of a key says which way it tightens, for whoever compares two settings: the words from the
loosest to the strictest, `higher` or `lower` for numbers, `more` or `fewer` for lists and tables, `selects` for lists
that name what is looked at, `restricts` for those that name what alone is let through, `named` for what is looked at
only where it is named, `any` where neither way loosens, `unknown` where either may. Where a key of a plugin says
nothing, every change of it counts as loosening, as if it said `unknown`; ours all say something.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sluicegate.model import Level

Mode = Literal["enforce", "observe"]
Text = Annotated[str, Meta(min_length=1)]

SOMETHING = r"\S"
"""What a text fits that is not blank."""

_Said = Annotated[str, Meta(pattern=SOMETHING)]
# No key of a gate may have a pattern: what `--set` gives is converted by a type of its own, and with that type msgspec
# (0.22) frees the expression, which others still use.
_UNKNOWN = {"stricter": "unknown"}


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A table of the settings: kebab-case keys, and none that nobody reads."""


class GateSettings(Section, frozen=True, kw_only=True):
    """What every gate understands; a gate's own settings derive from it."""

    mode: Annotated[
        Mode,
        Meta(
            description="`enforce`: findings can fail the run. `observe`: they are reported and cannot.",
            extra={"stricter": ("observe", "enforce")},
        ),
    ] = "enforce"
    timeout: (
        Annotated[
            float,
            Meta(
                gt=0,
                le=86_400,
                description="Seconds after which the gate is ended and counts as errored.",
                extra={"stricter": "any"},
            ),
        ]
        | None
    ) = None
    base: Annotated[
        Text,
        Meta(
            description="What the head is compared with: `merge-base`, `rev:NAME`, or the path of a file.",
            extra=_UNKNOWN,
        ),
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
    reason: Annotated[_Said, Meta(description="Why the finding is accepted.")]
    owner: Annotated[_Said, Meta(description="Who answers for it.")]
    expires: Annotated[date, Meta(description="The last day on which it holds.")]
    path: Annotated[Text, Meta(description="A pattern on the file.")] | None = None
    logical: Annotated[Text, Meta(description="A pattern on the logical place, such as `GET /v1/users`.")] | None = None
    fingerprint: (
        Annotated[
            str,
            Meta(
                pattern="^[0-9a-f]{8,32}$", description="The fingerprint of one finding, or its first 8 digits or more."
            ),
        ]
        | None
    ) = None
    approved_by: Annotated[str, Meta(description="Who agreed to it and is not its owner.")] = ""


class PassEntry(Section, frozen=True, kw_only=True):
    """One `[[pass]]`: a change is let through although it failed ("break-glass"), for some hours."""

    reason: Annotated[_Said, Meta(description="Why it cannot wait.")]
    owner: Annotated[_Said, Meta(description="Who answers for it.")]
    expires: Annotated[
        datetime, Meta(tz=True, description="The moment at which it ends, such as `2027-01-31T18:00:00Z`.")
    ]
    gate: Annotated[str, Meta(description="The id of the gate that it covers; empty: every gate.")] = ""
    fingerprint: Annotated[
        str, Meta(pattern="^([0-9a-f]{8,32})?$", description="The one finding that it covers; empty: every finding.")
    ] = ""
    errored: Annotated[bool, Meta(description="Whether it also covers what could not be looked at.")] = False


class Extended(Section, frozen=True, kw_only=True):
    """One entry of `extends`: a file, and the digest that pins it."""

    path: Annotated[Text, Meta(description="The file, from the folder of the settings; `/` begins at the repository.")]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="The SHA-256 of the file's bytes.")]


class PolicySettings(Section, frozen=True, kw_only=True):
    """`[policy]`: what a change may decide about its own judgement. The base of the change is asked, not the change."""

    loosening: Annotated[
        Literal["report", "approved", "separate"],
        Meta(
            description="What becomes of a change that loosens its own judgement. `report`: it counts, and the verdict "
            "says so. `separate`: it counts once it is merged. `approved`: as `separate`, unless a code owner who is "
            "not the author approved this very commit.",
            extra={"stricter": ("report", "approved", "separate")},
        ),
    ] = "report"
    max_suppression_days: (
        Annotated[
            int,
            Meta(
                ge=1,
                le=36_500,
                description="How far ahead a suppression may expire, in days. One that reaches further covers nothing.",
                extra={"stricter": "lower"},
            ),
        ]
        | None
    ) = None
    suppression_approval: Annotated[
        Literal["none", "named", "review"],
        Meta(
            description="`named`: a suppression says `approved-by`, who is not its owner; else it covers nothing. "
            "`review`: a new one covers once merged, or once a code owner who is not the author approved this commit.",
            extra={"stricter": ("none", "named", "review")},
        ),
    ] = "none"
    max_pass_hours: Annotated[
        float,
        Meta(
            gt=0,
            le=240,
            description="How far ahead a pass may expire, in hours. One that reaches further lets nothing through.",
            extra={"stricter": "lower"},
        ),
    ] = 72


class S3Settings(Section, frozen=True, kw_only=True):
    """`[baseline.s3]`: how a bucket is reached. Credentials come from AWS's own chain, never from here."""

    region: Annotated[
        str, Meta(description="The region of the bucket; AWS_REGION where it is empty.", extra=_UNKNOWN)
    ] = ""
    endpoint: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^/@\s]+(/.*)?)?$",
            description="The URL of a server that is not AWS's own.",
            extra=_UNKNOWN,
        ),
    ] = ""
    path_style: Annotated[
        bool,
        Meta(
            description="Whether the bucket is named in the path and not in the host, as many servers want it.",
            extra=_UNKNOWN,
        ),
    ] = False
    sse: Annotated[
        Literal["", "AES256", "aws:kms"], Meta(description="How the server encrypts what is written.", extra=_UNKNOWN)
    ] = ""
    kms_key: Annotated[str, Meta(description="The id, alias or ARN of the key for `aws:kms`.", extra=_UNKNOWN)] = ""
    profile: Annotated[
        str, Meta(description="The profile of AWS's own settings; AWS_PROFILE where it is empty.", extra=_UNKNOWN)
    ] = ""
    retries: Annotated[
        Literal["standard", "adaptive"],
        Meta(description="`adaptive` also slows down by itself where the server is asked too often.", extra=_UNKNOWN),
    ] = "standard"
    attempts: Annotated[
        int, Meta(ge=1, le=20, description="How often a request is tried at the most.", extra=_UNKNOWN)
    ] = 5
    connect_timeout: Annotated[
        float, Meta(gt=0, le=300, description="Seconds to wait for a connection.", extra=_UNKNOWN)
    ] = 10
    read_timeout: Annotated[float, Meta(gt=0, le=300, description="Seconds to wait for an answer.", extra=_UNKNOWN)] = (
        30
    )


class BaselineSettings(Section, frozen=True, kw_only=True):
    """`[baseline]`: where the accepted findings are kept, and what a change is held against."""

    compare: Annotated[
        Literal["merge-base", "accepted", "both"],
        Meta(
            description="What findings are held against: what stood at the merge base, what was accepted, or both, so "
            "that only what neither knows is the change's. `merge-base` asks what was accepted where nothing comes "
            "before: on a schedule, or where there is no base.",
            extra=_UNKNOWN,
        ),
    ] = "merge-base"
    world: Annotated[
        Literal["auto", "report", "fail"],
        Meta(
            description="What becomes of a finding that nobody accepted and that stands at the merge base too, so that "
            "the world moved and not the change: `report`, `fail`, or `auto`, which fails on a schedule alone.",
            extra={"stricter": ("report", "auto", "fail")},
        ),
    ] = "auto"
    absent: Annotated[
        bool,
        Meta(
            description="Whether findings that the base had and the head has not are reported; the base is then looked "
            "at whole, which takes as long as the head.",
            extra=_UNKNOWN,
        ),
    ] = False

    store: Annotated[
        Text,
        Meta(
            description="A folder, counted from the settings; `git:refs/sluicegate/NAME@REMOTE`; `s3://BUCKET/PREFIX`.",
            extra=_UNKNOWN,
        ),
    ] = ".sluicegate"
    s3: S3Settings = S3Settings()


class ExternalEntry(Section, frozen=True, kw_only=True):
    """One `[[external]]`: the results of another tool, judged and shown with ours."""

    file: Annotated[
        Text,
        Meta(
            description="The results, counted from the settings: JUnit XML, SARIF 2.1.0, Jest's JSON, pytest's JSON "
            "report or `go test -json`."
        ),
    ]
    tool: Annotated[
        str,
        Meta(
            pattern="^([a-z0-9][a-z0-9._-]{0,39})?$",
            description="The name of the tool, as rules have it: `external/TOOL/ID`. Empty: what the file says.",
        ),
    ] = ""
    required: Annotated[
        bool, Meta(description="Whether a file that is missing makes the gate errored; else it is not applicable.")
    ] = True
    base: Annotated[
        str, Meta(description="The results of the same tool on the base: what stands there too is not new.")
    ] = ""


class Settings(Section, frozen=True, kw_only=True):
    """The settings that belong to no gate. The gates' tables stand beside these keys, each under its gate's id."""

    extends: Annotated[
        tuple[Text | Extended, ...],
        Meta(
            description="Settings that these stand upon: files of this repository, each with the digest that pins it.",
            extra={"stricter": "any"},
        ),
    ] = ()
    locked: Annotated[
        tuple[Text, ...],
        Meta(
            description="Keys, such as `fail-on`, that nobody who extends these settings can loosen.",
            extra={"stricter": "more"},
        ),
    ] = ()
    fail_on: Annotated[
        Literal["error", "warning", "note"],
        Meta(
            description="The lowest level of a new finding that fails the run.",
            extra={"stricter": ("error", "warning", "note")},
        ),
    ] = "error"
    undecided: Annotated[
        Literal["report", "fail"],
        Meta(
            description="Whether inconclusive and not tested rules are only reported, or fail the run.",
            extra={"stricter": ("report", "fail")},
        ),
    ] = "report"
    plugins: Annotated[
        tuple[Text, ...], Meta(description="Distributions whose gates may be loaded.", extra=_UNKNOWN)
    ] = ()
    policy: PolicySettings = PolicySettings()
    baseline: BaselineSettings = BaselineSettings()
    override: tuple[Override, ...] = ()
    suppress: tuple[SuppressionEntry, ...] = ()
    external: tuple[ExternalEntry, ...] = ()
    passes: tuple[PassEntry, ...] = msgspec.field(default=(), name="pass")
