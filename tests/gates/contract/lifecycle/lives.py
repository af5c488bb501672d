"""Nodes that say something about their life, and what the rules tell of a pair of them."""

from __future__ import annotations

import json
from datetime import date, timedelta

from memory import MemoryTree

from sluicegate.gates.contract.changes import Site
from sluicegate.gates.contract.lifecycle.compare import Policy, extensible, lifecycle
from sluicegate.openapi.references import Library

TODAY = date(2026, 11, 20)
SITE = Site(title="GET /orders", key=("GET", "/orders"), logical="GET /orders")


def node(value, name="openapi.json"):
    """The member `at` of a document, so that it has a place."""
    library = Library(tree=MemoryTree({name: json.dumps({"at": value})}))
    return library.follow(library.open(name), "#/at")


def policy(**days):
    return Policy(today=TODAY, deprecation_days=days)


def changes(one, other, *, what="the operation", site=SITE, kind="operation", inherited="", **days):
    """The changes between two objects; `days` are those that the policy asks for."""
    return list(lifecycle(node(one), node(other), what, site, policy(**days), kind, inherited))


def told(one, other, **more):
    """What the rules of a pair are called, without their kind."""
    return [change.rule.removeprefix("contract/operation-") for change in changes(one, other, **more)]


def values(one, other, direction, site=SITE):
    return list(extensible(node(one), node(other), direction, site))


def in_days(days):
    """A sunset that many days from today."""
    return {"deprecated": True, "x-sunset": (TODAY + timedelta(days)).isoformat()}
