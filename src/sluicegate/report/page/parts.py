"""Small pieces of HTML out of foreign text: a sentence, a command."""

from __future__ import annotations

from sluicegate.markup import escape
from sluicegate.text import one_line

COPY = '<button type="button" data-copy data-script hidden aria-label="Copy the command">Copy</button>'
"""Hidden until a script is there to copy."""


def prose(text: str) -> str:
    """A sentence, with what stands between backticks as code."""
    parts = one_line(text).split("`")
    if len(parts) % 2 == 0:  # the last backtick has no partner
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(f"<code>{escape(part)}</code>" if at % 2 else _kept(part) for at, part in enumerate(parts))


def command(text: str, button: str = "") -> str:
    """A command, with its button where there is one."""
    return f'<div class="command"><code>{escape(text)}</code>{button}</div>'


def _kept(part: str) -> str:
    """Escaped text with the spaces at its ends, which part it from the code beside it."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and part.strip() else ""
    return f"{before}{escape(part)}{after}"
