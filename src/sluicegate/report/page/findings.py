"""The findings of the page: their filters, the first ones as HTML, and all of them as JSON for the script."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from sluicegate.markup import escape, sentence
from sluicegate.model import Level
from sluicegate.report import inert, view
from sluicegate.report.page.parts import command
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.report.view import Answer, Shown

FIRST = 20
"""So many findings can be read without a script."""

MOST = 25_000
"""So many findings are on the page, those that matter most: a phone opens a file of some megabytes."""

TONES = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note", Level.NONE: "note"}
_STATES = ("failing", "new", "updated", "unchanged", "absent", "suppressed")
_LONGEST = 2_000
_LEVELS = list(Level)
_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def state(item: Shown) -> str:
    """The word under which a finding is filtered."""
    return "failing" if item.fails else item.standing.partition(",")[0]


def card(item: Shown) -> str:
    """One finding in full, as the script makes it from its data."""
    finding = item.finding
    why = "fails the change" if item.fails else item.standing
    rows = "".join(f"<dt>{label(answer.label)}</dt><dd>{_set(answer)}</dd>" for answer in view.answers(item))
    answers = f'<dl class="answers">{rows}</dl>'
    if not item.fails:
        place = escape(view.place(finding.location))
        answers = f"<details><summary><code>{place}</code></summary>{answers}</details>"
    told = f'<span class="quiet">{escape(why)} · {escape(item.gate.gate, 200)}</span>'
    return "\n".join(
        (
            f'<li class="card finding {TONES[finding.level]} {"loud" if item.fails else "rest"}">',
            f'<p class="line"><span class="badge">{finding.level.value}</span> {told}</p>',
            f"<h3>{sentence(_message(item))}</h3>",
            answers,
            f'<p class="rule quiet"><code>{escape(finding.rule)}</code> · {finding.fingerprint[: view.SHORT]}</p>',
            "</li>",
        )
    )


def label(name: str) -> str:
    """What an answer is called on the page."""
    return "Where" if name == "at" else name.capitalize()


def filters(items: Sequence[Shown]) -> Iterator[str]:
    """The form that narrows the list: boxes with their counts, and a search."""
    levels = Counter(item.finding.level for item in items)
    states = Counter(map(state, items))
    yield '<details id="filter" class="filter card" data-script hidden><summary>Filter</summary>'
    yield '<form id="filters" class="filters" aria-label="Filter the findings">'
    yield from _choices("state", [(at, name, states[name]) for at, name in enumerate(_STATES) if states[name]])
    yield from _choices("level", [(at, name.value, levels[name]) for at, name in enumerate(_LEVELS) if levels[name]])
    gates = _gates(items)
    counts = Counter(id(item.gate) for item in items)
    yield from _choices("gate", [(at, name, counts[key]) for at, (key, name) in enumerate(gates.items())])
    yield '<label class="search"><span>Search</span>'
    yield '<input type="search" id="search" autocomplete="off" spellcheck="false" '
    yield 'placeholder="file, operation, rule, owner"></label></form></details>'


def data(items: Sequence[Shown]) -> str:
    """All findings as JSON that may stand in a script element; each text stands there once."""
    texts: dict[str, int] = {}
    labels: dict[tuple[str, str], int] = {}
    gates = {key: at for at, key in enumerate(_gates(items))}

    def kept(text: str) -> int:
        return texts.setdefault(text if len(text) <= _LONGEST else shorten(text, _LONGEST), len(texts))

    rows = []
    for item in items:
        finding = item.finding
        row: list[int | str] = [
            gates[id(item.gate)],
            _LEVELS.index(finding.level),
            _STATES.index(state(item)),
            int(item.fails),
            kept(_message(item)),
            kept(item.standing),
            kept(one_line(finding.rule)),
            finding.fingerprint[: view.SHORT],
        ]
        for answer in view.answers(item):
            row += (labels.setdefault((answer.label, answer.kind), len(labels)), kept(answer.text))
        rows.append(row)
    document = {
        "gates": list(_gates(items).values()),
        "levels": [level.value for level in _LEVELS],
        "tones": [TONES[level] for level in _LEVELS],
        "labels": [(label(name), kind) for name, kind in labels],
        "texts": list(texts),
        "findings": rows,
    }
    text = inert.in_json(msgspec.json.encode(document).decode())
    for sign, spelt in _IN_SCRIPT.items():  # many times as quick as one pass in which each character is looked up
        text = text.replace(sign, spelt)
    return text


def _message(item: Shown) -> str:
    """What broke; the rule where it is not said."""
    return shorten(one_line(item.finding.message) or one_line(item.finding.rule), _LONGEST)


def _gates(items: Sequence[Shown]) -> dict[int, str]:
    """The gates that found something, with their names."""
    found = {id(item.gate): item.gate for item in items}
    return {key: shorten(one_line(gate.gate), 200) for key, gate in found.items()}


def _choices(name: str, choices: list[tuple[int, str, int]]) -> Iterator[str]:
    yield f'<fieldset><legend>{name.capitalize()}</legend><div class="choices">'
    for value, text, count in choices:
        yield f'<label class="choice"><input type="checkbox" name="{name}" value="{value}" '
        yield f'data-name="{escape(text)}"><span>{escape(text)} <b>{count:,}</b></span></label>'
    yield "</div></fieldset>"


def _set(answer: Answer) -> str:
    if answer.kind == "command":
        return command(answer.text)
    if answer.kind == "prose":
        return sentence(answer.text)
    return escape(answer.text) if answer.kind == "text" else f"<code>{escape(answer.text)}</code>"
