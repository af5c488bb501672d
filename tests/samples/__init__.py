"""A gate for the tests: it reads words out of text files, and behaves as badly as its settings ask."""

from __future__ import annotations

from sluicegate.model import CommitHook, Comparison, Gate, Level, Rule, RuleKind

STATE = Rule(
    id="sample/word",
    title="Forbidden word",
    summary="A line says FAIL.",
    level=Level.ERROR,
    kind=RuleKind.STATE,
    unit="line",
)
CHANGE = Rule(
    id="sample/line-removed",
    title="Line removed",
    summary="A line of the reference is gone.",
    level=Level.WARNING,
    kind=RuleKind.CHANGE,
    unit="line",
)
GATE = Gate(
    id="sample",
    title="Sample",
    summary="Reads words.",
    settings="samples.settings:Settings",
    check="samples.check:check",
    rules=(STATE, CHANGE),
    commit_hook=CommitHook(files=r"\.txt$", summary="Reads words."),
    comparison=Comparison(command="diff", setting="files", summary="Compare two files."),
)
