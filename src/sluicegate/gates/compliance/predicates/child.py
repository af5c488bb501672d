"""The process that evaluates CEL: JSON lines in, JSON lines out. It trusts neither expressions nor data to end.

Whoever asks ends it where it takes too long; memory is bounded here.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from datetime import datetime
from types import ModuleType
from typing import Any

MEMORY = 2 << 30
"""Bytes of address space."""

_HAS = re.compile(r"\bhas\(\s*item\.(\w+)\s*\)")
_WHOLE = re.compile(r"\bitem\b(?!\s*(?:\.\s*[A-Za-z_]|\[\s*[^?\s]))")
"""An item taken as a whole, or asked for what it may not have."""


FUNCTIONS = frozenset({
    "size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bytes", "type", "dyn",
    "duration", "timestamp", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear",
    "getHours", "getMinutes", "getSeconds", "getMilliseconds", "of", "ofNonZeroValue", "none", "hasValue", "value",
    "or", "orValue",
})  # fmt: skip
"""What may be called: the library says of a name that is not here only that something is undefined, and that late."""


def main() -> None:
    """Serve until the input ends.

    `{"items": NAME, "values": [...], "unknown": {INDEX: [...]}}` keeps a list of items with the names of the facts that
    some of them leave open, `{"ask": NAME, "where": ..., "holds": {DEMAND: ...}, "parameters": ..., "now": ...}`
    answers of each with the names of the demands that it breaks, null where `where` leaves it out, `{"open": [...]}`
    where it hangs on facts that are not known, or why it cannot be told as `{"error": ..., "in": PART}`. Parts are
    `where`, and `holds` or `holds.DEMAND`.
    """
    _bounded()
    sys.modules["cel.cli"] = ModuleType("cel.cli")  # its console, which loads a whole terminal: most of the start
    import cel

    kept: dict[str, list[tuple[Any, frozenset[str]]]] = {}
    for line in sys.stdin.buffer:  # UTF-8, whatever the locale says
        asked = json.loads(line)
        if "values" in asked:
            unknown = asked.get("unknown", {})
            kept[asked["items"]] = [
                _kept(cel, item, frozenset(unknown.get(str(at), ()))) for at, item in enumerate(asked["values"])
            ]
            continue
        answer = _answer(cel, asked, kept.get(asked["ask"], []))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _kept(cel: Any, item: dict[str, Any], unknown: frozenset[str]) -> tuple[Any, frozenset[str]]:
    known = {name: value for name, value in item.items() if name not in unknown} if unknown else item
    return cel.Context(variables={"item": known}), unknown


def _answer(cel: Any, asked: dict[str, Any], contexts: list[tuple[Any, frozenset[str]]]) -> dict[str, Any]:
    demands = {f"holds.{name}" if name else "holds": source for name, source in asked["holds"].items()}
    sources = {"where": asked["where"]} | demands if asked["where"] else demands
    programs: dict[str, _Program] = {}
    for name, source in sources.items():
        try:
            programs[name] = _Program(cel, source)
        except Exception as error:  # noqa: BLE001 - a binding may raise anything of its own
            return {"error": _told(error), "in": name}
    now = datetime.fromisoformat(asked["now"])
    told: list[Any] = []
    for context, unknown in contexts:
        context.add_variable("parameters", asked["parameters"])
        context.add_variable("now", now)
        told.append(_one(programs, context, unknown))
    return {"held": told}


class _Program:
    """An expression, compiled once, and once more for each set of unknown facts that it asks for with `has`.

    An unknown fact is one that an item has and that nobody can tell. It is not in the item, so that what hangs on it
    is an error, which `&&` and `||` take up where the other side decides alone: that is how CEL is defined. Only
    `has` would see that it is not there, and is therefore put as the fact itself.
    """

    def __init__(self, cel: Any, source: str) -> None:
        self._cel = cel
        self._source = source
        self._asks = frozenset(_HAS.findall(source))
        made = cel.compile(source)
        strange = [name for name in made.functions() if name[0].isalpha() and name not in FUNCTIONS]
        if strange:
            near = difflib.get_close_matches(strange[0], FUNCTIONS, 1)
            raise ValueError(f"there is no function {strange[0]}" + (f" (did you mean {near[0]}?)" if near else ""))
        self._made = {frozenset[str](): made}
        self.whole = bool(_WHOLE.search(source))

    def execute(self, context: Any, unknown: frozenset[str]) -> Any:
        asked = self._asks & unknown
        if asked not in self._made:
            put = _HAS.sub(lambda found: f"item.{found[1]}" if found[1] in asked else found[0], self._source)
            self._made[asked] = self._cel.compile(put)
        return self._made[asked].execute(context)


def _one(programs: dict[str, _Program], context: Any, unknown: frozenset[str]) -> Any:
    broken: list[str] = []
    left: set[str] = set()
    for name, program in programs.items():
        found = _asked(program, context, unknown)
        if isinstance(found, str):
            return {"error": found, "in": name}
        if isinstance(found, frozenset):
            if name == "where":
                return {"open": sorted(found)}
            left |= found
        elif not found:
            if name == "where":
                return None
            broken.append(name.removeprefix("holds").removeprefix("."))
    return {"open": sorted(left)} if left and not broken else broken


def _asked(program: _Program, context: Any, unknown: frozenset[str]) -> bool | frozenset[str] | str:
    """What an expression gives; the facts that it hangs on where they are not known; or what is wrong."""
    if unknown and program.whole:
        return unknown
    try:
        found = program.execute(context, unknown)
    except Exception as error:  # noqa: BLE001 - as above
        if isinstance(error, KeyError) and error.args and error.args[0] in unknown:
            return frozenset((error.args[0],))
        return _told(error)
    return found if isinstance(found, bool) else f"it gives {type(found).__name__}, and is to give true or false"


def _told(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return f"the item has no {error.args[0] if error.args else 'such name'}"
    return " ".join(str(error).split())[:300] or type(error).__name__


def _bounded() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
