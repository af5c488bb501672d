"""The process that evaluates CEL: JSON lines in, JSON lines out. It trusts neither expressions nor data to end.

Whoever asks ends it where it takes too long; memory is bounded here.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

MEMORY = 2 << 30
"""Bytes of address space."""


def main() -> None:
    """Serve until the input ends.

    `{"items": NAME, "values": [...]}` keeps a list of items, `{"ask": NAME, "where": ..., "holds": ..., "parameters":
    ..., "now": ...}` answers with what holds of each: true, false, null where `where` leaves it out, or why it cannot
    be told as `{"error": ..., "in": "where" | "holds"}`.
    """
    _bounded()
    import cel

    kept: dict[str, list[Any]] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "values" in asked:
            kept[asked["items"]] = [cel.Context(variables={"item": each}) for each in asked["values"]]
            continue
        answer = _answer(cel, asked, kept.get(asked["ask"], []))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(cel: Any, asked: dict[str, Any], contexts: list[Any]) -> dict[str, Any]:
    programs: dict[str, Any] = {}
    for name in ("where", "holds"):
        if asked[name]:
            try:
                programs[name] = cel.compile(asked[name])
            except Exception as error:  # noqa: BLE001 - a binding may raise anything of its own
                return {"error": _told(error), "in": name}
    now = datetime.fromisoformat(asked["now"])
    told: list[Any] = []
    for context in contexts:
        context.add_variable("parameters", asked["parameters"])
        context.add_variable("now", now)
        told.append(_one(programs, context))
    return {"held": told}


def _one(programs: dict[str, Any], context: Any) -> Any:
    for name, program in programs.items():
        try:
            found = program.execute(context)
        except Exception as error:  # noqa: BLE001 - as above
            return {"error": _told(error), "in": name}
        if not isinstance(found, bool):
            return {"error": f"it gives {type(found).__name__}, and is to give true or false", "in": name}
        if name == "where" and not found:
            return None
    return found


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
