"""One line of ArcSight's Common Event Format (revision 25): seven parts of a header, then names with their values."""

from __future__ import annotations

import re
from typing import Any

_HEADER = ("version", "vendor", "product", "product_version", "signature", "name", "severity")
_BAR = re.compile(r"(?<!\\)(?:\\\\)*\|")
_NAME = re.compile(r"(?:^|(?<=\s))([A-Za-z][\w.\[\]]*)=")
_ESCAPES = {"\\\\": "\\", "\\|": "|", "\\=": "=", "\\n": "\n", "\\r": "\r"}
_ESCAPE = re.compile(r"\\[\\|=nr]")


def event(line: bytes) -> dict[str, Any]:
    """What a line says, the parts of its header beside the names of its extension. Raises ValueError."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("is no UTF-8") from None
    start = text.find("CEF:")
    if start < 0:
        raise ValueError("is no event in CEF")
    parts, rest = _divided(text[start + 4 :])
    if len(parts) < len(_HEADER):
        raise ValueError("is no event in CEF: its header has less than seven parts")
    found = {name: _plain(part) for name, part in zip(_HEADER, parts, strict=True)}
    names = list(_NAME.finditer(rest))
    for at, name in enumerate(names):
        end = names[at + 1].start() if at + 1 < len(names) else len(rest)
        found[name[1]] = _plain(rest[name.end() : end].rstrip())
    return found


def _divided(text: str) -> tuple[list[str], str]:
    """The seven parts of the header, and what follows."""
    parts: list[str] = []
    start = 0
    for bar in _BAR.finditer(text):
        parts.append(text[start : bar.end() - 1])
        start = bar.end()
        if len(parts) == len(_HEADER):
            break
    return parts, text[start:]


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES[found[0]], text) if "\\" in text else text
