"""Which files are manifests of Kubernetes, and how they are read: documents, aliases, templates, and what is broken."""

from __future__ import annotations

import json
from itertools import pairwise
from time import monotonic

import pytest
from folders import said_of
from test_kubernetes import ALL, BAD, names, pod, said, thing

from effort import HANGS

TWO = """\
# the first

apiVersion: v1
kind: Pod
metadata: {name: one}
spec: &spec
  automountServiceAccountToken: false
  hostPID: true
---
kind: Pod
apiVersion: v1
metadata:
  name: two
  namespace: shop
spec:
  automountServiceAccountToken: false
  containers: []
  hostNetwork:   true
...
---
"""


def test_a_finding_has_its_place_in_the_document_that_it_is_of():
    found = [(one.location.line, one.location.column, one.location.logical) for one in said(TWO).findings]
    assert found == [(8, 12, "Pod/one"), (18, 18, "Pod/shop/two")]


def test_a_broken_document_is_errored_at_its_place_and_the_others_are_judged():
    broken = "---\napiVersion: v1\nkind: Pod\nspec: [\n"
    first = TWO.removesuffix("...\n---\n")
    told = said(f"{first}{broken}---\n{TWO}{broken}")
    assert len(told.findings) == 4
    assert {one.location.line for one in told.findings} == {8, 18, 31, 41}
    (reason,) = set(told.errored.values())
    assert "web.yaml:23: not YAML" in reason
    assert "web.yaml:48: not YAML" in reason
    assert {one.rule for one in told.examinations} == ALL


def test_the_same_anchor_in_two_documents_is_two():
    assert "names no anchor" in str(said(f"{TWO}apiVersion: v1\nkind: Pod\nspec: *spec\n").errored)


def test_aliases_and_merges_are_followed():
    text = pod().replace('"spec"', '"spec": {"<<": *a}, "x"')
    assert "names no anchor" in str(said(text).errored)
    body = "x: &a {hostPID: true}\nspec:\n  <<: *a\n  automountServiceAccountToken: false\n"
    assert names(f"apiVersion: v1\nkind: Pod\n{body}") == ["host-namespace"]


BOMB = "a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise("abcdefghij")
)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BOMB, "stands for more than"),
        ("a: " + "[" * 5000 + "]" * 5000 + "\n", "deep"),
        ("a: " + "{a: " * 5000 + "\n", "deep"),
        ("a: &a [*a]\n", "stands inside what it names"),
        ("a: 1\na: 2\n", "stands twice"),
        ("? [a]\n: 1\n", "a key that is no text"),
        ("a: \x01\n", "web.yaml:3: not YAML"),
        ("a: !!python/object:os.system [x]\nb: 'x\n", "not YAML"),
    ],
    ids=["bomb", "lists", "mappings", "self", "twice", "key", "control", "object"],
)  # fmt: skip
def test_what_cannot_be_read_is_errored_soon(body: str, why: str):
    started = monotonic()
    told = said(f"apiVersion: v1\nkind: Pod\n{body}")
    assert why in told.errored["web.yaml"]
    assert monotonic() - started < HANGS


def test_bytes_that_are_no_text_are_errored_with_their_line():
    assert said(b"apiVersion: v1\nkind: Pod\n# \xff\n").errored == {"web.yaml": "web.yaml:3: not UTF-8"}


CHART = {"chart/Chart.yaml": "name: web\n", "chart/charts/a/Chart.yaml": "name: a\n"}
TEMPLATED = "apiVersion: v1\nkind: Pod\nspec:\n{{- with .Values.x }}\n  hostPID: true\n{{- end }}\n"


@pytest.mark.parametrize("path", ["chart/templates/a.yaml", "chart/charts/a/templates/deep/a.yaml"])
@pytest.mark.parametrize("text", [TEMPLATED, "apiVersion: v1\nkind: Pod\nspec: {hostPID: '{{ .Values.x }}'}\n"])
def test_templates_of_helm_are_not_tested(path: str, text: str):
    told = said(text, path, **CHART)
    assert told.untested == {path: "it is a template, which only Helm can fill in"}
    assert {one.rule for one in told.examinations} == ALL
    assert "helm template" in told.examinations[0].undecided.hint


def test_a_file_of_a_chart_with_nothing_to_fill_in_is_judged():
    assert names(TWO, "chart/templates/a.yaml", **CHART) == ["host-namespace"] * 2


def test_what_has_to_be_filled_in_elsewhere_is_not_tested_and_the_rest_is_judged():
    told = said(f"{TWO}{TEMPLATED}")
    assert told.names == ["kubernetes-host-namespace"] * 2
    assert "has to be filled in first, or is broken: web.yaml:25" in told.untested["web.yaml"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("openapi.yaml", "openapi: 3.1.0\ninfo: {title: apiVersion}\n"),
        ("Chart.yaml", "apiVersion: v2\nname: web\n"),
        ("ci.yml", "kind: Pipeline\n"),
        ("broken.yaml", "a: [\n"),
        ("web.txt", TWO),
        ("package.json", '{"apiVersion": 1, "kinds": ["Pod"]}'),
    ],
)
def test_other_files_are_let_be(name: str, text: str):
    told = said(text, name)
    assert told.findings == []
    assert {one.subject for one in told.examinations} == {"manifests"}
    assert {one.undecided.reason for one in told.examinations} == {"there is no manifest of Kubernetes"}


@pytest.mark.parametrize("space", ["", " ", "\n", "\t"])
def test_json_is_read_however_it_is_set(space: str):
    text = json.dumps({"kind": "Pod", "apiVersion": "v1", "spec": {**BAD, "x": "😀\\"}}).replace(", ", f",{space}")
    assert names(text, "web.json") == ["host-namespace"]


def test_objects_of_which_no_rule_tells_are_not_applicable():
    (reason,) = {one.undecided.reason for one in said(thing("Service", {"spec": {}})).examinations}
    assert reason == "it has no workload, no role and no secret"


def test_a_hook_looks_at_what_is_touched():
    files = {"a.yaml": TWO, "b.yaml": TWO}
    assert {one.key[0] for one in said_of(files, rules=ALL, touched=frozenset({"b.yaml"})).findings} == {"b.yaml"}
    assert said_of(files, rules=ALL, touched=frozenset({"x"})).untested == {}


def test_one_that_is_too_large_is_errored_and_what_is_even_larger_is_not_looked_into():
    line = b"# a comment\n"
    told = said_of({"a.yaml": TWO.encode() + line * 500_000, "b.json": b" " * ((32 << 20) + 1)}, rules=ALL)
    assert list(told.errored) == ["a.yaml"]
    assert list(told.untested) == ["b.json"]


def test_a_shape_that_is_none_is_no_trouble():
    for spec in (1, [], "x", {"containers": 1}, {"containers": [1, {"env": {"a": 1}, "image": 5}], "volumes": "x"}):
        assert "web.yaml" not in said(thing("Pod", {"spec": spec})).errored


@pytest.mark.parametrize(
    "piece",
    ["---\n", "a: &a\n", "- ", "\n", ",   ", "{", "kind: ", "? ", "'", "---\nkind: A\napiVersion: a\n", "a: *a\n"],
)
def test_a_large_file_takes_time_by_its_length(piece: str):
    started = monotonic()
    said("apiVersion: v1\nkind: Pod\n" + piece * (1_000_000 // len(piece)))
    assert monotonic() - started < HANGS
