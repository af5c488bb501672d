"""The page: what each framework comes to, the exceptions, and every control with its evidence.

It has no script: its policy (CSP) allows its own style by its digest, and nothing of the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources

from sluicegate.gates.compliance.reports.account import Account, Deviation, Framework, Part, Shown, revision_words
from sluicegate.gates.compliance.reports.standing import DECIDED, Result, Standing
from sluicegate.gates.compliance.reports.wording import SCOPE, counts, moment, verdict, when
from sluicegate.markup import escape, look, policy, sentence
from sluicegate.text import plural

MOST = 50
"""So many deviations of a control are told here; the JSON has all."""

_RESULTS = {
    Result.ERRORED: "error", Result.FAILED: "error", Result.INCONCLUSIVE: "warning", Result.NOT_TESTED: "warning",
    Result.EXCEPTED: "warning", Result.PASSED: "ok", Result.NOT_APPLICABLE: "note",
}  # fmt: skip
_STANDINGS = {
    Standing.ERRORED: "error", Standing.FAILED: "error", Standing.NOT_TESTED: "warning", Standing.UNSERVED: "warning",
    Standing.SUPPORTED: "note", Standing.PART: "note", Standing.FULL: "ok", Standing.NOT_APPLICABLE: "note",
}  # fmt: skip
_SAID = {
    Result.ERRORED: "Not everything could be looked at",
    Result.FAILED: "Not every control holds",
    Result.INCONCLUSIVE: "Not everything is decided",
    Result.NOT_TESTED: "Not everything is tested",
    Result.EXCEPTED: "Holds, with exceptions",
    Result.PASSED: "Every control holds",
    Result.NOT_APPLICABLE: "Nothing was there to look at",
}


def page(account: Account) -> str:
    """The whole page."""
    return "\n".join(_lines(account)) + "\n"


def _lines(account: Account) -> Iterator[str]:
    style = f"\n{look()}{resources.files(__package__).joinpath('style.css').read_text('utf-8')}"
    anchors = {control: f"control-{number}" for number, control in enumerate(account.controls, 1)}
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy(style, "")}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>Compliance: {escape(verdict(account))}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"
    yield "<body>"
    yield '<a class="skip" href="&#35;controls">Skip to the controls</a>'
    yield from _head(account)
    yield '<main class="wide">'
    if account.lacking:
        yield f'<section><h2>Not whole</h2><p class="card loud error">{sentence(account.lacking)}</p></section>'
    for framework in account.frameworks:
        yield from _framework(framework, anchors)
    yield from _exceptions(account, anchors)
    yield '<section id="controls" tabindex="-1"><h2>Controls and their evidence</h2>'
    for shown in account.ranked:
        yield from _control(shown, anchors[shown.control.id])
    yield "</section>"
    yield from _made_with(account)
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _head(account: Account) -> Iterator[str]:
    worst = Result.ERRORED if account.lacking else account.worst
    yield f'<header class="verdict {_RESULTS[worst]}"><div class="wide">'
    yield f"<h1><small>Compliance</small> {_SAID[worst]}</h1>"
    yield f'<p class="why">{escape(verdict(account))}.</p>'
    yield f'<p class="quiet">{escape(revision_words(account.run))}, {when(account)}.</p>'
    yield "</div></header>"


def _framework(framework: Framework, anchors: Mapping[str, str]) -> Iterator[str]:
    yield f"<section><h2>{escape(framework.title)}</h2>"
    yield f'<p class="quiet lead">{escape(framework.words)}.</p>'
    yield '<table class="rows clauses"><thead><tr>'
    yield "".join(f'<th scope="col">{name}</th>' for name in ("Clause", "Comes to", "Coverage", "Controls"))
    yield "</tr></thead><tbody>"
    for part in framework.parts:
        status = f' <span class="quiet">{escape(part.clause.status)}</span>' if part.clause.status else ""
        yield f'<tr><th scope="row">{escape(part.clause.id)}{status}'
        yield f'<span class="title">{escape(part.clause.title)}</span></th>'
        standing = part.covered.standing
        yield f'<td data-label="Comes to">{_badge(standing.words, _STANDINGS[standing])}</td>'
        yield f'<td data-label="Coverage">{_coverage(part)}</td>'
        yield f'<td data-label="Controls">{_serving(part, anchors)}</td></tr>'
    yield "</tbody></table></section>"


def _badge(words: str, tone: str) -> str:
    return f'<span class="badge {tone}">{escape(words)}</span>'


def _coverage(part: Part) -> str:
    """A cell for each control, those that decided first, and the same in words."""
    told = part.covered
    order = sorted(Result, key=lambda each: (each not in DECIDED, list(Result).index(each)))
    cells = "".join(
        f'<i class="{_RESULTS[each]}{"" if each in DECIDED else " open"}"></i>' * told.counts.get(each, 0)
        for each in order
    )
    bar = f'<span class="bar" aria-hidden="true">{cells}</span>' if cells else ""
    return f'{bar}<span class="quiet">{escape(told.words)}</span>'


def _serving(part: Part, anchors: Mapping[str, str]) -> str:
    rows = [
        f'<li>{_badge(shown.result.words, _RESULTS[shown.result])} <a href="&#35;{anchors[shown.control.id]}">'
        f"{escape(shown.control.title)}</a> "
        f'<span class="quiet">{served.strength}: {escape(served.rationale)}</span></li>'
        for served, shown in part.serving
    ]
    return f'<ul class="serving">{"".join(rows)}</ul>' if rows else '<span class="quiet">none</span>'


def _exceptions(account: Account, anchors: Mapping[str, str]) -> Iterator[str]:
    if not account.excepted:
        return
    yield '<section><h2>Exceptions, those that end first</h2><table class="rows"><thead><tr>'
    yield "".join(f'<th scope="col">{name}</th>' for name in ("Ends", "Control", "What breaks it", "Owner", "Reason"))
    yield "</tr></thead><tbody>"
    for shown, each in account.excepted:
        if decision := each.exception:
            approved = f'<br><span class="quiet">approved by {escape(decision.approved_by)}</span>'
            yield f'<tr><th scope="row">{decision.expires.isoformat()}</th>'
            link = f'<a href="&#35;{anchors[shown.control.id]}">{escape(shown.control.title)}</a>'
            yield f'<td data-label="Control">{link}</td><td data-label="What breaks it">{sentence(each.message)}</td>'
            yield f'<td data-label="Owner">{escape(decision.owner)}{approved if decision.approved_by else ""}</td>'
            yield f'<td data-label="Reason">{escape(decision.reason)}</td></tr>'
    yield "</tbody></table></section>"


def _control(shown: Shown, anchor: str) -> Iterator[str]:
    control = shown.control
    tone = _RESULTS[shown.result]
    yield f'<article class="card control {tone}{" loud" if tone == "error" else ""}" id="{anchor}">'
    yield f"<h3>{_badge(shown.result.words, tone)} {escape(control.title)}</h3>"
    yield f"<p>{sentence(control.summary)} <code>{escape(control.id)}</code></p>"
    for gap in shown.open:
        subject = f"<b>{escape(gap.subject)}</b>: " if gap.subject else ""
        yield f"<p>{_badge(gap.why.outcome.words, _RESULTS[Result(gap.why.outcome.value)])} {subject}"
        yield f"{sentence(gap.why.reason)}"
        yield f'<br><span class="quiet">Next step: {sentence(gap.why.hint)}</span></p>' if gap.why.hint else "</p>"
    if shown.deviations:
        yield '<ul class="deviations">'
        yield from map(_deviation, shown.deviations[:MOST])
        yield "</ul>"
    if (over := len(shown.deviations) - MOST) > 0:
        yield f'<p class="quiet">{plural(over, "item")} more that break it stand in the JSON of this report.</p>'
    yield from _evidence(shown)
    yield "</article>"


def _deviation(each: Deviation) -> str:
    decision = each.exception
    mark = _badge("excepted", "warning") if decision else _badge(each.level.value, "error")
    until = f' <span class="quiet">until {decision.expires.isoformat()}</span>' if decision else ""
    return f"<li>{mark} {sentence(each.message)} <code>{escape(each.place, 300)}</code>{until}</li>"


def _evidence(shown: Shown) -> Iterator[str]:
    if not shown.evidence:
        yield '<p class="quiet">There is no evidence.</p>'
        return
    for each in shown.evidence:
        told = {
            "Evidence": escape(each.subject),
            "Query": f"<code>{escape(each.query)}</code>",
            "Items": counts(each.population),
            "Answered": moment(each.collected),
            "Revision": f"<code>{escape(each.revision)}</code>" if each.revision else "",
            "SHA-256": f"<code>{escape(each.sha256)}</code>",
            "Kept in": f"<code>{escape(each.source)}</code>" if each.source else "",
        }
        rows = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in told.items() if text)
        yield f'<dl class="evidence">{rows}</dl>'


def _made_with(account: Account) -> Iterator[str]:
    run = account.run
    yield '<section><h2>What this rests on</h2><div class="card">'
    yield f'<p>{SCOPE}</p><dl class="evidence">'
    told = {
        "Repository": escape(run.repository),
        "Revision": escape(revision_words(run)),
        "Run": f"<code>{account.digest}</code>",
        "Settings": f"<code>{escape(run.policy_digest)}</code>" if run.policy_digest else "",
        "Sluicegate": escape(f"{run.tool_version} {run.tool_digest}".strip()),
    }
    told |= {f"Pack {pack.name}": f"{escape(pack.version)} <code>{pack.digest}</code>" for pack in account.packs}
    yield "".join(f"<dt>{escape(name)}</dt><dd>{text}</dd>" for name, text in told.items() if text)
    yield "</dl></div></section>"
