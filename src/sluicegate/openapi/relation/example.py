"""A small value that a schema allows, made to measure: of a type, of a length, with or without a property."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.bounds import count_bound, multiples, number_bound
from sluicegate.openapi.relation.obeying import obeys
from sluicegate.openapi.relation.regexes import matches, matching
from sluicegate.openapi.relation.shape import class_of, key_of
from sluicegate.openapi.relation.steps import Want
from sluicegate.openapi.relation.texts import SAMPLE_TEXTS, samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.shape import Arm

_DEEP = 12
_LONGEST = 5_000
_MOST_MEMBERS = 200
_CLASSES = ("string", "number", "boolean", "object", "array", "null")
_SMALLEST = ("string", "number", "boolean", "null", "array", "object")
_OTHER = "anotherValue"


class Maker(Struct, frozen=True):
    """Makes values of one side's schemas, as they travel in a direction; `written`: of types too that are left out."""

    side: Side
    direction: Direction
    written: bool = False

    def tries(self, nodes: Sequence[Node], want: Want) -> Iterator[Any]:
        """Values that answer a want, best first; what they are worth is for a validator to say."""
        if want.kind == "value":
            yield want.what
        arms = (self.side.written(nodes) if self.written else self.side.shape(nodes)).arms
        if want.kind == "arm":
            arms = arms[want.what[0] : want.what[0] + 1]
        for arm in arms[:20]:
            yield from islice(self._wanted(arm, want), 12)

    def of(self, arm: Arm, want: Want | None = None) -> Iterator[Any]:
        """Values of one arm, those first that answer a want."""
        if want is not None and want.kind == "value":
            yield want.what
        elif want is not None and want.kind != "arm":
            yield from self._wanted(arm, want)
        yield from self._wanted(arm, Want(kind="arm", what=(0, tuple(arm.properties))))

    def some(self, nodes: Sequence[Node], depth: int) -> Iterator[Any]:
        """Values that all of some schemas allow, as far as can be told; bounded in depth."""
        if depth > _DEEP:
            return
        if not nodes:
            yield "any"
            return
        try:
            arms = self.side.shape(nodes).arms
        except DanglingError:
            return
        for arm in arms[:20]:
            for kind in _SMALLEST if depth else _CLASSES:
                if any(class_of(one) == kind for one in arm.types):
                    yield from islice(self._of(arm, kind, depth), 6)

    def _wanted(self, arm: Arm, want: Want) -> Iterator[Any]:
        what = want.what
        if want.kind == "type":
            if what in arm.types:
                yield from (it for it in self._of(arm, class_of(what), 0) if what != "number" or it != int(it))
                if what == "number":
                    yield 0.5
        elif want.kind == "length":
            yield from self._texts(arm, what)
        elif want.kind == "number":
            yield what
            yield from (int(step * turn) for step, turn in _near(arm, what))
        elif want.kind == "matching":
            yield from matching(what)
        elif want.kind == "other":
            kind, listed = what
            known = {key_of(value) for value in listed}
            yield from (it for it in self._of(arm, kind, 0) if key_of(it) not in known)
            yield from {"string": (_OTHER,), "number": (987654,)}.get(kind, ())
        elif want.kind == "arm":
            for kind in _CLASSES:
                yield from self._of(arm, kind, 0)
            if "object" in arm.types:
                for name in want.what[1][:8]:
                    yield from islice(self._objects(arm, 0, Want(kind="with", what=name)), 1)
        elif "array" in arm.types and want.kind in ("count", "items", "twice"):
            yield from self._arrays(arm, 0, want)
        elif "object" in arm.types:
            yield from self._objects(arm, 0, want)

    def _of(self, arm: Arm, kind: str, depth: int) -> Iterator[Any]:
        if not any(class_of(one) == kind for one in arm.types):
            return
        if kind in arm.values:
            yield from arm.values[kind].values()
        elif kind == "string":
            yield from self._texts(arm, None)
        elif kind == "number":
            yield from _numbers(arm)
        elif kind == "array":
            yield from self._arrays(arm, depth, None)
        elif kind == "object":
            yield from self._objects(arm, depth, None)
        else:
            yield from ((None,) if kind == "null" else (True, False))

    def _texts(self, arm: Arm, length: int | None) -> Iterator[str]:
        if "string" not in arm.types:
            return
        if "string" in arm.values:
            yield from (text for text in arm.values["string"].values() if length is None or len(text) == length)
            return
        told = [text for node in arm.stated.get("format", []) for text in samples(str(node.value))]
        told += [text for node in arm.stated.get("pattern", []) for text in matching(str(node.value))]
        texts = [text for text in told if isinstance(text, str)]
        yield from texts
        if length is not None and length <= _LONGEST:
            yield from (text + text[-1:] * (length - len(text)) for text in texts if text and len(text) < length)
        low, high = count_bound(arm, "minLength"), count_bound(arm, "maxLength")
        size = length if length is not None else low.value if low else min(6, high.value) if high else 6
        if size <= _LONGEST:
            yield "abcdefgh"[: int(size)] if size <= 8 else "a" * int(size)  # noqa: PLR2004
            yield "1" * int(size)
        if length is None:
            yield from (text for text in SAMPLE_TEXTS if obeys(arm, text))

    def _arrays(self, arm: Arm, depth: int, want: Want | None) -> Iterator[list[Any]]:
        low = count_bound(arm, "minItems")
        count = low.value if low else 0
        if want is not None and want.kind == "count":
            count = want.what
        if want is None and not arm.stated.get("contains"):
            count = max(count, 0)
        if count > _MOST_MEMBERS:
            return
        unique = any(node.value is True for node in arm.stated.get("uniqueItems", []))
        made = self._items(arm, max(count, len(arm.prefix)), depth, unique=unique)
        if want is not None and want.kind == "items":
            yield [*(made or []), want.what]
            for size in range(len(arm.prefix) + 1):
                yield [*(self._items(arm, size, depth, unique=unique) or []), want.what]
        elif want is not None and want.kind == "twice":
            for one in islice(self.some(arm.element(0), depth + 1), 3):
                yield [one] * max(want.what, count)
        else:
            short = self._items(arm, count, depth, unique=unique)
            if short is not None:
                yield short
            if made is not None and len(made) > count:
                yield made
            for holder in arm.stated.get("contains", []):
                inner = holder.get("contains")
                found: Iterator[Any] = islice(self.some([inner], depth + 1), 3) if inner else iter(())
                yield from ([one] * max(1, count) for one in found)

    def _items(self, arm: Arm, count: int, depth: int, *, unique: bool) -> list[Any] | None:
        made: list[Any] = []
        seen: set[str] = set()
        for index in range(count):
            nodes = arm.element(index)
            options: Iterator[Any] = self.some(nodes, depth + 1) if nodes else iter((f"item {index}",))
            for one in islice(options, 40):
                if not unique or key_of(one) not in seen:
                    seen.add(key_of(one))
                    made.append(one)
                    break
            else:
                return None
        return made

    def _objects(self, arm: Arm, depth: int, want: Want | None) -> Iterator[dict[str, Any]]:
        kind: str = want.kind if want else ""
        what: Any = want.what if want else None
        names = [name for name in arm.required if not self._hidden(arm, name)]
        if kind == "with":
            names.append(what)
        elif kind == "only":
            names.append(what[0])
        made: dict[str, Any] = {}
        for name in dict.fromkeys(names):
            if kind == "without" and name == what:
                continue
            value = self._member(arm, name, depth)
            if value is None:
                return
            made[name] = value[0]
        low = count_bound(arm, "minProperties")
        wanted = what if kind == "size" else low.value if low else 0
        for name in (*arm.properties, *(f"member{number}" for number in range(_MOST_MEMBERS))):
            if len(made) >= wanted:
                break
            skipped = (kind == "without" and name == what) or (kind == "only" and name == what[1])
            if name in made or skipped or self._hidden(arm, name):
                continue
            value = self._member(arm, name, depth)
            if value is not None:
                made[name] = value[0]
        if kind == "members":
            yield {**made, _OTHER: what}
            for regex in arm.patterned:
                yield from ({**made, name: what} for name in islice(matching(regex), 2))
        else:
            yield made
        if kind == "with":
            for other in islice(self.some(self._schemas(arm, what), depth + 1), 4):
                yield {**made, what: other}

    def _hidden(self, arm: Arm, name: str) -> bool:
        nodes = arm.properties.get(name)
        return bool(nodes) and self.side.flagged(nodes or [], self.direction.hidden)

    def _schemas(self, arm: Arm, name: str) -> list[Node]:
        patterned = [node for regex, nodes in arm.patterned.items() if matches(regex, name) for node in nodes]
        return [*arm.properties.get(name, []), *patterned, *([] if patterned else arm.beyond(name))]

    def _member(self, arm: Arm, name: str, depth: int) -> tuple[Any] | None:
        nodes = self._schemas(arm, name)
        if not nodes:
            return ("any",)
        return next(((value,) for value in self.some(nodes, depth + 1)), None)


def _near(arm: Arm, number: float) -> Iterator[tuple[Any, int]]:
    """Whole multiples next to a number, as a step and how often."""
    for step, _ in multiples(arm) if math.isfinite(number) else ():
        if step.denominator == 1:
            turn = math.floor(number / step)
            yield from ((step, turn), (step, turn + 1))


def _numbers(arm: Arm) -> Iterator[int | float]:
    low, high = number_bound(arm, low=True), number_bound(arm, low=False)
    edges = [bound.value for bound in (low, high) if bound]
    steps = [step for step, _ in multiples(arm)]
    found: list[int | float] = [1, 0, *edges]
    found += [value + 1 for value in edges] + [value - 1 for value in edges]
    if len(edges) == 2:  # noqa: PLR2004
        found.append((edges[0] + edges[1]) / 2)
    if steps and all(step.numerator < 10**15 for step in steps):
        common = steps[0]
        for step in steps[1:]:
            common = common * step / math.gcd(common.numerator, step.numerator)
        start = math.ceil(edges[0] / common) if edges and math.isfinite(edges[0]) else 1
        found = [
            float(common * turn) if common.denominator > 1 else int(common * turn) for turn in (1, 2, start, start + 1)
        ]
    if "number" in arm.types:
        found.append(0.5)
    found += [2, 3, 4, 5]  # where items must differ
    yield from (value for value in found if obeys(arm, value) and ("number" in arm.types or value == int(value)))
