"""What is decided of patterns and lengths, held against the validator's own expressions."""

from __future__ import annotations

import random
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import HANGS
from sluicegate.openapi.relation.languages import Length, empty, outside
from sluicegate.openapi.relation.regexes import matches

WITHIN = [
    ([r"[0-9]"], r"\d"), ([r"\d"], r"[0-9]"), ([r"^[a-z]{2}$"], "^[a-z][a-z]$"), ([r"^(a|b)*$"], "^[ab]*$"),
    ([".+"], Length(1, None)), ([r"\S"], Length(1, None)), ([r"^.{3,5}$"], Length(3, 5)),
    ([Length(2, 4)], Length(1, 9)),
    ([r"^[a-z]+$", Length(2, 2)], "^[a-z]{2}$"), ([r"^[\s\S]{1,3}$"], Length(1, 3)), ([Length(1, 3)], r"^[\s\S]{1,3}$"),
    ([r"^\w+$"], r"^[A-Za-z0-9_]+$"), ([r"^a"], "a"), (["a$"], "a"), (["^a|b$"], "[ab]"), (["^(?:a+)+$"], "^a+$"),
    (["^$"], Length(0, 0)), ([r"^\x41\u0042$"], "^AB$"), ([r"^[^a]$"], r"^(?:[^ab]|b)$"), (["(?<n>a)"], "a"),
    ([], ".*"),
    ([r"^[\w.-]+@"], "@"), ([r"^a{2,}$"], "^aaa*$"), ([r"^[\d-]$"], r"^[-0-9]$"), ([r"^a+?$"], "^a+$"),
    (["^a$", "^b$"], "^c$"), (["a^"], "never"), ([r"^[0-9]{1,255}$"], r"^\d{0,300}$"), ([r"^a\/b$"], "^a/b$"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "other"), WITHIN)
def test_what_asks_for_no_more(inside, other):
    assert outside(frozenset(inside), other) == (True, None)


BEYOND = [
    ([Length(1, None)], ".+", "\n"), ([r"\d"], "^[0-9]", "a0"), (["a"], "^a", "ba"), ([], Length(1, None), ""),
    (["^[a-z]+$"], "^[a-c]+$", "d"), ([".+"], Length(2, None), "a"), ([r"^\D$"], r"^\w$", " "), (["^a$|^b$"], "a", "b"),
    (["^[a-z]*$", Length(3, 5)], "^[a-z]{4,5}$", "aaa"), ([], "^.*$", "\n"), (["a|b$"], "a", "b"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "other", "text"), BEYOND)
def test_what_leaves_a_text_out(inside, other, text):
    assert outside(frozenset(inside), other) == (True, text)


@pytest.mark.parametrize(
    "pattern",
    ["(?=a)b", r"(a)\1", r"\bword", r"\p{L}", "(?i)a", "(", "[", "*", "a{9999}", "a{2", "a**", r"\e", "[]a]", "[a&&b]",
     "[b-a]", "(" * 50 + ")" * 50, "\\", r"\u00", "[^]", r"\ud800", "(?<n", "a]"],
)  # fmt: skip
def test_what_is_not_understood_is_not_decided(pattern):
    assert not outside(frozenset(("^a$",)), pattern).known
    assert not outside(frozenset((pattern,)), "^a$").known


@pytest.mark.parametrize(
    ("inside", "other"),
    [
        ([".*a.{18}$"], "^.*b.{17}$"), (["^(a{900}){900}$"], "a"), ([r"^(\w{1,500}){1,500}$"], "^a$"),
        ([Length(1, 10**9)], "^b"), (["^" + "(a|b|" * 30 + "c" + ")*" * 30], "^(a|b|d)*$"),
    ],
)  # fmt: skip
def test_what_takes_too_long_ends(inside, other):
    started = time.process_time()
    outside(frozenset(inside), other)
    assert time.process_time() - started < HANGS


def test_what_allows_nothing():
    assert empty(frozenset(("^a", "^b")))
    assert empty(frozenset(("^a$", Length(2, None))))
    assert not empty(frozenset(("a", "b")))


SIGNS = "ab0 \n"
TEXTS = ["".join(signs) for size in range(5) for signs in product(SIGNS, repeat=size)]
_ATOMS = ["a", "b", "[ab]", "[^a]", r"\d", r"\w", r"\S", r"[\s\S]", "(?:ab)", "(a|b0)", "(|a)"]


def made(by):
    """An expression by chance."""
    text = "".join(by.choice(_ATOMS) + by.choice(["", "", "", "*", "+", "?", "{2}", "{1,2}", "*?"]) for _ in range(3))
    text = by.choice(["", "^"]) + text + by.choice(["", "$"])
    return text if by.random() < 0.7 else f"{text}|{by.choice(['^', ''])}{by.choice(_ATOMS)}{by.choice(['$', ''])}"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_as_the_validator_has_it(seed):
    by = random.Random(seed)  # noqa: S311 - no secret
    one, other, length = made(by), made(by), Length(by.randint(0, 2), by.choice([None, 2, 4]))
    found = outside(frozenset((one, length)), other)
    assert found.known
    if found.text is not None:
        assert matches(one, found.text)
        assert not matches(other, found.text)
        assert length.low <= len(found.text) <= (length.high or len(found.text))
    for text in TEXTS:
        if matches(one, text) and length.low <= len(text) <= (length.high or len(text)) and not matches(other, text):
            assert found.text is not None, text
            assert len(found.text) <= len(text)
