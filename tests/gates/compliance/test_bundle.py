"""Bundles of evidence: what is in one, and that nothing in it can be changed, cut or added unseen."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from every_end import answers, ask
from sluicegate import __version__
from sluicegate.gates.compliance.evidence.deployments import questions
from sluicegate.gates.compliance.evidence.forge import Forge, about
from sluicegate.gates.compliance.items import Answer
from sluicegate.gates.compliance.reports.bundle import tar
from sluicegate.gates.compliance.reports.bundle.remaking import remade
from sluicegate.gates.compliance.reports.bundle.tar import RefusedError, opened
from sluicegate.gates.compliance.reports.bundle.verifying import Verified, verified
from sluicegate.gates.compliance.selftest.systems import healthy
from sluicegate.model import Evidence
from sluicegate.report.json import read

Files = dict[str, bytes]


@pytest.fixture(scope="session")
def bundle(shop: SimpleNamespace) -> Path:
    """A bundle by the real command, and its predicate beside it."""
    done = ask(
        shop.root,
        "compliance",
        "bundle",
        "out/run.json",
        "--output",
        "out/evidence.tar",
        "--predicate",
        "out/test.json",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return shop.root / "out/evidence.tar"


@pytest.fixture(scope="session")
def files(bundle: Path) -> Files:
    """What another program reads out of it."""
    with tarfile.open(bundle) as archive:
        return {each.name: archive.extractfile(each).read() for each in archive}


def check(path: Path) -> Verified:
    return verified(opened(path), read, __version__)


def sealed(files: Files) -> Files:
    """The same with a manifest and a statement that fit again, as who rewrites a bundle would make them."""
    manifest = json.loads(files["manifest.json"])
    for each in manifest["files"]:
        if each["path"] in files:
            data = files[each["path"]]
            each |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    files["manifest.json"] = json.dumps(manifest).encode()
    statement = json.loads(files["statement.json"])
    statement["subject"][-1]["digest"]["sha256"] = hashlib.sha256(files["manifest.json"]).hexdigest()
    statement["predicate"]["configuration"][0]["digest"]["sha256"] = hashlib.sha256(files["run.json"]).hexdigest()
    files["statement.json"] = json.dumps(statement).encode()
    return files


@pytest.fixture
def rewritten(tmp_path: Path, files: Files) -> Callable[[Callable[[Files], Files]], Path]:
    """A bundle whose files somebody changed."""

    def rewriting(change: Callable[[Files], Files]) -> Path:
        path = tmp_path / "other.tar"
        path.write_bytes(b"".join(tar.written(iter(change(dict(files)).items()))))
        return path

    return rewriting


@pytest.mark.usefixtures("bundle")
def test_it_holds_and_says_what_it_shows(shop: SimpleNamespace) -> None:
    done = ask(shop.root, "compliance", "verify", "out/evidence.tar")
    assert done.returncode == 0, done.stderr
    assert "whole: 10 files, 1 answer whose hash came out again" in done.stdout
    assert "SOC 2: 1 of 4 clauses shown in full or part" in done.stdout


def test_the_same_run_makes_the_same_bytes(shop: SimpleNamespace, bundle: Path) -> None:
    assert ask(shop.root, "compliance", "bundle", "out/run.json", "--output", "out/again.tar").returncode == 0
    assert (shop.root / "out/again.tar").read_bytes() == bundle.read_bytes()


def test_the_manifest_and_the_statement_are_what_others_read(shop: SimpleNamespace, files: Files) -> None:
    manifest = json.loads(files["manifest.json"])
    assert {each["path"]: each["sha256"] for each in manifest["files"]} == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in files.items()
        if name not in ("manifest.json", "statement.json")
    }
    assert files["sources/1.jsonl"] == (shop.root / "evidence/github.jsonl").read_bytes()
    statement = json.loads(files["statement.json"])
    head = subprocess.run(
        ["git", "-C", shop.root, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert [each["digest"] for each in statement["subject"]] == [
        {"gitCommit": head}, {"sha256": hashlib.sha256(files["manifest.json"]).hexdigest()}
    ]  # fmt: skip
    told = statement["predicate"]
    assert (told["result"], told["failedTests"]) == ("FAILED", ["ours/failing", "ours/broken"])
    assert told["warnedTests"] == ["ours/excepted", "ours/open"]
    assert told["passedTests"] == ["ours/passing", "ours/alone"]
    assert json.loads((shop.root / "out/test.json").read_text()) == told


def swapped(name: str, old: bytes, new: bytes) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        assert old in files[name]
        return {**files, name: files[name].replace(old, new)}

    return change


def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {each: data for each, data in files.items() if each != name}


def other_run(files: Files) -> Files:
    """The Run with another commit, and everything that names its hash brought along."""
    run = json.loads(files["run.json"])
    run["revision"]["head_commit"] = "0" * 40
    return sealed({**files, "run.json": json.dumps(run).encode()})


def named_twice(files: Files) -> Files:
    manifest = json.loads(files["manifest.json"])
    manifest["files"].append(manifest["files"][0])
    return {**files, "manifest.json": json.dumps(manifest).encode()}


def said_more(files: Files) -> Files:
    return {**files, "statement.json": json.dumps({**json.loads(files["statement.json"]), "more": 1}).encode()}


def source_hidden(files: Files) -> Files:
    """The answers taken out of the bundle and of its manifest."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [each for each in manifest["files"] if not each.get("source")]
    left = without("sources/1.jsonl")(files)
    return sealed({**left, "manifest.json": json.dumps(manifest).encode()})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (swapped("reports/report.md", b"failed", b"passed"), "reports/report.md is not what the manifest says"),
        (swapped("run.json", b"acme", b"ecma"), "run.json is not what the manifest says"),
        (lambda files: sealed(swapped("reports/report.md", b"failed", b"passed")(files)),
         "reports/report.md is not what the run and its packs make of it"),
        (lambda files: sealed(swapped("sources/1.jsonl", b'count\\": 1', b'count\\": 2')(files)),
         "does not give the hash of the evidence"),
        (lambda files: sealed(swapped("packs/ours.yaml", b">= 2", b">= 1")(files)), "is not the pack that the run was"),
        (lambda files: sealed({**files, "run.json": b"{}"}), "the run document has no `version`"),
        (other_run, "the `subject` of its statement is not that of this run"),
        (swapped("statement.json", b"FAILED", b"PASSED"), "the `predicate` of its statement"),
        (said_more, "its statement says more than it may: more"),
        (without("statement.json"), "there is no statement.json in it"),
        (without("manifest.json"), "there is no manifest.json in it"),
        (without("sources/1.jsonl"), "sources/1.jsonl stands in the manifest and is not there"),
        (source_hidden, "names evidence/github.jsonl as evidence, and it is not there"),
        (lambda files: {**files, "reports/other.md": b""}, "reports/other.md is there and does not stand in the"),
        (named_twice, "its manifest names a file twice"),
        (lambda files: {**files, "manifest.json": b"[" * 100_000}, "its manifest is none"),
        (swapped("manifest.json", b'"version": 1', b'"version": 2'), "its manifest is of another kind or version"),
    ],
)  # fmt: skip
def test_what_was_rewritten_is_refused(
    change: Callable[[Files], Files], why: str, rewritten: Callable[[Callable[[Files], Files]], Path]
) -> None:
    with pytest.raises(RefusedError) as refused:
        check(rewritten(change))
    assert why in refused.value.message


def test_what_is_untouched_is_not_refused(rewritten: Callable[[Callable[[Files], Files]], Path]) -> None:
    """Or the tests above would show nothing."""
    assert check(rewritten(sealed)).made_again == 1


@pytest.mark.parametrize("length", [0, 100, 512, 700, 5_000, -513, -1])
def test_what_was_cut_is_refused(length: int, bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.tar"
    path.write_bytes(bundle.read_bytes()[:length])
    with pytest.raises(RefusedError, match=r"cut|missing|belong"):
        check(path)


def test_nothing_may_follow_the_end(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.tar"
    path.write_bytes(bundle.read_bytes() + b"x")
    with pytest.raises(RefusedError, match="something follows"):
        check(path)


def test_nothing_may_stand_between_two_files(bundle: Path, tmp_path: Path) -> None:
    entry = opened(bundle).entries["statement.json"]
    data = bytearray(bundle.read_bytes())
    data[entry.start + entry.size] = 1
    path = tmp_path / "filled.tar"
    path.write_bytes(data)
    with pytest.raises(RefusedError, match=r"behind statement\.json, at byte [0-9,]+, stands what does not belong"):
        opened(path)


def hostile(form: int = tarfile.USTAR_FORMAT, **fields: object) -> bytes:
    """A tar of one entry, as another program writes it."""
    told = tarfile.TarInfo("run.json")
    for name, value in fields.items():
        setattr(told, name, value)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        archive.addfile(told, io.BytesIO(b"x" * told.size))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        hostile(name="../../etc/passwd"),
        hostile(name="/etc/passwd"),
        hostile(name="reports/../../x"),
        hostile(name="a\\..\\b"),
        hostile(type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        hostile(type=tarfile.LNKTYPE, linkname="manifest.json"),
        hostile(type=tarfile.CHRTYPE),
        hostile(type=tarfile.DIRTYPE),
        hostile(mode=0o4755),
        hostile(mtime=1),
        hostile(uname="root"),
        hostile(name="x" * 200, form=tarfile.PAX_FORMAT),
        hostile(name="x" * 200, form=tarfile.GNU_FORMAT),
        hostile()[:124] + b"77777777777\0" + hostile()[136:],
        hostile()[:124] + b"\x80" + b"\xff" * 11 + hostile()[136:],
        b"\x1f\x8b" + bytes(1_000),
        b"PK\x03\x04" + bytes(1_000),
    ],
)
def test_what_is_no_plain_file_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hostile.tar"
    path.write_bytes(data)
    with pytest.raises(RefusedError, match="is not that of a plain file"):
        opened(path)


def test_a_name_twice_and_a_size_that_is_not_there_are_refused(tmp_path: Path) -> None:
    def twice() -> Iterator[tuple[str, bytes]]:
        yield "run.json", b"1"
        yield "run.json", b"2"

    path = tmp_path / "twice.tar"
    path.write_bytes(b"".join(tar.written(twice())))
    with pytest.raises(RefusedError, match=r"run\.json stands in it twice, at byte 1,024"):
        opened(path)
    path.write_bytes(tar._header("run.json", 8**11 - 1) + b"x")
    with pytest.raises(RefusedError, match=r"it is cut at byte 513, in run\.json"):
        opened(path)


def test_too_much_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar, "LARGEST", 1_000)
    path = tmp_path / "large.tar"
    path.write_bytes(bytes(1_001))
    with pytest.raises(RefusedError, match="at most 1,000 are read"):
        opened(path)
    monkeypatch.setattr(tar, "LARGEST", 1 << 20)
    monkeypatch.setattr(tar, "MOST", 2)
    path.write_bytes(b"".join(tar.written((f"f{number}", b"") for number in range(3))))
    with pytest.raises(RefusedError, match="more than 2 files"):
        opened(path)


def test_the_command_refuses_with_exit_1_and_a_file_that_is_not_there_with_2(
    shop: SimpleNamespace, bundle: Path
) -> None:
    (shop.root / "out/cut.tar").write_bytes(bundle.read_bytes()[:5_000])
    done = ask(shop.root, "compliance", "verify", "out/cut.tar")
    assert (done.returncode, "the bundle is refused: it is cut at byte 5,000" in done.stderr) == (1, True)
    gone = ask(shop.root, "compliance", "verify", "out/none.tar")
    assert (gone.returncode, "Traceback" in gone.stderr) == (2, False)


def test_evidence_that_is_gone_is_told_and_never_green(shop: SimpleNamespace) -> None:
    kept = shop.root / "evidence/github.jsonl"
    text = kept.read_text()
    kept.unlink()
    try:
        done = ask(shop.root, "compliance", "bundle", "out/run.json", "--output", "out/lacking.tar")
    finally:
        kept.write_text(text)
    assert done.returncode == 3
    assert "not in the bundle: evidence/github.jsonl" in done.stderr
    found = ask(shop.root, "compliance", "verify", "out/lacking.tar")
    assert (found.returncode, "not in the bundle: evidence/github.jsonl" in found.stdout) == (3, True)


def test_answers_that_are_others_by_now_are_not_taken_for_those_of_the_run(shop: SimpleNamespace) -> None:
    kept = shop.root / "evidence/github.jsonl"
    text = kept.read_text()
    kept.write_text(answers().replace('count\\": 1', 'count\\": 2'))
    try:
        ask(shop.root, "compliance", "bundle", "out/run.json", "--output", "out/later.tar")
    finally:
        kept.write_text(text)
    with pytest.raises(RefusedError, match="does not give the hash of the evidence"):
        check(shop.root / "out/later.tar")


def test_the_hash_of_deployments_holds_what_became_of_each() -> None:
    kept = healthy("bank")["evidence/github.jsonl"].encode()
    answers = [msgspec.json.decode(line, type=Answer) for line in kept.splitlines()]
    there = Forge(name="acme/bank", answers=about(answers)["acme/bank"])
    asked = [answer.query for answer in there.asked("/deployments")]
    seen = Evidence(subject="deployments", query=" and ".join(asked), sha256=there.digest(questions(there)))
    assert remade(seen, ["evidence/github.jsonl"], [kept]).good
    old, new = rb"[{\"state\":\"success\"}]", rb"[{\"state\":\"failure\"}]"
    assert old in kept
    assert remade(seen, ["evidence/github.jsonl"], [kept.replace(old, new, 1)]).wrong
