"""Which scanners the settings of the gate have started, and what its findings hang on beside files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.audit import PIP_AUDIT
from sluicegate.gates.security.code import BANDIT, RUFF, choose
from sluicegate.gates.security.infrastructure import CFN_LINT_TOOL, CHECKOV_TOOL
from sluicegate.gates.security.workflows import ZIZMOR_TOOL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.settings import Settings

TOOLS = (BANDIT, RUFF, ZIZMOR_TOOL, PIP_AUDIT, CFN_LINT_TOOL, CHECKOV_TOOL)


def asked(settings: Settings) -> Iterator[str]:
    """The names of the tools that a check of a change starts; a commit hook takes ruff where it may choose."""
    looks = settings.looks_at
    if looks("code"):
        yield choose(settings.python, waiting=False).name
    if looks("workflows") and settings.zizmor:
        yield ZIZMOR_TOOL.name
    if looks("infrastructure") and settings.cfn_lint:
        yield CFN_LINT_TOOL.name
    if looks("infrastructure") and settings.checkov == CHECKOV_TOOL.name:
        yield CHECKOV_TOOL.name
    if looks("audit") and settings.pip_audit:
        yield PIP_AUDIT.name


def cache_key(settings: Settings, folder: str) -> tuple[str, ...] | None:
    """The scanners as they are installed, and the digests of what is read from disk.

    What the network says today it need not say tomorrow: that is not kept.
    """
    from sluicegate.gates.security.dependencies.beside import digests
    from sluicegate.tools.programs import trace

    if PIP_AUDIT.name in asked(settings) or settings.history == "all":  # no file tells which commits there are
        return None
    read = digests(settings, folder)
    if read is None:
        return None
    return (*map(trace, TOOLS), *([trace(CHECKOV_TOOL, settings.checkov)] if settings.checkov else []), *read)
