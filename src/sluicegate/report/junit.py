"""JUnit XML: a testsuite per gate, a testcase per rule that passed, and one per finding that fails the change.

| outcome | testcase |
|---|---|
| passed | passed; findings that do not fail the change stand in its system-out |
| failed | one failure per failing finding, its fingerprint in the name; the other findings in one more, skipped |
| failed very often | the first ten thousand failures of a rule, and one that counts the others |
| errored | error (failure where `strict`), beside the failures it has; one for many rules with the same reason |
| inconclusive, not tested, not applicable | skipped, with the reason |
| let through by a pass | one more, first of all and skipped, that says by whom, until when and why |
| errored or failed in a gate that is only observed | skipped, since such a gate never fails a run |

`strict` gives what the schema of Jenkins (junit-10.xsd) allows and every reader knows: no file and line, no errors.
junit-xml makes the elements; everything it gets is clean (it would lose or break foreign text), and what it writes
against the schema is put right afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from junit_xml import TestCase, TestSuite

from sluicegate.model import Outcome, examined_words
from sluicegate.report import inert, view
from sluicegate.report.whole import partial
from sluicegate.text import command_line, one_line, plural, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.model import Finding, GateResult, RuleResult, Run
    from sluicegate.report.view import Shown

_TOGETHER = 5
"""More rules than these that errored for one reason are one testcase: it is one trouble."""

FAILURES = 10_000
"""So many failing findings of a rule are a testcase each, and one more counts the others: GitLab reads no file of more
than 30 MB."""

LISTED = 100
"""So many findings of a rule that do not fail are told in full: libxml2, and so GitLab, reads no text of 10 MB."""

_UNDECIDED = (Outcome.INCONCLUSIVE, Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE)


def render(run: Run, *, strict: bool = False) -> str:
    """The XML document. `strict` leaves out what some readers refuse: `file`, `line` and `error`."""
    items = view.shown(run)
    root = ET.Element("testsuites", {"name": "sluicegate"})
    if passes := view.let_through(run):
        root.append(_suite(run, "sluicegate", [_pass_case(run, told) for told in passes], 0.0))
    for gate in run.gates:
        cases = list(_gate_cases(gate, [item for item in items if item.gate is gate], strict=strict))
        root.append(_suite(run, gate.gate, cases, gate.seconds, gate))
    if run.interrupted or not run.gates:
        root.append(_suite(run, "sluicegate", [_run_case(run, strict=strict)], run.seconds if not run.gates else 0.0))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, 0)) for suite in root)))
    root.set("time", _time(run.seconds))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + inert.in_xml(ET.tostring(root, encoding="unicode")) + "\n"


def render_strict(run: Run) -> str:
    """The document as Jenkins takes it."""
    return render(run, strict=True)


def _suite(run: Run, name: str, cases: list[Any], seconds: float, gate: GateResult | None = None) -> ET.Element:
    properties = {"outcome": gate.outcome.value if gate else run.outcome.value, "sluicegate": visible(run.tool_version)}
    if dirty := view.uncommitted(run):
        properties["revision"] = one_line(f"{run.revision.head_commit or ''} {dirty}").strip()
    if part := partial(run):
        properties["whole"] = f"no: {part}"
    if gate:
        properties["examined"] = one_line(examined_words(gate.examined))
        properties |= {one_line(name): one_line(value) for name, value in gate.facts.items() if name not in properties}
        if gate.observed:
            properties["mode"] = "observe"
        if gate.reproduce:
            properties["reproduce"] = command_line(gate.reproduce)
    _make_unique(cases)
    suite = TestSuite(
        one_line(name),
        cases,
        # ISO 8601 without a zone is what the schemas allow; it is UTC.
        timestamp=run.started.strftime("%Y-%m-%dT%H:%M:%S"),
        properties=properties,
    )
    element: ET.Element = suite.build_xml_doc()
    del element.attrib["disabled"]
    element.set("time", _time(seconds))
    return element


def _make_unique(cases: list[Any]) -> None:
    """Readers keep the first of equal names, so none are equal."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for case in cases:
        name = case.name
        while case.name in taken:
            # Counted on from the last of this name: a count from 1 each time would be quadratic.
            numbers[name] = numbers.get(name, 1) + 1
            case.name = f"{name} ({numbers[name]})"
        taken.add(case.name)


def _gate_cases(gate: GateResult, items: Sequence[Shown], *, strict: bool) -> Iterator[Any]:
    by_rule: dict[str, list[Shown]] = {}
    for item in items:
        by_rule.setdefault(item.finding.rule, []).append(item)
    reason, hint = view.why(gate)
    every = view.gaps(gate)
    together = [gap for gap in every if _together(gap)]
    if gate.reason or not gate.rules:
        case = _case(gate.gate, gate.gate)
        if gate.outcome is Outcome.ERRORED:
            same = [line for gap in together if gap.reason == reason for line in (gap.hint, *gap.subjects, *gap.rules)]
            lines = filter(None, dict.fromkeys((hint, *same)))
            _error(case, gate, reason or "no reason was given", "\n".join(lines), strict=strict)
            together = [gap for gap in together if gap.reason != reason]
        elif gate.outcome in _UNDECIDED:
            _skip(case, f"{gate.outcome.words}: {reason or 'no reason was given'}", hint)
        elif gate.reason:
            case.stdout = reason
        yield case
    told_rules = frozenset(by_rule)
    for gap in together:
        case = _case(gate.gate, f"{gate.gate}: {plural(len(gap.rules), 'rule')} could not be checked")
        _error(case, gate, gap.reason, "\n".join(filter(None, (gap.hint, *gap.subjects, *gap.rules))), strict=strict)
        yield case
    gaps: dict[str, list[view.Gap]] = {}
    for gap in every:
        for rule in gap.rules:
            gaps.setdefault(rule, []).append(gap)
    for result in gate.rules:
        told = result.rule in told_rules
        yield from _rule_cases(
            gate, result, by_rule.pop(result.rule, []), gaps.get(result.rule, []), told=told, strict=strict
        )
    for rule, rest in by_rule.items():
        yield from _finding_cases(gate, rule, rest, strict=strict)


def _together(gap: view.Gap) -> bool:
    return gap.outcome is Outcome.ERRORED and len(gap.rules) > _TOGETHER


def _rule_cases(
    gate: GateResult, result: RuleResult, items: Sequence[Shown], gaps: list[view.Gap], *, told: bool, strict: bool
) -> Iterator[Any]:
    own = [gap for gap in gaps if gap.outcome is result.outcome]
    others = [gap for gap in gaps if gap.outcome is not result.outcome]
    if result.outcome is Outcome.FAILED:
        if not told:
            case = _case(gate.gate, result.rule)
            _error(case, gate, "failed, and the run holds no finding of it", "", strict=strict)
            yield case
        yield from _finding_cases(gate, result.rule, items, strict=strict)
    elif own and all(map(_together, own)):
        yield from _finding_cases(gate, result.rule, items, strict=strict)
    else:
        case = _case(gate.gate, result.rule)
        own = [gap for gap in own if not _together(gap)]
        said = "; ".join(gap.reason for gap in own)
        if result.outcome is Outcome.ERRORED:
            _error(case, gate, said, "\n".join(gap.hint for gap in own if gap.hint), strict=strict)
        elif result.outcome in _UNDECIDED:
            _skip(case, f"{result.outcome.words}: {said}", "\n".join(gap.hint for gap in own if gap.hint))
        else:
            case.stdout = _listed([item for item in items if not item.fails])
            items = [item for item in items if item.fails]
        yield case
        yield from _finding_cases(gate, result.rule, items, strict=strict)
    for gap in others:
        case = _case(gate.gate, f"{result.rule} ({gap.outcome.words})")
        _skip(case, f"{gap.outcome.words}: {gap.reason}", "\n".join((*gap.subjects, gap.hint)))
        yield case


def _finding_cases(gate: GateResult, rule: str, items: Sequence[Shown], *, strict: bool) -> Iterator[Any]:
    failing = [item for item in items if item.fails]
    for item in failing[:FAILURES]:
        finding = item.finding
        name = f"{rule} [{finding.fingerprint[: view.SHORT]}] {finding.location.logical or ''}"
        case = _case(gate.gate, name, None if strict else finding)
        case.add_failure_info(one_line(finding.message) or one_line(rule), _text(item), finding.level.value)
        yield case
    if (over := len(failing) - FAILURES) > 0:
        case = _case(gate.gate, f"{rule} (more)")
        case.add_failure_info(_more(over, "finding that fails the change", "findings that fail the change"))
        yield case
    rest = [item for item in items if not item.fails]
    if rest:
        case = _case(gate.gate, f"{rule} (not failing)")
        _skip(
            case, f"{plural(len(rest), 'finding')} that {_does(len(rest))} not fail the change: {view.tally(rest)}", ""
        )
        case.stdout = _listed(rest)
        yield case


def _does(count: int) -> str:
    return "does" if count == 1 else "do"


def _pass_case(run: Run, told: str) -> Any:
    case = _case("sluicegate", "pass")
    _skip(case, told, view.verdict(run))
    return case


def _run_case(run: Run, *, strict: bool) -> Any:
    case = _case("sluicegate", "run")
    said = f"{run.outcome.words}: {view.verdict(run)}"
    if run.interrupted or run.outcome is Outcome.ERRORED:
        _error(case, None, said, "", strict=strict)
    else:
        _skip(case, said, "")
    return case


def _case(classname: str, name: str, finding: Finding | None = None) -> Any:
    place = finding.location if finding else None
    return TestCase(
        one_line(name),
        classname=one_line(classname),
        file=visible(place.path) if place and place.path else None,
        line=place.line if place and place.path and (place.line or 0) >= 1 else None,
    )


def _error(case: Any, gate: GateResult | None, reason: str, hint: str, *, strict: bool) -> None:
    if gate and gate.observed:
        _skip(case, f"errored, observed only: {reason}", hint)
    elif strict:
        case.add_failure_info(f"errored: {one_line(reason)}", visible(hint) or one_line(reason), "errored")
    else:
        case.add_error_info(one_line(reason), visible(hint) or one_line(reason), "errored")


def _skip(case: Any, message: str, output: str) -> None:
    case.add_skipped_info(one_line(message), visible(output) or None)


def _listed(items: Sequence[Shown]) -> str | None:
    told = [_text(item) for item in items[:LISTED]]
    if (over := len(items) - LISTED) > 0:
        told.append(_more(over, "finding", "findings"))
    return "\n\n".join(told) or None


def _more(count: int, one: str, several: str) -> str:
    return f"{count:,} more {one if count == 1 else several}: --report json=run.json has them all"


def _text(item: Shown) -> str:
    """A finding in full, for the text of a testcase."""
    finding = item.finding
    told = (
        ("", finding.message),
        ("since: ", finding.since and view.since_words(finding)),
        ("owner: ", ", ".join(finding.owners)),
        ("example: ", finding.witness),
        ("in the base: ", finding.base_location and view.place(finding.base_location)),
        ("advice: ", finding.advice),
        ("suppressed: ", finding.suppression and view.suppressed_words(finding)),
        ("level set by ", finding.level_origin),
        ("fingerprint: ", finding.fingerprint),
        ("reproduce: ", finding.reproduce or item.gate.reproduce),
    )
    lines = [label + text for label, text in told if text]
    first = f"{finding.level.value} {finding.rule} ({item.standing})\nat {view.place(finding.location)}"
    return visible("\n".join([first, *lines]))


def _time(seconds: float) -> str:
    return f"{max(seconds, 0.0):.3f}"
