"""Examples and defaults that their own schemas refuse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import msgspec
from msgspec import Struct, field

from sluicegate.gates.contract.soundness.lint import Lint, plain, steps
from sluicegate.gates.contract.soundness.survey import members
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.document import dotted
from sluicegate.openapi.inline import inlined
from sluicegate.openapi.plain import takes
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.soundness.survey import Spot, Survey
    from sluicegate.openapi.document import Node

_JSON = re.compile(r"(?:[\w.*-]+/)(?:[\w.-]+\+)?json\b.*|\*/\*", re.IGNORECASE | re.DOTALL)
_BOTH = (Direction.RESPONSE, Direction.REQUEST)
_SAID = 160


class _Judge(Struct, kw_only=True):
    """The verdicts so far, by schema and value: both are often shared."""

    survey: Survey
    known: dict[tuple[int, int, str], str | None] = field(default_factory=dict)

    def fault(self, schema: Node, value: Node, direction: Direction | None) -> str | None:
        """Why the schema refuses the value; None where it takes it, or where that cannot be told.

        What stands for both ways is refused when neither takes it.
        """
        if takes(schema.value, [value.value], formats=False):
            return None
        if isinstance(schema.value, dict) and len(schema.value) == 1:
            schema = self.survey.resolve(schema) or schema  # a reference alone: what it leads to is often shared
        key = (id(schema.value), id(value.value), direction or "")
        if key not in self.known or not isinstance(value.value, (dict, list)):
            first, *rest = (direction,) if direction else _BOTH
            fault = self._fault(schema, value.value, first)
            if any(fault is None or self._fault(schema, value.value, way) is None for way in rest):
                fault = None
            self.known[key] = fault
        return self.known[key]

    def _fault(self, schema: Node, value: Any, direction: Direction) -> str | None:
        """The most telling error. A `format` is not asserted: it describes a text, and refuses none."""
        found = inlined(self.survey.library, [schema], value, direction, formats=False)
        if not found.complete:
            return None
        try:
            validator = jsonschema_rs.Draft202012Validator(found.schema)
            errors = [] if validator.is_valid(value) else list(validator.iter_errors(value))
        except ValueError:  # deeper, or a number larger, than the validator goes
            return None
        if not errors:
            return None
        first = min(errors, key=lambda error: len(error.instance_path))
        path = dotted(tuple(first.instance_path)) + ": " if first.instance_path else ""
        said = one_line(str(first.message))
        return path + (said if len(said) <= _SAID else f"{said[: _SAID // 3]}…{said[-_SAID // 2 :]}")


def examples(survey: Survey) -> Iterator[Lint]:
    """The examples of media types, parameters, headers and schemas."""
    judge = _Judge(survey=survey)
    told: set[tuple[int, int]] = set()
    for spot in survey.of("media type", "parameter", "header", "schema"):
        if "example" not in spot.value and "examples" not in spot.value:
            continue
        node = spot.node
        schema = node if spot.kind == "schema" else node.get("schema")
        if schema is None:
            continue
        for at, value in _given(survey, spot, node):
            if not survey.asks(spot.value, value.value) or not _is_value(spot, value.value):
                continue
            fault = judge.fault(schema, value, spot.direction)
            if fault is None:
                continue
            target = survey.resolve(schema) or schema
            shared = at.pointer != value.pointer[: len(at.pointer)] and schema.text("$ref") != ""
            if shared and (id(target.value), id(value.value)) in told:
                continue
            told.add((id(target.value), id(value.value)))
            key = (*steps(value), *steps(target)) if shared else _key(spot, node, at, value)
            yield Lint(
                rule="example-mismatch", node=value, key=key, global_key=True,
                message=f"the example is refused by its schema: {fault}",
                advice="Correct the example, or the schema if it is the example that is right.",
            )  # fmt: skip


def defaults(survey: Survey) -> Iterator[Lint]:
    """The defaults of schemas."""
    judge = _Judge(survey=survey)
    for spot in survey.schemas("default"):
        if not survey.asks(spot.value):
            continue
        node = spot.node
        value = node.get("default") or node
        fault = judge.fault(node, value, spot.direction)
        if fault is not None:
            yield Lint(
                rule="default-mismatch", node=value,
                message=f"the default is refused by its own schema: {fault}",
                advice="Correct the default, or the schema: clients and servers fill the default in as it stands.",
            )  # fmt: skip


def _key(spot: Spot, node: Node, at: Node, value: Node) -> tuple[str, ...]:
    if spot.kind == "schema" and at.pointer[-1] != "example":
        return (*steps(node), "examples", shorten(plain(value.value), 200))
    return tuple(steps(at))


def _given(survey: Survey, spot: Spot, node: Node) -> Iterator[tuple[Node, Node]]:
    """The examples of an object: where each is named, and the value."""
    if one := node.get("example"):
        yield one, one
    listed = node.get("examples")
    if listed is not None and spot.kind == "schema":
        yield from ((item, item) for item in listed.items() if not survey.is_3_0(node.document))
    else:
        for named in members(listed).values():
            example = survey.resolve(named)
            value = (example.get("value") or example.get("dataValue")) if example else None
            if value is not None:
                yield named, value


def _is_value(spot: Spot, value: Any) -> bool:
    """Whether an example is the value itself, and not a text for its bytes or a note of where it stands."""
    if isinstance(value, str):
        return spot.kind != "media type" or _JSON.match(str(spot.key[-1])) is not None
    return b'"$ref"' not in msgspec.json.encode(value)  # many tools follow it, unasked
