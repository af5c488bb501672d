"""Suppressions beside the code: what is one, what it covers, and what is told of one that is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.engine.policy_comments import Comment, Malformed, comments_of

SAID = 'sluicegate: ignore[sample/word] reason="why, so" owner="@o" expires=2027-01-31'


def one(text: str) -> Comment:
    (found,) = comments_of(text)
    assert isinstance(found, Comment), found
    return found


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (f"total: int  # {SAID}", "total: int"),
        (f"let x = 1; // {SAID}", "let x = 1;"),
        (f"let x = 1; /* {SAID} */", "let x = 1;"),
        (f"<p> <!-- {SAID} -->", "<p>"),
        (f"select 1 -- {SAID}", "select 1"),
        (f"key = 1 ; {SAID}", "key = 1"),
        (f"total: int  # {SAID}\r", "total: int"),
    ],
)
def test_in_every_language_it_covers_its_own_line(line: str, text: str) -> None:
    found = one(f"first\n{line}\nlast\n")
    assert (found.line, found.covers, found.text) == (2, 2, text)
    assert (found.rules, found.reason, found.owner, found.expires) == (
        ("sample/word",),
        "why, so",
        "@o",
        date(2027, 1, 31),
    )


def test_alone_on_its_line_it_covers_the_next_and_several_cover_the_same() -> None:
    found = list(comments_of(f"a\n  # {SAID}\n  # {SAID.replace('word', 'line-removed')}\n  b: 1\nc\n"))
    assert [(each.line, each.covers, each.text) for each in found if isinstance(each, Comment)] == [
        (2, 4, "b: 1"),
        (3, 4, "b: 1"),
    ]


def test_several_rules_and_who_approved() -> None:
    found = one(f"x # {SAID.replace('sample/word', 'sample/word, sample/*')} approved-by='@p'")
    assert (found.rules, found.approved_by) == (("sample/word", "sample/*"), "@p")


@pytest.mark.parametrize(
    ("said", "troubles"),
    [
        ("ignore", ("it names no rule in brackets", "reason is missing", "owner is missing", "expires is missing")),
        ("ignore[] reason=a owner=b expires=2027-01-31", ("it names no rule in brackets",)),
        ("ignore[x] reason=a owner=b", ("expires is missing",)),
        ('ignore[x] reason="" owner=b expires=2027-01-31', ("reason is missing",)),
        ('ignore[x] reason=a owner=" " expires=2027-01-31', ("owner is missing",)),
        ("ignore[x] reason=a owner=b expires=soon", ("expires is no date such as 2027-01-31, but soon",)),
        ("ignore[x] reason=a owner=b expires=2027-01-31 owner=c", ("owner stands twice",)),
        (
            "ignore[x] reason=a onwer=b expires=2027-01-31",
            ("nobody reads onwer; did you mean owner?", "owner is missing"),
        ),
        ("ingore[x] reason=a owner=b expires=2027-01-31", ("the word is ignore, not ingore",)),
        (
            "disable reason=a owner=b expires=2027-01-31",
            ("the word is ignore, not disable", "it names no rule in brackets"),
        ),
    ],
)
def test_what_is_wrong_is_told_all_at_once(said: str, troubles: tuple[str, ...]) -> None:
    (found,) = comments_of(f"x # sluicegate: {said}")
    assert isinstance(found, Malformed)
    assert (found.line, found.troubles) == (1, troubles)


def test_what_stands_between_and_after_is_told() -> None:
    (found,) = comments_of(f"x # {SAID} and more")
    assert isinstance(found, Malformed)
    assert found.troubles[0].startswith("nobody reads and more; the form is sluicegate: ignore[RULE]")


@pytest.mark.parametrize(
    "line", ["# sluicegate: see the page on gates", "sluicegate: ignore[x]", "x = 'y' # about sluicegate: ignore", "#"]
)
def test_prose_is_none(line: str) -> None:
    assert list(comments_of(line)) == []


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    list(comments_of(text))
    list(comments_of(f"# sluicegate: ignore{text}"))
