"""Samples of logs: planted values in them, values that look like somebody's, and the names of their fields."""

from __future__ import annotations

import contextlib
import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct, field

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.items import Asking, Gathered, Item, digest_of, none
from sluicegate.gates.compliance.personal import canaries as planted
from sluicegate.gates.compliance.personal import presidio
from sluicegate.gates.compliance.personal.covered import trace
from sluicegate.gates.compliance.personal.detectors import found
from sluicegate.gates.compliance.personal.samples import PIECE, Log, logs, pieces
from sluicegate.model import Location, Outcome, Undecided

_MOST = 1000
_EXAMPLES = 3
_ASKED = 128 << 10
_DEEPEST = 8
_END = re.compile("\n")
_LOGFMT = re.compile(r"(?:^|\s)([A-Za-z_][\w.-]{0,63})=(\"[^\"\n]{0,200}\"|[^\s\"]{1,200})")


class Hit(Struct, kw_only=True):
    """A value that looks like somebody's, told once for a log however often it is there."""

    kind: str
    masked: str
    reserved: bool
    line: int | None
    count: int = 1


class Scan(Struct, kw_only=True):
    """What was seen of a log; `rest` says why not all of it was."""

    path: str
    digest: str = ""
    looked: int = 0
    lines: int = 0
    hits: dict[tuple[str, str], Hit] = field(default_factory=dict)
    canaries: dict[tuple[str, str], int | None] = field(default_factory=dict)
    fields: dict[str, tuple[int | None, list[str]]] = field(default_factory=dict)
    rest: list[Undecided] = field(default_factory=list)
    more: set[str] = field(default_factory=set)


def scans(asking: Asking) -> tuple[list[Scan], tuple[Undecided, ...]]:
    """Every log looked at once, and why some of them were not, or not whole. Raises GateError."""
    memo, key = asking.context.memo, ("compliance logs", asking.context.past)
    if key not in memo:
        birds = planted.canaries(asking.context.head, asking.settings.canaries)
        read = [_scan(log, birds, asking.settings.log_sample << 20) for log in logs(asking)]
        memo[key] = ([each for each in read if each.looked or not each.rest], tuple(w for r in read for w in r.rest))
    found: tuple[list[Scan], tuple[Undecided, ...]] = memo[key]
    return found


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each log, and for each value in it that looks like somebody's: an advice, since nobody planted it."""
    if not asking.settings.logs:
        yield from _unnamed("logs")
        return
    seen, rest = scans(asking)
    items = {each.key: each for scan in seen for each in _items(scan)}
    if asking.settings.presidio:
        others, why = _second_opinion(asking)
        items |= {each.key: each for each in others if each.key not in items}
        rest = (*rest, *why)
    yield Gathered(
        subject="logs",
        query=f"detectors over {', '.join(asking.settings.logs)}",
        sha256=digest_of([scan.digest for scan in seen]),
        items=tuple(items.values()),
        lacking=rest,
    )


def canaries(asking: Asking) -> Iterator[Gathered]:
    """An item for each canary and each log, with the forms in which it stands there."""
    if not asking.settings.logs:
        yield from _unnamed("canaries")
        return
    if not asking.settings.canaries:
        yield from none(
            "canaries",
            "planted values in logs",
            Outcome.NOT_TESTED,
            "no canary is declared, so that nothing can be looked for with certainty",
            "plant values of made-up people in the system that writes the logs, and name them: [compliance] canaries",
        )
        return
    seen, rest = scans(asking)
    names = [each.name for each in planted.canaries(asking.context.head, asking.settings.canaries)]
    yield Gathered(
        subject="canaries in logs",
        query=f"the forms of {len(names)} planted values in {', '.join(asking.settings.logs)}",
        sha256=digest_of([scan.digest for scan in seen]),
        items=tuple(_canary(scan, name) for scan in seen for name in names),
        lacking=rest,
    )


def _unnamed(subject: str) -> Iterator[Gathered]:
    return none(
        subject,
        "samples of logs",
        Outcome.NOT_TESTED,
        "no sample of logs is named",
        'take one from a system that ran its tests, and name it: [compliance] logs = ["logs/*.jsonl"]',
    )


# -- items -------------------------------------------------------------------------------------------------------------


def _items(scan: Scan) -> Iterator[Item]:
    yield Item(
        key=(scan.path,),
        data={"what": "log", "path": scan.path, "lines": scan.lines, "kind": "", "masked": "", "reserved": True,
              "count": 0},
        location=Location(path=scan.path),
    )  # fmt: skip
    for (kind, digest), hit in scan.hits.items():
        yield Item(
            key=(scan.path, kind, digest),
            data={"what": "value", "path": scan.path, "lines": 0, "kind": kind, "masked": hit.masked,
                  "reserved": hit.reserved, "count": hit.count},
            location=Location(path=scan.path, line=hit.line),
        )  # fmt: skip


def _canary(scan: Scan, name: str) -> Item:
    forms = {form: line for (canary, form), line in scan.canaries.items() if canary == name}
    lines = [line for line in forms.values() if line]
    return Item(
        key=(scan.path, name),
        data={"canary": name, "path": scan.path, "forms": sorted(forms), "found": bool(forms)},
        location=Location(path=scan.path, line=min(lines, default=None)),
    )


# -- Presidio ----------------------------------------------------------------------------------------------------------


def _second_opinion(asking: Asking) -> tuple[list[Item], list[Undecided]]:
    """What Presidio says of the beginning of each log, which takes it a hundred times as long as it takes us."""
    texts: dict[str, str] = {}
    whole = True
    for log in logs(asking):
        if not log.trouble:
            with contextlib.suppress(UnreadableError, StopIteration):  # told when all of it was looked at
                content = next(pieces(log, 1)).content
                texts[log.shown] = content[:_ASKED].decode("utf-8", "replace")
                whole &= len(content) <= _ASKED
    said = presidio.ask(list(texts.values()))
    if said.error:
        hint = "pip install presidio-analyzer beside Sluicegate, or leave [compliance] presidio out"
        return [], [Undecided(outcome=Outcome.NOT_TESTED, reason=said.error, hint=hint)]
    lacking = [] if whole else [f"Presidio was asked about the first {_ASKED // 1024} KiB of each log"]
    if not said.model:
        lacking.append("Presidio has no model of spaCy for English, without which it finds no names and places")
    items = [
        _value(path, presidio.KINDS[kind], text[start:end], text.count("\n", 0, start) + 1)
        for (path, text), found_there in zip(texts.items(), said.found, strict=True)
        for kind, start, end in found_there
        if kind in presidio.KINDS
    ]
    return items, [Undecided(outcome=Outcome.NOT_TESTED, reason=reason) for reason in lacking]


def _value(path: str, kind: str, value: str, line: int) -> Item:
    return Item(
        key=(path, kind, trace(value)),
        data={"what": "value", "path": path, "lines": 0, "kind": kind, "masked": f"{kind}, as Presidio has it",
              "reserved": False, "count": 1},
        location=Location(path=path, line=line),
    )  # fmt: skip


# -- looking -----------------------------------------------------------------------------------------------------------


def _scan(log: Log, birds: list[planted.Canary], most: int) -> Scan:
    scan = Scan(path=log.shown)
    if log.trouble:
        scan.rest.append(_errored(log.trouble))
        return scan
    digest = hashlib.sha256()
    try:
        size = log.size
        for piece in pieces(log, most):
            digest.update(piece.content)
            scan.looked += len(piece.content)
            _look(scan, piece.content, piece.line, birds)
    except (OSError, UnreadableError) as error:
        scan.rest.append(_errored(getattr(error, "message", None) or f"{log.shown} cannot be read: {error}"))
        return scan
    scan.digest = digest.hexdigest()
    for what in sorted(scan.more):
        reason = f"{log.shown} has more than {_MOST:,} {what}, and those after them are not told one by one"
        scan.rest.append(
            Undecided(outcome=Outcome.NOT_TESTED, reason=reason, hint="log less, or name fields otherwise")
        )
    packed = log.path.endswith(".gz")
    if (size > most and not packed) or (packed and scan.looked >= most):
        whole = "what is packed" if packed else f"{size // PIECE:,} MiB"
        scan.rest.append(
            Undecided(
                outcome=Outcome.NOT_TESTED,
                reason=f"{scan.looked // PIECE:,} MiB of {whole} in {log.shown} were looked at, drawn over all of it"
                if not packed
                else f"the first {scan.looked // PIECE:,} MiB of {whole} in {log.shown} were looked at",
                hint="[compliance] log-sample says how much is",
            )
        )
    return scan


def _errored(reason: str) -> Undecided:
    return Undecided(outcome=Outcome.ERRORED, reason=reason)


def _look(scan: Scan, content: bytes, first: int | None, birds: list[planted.Canary]) -> None:
    small = content.lower() if birds else b""
    for bird in birds:
        for form, at in bird.seen(content, small):
            line = None if first is None else first + content.count(b"\n", 0, at)
            scan.canaries.setdefault((bird.name, form), line)
    text = content.decode("utf-8", "replace")
    ends: list[int] = []
    for hit in found(text):
        key = (hit.kind, trace(text[hit.start : hit.end]))
        if known := scan.hits.get(key):
            known.count += 1
        elif len(scan.hits) < _MOST:
            ends = ends or [match.start() for match in _END.finditer(text)]
            line = None if first is None else first + bisect_left(ends, hit.start)
            scan.hits[key] = Hit(kind=hit.kind, masked=hit.masked, reserved=hit.reserved, line=line)
        else:
            scan.more.add("values that look like somebody's")
    for nth, one in enumerate(text.split("\n")):
        if one:
            scan.lines += 1
            _fields(scan, one, None if first is None else first + nth)


def _fields(scan: Scan, line: str, number: int | None) -> None:
    if line.startswith("{"):
        try:
            data = msgspec.json.decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
            return
        for name, value in _members(data, "", 0):
            _keep(scan, name, value, number)
        return
    for match in _LOGFMT.finditer(line):
        _keep(scan, match[1], match[2].strip('"'), number)


def _keep(scan: Scan, name: str, value: Any, number: int | None) -> None:
    if len(scan.fields) >= _MOST and name not in scan.fields:
        scan.more.add("names of fields")
        return
    if name not in scan.fields:
        hit = next(found(name), None)  # a name that is somebody's address is no name of a field
        name = f"({hit.kind})" if hit else name
    _, examples = scan.fields.setdefault(name, (number, []))
    if isinstance(value, (str, int)) and len(examples) < _EXAMPLES:
        examples.append(str(value)[:200])


def _members(data: Any, before: str, depth: int) -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict) and depth < _DEEPEST:
        for name, value in data.items():
            inner = f"{before}.{name}" if before else str(name)
            if isinstance(value, (dict, list)):
                yield from _members(value, inner, depth + 1)
            else:
                yield inner, value
    elif isinstance(data, list):
        for value in data[:20]:
            yield from _members(value, before, depth + 1)
