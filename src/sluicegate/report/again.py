"""The command that shows something again: whether a text is one of ours, which a reader may paste into a shell."""

from __future__ import annotations

import re

_OURS = "sluicegate"
_STRUCK = "***"

# as shlex.join writes words: bare where nothing in them means anything to a shell, else in single quotes. One character
# at a time, so that no text takes longer than its length.
_WORD = r"""(?:[A-Za-z0-9_@%+=:,./-]|\*\*\*|'[^']*'|"'")+"""
_COMMAND = re.compile(rf"([a-z*]{{3,30}})(?: {_WORD})*")


def is_ours(text: str) -> bool:
    """Whether a text is one call of Sluicegate whose words a shell takes as they stand.

    `***` may stand anywhere in it, in the place of a secret.
    """
    found = _COMMAND.fullmatch(text)
    if found is None:
        return False
    # a secret may be as short as a letter, and is struck from our own name too
    return found[1] == _OURS or (
        _STRUCK in found[1] and re.fullmatch(".+".join(map(re.escape, found[1].split(_STRUCK))), _OURS) is not None
    )
