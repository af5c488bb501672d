"""Every place that a document gives is right, whatever the style of its text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import MemoryTree

from sluicegate.openapi import yamltext
from sluicegate.openapi.reading import read

WORDS = st.text(st.sampled_from("ab1 é\"'\\:#{}[],-?&*|>😀\n\t~"), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-5, 500) | WORDS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=20
)
ROOTS = st.dictionaries(WORDS, VALUES, min_size=1, max_size=4)


def parse(text):
    return read(MemoryTree({"a": text}), "a")


def pointers(value, pointer=()):
    yield pointer, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield from pointers(child, (*pointer, key))


def at(text, line, column):
    lines = text.split("\n")
    return "\n".join([lines[line - 1][column - 1 :], *lines[line:]])


def block(value, indent):
    """The value in block style, with its strings in double quotes."""
    pad = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(
            f"\n{pad}{json.dumps(key, ensure_ascii=False)}:{block(child, indent + 1)}" for key, child in value.items()
        )
    if isinstance(value, list) and value:
        return "".join(f"\n{pad}-{block(child, indent + 1)}" for child in value)
    return " " + json.dumps(value, ensure_ascii=False)


def flow(value):
    """The value in flow style that is no JSON: the root is in block style, comments and spaces stand in between."""
    if isinstance(value, dict):
        return (
            "{ "
            + " , ".join(f"{json.dumps(key, ensure_ascii=False)} : {flow(child)}" for key, child in value.items())
            + " }"
        )
    if isinstance(value, list):
        return "[ " + " ,\n   ".join(flow(child) for child in value) + " ]"
    return json.dumps(value, ensure_ascii=False)


def assert_places(text, document, pairs):
    for pointer, value in pairs:
        if not pointer:
            continue
        found = at(text, *document.place(pointer))
        if isinstance(pointer[-1], str):
            assert json.JSONDecoder().raw_decode(found)[0] == pointer[-1], pointer
        elif isinstance(value, (dict, list)):
            if value:  # in block style an item starts where its first content does
                first = next(iter(value)) if isinstance(value, dict) else 0
                if document.place((*pointer, first)) == document.place(pointer):
                    continue
            assert found[0] == ("{" if isinstance(value, dict) else "[")
        else:
            assert json.JSONDecoder().raw_decode(found)[0] == value, pointer


@settings(max_examples=150, deadline=None)
@given(ROOTS, st.sampled_from([None, 2]), st.sampled_from(["", "\ufeff"]), st.sampled_from(["\n", "\r\n"]))
def test_json(value, indent, bom, end):
    text = json.dumps(value, indent=indent, ensure_ascii=indent is None).replace("\n", end)
    document = parse(bom + text)
    assert document.data == value
    assert_places(text, document, pointers(value))


@settings(max_examples=150, deadline=None)
@given(ROOTS)
def test_yaml_block_style(value):
    text = "# a comment: [\n" + block(value, 0).lstrip("\n") + "\n"
    document = parse(text)
    assert document.data == value
    assert_places(text, document, pointers(value))


@settings(max_examples=150, deadline=None)
@given(ROOTS)
def test_yaml_flow_style(value):
    text = "root: " + flow(value) + "\nlast: 1\n"
    document = parse(text)
    assert document.data["root"] == value
    assert_places(text, document, [(("root", *pointer), one) for pointer, one in pointers(value) if pointer])


TEXT = """\
---
plain: x
"quo\\"ted": 'x'
é ö: {'in': 1}
text: |
  plain: [{

after: 1
list:
- "quoted"
- - x
  - {y: z}
- k: v
  l: m
- [ ]
- ''
x: &x {a: 1}
alias: *x
merged:
  b: 1
  <<: *x
200: y
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [
        (("plain",), 2, 1), (('quo"ted',), 3, 1), (("é ö", "in"), 4, 7), (("text",), 5, 1), (("after",), 8, 1),
        (("list", 0), 10, 3), (("list", 1), 11, 5), (("list", 1, 1), 12, 5), (("list", 2), 13, 3),
        (("list", 3), 15, 3), (("list", 4), 16, 3), (("alias", "a"), 17, 8), (("merged", "a"), 17, 8),
        (("merged", "b"), 20, 3), (("200",), 22, 1), (("list", 9), 9, 1), (("list", 2, "gone", "too"), 13, 3),
    ],
)  # fmt: skip
def test_yaml_by_hand(pointer, line, column, end):
    assert parse(TEXT.replace("\n", end)).place(pointer) == (line, column)


def test_lines_of_a_large_file():
    text = "".join(f"k{number}: {'x' * 90}\n" for number in range(5000))
    document = parse(text)
    assert [document.place((f"k{number}",)) for number in (0, 4999, 2500)] == [(1, 1), (5000, 1), (2501, 1)]


def test_the_methods_of_rapidyaml_answer_the_same(monkeypatch):
    text = b"""a: &one {b: [1, x, ~, "2"], 'c': 0x1F, true-like: yes}
d: *one
e: {<<: *one, f: !!str 1}
g: |
  two
  lines
"""
    quick = parse(text)
    monkeypatch.setattr(yamltext, "_asking", getattr)
    slow = parse(text)
    assert slow.data == quick.data
    assert quick.data["e"] == {"b": [1, "x", None, "2"], "c": 31, "true-like": "yes", "f": "1"}
    assert slow.place(("d", "b", 3)) == quick.place(("d", "b", 3)) == (1, 23)
