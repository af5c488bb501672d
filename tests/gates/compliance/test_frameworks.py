"""Frameworks have the clauses of their texts and no others, and a pack that says otherwise is told."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase

import pytest

from sluicegate.gates.compliance.controls.frameworks import FRAMEWORKS
from sluicegate.gates.compliance.controls.model import Strength
from sluicegate.gates.compliance.controls.paragraphs import ends, paths
from sluicegate.gates.compliance.controls.reading import SHIPPED, of_document, shipped
from sluicegate.openapi.reading import parse


def test_paragraphs_are_written_short() -> None:
    written = "1-2(a-c) 3 4(i-iv(A(1 2) B)) h-j"
    assert ["".join(f"({name})" for name in path) for path in paths(written)] == [
        "(1)", "(2)", "(2)(a)", "(2)(b)", "(2)(c)", "(3)", "(4)", "(4)(i)", "(4)(ii)", "(4)(iii)", "(4)(iv)",
        "(4)(iv)(A)", "(4)(iv)(A)(1)", "(4)(iv)(A)(2)", "(4)(iv)(B)", "(h)", "(i)", "(j)",
    ]  # fmt: skip
    assert list(ends("1 2(a(i)) 3")) == [("1",), ("2", "a", "i"), ("3",)]


@pytest.mark.parametrize(
    ("framework", "clause", "there"),
    [
        ("gdpr", "Art. 5(1)(e)", True), ("gdpr", "Art. 5(1)(g)", False), ("gdpr", "Art. 5(9)", False),
        ("gdpr", "Art. 16", True), ("gdpr", "Art. 16(1)", False), ("gdpr", "Art. 4(26)", True),
        ("gdpr", "Art. 4(27)", False), ("gdpr", "Art. 28(10)", True), ("gdpr", "Art. 28(3)(h)", True),
        ("gdpr", "Art. 32(1)(e)", False), ("gdpr", "Art. 50(d)", True), ("gdpr", "Art. 50(1)", False),
        ("gdpr", "Art. 99", True), ("gdpr", "Art. 100", False), ("gdpr", "5", False), ("gdpr", "Art. 5 (1)", False),
        ("hipaa", "164.312(a)(2)(iii)", True), ("hipaa", "164.312(a)(2)(v)", False), ("hipaa", "164.313", False),
        ("hipaa", "164.312(f)", False), ("hipaa", "164.308(a)(1)(ii)(E)", False), ("hipaa", "164.308(a)(8)", True),
        ("hipaa", "164.306(d)(3)(ii)(B)(2)", True), ("hipaa", "164.306(d)(3)(ii)(B)(3)", False),
        ("hipaa", "164.316(b)(2)(i)", True), ("hipaa", "164.404(c)(1)(E)", True), ("hipaa", "164.416", False),
        ("hipaa", "164.502(b)", True), ("hipaa", "164.503", False), ("hipaa", "164.504(b)", False),
        ("hipaa", "164.514(b)(2)(i)(R)", True), ("hipaa", "164.514(b)(3)(i)", False), ("hipaa", "164.530(l)", False),
        ("pci-dss", "3.3.1.2", True), ("pci-dss", "6.4.4", False), ("pci-dss", "8.3.10.1", True),
        ("pci-dss", "6.5", True), ("pci-dss", "6.6", False), ("pci-dss", "12", True), ("pci-dss", "13", False),
        ("pci-dss", "9.5.1.2.1", True), ("pci-dss", "A1.2.3", True), ("pci-dss", "A3.2.5.2", True),
        ("pci-dss", "A2.1.4", False), ("pci-dss", "A4", False),
        ("soc2", "CC8.1", True), ("soc2", "P6.7", True), ("soc2", "P6.8", False), ("soc2", "CC6", False),
    ],
)  # fmt: skip
def test_clauses_are_known_by_number(framework, clause, there) -> None:
    assert FRAMEWORKS[framework].has(clause) is there


def test_the_counts_are_those_of_the_texts() -> None:
    """61 criteria; 99 articles; 12 requirements with 63 sections; 22 specifications that may be met otherwise."""
    assert len(FRAMEWORKS["soc2"].clauses) == 61
    assert [each for each in FRAMEWORKS["gdpr"].clauses if "(" not in each] == [f"Art. {n}" for n in range(1, 100)]
    pci = [each for each in FRAMEWORKS["pci-dss"].clauses if not each.startswith("A")]
    assert (sum("." not in each for each in pci), sum(each.count(".") == 1 for each in pci)) == (12, 63)
    assert len(FRAMEWORKS["hipaa"].addressable) == 22


ORDERS = (
    [str(number) for number in range(1, 27)], list(ascii_lowercase), list(ascii_uppercase),
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"],
)  # fmt: skip


@pytest.mark.parametrize("name", ["gdpr", "pci-dss", "hipaa"])
def test_every_clause_stands_below_one_that_is_there_and_none_is_left_out_beside_it(name) -> None:
    framework = FRAMEWORKS[name]
    assert framework.addressable <= set(framework.clauses)
    beside: dict[str, list[str]] = {}
    for clause in framework.clauses:
        above, _, own = clause.rpartition("(") if "(" in clause else clause.rpartition(".")
        beside.setdefault(above, []).append(own.rstrip(")"))
    assert set(beside) - {"Art", "164", ""} <= set(framework.clauses)
    for above, names in beside.items():
        if above not in {"Art", "164", "", "164.504"}:  # 45 CFR 164.504 reserves (b) to (d)
            assert names in [order[: len(names)] for order in ORDERS], above


def test_whoever_names_a_clause_that_there_is_not_hears_which_there_are() -> None:
    assert FRAMEWORKS["gdpr"].near("Art. 5(9)") == "there are: Art. 5(1), Art. 5(2)"
    assert FRAMEWORKS["gdpr"].near("Art. 5(9)(a)") == "there are: Art. 5(1), Art. 5(2)"
    assert FRAMEWORKS["gdpr"].near("Art. 16(1)") == "Art. 16 has no parts"
    assert FRAMEWORKS["gdpr"].near("5(1)(a)") == "a clause is written like Art. 5(1)(e)"
    assert FRAMEWORKS["soc2"].near("CC8.2") == "there are: CC8.1"
    assert FRAMEWORKS["hipaa"].near("164.312(f)(1)").startswith("there are: 164.312(a), 164.312(b)")
    assert FRAMEWORKS["hipaa"].near("164.313") == "a clause is written like 164.312(a)(2)(iv)"
    assert FRAMEWORKS["pci-dss"].near("6.4.4") == "there are: 6.4.1, 6.4.2, 6.4.3"


def told(framework: str, clause: str, status: str) -> list[str]:
    text = (
        f"pack: ours\nversion: 1.0.0\ntitle: Ours\nclauses:\n"
        f'  - {{framework: {framework}, clause: "{clause}", title: t, status: "{status}"}}\n'
    )
    return [str(each) for each in of_document(parse(text.encode(), "ours.yaml", "ours.yaml"))[1]]


@pytest.mark.parametrize(
    ("framework", "clause", "status", "text"),
    [
        ("hipaa", "164.312(a)(2)(iv)", "addressable", ""),
        ("hipaa", "164.312(a)(2)(i)", "", ""),
        ("hipaa", "164.312(a)(2)(iv)", "", "hipaa 164.312(a)(2)(iv) has no status (write `status: addressable`)"),
        ("hipaa", "164.312(a)(2)(i)", "addressable", "164.312(a)(2)(i) is said to be addressable (leave `status` out"),
        ("hipaa", "164.312(a)(2)(iv)", "proposed", "is said to be proposed (write `status: addressable`)"),
        ("gdpr", "Art. 32", "proposed", "gdpr Art. 32 is said to be proposed (leave `status` out: it is in force"),
        ("gdpr", "Art. 32", "addressable", "gdpr Art. 32 is said to be addressable (leave"),
        ("hipaa", "164.312(z)", "proposed", ""),
        ("hipaa", "164.312(z)", "addressable", "hipaa has no clause 164.312(z) (there are: 164.312(a), "),
        ("ours", "1", "proposed", ""),
    ],
)
def test_what_is_in_force_for_whom_is_what_the_text_says(framework, clause, status, text) -> None:
    found = told(framework, clause, status)
    assert len(found) == bool(text), found
    assert text in "".join(found)


def test_clauses_of_packs_that_ship_are_those_of_their_framework_and_are_served() -> None:
    for name in SHIPPED:
        pack, troubles = shipped(name)
        assert troubles == []
        assert all(clause.framework == name and clause.served for clause in pack.clauses), name


def test_no_probe_of_one_system_is_all_of_a_clause() -> None:
    """What a probe shows of one application it does not show of every component that a clause speaks of."""
    packs = [shipped(name)[0] for name in SHIPPED]
    probes = {control.id for pack in packs for control in pack.controls if control.evidence == "live"}
    said = [(clause, each) for pack in packs for clause in pack.clauses for each in clause.served]
    assert [clause.name for clause, each in said if each.strength is Strength.FULL and each.control in probes] == []
    assert {clause.name for clause, each in said if each.strength is Strength.FULL} == {
        "pci-dss 10.2.2", "gdpr Art. 30(1)(f)"
    }  # fmt: skip
