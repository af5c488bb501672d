"""An OpenAPI schema as JSON Schema 2020-12 for judging one given value, without a reference left in it.

Only what the value reaches is translated: the schema of a property when the value has that property, and so on down.
So the result is small and always ends, however a schema refers to itself; each subschema is translated once, for all
the parts of the value that come to it. What cannot be told is left out, and then the result says that it is not
complete. Sources: JSON Schema 2020-12, core and validation; OpenAPI 3.0.4 and 3.1.1, 4.8.24 (Schema Object).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema_rs
from msgspec import Struct

from sluicegate.openapi.document import Node
from sluicegate.openapi.keywords import BRANCHES, DIALECTS, RANGES, known_to, translated_3_0
from sluicegate.openapi.plain import Outline, outlined, refusal, takes, without
from sluicegate.openapi.references import DanglingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.references import Library, Place

MOST_SCHEMAS = 20_000
"""How many subschemas are translated for one value."""

_DEEPEST = 100
"""How many subschemas may stand inside each other in the result: the validator takes 255 levels of JSON, two each."""

_IN_PLACE = frozenset((*BRANCHES, "dependentSchemas"))
_REFERRING = ("$ref", "$dynamicRef")
_OF_OTHERS = frozenset(("additionalProperties", "unevaluatedProperties", "propertyNames"))
_BACKTRACKS = 100_000
_MOST_TOGETHER = 1_000


class Inlined(Struct, frozen=True, kw_only=True):
    """A JSON Schema without any `$ref`. Where it is not `complete`, something was left out and it proves nothing."""

    schema: dict[str, Any] | bool
    complete: bool


def inlined(
    library: Library,
    nodes: Sequence[Node],
    instance: Any,
    direction: Direction | None,
    *,
    closed: bool = False,
    formats: bool = True,
) -> Inlined:
    """The schema that a value must meet for all of `nodes` at once, as far as `instance` has to do with it.

    A property that does not travel in `direction` is not required. `closed` refuses the members of an object that no
    schema declares, on the outermost level only. Without `formats`, the result need not say of what format a text is.
    """
    work = _Work(library=library, direction=direction, formats=formats)
    schemas: list[dict[str, Any] | bool] = []
    try:
        for node in nodes:
            scope = _Scope(version=library.version_of(node.document), roots=tuple(nodes))
            schemas.append(_schema(work, node, [instance], scope))
    except RecursionError:
        return Inlined(schema=True, complete=False)
    schema = schemas[0] if len(schemas) == 1 else {"allOf": schemas} if schemas else True
    if closed and isinstance(instance, dict):
        schema = {"allOf": [schema], "unevaluatedProperties": False}
    return Inlined(schema=schema, complete=work.complete)


def accepts(
    library: Library, nodes: Sequence[Node], instance: Any, direction: Direction | None, *, closed: bool = False
) -> bool | None:
    """Whether the value meets all of `nodes`; None where that cannot be told."""
    found = inlined(library, nodes, instance, direction, closed=closed)
    if not found.complete:
        return None
    try:
        return bool(_validator(found.schema).is_valid(instance))
    except ValueError:  # deeper, or a number larger, than the validator goes
        return None


class _Work(Struct, kw_only=True):
    """What one translation has done so far."""

    library: Library
    direction: Direction | None
    formats: bool
    complete: bool = True
    schemas: int = 0

    def gives_up(self) -> bool:
        """Remember that something is left out; the value True may stand in its place."""
        self.complete = False
        return True

    def hidden(self, roots: tuple[Node, ...], version: str) -> frozenset[str]:
        """The properties declared by schemas that hold together which do not travel in this direction."""
        names: frozenset[str] = frozenset()
        for root in roots if self.direction else ():
            key = (id(root.value), root.document.path, self.direction, version)
            known = self.library.memo.get(key)
            if known is None:  # with the value, whose id is no other's for as long as it is kept
                known = self.library.memo[key] = (root.value, frozenset(self._hidden_in(root, version)))
            names |= known[1]
        return names

    def _hidden_in(self, root: Node, version: str) -> Iterator[str]:
        word = self.direction.hidden if self.direction else ""
        for node in _together(self.library, root, version):
            members = node.get("properties")
            for name, member in members.members().items() if members else ():
                if any(one.flag(word) for one in _together(self.library, member, version)):
                    yield name


class _Scope(NamedTuple):
    """Where the translation stands: the rules of which version hold, and which schemas hold for the same value."""

    version: str
    roots: tuple[Node, ...]
    active: frozenset[Place] = frozenset()
    depth: int = 0


def _together(library: Library, root: Node, version: str) -> Iterator[Node]:
    """The schema and all that hold whenever it does: what it refers to, and the members of its allOf."""
    waiting = [root]
    seen: set[Place] = set()
    while waiting and len(seen) < _MOST_TOGETHER:
        node = waiting.pop()
        place = (node.document.path, node.pointer)
        if place in seen or not isinstance(node.value, dict):
            continue
        seen.add(place)
        if isinstance(reference := node.value.get("$ref"), str):
            try:
                waiting.append(library.follow(node.document, reference))
            except DanglingError:
                continue
            if version == "3.0":
                continue
        yield node
        if arms := node.get("allOf"):
            waiting += arms.items()


def _schema(work: _Work, node: Node, instances: list[Any], scope: _Scope) -> dict[str, Any] | bool:
    work.schemas += 1
    if work.schemas > MOST_SCHEMAS or scope.depth > _DEEPEST:
        return work.gives_up()
    if isinstance(node.value, bool):
        return node.value
    place = (node.document.path, node.pointer)
    if not isinstance(node.value, dict) or place in scope.active:
        return work.gives_up()
    version = work.library.version_of(node.document, scope.version)
    scope = _Scope(version, scope.roots, scope.active | {place}, scope.depth + 1)
    referred = [_referred(work, node, word, instances, scope) for word in _REFERRING if word in node.value]
    if referred and (scope.version == "3.0" or len(node.value) == 1):
        return referred[0]
    outline = _outline(work.library, node, scope.version)
    value = outline.value
    if not known_to(scope.version, value) or not _is_2020_12(node):
        work.gives_up()
    if (refused := refusal(outline, instances, lambda: work.hidden(scope.roots, scope.version))) is not None:
        return refused
    built = _kept(work, outline, instances)
    together: list[dict[str, Any] | bool] = [*referred]
    if isinstance(value.get("format"), str) and (span := RANGES.get(value["format"])):
        together.append({"minimum": span[0], "maximum": span[1]})
    _required(work, built, instances, scope)
    _in_place(work, node, built, instances, scope)
    if together:
        built["allOf"] = together + built.get("allOf", [])
    if objects := [one for one in instances if isinstance(one, dict)]:
        _of_objects(work, node, built, objects, scope)
    if arrays := [one for one in instances if isinstance(one, list)]:
        _of_arrays(work, node, built, arrays, scope)
    return built


def _outline(library: Library, node: Node, version: str) -> Outline:
    """What a schema says of every value, worked out once: many values come to the same one."""
    key = (id(node.value), version)
    known: Outline | None = library.memo.get(key)
    if known is None:
        value = translated_3_0(node.value) if version == "3.0" else node.value
        known = library.memo[key] = outlined(node.value, value)
    return known


def _is_2020_12(node: Node) -> bool:
    """Whether a schema is of JSON Schema 2020-12, for all that it and its document say."""
    root = node.document.data
    default = root.get("jsonSchemaDialect") if isinstance(root, dict) else None
    return node.value.get("$schema", default or DIALECTS[0]) in DIALECTS


def _referred(work: _Work, node: Node, word: str, instances: list[Any], scope: _Scope) -> dict[str, Any] | bool:
    reference = node.value[word]
    if not isinstance(reference, str):
        return work.gives_up()
    try:
        if word == "$dynamicRef":
            target = work.library.follow_dynamic(node.document, reference)
        else:
            target = work.library.follow(node.document, reference)
        target, version = _unwrapped(work.library, target, scope.version)
        return _schema(work, target, instances, scope._replace(version=version))
    except DanglingError:
        return work.gives_up()


def _unwrapped(library: Library, node: Node, version: str) -> tuple[Node, str]:
    """What stands behind references that nothing counts beside, and the version of the last of their documents.

    So a long way of references is no deep schema.
    """
    seen: set[Place] = set()
    while isinstance(node.value, dict) and isinstance(reference := node.value.get("$ref"), str):
        version = library.version_of(node.document, version)
        place = (node.document.path, node.pointer)
        if (version != "3.0" and len(node.value) > 1) or place in seen:
            break
        seen.add(place)
        node = library.follow(node.document, reference)
    return node, version


def _kept(work: _Work, outline: Outline, instances: list[Any]) -> dict[str, Any]:
    """The keywords without subschemas; a pattern only where a text has to do with it, and the engine can tell."""
    if not outline.told:
        work.gives_up()
    built = dict(outline.kept)
    if "pattern" in built:
        texts = [one for one in instances if isinstance(one, str)]
        if texts and any(_matches(built["pattern"], one) is None for one in texts):
            work.gives_up()
            texts = []
        if not texts:
            del built["pattern"]
    return built


def _required(work: _Work, built: dict[str, Any], instances: list[Any], scope: _Scope) -> None:
    """Take the properties that do not travel this way from what must be there; one that is there anyway may stay."""
    asked = dict.fromkeys(built.get("required", ()))
    missing = any(name not in one for one in instances if isinstance(one, dict) for name in asked)
    if not (missing or len(asked) < len(built.get("required", ())) or "dependentRequired" in built):
        return
    hidden = work.hidden(scope.roots, scope.version)
    if "required" in built:
        built["required"] = without(built["required"], hidden)
    if "dependentRequired" in built:
        built["dependentRequired"] = {
            name: without(names, hidden) for name, names in built["dependentRequired"].items()
        }


def _in_place(work: _Work, node: Node, built: dict[str, Any], instances: list[Any], scope: _Scope) -> None:
    """The subschemas that look at the same value."""
    if _IN_PLACE.isdisjoint(node.value):
        return
    for word, listed in BRANCHES.items():
        branch = node.get(word)
        if branch is None or (word in ("then", "else") and "if" not in node.value) or not _is_known(word, scope):
            continue
        if not listed:
            built[word] = _schema(work, branch, instances, _beside(scope, branch))
        elif not isinstance(branch.value, list) or not branch.value:
            work.gives_up()
        elif word == "allOf":
            built[word] = [_schema(work, one, instances, scope) for one in branch.items()]
        else:
            built[word] = [_schema(work, one, instances, _beside(scope, one)) for one in branch.items()]
    dependent = node.get("dependentSchemas") if _is_known("dependentSchemas", scope) else None
    for name, branch in dependent.members().items() if dependent else ():
        having = [one for one in instances if isinstance(one, dict) and name in one]
        if having:
            schema = _schema(work, branch, having, _beside(scope, branch))
            built.setdefault("dependentSchemas", {})[name] = schema


def _of_objects(work: _Work, node: Node, built: dict[str, Any], objects: list[dict[str, Any]], scope: _Scope) -> None:
    names = dict.fromkeys(name for one in objects for name in one)
    reached: dict[str, dict[str, dict[str, Any] | bool]] = {"properties": {}, "patternProperties": {}}
    others = set(names)
    holder = node.get("properties")
    declared = holder.value if holder is not None and isinstance(holder.value, dict) else {}
    for name in names:
        if holder is not None and name in declared:
            others.discard(name)
            values = [one[name] for one in objects if name in one]
            if takes(declared[name], values, formats=work.formats):
                reached["properties"][name] = True
            else:
                member = Node(node.document, (*holder.pointer, name), declared[name])
                reached["properties"][name] = _below(work, member, values, scope)
    patterns = node.get("patternProperties") if _is_known("patternProperties", scope) else None
    for pattern, member in patterns.members().items() if patterns else ():
        told = {name: _matches(pattern, name) for name in names}
        if None in told.values():
            work.gives_up()
        elif matched := [name for name in names if told[name]]:
            others.difference_update(matched)
            values = [one[name] for one in objects for name in matched if name in one]
            reached["patternProperties"][pattern] = _below(work, member, values, scope)
    built.update({word: schemas for word, schemas in reached.items() if schemas})
    if _OF_OTHERS.isdisjoint(node.value):
        return
    for word, values in (
        ("additionalProperties", [one[name] for one in objects for name in one if name in others]),
        ("unevaluatedProperties", [value for one in objects for value in one.values()]),
        ("propertyNames", list(names)),
    ):
        schema = node.get(word)
        if schema is not None and values and _is_known(word, scope):
            built[word] = _below(work, schema, values, scope)


def _of_arrays(work: _Work, node: Node, built: dict[str, Any], arrays: list[list[Any]], scope: _Scope) -> None:
    first = node.get("prefixItems") if _is_known("prefixItems", scope) else None
    prefix = first.items() if first else []
    if first and not prefix:
        work.gives_up()
    longest = max(map(len, arrays))
    if reached := prefix[:longest]:
        built["prefixItems"] = [
            _below(work, member, [one[index] for one in arrays if index < len(one)], scope)
            for index, member in enumerate(reached)
        ]
    everything = [item for one in arrays for item in one]
    for word, values in (
        ("items", [item for one in arrays for item in one[len(prefix) :]]),
        ("contains", everything),
        ("unevaluatedItems", everything),
    ):
        schema = node.get(word)
        if schema is None or not _is_known(word, scope):
            continue
        if values:
            built[word] = _below(work, schema, values, scope)
        elif word == "contains":
            built[word] = True  # of no item at all: what must be told is their number


def _below(work: _Work, node: Node, instances: list[Any], scope: _Scope) -> dict[str, Any] | bool:
    """A subschema that looks at parts of the value: whatever holds for the whole has no say there."""
    return _schema(work, node, instances, _Scope(scope.version, (node,), frozenset(), scope.depth))


def _beside(scope: _Scope, branch: Node) -> _Scope:
    return scope._replace(roots=(*scope.roots, branch))


def _is_known(word: str, scope: _Scope) -> bool:
    return known_to(scope.version, (word,))


def _validator(schema: dict[str, Any] | bool) -> Any:
    return _built(json.dumps(schema))


@lru_cache(maxsize=64)  # many values are tried on one schema, and an expression may take a while to be made ready
def _built(schema: str) -> Any:
    return jsonschema_rs.Draft202012Validator(
        schema, validate_formats=True, pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS)
    )


@lru_cache(maxsize=4096)
def _matches(pattern: str, text: str) -> bool | None:
    """Whether a text matches; None where the pattern is none, or goes back and forth without an end."""
    try:
        error = next(iter(_validator({"pattern": pattern}).iter_errors(text)), None)
    except ValueError:
        return None
    if error is None:
        return True
    return False if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Pattern) else None
