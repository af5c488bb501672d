"""SARIF 2.1.0, with what tools leave out made up for: fingerprints, levels, paths that lead out of the repository."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urljoin

from sluicegate.imports.jsontext import items, number, table, text
from sluicegate.imports.results import Results, ResultsError, tool_name
from sluicegate.model import Level, Outcome
from sluicegate.text import one_line, plural, shorten

_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING, "note": Level.NOTE, "none": Level.NONE}
_CRITICAL, _HIGH, _MEDIUM = 9.0, 7.0, 4.0
_LOG = "Look at its log."
_PLACEHOLDER = re.compile(r"\{(\d{1,3})\}")
_WITHHELD = frozenset({"requires login"})
"""What semgrep writes for a fingerprint and for the lines where nobody is logged in (since 1.100)."""


def tool(document: Any) -> str:
    """What the tool calls itself."""
    return next(
        (tool_name(text(table(run, "tool", "driver").get("name")), "sarif") for run in items(document, "runs")), "sarif"
    )


def read(document: Any, results: Results) -> None:
    """Read the results of every run of a log. Raises ResultsError where it is none of version 2.1.0."""
    if text(table(document).get("version")) != "2.1.0":
        raise ResultsError(f"{results.subject} has SARIF version {document.get('version')!r}; 2.1.0 is read")
    runs = items(document, "runs")
    if not runs:
        results.doubt(Outcome.NOT_TESTED, f"{results.subject}: the log has no run", "Look at what the tool wrote.")
    for at, run in enumerate(runs):
        _check_levels(table(run), f"runs[{at}]", results)
        _run(table(run), results)


def _check_levels(run: dict[str, Any], place: str, results: Results) -> None:
    """Say where a level is none that SARIF has: what it weighs is not known, and it may be what fails."""
    held = [(f"{place}.results[{at}].level", table(one).get("level")) for at, one in enumerate(items(run, "results"))]
    parts = {"driver": table(run, "tool", "driver")}
    parts |= {f"extensions[{at}]": table(one) for at, one in enumerate(items(table(run, "tool"), "extensions"))}
    held += [
        (
            f"{place}.tool.{part}.rules[{at}].defaultConfiguration.level",
            table(rule, "defaultConfiguration").get("level"),
        )
        for part, holder in parts.items()
        for at, rule in enumerate(items(holder, "rules"))
    ]
    wrong = [(where, told) for where, told in held if told is not None and text(told) not in _LEVELS]
    if wrong:
        where, told = wrong[0]
        more = f" (and {plural(len(wrong) - 1, 'level')} more)" if len(wrong) > 1 else ""
        said = f"{where} is {shorten(repr(told), 100)}, and not one of {', '.join(_LEVELS)}{more}"
        results.doubt(Outcome.ERRORED, f"{results.subject}: {said}", "Have the tool write what SARIF 2.1.0 allows.")


def _run(run: dict[str, Any], results: Results) -> None:
    parts = [table(run, "tool", "driver"), *map(table, items(table(run, "tool"), "extensions"))]
    declared = [[table(rule) for rule in items(part, "rules")] for part in parts]
    known: dict[str, dict[str, Any]] = {}
    ran: set[str] = set()
    for rules in declared:
        for rule in rules:
            if name := text(rule.get("id")):
                known.setdefault(name, rule)
                ran.add(_declare(name, rule, results))
    for invocation in map(table, items(run, "invocations")):
        _invoked(invocation, results)
    if run.get("results") is None:
        what = "the results are null" if "results" in run else "the run has no results"
        results.doubt(Outcome.ERRORED, f"{results.subject}: {what}: the tool did not look", _LOG)
        return
    if table(run, "externalPropertyFileReferences").get("results"):
        why = f"{results.subject}: results lie in other files, which are not read"
        results.doubt(Outcome.ERRORED, why, "Have the tool write one whole log.")
    if not known and not run["results"]:
        ran = {results.rule("no-result", title="No result", summary="The tool ran and found nothing.", unit="run")}
    bases = {name: table(base) for name, base in table(run, "originalUriBaseIds").items()}
    artifacts = [table(one, "location") for one in items(run, "artifacts")]
    for result in results.objects(run, "results"):
        ran.add(_result(result, declared, known, bases, artifacts, results))
    for each in ran:  # a rule that found nothing looked at the run all the same
        results.looked(each)


def _invoked(invocation: dict[str, Any], results: Results) -> None:
    """What a tool says of its own run.

    With a notification of level error it was halted, or its results are incorrect or incomplete (SARIF 2.1.0, 3.58.6).
    """
    notes = [*items(invocation, "toolExecutionNotifications"), *items(invocation, "toolConfigurationNotifications")]
    told = [one_line(text(table(note, "message").get("text"))) for note in notes if table(note).get("level") == "error"]
    ended = text(invocation.get("exitSignalName")) or text(invocation.get("processStartFailureMessage"))
    if invocation.get("executionSuccessful") is False or ended:
        why = next(filter(None, (one_line(ended), *told)), "")
        said = "the tool did not run to its end"
    elif told:
        why, said = told[0], "the tool met an error, so that its results may not be whole"
    else:
        return
    results.doubt(Outcome.ERRORED, f"{results.subject}: {said}{': ' if why else ''}{why}", _LOG)


def _declare(name: str, rule: dict[str, Any], results: Results) -> str:
    severity = number(table(rule, "properties").get("security-severity"))
    return results.rule(
        name,
        unit="run",
        title=text(table(rule, "shortDescription").get("text")) or text(rule.get("name")),
        summary=text(table(rule, "fullDescription").get("text")),
        help_text=text(table(rule, "help").get("markdown")) or text(table(rule, "help").get("text")),
        level=_LEVELS.get(text(table(rule, "defaultConfiguration").get("level")), _by_severity(severity)),
        tags=tuple(text(tag) for tag in items(table(rule, "properties"), "tags")),
        security_severity=severity if severity is not None and 0 <= severity <= 10 else None,  # noqa: PLR2004 - CVSS
    )


def _by_severity(severity: float | None) -> Level:
    """The level of a rule that names none: SARIF's own default, a warning, unless a score says more."""
    if severity is None:
        return Level.WARNING
    return Level.ERROR if severity >= _HIGH else Level.WARNING if severity >= _MEDIUM else Level.NOTE


def _result(
    result: dict[str, Any], declared: list[list[dict[str, Any]]], known: dict[str, dict[str, Any]],
    bases: dict[str, dict[str, Any]], artifacts: list[dict[str, Any]], results: Results,
) -> str:  # fmt: skip
    """Keep a result, and tell the rule that it is of."""
    kind = text(result.get("kind")) or "fail"
    rule = _rule_of(result, declared)
    name = text(result.get("ruleId")) or text(table(result, "rule").get("id")) or text(rule.get("id")) or "unnamed"
    rule = rule or known.get(name) or known.get(name.partition("/")[0], {})
    found = _declare(name, rule, results)
    good = kind in ("pass", "notApplicable") and text(result.get("level")) not in ("error", "warning", "note")
    if good or result.get("baselineState") == "absent":
        return found
    message = _message(table(result, "message"), rule)
    level = _LEVELS.get(text(result.get("level")), results.rules[found].level)
    if kind in ("open", "review", "informational"):  # somebody has to look
        level = Level.NOTE
    tags: tuple[str, ...] = ()
    if _suppressed(result):
        level, tags = Level.NONE, ("suppressed-by-tool",)
        message = f"{message} (suppressed by the tool itself)"
    place = table(next(iter(items(result, "locations")), {}))
    physical = table(place, "physicalLocation")
    region = table(physical, "region")
    path = _path(table(physical, "artifactLocation"), bases, artifacts)
    logical = next((text(table(one).get("fullyQualifiedName")) for one in items(place, "logicalLocations")), "")
    snippet = one_line(
        _said(table(region, "snippet").get("text")) or _said(table(physical, "contextRegion", "snippet").get("text"))
    )
    line = number(region.get("startLine"))
    column = number(region.get("startColumn"))
    fix = next((text(table(table(one), "description").get("text")) for one in items(result, "fixes")), "")
    results.add(
        found, message, key=_key(result, path, message, snippet), level=level, path=path,
        line=int(line) if line is not None else None, column=int(column) if column is not None else None,
        logical=logical, advice=fix, witness=snippet, tags=tags,
    )  # fmt: skip
    return found


def _rule_of(result: dict[str, Any], declared: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """The declaration that a result points to by its number, in the driver or in an extension."""
    at = number(result.get("ruleIndex", table(result, "rule").get("index")))
    part = number(table(result, "rule", "toolComponent").get("index"))
    rules = declared[int(part) + 1] if part is not None and 0 <= part < len(declared) - 1 else declared[0]
    return rules[int(at)] if at is not None and 0 <= at < len(rules) else {}


def _message(message: dict[str, Any], rule: dict[str, Any]) -> str:
    told = text(message.get("text")) or text(message.get("markdown"))
    if not told and message.get("id"):
        told = text(table(rule, "messageStrings", text(message.get("id"))).get("text"))
    arguments = [text(one) for one in items(message, "arguments")]
    return _PLACEHOLDER.sub(lambda at: arguments[int(at[1])] if int(at[1]) < len(arguments) else at[0], told)


def _suppressed(result: dict[str, Any]) -> bool:
    told = [text(table(one).get("status")) or "accepted" for one in items(result, "suppressions")]
    return bool(told) and all(status == "accepted" for status in told)


def _path(location: dict[str, Any], bases: dict[str, dict[str, Any]], artifacts: list[dict[str, Any]]) -> str:
    """The path of an artifact as it was on the machine that ran the tool, from the repository where it can be."""
    at = number(location.get("index"))
    if "uri" not in location and at is not None and 0 <= at < len(artifacts):
        location = artifacts[int(at)]
    uri = text(location.get("uri"))
    if not uri or re.match(r"(?!file:)[A-Za-z][A-Za-z0-9+.-]+:", uri):
        return uri
    base, seen = text(location.get("uriBaseId")), 0
    while base in bases and seen < len(bases) and not uri.startswith("file:"):
        prefix = text(bases[base].get("uri"))
        uri = urljoin(prefix if prefix.endswith("/") or not prefix else f"{prefix}/", uri) if prefix else uri
        base, seen = text(bases[base].get("uriBaseId")), seen + 1
    return uri if uri.startswith("file:") else unquote(uri)


def _said(value: Any) -> str:
    """A text, but for what a tool writes where it keeps the text to itself: that is the same for every result."""
    told = text(value)
    return "" if told.strip().lower() in _WITHHELD else told


def _key(result: dict[str, Any], path: str, message: str, snippet: str) -> tuple[str, ...]:
    """What makes it the same result next time: the tool's own word, else path, message and snippet; never a line."""
    for name in ("fingerprints", "partialFingerprints"):
        told = {text(key): value for key, each in table(result, name).items() if (value := _said(each))}
        if told:
            first = "primaryLocationLineHash"
            return (
                (path, f"{first}={told[first]}")
                if first in told
                else (path, *(f"{k}={v}" for k, v in sorted(told.items())))
            )
    return (path, one_line(message), snippet)
