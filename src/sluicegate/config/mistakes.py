"""What is wrong with settings, in a user's words: each mistake with its place, what may stand there, a likely name."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from sluicegate.config.locate import Path
from sluicegate.config.schema import settings_schema
from sluicegate.config.settings import SOMETHING
from sluicegate.model import Location
from sluicegate.text import one_line, shorten


class Mistake(Struct, frozen=True, kw_only=True):
    """One mistake at a key; `place` is where, for keys that do not stand in the settings themselves."""

    path: Path
    text: str
    place: Location | None = None


def explain(raw: Mapping[str, Any], types: Mapping[str, Any]) -> list[Mistake]:
    """Every mistake that the JSON Schema of the settings finds."""
    return mistakes(raw, settings_schema(types))


def mistakes(raw: Mapping[str, Any], schema: dict[str, Any]) -> list[Mistake]:
    """Every mistake that a schema of ours finds, made of `Section`s."""
    import jsonschema_rs
    import msgspec

    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    instance = msgspec.to_builtins(dict(raw), enc_hook=str)
    found = []
    for error in validator.iter_errors(instance):
        path = tuple(error.instance_path)
        place, value = _schema_at(schema, path), _value_at(instance, path)
        table = next((item for item in place.get("anyOf", ()) if "$ref" in item), None)
        if table and isinstance(value, dict):  # of several forms this is meant, and what is wrong lies deeper
            form = {**_followed(schema, table), "$defs": schema["$defs"]}
            within = jsonschema_rs.Draft202012Validator(form, validate_formats=True).iter_errors(value)
            found += [
                told
                for deeper in within
                for told in _told(
                    deeper,
                    (*path, *deeper.instance_path),
                    _schema_at(form, tuple(deeper.instance_path)),
                    _value_at(value, tuple(deeper.instance_path)),
                )
            ]
            continue
        found += _told(error, path, place, value)
    return list(dict.fromkeys(found))


def _told(error: Any, path: Path, schema: Mapping[str, Any], value: Any) -> list[Mistake]:
    keyword = str(list(error.schema_path)[-1]) if list(error.schema_path) else ""
    if keyword == "additionalProperties":
        known = list(schema.get("properties", {}))
        return [_unknown((*path, key), key, known) for key in value if key not in known]
    if keyword == "required":
        missing = [key for key in schema.get("required", ()) if key not in value]
        return [Mistake(path=path, text=f"{key} is missing") for key in missing]
    shown = shorten(one_line(json.dumps(value, ensure_ascii=False, default=str)), 80)
    allowed = _allowed(schema)
    return [
        Mistake(
            path=path,
            text=f"{shown} {allowed}" if allowed else f"{shown}: {shorten(one_line(str(error.message)), 200)}",
        )
    ]


def _unknown(path: Path, key: str, known: list[str]) -> Mistake:
    likely = difflib.get_close_matches(key.replace("_", "-"), known, n=1, cutoff=0.6)
    text = (
        f"nobody reads this key; did you mean {likely[0]}?"
        if likely
        else f"nobody reads this key; known: {', '.join(known)}"
    )
    return Mistake(path=path, text=text)


def _allowed(schema: Mapping[str, Any]) -> str:
    """What may stand there, in words; empty where the validator's own words are better."""
    if "enum" in schema:
        return "is none of " + ", ".join(str(item) for item in schema["enum"])
    kinds = {
        "string": "a string",
        "array": "a list",
        "number": "a number",
        "object": "a table",
        "boolean": "true or false",
    }
    wanted = schema.get("anyOf", [schema])
    names = [kinds[item["type"]] for item in wanted if item.get("type") in kinds]
    limits = [f"greater than {item['exclusiveMinimum']}" for item in wanted if "exclusiveMinimum" in item]
    limits += [f"at most {item['maximum']}" for item in wanted if "maximum" in item]
    limits += [
        "not blank" if item["pattern"] == SOMETHING else f"of the form {item['pattern']}"
        for item in wanted
        if "pattern" in item
    ]
    limits += ["not empty" for item in wanted if item.get("minLength")]
    limits += ["a moment such as 2027-01-31T18:00:00Z" for item in wanted if item.get("format") == "date-time"]
    limits += ["a date such as 2027-01-31" for item in wanted if item.get("format") == "date"]
    return f"is not {' or '.join(names)}" + (f" ({', '.join(limits)})" if limits else "") if names else ""


def _schema_at(schema: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    here: Mapping[str, Any] = schema
    for part in path:
        here = _followed(schema, here)
        here = here.get("items", {}) if isinstance(part, int) else _member(here, part)
    return _followed(schema, here)


def _member(here: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The schema of a key: its own, or that of every key of a table whose keys are anybody's."""
    found = here.get("properties", {}).get(name)
    others = here.get("additionalProperties")
    return found if found is not None else others if isinstance(others, Mapping) else {}


def _followed(schema: Mapping[str, Any], here: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = here.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else here


def _value_at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value
