"""Everything around the schemas: paths, operations, parameters, bodies, answers, headers, security, the document."""

from __future__ import annotations

from typing import Any

from crosswalk.template import (
    DONE,
    JSON,
    Document,
    Pair,
    body,
    document,
    operation,
    parameters,
    query,
    request_parameter,
)

PLAIN: dict[str, Any] = {"responses": DONE}
BODY = {"content": {JSON: {"schema": {"type": "object"}}}}
IDENTITY = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def both(there: str, back: str, before: Document, after: Document) -> dict[str, Pair]:
    """A change under its id, and the change taken back under its own."""
    pair = Pair(before, after)
    return {there: pair, back: pair.reversed()}


def methods(*names: str) -> Document:
    return document(paths={"/orders": dict.fromkeys(names, PLAIN)})


def shared(*several: dict[str, Any]) -> Document:
    """A description whose parameters belong to the path."""
    return document(paths={"/orders": {"post": PLAIN, "parameters": list(several)}})


def by_identity(*several: dict[str, Any]) -> Document:
    return document(paths={"/orders/{id}": {"get": PLAIN | {"parameters": list(several)}}})


def statuses(*codes: str) -> Document:
    return operation(responses={code: {"description": "Done."} for code in codes})


def headers(**several: dict[str, Any]) -> Document:
    return operation(responses={"200": {"description": "Done.", "headers": several}})


REQUIRED = {"schema": {"type": "string"}, "required": True}
OPTIONAL = {"schema": {"type": "string"}}

OPERATIONS: dict[str, Pair] = {
    **both("endpoint-added", "api-removed-without-deprecation", methods("get"), methods("get", "post")),
    "api-path-removed-without-deprecation": Pair(
        document(paths={"/orders": {"post": PLAIN}, "/users": {"get": PLAIN}}), document()
    ),
    **both("api-operation-id-added", "api-operation-id-removed", operation(), operation(operationId="order")),
    **both("api-tag-added", "api-tag-removed", operation(), operation(tags=["shop"])),
    **both("response-success-status-added", "response-success-status-removed", statuses("200"), statuses("200", "201")),
    **both(
        "response-non-success-status-added",
        "response-non-success-status-removed",
        statuses("200"),
        statuses("200", "404"),
    ),
    **both("response-header-added", "optional-response-header-removed", headers(), headers(Total=OPTIONAL)),
    "required-response-header-removed": Pair(headers(Total=REQUIRED), headers()),
    "response-header-became-optional": Pair(headers(Total=REQUIRED), headers(Total=OPTIONAL)),
}

PARAMETERS: dict[str, Pair] = {
    **both("new-optional-request-parameter", "request-parameter-removed", parameters(), parameters(query())),
    "new-required-request-parameter": Pair(parameters(), parameters(query(required=True))),
    "new-optional-request-default-parameter-to-existing-path": Pair(shared(), shared(query())),
    "new-required-request-default-parameter-to-existing-path": Pair(shared(), shared(query(required=True))),
    "new-request-path-parameter": Pair(by_identity(), by_identity(IDENTITY)),
    **both(
        "request-parameter-became-required",
        "request-parameter-became-optional",
        request_parameter({"type": "string"}),
        parameters(query(required=True)),
    ),
    "request-body-added-optional": Pair(operation(), operation(requestBody=BODY)),
    "request-body-added-required": Pair(operation(), body(BODY["content"])),
    "request-body-removed": Pair(body(BODY["content"]), operation()),
    **both(
        "request-body-became-required",
        "request-body-became-optional",
        operation(requestBody=BODY),
        body(BODY["content"]),
    ),
}

FLOW = {"authorizationUrl": "https://shop.example/authorize"}
KEY = {"type": "apiKey", "name": "X-Key", "in": "header"}


def schemes(**several: dict[str, Any]) -> Document:
    return document(components={"securitySchemes": several})


def oauth(scopes: dict[str, str], **flow: str) -> Document:
    """A description with an implicit flow, the only one that oasdiff 1.33 compares."""
    return schemes(sign={"type": "oauth2", "flows": {"implicit": FLOW | flow | {"scopes": scopes}}})


def everywhere(*requirements: dict[str, list[str]]) -> Document:
    """A description that asks for this of every operation."""
    return oauth({"read": "Read.", "write": "Write."}) | {"security": list(requirements)}


def here(*requirements: dict[str, list[str]]) -> Document:
    """A description that asks for this of its one operation."""
    return everywhere() | {"paths": operation(security=list(requirements))["paths"]}


READ: dict[str, list[str]] = {"sign": ["read"]}
WRITE: dict[str, list[str]] = {"sign": ["read", "write"]}
SECURITY: dict[str, Pair] = {
    **both("api-security-component-added", "api-security-component-removed", schemes(), schemes(key=KEY)),
    "api-security-component-type-changed": Pair(schemes(key=KEY), schemes(key={"type": "http", "scheme": "basic"})),
    **both(
        "api-security-component-oauth-scope-added",
        "api-security-component-oauth-scope-removed",
        oauth({"read": "Read."}),
        oauth({"read": "Read.", "write": "Write."}),
    ),
    "api-security-component-oauth-scope-changed": Pair(oauth({"read": "Read."}), oauth({"read": "Look."})),
    # An implicit flow has no token address by the standard: the rule can only meet an invalid description.
    "api-security-component-oauth-token-url-changed": Pair(
        oauth({}, tokenUrl="https://shop.example/token"), oauth({}, tokenUrl="https://shop.example/v2/token")
    ),
    "api-security-component-oauth-url-changed": Pair(
        oauth({}), oauth({}, authorizationUrl="https://shop.example/v2/authorize")
    ),
    **both("api-global-security-added", "api-global-security-removed", everywhere(), everywhere(READ)),
    **both("api-global-security-scope-added", "api-global-security-scope-removed", everywhere(READ), everywhere(WRITE)),
    **both("api-security-added", "api-security-removed", here(), here(READ)),
    **both("api-security-scope-added", "api-security-scope-removed", here(READ), here(WRITE)),
}


def released(before: str, after: str) -> Pair:
    """A breaking change in a release from the one version to the other."""
    base, head = OPERATIONS["api-removed-without-deprecation"][:2]
    return Pair(
        base | {"info": {"title": "Shop", "version": before}}, head | {"info": {"title": "Shop", "version": after}}
    )


WHOLE: dict[str, Pair] = {
    "api-schema-removed": Pair(document(components={"schemas": {"Order": {"type": "object"}}}), document()),
    **both("webhook-added", "webhook-removed", document(), document(webhooks={"shipped": {"post": PLAIN}})),
    "api-version-not-bumped": released("1.2.0", "1.2.0"),
    "api-version-decreased": released("1.2.0", "1.1.0"),
    "api-major-version-not-bumped": released("1.2.0", "1.3.0"),
}
PAIRS: dict[str, Pair] = OPERATIONS | PARAMETERS | SECURITY | WHOLE
