"""A command in HTML."""

from __future__ import annotations

from sluicegate.markup import escape

COPY = '<button type="button" data-copy data-script hidden aria-label="Copy the command">Copy</button>'
"""Hidden until a script is there to copy."""


def command(text: str, button: str = "") -> str:
    """A command, with its button where there is one."""
    return f'<div class="command"><code>{escape(text)}</code>{button}</div>'
