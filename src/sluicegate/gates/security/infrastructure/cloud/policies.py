"""What policies allow: those of IAM in AWS, and roles of Google and Azure that allow everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.gates.security.infrastructure.cloud.said import Fault, open_
from sluicegate.infrastructure.policies import DOCUMENT, documents, statements
from sluicegate.infrastructure.resource import along
from sluicegate.infrastructure.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.infrastructure.cloud.said import Said
    from sluicegate.infrastructure.resource import Resource
    from sluicegate.infrastructure.values import Value

_IAM = re.compile(r"aws_iam_(?:policy|role|user|group)(?:_policy)?")
_ADMINISTRATOR = re.compile(r"arn:aws[a-z-]*:iam::aws:policy/AdministratorAccess")
_ROLES = {
    "google_project_iam_member": ("role", "roles/owner"),
    "google_project_iam_binding": ("role", "roles/owner"),
    "google_folder_iam_member": ("role", "roles/owner"),
    "google_organization_iam_member": ("role", "roles/owner"),
    "azurerm_role_assignment": ("role_definition_name", "Owner"),
}
_ATTACHED = ("policy_arn", "managed_policy_arns")


def broad(resource: Resource) -> Iterator[Said]:
    """Policies and roles that allow everything."""
    if resource.kind == DOCUMENT or _IAM.fullmatch(resource.kind):
        found = [resource.body] if resource.kind == DOCUMENT else list(documents(resource))
        for one in found:
            if one.is_unknown and not _elsewhere(one):
                yield open_(resource, "what its policy allows", one)
        for statement in statements(found):
            if not statement.allows or statement.conditional:
                continue
            if statement.all_actions and statement.all_resources:
                yield Fault(
                    at=statement.at, what="policy", message=f"{resource.name} allows every action on every resource",
                    advice="List the actions and resources that are needed.",
                )  # fmt: skip
            elif None in (statement.all_actions, statement.all_resources) and not (
                statement.all_actions is False or statement.all_resources is False
            ):
                yield open_(resource, "what a statement of its policy allows")
    for name in _ATTACHED if resource.kind.startswith("aws_iam_") else ():
        for one in along(resource.body, name):
            if isinstance(one.of, str) and _ADMINISTRATOR.fullmatch(one.of):
                yield Fault(
                    at=one, what="administrator", message=f"{resource.name} gives every right there is (`{one.of}`)",
                    advice="Attach a policy that lists what is needed.",
                )  # fmt: skip
    name, all_ = _ROLES.get(resource.kind, ("", ""))
    asked = resource.body.get(name) if name else None
    if asked is not None and asked.is_unknown:
        yield open_(resource, "which role it gives", asked)
    elif asked is not None and asked.of == all_:
        yield Fault(
            at=asked, what=all_, message=f"{resource.name} gives every right there is (`{all_}`)",
            advice="Give a role that lists what is needed.",
        )  # fmt: skip
    if resource.kind == "azurerm_role_definition":
        for one in along(resource.body, "permissions", "actions"):
            if one.of == "*":
                yield Fault(
                    at=one, what="actions", message=f"{resource.name} allows every action",
                    advice="List the actions that are needed.",
                )  # fmt: skip


def _elsewhere(value: Value) -> bool:
    """Whether a policy is one that stands in the files too, and is judged there."""
    return isinstance(value.of, Unknown) and any(name.startswith(f"{DOCUMENT}.") for name in value.of.names)
