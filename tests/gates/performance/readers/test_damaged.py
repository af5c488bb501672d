"""Real files, damaged in every way that chance finds: they are read, refused or an error, and never a bug of ours."""

from __future__ import annotations

import contextlib
import json
import math
import random
from collections.abc import Iterator
from typing import Any

import pytest

from gates.performance.readers.lines import DATA
from sluicegate.gates.performance.readers import history, read
from sluicegate.gates.performance.reading import FormatError, Results

FILES = sorted(str(path.relative_to(DATA)) for path in DATA.rglob("*.*") if path.suffix != ".expected")
ROUNDS = 100
WRONG: list[Any] = [
    None, True, 0, -1, 1e308, 10**30, 10**400, "x", "", [], {}, [[]], [None], {"a": 1}, math.nan, -0.0, "NaN", [1, [2]],
]  # fmt: skip
PIECES = [b"NaN", b"-", b"1e999", b'"', b"\n", b"{", b"0", b"\xff", b"\0", b"9" * 20, b"null", b",", b"\r"]


def holes(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a document: what holds it, and the key."""
    places = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in list(places):
        yield document, key
        yield from holes(value)


def damaged(content: bytes, chance: random.Random) -> bytes:
    with contextlib.suppress(ValueError):
        document = json.loads(content)
        if chance.random() < 0.7:
            holder, key = chance.choice(list(holes(document)))
            if chance.random() < 0.2:
                del holder[key]
            else:
                holder[key] = chance.choice(WRONG)
            return json.dumps(document).encode()
    damage = bytearray(content)
    for _ in range(chance.choice([1, 2, 5, 20])):
        place = chance.randrange(len(damage) + 1)
        other = chance.randrange(len(damage) + 1)
        pieces = [bytes([chance.randrange(256)]), chance.choice(PIECES), bytes(damage[other : other + 40]), b""]
        damage[place : place + chance.choice([0, 1, 5, 100])] = chance.choice(pieces)
    return bytes(damage)


def sound(results: Results) -> bool:
    """Whether all that was read can be judged."""
    return bool(results.readings or results.refused) and all(
        row and all(0 <= value < math.inf and (value > 0 or one.unit != "s") for value in row)
        for one in results.readings
        for row in one.processes
    )


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_told(name: str) -> None:
    chance = random.Random(name)  # noqa: S311 - nobody guesses at a test
    path = DATA / name

    def beside(relative: str) -> bytes | None:
        other = path.parent / relative
        if not other.is_file():
            return None
        return damaged(other.read_bytes(), chance) if chance.random() < 0.3 else other.read_bytes()

    for _ in range(ROUNDS):
        content = damaged(path.read_bytes(), chance)
        with contextlib.suppress(FormatError):
            assert sound(read(name, content, beside))
        if name == "data.js":
            with contextlib.suppress(FormatError):
                assert all(map(sound, history(name, content)))
