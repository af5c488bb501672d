"""Faults that are found under rules which come with a scanner, and so are declared by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.audit import VULNERABLE
from sluicegate.gates.security.infrastructure import SCANNERS
from sluicegate.gates.security.workflows import ZIZMOR
from sluicegate.model import Case, Planted
from sluicegate.pages import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSECURE = "security/zizmor-insecure-commands"
_TRIGGER = "security/zizmor-dangerous-triggers"
_ON = """\
on: {event}
permissions: {{contents: read}}
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - run: echo hello
"""


def planted_told() -> Iterator[Planted]:
    """What zizmor finds and our own rules do not."""
    sides = [(one.fires, next(iter(one.files.values()))) for one in examples("security", ZIZMOR.name)]
    faults = [(_INSECURE, fires, text) for fires, text in sides]
    faults += [
        (_TRIGGER, fires, _ON.format(event="pull_request_target" if fires else "push")) for fires in (True, False)
    ]
    cases, head = [], {}
    for rule, fires, text in faults:
        path = f".github/workflows/{rule.partition('/')[2]}-{'fails' if fires else 'passes'}.yml"
        head[path] = text
        what = "what zizmor's {} looks for" if fires else "what looks like zizmor's {} and is not"
        name = rule.partition("/zizmor-")[2]
        # of a file with nothing in it, the rule on which files were looked at is the one that decided something
        rules = (rule,) if fires else (ZIZMOR.id, rule)
        cases.append(Case(fault=what.format(name), rules=rules, folder=path, fires=fires))
    cases += [
        Case(
            fault=ZIZMOR.title,
            rules=(ZIZMOR.id,),
            excuse="what zizmor finds is told under other rules, two of them tried",
        ),
        *(
            Case(fault=rule.title, rules=(rule.id,), excuse="it has a scanner look that is no part of the installation")
            for rule in SCANNERS
        ),
        Case(fault=VULNERABLE.title, rules=(VULNERABLE.id,), excuse="what is vulnerable only the network knows"),
    ]
    yield Planted(head=head, cases=tuple(cases), settings={"kinds": ["workflows"], "zizmor": True})
