"""Foreign text made inert in Markdown and in HTML: it reads the same, and does nothing; and the policy of a page."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from importlib import resources

from sluicegate.text import one_line, shorten

_MARKUP = re.compile(r"[\\`*_\[\]|~$#!()]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# What GitHub turns into something else after Markdown: mentions, issue references, addresses, emoji, commit and GH-1.
# A zero-width space parts it, as Renovate and Dependabot do in text that they quote; and it parts a `::` that may come
# to stand at the start of a line, which is a command where a job prints the page.
_LINKED = r"@(?=\w)|:(?=//)|(?i:\bwww(?=\.)|\b(?:mailto|xmpp):)"
_ACTIVE_IN_CODE = re.compile(_LINKED)
_ACTIVE = re.compile(rf"{_LINKED}|^:(?=:)|\\#(?=\w)|:(?=[\w+-]+:)|(?i:\bGH-(?=\d))")
_PART = "&#8203;"


def look() -> str:
    """What every page of ours looks like (CSS): colours by day and by night, type, cards and badges."""
    return resources.files("sluicegate").joinpath("markup.css").read_text("utf-8")


def inert(text: str, limit: int = 2_000) -> str:
    """Foreign text on one line of Markdown."""
    return _ACTIVE.sub(_parted, _plain(text, limit))


def code(text: str, limit: int = 500) -> str:
    """Foreign text in the type of code; an HTML element, since a code span cannot hold every text in a table.

    GitHub looks for addresses there, but not for issues or emoji: `a.yaml:120:7` can be copied as it is.
    """
    return f"<code>{_ACTIVE_IN_CODE.sub(_parted, _plain(text, limit))}</code>" if text.strip() else ""


def span(text: str, limit: int = 2_000) -> str:
    """Foreign text as a code span (CommonMark 6.1), outside of tables: one that also reads well unrendered."""
    told = shorten(one_line(text), limit)
    if not told:
        return ""
    fence = "`" * (1 + max((len(ticks) for ticks in re.findall("`+", told)), default=0))
    # one space on both sides is taken off by readers; it parts the text's own backticks from the fence
    space = " " if told.startswith("`") or told.endswith("`") else ""
    return f"{fence}{space}{told}{space}{fence}"


def prose(text: str, limit: int = 2_000) -> str:
    """A sentence on one line of Markdown: what stands between backticks as code, all of it inert."""
    parts = shorten(one_line(text), limit).split("`")
    if len(parts) % 2 == 0:  # the last backtick has no partner
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(code(part, limit) if number % 2 else _kept(part, limit) for number, part in enumerate(parts))


def _kept(part: str, limit: int) -> str:
    """Inert text with the spaces at its ends, which part it from the code beside it."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and part.strip() else ""
    return f"{before}{inert(part, limit)}{after}"


def escape(text: str, limit: int = 2_000) -> str:
    """Foreign text on one line of HTML, in an element or a quoted attribute; no runner finds a command in it."""
    return html.escape(shorten(one_line(text), limit).replace("#", "\0")).replace("\0", "&#35;")


def sentence(text: str) -> str:
    """A sentence of HTML, with what stands between backticks as code."""
    parts = one_line(text).split("`")
    if len(parts) % 2 == 0:  # the last backtick has no partner
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(f"<code>{escape(part)}</code>" if at % 2 else _spaced(part) for at, part in enumerate(parts))


def _spaced(part: str) -> str:
    """Escaped text with the spaces at its ends, which part it from the code beside it."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and part.strip() else ""
    return f"{before}{escape(part)}{after}"


def policy(style: str, script: str) -> str:
    """The policy (CSP) of a page that has one style and one script of its own, and asks the network for nothing."""
    own = f"style-src {_digest(style)}; script-src {_digest(script)}"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _plain(text: str, limit: int) -> str:
    """Text without a meaning in Markdown and HTML."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", shorten(one_line(text), limit).translate(_ENTITIES))


def _parted(found: re.Match[str]) -> str:
    return found[0] + _PART
