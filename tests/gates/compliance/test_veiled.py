"""Nothing that looks like somebody's data, wherever an input holds it, comes into what the gate or a census says."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from cli_types import Command
from clones import Clone
from sluicegate.gates.compliance.personal.masking import masked, veiled
from sluicegate.model import Evidence, Examination, Finding, Level, Location, Outcome, Undecided

from .conftest import GitHub, settings

CANARIES = ("zelda.quux@canarymail.de", "4539578763621486", "DE44500105175407324931", "536-90-4399")
ALL = f"{CANARIES[0]} {CANARIES[1]} {CANARIES[2]} ssn {CANARIES[3]}"

PACK = f"""
pack: ours
version: 1.0.0
title: Ours
controls:
  - {{id: told, title: t, summary: s, evidence: changes, holds: "false",
      message: "{CANARIES[0]} {{author}} {{subject}} {{opened_by}} {{checks}}"}}
  - {{id: broken, title: t, summary: s, evidence: changes, holds: "int(item.subject) > 1", message: m}}
  - {{id: resources, title: t, summary: s, evidence: resources, holds: {{closed: "false"}}, message: "{{address}}"}}
  - {{id: trail, title: t, summary: s, evidence: trail-fields, holds: "false", message: "{{action}} {{first}}"}}
"""
TERRAFORM = f'resource "aws_s3_bucket" "{CANARIES[0]}" {{ bucket = "{CANARIES[1]}" }}\n'
MORE = '[[compliance.trail]]\nname = "app"\nfiles = ["audit.jsonl"]\n'


def test_canaries_in_every_input_are_in_no_report(clone: Clone, command: Command, github: GitHub) -> None:
    clone.write("sluicegate.toml", settings("baseline", "ours.yaml", more=MORE))
    clone.write(".git/info/exclude", "evidence/\nout/\n")
    clone.write("ours.yaml", PACK)
    clone.commit("one")
    clone.write("main.tf", TERRAFORM)
    clone.write("broken.tf", f'resource "{ALL} {{\n')
    clone.write("broken.yaml", f"apiVersion: v1\nkind: {{{ALL}\n")
    clone.write("audit.jsonl", json.dumps({"action": ALL, "actor": ALL, "at": ALL, ALL: ALL}) + f"\n{ALL}\n")
    clone.git("config", "user.email", CANARIES[0])
    clone.git("config", "user.name", CANARIES[0])
    last = clone.commit(f"subject {ALL}")
    github.repository()
    github.pulls(github.pull(1, last, by=CANARIES[0], reviews=[(CANARIES[0], "APPROVED", "")], checks={ALL: "failure"}))
    clone.write("evidence/github.jsonl", github.text())
    kinds = ("json", "sarif", "junit", "markdown", "html", "annotations")
    asked = [word for kind in kinds for word in ("--report", f"{kind}=out/run.{kind}")]
    done = command("check", "--gate", "compliance", "--base", "HEAD~1", *asked)
    told = {kind: (clone.root / f"out/run.{kind}").read_text("utf-8") for kind in kinds}
    told |= {"terminal": done.stdout, "standard error": done.stderr}
    for form in ("markdown", "html", "csv", "json", "oscal"):
        told[f"report as {form}"] = command("compliance", "report", "out/run.json", "--form", form).stdout
    for form in ("csv", "json"):
        census = command("compliance", "census", "--form", form)
        told[f"census as {form}"] = census.stdout + census.stderr
    assert "[e-mail]" in told["json"]
    assert "[card]" in told["census as csv"]
    for name, text in told.items():
        for canary in CANARIES:
            assert canary not in text, f"{canary} in {name}"


def test_every_part_of_what_is_said_is_veiled() -> None:
    place = Location(path="a.tf", line=1, logical=ALL)
    said = (
        Finding(rule="compliance/a/b", level=Level.ERROR, message=ALL, key=(ALL,), location=place),
        Examination(rule="r", subject=ALL, undecided=Undecided(outcome=Outcome.ERRORED, reason=ALL, hint=ALL)),
        Evidence(subject=ALL, query=ALL, sha256="", collected=datetime.now(UTC)),
    )
    for each in map(veiled, said):
        assert not any(canary in repr(each) for canary in CANARIES)


def test_two_things_that_are_called_like_persons_stay_two() -> None:
    def of(name: str) -> str:
        finding = Finding(rule="a/b", level=Level.NOTE, message="m", key=(name,), location=Location())
        said = veiled(finding)
        assert isinstance(said, Finding)
        return said.key[0]

    assert of("a.person@canarymail.de") != of("b.person@canarymail.de")
    assert of("aws_s3_bucket.logs") == "aws_s3_bucket.logs"


def test_what_is_nobodys_stays() -> None:
    plain = "actions/checkout@v4.1.2, git@github.com:acme/shop.git, 10.0.0.1, 2026-11-29, @acme/api, 1.24.0"
    assert masked(plain) == plain
