"""YAML whose lines stand too far to the left, written so that rapidyaml takes it.

YAML wants each line of a flow collection and of a quoted text indented further than what it belongs to (1.2.2, 7.3 and
7.4), closing brackets too. Other parsers let that pass, and people write it: an example in JSON below its key, the
brace that closes it right below the key. rapidyaml refuses. Line ends between the tokens of a flow collection mean no
more than spaces, so they become spaces; those in a text are folded, and the room that is left follows the text. Each
value stays at the byte offset that it had.
"""

from __future__ import annotations

import re
from typing import Any

_LARGEST = 16 * 2**20
_DEEPEST = 250  # libyaml looks at every open bracket for each token
_QUOTES = ('"', "'")
_LINE_END = re.compile(r"(\\*)([ \t]*(?:\r\n?|\n)[ \t]*)")
_BLANK_LINE = re.compile(r"(?:\r\n?|\n)[ \t]*[\r\n]")


def joined(text: bytes) -> bytes | None:
    """The text with every flow collection and quoted text on one line, as long as before; None without any to join.

    Also None where the text is no YAML for libyaml either, or too large or too deep to look at.
    """
    import yaml

    if len(text) > _LARGEST:
        return None
    decoded = text.decode("utf-8")
    parts: list[str] = []
    copied = end = depth = 0
    try:
        for token in yaml.scan(decoded, Loader=yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):
            start = token.start_mark.index
            gap = decoded[end:start]  # white space and comments
            if depth > 0 and ("\n" in gap or "\r" in gap):
                parts += (decoded[copied:end], " " * len(gap.encode()))
                copied = start
            end = max(end, token.end_mark.index)
            if isinstance(token, yaml.ScalarToken) and (folded := _folded(token, decoded[start:end])):
                parts += (decoded[copied:start], folded)
                copied = end
            elif isinstance(token, yaml.FlowMappingStartToken | yaml.FlowSequenceStartToken):
                depth += 1
                if depth > _DEEPEST:
                    return None
            elif isinstance(token, yaml.FlowMappingEndToken | yaml.FlowSequenceEndToken):
                depth -= 1
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return "".join((*parts, decoded[copied:])).encode() if parts and depth == 0 else None


def _folded(token: Any, written: str) -> str | None:
    """A quoted text on one line (YAML 1.2.2, 6.5), with spaces behind; None where it stands on one, or has blanks."""
    if token.style not in _QUOTES or not ("\n" in written or "\r" in written) or _BLANK_LINE.search(written):
        return None

    def fold(found: re.Match[str]) -> str:
        slashes = found[1]
        if token.style == '"' and len(slashes) % 2 and found[2][0] in "\r\n":
            return slashes[:-1]  # an escaped line end is nothing at all
        return slashes + " "

    text = _LINE_END.sub(fold, written)
    return text + " " * (len(written) - len(text))
