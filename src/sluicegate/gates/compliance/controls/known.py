"""The packs that settings name, with those whose controls they refer to, and the rules that come with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.controls.model import Clause, Control, Pack, rule_id, written
from sluicegate.gates.compliance.controls.reading import SHIPPED, Trouble, read, shipped, together
from sluicegate.model import Location, Requirement, Rule, RuleKind

if TYPE_CHECKING:
    from sluicegate.model import Tree


_PLACED = re.compile(r"(?::([0-9]+))?(?::([0-9]+))?: (.*)", re.DOTALL)


class Known(Struct, frozen=True, kw_only=True):
    """The packs in use by name, those of them that are `named`, and what is wrong, by what the settings call a pack."""

    packs: dict[str, Pack]
    named: frozenset[str]
    troubles: dict[str, list[Trouble]]

    @property
    def controls(self) -> dict[str, Control]:
        """Those that are asked: of packs that are named all, of others those that serve a clause of one."""
        return {control.id: control for control in self._asked()}

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Those of all packs."""
        return tuple(clause for pack in self.packs.values() for clause in pack.clauses)

    def _asked(self) -> Iterable[Control]:
        wanted = {served.control for clause in self.clauses for served in clause.served}
        for pack in self.packs.values():
            yield from (control for control in pack.controls if pack.name in self.named or control.id in wanted)


def known(named_packs: Iterable[str], tree: Tree) -> Known:
    """The packs that settings name; one that is broken has no say, and stands under `troubles` with why."""
    packs: dict[str, Pack] = {}
    troubles: dict[str, list[Trouble]] = {}
    called: dict[str, str] = {}
    for named in named_packs:
        troubles[named] = []
        try:
            pack, wrong = shipped(named) if named in SHIPPED else read(tree, named)
        except UnreadableError as error:
            troubles[named].append(_unreadable(error, tree.display(named)))
            continue
        troubles[named] += wrong
        if pack is None:
            continue
        if pack.name in packs or (pack.name in SHIPPED and named not in SHIPPED):
            text = f"there is another pack that is called {pack.name}"
            troubles[named].append(Trouble(location=Location(path=named), text=text, hint="call it otherwise"))
            continue
        packs[pack.name] = pack
        called[pack.path] = named
    own = frozenset(packs)
    for name in _referred(packs.values()):
        if name in SHIPPED and name not in packs:
            packs[name] = _only_controls(shipped(name)[0])
    for trouble in together(packs):
        troubles[called[trouble.location.path or ""]].append(trouble)
    return Known(packs=packs, named=own, troubles=troubles)


def _unreadable(error: UnreadableError, shown: str) -> Trouble:
    """Why a file cannot be read, with the place that the message begins with as the place of the trouble."""
    found = _PLACED.fullmatch(error.message.removeprefix(shown)) if error.message.startswith(f"{shown}:") else None
    if found is None:
        return Trouble(location=Location(path=shown), text=error.message.removeprefix(f"{shown} "), hint=error.hint)
    line, column = (int(each) if each else None for each in (found[1], found[2]))
    return Trouble(location=Location(path=shown, line=line, column=column), text=found[3], hint=error.hint)


def _referred(packs: Iterable[Pack]) -> list[str]:
    """The packs whose controls serve a clause of another."""
    served = (served.control for pack in packs for clause in pack.clauses for served in clause.served)
    return sorted({control.partition("/")[0] for control in served})


def _only_controls(pack: Pack) -> Pack:
    return Pack(
        name=pack.name, version=pack.version, title=pack.title, digest=pack.digest, path=pack.path,
        controls=pack.controls,
    )  # fmt: skip


def rule_of(control: Control, clauses: Iterable[Clause]) -> Rule:
    """The rule of a control; its tags are the clauses that it serves, and its page says why."""
    serving = [(clause, each) for clause in clauses for each in clause.served if each.control == control.id]
    return Rule(
        id=control.rule,
        title=control.title,
        summary=control.summary,
        level=control.level,
        kind=RuleKind.STATE,
        unit="item",
        tags=("compliance", *(clause.name for clause, _ in serving)),
        help=_page(control, [(clause.name, f"{each.strength}: {each.rationale}") for clause, each in serving]),
        page="control",
    )


def requirements(clauses: Iterable[Clause]) -> Iterator[Requirement]:
    """What the frameworks ask, each clause once, with the rules that serve it by whichever pack says so."""
    served: dict[tuple[str, str], dict[str, str]] = {}
    for clause in clauses:
        known = served.setdefault((clause.framework, clause.id), {})
        known |= {rule_id(each.control): each.strength.value for each in clause.served}
    for (framework, clause_id), rules in served.items():
        yield Requirement(framework=framework, id=clause_id, served=rules)


def catalogue(section: Mapping[str, Any], tree: Tree) -> tuple[Rule, ...]:
    """The rules of every pack that ships, and of those of files that the settings name, for who asks before a run."""
    written = section.get("packs")
    own = [each for each in written if isinstance(each, str)] if isinstance(written, list) else []
    return _rules(known(tuple(dict.fromkeys((*SHIPPED, *own))), tree).packs)


def shipping() -> tuple[Rule, ...]:
    """The rules of every pack that ships."""
    return _rules({name: shipped(name)[0] for name in SHIPPED})


def _rules(packs: Mapping[str, Pack]) -> tuple[Rule, ...]:
    clauses = [clause for pack in packs.values() for clause in pack.clauses]
    return tuple(rule_of(control, clauses) for pack in packs.values() for control in pack.controls)


def _page(control: Control, serving: list[tuple[str, str]]) -> str:
    lines = [f"# {control.title}", "", control.summary, "", "## What is asked", ""]
    lines.append(
        f"Of each item of the evidence `{control.evidence}`" + (", for which this holds:" if control.where else ":")
    )
    lines += [
        "",
        *([_code(control.where), "", "it is demanded:", ""] if control.where else []),
        *_demands(control),
        "",
    ]
    if control.parameters:
        lines += ["Parameters, and what they are unless the settings say otherwise:", "", "    [compliance.parameters]"]
        lines += [f'    "{control.id}/{name}" = {written(value)}' for name, value in control.parameters.items()]
        lines.append("")
    if control.advice:
        lines += ["## How to fix it", "", control.advice, ""]
    if serving:
        lines += ["## What it serves", "", *(f"* **{name}**, {why}" for name, why in serving), ""]
    lines += ["## How to suppress it", "", "An exception has an owner and an end:", "", _suppression(control), ""]
    return "\n".join(lines)


def _demands(control: Control) -> list[str]:
    lines: list[str] = []
    for name, source in control.holds.items():
        lines += [f"* {name}:", "", _code(source), ""] if name else [_code(source)]
    return lines


def _code(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines())


def _suppression(control: Control) -> str:
    told = [
        "[[suppress]]",
        f'rule = "{control.rule}"',
        'reason = "..."',
        'owner = "@acme/platform"',
        "expires = 2027-01-31",
    ]
    return "\n".join(f"    {line}" for line in told)
