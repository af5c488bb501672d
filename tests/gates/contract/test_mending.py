"""Fixes of descriptions: what they change, and where none is offered."""

from __future__ import annotations

import json

import pytest
from memory import MemoryTree
from sides import run

from sluicegate.gates.contract import mending
from sluicegate.openapi.reading import read

HEAD = "openapi: 3.0.3\ninfo: {title: Orders, version: '1.2.0'} # ours\n"


def api(schema: str, head: str = HEAD, tags: str = "") -> str:
    """A description with a schema, in YAML and indented by eight; its operation has the tags."""
    body = f"paths:\n  /orders:\n    get:\n{tags}      responses: {{'204': {{description: None.}}}}\n"
    return f"{head}{body}components:\n  schemas:\n    Order:\n{schema}"


def fixes(text, rule, **more):
    files = text if isinstance(text, dict) else {"openapi.yaml": text}
    found, _ = run(None, files, soundness=True, **more)
    return [one.fix for one in found if one.rule == f"contract/{rule}"]


def mended(text: str, fix) -> str:
    lines = text.split("\n")
    assert "\n".join(lines[fix.first_line - 1 : fix.last_line]).replace("\r", "") == fix.original
    lines[fix.first_line - 1 : fix.last_line] = [] if fix.removed else fix.replacement.split("\n")
    return "\n".join(lines)


def data(text: str):
    return read(MemoryTree({"openapi.yaml": text}, name="head"), "openapi.yaml").data


ENUMS = {
    "a line of its own": ("enum:\n  - a # one\n  - b\n  - a\n", "enum:\n  - a # one\n  - b\n"),
    "a line in the middle": ("enum:\n- a\n- a\n\n# more\n- b\n", "enum:\n- a\n\n# more\n- b\n"),
    "in brackets, the last": ("enum: [a, b, a] # these\n", "enum: [a, b] # these\n"),
    "in brackets, in the middle": ('enum: ["a,]", "a,]", \'b\']\n', "enum: [\"a,]\", 'b']\n"),
    "numbers that are one": ("enum: [1, 2, 1.0]\n", "enum: [1, 2]\n"),
    "objects": ("enum: [{a: [1]}, 2, {a: [1]}]\n", "enum: [{a: [1]}, 2]\n"),
    "over lines": ("enum: [\n  a,\n  a,\n  b\n]\n", "enum: [\n  a,\n  b\n]\n"),
    "the last over lines": ("enum: [\n  a,\n  b,\n  a\n  ]\n", "enum: [\n  a,\n  b\n  ]\n"),
    "an alias": ("enum:\n  - &x a\n  - *x\n  - b\n", "enum:\n  - &x a\n  - b\n"),
    "three times": ("enum: [a, a, a]\n", "enum: [a, a]\n"),
}


def indented(text: str) -> str:
    return "".join(f"      {line}" for line in text.splitlines(keepends=True))


@pytest.mark.parametrize(("old", "new"), ENUMS.values(), ids=ENUMS)
def test_a_second_value_is_removed_and_nothing_else(old: str, new: str) -> None:
    text, wanted = (api(indented(one)) for one in (old, new))
    [fix] = fixes(text, "duplicate-enum-value")
    assert mended(text, fix) == wanted
    assert fix.path == "openapi.yaml"
    assert fix.title.startswith("remove the second ")


@pytest.mark.parametrize(
    "old",
    [
        "enum:\n  - a\n  - a # the other one\n",  # a comment would go with it
        "enum: [a, # one\n  a]\n",
        "enum:\n  - a\n  - &x a\ndefault: *x\n",
        "enum: [a, &x a]\ndefault: *x\n",
        "enum:\n  - >-\n    a\n  - >-\n    a\n",
        "enum:\n  - {a: 1}\n  - a: 1\n    b: 2\n  - a: 1\n    b: 2\n",
    ],
)
def test_what_is_not_understood_is_left_alone(old: str) -> None:
    assert fixes(api(indented(old)), "duplicate-enum-value") == [None]


def test_windows_line_ends_are_no_part_of_the_lines() -> None:
    text = api(indented("enum:\n  - a\n  - b\n  - a\n")).replace("\n", "\r\n")
    [fix] = fixes(text, "duplicate-enum-value")
    assert (fix.original, fix.removed) == ("        - a", True)
    assert fixes(api("      {enum: [a, a]}\n").replace("\n", "\r\n"), "duplicate-enum-value")[0].replacement == (
        "      {enum: [a]}"
    )


ARRAYS = {
    "a key of its own line": (
        "type: array # of what\nmaxItems: 3\n",
        "type: array # of what\nitems: {}\nmaxItems: 3\n",
    ),
    "the last line": ("maxItems: 3\ntype: array\n", "maxItems: 3\ntype: array\nitems: {}\n"),
    "in braces": ("{type: array, maxItems: 3}\n", "{type: array, items: {}, maxItems: 3}\n"),
    "in quotes": ('{"type" : "array"}\n', '{"type" : "array", "items": {}}\n'),
    "in braces over lines": ("{\n  type: array\n}\n", "{\n  type: array,\n  items: {}\n}\n"),
    "in an item": ("allOf:\n  - type: array\n", "allOf:\n  - type: array\n    items: {}\n"),
}


@pytest.mark.parametrize(("old", "new"), ARRAYS.values(), ids=ARRAYS)
def test_items_are_added_and_nothing_else(old: str, new: str) -> None:
    text, wanted = (api(indented(one)) for one in (old, new))
    [fix] = fixes(text, "array-without-items")
    assert mended(text, fix) == wanted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tags:\n  - name: orders\n", "tags:\n  - name: orders\n  - name: bills\n"),
        (
            "tags:\n- name: orders\n  description: |\n    # all\n\n    of them\n\n# done\n",
            "tags:\n- name: orders\n  description: |\n    # all\n\n    of them\n- name: bills\n\n# done\n",
        ),
        ("tags: [{name: orders}] # two\n", "tags: [{name: orders}, {name: bills}] # two\n"),
        ('tags: [{"name": "orders"}]\n', 'tags: [{"name": "orders"}, {"name": "bills"}]\n'),
        ("tags: [\n  {name: orders}\n  ]\n", "tags: [\n  {name: orders},\n  {name: bills}\n  ]\n"),
    ],
)
def test_a_tag_is_declared_at_the_end(old: str, new: str) -> None:
    text, wanted = (api("      {}\n", HEAD + tags, "      tags: [bills]\n") for tags in (old, new))
    [fix] = fixes(text, "undeclared-tag")
    assert mended(text, fix) == wanted


@pytest.mark.parametrize("tag", ["true", "a: b", "Ünüsual", "[x]", "12", "a'b\"c"])
def test_a_tag_is_quoted_where_it_has_to_be(tag: str) -> None:
    text = api("      {}\n", f"{HEAD}tags:\n  - name: orders\n", f"      tags: [{json.dumps(tag)}]\n")
    [fix] = fixes(text, "undeclared-tag")
    assert data(mended(text, fix))["tags"] == [{"name": "orders"}, {"name": tag}]


def test_a_tag_that_is_nearly_declared_is_a_slip_of_the_pen() -> None:
    text = api("      {}\n", f"{HEAD}tags:\n  - name: orders\n", "      tags: [order]\n")
    assert fixes(text, "undeclared-tag") == [None]


@pytest.mark.parametrize("indent", [None, 2])
def test_json(indent: int | None) -> None:
    document = data(
        api(
            indented("properties:\n  a: {type: array}\n  b: {enum: [x, y, x]}\n"),
            f"{HEAD}tags: [{{name: orders}}]\n",
            "      tags: [bills]\n",
        )
    )
    text = json.dumps(document, indent=indent)
    meant = json.loads(text)
    schema = meant["components"]["schemas"]["Order"]["properties"]
    for rule, change in {
        "array-without-items": lambda: schema["a"].update(items={}),
        "duplicate-enum-value": schema["b"]["enum"].pop,
        "undeclared-tag": lambda: meant["tags"].append({"name": "bills"}),
    }.items():
        change()
        [fix] = fixes(text, rule)
        text = mended(text, fix)
        assert json.loads(text) == meant
        assert fixes(text, rule) == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("{title: Orders, version: '1.2.0'}", "{title: Orders, version: '2.0.0'}"),
        ('{title: Orders, "version": "1.2.0"}', '{title: Orders, "version": "2.0.0"}'),
        ("\n  version: 1.2.0 # says it\n  title: Orders", "\n  version: 2.0.0 # says it\n  title: Orders"),
    ],
)
def test_a_version_is_bumped_as_it_was_quoted(was: str, now: str) -> None:
    base = f"openapi: 3.1.0\ninfo: {was}\npaths: {{/orders: {{get: {{responses: {{'204': {{description: No.}}}}}}}}}}\n"
    head = base.replace("/orders", "/sales")
    found, _ = run(base, head, version_policy="semver", rules=frozenset({"contract/version-not-bumped"}))
    [fix] = [one.fix for one in found]
    assert mended(head, fix) == head.replace(was, now)


def test_a_fix_names_the_file_that_it_edits() -> None:
    files = {
        "openapi.yaml": api("      $ref: 'parts/order.yaml'\n").replace("{description: None.}", (
            "{description: All., content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}")),
        "parts/order.yaml": "type: string\nenum:\n  - a\n  - a\n",
    }  # fmt: skip
    [fix] = fixes(files, "duplicate-enum-value")
    assert (fix.path, fix.first_line, fix.removed) == ("parts/order.yaml", 4, True)


def test_swagger_is_mended_as_it_is_written() -> None:
    text = (
        "swagger: '2.0'\ninfo: {title: Orders, version: '1'}\npaths: {}\n"
        "definitions:\n  Order:\n    type: string\n    enum:\n    - a\n    - a\n"
    )
    [fix] = fixes(text, "duplicate-enum-value")
    assert mended(text, fix) == text.removesuffix("    - a\n")


def test_what_no_report_could_carry_is_left_alone() -> None:
    assert fixes(api("      {enum: [a, a], title: 'x\u202ey'}\n"), "duplicate-enum-value") == [None]
    assert fixes(api(f"      {{enum: [a, a], title: {'x' * 5000}}}\n"), "duplicate-enum-value") == [None]


def test_the_work_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    schemas = "".join(f"        p{n}:\n          enum: [a, b, a]\n" for n in range(30))
    found = fixes(api(f"      properties:\n{schemas}"), "duplicate-enum-value")
    assert len(found) == 30
    assert sum(one is not None for one in found) == mending.MOST
    monkeypatch.setattr(mending, "_LARGEST", 10)
    assert not any(fixes(api(f"      properties:\n{schemas}"), "duplicate-enum-value"))
