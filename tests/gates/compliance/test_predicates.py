"""CEL in a process of its own: what does not end, asks for what is not there, or is no truth, is told as such."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

import pytest

from sluicegate.gates.compliance.predicates.asking import Evaluator

NOW = datetime(2026, 11, 29, tzinfo=UTC)


HOLDS, BROKEN = (), ("",)


def ask(evaluator: Evaluator, holds: str, *, where: str = "", **parameters: object):
    return evaluator.ask("items", where=where, holds={"": holds}, parameters=parameters, now=NOW)


@pytest.fixture
def evaluator():
    with Evaluator(seconds=3) as made:
        made.keep("items", [{"n": 1, "at": "2026-11-28T00:00:00Z"}, {"n": 2, "at": "2020-01-01T00:00:00Z"}])
        yield made


def test_what_holds_of_each_item(evaluator) -> None:
    assert ask(evaluator, "item.n == 1").held == (HOLDS, BROKEN)
    assert ask(evaluator, "true", where="item.n > 1").held == (None, HOLDS)
    assert ask(evaluator, "now - timestamp(item.at) < duration('48h')").held == (HOLDS, BROKEN)
    assert ask(evaluator, "item.n <= int(parameters.most)", most=1).held == (HOLDS, BROKEN)


@pytest.mark.parametrize(
    ("holds", "told"),
    [
        ("item.missing", "the item has no missing"),
        ("absent == 1", "Undefined variable"),
        ("item.n", "it gives int, and is to give true or false"),
        ("1 / (item.n - item.n) == 1", "division by zero"),
        ("item.n + 'a' == 'b'", "No such overload"),
    ],
)
def test_what_cannot_be_evaluated_is_no_answer(holds, told, evaluator) -> None:
    answer = ask(evaluator, holds)
    assert answer.part == "holds"
    assert all(isinstance(each, str) and told in each for each in answer.held)


def test_an_expression_that_cannot_be_read_names_its_part(evaluator) -> None:
    answer = ask(evaluator, "true", where="item.n &&")
    assert answer.part == "where"
    assert "Failed to parse" in answer.trouble


def test_what_does_not_end_is_ended_and_the_next_is_answered(evaluator) -> None:
    evaluator.keep("items", [{"xs": list(range(400))}])
    forever = "item.xs.all(a, item.xs.all(b, item.xs.all(c, a + b + c >= 0)))"
    assert ask(evaluator, forever).trouble == "it did not end within 3 s"
    assert ask(evaluator, "size(item.xs) == 400").held == (HOLDS,)


def test_what_asks_for_too_much_memory_is_ended(evaluator) -> None:
    evaluator.keep("items", [{"s": "x" * (1 << 20)}])
    grown = "item.s"
    for _ in range(12):
        grown = f"({grown} + {grown})"
    answer = ask(evaluator, f"size({grown}) > 0")
    assert answer.trouble or all(isinstance(each, str) for each in answer.held)
    assert ask(evaluator, "size(item.s) > 0").held == (HOLDS,)


@pytest.mark.parametrize(
    "value", [10**400, "\ud800", functools.reduce(lambda inner, _: [inner], range(100_000), [])],
    ids=["a number of 400 digits", "half a character", "100,000 lists in each other"],
)  # fmt: skip
def test_an_item_that_cannot_be_sent_is_told(value: object) -> None:
    with Evaluator() as evaluator:
        evaluator.keep("odd", [{"x": value}])
        evaluator.keep("plain", [{"x": True}])
        odd = evaluator.ask("odd", where="", holds={"": "item.x"}, parameters={}, now=NOW)
        assert odd.trouble or isinstance(odd.held[0], str)
        assert evaluator.ask("plain", where="", holds={"": "item.x"}, parameters={}, now=NOW).held == (HOLDS,)


@pytest.mark.parametrize(
    "line", [b"garbage", b"{}", b'{"held": [[], []]}', b'{"held": [1]}', b'{"held": 5}', b"\xff", b"[" * 5000],
)  # fmt: skip
def test_a_process_that_answers_with_something_else_is_ended(monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    with Evaluator() as evaluator:
        evaluator.keep("items", [{"x": True}])
        monkeypatch.setattr(evaluator, "_exchange", lambda *_: (line + b"\n", False))
        assert evaluator.ask("items", where="", holds={"": "item.x"}, parameters={}, now=NOW).trouble
        monkeypatch.undo()
        assert evaluator.ask("items", where="", holds={"": "item.x"}, parameters={}, now=NOW).held == (HOLDS,)


def test_letters_are_the_same_in_every_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.ISO-8859-1")
    monkeypatch.setenv("PYTHONUTF8", "0")
    with Evaluator() as evaluator:
        evaluator.keep("items", [{"x": "é\u2028😀"}])
        answer = evaluator.ask("items", where="", holds={"": 'item.x == "é\u2028😀"'}, parameters={}, now=NOW)
        assert answer.held == (HOLDS,)


@pytest.mark.parametrize(
    "calls",
    [
        "size('a') == 1 && 'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c') && 'abc'.matches('b')",
        "int(1.0) == 1 && uint(1) == 1u && double(1) == 1.0 && string(1) == '1' && bytes('a') == b'a' && dyn(1) == 1",
        "[type(1)].size() == 1 && duration('1s') < duration('2s')",
        *(
            f"timestamp('2020-03-04T05:06:07Z').get{part}() >= 0"
            for part in ("FullYear", "Month", "Date", "DayOfMonth", "DayOfWeek", "DayOfYear", "Hours", "Minutes",
                         "Seconds", "Milliseconds")
        ),
        "[1, 2].all(each, each > 0) && [1].exists(each, each == 1) && [1].exists_one(each, each == 1)",
        "[1].map(each, each + 1) == [2] && [1, 2].filter(each, each > 1) == [2] && has(item.n)",
        "{'a': 1}['a'] == 1 && (true ? -1 : 1) == -1 && 7 % 4 == 3",
    ],
)  # fmt: skip
def test_what_cel_has_may_be_called(calls: str, evaluator) -> None:
    assert ask(evaluator, calls).held == (HOLDS, HOLDS)
