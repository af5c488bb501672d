"""Flow style that stands too far to the left is read, and everything stays where it was."""

from __future__ import annotations

import time

import pytest
import yaml

from effort import HANGS
from sluicegate.openapi.yamlflow import joined
from sluicegate.openapi.yamltext import parse

LEFT = {
    "brace below its key": 'a:\n  b: {\n    "x": 1\n  }\n  c: 1\n',
    "at the margin": 'b: {\n"x": 1\n}\nc: 1\n',
    "in a list": "a:\n  - b: [\n    1\n  ]\n  - 2\n",
    "comments": "a:\n  b: { # {[\n  x: 1, # é }\n  # ]\n  y: [\n2\n ]\n  }\nc: '# {'\n",
    "line ends of windows": "a:\r\n  b: {\r\n  x: 1\r\n  }\r\nc: 1\r\n",
    "anchors, quotes and more": "a:\n  b: {\n  é: &a 'x {',\n  k: *a, \"l\\n\":\n  !!str 3 }\nc: |\n  {\n   d\n  }\n",
    "double quotes": 'a:\n  b: "one\n  two  \n  th\\nree \\\\\n  four \\\n  five é" # c\n  d: {"k": "l\n  m"}\nc: 1\n',
    "single quotes": "a:\n  b: 'one \\\n  it''s\n two'\nc: 1\n",
    "inside each other": "a: {\n b: [{\nc: 1\n}, {\nd: []\n}\n]}\n",
}


@pytest.mark.parametrize("name", LEFT)
def test_it_is_read_and_nothing_moves(name):
    text = LEFT[name].encode()
    other = joined(text)
    assert len(other) == len(text)
    data, places = parse(other)
    assert data == yaml.safe_load(LEFT[name])
    last = [key for key in data if key != "a"] or ["a"]
    offset = places.offset((last[-1],))
    assert text[offset:].startswith(last[-1].encode())
    assert other[:offset].count(b"\n") <= text[:offset].count(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n",
        "a: {b: 1}\n",
        "a: |\n  {\n  }\n",
        "a: {\n",
        "a: }\n",
        "- [\n*\n",
        "a: x\n  y\n",
        'a: "\n\n  b"\n',
    ],
)
def test_where_there_is_nothing_to_join(text):
    assert joined(text.encode()) is None


def test_only_the_lines_inside_flow_style_are_joined():
    assert joined(b"a: {\nb: 1 # c\n}\nd:\n  - e\n") == b"a: { b: 1     }\nd:\n  - e\n"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "a: " + "[\n" * 50_000 + "]" * 50_000, "{a: " * 50_000, "[{\n" * 200 + "}]" * 200]
)
def test_deep_flow_is_left_alone_at_once(text):
    started = time.monotonic()
    assert joined(text.encode()) is None
    assert time.monotonic() - started < HANGS
