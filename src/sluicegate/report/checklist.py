"""The whole list for an auditor: every rule with how it ended, on what it looked, and which standards speak of it.

A row says no more than the Run does: a rule whose subjects were not all decided is not passed, and the reason stands
beside it. What the standards are is read from the rules' tags: `CWE-798` (MITRE), `ASVS-6.4.1` (OWASP ASVS 4.0.3).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from sluicegate.markup import code, inert
from sluicegate.model import BaselineState, Outcome
from sluicegate.report import inert as harmless
from sluicegate.report import view
from sluicegate.text import disarm, one_line, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import GateResult, Rule, RuleResult, Run

VERSION = 1
"""The version of the JSON document."""

_STANDARD = re.compile(r"(CWE|ASVS)-(\d+(?:\.\d+){0,2})")
_REASONS = 3
_NAMES = {"CWE": "CWE", "ASVS": "OWASP ASVS 4.0.3"}


def render(run: Run) -> str:
    """The list as Markdown."""
    of_gate = _entries(run)
    listed = [entry for entries in of_gate for entry in entries]
    lines = [f"# Checklist: {view.word(run)}", "", inert(view.verdict(run)), "", inert(view.compared(run)), ""]
    ended = Counter(entry["outcome"] for entry in listed)
    counts = [f"{ended[outcome.value]:,} {outcome.words}" for outcome in Outcome if ended[outcome.value]]
    lines += [f"{plural(len(listed), 'rule')}: {', '.join(counts) or 'none'}.", ""]
    for gate, entries in zip(run.gates, of_gate, strict=True):
        told = _told(run, gate)
        lines += [f"## {inert(gate.title or gate.gate)}", "", inert(told["findings"] or "No findings"), ""]
        lines += [
            "| Rule | Outcome | Examined | Open | Accepted | Standards | Why |",
            "|---|---|---:|---:|---:|---|---|",
        ]
        lines += map(_row, entries)
        lines.append("")
    lines += ["## Coverage", "", "| Standard | Item | Rules | Decided | Failed |", "|---|---|---:|---:|---:|"]
    lines += [
        f"| {_NAMES[each['standard']]} | {each['item']} | {each['rules']} | {each['decided']} | {each['failed']} |"
        for each in _coverage(listed)
    ]
    return disarm("\n".join(lines)) + "\n"


def render_json(run: Run) -> str:
    """The list as JSON."""
    listed = [entry for entries in _entries(run) for entry in entries]
    document = {
        "version": VERSION,
        "outcome": run.outcome.value,
        "verdict": view.verdict(run),
        "compared": view.compared(run),
        "commit": one_line(run.revision.head_commit or ""),
        "tool": one_line(run.tool_version),
        "started": run.started.isoformat(),
        "gates": [_told(run, gate) for gate in run.gates],
        "rules": listed,
        "coverage": _coverage(listed),
    }
    return harmless.in_json(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"


def _told(run: Run, gate: GateResult) -> dict[str, Any]:
    """How a gate ended, and how its findings stand."""
    tally = view.tally([item for item in view.shown(run) if item.gate is gate])
    return {"gate": one_line(gate.gate), "outcome": gate.outcome.value, "findings": tally}


def _entries(run: Run) -> list[list[dict[str, Any]]]:
    """The rows of each gate: two may have one name."""
    declared = {rule.id: rule for rule in run.rules}
    out = []
    for gate in run.gates:
        counts = Counter(
            (each.rule, each.suppression is None) for each in gate.findings if each.state is not BaselineState.ABSENT
        )
        out.append([_entry(gate, result, declared.get(result.rule), counts) for result in gate.rules])
    return out


def _entry(
    gate: GateResult, result: RuleResult, rule: Rule | None, counts: Counter[tuple[str, bool]]
) -> dict[str, Any]:
    decided = [each for each in result.examinations if each.undecided is None]
    reasons = dict.fromkeys(
        f"{each.undecided.outcome.words}: {one_line(each.undecided.reason)}"
        for each in result.examinations
        if each.undecided
    )
    return {
        "gate": one_line(gate.gate),
        "rule": one_line(result.rule),
        "title": one_line(rule.title) if rule else "",
        "outcome": result.outcome.value,
        "examined": sum(each.examined for each in decided),
        "unit": one_line(rule.unit) if rule else "",
        "open": counts[result.rule, True],
        "accepted": counts[result.rule, False],
        "standards": sorted({f"{name} {item}" for name, item in _standards(rule)}) if rule else [],
        "why": [*reasons] or ([one_line(result.reason)] if result.reason else []),
    }


def _standards(rule: Rule) -> Iterator[tuple[str, str]]:
    for tag in rule.tags:
        if found := _STANDARD.fullmatch(tag):
            yield found[1], found[2]


def _row(entry: dict[str, Any]) -> str:
    outcome = Outcome(entry["outcome"])
    reasons = entry["why"]
    more = f" (and {len(reasons) - _REASONS} more)" if len(reasons) > _REASONS else ""
    why = inert("; ".join(reasons[:_REASONS])) + more
    cells = (
        code(entry["rule"]), outcome.words, f"{entry['examined']:,}", f"{entry['open']:,}", f"{entry['accepted']:,}",
        ", ".join(entry["standards"]), why,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _coverage(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many rules speak of each item, and how many of those were decided, and failed."""
    of_item: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for entry in listed:
        for name in entry["standards"]:
            standard, _, item = name.partition(" ")
            of_item[standard, item].append(Outcome(entry["outcome"]))
    return [
        {
            "standard": standard,
            "item": item,
            "rules": len(ended),
            "decided": sum(each in (Outcome.PASSED, Outcome.FAILED) for each in ended),
            "failed": sum(each is Outcome.FAILED for each in ended),
        }
        for (standard, item), ended in sorted(of_item.items(), key=_order)
    ]


def _order(entry: tuple[tuple[str, str], list[Outcome]]) -> tuple[str, list[int]]:
    standard, item = entry[0]
    return standard, [int(part) for part in item.split(".")]
