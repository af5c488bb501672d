from __future__ import annotations

import base64
import hashlib
import json

import pytest
from msgspec.structs import replace

from fleet.made import HEAD, finding, gate, run
from sluicegate.errors import UserError
from sluicegate.fleet.attestation import LIMIT, read_attestations
from sluicegate.fleet.verify import Answer, exit_code, verify
from sluicegate.model import Outcome
from sluicegate.report import json as document

RUN = run(gate())
DATA = document.render(RUN).encode()
SHA = hashlib.sha256(DATA).hexdigest()


def answers(made=RUN, **asked):
    told = verify(made, DATA, **asked)
    return [one.answer for one in told], exit_code(made, told)


@pytest.mark.parametrize(
    "asked", [{"revision": HEAD}, {"revision": HEAD[:12]}, {"policy": "C" * 64}, {"tool": "d" * 12}]
)
def test_what_the_run_says_holds(asked):
    assert answers(**asked) == ([Answer.HOLDS], 0)


@pytest.mark.parametrize("asked", [{"revision": "f" * 40}, {"policy": "d" * 64}, {"tool": HEAD}])
def test_what_differs_ends_in_1(asked):
    assert answers(**asked) == ([Answer.DIFFERS], 1)


@pytest.mark.parametrize("wrong", ["aaaa", "main", "", " ", "g" * 40])
def test_less_than_twelve_digits_are_refused(wrong):
    if not wrong.strip():
        assert answers(revision="") == ([], 0)
        return
    with pytest.raises(UserError, match="12 or more"):
        answers(revision=wrong)


def test_what_the_run_does_not_say_is_not_checked():
    assert answers(run(gate(), policy_digest=""), policy="c" * 64) == ([Answer.NOT_CHECKED], 3)


def test_a_run_that_is_as_asked_ends_as_it_ended():
    failed = run(gate(outcome=Outcome.FAILED, findings=[finding()]))
    assert answers(failed, revision=HEAD) == ([Answer.HOLDS], 1)
    assert answers(run(gate(outcome=Outcome.ERRORED)), revision="f" * 40) == ([Answer.DIFFERS], 3)


def test_a_run_of_what_the_commit_does_not_have_is_no_evidence_of_it():
    dirty = run(gate(), revision=replace(RUN.revision, uncommitted=("a.yaml", "b.yaml")))
    assert answers(dirty, revision=HEAD) == ([Answer.HOLDS, Answer.DIFFERS], 1)
    assert answers(dirty) == ([Answer.DIFFERS], 1)
    told = verify(dirty, DATA, revision=HEAD)[-1].told
    assert told.startswith("the Run was made with 2 files not as in the commit (a.yaml, b.yaml)")


def test_a_run_that_does_not_say_is_not_checked():
    silent = run(gate(), revision=replace(RUN.revision, uncommitted=None))
    assert answers(silent, revision=HEAD) == ([Answer.HOLDS, Answer.NOT_CHECKED], 3)
    assert answers(silent, policy="c" * 64) == ([Answer.HOLDS], 0)


def test_a_part_is_no_verdict():
    assert answers(run(gate(), part="one"), revision=HEAD) == ([Answer.DIFFERS, Answer.HOLDS], 1)


def test_a_run_of_one_finding_is_no_verdict():
    narrowed = run(gate(), only="paint/dry:12345678")
    assert answers(narrowed, revision=HEAD) == ([Answer.DIFFERS, Answer.HOLDS], 1)
    told = verify(narrowed, DATA, revision=HEAD)[0].told
    assert "the finding paint/dry:12345678 alone" in told
    assert "check again without --only" in told


@pytest.mark.parametrize(
    ("made", "holds"),
    [
        (gate(), True),
        (gate("other"), False),
        (gate(observed=True), False),
        (gate(outcome=Outcome.NOT_APPLICABLE), False),
        (gate(outcome=Outcome.NOT_TESTED), False),
        (gate(outcome=Outcome.ERRORED), False),
        (gate(outcome=Outcome.INCONCLUSIVE), True),
        (gate(outcome=Outcome.FAILED), True),
    ],
)
def test_a_gate_has_to_have_judged(made, holds):
    assert answers(run(made), gates=["paint"])[0] == [Answer.HOLDS if holds else Answer.DIFFERS]


def statement(sha=SHA):
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "other", "digest": {"sha256": "0" * 64}}, {"name": "run.json", "digest": {"sha256": sha}}],
        "predicateType": "https://slsa.dev/provenance/v1",
    }


def bundle(sha=SHA):
    payload = base64.b64encode(json.dumps(statement(sha)).encode()).decode()
    return {"dsseEnvelope": {"payload": payload, "payloadType": "application/vnd.in-toto+json", "signatures": []}}


def verified(sha=SHA, commit=HEAD):
    certificate = {"sourceRepositoryDigest": commit, "buildSignerURI": "https://github.com/acme/api/release.yml"}
    result = {"signature": {"certificate": certificate}, "statement": statement(sha), "verifiedTimestamps": []}
    return {"attestation": {"bundle": bundle(sha)}, "verificationResult": result}


def attested(*documents, lines=False):
    text = "\n".join(map(json.dumps, documents)) if lines else json.dumps(list(documents))
    return answers(attestations=read_attestations(text.encode()))


@pytest.mark.parametrize("lines", [False, True])
def test_a_bundle_alone_proves_nothing(lines):
    assert attested(bundle(), bundle("1" * 64), lines=lines) == ([Answer.HOLDS, Answer.NOT_CHECKED], 3)


def test_what_gh_has_checked_is_told_as_gh_says():
    assert attested(verified()) == ([Answer.HOLDS, Answer.GH_SAYS, Answer.HOLDS], 0)
    assert attested(verified("1" * 64), verified()) == ([Answer.HOLDS, Answer.GH_SAYS, Answer.HOLDS], 0)


def test_an_attestation_of_another_file_or_commit_differs():
    assert attested(verified("1" * 64)) == ([Answer.DIFFERS], 1)
    assert attested(verified(commit="f" * 40)) == ([Answer.HOLDS, Answer.GH_SAYS, Answer.DIFFERS], 1)


def test_a_result_without_a_certificate_is_not_taken_for_checked():
    unsigned = verified()
    unsigned["verificationResult"]["signature"] = {}
    assert attested(unsigned) == ([Answer.HOLDS, Answer.NOT_CHECKED], 3)


BROKEN = [
    b"",
    b"[]",
    b"{}",
    b"null",
    b"\xff",
    b"[" * 100_000,
    b" " * (LIMIT + 1),
    b'{"dsseEnvelope": {"payloadType": "application/vnd.in-toto+json", "payload": "!"}}',
    b'{"dsseEnvelope": {"payloadType": "application/vnd.in-toto+json", "payload": "e30="}}',
    json.dumps({"verificationResult": {"statement": {"subject": [{"digest": {"sha256": 1}}]}}}).encode(),
]


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_no_attestation_is_refused(data):
    with pytest.raises(UserError):
        read_attestations(data)
