"""The Run as one HTML page that needs nothing else: no request, light and dark, by keyboard, on paper and on a phone.

The page's policy (CSP) allows its own style and script by their digests, and nothing of the network. Foreign text is
escaped where Python writes it; what the script shows comes from a block of JSON and only ever becomes text. The list of
findings is put together piece by piece, and says how much of it is shown; without a script the first ones stand there.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from sluicegate.markup import escape, look, policy, sentence
from sluicegate.model import Outcome, examined_words
from sluicegate.report import view
from sluicegate.report.page.findings import FIRST, MOST, card, data, filters
from sluicegate.report.page.parts import COPY, command
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.model import GateResult, Run
    from sluicegate.report.view import Gap, Shown

_TONES = {
    Outcome.ERRORED: "error",
    Outcome.FAILED: "error",
    Outcome.INCONCLUSIVE: "warning",
    Outcome.NOT_TESTED: "warning",
    Outcome.PASSED: "ok",
    Outcome.NOT_APPLICABLE: "note",
    Outcome.LET_THROUGH: "warning",
}
_NAMED = 20
"""So many rules and subjects of one reason are named."""
_LISTED = 2_000
"""So many rules and measurements are listed."""


def render(run: Run) -> str:
    """The whole page."""
    return "\n".join(_lines(run)) + "\n"


def _asset(name: str) -> str:
    """The text of a file of this package."""
    return "\n" + resources.files(__package__).joinpath(name).read_text("utf-8")


def _lines(run: Run) -> Iterator[str]:
    items = view.shown(run)
    style, script = f"\n{look()}{_asset('style.css')}", _asset("script.js")
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>Sluicegate: {escape(view.word(run).lower())}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"
    yield "<body>"
    if items:
        yield '<a class="skip" href="&#35;findings">Skip to the findings</a>'
    yield from _verdict(run)
    yield '<main class="wide">'
    yield from _trouble(run)
    yield from _findings(items)
    yield from _undecided(run)
    yield from _gates(run, items)
    yield from _again(run)
    yield from _rules(run)
    yield "</main>"
    yield '<footer class="wide quiet">'
    yield f"<p>Sluicegate {escape(run.tool_version)}, {escape(run.started.strftime('%Y-%m-%d %H:%M'))} UTC, "
    yield f"{run.seconds:.1f} s, exit code {run.exit_code}.</p>"
    yield '<p id="copied" role="status"></p>'
    yield "</footer>"
    if items:
        yield f'<script type="application/json" id="findings-data">{data(items[:MOST])}</script>'
    yield f"<script>{script}</script>"
    yield "</body>"
    yield "</html>"


def _verdict(run: Run) -> Iterator[str]:
    tone = _TONES[view.shade(run)]
    why = view.verdict(run)
    told = view.all_facts(run)
    yield f'<header class="verdict {tone}"><div class="wide">'
    yield f"<h1><small>Sluicegate</small> {escape(view.word(run).capitalize())}</h1>"
    yield f'<p class="why">{escape(why[:1].upper() + why[1:])}.</p>'
    if told:
        yield f"<p>{escape(told[:1].upper() + told[1:])}.</p>"
    yield f'<p class="quiet">{escape(view.compared(run))}. Examined {escape(view.examined(run))}. '
    yield f"Fails on {run.fail_on.value}.</p>"
    if count := len(_undecided_cards(run)):
        yield f'<p><a href="&#35;undecided">{plural(count, "reason")} why something was not decided</a></p>'
    yield "</div></header>"


def _trouble(run: Run) -> Iterator[str]:
    """What could not be looked at: above every finding, and as loud."""
    cards = []
    for gate in run.gates:
        gaps = view.further_errors(gate)
        if gate.outcome is Outcome.ERRORED and (gate.reason or not gaps):
            cards.append(
                _told(Outcome.ERRORED, gate.gate, gate.reason or "no reason was given", gate.hint, gate.detail)
            )
        cards += [_gap(gap, gate) for gap in gaps]
    if cards:
        yield "<section><h2>Could not look</h2>"
        yield from cards
        yield "</section>"


def _undecided(run: Run) -> Iterator[str]:
    if cards := _undecided_cards(run):
        yield '<section id="undecided" tabindex="-1"><h2>Not decided</h2>'
        yield from cards
        yield "</section>"


def _undecided_cards(run: Run) -> list[str]:
    cards = []
    for gate in run.gates:
        gaps = [gap for gap in view.gaps(gate) if gap.outcome is not Outcome.ERRORED]
        if gate.reason and gate.outcome is not Outcome.ERRORED:
            cards.append(_told(gate.outcome, gate.gate, gate.reason, gate.hint))
            gaps = [gap for gap in gaps if gap.reason != gate.reason or len(gap.rules) > 1]
        cards += [_gap(gap, gate) for gap in gaps]
    return cards


def _told(outcome: Outcome, who: str, reason: str, hint: str, detail: str = "", about: str = "") -> str:
    lines = [
        f'<div class="card loud {_TONES[outcome]}">',
        f'<p><span class="badge">{outcome.words}</span> <b>{escape(who)}</b></p>',
        f"<p>{sentence(reason)}</p>",
        f"<p><b>Next step:</b> {sentence(hint)}</p>" if hint else "",
        f'<p class="quiet">{about}</p>' if about else "",
    ]
    if detail:
        text = "\n".join(escape(line, 500) for line in detail.splitlines()[:200])
        lines.append(f"<details><summary>Its last words</summary><pre>{text}</pre></details>")
    return "\n".join(filter(None, [*lines, "</div>"]))


def _gap(gap: Gap, gate: GateResult) -> str:
    about = [_first(gap.rules, "rule"), _first(gap.subjects, "subject")]
    return _told(gap.outcome, gate.gate, gap.reason, gap.hint, about=" · ".join(filter(None, about)))


def _first(names: tuple[str, ...], noun: str) -> str:
    more = f" and {plural(len(names) - _NAMED, noun)} more" if len(names) > _NAMED else ""
    return ", ".join(f"<code>{escape(name, 200)}</code>" for name in names[:_NAMED]) + more


def _findings(items: Sequence[Shown]) -> Iterator[str]:
    failing = sum(item.fails for item in items)
    yield '<section id="findings" tabindex="-1">'
    if not items:
        yield "<h2>No findings</h2></section>"
        return
    rest = len(items) - failing
    told = [f"{plural(failing, 'finding')} {'fails' if failing == 1 else 'fail'} the change"] if failing else []
    told += (
        [f"{rest:,} more {'does' if rest == 1 else 'do'} not" if failing else plural(rest, "finding")] if rest else []
    )
    yield f"<h2>{', '.join(told)}</h2>"
    if (over := len(items) - MOST) > 0:
        yield f'<p class="card">The {MOST:,} findings that matter most are on this page; {over:,} more stand in the '
        yield "run document, which <code>--report json=run.json</code> writes.</p>"
    yield from filters(items[:MOST])
    yield '<div class="told"><p id="status" role="status"></p>'
    yield '<button type="button" id="reset" data-script hidden>Show all</button></div>'
    if len(items) > FIRST:
        yield f'<noscript><p class="card">The first {FIRST} of {len(items):,} findings; this page needs its script to '
        yield "show the others. The report files have them all.</p></noscript>"
    yield '<ol id="list">'
    for item in items[:FIRST]:
        yield card(item)
    yield "</ol>"
    yield '<div class="more"><button type="button" id="more" data-script hidden>Show more</button></div>'
    yield '<template id="finding"><li class="card finding"><p class="line"><span class="badge"></span> '
    yield '<span class="quiet"></span></p><h3></h3><dl class="answers"></dl><p class="rule quiet"></p></li></template>'
    yield "</section>"


def _gates(run: Run, items: Sequence[Shown]) -> Iterator[str]:
    if not run.gates:
        return
    yield '<section><h2>Gates</h2><table class="gates"><thead><tr>'
    for name in ("Gate", "Outcome", "Examined", "Failing", "Others", "Time"):
        yield f'<th scope="col"{_number(name)}>{name}</th>'
    yield "</tr></thead><tbody>"
    counts: dict[int, list[int]] = {}
    for item in items:
        counts.setdefault(id(item.gate), [0, 0])[not item.fails] += 1
    for gate in run.gates:
        failing, others = counts.get(id(gate), [0, 0])
        watched = ' <span class="quiet">observed only</span>' if gate.observed else ""
        told = view.facts(gate)
        cells = {
            "Outcome": f'<span class="badge {_TONES[gate.outcome]}">{gate.outcome.words}</span>{watched}',
            "Examined": escape(examined_words(gate.examined)) + (f"<br>{escape(told)}" if told else ""),
            "Failing": f"{failing:,}",
            "Others": f"{others:,}",
            "Time": f"{gate.seconds:.1f} s",
        }
        yield f'<tr><th scope="row">{escape(gate.title or gate.gate)}</th>'
        for name, text in cells.items():
            yield f'<td data-label="{name}"{_number(name)}>{text}</td>'
        yield "</tr>"
    yield "</tbody></table></section>"


def _number(name: str) -> str:
    return ' class="number"' if name in ("Failing", "Others", "Time") else ""


def _again(run: Run) -> Iterator[str]:
    commands = view.reproduce(run)
    if commands:
        yield '<section><h2>See it again</h2><ul class="commands card">'
        for text in commands[:_NAMED]:
            yield f"<li>{command(text, COPY)}</li>"
        if len(commands) > _NAMED:
            yield f"<li>{plural(len(commands) - _NAMED, 'command')} more, in the report files.</li>"
        yield "</ul></section>"


def _rules(run: Run) -> Iterator[str]:
    """What was asked and how it ended, so that a green page shows what it rests on; and what was measured."""
    ended = [(rule, outcome) for gate in run.gates for rule, outcome in view.outcomes(gate).items()]
    if ended:
        yield f'<section><details class="card"><summary>{plural(len(ended), "rule")}, {view.passed(run):,} passed'
        yield '</summary><ul class="columns">'
        for rule, outcome in ended[:_LISTED]:
            word = "" if outcome is Outcome.PASSED else f' <span class="badge {_TONES[outcome]}">{outcome.words}</span>'
            yield f"<li><code>{escape(rule, 200)}</code>{word}</li>"
        yield "</ul>"
        if len(ended) > _LISTED:
            yield f"<p>{plural(len(ended) - _LISTED, 'rule')} more, in the report files.</p>"
        yield "</details></section>"
    measured = [(gate, one) for gate in run.gates for one in gate.measurements]
    if measured:
        yield f'<section><details class="card"><summary>{plural(len(measured), "measurement")}</summary>'
        yield '<ul class="columns">'
        for gate, one in measured[:_LISTED]:
            yield f"<li>{escape(gate.gate, 200)}: {escape(one.name, 200)} {one.value:g} {escape(one.unit, 50)}</li>"
        yield "</ul>"
        if len(measured) > _LISTED:
            yield f"<p>{plural(len(measured) - _LISTED, 'measurement')} more, in the report files.</p>"
        yield "</details></section>"
