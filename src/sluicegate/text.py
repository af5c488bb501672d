"""Foreign text made safe to carry: what is invisible or not encodable is spelt out."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
"""Marks of the order of bytes; that of UTF-32 begins like that of UTF-16."""

# C0 (but tab and newline), DEL, C1, line separators, bidirectional and zero-width controls, surrogates, noncharacters.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
    + "]"
)


def encoding(content: bytes) -> str:
    """The encoding that the first bytes mark, whatever the document says of itself; "" where they mark none."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), "")


def _spelt(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the widths of the escapes


def visible(text: str) -> str:
    """Spell out every control, bidirectional, surrogate and noncharacter code point; tab and newline stay."""
    # none of them is printable, and most texts are all printable, which is quickly known
    if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return _UNSAFE.sub(_spelt, text)


def one_line(text: str) -> str:
    """The same as `visible`, with every run of white space as one space."""
    if text.isprintable() and "  " not in text and text == text.strip(" "):
        return text  # as nearly always: no other white space is printable
    return " ".join(visible(text).split())


def command_line(text: str) -> str:
    """A command on one line, with the white space that is part of its words as it stands."""
    return visible(text) if "\n" not in text and "\t" not in text else one_line(text)


def as_argument(path: str) -> str:
    """The name of a file as a word of a command, which nobody takes for an option, whatever else follows."""
    return f"./{path}" if path.startswith("-") else path


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, the cut shown by an ellipsis."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def plural(count: int, noun: str) -> str:
    """`1 operation`, `2 operations`, `1,204 properties`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{count:,} {noun}s"


_ANSI = r"(?:\x1b\[[0-9;]*m)"
_COMMAND = re.compile(rf"^((?:{_ANSI}|[^\S\n])*)(?=:{_ANSI}*:)", re.MULTILINE)
_LEGACY = re.compile(rf"#({_ANSI}*#)(?=(?:{_ANSI}|\w)*\[)")


def disarm(text: str) -> str:
    """The same lines, none of which a runner takes for a command: a backslash stands where one would begin.

    GitHub trims white space before `::` and finds `##[` anywhere in a line, as Azure Pipelines does with `##vso[` and
    TeamCity with `##teamcity[`. Colours may stand between.
    """
    return _LEGACY.sub(r"#\\\1", _COMMAND.sub(r"\1\\", text))


def inert(text: str) -> str:
    """Visible text in which no line can be taken for a workflow command."""
    return disarm(visible(text))
