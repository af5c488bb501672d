"""The resources of a plan of Terraform or OpenTofu, as `show -json` prints it: what will be, and what was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sluicegate.errors import UnreadableError
from sluicegate.infrastructure.resource import Resource
from sluicegate.infrastructure.values import Unknown, Value, valued
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 64 << 20
_DEEPEST = 200
_KNOWN = re.compile(r"[01]\.\d+")
_MAKE = "Make it with `terraform plan -out=FILE` and `terraform show -json FILE`."
_NONE = Value(of=None)
INDEX = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')
"""What an address has where there are several of a thing."""
_CHOSEN = ("acl", "policy", "encrypted", "storage_encrypted")
"""What a provider chooses where nobody has written it: that it is not known then says nothing."""
_LATER = Unknown(text="known after apply")


def resources(raw: bytes, shown: str) -> list[Resource]:
    """What a plan comes to. Raises UnreadableError: it is none, or Terraform could not finish it."""
    try:
        plan = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(f"{shown}: not JSON: {shorten(one_line(str(error)), 120)}", _MAKE) from None
    if not isinstance(plan, dict) or "planned_values" not in plan:
        raise UnreadableError(f"{shown}: it is no plan of Terraform (no `planned_values`)", _MAKE)
    version = str(plan.get("format_version", ""))
    if not _KNOWN.fullmatch(version):
        told = shorten(one_line(version), 40) or "none"
        raise UnreadableError(f"{shown}: the version of its format is {told}, and 1.x is what is known", _MAKE)
    if plan.get("errored") is True:
        raise UnreadableError(f"{shown}: Terraform did not finish this plan (`errored`)", "Make it again.")
    try:
        written = list(_written(plan))
        return [*_changes(plan, written), *written]
    except RecursionError:
        raise UnreadableError(f"{shown}: nested too deep for a plan", _MAKE) from None


def modules(raw: bytes) -> dict[str, str]:
    """Where the modules of a plan that was read come from, by what their addresses begin with: `module.x.`."""
    found: dict[str, str] = {}
    open_ = [("", msgspec.json.decode(raw).get("configuration") or {}, "root_module")]
    while open_:
        prefix, of, name = open_.pop()
        module = of.get(name) if isinstance(of, dict) else None
        calls = module.get("module_calls") if isinstance(module, dict) else None
        for called, call in calls.items() if isinstance(calls, dict) else ():
            if isinstance(call, dict):
                found[f"{prefix}module.{called}."] = str(call.get("source", ""))
                open_.append((f"{prefix}module.{called}.", call, "module"))
    return found


def _changes(plan: dict[str, Any], written: list[Resource]) -> Iterator[Resource]:
    """What there is when the plan is carried out; what goes is left out."""
    said = {one.name: one.body for one in written}
    for one in _list(plan.get("resource_changes")):
        change = one.get("change")
        if not isinstance(change, dict) or not isinstance(change.get("after"), dict):
            continue
        kind, address = str(one.get("type", "")), one_line(str(one.get("address", "")))
        body = _merged(change["after"], change.get("after_unknown"), 0)
        configured = said.get(INDEX.sub("", address))
        if configured is not None:
            left = [name for name in _CHOSEN if body.of.get(name, _NONE).is_unknown and configured.get(name) is None]
            body.of.update(dict.fromkeys(left, _NONE))
        prefix = "data." if one.get("mode") == "data" else ""
        yield Resource(kind=f"{prefix}{kind}", name=address, body=body, written=False)


def _merged(known: Any, unknown: Any, depth: int) -> Value:
    """A value, with what only the apply will tell."""
    if depth > _DEEPEST:
        raise RecursionError
    if unknown is True:
        return Value(of=_LATER)
    if isinstance(known, dict) or isinstance(unknown, dict):
        some = known if isinstance(known, dict) else {}
        open_ = unknown if isinstance(unknown, dict) else {}
        of = {str(key): _merged(some.get(key), open_.get(key), depth + 1) for key in {**some, **open_}}
        return Value(of=None if known is None and all(one.of is None for one in of.values()) else of)
    if isinstance(known, list):
        left = unknown if isinstance(unknown, list) else []
        return Value(of=[_merged(one, left[at] if at < len(left) else None, depth + 1) for at, one in enumerate(known)])
    return valued(known)


def _written(plan: dict[str, Any]) -> Iterator[Resource]:
    """What stands in the files as a literal: whatever else a plan knows came from outside of them."""
    configuration = plan.get("configuration")
    if not isinstance(configuration, dict):
        return
    providers = configuration.get("provider_config")
    for name, one in providers.items() if isinstance(providers, dict) else ():
        if isinstance(one, dict):
            yield _literal("provider", f"provider.{name}", one.get("expressions"))
    open_ = [("", configuration.get("root_module"))]
    while open_:
        prefix, module = open_.pop()
        if not isinstance(module, dict):
            continue
        for one in _list(module.get("resources")):
            yield _literal(str(one.get("type", "")), f"{prefix}{one.get('address', '')}", one.get("expressions"))
        variables = module.get("variables")
        for name, one in variables.items() if isinstance(variables, dict) else ():
            if isinstance(one, dict) and "default" in one:
                body = valued({name: one["default"]})
                yield Resource(kind="written.variable", name=f"{prefix}var.{name}", body=body)
        calls = module.get("module_calls")
        for name, call in calls.items() if isinstance(calls, dict) else ():
            if isinstance(call, dict):
                yield _literal("module", f"{prefix}module.{name}", call.get("expressions"))
                open_.append((f"{prefix}module.{name}.", call.get("module")))


def _literal(kind: str, name: str, expressions: Any) -> Resource:
    return Resource(kind=f"written.{kind}", name=one_line(name), body=_expression(expressions, 0))


def _expression(said: Any, depth: int) -> Value:
    """An expression as the plan has it: a constant, references, or a block of expressions."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(said, dict):
        if "constant_value" in said:
            return valued(said["constant_value"])
        if "references" in said:
            return Value(of=Unknown(text=", ".join(map(str, _list(said["references"], str)[:1]))))
        return Value(of={str(name): _expression(one, depth + 1) for name, one in said.items()})
    if isinstance(said, list):
        return Value(of=[_expression(one, depth + 1) for one in said])
    return Value(of=None)


def _list(value: Any, kind: type[Any] = dict) -> list[Any]:
    return [one for one in value if isinstance(one, kind)] if isinstance(value, list) else []
