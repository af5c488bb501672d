"""The resources of a file of Terraform, in HCL or in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import UnreadableError
from sluicegate.infrastructure.resource import Resource
from sluicegate.infrastructure.values import Value
from sluicegate.infrastructure.yamlvalues import parsed, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMED = ("module", "provider", "variable")


def resources(path: str, raw: bytes, shown: str) -> list[Resource]:
    """What a file declares. Raises GateError: it cannot be read, or nothing can read it here."""
    if path.endswith(".json"):
        body = next((one for piece in pieces(raw) for one in parsed(piece, shown)), Value(of={}))
    else:
        from sluicegate.infrastructure.hcl import read

        body = read(raw, shown)
    if not isinstance(body.of, dict):
        raise UnreadableError(f"{shown}:1: a file of Terraform is a mapping, and this is none", "Correct the file.")
    if path.endswith(".tfvars"):
        return [Resource(kind="variables", name="the file", body=body)] if body.of else []
    return list(_declared(body))


def _declared(body: Value) -> Iterator[Resource]:
    for word, prefix in (("resource", ""), ("data", "data.")):
        for kinds in body.items(word):
            for kind, names in kinds.members().items():
                for named in names.of if isinstance(names.of, list) else [names]:
                    for name, one in named.members().items():
                        yield from _each(f"{prefix}{kind}", f"{prefix}{kind}.{name}", one)
    for word in _NAMED:
        for named in body.items(word):
            for name, one in named.members().items():
                if word == "variable":
                    default = one.get("default")
                    inner = {} if default is None else {name: default}
                    yield Resource(kind=word, name=f"var.{name}", body=Value(of=inner, line=one.line))
                else:
                    yield from _each(word, f"{word}.{name}", one)
    for word in ("locals", "terraform"):
        for one in body.items(word):
            yield Resource(kind=word, name=word, body=one)


def _each(kind: str, name: str, value: Value) -> Iterator[Resource]:
    for one in value.of if isinstance(value.of, list) else [value]:
        if isinstance(one.of, dict):
            yield Resource(kind=kind, name=name, body=one)
