"""Lines and columns of many places in one text: right, and quick in a text of one line too."""

from __future__ import annotations

import random
import time

import pytest

from sluicegate.openapi.document import Lines, line_and_column


@pytest.mark.parametrize("alphabet", ["ab\n", "aé漢😀", "aé漢😀\n" + "x" * 40, "a" * 5000 + "\n😀"])
def test_every_place_is_where_a_plain_count_says(alphabet):
    chance = random.Random(7)  # noqa: S311 - no secret is made of it
    text = "".join(chance.choices(alphabet, k=150_000)).encode()
    lines = Lines(text)
    begins = [offset for offset in chance.choices(range(len(text)), k=400) if text[offset] & 0xC0 != 0x80]
    edges = [edge + step for edge in range(0, len(text), 1 << 16) for step in (-4, -1, 0, 1, 4)]
    for offset in [*begins, *(edge for edge in edges if 0 <= edge < len(text) and text[edge] & 0xC0 != 0x80)]:
        assert lines.line_and_column(offset) == line_and_column(text, offset)


def test_a_large_text_of_one_line_is_not_read_again_for_each_place():
    lines = Lines("é".encode() * 2_000_000)
    began = time.process_time()
    found = [lines.line_and_column(offset) for offset in range(0, 4_000_000, 200)]
    assert time.process_time() - began < 30  # 0.5 s on a common machine; minutes where each is counted anew
    assert found[-1] == (1, 1_999_901)
