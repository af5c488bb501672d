from __future__ import annotations

import base64
import hashlib

import pytest

from sluicegate.config import find, parse
from sluicegate.fleet import identity
from sluicegate.fleet.identity import policy_digest, tool_digest
from sluicegate.model import Level
from sluicegate.registry import discover, settings_type

SETTINGS = '[contract]\nspec = "a.yaml"\n'


@pytest.fixture
def digest_of(tmp_path):
    def of(text, sets=(), fail_on=None):
        (tmp_path / "sluicegate.toml").write_text(text)
        types = {gate.id: settings_type(gate) for gate in discover().gates}
        return policy_digest(parse(find(tmp_path), types, sets), fail_on)

    return of


def test_layout_comments_and_defaults_do_not_matter(digest_of):
    first = digest_of(SETTINGS)
    assert len(first) == 64
    assert digest_of('fail-on = "error" # the default\n\n[contract]\nspec = ["a.yaml"]\nmode = "enforce"\n') == first
    assert digest_of("[contract]\n", sets=["contract.spec=a.yaml"]) == first


def test_everything_that_is_judged_by_matters(digest_of):
    suppress = '[[suppress]]\nrule = "contract/*"\nreason = "r"\nowner = "@o"\nexpires = 2027-01-31\n'
    digests = [
        digest_of(SETTINGS),
        digest_of(SETTINGS, fail_on=Level.WARNING),
        digest_of('undecided = "fail"\n' + SETTINGS),
        digest_of(SETTINGS + 'mode = "observe"\n'),
        digest_of(SETTINGS + suppress),
        digest_of(SETTINGS + suppress.replace("2027", "2028")),
        digest_of(""),
    ]
    assert len(set(digests)) == len(digests)
    assert digest_of('fail-on = "warning"\n' + SETTINGS) == digests[1]


def test_a_secret_counts_by_its_place(digest_of, monkeypatch):
    text = '[contract]\nspec = "${HIDDEN}/a.yaml"\n'
    monkeypatch.setenv("HIDDEN", "one-secret")
    first = digest_of(text)
    monkeypatch.setenv("HIDDEN", "another-secret")
    assert digest_of(text) == first


def test_the_tool_is_the_same_from_its_record_and_from_its_files(monkeypatch, tmp_path):
    """An installation and an editable one of the same files have one digest."""
    tool_digest.cache_clear()
    package = tmp_path / "sluicegate"
    package.mkdir()
    (package / "__init__.py").write_text("here = 1\n")
    (package / "page.md").write_text("words\n")
    monkeypatch.setattr(identity.sluicegate, "__file__", str(package / "__init__.py"))
    present = dict(identity._present())
    value = base64.urlsafe_b64encode(hashlib.sha256(b"words\n").digest()).rstrip(b"=").decode()
    assert present["sluicegate/page.md"] == value

    info = tmp_path / "sluicegate-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sluicegate\nVersion: 1\n")
    lines = [f"{path},sha256={value},1" for path, value in reversed(present.items())]
    lines += ["sluicegate/__pycache__/a.pyc,,", "../../bin/sluicegate,sha256=abc,1", "sluicegate-1.dist-info/RECORD,,"]
    (info / "RECORD").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert dict(identity._recorded()) == present
    first = tool_digest()
    tool_digest.cache_clear()
    (package / "page.md").write_text("other words\n")
    (info / "RECORD").write_text("")
    assert tool_digest() != first
    tool_digest.cache_clear()
