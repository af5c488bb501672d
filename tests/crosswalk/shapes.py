"""Types: changed, wider, narrower, nullable, forbidden, and hidden in a choice."""

from __future__ import annotations

from crosswalk.template import (
    BODIES,
    CONTENT,
    EVERYWHERE,
    HEADER,
    PARAMETER,
    PARAMETER_PROPERTY,
    REQUEST,
    RESPONSE,
    Pair,
    Schema,
    answer,
    body,
    both_ways,
    family,
    record,
)

STRING = {"type": "string"}
INTEGER = {"type": "integer"}
NUMBER = {"type": "number"}
CARD = {"type": "object", "properties": {"number": STRING}, "required": ["number"]}
CASH = {"type": "object", "properties": {"amount": INTEGER}, "required": ["amount"]}
OWNED = CARD | {"required": ["number", "owner"]}

NULLABLE = both_ways("became", STRING, {"type": ["string", "null"]}, ("nullable", "not-nullable"))
# oasdiff means a choice between plain types by a list of types; a `type` with several words is a type that changed.
LISTS = both_ways(
    "list-of-types",
    {"oneOf": [STRING, INTEGER]},
    {"oneOf": [STRING, INTEGER, {"type": "boolean"}]},
    ("widened", "narrowed"),
)
FALSE = both_ways("schema-became", STRING, False, ("false", "not-false"))
XML = "application/xml"


def xml(place: str, build: object, before: Schema, after: Schema) -> dict[str, Pair]:
    """A change of type that is only text for the readers of XML."""
    return {f"{place}-type-compatible": Pair(build({XML: {"schema": before}}), build({XML: {"schema": after}}))}


PAIRS: dict[str, Pair] = {
    **family(EVERYWHERE | PARAMETER_PROPERTY, NULLABLE | FALSE),
    **family(CONTENT | PARAMETER | PARAMETER_PROPERTY, LISTS),
    **family(CONTENT | PARAMETER | HEADER, {"type-changed": (INTEGER, {"type": "boolean"})}),
    **family(REQUEST | PARAMETER | PARAMETER_PROPERTY, {"type-generalized": (INTEGER, NUMBER)}),
    **family(RESPONSE | HEADER, both_ways("type", INTEGER, NUMBER, ("generalized", "specialized"))),
    **family(PARAMETER_PROPERTY, {"type-changed": (INTEGER, STRING), "type-specialized": (NUMBER, INTEGER)}),
    **family(HEADER, {"type-compatible": (STRING, INTEGER)}),
    **xml("request-body", body, INTEGER, STRING),
    **xml("request-property", body, record(INTEGER), record(STRING)),
    **xml("response-body", answer, STRING, INTEGER),
    **xml("response-property", answer, record(STRING), record(INTEGER)),
    **family(BODIES, {"wrapped-in-one-of": (CARD, {"oneOf": [OWNED, CASH]})}),
    **family(BODIES, {"wrapped-in-one-of-original-preserved": (CARD, {"oneOf": [CARD, CASH]})}),
}
