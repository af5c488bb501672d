"""Schemas made up by chance: of both dialects, with every keyword, and edited at some place.

What the relation reads otherwise than JSON Schema on purpose is not made up here: `nullable` stands beside a type, and
an `enum` beside `nullable` lists null. All keywords stand beside a type, but for `untyped` pairs.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st

NAMES = ("a", "b", "c")
COMPONENTS = ("A", "B", "R")
VALUES = (None, True, False, 0, 1, 2, 3, -1, 0.5, 1.5, "", "a", "ab", "abc", "x1", "12", [], [1], {}, {"a": 1})
PATTERNS = ("^a", "b$", "^[a-c]+$", "^[0-9]{1,3}$", "", "^(a|x)", "^x\\d", "^(a|ab|12)$", "^a$|^x1$")
FORMATS = ("date", "uuid", "ipv4", "email", "password")
KINDS = ("string", "integer", "number", "boolean", "array", "object", "null")
DATA = ("enum", "const", "required", "dependentRequired", "default", "type")
NAMED = ("properties", "patternProperties", "dependentSchemas")
PER_KIND = {
    "string": ("minLength", "maxLength", "pattern", "format", "enum"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum"),
    "array": ("items", "minItems", "maxItems", "uniqueItems", "prefixItems", "contains", "unevaluatedItems"),
    "object": (
        "properties", "required", "additionalProperties", "minProperties", "maxProperties", "patternProperties",
        "propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties",
    ),
}  # fmt: skip
_NOT_3_0 = frozenset((
    "prefixItems", "contains", "unevaluatedItems", "patternProperties", "propertyNames", "dependentRequired",
    "dependentSchemas", "unevaluatedProperties",
))  # fmt: skip


class Pair(NamedTuple):
    """Two schemas, each with the components beside it."""

    dialect: str
    olds: dict[str, Any]
    news: dict[str, Any]
    old: Any
    new: Any


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


@dataclass
class Chance:
    """Makes schemas of one dialect; the same ones for the same seed."""

    dialect: str
    by: Random
    references: bool = True

    def schema(self, depth=2):
        by = self.by
        if depth <= 0 or by.random() < 0.1:
            return self.leaf()
        return self.typed(depth) if by.random() < 0.6 else self.combined(depth)

    def leaf(self):
        by = self.by
        roll = by.random()
        if roll < 0.15:
            return {}
        if self.references and roll < 0.4:
            return ref(by.choice(COMPONENTS))
        if self.dialect != "3.0" and roll < 0.55:
            values = by.sample(VALUES, by.randint(1, 3))
            return {"enum": values} if by.random() < 0.6 else {"const": values[0]}
        return self.typed(0)

    def typed(self, depth):
        by = self.by
        kind = by.choice(KINDS[:-1] if self.dialect == "3.0" else KINDS)
        made = {"type": kind, **self.keywords(kind, depth)}
        if by.random() < 0.2:
            if self.dialect != "3.0":
                other = by.choice([it for it in KINDS if it != kind])
                made["type"] = [kind, other]
                if "enum" not in made:
                    made |= self.keywords(other, depth)
            else:
                made["nullable"] = True
                if "enum" in made:
                    made["enum"] = [*made["enum"], None]
        return made

    def combined(self, depth):
        by = self.by
        word = by.choice(["allOf", "anyOf", "oneOf", "not", "if", "beside", "beside"])
        if word in ("allOf", "anyOf", "oneOf"):
            return {word: [self.schema(depth - 1) for _ in range(by.randint(1, 3))]}
        if word == "not":
            return {**self.typed(depth - 1), "not": self.refused(depth - 1)}
        if word == "if" and self.dialect != "3.0":
            made = {"type": "object", **self.keywords("object", depth)}
            made["if"] = {"type": "object", "properties": {"a": {"enum": ["a"]}}, "required": ["a"]}
            if by.random() < 0.4:
                made["if"] = self.schema(depth - 1)
            elif by.random() < 0.3:
                return {**made, "if": {"required": [by.choice("ab")]}, "then": {"required": [by.choice("bc")]}}
            for other in by.choice([("then",), ("else",), ("then", "else")]):
                needs = {"type": "object", "required": [by.choice("bc")]}
                made[other] = needs if by.random() < 0.5 else self.schema(depth - 1)
            return made
        word = by.choice(["allOf", "anyOf", "oneOf"])
        return {**self.typed(depth), word: [self.schema(depth - 1) for _ in range(by.randint(1, 2))]}

    def refused(self, depth):
        """What is excluded: a schema, what it excludes itself, or that several times beside a type."""
        by = self.by
        inner, roll = self.schema(depth), by.random()
        if roll < 0.6:
            return inner
        exclusions = [{"not": inner} for _ in range(by.randint(1, 2))]
        if roll < 0.8:
            return exclusions[0] if len(exclusions) == 1 else {"allOf": exclusions}
        return {"allOf": [*exclusions, {"type": by.choice(KINDS[:-1])}]}

    def keywords(self, kind, depth):
        """Some keywords of a type."""
        by = self.by
        words = PER_KIND.get("number" if kind == "integer" else kind, ())
        words = [it for it in words if self.dialect != "3.0" or it not in _NOT_3_0]
        made = {word: self.said(word, kind, depth) for word in words if by.random() < 2.0 / len(words)}
        return self.settled(made, kind)

    def settled(self, made, kind):
        """The keywords with what must stand beside them."""
        for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if self.dialect == "3.0" and bound not in made:
                made.pop(word, None)
        if kind == "array" and self.dialect == "3.0":
            made.setdefault("items", {})
        if "contains" in made and self.by.random() < 0.4:
            made[self.by.choice(["minContains", "maxContains"])] = self.by.randint(0, 3)
        return made

    def said(self, word, kind, depth):
        """What a keyword says."""
        by = self.by
        if word in ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"):
            return by.randint(0, 3)
        if word == "enum":
            listed = ["", "a", "ab", "abc", "x1", "12"] if kind == "string" else [-1, 0, 1, 2, 3, 1.5]
            return by.sample(listed, by.randint(1, 3))
        if word in ("exclusiveMinimum", "exclusiveMaximum") and self.dialect == "3.0":
            return True
        if word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            return by.choice([-1, 0, 1, 2, 3, 1.5])
        simple = {
            "pattern": PATTERNS, "format": FORMATS, "multipleOf": (1, 2, 3, 6, 0.5, 1.5), "uniqueItems": (True, False),
            "propertyNames": ({"pattern": "^[a-c]"}, {"maxLength": 1}, {"enum": ["a", "b"]}, True),
        }  # fmt: skip
        if word in simple:
            return by.choice(simple[word])
        if word in ("additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems") and by.random() < 0.5:
            return {} if word == "items" and self.dialect == "3.0" else by.random() < 0.3
        if word == "required":
            return by.sample([*NAMES, "d"], by.randint(0, 2))
        if word == "prefixItems":
            return [self.schema(depth - 1) for _ in range(by.randint(1, 2))]
        if word == "dependentRequired":
            return {by.choice(NAMES): by.sample([*NAMES, "d"], by.randint(1, 2))}
        if word in NAMED:
            names = by.sample(NAMES if word != "patternProperties" else ["^x", "^a", "b|c", ".*"], by.randint(1, 2))
            members = {name: self.schema(depth - 1) for name in names}
            if word == "properties" and by.random() < 0.1 and "$ref" not in members[names[0]]:
                members[names[0]] = {**members[names[0]], by.choice(["readOnly", "writeOnly"]): True}
            return members
        return self.schema(depth - 1)

    def components(self):
        """Three components; the last contains itself."""
        plain = Chance(self.dialect, self.by, references=False)
        properties = {"a": plain.schema(1), "b": ref("R"), "c": ref("B")}
        return {
            "A": plain.schema(1),
            "B": plain.schema(1),
            "R": {"type": "object", "properties": properties, "required": ["a"]},
        }

    def edited(self, schema):
        """The schema with one thing changed."""
        by = self.by
        at = by.choice(list(places(schema)) or [()])
        old = found(schema, at)
        if not isinstance(old, dict) or "$ref" in old or by.random() < 0.25:
            return put(schema, at, self.schema(1))
        new = dict(old)
        fixed = ("type", "if", "then", "else", "nullable", "items", "contains", "minContains", "maxContains")
        droppable = [word for word in new if word not in fixed]
        if droppable and by.random() < 0.5:
            new.pop(by.choice(droppable))
        kinds = [new["type"]] if isinstance(new.get("type"), str) else new.get("type", [])
        for kind in kinds:
            if "nullable" not in new:
                new |= {word: value for word, value in self.keywords(kind, 1).items() if by.random() < 0.6}
        for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if self.dialect == "3.0" and bound not in new:
                new.pop(word, None)
        if "contains" not in new:
            new.pop("minContains", None)
            new.pop("maxContains", None)
        return put(schema, at, new)


def pair_of(seed):
    """The pair of a seed: mostly the same schema, edited at one place."""
    by = Random(seed)  # noqa: S311 - no secret
    chance = Chance(by.choice(["3.0", "3.1", "3.1"]), by)
    old, olds = chance.schema(), chance.components()
    roll = by.random()
    if roll < 0.6:
        return Pair(chance.dialect, olds, olds, old, chance.edited(old))
    if roll < 0.8:
        name = by.choice(COMPONENTS)
        new = chance.edited(olds[name])
        while "$ref" in new:  # to itself, it may be
            new = chance.edited(olds[name])
        return Pair(chance.dialect, olds, {**olds, name: new}, old, old)
    return Pair(chance.dialect, olds, olds, old, chance.schema())


pairs = st.integers(0, 2**40).map(pair_of)
"""Pairs of schemas; hypothesis chooses the seeds alone, since what it would shrink takes longer than what it finds."""


def untyped_pair_of(seed):
    """The pair of a seed with types left out, on one side more often than on the other."""
    pair, by = pair_of(seed), Random(seed)  # noqa: S311 - no secret
    shares = by.choice([(0, 0.5), (0.5, 0), (0.3, 0.3), (1, 1), (1, 0.5), (0.5, 1)])

    def left_out(schema, share):
        def change(one):
            stays = "nullable" in one or by.random() >= share
            return one if stays else {word: said for word, said in one.items() if word != "type"}

        return mapped(schema, change)

    olds, news = (
        {name: left_out(one, share) for name, one in parts.items()}
        for parts, share in zip((pair.olds, pair.news), shares, strict=True)
    )
    if pair.olds == pair.news:
        news = olds
    return pair._replace(olds=olds, news=news, old=left_out(pair.old, shares[0]), new=left_out(pair.new, shares[1]))


untyped = st.integers(0, 2**40).map(untyped_pair_of)
"""Pairs in which types are left out."""


def places(schema, at=()):
    """The ways to every schema object inside."""
    if not isinstance(schema, dict):
        return
    yield at
    for word, value in schema.items():
        if word in DATA:
            continue
        if word in NAMED:
            for name, member in value.items():
                yield from places(member, (*at, word, name))
        elif isinstance(value, list):
            for index, member in enumerate(value):
                yield from places(member, (*at, word, index))
        else:
            yield from places(value, (*at, word))


def put(schema, at, new):
    """The schema with another one at a place."""
    if not at:
        return new
    schema = copy.deepcopy(schema)
    holder = schema
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = new
    return schema


def found(schema, at):
    for step in at:
        schema = schema[step]
    return schema


def mapped(schema, change):
    """The schema with every schema object inside changed, the innermost first."""
    if isinstance(schema, list):
        return [mapped(one, change) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {}
    for word, value in schema.items():
        if word in NAMED:
            made[word] = {name: mapped(one, change) for name, one in value.items()}
        else:
            made[word] = value if word in DATA else mapped(value, change)
    return change(made)


def described(schema):
    """The same with a description at every schema, so that nothing reads the same any more."""
    return mapped(schema, lambda one: {**one, "description": "x"})
