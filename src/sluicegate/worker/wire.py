"""The stream between a gate's process and the engine: one JSON line per word."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from sluicegate.model import Evidence, Examination, Fact, Finding, Measurement, Progress, Requirement, Rule
from sluicegate.worker.job import Job
from sluicegate.worker.recorded import Seen
from sluicegate.worker.trouble import Trouble
from sluicegate.worker.work import Said

KINDS: dict[str, Any] = {
    "finding": Finding,
    "examination": Examination,
    "measurement": Measurement,
    "evidence": Evidence,
    "progress": Progress,
    "fact": Fact,
    "rule": Rule,
    "requirement": Requirement,
    "seen": Seen,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
# What msgspec knows of a type is made at its first use, which two threads must not do at once: it ends in a crash.
_WORD = msgspec.json.Decoder(tuple[str, str, msgspec.Raw])
_VALUES: dict[str, msgspec.json.Decoder[Any]] = {name: msgspec.json.Decoder(kind) for name, kind in KINDS.items()}
_END: msgspec.json.Decoder[Trouble | None] = msgspec.json.Decoder(Trouble | None)


def encode(said: Said) -> bytes:
    """One line for one word of a gate; a path whose bytes are not UTF-8 comes out as the same path."""
    side, value = said
    word = [side, _NAMES[type(value)], value]
    try:
        return msgspec.json.encode(word) + b"\n"
    except UnicodeEncodeError:
        return _surrogates(word)


class Turned:
    """All is said of what was asked last."""


TURNED = b'["end","turn",null]\n'


def encode_turn(parts: tuple[str, ...]) -> bytes:
    """What to do next: some parts of the gate's check, all of it where there are none."""
    return msgspec.json.encode(parts) + b"\n"


def decode_turn(line: bytes) -> tuple[str, ...]:
    """What the parent wants next."""
    return msgspec.json.decode(line, type=tuple[str, ...])


def encode_end(trouble: Trouble | None) -> bytes:
    """The last line: all said, or what went wrong."""
    return msgspec.json.encode(["end", "trouble", trouble]) + b"\n"


def decode(line: bytes) -> Said | Turned | Trouble | None:
    """What a line says: a word, the end of a turn, or of all (None where it went well). Raises msgspec.MsgspecError."""
    try:
        side, name, raw = _WORD.decode(line)
    except msgspec.DecodeError:
        if b"\\ud" not in line:
            raise
        return _said_with_surrogates(line)
    if name == "turn":
        return Turned()
    if side == "end":
        return _END.decode(raw)
    return "base" if side == "base" else "head", _VALUES[name].decode(raw)


def encode_job(job: Job) -> bytes:
    """The job as the child reads it."""
    return _surrogates(job)


def decode_job(content: bytes) -> Job:
    """The job that the parent wrote."""
    return msgspec.convert(json.loads(content), Job)


def _surrogates(value: Any) -> bytes:
    # the standard library's JSON carries lone surrogates, which stand for bytes of a path that are not UTF-8
    return json.dumps(msgspec.to_builtins(value)).encode() + b"\n"


def _said_with_surrogates(line: bytes) -> Said:
    try:
        side, name, value = json.loads(line)
        kind = KINDS[name]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise msgspec.DecodeError(f"no word of a gate: {error}") from error
    return "base" if side == "base" else "head", msgspec.convert(value, kind)
