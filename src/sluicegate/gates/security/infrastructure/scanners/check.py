"""Asks the scanners that the settings want."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.files import lacking, listed
from sluicegate.gates.security.infrastructure import CFN_LINT, CHECKOV
from sluicegate.gates.security.infrastructure.cloud.check import TERRAFORM
from sluicegate.gates.security.infrastructure.sniffed import sniffed
from sluicegate.gates.security.saying import nothing, undecided, unread
from sluicegate.infrastructure.names import DOCKERFILES
from sluicegate.model import Outcome, Undecided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluicegate.model import Context, Rule, Yield


_WAITING = Undecided(
    outcome=Outcome.NOT_TESTED,
    reason="it takes seconds to start, which a commit does not wait for",
    hint="a check of the whole change asks it",
)


def check(context: Context) -> Iterator[Yield]:
    """What cfn-lint says of templates, and checkov of everything."""
    if context.settings.cfn_lint and _wanted(context, CFN_LINT, "security/cfn-lint-"):
        from sluicegate.gates.security.infrastructure.scanners.cfnlint import lint

        yield from _asked(context, CFN_LINT, "templates", sniffed(context).templates, lint)
    if context.settings.checkov and _wanted(context, CHECKOV, "security/checkov-"):
        from sluicegate.gates.security.infrastructure.scanners.checkov import scan

        declared = [path for path in listed(context, TERRAFORM) if not path.endswith(".tfvars")]
        images = [path for path in listed(context, DOCKERFILES) if not path.endswith(".dockerignore")]
        texts = sniffed(context)
        paths = sorted({*declared, *images, *texts.templates, *texts.manifests})
        yield from _asked(context, CHECKOV, "infrastructure", paths, scan)


def _wanted(context: Context, rule: Rule, prefix: str) -> bool:
    return any(one.startswith(prefix) for one in context.rules) or rule.id in context.rules


def _asked(
    context: Context, rule: Rule, subject: str, paths: list[str],
    scanner: Callable[[Context, list[str]], Iterator[Yield]],
) -> Iterator[Yield]:  # fmt: skip
    if not paths:
        yield from nothing(context, [rule], subject, lacking(context, "file for it"))
        return
    if context.touched is not None:
        yield from undecided(context, [rule], subject, _WAITING)
        return
    try:
        yield from scanner(context, paths)
    except GateError as error:
        yield from unread(context, [rule], subject, error)
