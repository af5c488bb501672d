"""CloudTrail's own proof: digest files, each signed, that name the log files with their hashes and the digest before.

Walked from the newest backwards, as AWS does it ("CloudTrail log file integrity validation"): what is signed is
`digestEndTime`, `bucket/key`, the SHA-256 of the unpacked digest and the signature of the digest before (`null` where
there is none), a line each. The signature of a digest stands in the next one; that of the newest is metadata of its S3
object, which `NAME.signature` beside the file keeps.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from sluicegate.gates.compliance.evidence.trail.rsa import Key

MOST = 100
"""So many faults are told one by one."""

_STAMP = re.compile(r"_([0-9]{8}T[0-9]{4})Z_")


class Digest(Struct, frozen=True, kw_only=True):
    """A digest file: where it lies, the hash of what is unpacked from it, and what it says."""

    name: str
    shown: str
    sha256: str
    said: dict[str, Any]

    def text(self, name: str) -> str:
        """What it says under a name; "" for anything but a text."""
        found = self.said.get(name)
        return found if isinstance(found, str) else ""


class Fault(Struct, frozen=True, kw_only=True):
    """`kind` is invalid, gap or missing, as AWS calls them, or unlisted; `what` is the file in question."""

    kind: str
    what: str
    why: str


class Walked(Struct, kw_only=True):
    """What came of it: how many digests and log files are as they were, and how many signatures nobody could check."""

    digests: int = 0
    logs: int = 0
    signed: int = 0
    unsigned: list[str] = field(default_factory=list)
    broken: int = 0
    faults: list[Fault] = field(default_factory=list)

    def fault(self, kind: str, what: str, why: str) -> None:
        """Something that does not hold."""
        self.broken += 1
        if len(self.faults) < MOST:
            self.faults.append(Fault(kind=kind, what=what, why=why))


def walk(
    digests: Sequence[Digest], logs: Mapping[str, str], keys: Sequence[Key], beside: Callable[[str], str]
) -> Walked:
    """Hold digests against each other and log files against them.

    `logs` are the hashes of what is unpacked from log files, by the last part of their names. `beside` gives the
    signature that is kept beside a digest, "" where there is none.
    """
    done = Walked()
    there = {(each.text("digestS3Bucket"), each.text("digestS3Object")): each for each in digests}
    waiting = sorted(digests, key=lambda each: each.text("digestEndTime"))
    listed: set[str] = set()
    current = waiting[-1] if waiting else None
    signature = beside(current.name) if current else ""
    seen: set[str] = set()
    while current:
        seen.add(current.name)
        _held(current, signature, keys, done)
        _logs(current, logs, listed, done)
        place = (current.text("previousDigestS3Bucket"), current.text("previousDigestS3Object"))
        before = there.get(place) if place[1] else None
        older = [each for each in waiting if each.name not in seen
                 and each.text("digestEndTime") < current.text("digestEndTime")]  # fmt: skip
        if before is not None and before.name not in seen:
            if before.sha256 != current.text("previousDigestHashValue"):
                done.fault("invalid", _last(before.name), "the digest after it has another hash for it")
            signature = current.text("previousDigestSignature")
            current = before
            continue
        if older:
            kind = "missing" if place[1] else "gap"
            what = _last(place[1]) if place[1] else _last(current.name)
            why = "a digest file is not there" if place[1] else "nothing leads to the digests before it"
            done.fault(kind, what, why)
            signature = beside(older[-1].name)
        current = older[-1] if older else None
    _unlisted(waiting, logs, listed, done)
    return done


def _held(digest: Digest, signature: str, keys: Sequence[Key], done: Walked) -> None:
    done.digests += 1
    if _last(digest.text("digestS3Object")) != _last(digest.name).removesuffix(".gz") + _ending(digest):
        done.fault("invalid", _last(digest.name), "it was moved: it says that it is another file")
    if not keys or not signature:
        done.unsigned.append(_last(digest.name))
        return
    previous = digest.said.get("previousDigestSignature")
    told = (
        digest.text("digestEndTime"),
        f"{digest.text('digestS3Bucket')}/{digest.text('digestS3Object')}",
        digest.sha256,
        "null" if previous is None else str(previous),
    )
    try:
        raw = binascii.unhexlify(signature.strip())
    except (binascii.Error, ValueError):
        raw = b""
    if any(key.signed("\n".join(told).encode(), raw) for key in keys):
        done.signed += 1
    else:
        done.fault("invalid", _last(digest.name), "its signature is not the one of what it says")


def _ending(digest: Digest) -> str:
    """What a name ends with, so that a digest that somebody has unpacked is still the same file."""
    return ".gz" if digest.text("digestS3Object").endswith(".gz") else ""


def _logs(digest: Digest, logs: Mapping[str, str], listed: set[str], done: Walked) -> None:
    named = digest.said.get("logFiles")
    for each in named if isinstance(named, list) else ():
        told = each if isinstance(each, dict) else {}
        name = _last(str(told.get("s3Object") or "")).removesuffix(".gz")
        listed.add(name)
        if name not in logs:
            done.fault("missing", name, "a digest names this log file, and it is not there")
        elif logs[name] != told.get("hashValue"):
            done.fault("invalid", name, "this log file is not what the digest has the hash of")
        else:
            done.logs += 1


def _unlisted(digests: Sequence[Digest], logs: Mapping[str, str], listed: set[str], done: Walked) -> None:
    """Log files of the time that digests cover, which none of them names."""
    if not digests:
        return
    first, last = digests[0].text("digestStartTime"), digests[-1].text("digestStartTime")
    for name in sorted(logs):
        stamp = _STAMP.search(name)
        at = f"{stamp[1][:4]}-{stamp[1][4:6]}-{stamp[1][6:11]}:{stamp[1][11:]}:00Z" if stamp else ""
        if name not in listed and at and first <= at < last:
            done.fault("unlisted", name, "no digest names this log file")


def _last(path: str) -> str:
    return path.rpartition("/")[2]
