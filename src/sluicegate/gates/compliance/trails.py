"""What a `[[compliance.trail]]` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from sluicegate.config.settings import Section, Text

_UNKNOWN = {"stricter": "unknown"}

Form = Literal["auto", "jsonl", "ocsf", "cadf", "cef", "cloudtrail", "csv"]


class Trail(Section, frozen=True, kw_only=True):
    """One `[[compliance.trail]]`: an exported audit trail, and what is expected of it."""

    name: Annotated[Text, Meta(description="What the trail is called, in findings and anchors.", extra=_UNKNOWN)]
    files: Annotated[
        tuple[Text, ...],
        Meta(
            description="Its files, oldest first, as patterns from the settings on: `export/audit-*.jsonl.gz`. The "
            "files of one pattern are read in the order of their names.",
            extra=_UNKNOWN,
        ),
    ]
    format: Annotated[
        Form,
        Meta(
            description="`jsonl`, `ocsf`, `cadf`, `cef`, `cloudtrail`, `csv`; `auto`: as the content says.",
            extra=_UNKNOWN,
        ),
    ] = "auto"
    fields: Annotated[
        dict[str, Text | tuple[Text, ...]],
        Meta(
            description="What the trail calls `actor`, `action`, `at`, `outcome`, `origin`, `resource`, `id`, "
            "`sequence`, `hash`, `previous`, `version`, `purpose` and `reason`: dotted names, the first that is there.",
            extra=_UNKNOWN,
        ),
    ] = {}  # noqa: RUF012 - msgspec copies it
    order: Annotated[
        Literal["written", "none"],
        Meta(
            description="`written`: events stand in the order in which they happened. `none`: nothing is promised.",
            extra={"stricter": ("none", "written")},
        ),
    ] = "written"
    archive: Annotated[
        tuple[Text, ...],
        Meta(description="Those of the files that are not at hand at once, as patterns.", extra=_UNKNOWN),
    ] = ()
    began: Annotated[
        str,
        Meta(
            description="The day since which the system records, where it is younger than the trail has to be old.",
            extra=_UNKNOWN,
        ),
    ] = ""
    records: Annotated[
        dict[str, tuple[Text, ...]],
        Meta(
            description="Which actions are records of a kind, as patterns: `consent`, `erasure`, `emergency`.",
            extra=_UNKNOWN,
        ),
    ] = {}  # noqa: RUF012 - as above
    description: Annotated[
        str,
        Meta(
            description="The OpenAPI description whose operations that write are to be seen in the trail.",
            extra=_UNKNOWN,
        ),
    ] = ""
    actions: Annotated[
        dict[str, Text],
        Meta(
            description="The action by operation, named by its operationId or as `POST /orders`; `*` is the action of "
            "all others, with `{operationId}`, `{method}` and `{path}` for theirs.",
            extra=_UNKNOWN,
        ),
    ] = {}  # noqa: RUF012 - as above
    public_key: Annotated[
        str,
        Meta(
            description="The file of the key that CloudTrail's digests are signed with (PEM, DER or base64).",
            extra=_UNKNOWN,
        ),
    ] = ""
    sample: Annotated[
        int,
        Meta(
            ge=1, le=100_000, description="So many events are scanned for personal data.", extra={"stricter": "higher"}
        ),
    ] = 2000
