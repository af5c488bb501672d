"""Which texts are regular expressions of ECMAScript."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.gates.contract.soundness.regex import fault_of

ACCEPTED = r"""
a ^a$ ^a\/b$ \- (?<=a)b (?<!a)b (?=a)* [^] [] \cA \0 [\b] a{,3} a{ { } ] [[a] [\w-.] [a-\d] [\d-z] [-a] [a-]
[a-b-c] (?<n>a)\k<n> \p{L} [\p{L}\-] [\u{1F600}-\u{1F64F}] [😀-😎] [\u0041-\u005A] [\x00-\x1f] (?:a|b)? a*? a+?
a?? a{2} a{2,} a{2,3}? (a|) | () (?i:a) (?i-s:a) \\ \( [(] [\]] \b [\[-\]]
"""
REFUSED = r"""
( ) [a *a + ? a** a++ a{2,1} [z-a] ^* a|* (*a) \b+ \ (? (?i)a (?P<n>a) (?>a) (?#x) (?<=a)* (?<1>a) {2} (a (a))
[\] [a-c [\x41-\x40] a{1}{2} (?<>a)
"""


@pytest.mark.parametrize("text", ACCEPTED.split())
def test_good(text):
    assert fault_of(text) == ""


@pytest.mark.parametrize("text", REFUSED.split())
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
    assert fault_of("") == ""
    assert fault_of("(a|b)*[a-z]" * 9_000) == ""
    assert fault_of("(" * 99_999)
