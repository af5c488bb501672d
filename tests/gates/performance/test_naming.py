from __future__ import annotations

import pytest

from sluicegate.gates.performance.naming import named


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*", "anything", True),
        ("parse_*", "parse_json", True),
        ("parse_*", "reparse_json", False),
        ("test_a[x-1]", "test_a[x-1]", True),
        ("test_a[x-?]", "test_a[x-1]", True),
        ("test_a[*]", "test_a[any/thing]", True),
        ("test_a[x]", "test_ax", False),
        ("p(95)", "p(95)", True),
        ("a.b", "axb", False),
        ("a*b", "a\nb", True),
        ("", "a", False),
    ],
)
def test_a_star_and_a_question_mark_are_all_that_is_special(pattern: str, text: str, fits: bool) -> None:
    assert named(pattern, text) is fits
