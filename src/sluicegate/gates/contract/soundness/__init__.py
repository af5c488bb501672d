"""The soundness of a description: what the meta-schemas let pass and what is wrong, or of no use, all the same."""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind

CROSS = "contract/cross-check"
"""The one rule that is asked only where the settings say so."""


def _rule(name: str, level: Level, title: str, summary: str) -> Rule:
    return Rule(
        id=f"contract/{name}", title=title, summary=summary, level=level, kind=RuleKind.STATE, unit="document",
        tags=("openapi", "soundness"),
    )  # fmt: skip


_ERROR, _WARNING, _NOTE = Level.ERROR, Level.WARNING, Level.NOTE

RULES = (
    _rule("duplicate-path", _ERROR, "Duplicate path", "Two paths differ only in the names of their parameters."),
    _rule("ambiguous-path", _WARNING, "Ambiguous path", "One request matches two paths, and neither comes first."),
    _rule(
        "path-parameter-mismatch",
        _ERROR,
        "Path parameter mismatch",
        "The parameters of a path and those that are declared for it differ.",
    ),
    _rule("duplicate-parameter", _ERROR, "Duplicate parameter", "A parameter is declared twice in one list."),
    _rule("duplicate-operation-id", _ERROR, "Duplicate operationId", "Two operations have the same operationId."),
    _rule("no-success-response", _WARNING, "No success response", "An operation documents nothing but failures."),
    _rule("response-without-content", _NOTE, "Response without content", "A GET promises a success without content."),
    _rule(
        "undefined-security-scheme",
        _ERROR,
        "Undefined security scheme",
        "A security requirement names a scheme that is not defined.",
    ),
    _rule("undefined-scope", _WARNING, "Undefined scope", "A security requirement names a scope that no flow defines."),
    _rule("undeclared-tag", _NOTE, "Undeclared tag", "An operation has a tag that is missing from the list of tags."),
    _rule("broken-link", _ERROR, "Broken link", "A link leads to an operation that does not exist."),
    _rule(
        "unknown-link-parameter",
        _WARNING,
        "Unknown link parameter",
        "A link sets a parameter that the operation does not take.",
    ),
    _rule("unused-component", _NOTE, "Unused component", "Nothing in the description uses a component."),
    _rule(
        "contradictory-bounds",
        _ERROR,
        "Contradictory bounds",
        "A lower bound lies above its upper bound: no value fits.",
    ),
    _rule("enum-mismatch", _ERROR, "Enum mismatch", "An enum lists a value that its own type refuses."),
    _rule("duplicate-enum-value", _WARNING, "Duplicate enum value", "An enum lists a value twice."),
    _rule("invalid-pattern", _ERROR, "Invalid pattern", "A pattern is no regular expression."),
    _rule("array-without-items", _ERROR, "Array without items", "An array of OpenAPI 3.0 does not say what it holds."),
    _rule(
        "undefined-required-property",
        _WARNING,
        "Undefined required property",
        "A property is required and defined nowhere.",
    ),
    _rule(
        "impossible-property",
        _ERROR,
        "Impossible property",
        "A property is required and refused at once: no object fits.",
    ),
    _rule("broken-discriminator", _ERROR, "Broken discriminator", "A discriminator maps to a schema that cannot come."),
    _rule(
        "discriminator-property-missing",
        _WARNING,
        "Discriminator property missing",
        "The property that tells the variants apart is not always there.",
    ),
    _rule("example-mismatch", _WARNING, "Example mismatch", "An example is refused by its own schema."),
    _rule("default-mismatch", _ERROR, "Default mismatch", "A default is refused by its own schema."),
    _rule(
        "cross-check",
        _WARNING,
        "Cross-check",
        "openapi-spec-validator finds a mistake (asked with `cross-check = true`).",
    ),
)
