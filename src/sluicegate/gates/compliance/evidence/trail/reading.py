"""The events of a file, one after the other, in whichever format it is; what cannot be read is told with its line."""

from __future__ import annotations

import csv
import io
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from gzip import BadGzipFile
from typing import Any

import msgspec
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.trail import cef
from sluicegate.gates.compliance.evidence.trail.sources import INFLATED, Content, chunks

LINE = 1 << 20
"""So many bytes one line has at the most."""

WHOLE = 64 << 20
"""So many bytes a file has that is one document, as CloudTrail's are."""

VALUES = 3_000_000
"""So many commas stand in one, since all of it is taken apart at once."""

_HEAD = 1 << 16

Event = dict[str, Any]
Bad = Callable[[int, str], None]
"""Takes a line that is no event, and why it is none; line 0 is the file."""

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder(order="sorted").encode
_DECODING = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Read(Struct, frozen=True):
    """An event: its line (counted from 1; in one document, which event it is), its bytes, and what they say."""

    line: int
    raw: bytes
    event: Event


def form_of(content: Content) -> str:
    """Which format a file is of, by how it begins. Raises GateError where that is none of ours."""
    head = _peeked(content)
    if not head.strip():
        return "jsonl"
    first = head.lstrip().splitlines()[0]
    if b"CEF:" in first[:512]:
        return "cef"
    packed = b"".join(head[:_HEAD].split())
    if packed.startswith((b'{"Records":', b'{"awsAccountId":')) or b'"digestS3Object":' in packed[:4096]:
        return "cloudtrail"
    if first[:1] in (b"{", b"["):
        return _of_json(packed)
    if b"," in first:
        return "csv"
    raise GateError("it is in no format that is known", 'say which one it is: format = "jsonl", "cef", "csv" …')


def _peeked(content: Content) -> bytes:
    try:
        return content.stream.peek(_HEAD)[:_HEAD].removeprefix(BOM_UTF8)
    except (EOFError, BadGzipFile, zlib.error):
        raise GateError("it is packed, and cut or damaged", "export it again") from None


def _of_json(packed: bytes) -> str:
    if b'"class_uid":' in packed:
        return "ocsf"
    if b"dmtf.org/cloud/audit" in packed:
        return "cadf"
    return "cloudtrail" if b'"eventSource":' in packed and b'"eventVersion":' in packed else "jsonl"


def events(content: Content, form: str, bad: Bad) -> Iterator[Read]:
    """The events of a file in their order. What is no event is given to `bad`, and the rest goes on."""
    try:
        if form == "csv":
            yield from _rows(content, bad)
        elif form == "cef":
            yield from _lines(content, bad, cef.event)
        elif is_document(content, form):
            yield from _members(content, bad)
        else:
            yield from _lines(content, bad, _object)
    except (EOFError, BadGzipFile, zlib.error):
        bad(0, "it is packed, and cut or damaged")


def _object(line: bytes) -> Event:
    try:
        found = _decode(line)
    except _DECODING:
        raise ValueError("is no JSON") from None
    if type(found) is not dict:
        raise ValueError("is no object of JSON")
    return found


def _lines(content: Content, bad: Bad, event: Callable[[bytes], Event]) -> Iterator[Read]:
    readline = content.stream.readline
    number = total = 0
    while line := readline(LINE + 1):
        number += 1
        total += len(line)
        ended = line.endswith(b"\n")
        if len(line) > LINE:
            bad(number, f"has more than {LINE >> 20} MiB")
            while not ended and total <= INFLATED and (line := readline(LINE)):
                ended = line.endswith(b"\n")
                total += len(line)
        else:
            line = line.strip() if number > 1 else line.removeprefix(BOM_UTF8).strip()
            if line:
                try:
                    yield Read(number, line, event(line))
                except ValueError as error:
                    bad(number, str(error) if ended else "is cut: it has no end")
        if content.packed and total > INFLATED:
            bad(number, f"ends what is read: more than {INFLATED >> 30} GiB come out of the file")
            return


def _rows(content: Content, bad: Bad) -> Iterator[Read]:
    text = io.TextIOWrapper(content.stream, encoding="utf-8-sig", newline="")
    pieces = _Pieces(text, INFLATED if content.packed else 0)
    rows = csv.reader(pieces, strict=True)
    try:
        header = next(rows, [])
        if twice := [name for at, name in enumerate(header) if name in header[:at]]:
            bad(1, f"has {len(twice)} names that are there twice, so that nobody can tell their columns apart")
            return
        for row in rows:
            pieces.row = 0
            if not row:
                continue
            if len(row) != len(header):
                bad(rows.line_num, f"has {len(row)} columns, and the first line has {len(header)}")
                continue
            event = dict(zip(header, row, strict=True))
            yield Read(rows.line_num, _encode(event), event)
    except csv.Error as error:
        bad(rows.line_num, f"is no CSV ({error}), and nothing after it was read")
    except UnicodeDecodeError:
        bad(rows.line_num + 1, "is no UTF-8, and nothing after it was read")
    finally:
        text.detach()  # the stream is not this one's to close


class _Pieces:
    """The lines of a text for the reader of CSV; a row that goes on and on over them is none, nor is a file."""

    def __init__(self, text: io.TextIOWrapper, most: int) -> None:
        self._text, self._most = text, most
        self.row = self._total = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(LINE)
        if not line:
            raise StopIteration
        self.row += len(line)
        self._total += len(line)
        if self.row > LINE:
            raise csv.Error(f"a row has more than {LINE >> 20} MiB")
        if self._most and self._total > self._most:
            raise csv.Error(f"more than {INFLATED >> 30} GiB come out of the file")
        return line


def is_document(content: Content, form: str) -> bool:
    """Whether a file is one document of JSON, and not one for each line."""
    head = b"".join(_peeked(content)[:64].split())
    return head.startswith((b"[", b'{"Records":')) or (form == "cloudtrail" and b'"eventVersion":' not in head)


def _members(content: Content, bad: Bad) -> Iterator[Read]:
    try:
        yield from members(whole(content), bad)
    except GateError as error:
        bad(0, error.message)


def whole(content: Content) -> bytes:
    """All of a file that is one document. Raises GateError where it is too large, or damaged."""
    try:
        return b"".join(chunks(content.stream, WHOLE))
    except (EOFError, BadGzipFile, zlib.error):
        raise GateError("it is packed, and cut or damaged") from None


def members(document: bytes, bad: Bad) -> Iterator[Read]:
    """The events of a document: a list, or `Records` as CloudTrail has them."""
    if document.count(b",") > VALUES:
        bad(0, f"it is one document of more than {VALUES:,} values: export it as JSON lines")
        return
    try:
        found: Any = msgspec.json.decode(document, type=list[msgspec.Raw] | dict[str, msgspec.Raw])
        if isinstance(found, dict):
            if "Records" not in found:
                bad(0, "it is a document without `Records`, so that no event is in it")
                return
            found = msgspec.json.decode(found["Records"], type=list[msgspec.Raw])
    except (*_DECODING, msgspec.ValidationError):
        bad(0, "it is no JSON, or cut")
        return
    for number, raw in enumerate(found, 1):
        line = bytes(raw)
        try:
            yield Read(number, line, _object(line))
        except ValueError as error:
            bad(number, str(error))
