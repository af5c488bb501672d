"""The JSON Schema of the settings, derived from their types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sluicegate.config.settings import Settings

ID = "https://sluicegate.dev/schemas/settings-1.json"


def settings_schema(types: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a whole settings file, with a table for each gate in `types` (gate id to Struct)."""
    whole, definitions = msgspec.json.schema_components((Settings, *types.values()), ref_template="#/$defs/{name}")[0:2]
    root, *sections = whole
    definitions = {name: _without_titles(definition) for name, definition in definitions.items()}
    schema = dict(definitions.pop(root["$ref"].rpartition("/")[2]))
    schema["properties"] = {
        **schema["properties"],
        **dict(zip(types, sections, strict=True)),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Settings of Sluicegate (sluicegate.toml)",
        **schema,
        "$defs": definitions,
    }


def section_schema(settings: Any) -> dict[str, Any]:
    """The schema of one gate's section: `properties` by key."""
    (reference,), definitions = msgspec.json.schema_components((settings,), ref_template="#/$defs/{name}")
    section = dict(definitions.pop(reference["$ref"].rpartition("/")[2]))
    return {**_without_titles(section), "$defs": definitions}


def _without_titles(definition: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in definition.items() if key != "title"}
