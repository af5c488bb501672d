"""What `[compliance]` may say."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from sluicegate.config.settings import GateSettings, Text
from sluicegate.gates.compliance.trails import Trail


class Settings(GateSettings, frozen=True, kw_only=True):
    """The settings of the compliance gate."""

    packs: Annotated[
        tuple[Text, ...],
        Meta(
            description="The packs whose controls are asked: `baseline`, `gdpr`, `soc2`, `pci-dss`, `hipaa`, or a file "
            "of one's own (`compliance/ours.yaml`).",
            extra={"stricter": "selects"},
        ),
    ] = ("baseline",)
    parameters: Annotated[
        dict[str, float | str | tuple[str, ...]],
        Meta(
            description="Values for the parameters of controls, under `PACK/CONTROL/NAME`.",
            extra={"stricter": "unknown"},
        ),
    ] = {}  # noqa: RUF012 - msgspec copies it
    recorded: Annotated[
        tuple[Text, ...],
        Meta(
            description="The files of recorded answers of services, as patterns from the settings on: "
            "`evidence/*.jsonl`.",
            extra={"stricter": "named"},
        ),
    ] = ()
    repository: Annotated[
        str,
        Meta(
            description="The repository that recorded answers are about, as `OWNER/NAME`, where they are of several.",
            extra={"stricter": "unknown"},
        ),
    ] = ""
    runs: Annotated[
        tuple[Text, ...],
        Meta(
            description="Run documents of the same revision, whose gates count as evidence beside those of this run.",
            extra={"stricter": "named"},
        ),
    ] = ()
    sensitive: Annotated[
        tuple[Text, ...],
        Meta(
            description="The files that need an owner, as patterns.",
            extra={"stricter": "selects"},
        ),
    ] = (".github/workflows/**", "**/migrations/**")
    documents: Annotated[
        dict[str, tuple[Text, ...]],
        Meta(
            description="Where the documents of a kind are: `incident-runbook`, `incident-drill`, `restore-test`, "
            "`access-review`, `break-glass`; each a list of patterns.",
            extra={"stricter": "more"},
        ),
    ] = {}  # noqa: RUF012 - msgspec copies it
    history: Annotated[
        Literal["git", "recorded"],
        Meta(
            description="Where the commits of the branch are taken from: the clone, or a recorded answer of `git log` "
            "where there is no clone.",
            extra={"stricter": ("recorded", "git")},
        ),
    ] = "git"
    as_of: (
        Annotated[
            datetime,
            Meta(
                tz=True,
                description="The moment that ages are counted to, for a report on a time that is past. Default: now.",
                extra={"stricter": "unknown"},
            ),
        ]
        | None
    ) = None
    terraform_plans: Annotated[
        tuple[Text, ...],
        Meta(
            description="Plans of Terraform or OpenTofu as `show -json` prints them, or patterns on them.",
            extra={"stricter": "more"},
        ),
    ] = ()
    exclude: Annotated[
        tuple[Text, ...],
        Meta(
            description="Patterns on paths of files that declare nothing of yours, such as samples: `examples/**`.",
            extra={"stricter": "fewer"},
        ),
    ] = ()
    window: Annotated[
        int,
        Meta(ge=1, le=3660, description="Days that the census of changes looks back.", extra={"stricter": "higher"}),
    ] = 90
    evidence_age: Annotated[
        float,
        Meta(
            gt=0,
            le=3660,
            description="Days after which a recorded answer is too old to count.",
            extra={"stricter": "lower"},
        ),
    ] = 7
    data_map: Annotated[
        str,
        Meta(
            description="The file that says of which category each field is, and on what basis, for what and how long "
            "each category is kept: `compliance/data-map.yaml`.",
            extra={"stricter": "named"},
        ),
    ] = ""
    descriptions: Annotated[
        tuple[Text, ...],
        Meta(
            description="The OpenAPI descriptions whose properties are classified. Without it, every file called "
            "`openapi` or `swagger` with the ending `.yaml`, `.yml` or `.json`.",
            extra={"stricter": "selects"},
        ),
    ] = ()
    schemas: Annotated[
        tuple[Text, ...],
        Meta(
            description="The files of schemas and migrations: SQL, SQLAlchemy, Alembic, Django. Without it, those that "
            "lie where they usually do.",
            extra={"stricter": "selects"},
        ),
    ] = ()
    dialect: Annotated[
        str,
        Meta(
            description="The SQL that is written there, as sqlglot calls it (`postgres`, `mysql`, `tsql`). Without it, "
            "the first counts that understands a statement.",
            extra={"stricter": "any"},
        ),
    ] = ""
    fixtures: Annotated[
        tuple[Text, ...],
        Meta(
            description="The files of test data, in which nobody's real data may stand. Without it, those below "
            "`fixtures`, `testdata` and `seeds`.",
            extra={"stricter": "selects"},
        ),
    ] = ()
    logs: Annotated[
        tuple[Text, ...],
        Meta(
            description="Samples of logs, also of those that git ignores: `logs/*.jsonl`.",
            extra={"stricter": "more"},
        ),
    ] = ()
    log_sample: Annotated[
        int,
        Meta(ge=1, le=65_536, description="MiB that are looked at of each log.", extra={"stricter": "higher"}),
    ] = 32
    presidio: Annotated[
        bool,
        Meta(
            description="Also ask Presidio about the beginning of each log, where it is installed.",
            extra={"stricter": (False, True)},
        ),
    ] = False
    canaries: Annotated[
        tuple[Text, ...],
        Meta(
            description="What was planted as somebody's data and may stand in no log: `NAME=VALUE`, or a file of "
            "`NAME: VALUE` (`compliance/canaries.yaml`).",
            extra={"stricter": "more"},
        ),
    ] = ()
    sboms: Annotated[
        tuple[Text, ...],
        Meta(
            description="The bills of materials whose components have licences. Without it, those with usual names: "
            "`bom.json`, `sbom.json`, `*.cdx.json`, `*.spdx.json` and their like.",
            extra={"stricter": "selects"},
        ),
    ] = ()
    trail: Annotated[
        tuple[Trail, ...],
        Meta(description="The audit trails, as they were exported.", extra={"stricter": "named"}),
    ] = ()
