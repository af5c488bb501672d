"""How files and plans of Terraform are read, and what cannot be."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cloud import names, plan, planned, said, tf

from effort import HANGS
from sluicegate.errors import GateError, UnreadableError
from sluicegate.infrastructure.hcl import read
from sluicegate.infrastructure.values import Unknown, plain


def test_literals_are_read_and_all_else_is_unknown():
    text = (
        'a = "x\\n\\"\\u00e9$${b}"\nb = 5\nc = -1.5\nd = [true, null, ["y"]]\ne = {k = 1, "l": 2}\nf = var.x\n'
        'g = "a${var.x}"\nh = jsonencode({a = [1]})\ni = upper("a")\nj = (3)\nk = <<-E\n    z\n    E\n'
        'l = <<E\n${var.x}\nE\nm = 1 + 2\nn = var.a ? 1 : 2\no = [for x in y : x]\np = "%{ if x }y%{ endif }"\n'
        'q {\n  r = 1\n}\nq {\n  r = 2\n}\nq = 3\ndynamic "s" {\n  for_each = x\n  content {\n    t = 1\n  }\n}\n'
    )
    body = plain(read(text.encode(), "a.tf"))
    literal = {name: body[name] for name in "abcdehjk"}
    assert literal == {
        "a": 'x\n"é${b}', "b": 5, "c": -1.5, "d": [True, None, ["y"]], "e": {"k": 1, "l": 2}, "h": {"a": [1]}, "j": 3,
        "k": "z\n",
    }  # fmt: skip
    assert {name for name, one in body.items() if isinstance(one, Unknown)} == set("fgilmnop")
    assert body["s"] == [{"t": 1}]


def test_values_have_their_places():
    body = read(b'# one\nresource "a" "b" {\n  c = "d"\n  e {\n    f = [1,\n      2]\n  }\n}\n', "a.tf")
    inner = body.of["resource"].of[0].of["a"].of["b"]
    assert (inner.line, inner.column) == (2, 1)
    assert (inner.of["c"].line, inner.of["c"].column) == (3, 7)
    two = inner.of["e"].of[0].of["f"].of[1]
    assert (two.line, two.column) == (6, 7)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b'resource "a" "b" {\n  c = \n}\n', "main.tf:2:7: not HCL"),
        (b'a = "x\n', "main.tf:1:6: not HCL"),
        (b"a = 1\n}\n", "main.tf:2:1: not HCL: unexpected `}`"),
        (b"a = <<E\nx\n", "main.tf:1:5: not HCL"),
        (b"a = \xff\n", "main.tf:1: not UTF-8"),
        (b"a = [\n", "main.tf:2:1: not HCL: it ends too soon"),
        (b"a = " + b"[" * 500 + b"]" * 500 + b"\n", "nested more than 80 deep"),
        (b"a = {" + b"(" * 5000 + b"a" + b")" * 5000 + b" = 1}\n", "nested too deep"),
        (b"a {\n" * 500 + b"}\n" * 500, "nested more than 80 deep"),
        (b"a = <<E\n" + b"\n" * 2000 + b"E\n", "more than 1000 blanks in a row"),
        (b"#" * ((256 << 10) + 1), "more than the 262,144 bytes"),
    ],
)
def test_what_cannot_be_read_is_errored_at_its_place_and_the_others_are_judged(text: bytes, why: str):
    started = monotonic()
    told = said({"main.tf": text, "other.tf": 'resource "aws_rds_cluster" "x" {}\n'})
    assert why in told.errored["main.tf"]
    assert told.names == ["cloud-unencrypted-storage"]
    assert monotonic() - started < HANGS


def test_where_the_parser_is_missing_files_are_errored_with_the_command_that_gets_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "hcl2", None)
    told = said(tf("aws_rds_cluster", ""))
    assert "python-hcl2 is not installed" in told.errored["main.tf"]
    assert told.examinations[0].undecided.hint == "pip install 'sluicegate[commit]'"


@pytest.mark.parametrize(
    "piece", ["a = 1\n", "a {\n}\n", 'a = "${b}"\n', "a = <<E\nE\n", "/*", '"', "a = [1,\n2]\n", " \n"]
)
def test_a_large_file_takes_time_by_its_length(piece: str):
    started = monotonic()
    said({"main.tf": piece * (120_000 // len(piece))})
    assert monotonic() - started < HANGS


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='ab=1 "{}[]()\n$%<-E:,.?*#/\\é', max_size=60))
def test_any_text_is_read_or_refused(text: str):
    with suppress(UnreadableError):
        read(text.encode(), "a.tf")


PLANS = {"terraform_plans": ("plan.json",)}


def test_json_of_terraform_is_read_with_its_places():
    text = '{"resource": {"aws_rds_cluster": {"x": [\n  {"storage_encrypted": false}]}}}'
    (one,) = said({"main.tf.json": text}).findings
    assert (one.location.line, one.location.column, one.location.logical) == (2, 25, "aws_rds_cluster.x")
    assert names({"main.tf.json": '{"resource": {"aws_s3_bucket_acl": {"x": {"acl": "${var.acl}"}}}}'}) == []
    assert list(said({"main.tf.json": "[1]"}).errored) == ["main.tf.json"]


def test_a_plan_is_judged_by_what_it_comes_to():
    (one,) = said(plan("aws_rds_cluster", {"storage_encrypted": None}), **PLANS).findings
    assert (one.location.path, one.location.line, one.location.logical) == ("plan.json", None, "aws_rds_cluster.x")
    assert one.key == ("plan.json", "aws_rds_cluster.x", "storage_encrypted")
    assert said(plan("aws_rds_cluster", {})).names == []  # nobody named it


def test_what_is_known_after_the_apply_is_unknown():
    told = said(plan("aws_db_instance", {"storage_encrypted": True}, {"publicly_accessible": True}), **PLANS)
    assert "leaves open whether it can be reached" in told.undecided("cloud-public-database")[0][1]
    inner = said(
        plan("aws_security_group", {"ingress": [{"from_port": 22, "to_port": 22, "cidr_blocks": [None]}]},
             {"ingress": [{"cidr_blocks": [True]}]}), **PLANS
    )  # fmt: skip
    assert "leaves open who may reach a port (`known after apply`)" in inner.undecided("cloud-open-port")[0][1]


def test_what_the_provider_chooses_because_nobody_wrote_it_is_no_doubt():
    told = said(plan("aws_s3_bucket", {"bucket": "x"}, {"acl": True, "tags": {}}), **PLANS)
    assert told.undecided("cloud-public-bucket") == []
    written = plan("aws_s3_bucket", {"bucket": "x"}, {"acl": True}, {"acl": {"references": ["var.acl"]}})
    assert len(said(written, **PLANS).undecided("cloud-public-bucket")) == 1
    indexed = json.loads(plan("aws_s3_bucket", {}, {"acl": True})["plan.json"])
    indexed["resource_changes"][0]["address"] = 'aws_s3_bucket.x["a]\\"b"]'
    assert said({"plan.json": json.dumps(indexed)}, **PLANS).undecided("cloud-public-bucket") == []


def test_what_goes_is_left_out():
    made = planned("aws_rds_cluster", None)
    made["resource_changes"][0]["change"] = {"actions": ["delete"], "before": {}, "after": None, "after_unknown": {}}
    assert said({"plan.json": json.dumps(made)}, **PLANS).names == []


def test_a_secret_counts_where_it_is_written_and_not_where_it_was_handed_in():
    after = {"password": "gr4vel-Otter-91", "storage_encrypted": True}
    handed_in = plan("aws_db_instance", after, None, {"password": {"references": ["var.password"]}})
    assert names(handed_in, **PLANS) == []
    written = plan("aws_db_instance", after, None, {"password": {"constant_value": "gr4vel-Otter-91"}})
    assert names(written, **PLANS) == ["plain-secret"]
    module = {
        "variables": {"token": {"default": "gr4vel-Otter-91"}},
        "resources": [
            {
                "address": "acme.x",
                "type": "acme",
                "expressions": {"env": [{"api_key": {"constant_value": "gr4vel-91"}}]},
            }
        ],
    }
    made = planned("a", {})
    made["configuration"] = {
        "provider_config": {"acme": {"expressions": {"token": {"constant_value": "gr4vel-Otter-91"}}}},
        "root_module": {"module_calls": {"m": {"module": module, "expressions": {}}}},
    }
    found = said({"plan.json": json.dumps(made)}, **PLANS).findings
    assert [one.location.logical for one in found] == ["provider.acme", "module.m.acme.x", "module.m.var.token"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not JSON"), ("[]", "no plan of Terraform"), ('{"values": {}}', "no plan of Terraform"),
        (json.dumps({**planned("a", {}), "format_version": "2.0"}), "the version of its format is 2.0"),
        (json.dumps({**planned("a", {}), "errored": True}), "did not finish"),
        ("[" * 100_000, "not JSON"),
        (json.dumps(planned("a", {}))[:-1] + ', "x": "\\ud800"}', "not JSON"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_read_is_errored(text: str, why: str):
    assert why in said({"plan.json": text}, **PLANS).errored["plan.json"]


@pytest.mark.parametrize("name", ["missing.json", "plans/*.json"])
def test_a_plan_that_is_not_there_is_errored(name: str):
    assert said({}, terraform_plans=(name,)).errored == {name: f"{name}: there is no such plan"}


@settings(max_examples=100, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.just("x"), lambda inner: st.lists(inner, max_size=3)
       | st.dictionaries(st.sampled_from(["resource_changes", "change", "after", "after_unknown", "configuration",
                                          "root_module", "resources", "expressions", "module_calls", "variables",
                                          "ingress", "type", "address", "constant_value", "references"]), inner,
                         max_size=4), max_leaves=20))  # fmt: skip
def test_any_plan_is_looked_at_without_trouble(body):
    made = planned("aws_security_group", body, body, body)
    with suppress(GateError):
        said({"plan.json": json.dumps({**made, **(body if isinstance(body, dict) else {})})}, **PLANS)
