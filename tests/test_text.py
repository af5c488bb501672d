from __future__ import annotations

import sys

from sluicegate.text import _UNSAFE, visible


def test_every_code_point_that_has_to_be_spelt_is_spelt():
    """The quick way through `visible` lets none of them pass."""
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        assert (visible(char) != char) == bool(_UNSAFE.match(char)), hex(code)


def test_tab_and_newline_stay_and_do_not_hide_others():
    assert visible("a\tb\nc") == "a\tb\nc"
    assert visible("a\n\x07b\u202e") == "a\n\\x07b\\u202e"
