"""The Run as a versioned JSON document: written, read back, and described by a JSON Schema (2020-12).

Text for people is cleaned on both ways (`sluicegate.text.visible`). A finding's key is identity, not prose: it keeps
every code point but lone surrogates, which no JSON document may hold, and its fingerprint stays the same.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import msgspec

from sluicegate.errors import UserError
from sluicegate.model import RUN_VERSION, Finding, Run
from sluicegate.text import shorten, visible

LIMIT = 64 * 1024 * 1024
"""So many bytes of a document are read at the most."""

SCHEMA_ID = f"https://sluicegate.dev/schemas/run-{RUN_VERSION}.json"

_SURROGATE = re.compile("[\ud800-\udfff]")
_HINT = "run documents are written by `--report json=FILE`; this one was made by something else, or altered"


def render(run: Run) -> str:
    """The document, ending in a newline. Numbers that JSON lacks are written "NaN", "Infinity" and "-Infinity"."""
    fingerprints = [[_fingerprint(finding) for finding in gate.findings] for gate in run.gates]
    # The version first, so that a reader knows what follows.
    document = {"version": run.version} | _cleaned(msgspec.to_builtins(run))
    for gate, prints in zip(document["gates"], fingerprints, strict=True):
        gate["findings"] = [
            {"fingerprint": fingerprint, **finding}
            for fingerprint, finding in zip(prints, gate["findings"], strict=True)
        ]
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def read(text: bytes | str) -> Run:
    """The Run that a document holds. The text is foreign: bounded, cleaned and checked.

    Raises UserError: larger than `LIMIT`, not JSON, another version, a value that is missing or of the wrong kind, or a
    fingerprint that is not the one of its finding.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > LIMIT:
        raise UserError(f"the run document has {len(data):,} bytes; at most {LIMIT:,} are read", hint=_HINT)
    try:
        document = _cleaned(msgspec.json.decode(data))
    except RecursionError:
        raise UserError("the run document is nested too deeply to be one", hint=_HINT) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UserError(f"the run document is not JSON: {visible(str(error))}", hint=_HINT) from None
    _check_version(document)
    try:
        run = msgspec.convert(_numbers(document), Run)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise UserError(f"the run document is malformed: {_fault(document, error)}", hint=_HINT) from None
    _check_fingerprints(document, run)
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


def _check_version(document: Any) -> None:
    if not isinstance(document, dict) or "version" not in document:
        raise UserError("the run document has no `version` at its top: it is not a run document", hint=_HINT)
    if document["version"] != RUN_VERSION or isinstance(document["version"], bool | float):
        raise UserError(
            f"the run document has version {document['version']!r}; this Sluicegate reads version {RUN_VERSION}",
            hint="write it and read it with the same release of Sluicegate",
        )


def _fault(document: Any, error: Exception) -> str:
    """What is wrong and where; the schema knows which finding it is, where msgspec only says that it is one."""
    import jsonschema_rs

    first = next(jsonschema_rs.Draft202012Validator(schema()).iter_errors(document), None)
    if first is None:
        return visible(str(error))
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first.instance_path)
    return visible(f"${place}: {shorten(first.message, 500)}")


def _check_fingerprints(document: Any, run: Run) -> None:
    for at, gate in enumerate(run.gates):
        for number, finding in enumerate(gate.findings):
            said = document["gates"][at]["findings"][number].get("fingerprint")
            if said != finding.fingerprint:
                place = f"$.gates[{at}].findings[{number}].fingerprint"
                raise UserError(
                    f"the run document is malformed: {place} is {said!r}, but rule and key give another",
                    hint=_HINT,
                )
