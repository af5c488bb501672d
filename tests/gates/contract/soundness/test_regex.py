"""Which texts are regular expressions of ECMAScript."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.gates.contract.soundness.regex import fault_of

GOOD = [
    "", "a", "^a$", r"^a\/b$", r"\-", "(?<=a)b", "(?<!a)b", "(?=a)*", "[^]", "[]", r"\cA", r"\0", r"[\b]", "a{,3}", "a{",
    "{", "}", "]", "[[a]", r"[\w-.]", r"[a-\d]", r"[\d-z]", "[-a]", "[a-]", "[a-b-c]", r"(?<n>a)\k<n>", r"\p{L}", r"[\p{L}\-]",
    r"[\u{1F600}-\u{1F64F}]", "[😀-😎]", r"[\u0041-\u005A]", r"[\x00-\x1f]", "(?:a|b)?", "a*?", "a+?", "a??", "a{2}", "a{2,}", "a{2,3}?",
    "(a|)", "|", "()", "(?i:a)", "(?i-s:a)", "\\\\", r"\(", r"[(]", r"[\]]", r"\b", r"[\[-\]]",
]  # fmt: skip
BAD = [
    "(", ")", "[a", "*a", "+", "?", "a**", "a++", "a{2,1}", "[z-a]", "^*", "a|*", "(*a)", r"\b+", "\\", "(?", "(?i)a",
    "(?P<n>a)", "(?>a)", "(?#x)", "(?<=a)*", "(?<1>a)", "{2}", "(a", "(a))", r"[\]", "[a-c", r"[\x41-\x40]", "a{1}{2}", "(?<>a)",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_good(text):
    assert fault_of(text) == ""


@pytest.mark.parametrize("text", BAD)
def test_bad(text):
    assert fault_of(text)


@given(st.text(alphabet="ab()[]{}*+?|^$.\\-,:=!<>1dwb", max_size=12))
@settings(max_examples=300, deadline=None)
def test_it_always_ends(text):
    assert isinstance(fault_of(text), str)


@given(st.text(alphabet="ab()|", max_size=9))
@settings(max_examples=300, deadline=None)
def test_it_agrees_with_python_where_the_two_have_the_same_grammar(text):
    try:
        re.compile(text)
    except re.error:
        assert fault_of(text)
    else:
        assert fault_of(text) == ""


def test_a_large_pattern_is_quick():
    assert fault_of("(a|b)*[a-z]" * 9_000) == ""
    assert fault_of("(" * 99_999)
