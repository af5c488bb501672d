"""What `[contract]` may say."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from msgspec.structs import force_setattr

from sluicegate.config.settings import GateSettings, Text

CONVENTIONAL = tuple(
    prefix + name + ending for prefix in ("", "**/") for name in ("openapi",) for ending in (".yaml", ".yml", ".json")
)
"""Where a description is looked for when none is named."""


class Settings(GateSettings, frozen=True, kw_only=True):
    """The settings of the contract gate."""

    spec: Annotated[
        Text | tuple[Text, ...],
        Meta(
            description="The OpenAPI descriptions: paths, or patterns with `*` and `**`. Without it, every file called "
            "`openapi.yaml`, `openapi.yml` or `openapi.json`."
        ),
    ] = ()
    cross_check: Annotated[
        bool, Meta(description="Also ask openapi-spec-validator, in a process of its own (slow on large descriptions).")
    ] = False

    def __post_init__(self) -> None:
        """One path may stand alone in the file; everybody who reads `spec` gets a tuple."""
        if isinstance(self.spec, str):
            force_setattr(self, "spec", (self.spec,))

    @property
    def patterns(self) -> tuple[str, ...]:
        """The paths and patterns that were named; empty when nothing was."""
        return (self.spec,) if isinstance(self.spec, str) else self.spec
