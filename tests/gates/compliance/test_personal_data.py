"""Personal data of a whole repository: what is in order passes, and each thing that is broken fails its control."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone
from sluicegate.gates.compliance.predicates.asking import Evaluator

from .conftest import Judged
from .shop import CONTROLS, FILES, broken, written

FORMS = ("sarif", "junit", "markdown", "html", "json", "annotations")


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    with Evaluator() as one:
        yield one


@pytest.fixture
def shop(clone: Clone) -> Clone:
    clone.git("branch", "-M", "main")
    clone.commit("shop", **FILES)
    return clone


@pytest.mark.usefixtures("shop")
def test_what_is_in_order_passes(judged: Judged) -> None:
    said = judged()
    assert {control: said.outcome(control) for control in CONTROLS} == dict.fromkeys(CONTROLS, "passed")
    assert [each for control in CONTROLS for each in said.messages(control)] == []
    seen = said.evidence["columns of schemas"]
    assert (seen["query"], seen["population"], len(seen["sha256"])) == ("the tables after 2 scripts", 4, 64)


FAULTS: dict[str, tuple[str, str, str, set[str]]] = {
    "a property that is new": (
        "openapi.yaml", "        id:", "        phone: {type: string}\n        id:",
        {"gdpr/fields-classified", "gdpr/fields-serve-purpose", "hipaa/responses-serve-purpose"},
    ),
    "a column that is new": ("schema.sql", "  email", "  note text,\n  email", {"gdpr/fields-classified"}),
    "a security code": (
        "schema.sql", "  email", "  card_cvv text,\n  email",
        {"gdpr/fields-classified", "pci-dss/security-codes-not-stored"},
    ),
    "a code in a log": (
        "logs/app.jsonl", '"info"', '"info", "cvc2": 1',
        {"pci-dss/security-codes-not-logged", "gdpr/fields-classified"},
    ),
    "a special category in clear": (
        "compliance/data-map.yaml", "    protection: encrypted\n", "",
        {"gdpr/special-categories-protected", "hipaa/health-data-protected"},
    ),
    "cards in clear": (
        "compliance/data-map.yaml", "{category: card, protection: tokenised}", "card",
        {"pci-dss/card-numbers-not-clear"}
    ),
    "no purpose": (
        "compliance/data-map.yaml", '"GET /users/*": [ordering]', '"GET /users/*": [care]',
        {"gdpr/fields-serve-purpose", "hipaa/responses-serve-purpose"},
    ),
    "no basis": ("compliance/data-map.yaml", "{legal-basis: contract, ", "{", {"gdpr/legal-basis-declared"}),
    "no end": (
        "compliance/data-map.yaml", "    retention: P9Y6M\n", "",
        {"gdpr/retention-declared", "gdpr/processing-recorded"}
    ),
    "no agreement": ("compliance/data-map.yaml", "mailer.md", "gone.md", {"gdpr/processors-declared"}),
    "a far processor": ("compliance/data-map.yaml", "country: DE", "country: XX", {"gdpr/processors-declared"}),
    "an undeclared service": (
        "requirements.txt", "requests", "sentry-sdk[flask]>=2\nrequests", {"gdpr/services-declared"}
    ),
    "no measures": (
        "compliance/data-map.yaml", "security-measures: [encryption at rest]\n", "", {"gdpr/processing-recorded"}
    ),
    "called impersonal": (
        "compliance/data-map.yaml", '"*.email": contact', '"users.email": none\n  "*.email": contact',
        {"gdpr/classification-plausible"},
    ),
    "no way back": (
        "alembic/versions/aaa.py", '    op.add_column("users", sa.Column("mail", sa.Text))', "    pass",
        {"baseline/migrations-reversible"},
    ),
    "somebody's card": (
        "fixtures/users.json", "4111111111111111", "4539578763621486", {"baseline/fixtures-made-up"}
    ),
    "a canary in a log": (
        "logs/app.jsonl", "82736152", hashlib.sha256(b"canary-value-77").hexdigest(), {"baseline/logs-free-of-canaries"}
    ),
    "an address in a log": (
        "logs/app.jsonl", "82736152", "carol@acme-corp.com",
        {"baseline/logs-look-clean", "gdpr/classification-plausible"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", list(FAULTS))
def test_each_fault_fails_its_control(tmp_path: Path, evaluator: Evaluator, fault: str) -> None:
    path, before, after, controls = FAULTS[fault]
    assert before in FILES[path]
    root = written(tmp_path, {**FILES, path: FILES[path].replace(before, after, 1)})
    assert set(broken(root, evaluator)[0]) == controls


SECRET = ("4539578763621486", "canary-value-77", "carol.jones", "acme-corp", "DE91100000000123456789", "536-22-1234")


def test_what_a_change_brings_is_new_and_no_report_tells_the_values(shop: Clone, command: Command) -> None:
    line = f"card {SECRET[0]} token {SECRET[1]} {SECRET[2]}@{SECRET[3]}.com {SECRET[4]} ssn {SECRET[5]}"
    shop.write("logs/app.jsonl", json.dumps({"said": line, f"{SECRET[2]}@{SECRET[3]}.com": 1}) + "\n")
    shop.write("fixtures/users.json", line)
    shop.write("logs/other.log", f"{line}\nmail={SECRET[2]}@{SECRET[3]}.com\n")
    shop.write("schema.sql", FILES["schema.sql"].replace("  email", "  note text,\n  email"))
    asked = [word for form in FORMS for word in ("--report", f"{form}=report.{form}")]
    done = command("check", "--gate", "compliance", *asked, "--report", "terminal=-")
    assert done.returncode == 1
    reports = {form: (shop.root / f"report.{form}").read_text("utf-8") for form in FORMS}
    findings = json.loads(reports["json"])["gates"][0]["findings"]
    new = {each["rule"].removeprefix("compliance/") for each in findings if each["state"] == "new"}
    assert new == {
        "gdpr/fields-classified", "baseline/fixtures-made-up", "baseline/logs-free-of-canaries",
        "baseline/logs-look-clean",
    }  # fmt: skip
    for form, told in {**reports, "terminal": done.stdout + done.stderr}.items():
        assert "the canary customer token" in told or form == "annotations"
        assert [secret for secret in SECRET if secret.lower() in told.lower()] == [], form
