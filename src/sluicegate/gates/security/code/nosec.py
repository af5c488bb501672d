"""bandit's comment `nosec`, for what another scanner found: a decision beside the code holds whoever looks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.gates.security.code.scan import Hit, Scan
    from sluicegate.tools.laid import Laid

_COMMENT = re.compile(r"#\s*nosec\b:?\s*([^#]*)", re.IGNORECASE)
_NUMBER = re.compile(r"\bB\d+\b", re.IGNORECASE)


def quietened(scan: Scan, laid: Laid) -> Scan:
    """The same without the places whose lines carry the comment, which are counted."""
    marked = {path: _marked(laid.text(path)) for path in {hit.path for hit in scan.hits}}
    kept = []
    for hit in scan.hits:
        if _quiet(hit, marked[hit.path]):
            scan.quiet[hit.path] += 1
        else:
            kept.append(hit)
    scan.hits = kept
    return scan


def _marked(text: str) -> dict[int, frozenset[str]]:
    """The lines with the comment, and the numbers that it is for; none: it is for all."""
    if "nosec" not in text.lower():
        return {}
    found = ((number, _COMMENT.search(line)) for number, line in enumerate(text.split("\n"), 1))
    return {number: frozenset(map(str.upper, _NUMBER.findall(one[1]))) for number, one in found if one}


def _quiet(hit: Hit, marked: dict[int, frozenset[str]]) -> bool:
    """Whether one of the lines of a place has the comment, for this number or for all."""
    lines = range(hit.line, max(hit.line, hit.last_line) + 1) if marked else ()
    return any(line in marked and (not marked[line] or f"B{hit.number[1:]}" in marked[line]) for line in lines)
