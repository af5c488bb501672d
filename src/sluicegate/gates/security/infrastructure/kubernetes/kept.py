"""Secrets that stand in a manifest: in variables of containers, in Secrets and in ConfigMaps."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from sluicegate.gates.security import infrastructure as rules
from sluicegate.gates.security.infrastructure.judged import Doubt
from sluicegate.gates.security.infrastructure.kubernetes.seen import at, short
from sluicegate.gates.security.infrastructure.literals import is_plain, names_a_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.infrastructure.kubernetes.seen import Seen
    from sluicegate.infrastructure.kubernetes import Thing
    from sluicegate.infrastructure.values import Value
    from sluicegate.model import Finding

_PRIVATE = "PRIVATE KEY-----"
_LOGIN = ".dockerconfigjson"


def secrets(seen: Seen) -> Iterator[Finding | Doubt]:
    """What has a secret's name and a value that works."""
    for thing, one in seen.containers():
        for variable in one.body.items("env"):
            name, value = variable.text("name"), variable.get("value")
            if value is None or not isinstance(value.of, str | int):
                continue
            if names_a_secret(name) and is_plain(str(value.of)):
                yield at(
                    rules.POD_SECRET, seen, thing, value, f"{one.name} {name}",
                    f"the variable `{short(name)}` of {thing.shown} has its value in the file",
                    "Revoke it, and take it (`valueFrom.secretKeyRef`) from a Secret that is not in the repository.",
                )  # fmt: skip
    for thing in seen.things:
        for name, value in _members(thing):
            yield at(
                rules.POD_SECRET, seen, thing, value, name,
                f"`{short(name)}` of {thing.shown} has its value in the file",
                "Revoke it, and keep the Secret sealed, or in a store for secrets.",
            )  # fmt: skip


def _members(thing: Thing) -> Iterator[tuple[str, Value]]:
    """The secrets among what a Secret or a ConfigMap holds; a Secret has its `data` in base64."""
    if thing.kind not in ("Secret", "ConfigMap"):
        return
    for part in ("stringData", "data"):
        for name, value in thing.body.members(part).items():
            text = value.of
            if isinstance(text, str) and thing.kind == "Secret" and part == "data":
                text = _decoded(text)
            if not isinstance(text, str):
                continue
            if _PRIVATE in text or (names_a_secret(name) and is_plain(text)) or (name == _LOGIN and '"auth"' in text):
                yield name, value


def _decoded(text: str) -> str:
    """What base64 stands for; what is none, such as a value that is encrypted, holds no secret in the open."""
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
