"""Asks the scanners that the settings want."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.security.files import lacking, listed
from sluicegate.gates.security.infrastructure import CFN_LINT, CHECKOV
from sluicegate.gates.security.infrastructure.cloud.sources import TEMPLATES, TERRAFORM, is_template
from sluicegate.gates.security.infrastructure.dockerfile.check import PATTERNS as DOCKERFILES
from sluicegate.gates.security.infrastructure.kubernetes.sources import is_manifest
from sluicegate.gates.security.saying import nothing, unread
from sluicegate.tools.laid import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluicegate.model import Context, Rule, Yield


def check(context: Context) -> Iterator[Yield]:
    """What cfn-lint says of templates, and checkov of everything."""
    if context.settings.cfn_lint and _wanted(context, CFN_LINT, "security/cfn-lint-"):
        from sluicegate.gates.security.infrastructure.scanners.cfnlint import lint

        paths = _texts(context, is_template)
        yield from _asked(context, CFN_LINT, "templates", paths, lint)
    if context.settings.checkov and _wanted(context, CHECKOV, "security/checkov-"):
        from sluicegate.gates.security.infrastructure.scanners.checkov import scan

        declared = [path for path in listed(context, TERRAFORM) if not path.endswith(".tfvars")]
        images = [path for path in listed(context, DOCKERFILES) if not path.endswith(".dockerignore")]
        texts = _texts(context, lambda raw: is_template(raw) or is_manifest(raw))
        paths = sorted({*declared, *images, *texts})
        yield from _asked(context, CHECKOV, "infrastructure", paths, scan)


def _wanted(context: Context, rule: Rule, prefix: str) -> bool:
    return any(one.startswith(prefix) for one in context.rules) or rule.id in context.rules


def _texts(context: Context, fits: Callable[[bytes], bool]) -> list[str]:
    """The YAML and JSON files that fit; what cannot be read is told by the rules that are asked of it first."""
    found = []
    for path in listed(context, TEMPLATES):
        try:
            if fits(context.head.read(path, LARGEST)):
                found.append(path)
        except UnreadableError:
            continue
    return found


def _asked(
    context: Context, rule: Rule, subject: str, paths: list[str],
    scanner: Callable[[Context, list[str]], Iterator[Yield]],
) -> Iterator[Yield]:  # fmt: skip
    if not paths:
        yield from nothing(context, [rule], subject, lacking(context, "file for it"))
        return
    try:
        yield from scanner(context, paths)
    except GateError as error:
        yield from unread(context, [rule], subject, error)
