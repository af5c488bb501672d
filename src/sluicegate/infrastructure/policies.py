"""Policies of IAM: the statements of those that a resource has, in IAM's own words or in those of Terraform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.infrastructure.resource import along, unfolded
from sluicegate.infrastructure.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.infrastructure.resource import Resource

DOCUMENT = "data.aws_iam_policy_document"
_WAYS = (("policy",), ("policy_document",), ("inline_policy", "policy"), ("policies", "policy_document"))
"""Where a resource has a policy."""


class Statement(Struct, frozen=True, kw_only=True):
    """One statement of a policy; None where the file leaves it open."""

    at: Value
    allows: bool
    all_actions: bool | None
    all_resources: bool | None
    to_all: bool | None
    conditional: bool

    @property
    def opens(self) -> bool | None:
        """Whether everybody is allowed something on no condition."""
        return self.to_all if self.allows and not self.conditional else False


def documents(resource: Resource) -> Iterator[Value]:
    """The policies of a resource, as values or unknown."""
    for way in _WAYS:
        for one in along(resource.body, *way):
            yield unfolded(one)


def statements(found: Iterable[Value]) -> Iterator[Statement]:
    """The statements of policies, in IAM's own words or in those of Terraform's data source."""
    for document in found:
        if not isinstance(document.of, dict):
            continue
        for one in (*along(document, "Statement"), *along(document, "statement")):
            if isinstance(one.of, dict):
                effect = one.text("Effect") or one.text("effect") or "Allow"
                yield Statement(
                    at=one, allows=effect == "Allow",
                    all_actions=_all(one, "Action", "actions"), all_resources=_all(one, "Resource", "resources"),
                    to_all=_to_all(one), conditional=any(one.get(name) for name in ("Condition", "condition")),
                )  # fmt: skip


def _all(statement: Value, *names: str) -> bool | None:
    asked = [one for name in names for one in along(statement, name)]
    if any(one.of in ("*", "*:*") for one in asked):
        return True
    return None if any(one.is_unknown for one in asked) else False


def _to_all(statement: Value) -> bool | None:
    principal = statement.get("Principal")
    if principal is None:
        return False
    asked = [*along(principal), *along(principal, "AWS")]
    return any(one.of == "*" for one in asked) or (None if any(one.is_unknown for one in asked) else False)
