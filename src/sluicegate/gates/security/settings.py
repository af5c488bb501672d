"""What `[security]` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from sluicegate.config.settings import GateSettings, Section, Text
from sluicegate.gates.security.audit import VULNERABLE
from sluicegate.gates.security.catalogue import RULES_OF
from sluicegate.gates.security.dependencies import DRIFT, LICENCES
from sluicegate.gates.security.images import SIZE
from sluicegate.gates.security.infrastructure import CFN_LINT, CHECKOV
from sluicegate.gates.security.workflows import ZIZMOR

Kind = Literal["audit", "code", "dependencies", "images", "infrastructure", "secrets", "workflows"]


class Licences(Section, frozen=True, kw_only=True):
    """`[security.licences]`: under which licences the packages may be that the project takes."""

    allow: Annotated[
        tuple[Text, ...],
        Meta(
            description="The licences that are let through, by their SPDX ids or patterns such as `BSD-*`; empty: all "
            "that are not denied.",
            extra={"stricter": "restricts"},
        ),
    ] = ()
    deny: Annotated[
        tuple[Text, ...],
        Meta(description="The licences that are not let through, whatever `allow` says.", extra={"stricter": "more"}),
    ] = ()
    unknown: Annotated[
        Literal["note", "warning", "error"],
        Meta(
            description="The level of a package whose licence is not known.",
            extra={"stricter": ("note", "warning", "error")},
        ),
    ] = "warning"
    exceptions: Annotated[
        dict[Text, Text],
        Meta(
            description="Packages that may be used all the same, by their package URL, with the reason.",
            extra={"stricter": "fewer"},
        ),
    ] = field(default_factory=dict)


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
    advisories: Annotated[
        str,
        Meta(
            description="The database that locked packages are held against, in the OSV format: an `all.zip`, or a "
            "folder of JSON documents or of such archives, counted from the settings; or the address of an `all.zip`, "
            "which is fetched once for both sides of a change. Empty: dependencies are not tested.",
            extra={"stricter": "unknown"},
        ),
    ] = ""
    max_advisory_age: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="How many days old the newest of the advisories may be.",
            extra={"stricter": "lower"},
        ),
    ] = 30
    unrated: Annotated[
        Literal["note", "warning", "error"],
        Meta(
            description="The level of a vulnerable dependency whose severity nobody has told.",
            extra={"stricter": ("note", "warning", "error")},
        ),
    ] = "warning"
    unrated_fixable: Annotated[
        Literal["note", "warning", "error"],
        Meta(
            description="The same where a version mends it and the project asks for the package itself.",
            extra={"stricter": ("note", "warning", "error")},
        ),
    ] = "error"
    unrated_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="After so many days it weighs the same also where another package brings it in: a version "
            "mends it, and nobody has said for as long that it is harmless.",
            extra={"stricter": "lower"},
        ),
    ] = 90
    vex: Annotated[
        tuple[Text, ...],
        Meta(
            description="VEX documents (OpenVEX or CycloneDX in JSON) that say which weaknesses of which packages "
            "cannot be reached: those are counted and not told.",
            extra={"stricter": "fewer"},
        ),
    ] = ()
    kev: Annotated[
        str,
        Meta(
            description="CISA's catalogue of weaknesses that are exploited, in JSON; each of them is an error.",
            extra={"stricter": "unknown"},
        ),
    ] = ""
    epss: Annotated[
        str,
        Meta(
            description="FIRST's scores of how probable exploitation is, in CSV; they are told with a finding.",
            extra={"stricter": "any"},
        ),
    ] = ""
    sboms: Annotated[
        tuple[Text, ...],
        Meta(
            description="Bills of materials (CycloneDX, SPDX), or patterns on them: what they name is held against the "
            "advisories as what is locked.",
            extra={"stricter": "more"},
        ),
    ] = ()
    describes: Annotated[
        dict[Text, tuple[Text, ...]],
        Meta(
            description='The lock files that an SBOM describes, by its path: `{ "sbom.json" = ["uv.lock"] }`. '
            "Where they disagree, the SBOM is wrong.",
            extra={"stricter": "more"},
        ),
    ] = field(default_factory=dict)
    licences: Annotated[
        Licences,
        Meta(
            description='Which licences may be used: `{ allow = ["MIT", "BSD-*"], deny = ["AGPL-*"] }`, with the level '
            "of `unknown` ones and `exceptions` by package URL with the reason."
        ),
    ] = Licences()

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

    images: Annotated[
        tuple[Text, ...],
        Meta(
            description="Images of containers, by names or patterns counted from the settings: folders or archives "
            "with an OCI layout, or what `docker save` wrote.",
            extra={"stricter": "more"},
        ),
    ] = ()
    max_image_size: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(
            description="So many MB (of 1,000,000 bytes) the files of all layers of an image may have.",
            extra={"stricter": "lower"},
        ),
    ] = None

    python: Annotated[
        Literal["auto", "bandit", "ruff"],
        Meta(
            description="What looks at Python code: `bandit`, or `ruff`, which is faster and knows a little less. "
            "`auto` is ruff for a commit that somebody waits for, and where bandit is not installed; else bandit.",
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

    terraform_plans: Annotated[
        tuple[Text, ...],
        Meta(
            description="Plans of Terraform or OpenTofu as `show -json` prints them, or patterns on them: they are "
            "judged by what they come to.",
            extra={"stricter": "more"},
        ),
    ] = ()

    cfn_lint: Annotated[
        bool,
        Meta(
            description="Whether cfn-lint checks templates of CloudFormation too, offline.",
            extra={"stricter": (False, True)},
        ),
    ] = False
    checkov: Annotated[
        str,
        Meta(
            description="Whether checkov checks all files of infrastructure too, offline: `checkov` for the one on the "
            "path, or the whole path of one outside of the repository. Empty: it is not asked.",
            extra={"stricter": "unknown"},
        ),
    ] = ""

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

    def looks_at(self, kind: str) -> bool:
        """Whether a kind is looked at."""
        return not self.kinds or kind in self.kinds

    @property
    def unasked(self) -> frozenset[str]:
        """The rules of what is not looked at."""
        seen = {rule.id for kind, rules in RULES_OF.items() if self.looks_at(kind) for rule in rules}
        left = {rule.id for rules in RULES_OF.values() for rule in rules} - seen  # a rule may be of several kinds
        switched = (
            (self.zizmor, ZIZMOR),
            (self.pip_audit, VULNERABLE),
            (self.cfn_lint, CFN_LINT),
            (self.checkov, CHECKOV),
            (self.describes, DRIFT),
            (self.max_image_size, SIZE),
            *((self.licences.allow or self.licences.deny, rule) for rule in LICENCES),
        )
        return frozenset(left | {rule.id for on, rule in switched if not on})
