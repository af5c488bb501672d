"""Judges what Terraform and CloudFormation declare."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.files import lacking, listed
from sluicegate.gates.security.infrastructure import CLOUD
from sluicegate.gates.security.infrastructure.judged import Doubt, judged, unread, untested
from sluicegate.gates.security.infrastructure.sniffed import sniffed
from sluicegate.gates.security.saying import finding, nothing, undecided
from sluicegate.model import Location, Outcome, Progress, Undecided
from sluicegate.revision.globs import matches
from sluicegate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sluicegate.gates.security.infrastructure.cloud.said import Said
    from sluicegate.infrastructure.resource import Resource
    from sluicegate.model import Context, Finding, Rule, Yield

SUBJECT = "cloud resources"
TERRAFORM = tuple(f"{way}*.{end}" for end in ("tf", "tofu", "tf.json", "tfvars") for way in ("", "**/"))


def check(context: Context) -> Iterator[Yield]:
    """Hold the resources of each file against each rule; what cannot be read counts as errored."""
    looked = False
    for said in (_plans(context), _files(context), _templates(context)):
        for one in said:
            looked = True
            yield one
    if not looked:
        yield from nothing(context, CLOUD, SUBJECT, lacking(context, "file of Terraform or CloudFormation"))


def _plans(context: Context) -> Iterator[Yield]:
    named = context.settings.terraform_plans
    paths = listed(context, named)
    for name in named:
        if context.touched is None and not context.past and not any(matches(name, path) for path in paths):
            error = GateError(f"{name}: there is no such plan", "Make it before the check, or name another.")
            yield from undecided(context, CLOUD, name, unread([error]))
    for path in paths:
        from sluicegate.infrastructure.plan import LARGEST, resources

        yield from _read(context, path, LARGEST, resources)


def _files(context: Context) -> Iterator[Yield]:
    paths = listed(context, TERRAFORM)
    for done, path in enumerate(paths):
        if context.cancelled():
            return
        yield Progress(what=path, done=done, total=len(paths))
        from sluicegate.infrastructure.hcl import LARGEST
        from sluicegate.infrastructure.terraform import resources

        yield from _read(context, path, LARGEST, partial(resources, path))


def _templates(context: Context) -> Iterator[Yield]:
    found = sniffed(context)
    for path, error in found.unseen.items():
        why = untested(f"it may be a template: {error.message}", error.hint)
        yield from undecided(context, CLOUD, path, why)
    plans = context.settings.terraform_plans
    for path in found.templates:
        if context.cancelled():
            return
        if path.endswith(".tf.json") or any(matches(name, path) for name in plans):
            continue
        from sluicegate.infrastructure.template import LARGEST, resources

        yield Progress(what=path)
        yield from _read(context, path, LARGEST, resources)


def _read(context: Context, path: str, limit: int, reader: Callable[[bytes, str], list[Resource]]) -> Iterator[Yield]:
    shown = context.head.display(path)
    try:
        found = reader(context.head.read(path, limit), shown)
    except GateError as error:
        yield from undecided(context, CLOUD, path, unread([error]))
        return
    if not found:
        why = Undecided(outcome=Outcome.NOT_APPLICABLE, reason="it declares nothing that a rule looks at")
        yield from undecided(context, CLOUD, path, why)
        return
    from sluicegate.gates.security.infrastructure.cloud.law import LAW

    for rule, law in LAW.items():
        if rule.id in context.rules:
            yield from judged(context, rule, path, len(found), _told(rule, path, shown, found, law))


def _told(
    rule: Rule, path: str, shown: str, found: Iterable[Resource], law: Callable[[Resource], Iterator[Said]]
) -> Iterator[Finding | Doubt]:
    for resource in found:
        for said in law(resource):
            if isinstance(said, Doubt):
                yield said
                continue
            place = Location(
                path=shown, line=said.at.line or None, column=said.at.column if said.at.line else None,
                logical=resource.name,
            )  # fmt: skip
            yield finding(
                rule, (path, resource.name, said.what), place, one_line(said.message), advice=said.advice,
                level=said.level,
            )  # fmt: skip
