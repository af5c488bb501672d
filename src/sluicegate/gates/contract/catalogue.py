"""The rules of the contract gate. Those that differ only in the direction or the keyword are derived as families."""

from __future__ import annotations

from sluicegate.gates.contract import lifecycle, soundness
from sluicegate.model import Level, Rule, RuleKind

_ERROR, _WARNING, _NOTE = Level.ERROR, Level.WARNING, Level.NOTE

KEYWORDS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "multipleOf": "multiple-of",
    "minLength": "min-length",
    "maxLength": "max-length",
    "pattern": "pattern",
    "format": "format",
    "contentEncoding": "content-encoding",
    "contentMediaType": "content-media-type",
    "minItems": "min-items",
    "maxItems": "max-items",
    "uniqueItems": "unique-items",
    "items": "items",
    "prefixItems": "prefix-items",
    "contains": "contains",
    "minContains": "min-contains",
    "maxContains": "max-contains",
    "minProperties": "min-properties",
    "maxProperties": "max-properties",
    "additionalProperties": "additional-properties",
    "patternProperties": "pattern-properties",
    "propertyNames": "property-names",
    "dependentRequired": "dependent-required",
    "dependentSchemas": "dependent-schemas",
    "not": "exclusion",
    "if": "condition",
    "oneOf": "one-of",
    "anyOf": "any-of",
    "$dynamicRef": "dynamic-ref",
}
"""The keywords of constraints, and what rules call them: `request-min-length-tightened`."""

HARMLESS_WHEN_LOOSENED = frozenset(("additionalProperties", "patternProperties", "propertyNames"))
"""What a response may loosen: members that no property declares are not part of the contract."""


def _state(name: str, title: str, summary: str) -> Rule:
    return Rule(
        id=f"contract/{name}", title=title, summary=summary, level=_ERROR, kind=RuleKind.STATE, unit="document",
        tags=("openapi", "validity"),
    )  # fmt: skip


def _change(name: str, level: Level, title: str, summary: str, unit: str = "operation", page: str = "") -> Rule:
    tags = ("openapi", "addition" if level is _NOTE and name.endswith("-added") else "compatibility")
    return Rule(
        id=f"contract/{name}", title=title, summary=summary, level=level, kind=RuleKind.CHANGE, unit=unit, tags=tags,
        page=page,
    )  # fmt: skip


def _constraints() -> tuple[Rule, ...]:
    """For every keyword of constraints: tightened and loosened, in requests and in responses."""
    found = []
    for keyword, name in KEYWORDS.items():
        for direction, breaking in (("request", "tightened"), ("response", "loosened")):
            for verb in ("tightened", "loosened"):
                harmless = direction == "response" and verb == "loosened" and keyword in HARMLESS_WHEN_LOOSENED
                level = _ERROR if verb == breaking and not harmless else _NOTE
                fewer = "fewer" if verb == "tightened" else "more"
                sends = "Requests" if direction == "request" else "Responses"
                found.append(
                    _change(
                        f"{direction}-{name}-{verb}", level, f"{direction.capitalize()} {keyword} {verb}",
                        f"{sends} may hold {fewer} values than before, by `{keyword}`.",
                        page=f"{direction}-{verb}",
                    )
                )  # fmt: skip
    return tuple(found)


RULES = (
    _state("document-invalid", "Invalid description", "The description is not valid OpenAPI."),
    _state("unresolved-reference", "Unresolved $ref", "A $ref points at what does not exist, or is of another kind."),
    _state("refused-reference", "Refused $ref", "A $ref leads out of the repository; it is never fetched."),
    _state("circular-reference", "Circular $ref", "A chain of $ref leads back to itself and to nothing else."),
    *soundness.RULES,
    _change(
        "base-invalid", _WARNING, "Invalid base",
        "What it is compared with is not valid OpenAPI, so that some changes may be hidden or feigned.", "document",
    ),
    _change("document-removed", _ERROR, "Description removed", "A whole API description is gone.", "document"),
    _change(
        "version-not-bumped", _ERROR, "Version not bumped", "`info.version` says less than the change is.", "document"
    ),
    _change("path-removed", _ERROR, "Path removed", "A path with all its operations is gone."),
    _change("path-added", _NOTE, "Path added", "There is a new path."),
    _change("operation-removed", _ERROR, "Operation removed", "A method of a path is gone."),
    _change("operation-added", _NOTE, "Operation added", "A path has a new method."),
    _change("operation-id-changed", _WARNING, "operationId changed", "Generated clients name their methods by it."),
    _change("webhook-removed", _ERROR, "Webhook removed", "Clients are no longer called."),
    _change("webhook-added", _NOTE, "Webhook added", "There is a new webhook."),
    _change("callback-removed", _ERROR, "Callback removed", "Clients are no longer called back."),
    _change("callback-added", _NOTE, "Callback added", "There is a new callback."),
    _change("security-tightened", _ERROR, "Security tightened", "What let clients in is not enough any more."),
    _change("security-loosened", _NOTE, "Security loosened", "There is a new way to be let in."),
    _change("security-scheme-changed", _ERROR, "Security scheme changed", "A scheme that is in use works otherwise."),
    _change("security-scheme-removed", _NOTE, "Security scheme removed", "A security scheme is gone."),
    _change("security-scheme-added", _NOTE, "Security scheme added", "There is a new security scheme."),
    _change("security-scope-removed", _NOTE, "Security scope removed", "A scope of a security scheme is gone."),
    _change("security-scope-added", _NOTE, "Security scope added", "A security scheme has a new scope."),
    _change("operation-tags-changed", _NOTE, "Operation tags changed", "Documents list the operation elsewhere."),
    _change("schema-removed", _NOTE, "Schema removed", "A schema is gone from the components.", "document"),
    _change("server-removed", _WARNING, "Server removed", "An address that clients call is no longer listed."),
    _change(
        "server-default-changed", _WARNING, "Server default changed",
        "Clients that choose nothing call another address of a server.",
    ),
    _change("server-added", _NOTE, "Server added", "There is a new address to call."),
    _change(
        "serialization-changed", _ERROR, "Serialization changed",
        "How a parameter or a header is written into text changed.",
    ),
    _change("parameter-removed", _WARNING, "Parameter removed", "A request parameter is no longer understood."),
    _change("parameter-added", _NOTE, "Parameter added", "There is a new optional request parameter."),
    _change("required-parameter-added", _ERROR, "Required parameter added", "Requests must carry a new parameter."),
    _change("parameter-became-required", _ERROR, "Parameter became required", "Requests must carry what was optional."),
    _change("parameter-became-optional", _NOTE, "Parameter became optional", "Requests need no longer carry it."),
    _change("request-body-added", _NOTE, "Request body added", "Requests may carry a body."),
    _change(
        "request-body-became-optional", _NOTE, "Request body became optional", "Requests need no longer carry a body."
    ),
    _change("response-header-removed", _WARNING, "Response header removed", "Clients no longer receive a header."),
    _change("response-header-added", _NOTE, "Response header added", "Clients receive a new header."),
    _change(
        "response-header-became-optional", _ERROR, "Response header became optional",
        "A header that clients always received may be missing.",
    ),
    _change(
        "response-header-became-required", _NOTE, "Response header became required", "Clients always receive a header."
    ),
    _change("response-link-removed", _WARNING, "Response link removed", "A response no longer says what to call next."),
    _change(
        "response-link-changed", _WARNING, "Response link changed", "What a response says to call next is another call."
    ),
    _change("response-link-added", _NOTE, "Response link added", "A response says what to call next."),
    _change("request-media-type-added", _NOTE, "Request media type added", "Requests may come in a new form."),
    _change("response-media-type-added", _NOTE, "Response media type added", "Responses are offered in a new form."),
    _change(
        "request-media-type-changed", _WARNING, "Request media type changed", "The parameters of a media type changed."
    ),
    _change(
        "response-media-type-changed", _WARNING, "Response media type changed",
        "The parameters of a media type changed.",
    ),
    _change(
        "request-encoding-changed", _ERROR, "Request encoding changed", "How a part of a form is written changed."
    ),
    _change(
        "response-encoding-changed", _ERROR, "Response encoding changed", "How a part of a form is written changed."
    ),
    _change("request-body-removed", _WARNING, "Request body removed", "The operation takes no request body any more."),
    _change(
        "request-body-became-required", _ERROR, "Request body became required",
        "Requests without a body are refused now.",
    ),
    _change(
        "request-media-type-removed", _ERROR, "Request media type removed", "A form of the request body is refused now."
    ),
    _change("response-removed", _ERROR, "Response removed", "A documented response status is gone."),
    _change("response-added", _NOTE, "Response added", "There is a new documented response status."),
    _change("response-media-type-removed", _ERROR, "Response media type removed", "A form of the response is gone."),
    _change("response-property-removed", _ERROR, "Response property removed", "Clients no longer receive a property."),
    _change("response-property-added", _NOTE, "Response property added", "Clients receive a new property."),
    _change(
        "response-property-became-optional", _ERROR, "Response property became optional",
        "A property that clients always received may be missing.",
    ),
    _change(
        "response-property-became-required", _NOTE, "Response property became required",
        "Clients always receive a property that might be missing.",
    ),
    _change(
        "response-became-nullable", _ERROR, "Response value became nullable",
        "Clients may receive null where there always was a value.",
    ),
    _change(
        "response-became-not-nullable", _NOTE, "Response value became not nullable", "Clients no longer receive null."
    ),
    _change("request-property-removed", _WARNING, "Request property removed", "A property is no longer understood."),
    _change("request-property-added", _NOTE, "Request property added", "Requests may carry a new property."),
    _change(
        "request-required-property-added", _ERROR, "Required request property added",
        "Requests must carry a property that did not exist.",
    ),
    _change(
        "request-property-became-required", _ERROR, "Request property became required",
        "Requests must carry a property that was optional.",
    ),
    _change(
        "request-property-became-optional", _NOTE, "Request property became optional",
        "Requests need no longer carry a property.",
    ),
    _change(
        "request-became-not-nullable", _ERROR, "Request value became not nullable",
        "A null that clients send is refused now.",
    ),
    _change("request-became-nullable", _NOTE, "Request value became nullable", "Requests may hold null."),
    _change("request-type-changed", _ERROR, "Request type changed", "The types that a request value may have changed."),
    _change(
        "response-type-changed", _ERROR, "Response type changed", "The types that a response value may have changed."
    ),
    _change(
        "request-enum-value-removed", _ERROR, "Request enum value removed", "A value that clients send is refused now."
    ),
    _change("request-enum-value-added", _NOTE, "Request enum value added", "Requests may carry a new value."),
    _change(
        "response-enum-value-added", _WARNING, "Response enum value added",
        "Clients may receive a value they do not know.",
    ),
    _change("response-enum-value-removed", _NOTE, "Response enum value removed", "Clients no longer receive a value."),
    _change(
        "request-variant-removed", _ERROR, "Request variant removed", "A oneOf or anyOf of a request lost a variant."
    ),
    _change(
        "request-variant-added", _NOTE, "Request variant added", "A oneOf or anyOf of a request has a new variant."
    ),
    _change(
        "response-variant-added", _WARNING, "Response variant added",
        "A oneOf or anyOf of a response has a new variant.",
    ),
    _change(
        "response-variant-removed", _NOTE, "Response variant removed", "A oneOf or anyOf of a response lost a variant."
    ),
    _change(
        "request-default-changed", _WARNING, "Request default changed",
        "What the server takes where clients send nothing is another value now.",
    ),
    _change(
        "response-default-changed", _NOTE, "Response default changed", "The default of a response value changed."
    ),
    _change(
        "request-discriminator-changed", _WARNING, "Request discriminator changed",
        "How variants of a request are told apart changed.",
    ),
    _change(
        "response-discriminator-changed", _WARNING, "Response discriminator changed",
        "How variants of a response are told apart changed.",
    ),
    *_constraints(),
    *lifecycle.RULES,
    _change(
        "request-change-undecided", _WARNING, "Request change undecided",
        "A schema of a request changed in a way that cannot be related.",
    ),
    _change(
        "response-change-undecided", _WARNING, "Response change undecided",
        "A schema of a response changed in a way that cannot be related.",
    ),
)  # fmt: skip
BY_ID = {rule.id: rule for rule in RULES}

ON_VALUES = frozenset(
    rule.id
    for rule in RULES
    if rule.kind is RuleKind.CHANGE
    and rule not in lifecycle.ABOUT
    and rule.name.startswith(("request-", "response-"))
    and not any(part in rule.name for part in ("-body-", "-media-type-", "response-removed", "response-added"))
)
"""The rules that compare schemas."""
