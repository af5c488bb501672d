"""Paths that say the same, paths that one request matches, and the parameters of paths."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.contract.soundness.kinds import METHODS
from sluicegate.gates.contract.soundness.lint import Lint, code, steps
from sluicegate.gates.contract.soundness.survey import members
from sluicegate.openapi.operations import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.soundness.survey import Survey
    from sluicegate.openapi.document import Node

_NAMED = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?", re.ASCII)
_MOST_PAIRS = 200_000
"""How many pairs of paths are looked at; past that the rest is not, so that a made-up document ends."""


class _Path(Struct, frozen=True, kw_only=True):
    template: str
    node: Node
    layers: tuple[Node, ...]
    segments: tuple[str, ...]
    start: str
    """The first segment where it is fixed: most paths are told apart by it."""

    @property
    def methods(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for layer in reversed(self.layers):
            found.update((name, node) for name, node in layer.members().items() if name in METHODS)
            found.update(members(layer.get("additionalOperations")))
        return found


def same_paths(survey: Survey) -> Iterator[Lint]:
    """Two paths of one shape (OpenAPI 3.1.1, 4.8.8.1: they are identical, and must not exist)."""
    by_shape: dict[str, list[_Path]] = {}
    for path in _paths(survey):
        by_shape.setdefault(shape_of(path.template), []).append(path)
    for paths in by_shape.values():
        first, *others = sorted(paths, key=lambda path: path.template)
        for other in others:
            yield Lint(
                rule="duplicate-path", node=other.node, key=("paths", first.template, other.template), global_key=True,
                message=f"the paths {code(other.template)} and {code(first.template)} are one and the same: they "
                "differ only in the names of their parameters",
                advice="Put the operations of both under one path.",
            )  # fmt: skip


def ambiguous_paths(survey: Survey) -> Iterator[Lint]:
    """Two paths that one request matches, neither of which is the more concrete one, with a method in common."""
    by_length: dict[int, list[_Path]] = {}
    for path in _paths(survey):
        by_length.setdefault(len(path.segments), []).append(path)
    left = _MOST_PAIRS
    for paths in by_length.values():
        for one, other in combinations(sorted(paths, key=lambda path: path.template), 2):
            left -= 1
            if left < 0:
                survey.passed_over += 1
                return
            apart = one.start and other.start and one.start != other.start
            if apart or not _ambiguous(one.segments, other.segments):
                continue
            shared = [
                method
                for method in sorted(one.methods.keys() & other.methods.keys())
                if _takes(survey, one, other, method) and _takes(survey, other, one, method)
            ]
            if shared:
                yield Lint(
                    rule="ambiguous-path", node=other.node, key=("paths", one.template, other.template),
                    global_key=True,
                    message=f"a request of the method {shared[0].upper()} can match both {code(other.template)} and "
                    f"{code(one.template)}, and neither is the more concrete one",
                    advice="Change a fixed part of one path, so that no request matches both.",
                )  # fmt: skip


def path_parameters(survey: Survey) -> Iterator[Lint]:
    """Names in a path that no parameter declares, declared ones that the path does not have, names that come twice."""
    for path in _paths(survey):
        names = _NAMED.findall(path.template)
        yield from _twice(path, names)
        shared, sure = _declared(survey, *path.layers)
        yield from _unnamed(path, shared, names, "")
        missing: dict[str, list[str]] = {}
        methods = {method: node for method, node in path.methods.items() if isinstance(node.value, dict)}
        for method, node in methods.items():
            own, certain = _declared(survey, node)
            yield from _unnamed(path, own, names, method.upper() + " ")
            if sure and certain:
                for name in dict.fromkeys(names):
                    if name not in shared and name not in own:
                        missing.setdefault(name, []).append(method)
        for name, lacking in missing.items():
            everywhere = len(lacking) == len(methods)
            for method in lacking[:1] if everywhere else lacking:
                title = path.template if everywhere else f"{method.upper()} {path.template}"
                yield Lint(
                    rule="path-parameter-mismatch", node=path.node if everywhere else methods[method],
                    key=("undeclared", path.template, name, "" if everywhere else method), global_key=True,
                    message=f"{code(title)} has the parameter {code(name)}, and nothing declares it",
                    advice=f"Declare {code(name)} with `in: path` and `required: true`, for the path or the operation.",
                )  # fmt: skip


def duplicate_parameters(survey: Survey) -> Iterator[Lint]:
    """Two parameters of one place and name in one list."""
    for spot in survey.of("operation", "path item"):
        node = spot.node
        seen: set[tuple[str, str]] = set()
        for use, parameter in _listed(survey, node):
            where, name = parameter.text("in"), parameter.text("name")
            identity = (where, name.lower() if where == "header" else name)
            if name and identity in seen:
                yield Lint(
                    rule="duplicate-parameter", node=use, key=(*steps(node), *identity), global_key=True,
                    message=f"the {where} parameter {code(name)} is declared twice in one list",
                    advice="Keep one of the two declarations.",
                )  # fmt: skip
            seen.add(identity)


def _paths(survey: Survey) -> Iterator[_Path]:
    for template, node in members(survey.description.root.get("paths")).items():
        item = survey.resolve(node)
        if template.startswith("/") and item is not None:
            segments = tuple(_NAMED.sub("{}", template).split("/"))
            layers = (item,) if item is node else (node, item)  # what stands beside a reference counts as well
            start = "" if "{}" in segments[1] else segments[1]
            yield _Path(template=template, node=node, layers=layers, segments=segments, start=start)


def _ambiguous(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether some request matches both, each being the more concrete one in some segment."""
    better = worse = False
    for mine, yours in zip(one, other, strict=True):
        if mine == yours:
            continue
        if "{}" not in mine:
            if "{}" not in yours or not _fits(mine, yours):
                return False
            better = True
        elif "{}" not in yours:
            if not _fits(yours, mine):
                return False
            worse = True
        elif mine == "{}":
            worse = True
        elif yours == "{}":
            better = True
        else:
            return False  # two patterns, such as {a}.json and x-{b}: not told
    return better and worse


def _takes(survey: Survey, path: _Path, other: _Path, method: str) -> bool:
    """Whether the parameters of a path take the fixed segments that another path has in their place."""
    operation = survey.description.operations.get((shape_of(path.template), method.upper()))
    if operation is None:
        return True
    schemas = {
        parameter.name: survey.resolve(parameter.node.get("schema"))
        for (where, _), parameter in operation.parameters.items()
        if where == "path"
    }
    for segment, fixed in zip(path.template.split("/"), other.segments, strict=True):
        named = _NAMED.fullmatch(segment)
        schema = schemas.get(named[1]) if named and "{}" not in fixed else None
        if schema is not None and not _is_of(schema, fixed):
            return False
    return True


def _is_of(schema: Node, text: str) -> bool:
    """Whether a parameter with this schema may be this text in a path; seen by its type and enum alone."""
    kind, listed = schema.text("type"), schema.get("enum")
    if listed is not None and listed.value and all(isinstance(item.value, str) for item in listed.items()):
        return text in [item.value for item in listed.items()]
    if kind in ("integer", "number"):
        return _NUMBER.fullmatch(text) is not None
    return kind != "boolean" or text in ("true", "false")


def _fits(text: str, pattern: str) -> bool:
    """Whether a fixed segment is one of those that a segment with parameters stands for."""
    if pattern == "{}":
        return bool(text)
    first, *rest = pattern.split("{}")
    if not text.startswith(first):
        return False
    at = len(first)
    for part in rest[:-1]:
        found = text.find(part, at + 1)
        if found < 0:
            return False
        at = found + len(part)
    return text.endswith(rest[-1]) and len(text) - len(rest[-1]) > at


def _listed(survey: Survey, holder: Node) -> Iterator[tuple[Node, Node]]:
    listed = holder.get("parameters")
    for use in listed.items() if listed else []:
        parameter = survey.resolve(use)
        if parameter is not None and isinstance(parameter.value, dict):
            yield use, parameter


def _declared(survey: Survey, *holders: Node) -> tuple[dict[str, Node], bool]:
    """The path parameters of a path or an operation by name, and whether these are all of them."""
    names: dict[str, Node] = {}
    sure = True
    for holder in holders:
        listed = holder.get("parameters")
        found = list(_listed(survey, holder))
        names.update((parameter.text("name"), use) for use, parameter in found if parameter.text("in") == "path")
        sure = sure and len(found) == len(listed.items() if listed else [])
    return names, sure


def _unnamed(path: _Path, declared: dict[str, Node], names: list[str], method: str) -> Iterator[Lint]:
    for name, use in declared.items():
        if name and name not in names:
            yield Lint(
                rule="path-parameter-mismatch", node=use, key=("unnamed", method, path.template, name),
                global_key=True,
                message=f"the path parameter {code(name)} is declared, and {code(path.template)} does not have it",
                advice=f"Write `{{{name}}}` into the path, or declare the parameter where it belongs.",
            )  # fmt: skip


def _twice(path: _Path, names: list[str]) -> Iterator[Lint]:
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield Lint(
            rule="path-parameter-mismatch", node=path.node, key=("twice", path.template, name), global_key=True,
            message=f"the path {code(path.template)} has the parameter {code(name)} twice",
            advice="Give each parameter of the path a name of its own.",
        )  # fmt: skip
