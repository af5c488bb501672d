"""The contract gate: what a change does to the clients of an API, read from its OpenAPI description."""

from __future__ import annotations

from sluicegate.gates.contract import soundness
from sluicegate.model import CommitHook, Comparison, Gate, Level, Rule, RuleKind

_ERROR, _WARNING, _NOTE = Level.ERROR, Level.WARNING, Level.NOTE


def _state(name: str, title: str, summary: str) -> Rule:
    return Rule(
        id=f"contract/{name}", title=title, summary=summary, level=_ERROR, kind=RuleKind.STATE, unit="document",
        tags=("openapi", "validity"),
    )  # fmt: skip


def _change(name: str, level: Level, title: str, summary: str, unit: str = "operation") -> Rule:
    tags = ("openapi", "addition" if level is _NOTE and name.endswith("-added") else "compatibility")
    return Rule(
        id=f"contract/{name}", title=title, summary=summary, level=level, kind=RuleKind.CHANGE, unit=unit, tags=tags
    )


RULES = (
    _state("document-invalid", "Invalid description", "The description is not valid OpenAPI."),
    _state("unresolved-reference", "Unresolved $ref", "A $ref points at something that does not exist."),
    _state("refused-reference", "Refused $ref", "A $ref leads out of the repository; it is never fetched."),
    _state("circular-reference", "Circular $ref", "A chain of $ref leads back to itself and to nothing else."),
    *soundness.RULES,
    _change("document-removed", _ERROR, "Description removed", "A whole API description is gone.", "document"),
    _change("path-removed", _ERROR, "Path removed", "A path with all its operations is gone."),
    _change("path-added", _NOTE, "Path added", "There is a new path."),
    _change("operation-removed", _ERROR, "Operation removed", "A method of a path is gone."),
    _change("operation-added", _NOTE, "Operation added", "A path has a new method."),
    _change("parameter-removed", _WARNING, "Parameter removed", "A request parameter is no longer understood."),
    _change("parameter-added", _NOTE, "Parameter added", "There is a new optional request parameter."),
    _change("required-parameter-added", _ERROR, "Required parameter added", "Requests must carry a new parameter."),
    _change("parameter-became-required", _ERROR, "Parameter became required", "Requests must carry what was optional."),
    _change("request-body-removed", _WARNING, "Request body removed", "The operation takes no request body any more."),
    _change(
        "request-body-became-required",
        _ERROR,
        "Request body became required",
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
        "response-property-became-optional",
        _ERROR,
        "Response property became optional",
        "A property that clients always received may be missing.",
    ),
    _change(
        "response-property-became-nullable",
        _ERROR,
        "Response value became nullable",
        "Clients may receive null where there always was a value.",
    ),
    _change("request-property-removed", _WARNING, "Request property removed", "A property is no longer understood."),
    _change("request-property-added", _NOTE, "Request property added", "Requests may carry a new property."),
    _change(
        "request-required-property-added",
        _ERROR,
        "Required request property added",
        "Requests must carry a property that did not exist.",
    ),
    _change(
        "request-property-became-required",
        _ERROR,
        "Request property became required",
        "Requests must carry a property that was optional.",
    ),
    _change("request-type-changed", _ERROR, "Request type changed", "The types that a request value may have changed."),
    _change(
        "response-type-changed", _ERROR, "Response type changed", "The types that a response value may have changed."
    ),
    _change(
        "request-enum-value-removed", _ERROR, "Request enum value removed", "A value that clients send is refused now."
    ),
    _change("request-enum-value-added", _NOTE, "Request enum value added", "Requests may carry a new value."),
    _change(
        "response-enum-value-added",
        _WARNING,
        "Response enum value added",
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
        "response-variant-added",
        _WARNING,
        "Response variant added",
        "A oneOf or anyOf of a response has a new variant.",
    ),
    _change(
        "response-variant-removed", _NOTE, "Response variant removed", "A oneOf or anyOf of a response lost a variant."
    ),
)

GATE = Gate(
    id="contract",
    title="Contract drift",
    summary="Compares OpenAPI descriptions and says what the change breaks for clients.",
    settings="sluicegate.gates.contract.settings:Settings",
    check="sluicegate.gates.contract.check:check",
    rules=RULES,
    propose="sluicegate.gates.contract.propose:propose",
    comparison=Comparison(
        command="diff",
        summary="Compare two OpenAPI descriptions.",
        setting="spec",
        example="sluicegate contract diff released/openapi.yaml openapi.yaml",
    ),
    commit_hook=CommitHook(
        files=r"\.(ya?ml|json)$", summary="Refuse a commit that breaks the clients of an OpenAPI description."
    ),
)
