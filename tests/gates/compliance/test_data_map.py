"""The data map as people write it: every mistake with its line, and which pattern counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sluicegate.errors import GateError
from sluicegate.gates.compliance.personal.datamap import read
from sluicegate.gates.compliance.predicates.asking import Evaluator
from sluicegate.revision import TreeSpec, open_tree

from .shop import DATA_MAP, FILES, broken, gathered, written

WRONG = """\
system: shop
contoller: {name: x}
purposes: {ordering: x}
categories:
  contact: {legal-basis: contrat, retention: 3 years, purposes: [ordring], processors: [mailer]}
  none: {}
fields:
  "users.email": contacts
  "users.id": {category: none, protecton: x}
operations:
  "GET /users": [billing]
"""


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    with Evaluator() as one:
        yield one


def of(root: Path, text: str) -> str:
    """What is wrong with a map."""
    written(root, {"map.yaml": text})
    with pytest.raises(GateError) as told:
        read(open_tree(TreeSpec(kind="folder", root=str(root))), "map.yaml")
    return told.value.message


def test_every_mistake_of_form_is_told_with_its_line(tmp_path: Path) -> None:
    said = of(tmp_path, WRONG)
    assert said.startswith("4 mistakes in the data map: ")
    for part in ("map.yaml:2: contoller", "did you mean controller"):
        assert part in said
    assert 'map.yaml:5: categories.contact.legal-basis: "contrat" is none of ' in said
    assert "map.yaml:5: categories.contact.retention: " in said
    assert "map.yaml:9: fields.users.id.protecton: nobody reads this key; did you mean protection?" in said


def test_every_name_that_the_map_does_not_have_is_told_with_its_line(tmp_path: Path) -> None:
    right = WRONG.replace("contoller", "controller").replace("contrat", "contract").replace("3 years", "P3Y")
    said = of(tmp_path, right.replace(", protecton: x", ""))
    for part in (
        "map.yaml:5: categories.contact.purposes[0]: ordring is not among `purposes` (ordering)",
        "map.yaml:5: categories.contact.processors[0]: mailer is not among `processors`",
        "map.yaml:6: categories.none: `none` is what no personal data is",
        "map.yaml:8: fields.users.email: contacts is not among `categories` (contact, none)",
        "map.yaml:11: operations.GET /users[0]: billing is not among `purposes` (ordering)",
    ):
        assert part in said


@pytest.mark.parametrize("text", ["", "- a list", "system: [", "system: shop\nsystem: shop\n", "a: &a [*a]"])
def test_what_is_no_map_is_no_traceback(tmp_path: Path, evaluator: Evaluator, text: str) -> None:
    written(tmp_path, {**FILES, "compliance/data-map.yaml": text})
    found, looked = broken(tmp_path, evaluator)
    assert not any(control.startswith("gdpr/") for control in found)
    reasons = {each.undecided.reason for each in looked if each.undecided and each.rule.startswith("compliance/gdpr/f")}
    assert any("data-map.yaml" in reason or "data map" in reason for reason in reasons)
    errored = {each.rule for each in looked if each.undecided and each.undecided.outcome.value == "errored"}
    assert {"compliance/gdpr/fields-classified", "compliance/gdpr/processing-recorded"} <= errored


def test_the_first_pattern_that_fits_counts_and_letters_may_be_large(tmp_path: Path) -> None:
    written(tmp_path, {"map.yaml": DATA_MAP})
    known = read(open_tree(TreeSpec(kind="folder", root=str(tmp_path))), "map.yaml")
    assert known.classified(["Users.EMAIL"]).name == "contact"
    assert known.classified(["app.users.pan", "users.pan"]).protection == "tokenised"
    assert known.classified(["users.diagnosis"]).protection == "encrypted"
    assert not known.classified(["users.phone"]).told
    assert known.written.categories["health"].days == 9 * 365 + 180
    assert known.purposes_of("GET /users/{id}") == ("ordering",)
    assert known.purposes_of("POST /users") is None


def test_without_a_map_nothing_is_called_classified_or_not(tmp_path: Path, evaluator: Evaluator) -> None:
    written(tmp_path, {**FILES, "sluicegate.toml": '[compliance]\npacks = ["gdpr", "pci-dss"]\n'})
    found, looked = broken(tmp_path, evaluator)
    assert set(found) == {"pci-dss/card-numbers-not-clear"}  # by its name, since nobody says otherwise
    told = {
        each.undecided.reason for each in looked if each.rule == "compliance/gdpr/fields-classified" and each.undecided
    }
    assert told == {"no data map says what the fields are"}, (
        "there are fields, so that it is not said that there is none"
    )
    for kind in ("categories", "processors", "processing", "responses"):
        (seen,) = gathered(tmp_path, kind)
        assert seen.undecided
        assert seen.undecided.outcome.value == "not-tested"


def test_services_are_known_by_packages_and_scopes(tmp_path: Path) -> None:
    package = (
        '{\n  "dependencies": {\n    "@sentry/browser": "1",\n    "@acme/stripe": "1",\n    "twilio": "4"\n  }\n}\n'
    )
    written(tmp_path, {"package.json": package, "pyproject.toml": 'dependencies = [\n  "openai>=1",\n  "mail",\n]\n'})
    (seen,) = gathered(tmp_path, "services")
    assert sorted((each.data["service"], each.location.line) for each in seen.items) == [
        ("openai", 2), ("sentry", 3), ("twilio", 5),
    ]  # fmt: skip
