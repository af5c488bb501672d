"""Deprecation, sunset and stability: `deprecated`, `x-sunset` and `x-stability-level`.

oasdiff compares a sunset with today: the dates here are so far away that they will not turn.
"""

from __future__ import annotations

from typing import Any

from crosswalk.template import (
    DONE,
    Document,
    Pair,
    Place,
    document,
    operation,
    parameters,
    query,
    request_property,
    response_property,
)

STABILITY = "x-stability-level"
PAST, FAR, FARTHER = "2001-01-01", "2901-01-01", "2911-01-01"
NEVER = "soon"
# How many days must lie between a deprecation and its sunset; without it oasdiff asks for none.
NOTICE = ("--deprecation-days-stable", "180")


def sunset(date: str) -> dict[str, Any]:
    return {"deprecated": True, "x-sunset": date}


def users(**more: Any) -> dict[str, Any]:
    return {"/users": {"get": {"responses": DONE} | more}}


ORDERS = document()["paths"]


def removed_path(**more: Any) -> Pair:
    """A path whose one operation had these members is gone."""
    return Pair(document(paths=ORDERS | users(**more)), document())


def removed_operation(**more: Any) -> Pair:
    """An operation with these members is gone, its path remains."""
    paths = {"/orders": ORDERS["/orders"] | {"get": {"responses": DONE} | more}}
    return Pair(document(paths=paths), document())


def removed_parameter(**more: Any) -> Pair:
    return Pair(parameters(query(**more)), parameters())


def parameter(**more: Any) -> Document:
    return parameters(query(**more))


DEPRECATED = {"deprecated": True}
OPERATIONS: dict[str, Pair] = {
    "endpoint-deprecated": Pair(operation(), operation(**DEPRECATED)),
    "endpoint-deprecated-with-sunset": Pair(operation(), operation(**sunset(FAR))),
    "endpoint-reactivated": Pair(operation(**DEPRECATED), operation()),
    "api-deprecated-sunset-missing": Pair(operation(), operation(**DEPRECATED), NOTICE),
    "api-deprecated-sunset-parse": Pair(operation(), operation(**sunset(NEVER))),
    "api-sunset-date-too-small": Pair(operation(), operation(**sunset(PAST)), NOTICE),
    "api-sunset-date-changed-too-small": Pair(operation(**sunset(FAR)), operation(**sunset(PAST)), NOTICE),
    "sunset-deleted": Pair(operation(**sunset(FAR)), operation(**DEPRECATED)),
    "api-path-removed-with-deprecation": removed_path(**DEPRECATED),
    "api-path-removed-before-sunset": removed_path(**sunset(FAR)),
    "api-path-sunset-parse": removed_path(**sunset(NEVER)),
    "api-removed-with-deprecation": removed_operation(**DEPRECATED),
    "api-removed-before-sunset": removed_operation(**sunset(FAR)),
}
PARAMETERS: dict[str, Pair] = {
    "request-parameter-deprecated": Pair(parameter(), parameter(**DEPRECATED)),
    "request-parameter-reactivated": Pair(parameter(**DEPRECATED), parameter()),
    "request-parameter-deprecated-sunset-missing": Pair(parameter(), parameter(**DEPRECATED), NOTICE),
    "request-parameter-sunset-date-too-small": Pair(parameter(), parameter(**sunset(PAST)), NOTICE),
    "request-parameter-sunset-date-changed-too-small": Pair(
        parameter(**sunset(FAR)), parameter(**sunset(PAST)), NOTICE
    ),
    "request-parameter-sunset-deleted": Pair(parameter(**sunset(FAR)), parameter(**DEPRECATED)),
    "request-parameter-sunset-parse": Pair(parameter(), parameter(**sunset(NEVER))),
    "request-parameter-removed-with-deprecation": removed_parameter(**DEPRECATED),
    "request-parameter-removed-before-sunset": removed_parameter(**sunset(FAR)),
}


def stable(level: str) -> dict[str, str]:
    return {STABILITY: level}


def properties(name: str, place: Place) -> dict[str, Pair]:
    """The life of a property in a request or a response."""
    plain: dict[str, Any] = {"type": "string"}

    def change(before: dict[str, Any], after: dict[str, Any], *flags: str) -> Pair:
        return Pair(place(plain | before), place(plain | after), flags)

    return {
        f"{name}-deprecated": change({}, DEPRECATED),
        f"{name}-deprecated-with-sunset": change({}, sunset(FAR)),
        f"{name}-deprecated-sunset-missing": change({}, DEPRECATED, *NOTICE),
        f"{name}-deprecated-sunset-invalid": change({}, sunset(NEVER)),
        f"{name}-sunset-date-too-small": change({}, sunset(PAST), *NOTICE),
        f"{name}-reactivated": change(DEPRECATED, {}),
        f"{name}-stability-increased": change(stable("beta"), stable("stable"), "--stability-level", "alpha"),
        f"{name}-stability-decreased": change(stable("stable"), stable("beta")),
    }


LEVELS: dict[str, Pair] = {
    "api-stability-decreased": Pair(operation(**stable("stable")), operation(**stable("beta"))),
    "api-stability-increased": Pair(operation(**stable("beta")), operation(**stable("stable"))),
    "api-invalid-stability-level": Pair(operation(**stable("stable")), operation(**stable("solid"))),
}
PAIRS: dict[str, Pair] = {
    **OPERATIONS,
    **PARAMETERS,
    **properties("request-property", request_property),
    **properties("response-property", response_property),
    **LEVELS,
}
