"""Runs the contract gate on texts, and reads the examples of its rule pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from memory import MemoryTree

from sluicegate.gates.contract import RULES, soundness
from sluicegate.gates.contract.check import check
from sluicegate.gates.contract.settings import Settings
from sluicegate.gates.contract.soundness import CROSS
from sluicegate.model import Context, Examination, Finding

EVERY = frozenset(rule.id for rule in RULES)
"""The rules, those included that the settings have to ask."""
UNASKED = Settings().unasked
SOUNDNESS = frozenset(rule.id for rule in soundness.RULES)
_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def context(
    base, head, *, spec="openapi.yaml", rules=None, no_reference="", memo=None, chosen=True, past=False, **settings
):
    """`base` and `head` are a text, files by name, a tree, or None; `settings` are more of the gate's settings.

    Without `rules`, they are those that the settings ask.
    """
    wanted = Settings(spec=spec or (), cross_check=rules is not None and CROSS in rules, **settings)
    rules = EVERY - wanted.unasked if rules is None else rules
    return Context(
        settings=wanted,
        head=_tree(head, "head") or MemoryTree({}, name="head"),
        reference=_tree(base, "base"),
        no_reference=no_reference,
        chosen=chosen,
        past=past,
        rules=rules,
        now=datetime(2026, 11, 20, tzinfo=UTC),
        memo={} if memo is None else memo,
    )


def _tree(side, name):
    if side is None or isinstance(side, MemoryTree):
        return side
    return MemoryTree(side if isinstance(side, dict) else {"openapi.yaml": side}, name=name)


def run(base, head, *, soundness=False, **more):
    """The findings and the examinations by rule; what is told of a description's soundness only when asked for."""
    found = list(check(context(base, head, **more)))
    findings = [one for one in found if isinstance(one, Finding) and (soundness or one.rule not in SOUNDNESS)]
    return findings, {one.rule: one for one in found if isinstance(one, Examination)}


def fired(base, head, **more):
    """The names of the rules that fired, without notes of added things."""
    return sorted(finding.rule.partition("/")[2] for finding in run(base, head, **more)[0])


def sections(page):
    """The sections of a rule page: their code blocks as (language, text)."""
    return {title: _BLOCK.findall(body) for title, body in _SECTION.findall(page)}
