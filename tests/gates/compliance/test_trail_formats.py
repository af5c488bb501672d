"""Trails as other systems write them, and CloudTrail's own proof, signed by a real key."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sluicegate.gates.compliance.evidence.trail.chain import sealed

from .trails import NOW, Event, ask, lines, plain, stamp


def ocsf(event: Event) -> Any:
    return {
        "class_uid": 6003, "time": int(NOW.timestamp() * 1000), "actor": {"user": {"uid": event["actor"]}},
        "api": {"operation": event["action"]}, "status": "Success", "src_endpoint": {"ip": event["origin"]},
        "resources": [{"uid": event["resource"]}], "metadata": {"uid": event["id"], "sequence": event["sequence"]},
    }  # fmt: skip


def cadf(event: Event) -> Any:
    return {
        "typeURI": "http://schemas.dmtf.org/cloud/audit/1.0/event", "id": event["id"], "eventTime": event["at"],
        "initiator": {"id": event["actor"], "host": {"address": event["origin"]}}, "action": event["action"],
        "outcome": event["outcome"], "target": {"id": event["resource"]},
    }  # fmt: skip


def cef(event: Event) -> str:
    said = f"rt={int(NOW.timestamp() * 1000)} suser={event['actor']} src={event['origin']} outcome=success"
    start = f"<13>host CEF:0|Acme|Sh\\|op|1|{event['action']}|a name|3|"
    return f"{start}{said} request=/orders?a\\=1 b externalId={event['id']}"


def cloudtrail(event: Event) -> Any:
    return {
        "eventVersion": "1.09", "eventTime": event["at"], "userIdentity": {"type": "IAMUser", "arn": event["actor"]},
        "eventSource": "s3.amazonaws.com", "eventName": event["action"], "sourceIPAddress": event["origin"],
        "eventID": event["id"],
    }  # fmt: skip


def text_of(form: str, events: list[Event]) -> str:
    if form == "cef":
        return "".join(cef(each) + "\n" for each in events)
    if form == "csv":
        return ",".join(events[0]) + "\n" + "".join(",".join(map(str, each.values())) + "\n" for each in events)
    made: dict[str, Callable[[Event], Any]] = {"ocsf": ocsf, "cadf": cadf, "cloudtrail": cloudtrail, "jsonl": dict}
    return lines(made[form](each) for each in events)


@pytest.mark.parametrize("form", ["jsonl", "ocsf", "cadf", "cef", "csv", "cloudtrail"])
def test_each_format_is_known_by_its_content_and_has_its_fields(tmp_path: Path, form: str) -> None:
    (tmp_path / "audit.jsonl").write_text(text_of(form, plain()), encoding="utf-8")
    said = ask(tmp_path)
    assert f" as {form}" in said.queries["trail app"].query
    assert "trail-fields" not in said.findings, said.messages
    assert "trail-clock" not in said.findings
    events = plain()
    events[4]["origin"] = events[4]["actor"] = ""
    (tmp_path / "audit.jsonl").write_text(text_of(form, events), encoding="utf-8")
    (told,) = ask(tmp_path).messages["trail-fields"]
    assert told.partition(" lack ")[2].startswith("actor" if form == "cloudtrail" else "actor, origin") or (
        form == "cloudtrail" and "origin" in told
    )


def test_events_of_another_format_may_be_chained_too(tmp_path: Path) -> None:
    """A hash that is a member of a member leaves that behind, empty."""
    before, events = "", []
    for event in map(ocsf, plain()):
        before = sealed({**event, "seal": {}}, before)
        events.append({**event, "seal": {"sha": before}})
    (tmp_path / "audit.jsonl").write_text(lines(events), encoding="utf-8")
    said = ask(tmp_path, fields={"hash": "seal.sha"})
    assert "trail-chained" not in said.findings
    assert said.examined["trail-chained"] == 1
    (tmp_path / "audit.jsonl").write_text(lines(events[:5] + events[6:]), encoding="utf-8")
    assert len(ask(tmp_path, fields={"hash": "seal.sha"}).findings["trail-chained"]) == 1


def test_a_list_in_json_is_a_trail_too(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text(json.dumps(plain(), indent=1), encoding="utf-8")
    said = ask(tmp_path)
    assert said.failed == []
    assert said.queries["trail app"].query.startswith("audit.jsonl: 40 events")


def test_an_export_of_a_database_by_field_map(tmp_path: Path) -> None:
    text = "who;what,done at\nx,y\n"
    (tmp_path / "audit.jsonl").write_text(text, encoding="utf-8")
    said = ask(tmp_path, fields={"actor": "who;what", "at": "done at"})
    assert "lack action" in said.messages["trail-fields"][0]
    (tmp_path / "audit.jsonl").write_text('a,b\n1,"2\n3"\n1,2,3\n', encoding="utf-8")
    assert ask(tmp_path).errors("trail-fields") == ["audit.jsonl:4 has 3 columns, and the first line has 2"]


def test_what_is_in_no_format_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text("once upon a time\n", encoding="utf-8")
    assert ask(tmp_path).errors("trail-fields") == ["audit.jsonl: it is in no format that is known"]


# -- CloudTrail's digests ----------------------------------------------------------------------------------------------


def openssl(*arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "private.pem"
    openssl("genrsa", "-out", str(path), "2048")
    return path


class Bucket:
    """A bucket with three log files and three digests that name one each, newest last, all signed."""

    def __init__(self, folder: Path, key: Path) -> None:
        self.folder, self.key = folder, key
        self.digests: list[Path] = []
        self.logs: list[Path] = []
        previous: dict[str, Any] = {}
        signature = None
        for number in range(3):
            hour = f"2026-11-29T0{number + 1}"
            log = self._put(
                f"AWSLogs/1/CloudTrail/1_CloudTrail_eu_20261129T0{number}30Z_{number}.json.gz",
                json.dumps({"Records": [cloudtrail(each) for each in plain(3)]}).encode(),
            )
            self.logs.append(self.folder / log)
            name = f"AWSLogs/1/CloudTrail-Digest/1_CloudTrail-Digest_eu_{number}.json.gz"
            said = {
                "awsAccountId": "1", "digestStartTime": f"2026-11-29T0{number}:00:00Z",
                "digestEndTime": f"{hour}:00:00Z", "digestS3Bucket": "b", "digestS3Object": name,
                "previousDigestS3Bucket": previous.get("digestS3Bucket"),
                "previousDigestS3Object": previous.get("digestS3Object"),
                "previousDigestHashValue": self._hash(previous["digestS3Object"]) if previous else None,
                "previousDigestSignature": signature,
                "logFiles": [{"s3Bucket": "b", "s3Object": log, "hashValue": self._hash(log)}],
            }  # fmt: skip
            self.digests.append(self.folder / self._put(name, json.dumps(said).encode()))
            signed = f"{said['digestEndTime']}\nb/{name}\n{self._hash(name)}\n{signature or 'null'}"
            signature = openssl("dgst", "-sha256", "-sign", str(key), given=signed.encode()).hex()
            previous = said
        (self.folder / f"{name}.signature").write_text(signature)
        der = openssl("rsa", "-in", str(key), "-RSAPublicKey_out", "-outform", "DER")
        (self.folder / "key").write_bytes(base64.b64encode(der))
        (self.folder / "key.pem").write_bytes(openssl("rsa", "-in", str(key), "-pubout"))

    def _put(self, name: str, content: bytes) -> str:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(gzip.compress(content))
        return name

    def _hash(self, name: str) -> str:
        return hashlib.sha256(gzip.decompress((self.folder / name).read_bytes())).hexdigest()

    def edit(self, path: Path, old: bytes, new: bytes) -> None:
        content = gzip.decompress(path.read_bytes())
        assert old in content
        path.write_bytes(gzip.compress(content.replace(old, new)))

    def said(self, public_key: str = "key") -> tuple[list[str], list[str]]:
        """What the gate says of the digests: its findings, and what was not tested."""
        told = ask(self.folder, files=("AWSLogs/**/*.json.gz",), public_key=public_key)
        return told.messages.get("trail-chained", []), [why for _, why in told.undecided.get("trail-chained", [])]


@pytest.fixture
def bucket(tmp_path: Path, key: Path) -> Bucket:
    return Bucket(tmp_path, key)


def test_signed_digests_hold(bucket: Bucket) -> None:
    assert bucket.said("key") == ([], [])
    assert bucket.said("key.pem") == ([], [])


def test_an_edited_log_file_is_invalid(bucket: Bucket) -> None:
    bucket.edit(bucket.logs[0], b"u-1", b"u-9")
    assert bucket.said()[0] == [
        "app: 1_CloudTrail_eu_20261129T0030Z_0.json: this log file is not what the digest has the hash of (invalid)"
    ]


def test_an_edited_digest_is_invalid_by_its_signature_and_its_hash(bucket: Bucket) -> None:
    bucket.edit(bucket.digests[1], b'"awsAccountId": "1"', b'"awsAccountId": "2"')
    found, _ = bucket.said()
    assert [each.rpartition(": ")[2] for each in found] == [
        "the digest after it has another hash for it (invalid)",
        "its signature is not the one of what it says (invalid)",
    ]
    assert len(bucket.said("")[0]) == 1, "without the key, the hash alone"


def test_the_newest_digest_is_held_by_the_signature_beside_it(bucket: Bucket) -> None:
    bucket.edit(bucket.digests[2], b'"awsAccountId": "1"', b'"awsAccountId": "2"')
    assert ["signature" in each for each in bucket.said()[0]] == [True]
    bucket.digests[2].with_name(f"{bucket.digests[2].name}.signature").unlink()
    found, not_tested = bucket.said()
    assert found == []
    assert not_tested == [
        "the signature of 1_CloudTrail-Digest_eu_2.json.gz was not checked: nothing that is here holds it"
    ]


def test_a_missing_digest_a_missing_log_and_one_that_nobody_lists(bucket: Bucket) -> None:
    bucket.digests[1].unlink()
    bucket.logs[2].unlink()
    found, _ = bucket.said()
    assert [each.rpartition(" (")[2] for each in found] == ["missing)", "missing)", "unlisted)"]


def test_the_first_digest_of_an_export_may_be_any(bucket: Bucket) -> None:
    bucket.digests[0].unlink()
    bucket.logs[0].unlink()
    assert bucket.said() == ([], [])


def test_a_digest_under_another_name_was_moved(bucket: Bucket) -> None:
    bucket.digests[1].rename(bucket.digests[1].with_name("other.json.gz"))
    assert "it was moved" in bucket.said()[0][0]


def test_a_chain_that_was_begun_anew_is_a_gap(bucket: Bucket, key: Path) -> None:
    content = json.loads(gzip.decompress(bucket.digests[2].read_bytes()))
    content |= {each: None for each in content if each.startswith("previous")}
    text = json.dumps(content).encode()
    bucket.digests[2].write_bytes(gzip.compress(text))
    signed = f"{content['digestEndTime']}\nb/{content['digestS3Object']}\n{hashlib.sha256(text).hexdigest()}\nnull"
    signature = openssl("dgst", "-sha256", "-sign", str(key), given=signed.encode()).hex()
    bucket.digests[2].with_name(f"{bucket.digests[2].name}.signature").write_text(signature)
    found, _ = bucket.said()
    assert [each.rpartition(" (")[2] for each in found] == ["gap)"]


def test_without_digests_or_with_a_bad_key(bucket: Bucket, tmp_path: Path) -> None:
    said = ask(tmp_path, files=("AWSLogs/1/CloudTrail/*",))
    assert said.undecided["trail-chained"] == [("not-tested", "no digest file is among the files of the trail app")]
    (tmp_path / "key").write_text("oops")
    assert "no public key" in bucket.said()[1][0]
    small = openssl("genrsa", "1024")
    (tmp_path / "key").write_bytes(openssl("rsa", "-pubout", given=small))
    assert "weaker than 2048 bits" in bucket.said()[1][0]
    bucket.digests[0].write_bytes(bucket.digests[0].read_bytes()[:40])
    assert "cut or damaged" in bucket.said("")[1][0]


def test_times_of_every_kind() -> None:
    from sluicegate.gates.compliance.evidence.trail.nouns import moment, told

    second = (NOW - timedelta(0)).timestamp()
    for value in (second, int(second), int(second * 1e3), int(second * 1e6), int(second * 1e9), str(int(second * 1e3))):
        assert moment(value) == (second, True)
    assert moment("Nov 29 2026 12:00:00 UTC") == (second, True)
    assert moment("Nov 29 2026 12:00:00.000") == (second, False)
    assert moment("2026-11-29T14:00:00+02:00") == (second, True)
    assert moment("2026-11-29 12:00:00") == (second, False)
    for none in (None, "", "soon", True, -1, 1e30, float("inf"), [], "nan", "inf"):
        assert moment(none) is None, none
    assert told(second) == stamp(NOW)
