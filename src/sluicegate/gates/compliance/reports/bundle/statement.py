"""The statement about a bundle, ready to attest: in-toto Statement v1 with the predicate test-result v0.1."""

from __future__ import annotations

from typing import Any

from sluicegate.gates.compliance.reports.account import Account
from sluicegate.gates.compliance.reports.standing import Result

TYPE = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"

_WARNED = frozenset({Result.INCONCLUSIVE, Result.NOT_TESTED, Result.EXCEPTED})


def statement(account: Account, manifest: str, run: str) -> dict[str, Any]:
    """The whole statement; `manifest` and `run` are the SHA-256 of these files of the bundle.

    Its subjects are the judged commit, where it was judged as it is and with no file changed, and the manifest.
    """
    revision = account.run.revision
    exact = revision.head_commit and revision.uncommitted == ()
    commit = [{"name": account.run.repository or "commit", "digest": {"gitCommit": revision.head_commit}}]
    return {
        "_type": TYPE,
        "subject": [*(commit if exact else ()), {"name": "manifest.json", "digest": {"sha256": manifest}}],
        "predicateType": PREDICATE,
        "predicate": predicate(account, run),
    }


def predicate(account: Account, run: str) -> dict[str, Any]:
    """How every control ended. Passed is what passed whole; what is open warns, and so does an exception."""
    results = {each.control.id: each.result for each in account.controls.values()}
    failed = [name for name, result in results.items() if result in (Result.FAILED, Result.ERRORED)]
    warned = [name for name, result in results.items() if result in _WARNED]
    passed = [name for name, result in results.items() if result is Result.PASSED]
    bad = bool(failed or account.lacking)
    return {
        "result": "FAILED" if bad else "WARNED" if warned or not passed else "PASSED",
        "configuration": [
            {"name": "run.json", "digest": {"sha256": run}, "mediaType": "application/json"},
            *({"name": f"packs/{pack.name}.yaml", "digest": {"sha256": pack.digest}} for pack in account.packs),
        ],
        "passedTests": passed,
        "warnedTests": warned,
        "failedTests": failed,
    }
