"""Python code: what bandit looks for, or ruff's rules `S`, which are the same under another letter.

A rule has bandit's number whoever found it, so that a suppression and a baseline hold for both scanners. Which of them
looks is for the settings to say; a commit waits for ruff, which takes a fiftieth of the time.
"""

from __future__ import annotations

from sluicegate.gates.security.code.table import ROWS, Row
from sluicegate.model import Level, Rule, RuleKind, Tool

PAGE = "python-code"
INSTALL = "pip install 'sluicegate[security]'"
BANDIT = Tool(name="bandit", minimum="1.9", install=INSTALL, setting='python = "bandit" or "auto"')
RUFF = Tool(
    name="ruff",
    minimum="0.15",
    install="pip install 'sluicegate[commit]'",
    setting='python = "ruff"; or "auto", for commits and without bandit',
)

_LEVELS = {
    ("H", "H"): Level.ERROR, ("H", "M"): Level.ERROR, ("H", "L"): Level.WARNING,
    ("M", "H"): Level.WARNING, ("M", "M"): Level.WARNING, ("M", "L"): Level.NOTE,
    ("L", "H"): Level.NOTE, ("L", "M"): Level.NOTE, ("L", "L"): Level.NOTE,
}  # fmt: skip
_SCORES = {Level.ERROR: 8.0, Level.WARNING: 5.5, Level.NOTE: 3.0}


def choose(python: str, *, waiting: bool) -> Tool:
    """The scanner that a setting asks for: left open, ruff for whoever waits for a commit or has no bandit."""
    from sluicegate.tools.programs import find

    quick = waiting or find(BANDIT.name) is None
    return RUFF if python == "ruff" or (python == "auto" and quick) else BANDIT


def level_of(severity: str, confidence: str) -> Level:
    """The level of what bandit weighs so, in words or their first letters; what it leaves open counts as medium."""
    return _LEVELS.get((severity[:1].upper(), confidence[:1].upper()), Level.WARNING)


def rule_id(number: str) -> str:
    """The id of a rule by bandit's or ruff's number for it: `B602` and `S602` are one rule."""
    return f"security/python-b{number[1:].lower()}"


def _rule(row: Row) -> Rule:
    level = level_of(*row.weight)
    return Rule(
        id=rule_id(f"B{row.number}"), title=row.title, summary=row.summary, level=level, kind=RuleKind.STATE,
        unit="file", tags=("python", f"CWE-{row.cwe}", f"ASVS-{row.asvs}"), security_severity=_SCORES[level], page=PAGE,
    )  # fmt: skip


def told(number: str, title: str, cwe: int | None, level: Level) -> Rule:
    """A rule that a newer scanner has, and this table has not."""
    tags = ("python", *([f"CWE-{cwe}"] if cwe else []))
    return Rule(
        id=rule_id(number), title=title, summary=f"{title}, which the scanner knows by the number {number}.",
        level=level, kind=RuleKind.STATE, unit="file", tags=tags, security_severity=_SCORES.get(level),
        help=f"# {title}\n\nThe scanner that found it describes it under `{number}`.\n",
    )  # fmt: skip


RULES = tuple(map(_rule, ROWS))
ROW_OF = {rule.id: row for rule, row in zip(RULES, ROWS, strict=True)}
