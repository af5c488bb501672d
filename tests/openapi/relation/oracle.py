"""Judges single values by both sides, and walks a whole pair; the conversion here knows nothing of the one in use."""

from __future__ import annotations

import json
import random

import jsonschema_rs
from made_up import NAMED, NAMES, VALUES, mapped
from memory import MemoryTree

from sluicegate.openapi.direction import Direction
from sluicegate.openapi.document import Node
from sluicegate.openapi.inline import accepts
from sluicegate.openapi.references import Library
from sluicegate.openapi.relation import Difference, Effect, Into, Relation, Side
from sluicegate.openapi.relation.same import Sameness

LOSSES = (Effect.NARROWED, Effect.INCOMPARABLE, Effect.UNKNOWN)


def side(dialect, schema, components, **more):
    """A description with one schema beside its components, and the place of that schema."""
    files = {"openapi.json": {"openapi": f"{dialect}.0", "components": {"schemas": {**components, "It": schema}}}}
    tree = MemoryTree({name: json.dumps(text) for name, text in {**files, **more}.items()})
    library = Library(tree=tree)
    document = library.open("openapi.json")
    return Side(library=library), document


def it(document):
    return Node(document, ("components", "schemas", "It"), document.data["components"]["schemas"]["It"])


def relation(dialect, olds, news, old, new):
    """The relation of two schemas with their components, and both places."""
    (base, before), (head, after) = side(dialect, old, olds), side(dialect, new, news)
    return Relation(base, head, Sameness(base.library, head.library)), it(before), it(after)


def walk(one, old, new, direction=Direction.REQUEST):
    """Every difference of a pair and of all pairs further in, with the schemas that differ and the way in."""
    seen, waiting, told = set(), [((old,), (new,), ())], []
    while waiting:
        olds, news, way = waiting.pop()
        key = tuple((node.document.path, node.pointer) for node in (*olds, None or olds[0], *news))
        if key in seen:
            continue
        seen.add(key)
        for step in one.steps(olds, news, direction):
            if isinstance(step, Into):
                waiting.append((step.base, step.head, (*way, *step.part)))
            else:
                told.append((step, olds, news, way))
    return told


def lossy(difference: Difference):
    return difference.effect in LOSSES or (
        difference.keyword == "property" and difference.now in ("refused", "required")
    )


def judged(side, node, value, direction=Direction.REQUEST):
    return accepts(side.library, (node,), value, direction)


def unions(schema):
    """The same with every oneOf read as the union that people mean."""

    def read(one):
        if "oneOf" not in one:
            return one
        arms = one.pop("oneOf")
        return {**one, "allOf": [*one.get("allOf", []), {"anyOf": arms}]}

    return mapped(schema, read)


def passed_over(pair, *, untyped=False):
    """A value that was accepted and is refused, though no step of the whole walk tells of a loss; else None.

    Of alternatives that leave out types, what two take is refused: there the base must accept it as it stands, too.
    """
    one, base, head = relation(*pair)
    told = walk(one, base, head)
    if any(lossy(step) for step, *_ in told):
        return None
    dialect, olds, news, old, new = pair
    read = [{name: unions(part) for name, part in parts.items()} for parts in (olds, news)]
    plain, before, after = relation(dialect, *read, unions(old), unions(new))
    others = {step.parts[0] for step, *_ in told if step.keyword == "property"}  # undeclared: no part of the contract
    others |= {name for part in pair[1:] for name in hidden(part)}
    for value in (*samples(old, olds), *samples(new, news)):
        if not keys(value) & others:
            kept = judged(plain.base, before, value), judged(plain.head, after, value)
            if kept == (True, False) and (not untyped or judged(one.base, base, value)):
                return value, [(step.keyword, step.effect, step.parts, way) for step, _, _, way in told]
    return None


def samples(schema, components, most=40):
    """Small values that have something to do with a schema, the same ones each time."""
    chance = random.Random(json.dumps(schema))  # noqa: S311 - no secret
    seen = {}
    for _ in range(most):
        value = _sample(schema, components, chance, 0)
        seen.setdefault(repr(value), value)
    for value in VALUES:
        seen.setdefault(repr(value), value)
    return list(seen.values())


def _sample(schema, components, chance, depth):
    if not isinstance(schema, dict) or depth > 6:
        return chance.choice(VALUES)
    if "$ref" in schema:
        return _sample(components[schema["$ref"].rpartition("/")[2]], components, chance, depth + 1)
    options = [schema[word] for word in ("enum",) if word in schema] + [
        [schema["const"]] for _ in "x" if "const" in schema
    ]
    if options and chance.random() < 0.8:
        return chance.choice(options[0])
    arms = [one for word in ("allOf", "anyOf", "oneOf") for one in schema.get(word, ())]
    arms += [schema[word] for word in ("then", "else", "if", "not") if word in schema]
    if arms and chance.random() < (0.3 if "type" in schema else 0.9):
        arm = chance.choice(arms)
        if isinstance(arm, dict) and "properties" in schema and "$ref" not in arm:
            arm = {**arm, "properties": {**schema["properties"], **arm.get("properties", {})}}
        return _sample(arm, components, chance, depth + 1)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    kind = chance.choice([*kinds, "null"] if schema.get("nullable") else kinds or ["any"])
    if kind == "object":
        declared = schema.get("properties", {})
        names = [*declared, *schema.get("required", ()), "d", "x1", *NAMES]
        chosen = {name for name in names if chance.random() < (0.6 if name in declared else 0.25)}
        chosen |= set(schema.get("required", ())) if chance.random() < 0.7 else set()
        return {name: _sample(_member(schema, name), components, chance, depth + 1) for name in sorted(chosen)}
    if kind == "array":
        size = chance.choice([0, 1, 1, 2, 2, 3, 4])
        prefix = schema.get("prefixItems", [])
        rest = [schema[word] for word in ("items", "contains", "unevaluatedItems") if word in schema] or [{}]
        return [
            _sample(prefix[index] if index < len(prefix) else chance.choice(rest), components, chance, depth + 1)
            for index in range(size)
        ]
    if kind == "string":
        return chance.choice(["", "a", "ab", "abc", "abcd", "b", "x1", "12", "1234", "2026-01-01", "192.0.2.1",
                              "a@example.com", "123e4567-e89b-42d3-a456-426614174000", "xb", "é"])  # fmt: skip
    if kind in ("integer", "number"):
        return chance.choice([-2, -1, 0, 1, 2, 3, 4, 6, 7, *([0.5, 1.5, 2.5, 0.25] if kind == "number" else [])])
    return {"null": None, "boolean": chance.random() < 0.5}.get(kind, chance.choice(VALUES))


def _member(schema, name):
    declared = schema.get("properties", {})
    if name in declared:
        return declared[name]
    options = [*schema.get("patternProperties", {}).values()]
    options += [schema[word] for word in ("additionalProperties", "unevaluatedProperties") if word in schema]
    return options[0] if options else {}


def loses(one, olds, news, components):
    """Whether some value of many is accepted by the first schemas and refused by the others."""
    values = [value for nodes, named in ((olds, components[0]), (news, components[1])) for node in nodes
              for value in samples(node.value, named)]  # fmt: skip
    return any(
        accepts(one.head.library, news, value, Direction.REQUEST) is False
        and accepts(one.base.library, olds, value, Direction.REQUEST) is True
        for value in values
    )


def keys(value):
    """The names of all members, however far in."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def validator(dialect, components, values, *, closed=False):
    """A validator of plain JSON Schema for schemas that all hold at once: written for these tests alone."""
    translate = _of_3_0 if dialect == "3.0" else _of_3_1
    schema = {
        "allOf": [translate(value) for value in values],
        "components": {"schemas": {name: translate(one) for name, one in components.items()}},
    }
    if closed:
        schema["unevaluatedProperties"] = False
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid


def _of_3_1(schema):
    return schema


def _of_3_0(schema):
    if isinstance(schema, list):
        return [_of_3_0(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    made = {}
    for word, value in schema.items():
        if word in NAMED:
            made[word] = {name: _of_3_0(one) for name, one in value.items()}
        else:
            made[word] = value if word in ("enum", "required") else _of_3_0(value)
    if made.pop("nullable", False):
        made["type"] = [made["type"], "null"]
    for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if made.pop(word, False):
            made[word] = made.pop(bound)
    return made


def hidden(value):
    """The names of properties that do not travel both ways."""
    if isinstance(value, list):
        return set().union(*map(hidden, value))
    if not isinstance(value, dict):
        return set()
    told = {name for name, one in value.items() if isinstance(one, dict) and {"readOnly", "writeOnly"} & one.keys()}
    return told.union(*map(hidden, value.values()))


def hides(schema):
    """Whether something in a schema does not travel both ways."""
    text = json.dumps(schema)
    return "readOnly" in text or "writeOnly" in text
