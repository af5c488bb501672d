"""The Run as a versioned JSON document: written, read back, and described by a JSON Schema (2020-12).

Text for people is cleaned on both ways (`sluicegate.text.visible`). A finding's key is identity, not prose: it keeps
every code point but lone surrogates, which no JSON document may hold, and its fingerprint stays the same.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from sluicegate.errors import Exit, UserError
from sluicegate.model import RUN_VERSION, Finding, Outcome, Run
from sluicegate.report import inert
from sluicegate.report.again import is_ours
from sluicegate.report.coherent import better, contradictions
from sluicegate.text import shorten, visible

LIMIT = 256 * 1024 * 1024
"""So many bytes of a document are written and read at the most: some 200,000 findings, read in 1.2 GB of memory."""

MOST = 16_000_000
"""So many values, about, are read at the most. A finding has some 40; a document may be all brackets, and each takes
many times its length in memory."""

_EXPLAINED = 4 * 1024 * 1024
"""Up to so many bytes the schema says what is wrong in a document; it takes a hundred times its length in memory."""

SCHEMA_ID = f"https://sluicegate.dev/schemas/run-{RUN_VERSION}.json"

UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From the document of each earlier version to that of the next. A version may gain keys that have a default; a change
of what is there is a new version, with its step here and a document of the old one in `tests/released`."""

LONGEST = 1e8
"""No run lasts so many seconds, which are three years."""

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)
_ESCAPE = re.compile(r"\\[ubfr]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HINT = "write it anew with `--report json=FILE`; this one was made by something else, or altered"


def render(run: Run) -> str:
    """The document, ending in a newline. Numbers that JSON lacks are written "NaN", "Infinity" and "-Infinity".

    Raises UserError where it is larger than what `read` reads.
    """
    bare = replace(run, gates=tuple(replace(gate, findings=()) for gate in run.gates))
    # The version first, so that a reader knows what follows.
    shell = msgspec.json.encode({"version": run.version} | _cleaned(msgspec.to_builtins(bare)))
    first, *rest = _indented(shell.decode()).split(_NONE)
    told = [first]
    for gate, after in zip(run.gates, rest, strict=True):
        if gate.findings:
            told.append(_SOME)
            for at in range(0, len(gate.findings), _AT_ONCE):
                told += [_several(gate.findings[at : at + _AT_ONCE]), ","]
            told[-1] = _END
        else:
            told.append(_NONE)
        told.append(after)
    told.append("\n")
    text = "".join(told)
    if why := _too_much(text if text.isascii() else text.encode()):
        raise UserError(
            f"the run document cannot be written: it {why}, so that nobody could read it back",
            hint="the other reports hold the verdict; judge fewer files at once, or what is not wanted with level none",
        )
    return text


_NONE, _SOME = '"findings": []', '"findings": ['
_END = f"\n{' ' * 6}]"
_AT_ONCE = 64
"""So many findings are written at once: one by one takes longer, all in one piece takes memory."""
_OPENING, _CLOSING = len("[\n  [\n    [\n      ["), len("\n      ]\n    ]\n  ]\n]")


def _indented(text: str) -> str:
    return inert.in_json(msgspec.json.format(text, indent=2))


def _several(findings: Sequence[Finding]) -> str:
    """Some findings as they stand in their list, each on lines of its own."""
    # nearly always there is nothing to clean; built-in values of very many would take all memory
    try:
        text = b",".join(map(_as_it_is, findings)).decode()
        clean = _is_clean(text)
    except UnicodeEncodeError:  # half of a surrogate pair
        clean = False
    if not clean:
        text = b",".join(map(_made_clean, findings)).decode()
    return _indented(f"[[[[{text}]]]]")[_OPENING:-_CLOSING]


def _as_it_is(finding: Finding) -> bytes:
    return b'{"fingerprint":"%s",%s' % (finding.fingerprint.encode(), msgspec.json.encode(finding)[1:])


def _made_clean(finding: Finding) -> bytes:
    return msgspec.json.encode({"fingerprint": _fingerprint(finding), **_cleaned(msgspec.to_builtins(finding))})


def read(text: bytes | str) -> Run:
    """The Run that a document holds. The text is foreign: bounded, cleaned and checked.

    Raises UserError: larger than `LIMIT`, not JSON, another version, a key that stands twice, a value that is missing
    or of the wrong kind, a time that no run has, a fingerprint that is not the one of its finding, a command that is
    none of ours, or an outcome that does not follow from what it rests on.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if why := _too_much(data):
        raise UserError(f"the run document {why}", hint=_HINT)
    try:
        document = msgspec.json.decode(data)
        if not (clean := _is_clean(data.decode())):
            document = _cleaned(document)
        twice = _equal_keys(data)
    except RecursionError:
        raise UserError("the run document is nested too deeply to be one", hint=_HINT) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UserError(f"the run document is not JSON: {visible(str(error))}", hint=_HINT) from None
    _check_version(document)
    if twice:
        raise _malformed(twice, "stands twice in its object")
    document = _upgraded(document)
    try:
        run = msgspec.convert(
            document if clean and b"NaN" not in data and b"Infinity" not in data else _numbers(document), Run
        )
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        told = _fault(document, error) if len(data) <= _EXPLAINED else visible(str(error))
        raise UserError(f"the run document is malformed: {told}", hint=_HINT) from None
    _check_times(run)
    _check_fingerprints(document, run)
    _check_commands(run)
    _check_verdict(run)
    if found := next(contradictions(run), None):
        raise _malformed(*found)
    return run


def schema() -> dict[str, Any]:
    """The published JSON Schema of the document; unknown keys are allowed, so that a version can gain some."""
    (reference,), parts = msgspec.json.schema_components([Run], ref_template="#/$defs/{name}")
    parts["Finding"]["properties"] = {
        "fingerprint": {
            "type": "string",
            "pattern": "^[0-9a-f]{32}$",
            "description": "32 hexadecimal digits over the rule id and the key: the same next time.",
        },
        **parts["Finding"]["properties"],
    }
    parts["Finding"]["required"] = ["fingerprint", *parts["Finding"]["required"]]
    parts["Run"]["properties"]["version"] = {"const": RUN_VERSION, "description": "The version of this document."}
    parts["Run"]["required"] = ["version", *parts["Run"]["required"]]
    for name in ("line", "column"):
        parts["Location"]["properties"][name]["description"] = "Counted from 1."
    number = {"anyOf": [{"type": "number"}, {"enum": list(_WORDS)}]}
    parts["Measurement"]["properties"]["value"] = number
    parts["Measurement"]["properties"]["samples"] = {"type": "array", "items": number, "default": []}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "A run of Sluicegate",
        **reference,
        "$defs": dict(sorted(parts.items())),
    }


_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def _cleaned(value: Any, key: str = "") -> Any:
    """Built-in values with their text cleaned, and without numbers that JSON lacks."""
    if isinstance(value, str):
        return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", value) if key == "key" else visible(value)
    if isinstance(value, dict):
        return {visible(name): _cleaned(item, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item, key) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _numbers(value: Any, key: str = "") -> Any:
    """The same document with the words for numbers that JSON lacks read as numbers, where measurements have them."""
    if isinstance(value, dict):
        return {name: _numbers(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item, key) for item in value]
    return _WORDS.get(value, value) if key in ("value", "samples") and isinstance(value, str) else value


def _fingerprint(finding: Finding) -> str:
    """That of the finding as it is written: its rule's id is cleaned, for people read it."""
    rule = visible(finding.rule)
    return finding.fingerprint if rule == finding.rule else replace(finding, rule=rule).fingerprint


def _too_much(data: str | bytes) -> str:
    """Why a document is not read; nothing where it is. What stands in texts counts too, which is the safe side."""
    if len(data) > LIMIT:
        return f"has {len(data):,} bytes; at most {LIMIT:,} are read"
    marks = sum(map(data.count, ",[{" if isinstance(data, str) else (b",", b"[", b"{")))  # type: ignore[arg-type]
    return f"has {marks:,} values or more; at most {MOST:,} are read" if marks > MOST else ""


def _check_version(document: Any) -> None:
    if not isinstance(document, dict) or "version" not in document:
        raise UserError("the run document has no `version` at its top: it is not a run document", hint=_HINT)
    version = document["version"]
    if type(version) is not int or not (version == RUN_VERSION or version in UPGRADES):
        known = ", ".join(map(str, sorted({*UPGRADES, RUN_VERSION})))
        raise UserError(
            f"the run document has version {version!r}; this Sluicegate reads version {known}",
            hint="write it and read it with the same release of Sluicegate",
        )


def _upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """The document in the present version, by one step after the other."""
    while (version := document["version"]) != RUN_VERSION:
        document = UPGRADES[version](document) | {"version": version + 1}
    return document


def _fault(document: Any, error: Exception) -> str:
    """What is wrong and where; the schema knows which finding it is, where msgspec only says that it is one."""
    import jsonschema_rs

    try:
        first = next(jsonschema_rs.Draft202012Validator(schema()).iter_errors(document), None)
    except ValueError:  # deeper than the validator goes
        first = None
    if first is None:
        return visible(str(error))
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first.instance_path)
    return visible(f"${place}: {shorten(first.message, 500)}")


def _malformed(place: str, what: str) -> UserError:
    return UserError(f"the run document is malformed: {place} {what}", hint=_HINT)


def _is_clean(text: str) -> bool:
    """Whether JSON is known to hold nothing to clean: all of it is printable, and no escape may hide the rest."""
    if "\\" in text and _ESCAPE.search(text):
        return False
    # many times as quick as a look at each text; JSON has no other control of ASCII in its texts but the last
    return "\x7f" not in text if text.isascii() else text.replace("\n", "").isprintable()


def _equal_keys(data: bytes) -> str:
    """The place of the first key that stands twice in an object, else nothing.

    msgspec keeps the last of equal keys, and whoever reads the text may see the first.
    """
    several = False

    def counted(pairs: list[tuple[str, Any]]) -> None:
        nonlocal several
        several = several or len(pairs) != len({name for name, _ in pairs})

    json.loads(data, object_pairs_hook=counted, parse_int=str, parse_float=str)
    # the place takes longer to find, and is wanted only then; numbers stay text
    return _twice(json.loads(data, object_pairs_hook=tuple, parse_int=str, parse_float=str)) if several else ""


def _twice(value: Any, place: str = "$") -> str:
    """The place of the first key that an object has twice, else nothing. Objects are tuples of pairs here."""
    if isinstance(value, tuple):
        seen = set()
        for name, item in value:
            here = f"{place}.{shorten(visible(name), 100)}"
            if name in seen:
                return here
            seen.add(name)
            if isinstance(item, tuple | list) and (found := _twice(item, here)):
                return found
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, tuple | list) and (found := _twice(item, f"{place}[{number}]")):
                return found
    return ""


def _check_times(run: Run) -> None:
    """Times that a calendar holds, whatever zone or sum a reader makes of them."""
    lasted = {"$.seconds": run.seconds} | {f"$.gates[{at}].seconds": gate.seconds for at, gate in enumerate(run.gates)}
    for place, seconds in lasted.items():
        if not 0 <= seconds < LONGEST:
            raise _malformed(place, f"is {seconds:g}, but no run takes less than 0 or {LONGEST:,.0f} seconds or more")
    started = run.started if run.started.tzinfo else run.started.replace(tzinfo=UTC)
    if not _FIRST <= started < _LAST - timedelta(seconds=run.seconds):
        raise _malformed("$.started", f"is {run.started.isoformat()}, but runs are of the years 1970 to 9998")


def _check_fingerprints(document: Any, run: Run) -> None:
    for at, gate in enumerate(run.gates):
        for number, finding in enumerate(gate.findings):
            said = document["gates"][at]["findings"][number].get("fingerprint")
            if said != finding.fingerprint and said not in finding.former_fingerprints:
                place = f"$.gates[{at}].findings[{number}].fingerprint"
                raise _malformed(place, f"is {said!r}, but rule and key give another")


def _check_commands(run: Run) -> None:
    """What is shown as the command to see it again is pasted into shells: one of ours that only looks, or nothing."""
    for at, gate in enumerate(run.gates):
        told = {f"$.gates[{at}]": gate.reproduce}
        told |= {f"$.gates[{at}].findings[{number}]": found.reproduce for number, found in enumerate(gate.findings)}
        for place, command in told.items():
            if command and not is_ours(command):
                said = f"is {shorten(visible(repr(command)), 100)}, which is no command of Sluicegate that only looks"
                raise _malformed(f"{place}.reproduce", said)


def _check_verdict(run: Run) -> None:
    """The engine's rule (`engine.judge`): the gates bound the outcome, and the outcome gives the exit code.

    The outcome may be worse than that of every gate: the settings can let what was not decided fail. A run in which no
    gate judged has not passed.
    """
    # An observed gate cannot fail the run; that it could not look still counts.
    ended = [Outcome.PASSED if gate.observed and gate.outcome is Outcome.FAILED else gate.outcome for gate in run.gates]
    least = Outcome.ERRORED if run.interrupted or not run.gates else Outcome.worst(ended)
    why = "an interrupted run" if run.interrupted else "the worst of its gates" if run.gates else "a run without a gate"
    if run.outcome is Outcome.LET_THROUGH:
        if run.interrupted or not any(each.used for each in run.passes):
            raise _malformed("$.outcome", "is 'let-through', but no pass was used")
        least = Outcome.LET_THROUGH if run.gates else least
    if better(run.outcome, least):
        raise _malformed("$.outcome", f"is {run.outcome.value!r}, but {why} is {least.value!r}")
    code = Exit.INTERRUPTED if run.interrupted else _EXITS.get(run.outcome, Exit.PASSED)
    if run.exit_code != code:
        why = "an interrupted run" if run.interrupted else f"the outcome {run.outcome.value!r}"
        raise _malformed("$.exit_code", f"is {run.exit_code}, but {why} ends with {int(code)}")


_EXITS = {Outcome.ERRORED: Exit.ERRORED, Outcome.FAILED: Exit.FAILED}
