"""Tags and anchors that pile up before one node, found before rapidyaml reads the text.

rapidyaml keeps two tags and two anchors that wait for their node, and writes a third past the end (its versions up to
0.15.2 do). YAML allows one of each per node, thus two in a row: those of a mapping and those of its first key. What
cannot be told from text without parsing is refused: this errs towards a refusal, and takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from sluicegate.openapi.document import MalformedError

_MOST = 2
_LARGEST_SCANNED = 4 << 20
_PROPERTY = re.compile(rb"(?<![^\s,\[\]{}\"':?>-])[!&]")
_CHUNK = re.compile(rb"\S++")
_NOTHING = re.compile(rb"(?:[\s:?-]++|(?<!\S)#[^\n]*+)*+")
_INDICATORS = re.compile(rb"[:?-]*+")
_WORD = re.compile(rb"[\"']?(?!\.\.\.)[^-?:,\[\]{}#&*!|>'\"%@`\s][^,\[\]{}\"'\s]*+(?<!:)")
_ENDS_PLAIN = re.compile(rb"[,\[\]{}\"']|:\Z|\A#")
_FIRST_COMMENTS = re.compile(rb"\A(?:[^\S\n]*+(?:#[^\n]*+)?\n)*+")
_QUOTED = re.compile(
    rb"(^[ \t]*+(?:[-?][ \t]++)*+|[,\[{]\s*+|:[ \t]++|(?<=[\"']):[ \t]*+)"
    rb"(\"(?:[^\"\\\n]|\\[^\n])*+\"|'(?:[^'\n]|'')*+')",
    re.MULTILINE,
)
_OTHER_QUOTE = re.compile(rb"\"|(?<![a-zA-Z])'|'(?![a-zA-Z])")
_COMMA_IN_COMMENT = re.compile(rb"^[^#\n]*+#[^\n]*[,\[{][ \t]*$", re.MULTILINE)
_AT_LINE_START = re.compile(rb"(?<![,\[{\s])\s*\n[ \t]*(?:[-?][ \t]+)*\0|\A[ \t]*\0")


class _Waiting(Struct):
    """How many tags and anchors may wait. `asked`: a `?` came after them, and rapidyaml may keep them past its key."""

    tags: int = 0
    anchors: int = 0
    asked: bool = False

    def add(self, sign: bytes) -> int:
        if sign == b"!":
            self.tags += 1
            return self.tags
        self.anchors += 1
        return self.anchors


def check_properties(text: bytes) -> None:
    """Raise MalformedError where three tags, or three anchors, may wait for one node."""
    folded = text.replace(b"\r", b"\n")
    try:
        _check(folded)
    except MalformedError:
        emptied = _without_quoted(folded)
        try:
            if emptied is None:
                raise
            _check(emptied)
        except MalformedError:
            if not _harmless(text):
                raise


def _harmless(text: bytes) -> bool:
    """Whether a real scanner sees that what looks like tags stands in text, such as `&nbsp; &nbsp; &nbsp;`."""
    import yaml

    if len(text) > _LARGEST_SCANNED:
        return False
    waiting = _Waiting()
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):
            if isinstance(token, yaml.TagToken | yaml.AnchorToken):
                if waiting.add(b"!" if isinstance(token, yaml.TagToken) else b"&") > _MOST:
                    return False
            elif isinstance(token, yaml.KeyToken) and token.end_mark.index > token.start_mark.index:
                return False  # a `?`, past which rapidyaml may keep what waits
            elif isinstance(token, yaml.ScalarToken | yaml.AliasToken):
                waiting = _Waiting()
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    return True


def _without_quoted(text: bytes) -> bytes | None:
    """The text with an x for each byte in quotes; None where it is not beyond doubt what the quotes enclose."""
    text = _FIRST_COMMENTS.sub(lambda found: b" " * len(found[0]), text)
    emptied = _QUOTED.sub(lambda found: found[1] + b"\0" + b"x" * (len(found[2]) - 2) + b"\0", text)
    if _OTHER_QUOTE.search(emptied) or _COMMA_IN_COMMENT.search(emptied):
        return None
    if _AT_LINE_START.search(emptied):  # in a flow that goes on, this may be in the midst of plain text
        for line in emptied.split(b"\n"):
            before = line.partition(b"#")[0]
            opened = sum(map(before.count, (b"[", b"{"))) - sum(map(before.count, (b"]", b"}")))
            if opened:
                return None
    return emptied.replace(b"\0", b'"')


def _check(text: bytes) -> None:
    waiting = _Waiting()
    done = 0
    for at in _properties(text):
        if at < done:
            continue
        start = text.rfind(b"\n", done, at) + 1 or done
        if not waiting.asked and not _NOTHING.fullmatch(text, done, start):
            waiting = _Waiting()
        done = text.find(b"\n", at) + 1 or len(text)
        _check_line(text, start, done, waiting)


def _properties(text: bytes) -> Iterator[int]:
    """Where what may be a tag or an anchor begins; a search for the signs takes a tenth of one for the expression."""
    tag, anchor = text.find(b"!"), text.find(b"&")
    while tag >= 0 or anchor >= 0:
        at = tag if anchor < 0 or 0 <= tag < anchor else anchor
        if _PROPERTY.match(text, at):
            yield at
        if at == tag:
            tag = text.find(b"!", at + 1)
        else:
            anchor = text.find(b"&", at + 1)


def _check_line(text: bytes, start: int, end: int, waiting: _Waiting) -> None:
    """Count on through one line; `waiting` is what waits before it and, afterwards, behind it."""
    in_text = kept = False
    for found in _CHUNK.finditer(text, start, end):
        chunk = found[0]
        if in_text and not _ENDS_PLAIN.search(chunk):
            continue
        in_text = False
        first = _PROPERTY.search(chunk)
        kept = kept or waiting.asked or chunk.startswith(b"#")  # what looks like a comment may be none
        before = chunk[: first.start()] if first else chunk
        if not kept and not _INDICATORS.fullmatch(before):
            waiting.tags = waiting.anchors = 0
            in_text = first is None and _WORD.fullmatch(chunk) is not None
        waiting.asked |= b"?" in before and waiting.tags + waiting.anchors > 0
        for one in _PROPERTY.finditer(chunk):
            if waiting.add(one[0]) > _MOST:
                what = "tags" if one[0] == b"!" else "anchors"
                raise MalformedError(
                    f"not YAML: {_MOST + 1} {what} in a row, and a node takes one",
                    found.start() + one.start(),
                    f"Keep one of the {what}, or quote the text that holds the `{one[0].decode()}`.",
                )
        waiting.asked |= first is not None and b"?" in chunk[first.start() :]
        kept = kept or b"!<" in chunk  # a verbatim tag may hold anything
