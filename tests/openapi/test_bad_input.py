"""Whatever stands in a file, reading it ends in data or in a sentence with a place and a next step."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import MemoryTree

from effort import HANGS
from sluicegate.errors import UnreadableError
from sluicegate.openapi.document import MalformedError
from sluicegate.openapi.operations import describe
from sluicegate.openapi.reading import read
from sluicegate.openapi.references import Library
from sluicegate.openapi.yamlproperties import check_properties
from sluicegate.openapi.yamltext import parse

BOMB = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))])
DEEP = 100_000

BAD = {
    "colons": ("a: b: c", "a:1:7: not YAML"),
    "tab": ("a:\n\tb: 1", "a:2:1: not YAML"),
    "two documents": ("a: 1\n---\nb: 2", "a:3:1: 2 YAML documents"),
    "nul": ("a: \0", "a:1:4: control character 0x00"),
    "control": ("a: b\n# \x07", "a:2:3: control character 0x07"),
    "unknown alias": ("a: *x", "a:1:1: the alias *x names no anchor"),
    "own alias": ("a: &x [*x]", "a:1:8: the alias *x stands inside"),
    "duplicate in yaml": ("a: 1\nb: 2\na: 3", "a:3:1: the key `a` stands twice in one mapping, first in line 1"),
    "duplicate number": ("200: 1\n'200': 2", "a:2:1: the key `200` stands twice"),
    "duplicate in json": (
        '{"a": 1,\n "b": [{"c":1,"c":2}]}',
        "a:2:15: the key `c` stands twice in one mapping, first in line 2",
    ),
    "duplicate by escape": ('{"a": 1,\n"\\u0061": 2}', "a:2:1: the key `a` stands twice"),
    "tag": ("a: !!python/object:x {}", "the YAML tag !!python/object:x is not understood"),
    "surrogate in json": ('{"a":"\\ud83d\\ude00",\n"b":"\\ud800"}', "a:2:6: half of a surrogate pair"),
    "surrogate key": ('{"\\udc00": 1}', "half of a surrogate pair"),
    "surrogate in yaml": ('a: "\\ud800"', "half of a surrogate pair"),
    "float key": ("1.5: a", "a:1:1: the key 1.5 is a number"),
    "boolean key": ("true: a", "a:1:1: the key true is a boolean"),
    "null key": ("~: a", "is null, not a string"),
    "container key": ("? [a]\n: 1", "not YAML"),
    "nan in json": ('{"a": NaN}', "a:1:7: not JSON: NaN and Infinity"),
    "minus infinity": ('{"a": -Infinity}', "not JSON: NaN and Infinity"),
    "nan in yaml": ("a: .nan", ".nan has no counterpart"),
    "huge number": ('{"a": 1e999}', "a:1:7: a number that is too large"),
    "huge integer": ('{"a": ' + "9" * 5000 + "}", "a:1:7: a number that is too large"),
    "huge integer in yaml": ("a: " + "9" * 5000, "a number that is too large"),
    "empty": ("", "the file is empty"),
    "spaces": (" \n", "the file is empty"),
    "open quote": ('"a', "not YAML"),
    "open json": ('{"a": [1', "the JSON ends too early"),
    "trailing comma": ('{"a": 1,}', "not JSON"),
    "more json": ('{"a": 1} x', "not JSON: trailing characters"),
    "utf-16": ("a: 1".encode("utf-16"), "not UTF-8"),
    "bad byte": (b"a: 1\nb: \xff", "a:2:4: not UTF-8: byte 0xff"),
    "deep json": ('{"a":' * DEEP + "1" + "}" * DEEP, "200 levels deep"),
    "deep open json": ("[" * DEEP, "200 levels deep"),
    "deep flow": ("a: " + "[" * DEEP + "]" * DEEP, "200 levels deep"),
    "deep open flow": ("a: " + "[" * DEEP, "never closed"),
    "deep hidden flow": ("a: " + '["]",' * DEEP, "never closed"),
    "deep hidden in comments": ("a: " + "[ #]\n" * DEEP, "never closed"),
    "deep open maps": ("a: " + "{a: " * DEEP, "never closed"),
    "deep block": ("- " * DEEP, "200 levels deep"),
    "deep json below the limit of C": ("[" * 300 + "]" * 300, "200 levels deep"),
    "alias bomb": (BOMB, "the aliases stand for more than"),
    "tags in flow": ("a: [!x !x !x !x t]", "a:1:11: not YAML: 3 tags in a row"),
    "tags over lines": ("a: !x\n  !x # c\n  !x\n  !x t", "a:3:3: not YAML: 3 tags in a row"),
    "tags and anchors": ("a: [!x &a !x &b !x &c !x t]", "a:1:17: not YAML: 3 tags in a row"),
    "anchors in flow": ("a: [&a &b &c &d &e &f x]", "a:1:11: not YAML: 3 anchors in a row"),
    "tags behind an apostrophe": ("a: it's\nb: [!x !x !x !x t] # '", "a:2:11: not YAML: 3 tags in a row"),
    "tags in what looks quoted": ('a: [b\n " , !x !x !x !x, c "]', "a:2:12: not YAML: 3 tags in a row"),
    "verbatim tags": ("a: [!<a,b> !<a> !<a> !<a> t]", "a:1:17: not YAML: 3 tags in a row"),
    "tags before a question mark": ("a: [!x\n  !!str ? t&a\n!x k: !x !", "not YAML: 3 tags in a row"),
    "merge of a word": ("a: {<<: b}", "the merge key << takes"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told(name, capfd):
    text, expected = BAD[name]
    started = time.monotonic()
    with pytest.raises(UnreadableError) as caught:
        read(MemoryTree({"a": text}), "a")
    assert expected in caught.value.message
    assert caught.value.hint
    assert time.monotonic() - started < HANGS
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("swagger: '1.2'", "Swagger 1.2 is not supported (2.0 is)"),
        ('{"swaggerVersion": "1.1"}', "Swagger 1.1 is not supported (2.0 is)"),
        ("swagger: {}", "is not supported (2.0 is)"),
        ("info: {}", "no OpenAPI description (it has no `openapi` field)"),
        ("# nothing", "no OpenAPI description"),
        ("[]", "no OpenAPI description"),
        ("openapi: 4.0.0", "OpenAPI 4.0.0 is not known"),
        ("openapi: {}", "is not known"),
    ],
)
def test_what_is_no_openapi(text, expected):
    with pytest.raises(UnreadableError, match=r"^a: ") as caught:
        describe(Library(tree=MemoryTree({"a": text})), "a")
    assert expected in caught.value.message
    assert caught.value.hint


def test_too_large_a_file_is_not_read():
    with pytest.raises(UnreadableError, match="larger"):
        read(MemoryTree({"a": "a: 12345"}), "a", limit=5)


def test_yaml_scalars_follow_the_core_schema():
    text = "[0x1F, 0o17, -3, 1.5, 1e3, true, No, 2021-01-01, '3', ~, null, 0b1, +1, .5, 1_000, !!str 4, '']"
    assert read(MemoryTree({"a": f"a: {text}"}), "a").data["a"] == [
        31, 15, -3, 1.5, 1000.0, True, "No", "2021-01-01", "3", None, None, "0b1", 1, 0.5, "1_000", "4", "",
    ]  # fmt: skip


def test_aliases_are_shared():
    data = read(MemoryTree({"a": "a: &x {b: 1}\nc: *x\nd: {<<: *x, b: 2}\ne: {<<: [*x, {b: 3, f: 4}]}"}), "a").data
    assert data == {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 2}, "e": {"b": 1, "f": 4}}
    assert data["a"] is data["c"]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: Wow! !important !x !y !z", {"a": "Wow! !important !x !y !z"}),
        ("a: >-\n  So &x &y &z it is: !a !b", {"a": "So &x &y &z it is: !a !b"}),
        ("a: \"!a !b !c\"\nb: '&a &b &c'", {"a": "!a !b !c", "b": "&a &b &c"}),
        ('a: ["x", "!a !b !c"]', {"a": ["x", "!a !b !c"]}),
        ("!!map &a\n!!str &b k: !!str v", {"k": "v"}),
    ],
)
def test_what_only_looks_like_many_tags(text, data):
    assert read(MemoryTree({"a": text}), "a").data == data


@pytest.mark.parametrize("more", ["\n" * 400_000, "#" * 400_000, ", " * 200_000, " \n" * 200_000, "! &\n" * 100_000])
def test_many_tags_are_looked_for_in_linear_time(more):
    started = time.monotonic()
    with contextlib.suppress(MalformedError):
        check_properties(f'a: "!x !y !z"\n{more}'.encode())
    assert time.monotonic() - started < HANGS


PIECES = [
    "a",
    "b:_",
    "-_",
    "N",
    "__",
    "[",
    "]",
    "{",
    "}",
    ",",
    '"',
    "'",
    "&x_",
    "*x_",
    "?_",
    ":_",
    "|N",
    ">N",
    "#",
    "!!str_",
    "!_",
    "!x",
    "&_",
    "<<:_",
    "---N",
    "...",
    "T",
    "\\",
    "é",
    "BOM",
    "RN",
    "%",
    "@",
    "`",
    "1",
    "~",
    "\\ud800",
]
MEANT = {"N": "\n", "T": "\t", "BOM": "\ufeff", "RN": "\r\n", "|N": "|\n", ">N": ">\n", "---N": "---\n"}
TEXTS = st.lists(st.sampled_from([MEANT.get(piece, piece.replace("_", " ")) for piece in PIECES]), max_size=40)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_no_text_ends_in_a_traceback(parts):
    try:
        document = read(MemoryTree({"a": "".join(parts)}), "a")
    except UnreadableError:
        return
    document.place(("a", 0, "b"))


@pytest.mark.parametrize(
    "text",
    [
        "d: |\n  &nbsp; &nbsp; &nbsp; indented\n",
        "d: >-\n  Wow\n  !important !important !important\n",
        "# !a !b !c\nd: 1\n",
        "d: \"it\n  &a &b &c is\"\ne: ''\n",
    ],
)
def test_text_that_looks_like_piled_up_tags_is_read(text: str) -> None:
    assert "d" in parse(text.encode())[0]
