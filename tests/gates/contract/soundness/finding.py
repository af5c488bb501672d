"""Small descriptions, and what the lints say of them."""

from __future__ import annotations

import json

from memory import MemoryTree

from sluicegate.gates.contract.soundness import RULES
from sluicegate.gates.contract.soundness.run import soundness
from sluicegate.openapi.operations import describe
from sluicegate.openapi.references import Library

EVERY = frozenset(rule.id for rule in RULES)


def findings(document, wanted=EVERY, **files):
    """The findings on `openapi.yaml`: a text, or data; `files` are others by name (`_` stands for the dot)."""
    tree = {"openapi.yaml": document, **{name.replace("_", "."): text for name, text in files.items()}}
    texts = {name: text if isinstance(text, str) else json.dumps(text, indent=1) for name, text in tree.items()}
    description = describe(Library(tree=MemoryTree(texts)), "openapi.yaml")
    return list(soundness(description, "openapi.yaml", wanted))


def told(document, **more):
    """The names of the rules that fired, in order."""
    return [finding.rule.partition("/")[2] for finding in findings(document, **more)]


def lines(document, **more):
    """The rules that fired with the text of the line that each points at."""
    text = document if isinstance(document, str) else json.dumps(document, indent=1)
    rows = text.splitlines()
    return [
        (finding.rule.partition("/")[2], rows[finding.location.line - 1].strip())
        for finding in findings(document, **more)
    ]


def api(paths=None, *, version="3.1.0", **more):
    """A description as data; `more` are further members of its root."""
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": paths or {}, **more}


def answer(schema, *, version="3.1.0", schemas=None, **media):
    """A description whose one operation answers with a schema."""
    content = {"application/json": {"schema": schema, **media}}
    responses = {"200": {"description": "x", "content": content}}
    more = {"components": {"schemas": schemas}} if schemas else {}
    return api({"/a": {"get": {"responses": responses}}}, version=version, **more)


def path(*names, method="get", **more):
    """A path item whose operation declares path parameters."""
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    return {method: {"parameters": parameters, "responses": {"204": {"description": "x"}}, **more}}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}
