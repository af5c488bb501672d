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
    lines: dict[str, list[str]] = {}
    kept = []
    for hit in scan.hits:
        if hit.path not in lines:
            lines[hit.path] = laid.text(hit.path).split("\n")
        if _quiet(hit, lines[hit.path]):
            scan.quiet[hit.path] += 1
        else:
            kept.append(hit)
    scan.hits = kept
    return scan


def _quiet(hit: Hit, lines: list[str]) -> bool:
    """Whether one of the lines of a place has the comment, for this number or for all."""
    for line in lines[hit.line - 1 : max(hit.line, hit.last_line)]:
        found = _COMMENT.search(line)
        if not found:
            continue
        numbers = {number.upper() for number in _NUMBER.findall(found[1])}
        if not numbers or f"B{hit.number[1:]}" in numbers:
            return True
    return False
