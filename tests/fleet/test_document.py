from __future__ import annotations

import json

import pytest

from fleet.made import plan
from sluicegate.errors import UserError
from sluicegate.fleet.document import LIMIT, Part, matrix, read_plan, write_plan

PLAN = plan(Part(id="paint-1-of-2", gate="paint", of=2, subjects=("a b",)), Part(id="two", gate="wood"))


def test_what_is_written_is_read():
    assert read_plan(write_plan(PLAN).encode()) == PLAN


def test_the_matrix_is_one_line_of_json():
    text = matrix(PLAN)
    assert "\n" not in text
    first = {"part": "paint-1-of-2", "gate": "paint", "shard": "1/2"}
    assert json.loads(text)["include"][0] == first


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"head_commit": "0" * 40}, "altered"),
        ({"parts": []}, "altered"),
        ({"version": 2}, "version 2"),
        ({"version": True}, "version True"),
        ({"parts": [{"id": 1}]}, "malformed"),
    ],
)
def test_what_was_altered_is_refused(change, told):
    document = json.loads(write_plan(PLAN)) | change
    with pytest.raises(UserError, match=told):
        read_plan(json.dumps(document).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b" " * (LIMIT + 1)])
def test_what_is_no_plan_is_refused(data):
    with pytest.raises(UserError):
        read_plan(data)


def test_two_parts_of_one_name_are_refused():
    with pytest.raises(UserError, match="two of one name"):
        read_plan(write_plan(plan("one", "one")).encode())


def test_a_part_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(UserError, match="no part three") as told:
        PLAN.part("three")
    assert "paint-1-of-2, two" in told.value.hint
