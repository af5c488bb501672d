"""Known faults of the sample gate, and of what it takes for one."""

from __future__ import annotations

from collections.abc import Iterator

from samples import CHANGE, STATE
from sluicegate.model import Case, Planted


def tree(*cases: Case, then: str = "end", name: str = "f/a.txt") -> Planted:
    return Planted(
        head={name: "FAIL here\n", "t/a.txt": "nothing\n"},
        base={"t/a.txt": "nothing\n"},
        settings={"then": then},
        place={"files": [name, "t/a.txt"]},
        cases=cases,
    )


WORD = Case(fault="a line says FAIL", rules=(STATE.id,), folder="f")
TWIN = Case(fault="a line says nothing", rules=(STATE.id,), folder="t", fires=False)
GONE = Case(fault="a line is gone", rules=(CHANGE.id,), folder="g")


def good() -> Iterator[Planted]:
    yield tree(WORD, TWIN)
    yield Planted(
        head={"g/a.txt": "one\n"}, base={"g/a.txt": "one\ntwo\n"}, place={"files": ["g/a.txt"]}, cases=(GONE,)
    )


def lacking() -> Iterator[Planted]:
    yield tree(WORD, TWIN)


def wrong() -> Iterator[Planted]:
    """A fault that is none, a twin that is a fault, and a twin where nothing was looked at."""
    yield tree(
        Case(fault="no fault", rules=(STATE.id,), folder="t"),
        Case(fault="no twin", rules=(STATE.id,), folder="f", fires=False),
        Case(fault="nowhere", rules=(STATE.id,), folder="elsewhere", fires=False),
        Case(fault="another rule", rules=(CHANGE.id, STATE.id), folder="f"),
    )


def breaking() -> Iterator[Planted]:
    yield tree(WORD, TWIN, then="raise")


def leading_out() -> Iterator[Planted]:
    yield tree(WORD, name="../a.txt")


def excused() -> Iterator[Planted]:
    yield from lacking()
    yield Planted(head={}, cases=(Case(fault="", rules=(CHANGE.id,), excuse="no line is ever gone"),))
