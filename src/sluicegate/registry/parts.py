"""The heavy parts of a gate, loaded when they are needed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from sluicegate.errors import GateError
from sluicegate.model import Gate, Rule, Tree


def load(entry: str) -> Any:
    """What an import string `module:attribute` names. Raises GateError where it cannot be imported."""
    module, _, attribute = entry.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise GateError(f"{entry} cannot be imported: no module named {error.name}") from error
    except (ImportError, AttributeError) as error:
        raise GateError(f"{entry} cannot be imported: {error}") from error


def settings_type(gate: Gate) -> Any:
    """The Struct that types the gate's section of the settings."""
    return load(gate.settings)


def every_rule(gate: Gate, section: Mapping[str, Any], tree: Tree) -> tuple[Rule, ...]:
    """The rules of a gate, and those that come with data: what it ships, and what its section names in the tree."""
    return (*gate.rules, *load(gate.catalogue)(section, tree)) if gate.catalogue else gate.rules


def propose(gate: Gate, tree: Tree) -> str:
    """The commented TOML that the gate would write for a tree; empty where it has nothing to look at there."""
    return str(load(gate.propose)(tree)) if gate.propose else ""


def help_page(gate: Gate, rule: Rule) -> str:
    """The Markdown page of a rule, which lies beside the gate's code; a family's page is filled in for this rule.

    A rule that comes with data brings its own. Raises GateError where a gate lacks it.
    """
    if rule.help:
        return rule.help
    package = gate.settings.partition(":")[0].rpartition(".")[0]
    name = rule.page or rule.name
    try:
        text = _page(package, name)
    except (FileNotFoundError, ModuleNotFoundError) as error:
        raise GateError(f"the rule {rule.id} has no page rules/{name}.md in {package}") from error
    for word, value in (("{rule}", rule.id), ("{title}", rule.title), ("{summary}", rule.summary)):
        text = text.replace(word, value)
    return text


@cache
def _page(package: str, name: str) -> str:
    """The text of a page, which a family of rules has in common."""
    from importlib import resources  # a tenth of what `--help` takes, which asks for no page

    return resources.files(package).joinpath("rules", f"{name}.md").read_text("utf-8")
