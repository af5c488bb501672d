"""What `[contract]` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta
from msgspec.structs import force_setattr

from sluicegate.config.settings import GateSettings, Section, Text
from sluicegate.gates.contract.lifecycle import RULES as LIFECYCLE

Profile = Literal["wire", "client", "strict", "oasdiff", "redocly"]

CONVENTIONAL = tuple(
    prefix + name + ending
    for prefix in ("", "**/")
    for name in ("openapi", "swagger")
    for ending in (".yaml", ".yml", ".json")
)
"""Where a description is looked for when none is named."""


_Days = Annotated[int, Meta(ge=0, le=36_500, extra={"stricter": "higher"})]


class DeprecationDays(Section, frozen=True, kw_only=True):
    """For how many days something must stay once it is deprecated, by its stability; 0: no demand."""

    beta: Annotated[_Days, Meta(description="Days of notice for what is beta.")] = 0
    stable: Annotated[_Days, Meta(description="Days of notice for what is stable, or states no stability.")] = 0

    @property
    def by_stability(self) -> dict[str, int]:
        """The days of each level of stability that can ask for any."""
        return {"beta": self.beta, "stable": self.stable}


class Settings(GateSettings, frozen=True, kw_only=True):
    """The settings of the contract gate."""

    spec: Annotated[
        Text | tuple[Text, ...],
        Meta(
            description="The OpenAPI descriptions: paths, or patterns with `*` and `**`. Without it, every file called "
            "`openapi` or `swagger` with the ending `.yaml`, `.yml` or `.json`.",
            extra={"stricter": "selects"},
        ),
    ] = ()
    cross_check: Annotated[
        bool,
        Meta(
            description="Also ask openapi-spec-validator, in a process of its own (slow on large descriptions).",
            extra={"stricter": (False, True)},
        ),
    ] = False
    profile: Annotated[
        Profile,
        Meta(
            description="How strictly changes are judged: `wire` (messages alone), `client` (generated clients too), "
            "`strict` (every doubt), or the levels of `oasdiff` or `redocly`.",
            extra={"stricter": ("wire", "client", "strict")},
        ),
    ] = "client"
    ids: Annotated[
        Literal["own", "oasdiff"],
        Meta(description="`oasdiff`: each finding also says what oasdiff calls it.", extra={"stricter": "any"}),
    ] = "own"
    version_policy: Annotated[
        Literal["none", "semver"],
        Meta(
            description="`semver`: `info.version` has to say how much the change breaks (major, minor, patch).",
            extra={"stricter": ("none", "semver")},
        ),
    ] = "none"
    deprecation_days: Annotated[
        DeprecationDays,
        Meta(
            description="For how many days an operation, parameter, property or header must stay once it is deprecated "
            "(the date in `x-sunset`), by its `x-stability-level`: `{ beta = 31, stable = 180 }`. 0: no demand."
        ),
    ] = DeprecationDays()

    def __post_init__(self) -> None:
        """One path may stand alone in the file; everybody who reads `spec` gets a tuple."""
        if isinstance(self.spec, str):
            force_setattr(self, "spec", (self.spec,))

    @property
    def unasked(self) -> frozenset[str]:
        """The rules that these settings do not ask."""
        asked = {"contract/cross-check": self.cross_check, "contract/version-not-bumped": self.version_policy != "none"}
        demands = any(self.deprecation_days.by_stability.values())
        asked |= {rule.id: demands for rule in LIFECYCLE if rule.name.endswith("-sunset-missing")}
        return frozenset(rule for rule, wanted in asked.items() if not wanted)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The paths and patterns that were named; empty when nothing was."""
        return (self.spec,) if isinstance(self.spec, str) else self.spec
