"""How wide a text is and where it breaks; rich, which terminals have long been drawn with, is the peer."""

from __future__ import annotations

import sys
from unicodedata import category, unidata_version

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from rich.console import Console
from rich.text import Text

from sluicegate.report.cells import cut, width, wrap
from sluicegate.text import visible

ASSIGNED = [one for one in map(chr, range(sys.maxunicode + 1)) if category(one) not in ("Cc", "Cn", "Co", "Cs")]
FAMILY = [
    "word", "a", "long-" * 9, " ", "   ", "\t", "\n", "漢字", "\u3000", "한국어", "\u1112\u1161\u11ab", "ﾊﾝ", "e\u0301",
    "\u0301", "⚠\ufe0f", "⚠", "1\ufe0f\u20e3", "👍🏽", "🇩🇪", "नि", "א", "é", "→", "\u00ad",
]  # fmt: skip
"""What is as wide in every version of Unicode that is about."""


def test_every_character_is_as_wide_as_the_peer_says_of_the_same_unicode():
    assert len(ASSIGNED) > 140_000
    assert [one for one in ASSIGNED if width(one) != get_character_cell_size(one, unidata_version)] == []


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("plain", 5),
        ("漢字", 4),
        ("e\u0301te\u0301", 3),
        ("\u0301", 0),
        ("\u1112\u1161\u11ab", 2),
        ("👍🏽", 2),
        ("⚠", 1),
        ("⚠\ufe0f", 2),
        ("⚠\u0301\ufe0f", 2),
        ("⚠\ufe0f\ufe0f", 2),
        ("✅\ufe0f", 2),
        ("1\ufe0f\u20e3", 2),
        ("a\ufe0f", 1),
        ("\ufe0f", 0),
        ("\U0001faff\U0003fffd", 4),
        ("\U0001ffff", 1),
    ],
)
def test_width(text, cells):
    assert width(text) == cells


def test_what_can_be_an_emoji_is_wide_where_it_is_asked_for_as_one():
    narrow = [one for one in ASSIGNED if category(one) != "Lo" and get_character_cell_size(one, unidata_version) == 1]
    signs = [f"{one}\ufe0f" for one in narrow if cell_len(f"{one}\ufe0f", unidata_version) == 2]
    assert len(signs) > 200
    assert set(map(width, signs)) == {2}


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("", 8, [""]),
        ("one two three", 8, ["one two ", "three"]),
        ("one two  three", 8, ["one two", "three"]),
        ("one\n\ntwo\n", 8, ["one", "", "two", ""]),
        ("a b123456789", 8, ["a ", "b1234567", "89"]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("a漢字漢字", 5, ["a漢字", "漢字"]),
        ("xxxx⚠\ufe0fx", 5, ["xxxx", "⚠\ufe0fx"]),
        ("xxxxe\u0301x", 5, ["xxxxe\u0301", "x"]),
        ("a\tb", 20, ["a       b"]),
        ("漢漢漢漢\tb", 20, ["漢漢漢漢        b"]),
        ("  indented", 20, ["  indented"]),
    ],
)
def test_wrap(text, most, lines):
    assert wrap(text, most) == lines


@settings(max_examples=300, deadline=None)
@given(text=st.lists(st.sampled_from(FAMILY), max_size=60).map("".join), most=st.integers(2, 60))
def test_lines_break_where_the_peer_breaks_them(text, most):
    console = Console(width=most)
    told = [line.plain.rstrip() for line in Text(text).wrap(console, most)]
    assert [line.rstrip() for line in wrap(text, most)] == told


@settings(max_examples=300, deadline=None)
@given(text=st.text().map(visible), most=st.integers(2, 40))
def test_nothing_is_lost_and_no_line_is_too_wide(text, most):
    lines = wrap(text, most)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(map(width, lines)) <= most


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("漢字漢", 4, "漢…"), ("漢字漢", 5, "漢字…"), ("abc", 1, "…"), ("", 0, "")],
)
def test_cut(text, most, short):
    assert cut(text, most) == short
