"""A trail read once: every fact of it that a control may ask for, in memory that does not grow with it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from gzip import BadGzipFile
from typing import Any

import msgspec
from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.trail import cloudtrail, nouns, reading, sources
from sluicegate.gates.compliance.evidence.trail.anchors import Anchor, Watch
from sluicegate.gates.compliance.evidence.trail.chain import Chain
from sluicegate.gates.compliance.evidence.trail.clocks import Clock
from sluicegate.gates.compliance.evidence.trail.sample import Sample
from sluicegate.gates.compliance.evidence.trail.sequence import Sequence as Numbers
from sluicegate.gates.compliance.evidence.trail.sources import Content, Files, Source
from sluicegate.gates.compliance.items import digest_of
from sluicegate.gates.compliance.trails import Trail
from sluicegate.text import shorten

GROUPS = 10_000
"""So many actions are told apart."""

LONGEST = 200
"""So many characters of an action count."""

BAD = 3
"""So many lines that are no events are told one by one."""

OTHERS = "(other actions)"
_LARGEST_KEY = 1 << 20


class Group(Struct, kw_only=True):
    """Events of one action that lack the same: how many, and where the first stands."""

    file: str
    line: int
    events: int = 0


class Unread(Struct, frozen=True, kw_only=True):
    """A line that is no event, or a file that could not be read (line 0), and why."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.why}" if self.line else f"{self.file}: {self.why}"


class Verified(Struct, kw_only=True):
    """What is known of a trail once it was read. `groups` are by action and by what is missing in it."""

    trail: Trail
    form: str
    names: dict[str, tuple[str, ...]]
    chain: Chain
    numbers: Numbers
    clock: Clock
    watch: Watch
    sample: Sample
    sources: list[Source]
    events: int = 0
    groups: dict[tuple[str, int], Group] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    unread_count: int = 0
    files: dict[str, str] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)
    first: str = ""
    last: str = ""
    digests: list[cloudtrail.Digest] = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    walked: cloudtrail.Walked | None = None

    @property
    def sha256(self) -> str:
        """Of the one file as it lies there; of several, over their names and hashes."""
        return next(iter(self.files.values())) if len(self.files) == 1 else digest_of(sorted(self.files.items()))

    @property
    def actions(self) -> dict[str, int]:
        """How often each action is there."""
        found: dict[str, int] = {}
        for (action, _), group in self.groups.items():
            found[action] = found.get(action, 0) + group.events
        return found

    def group(self, key: tuple[str, int], file: str, line: int) -> Group:
        """A new group, or that of all the actions for which there is no room."""
        wanted = key if len(self.groups) < GROUPS else (OTHERS, key[1])
        return self.groups.setdefault(wanted, Group(file=file, line=line))

    def bad(self, file: str, line: int, why: str) -> None:
        """A line that is no event."""
        self.unread_count += 1
        if len(self.unread) < BAD:
            self.unread.append(Unread(file=file, line=line, why=why))


def missing(mask: int) -> list[str]:
    """What a group lacks, by its mask."""
    return [noun for at, noun in enumerate(nouns.JUDGED) if mask & (1 << at)]


def verified(trail: Trail, files: Files, *, now: float, anchors: Sequence[Anchor] = ()) -> Verified:
    """Read a trail. Raises GateError where there is nothing to read, or it is in no format that is known."""
    found, without = files.of(trail.files, trail.archive)
    if not found:
        raise GateError(f"no file fits {', '.join(trail.files)}", "export the trail, or correct `files`")
    form = trail.format if trail.format != "auto" else _form(found)
    names = nouns.names(form, trail.fields)
    known = Verified(
        trail=trail,
        form=form,
        names=names,
        chain=Chain(hash_at=_path(names, "hash"), previous_at=_path(names, "previous")),
        numbers=Numbers(),
        clock=Clock(now=now, ordered=trail.order == "written" and form != "cloudtrail"),
        watch=Watch(anchors),
        sample=Sample(trail.sample, trail.name),
        sources=found,
    )
    for pattern in without:
        known.bad(pattern, 0, "no file fits it")
    for source in found:
        try:
            _read(known, source)
        except GateError as error:
            known.bad(source.shown, 0, error.message)
    known.numbers.end()
    if form == "cloudtrail" and known.digests:
        known.walked = cloudtrail.walk(
            known.digests, known.logs, _keys(trail, files), lambda name: _beside(files, name)
        )
    return known


def _path(names: dict[str, tuple[str, ...]], noun: str) -> tuple[str, ...]:
    told = names.get(noun, ())
    return tuple(told[0].split(".")) if told else ()


def _form(found: Sequence[Source]) -> str:
    """The format of the first file that has something in it."""
    form = "jsonl"
    for source in found:
        content = sources.content(source)
        try:
            if content.stream.peek(1):
                return reading.form_of(content)
        except (EOFError, BadGzipFile, zlib.error):
            continue  # told when it is read
        except GateError as error:
            raise GateError(f"{source.shown}: {error.message}", error.hint) from None
        finally:
            content.close()
    return form


def _keys(trail: Trail, files: Files) -> list[Any]:
    from sluicegate.gates.compliance.evidence.trail.rsa import keys

    if not trail.public_key:
        return []
    data = files.read(trail.public_key, _LARGEST_KEY)
    if data is None:
        raise GateError(f"there is no file {trail.public_key}", "name the public key of the digests: public-key")
    return list(keys(data))


def _beside(files: Files, name: str) -> str:
    return (files.read(f"{name}.signature", 1 << 14) or b"").decode("ascii", "replace").strip()


def _read(known: Verified, source: Source) -> None:
    content = sources.content(source)
    shown = source.shown

    def bad(line: int, why: str) -> None:
        known.bad(shown, line, why)

    try:
        if known.form == "cloudtrail" and reading.is_document(content, known.form):
            found = _of_document(known, source, content, bad)
        else:
            found = reading.events(content, known.form, bad)
        _take(known, source, found)
        known.files[source.name] = content.drained()
    except OSError as error:
        raise GateError(f"it cannot be read: {error.strerror or error}") from error
    finally:
        content.close()


def _of_document(known: Verified, source: Source, content: Content, bad: reading.Bad) -> Iterator[reading.Read]:
    """The events of one of CloudTrail's log files, whose hash is kept; a digest file has none, and is kept whole."""
    whole = reading.whole(content)
    sha256 = hashlib.sha256(whole).hexdigest()
    if b'"digestS3Object"' in whole[: 1 << 16]:
        said = msgspec.json.decode(whole) if _is_json(whole) else None
        if isinstance(said, dict):
            known.digests.append(cloudtrail.Digest(name=source.name, shown=source.shown, sha256=sha256, said=said))
        else:
            bad(0, "it is a digest file, and cut or damaged")
        return iter(())
    known.logs[source.name.rpartition("/")[2].removesuffix(".gz")] = sha256
    return reading.members(whole, bad)


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _words(value: Any) -> str:
    """What is no text as one; numbers of thousands of digits have none."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return "(a value that has no words)"


def _is_nothing(value: Any) -> bool:
    """Whether what is false says nothing at all: a number and a no do say something."""
    return not isinstance(value, bool | int | float)


def _take(known: Verified, source: Source, found: Iterator[reading.Read]) -> None:
    """Every event of a file, in one go; this is what a trail of millions waits for."""
    shown, archived = source.shown, source.archived
    chain, numbers, clock, watch, sample = known.chain, known.numbers, known.clock, known.watch, known.sample
    looks = [nouns.look(known.names.get(noun, ())) for noun in nouns.JUDGED]
    asked = [(1 << at, known.names.get(noun, ()), looks[at]) for at, noun in enumerate(nouns.JUDGED)]
    flat = [(bit, paths[0]) for bit, paths, _ in asked if len(paths) == 1 and "." not in paths[0]]
    bits = [(bit, look) for bit, paths, look in asked if len(paths) != 1 or "." in paths[0]]
    look_action, look_at = looks[nouns.JUDGED.index("action")], looks[nouns.JUDGED.index("at")]
    at_bit = 1 << nouns.JUDGED.index("at")
    look_id, look_sequence = (nouns.look(known.names.get(noun, ())) for noun in ("id", "sequence"))
    groups, update, count = known.groups, known.digest.update, known.events
    identify = numbers.ids.take
    succeeds = known.form == "cloudtrail"  # what failed has an error code, and all else succeeded
    for each in found:
        line, raw, event = each.line, each.raw, each.event
        count += 1
        if succeeds and "errorCode" not in event:
            event["outcome"] = "success"
        mask = 0
        get = event.get
        for bit, name in flat:  # as most trails have it, in a third of the time
            if not (said := get(name)) and _is_nothing(said):
                mask |= bit
        for bit, look in bits:
            if not (said := look(event)) and _is_nothing(said):
                mask |= bit
        if clock.take(look_at(event), shown, line, archived=archived) is None:
            mask |= at_bit
        action = look_action(event)
        if type(action) is not str:
            action = "" if action is None else _words(action)
        key = (action if len(action) < LONGEST else shorten(action, LONGEST), mask)
        (groups.get(key) or known.group(key, shown, line)).events += 1
        sequence = look_sequence(event)
        numbers.take(sequence, shown, line)
        identity = look_id(event)
        if sequence is None and identity is not None:
            identify(identity if type(identity) is str else _words(identity), shown, line)
        if count == sample.next:
            sample.take(count, shown, line, event, len(raw))
        try:
            made = chain.take(event, shown, line)
        except (OverflowError, msgspec.MsgspecError, RecursionError):
            known.bad(shown, line, "has a value that has no canonical form, so that its hash cannot be made")
            made = ""
        if not made:  # what is in a chain is held by its hash
            update(raw)
            update(b"\n")
        if count == 1:
            known.first = chain.last or hashlib.sha256(raw).hexdigest()
        watch.passed(count, made, known.digest)
    known.events = count
    known.last = chain.last
