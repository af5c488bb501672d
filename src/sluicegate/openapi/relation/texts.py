"""What is said of strings beside their length, and of numbers by `format`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sluicegate.openapi.keywords import RANGES
from sluicegate.openapi.relation.bounds import near, within_format
from sluicegate.openapi.relation.demands import telling, texts_of, unread
from sluicegate.openapi.relation.languages import outside
from sluicegate.openapi.relation.steps import Difference, Effect, Want

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.relation.shape import Arm

_WIDER = {("int32", "int64"), ("float", "double"), ("int32", "double"), ("int8", "int32"), ("int16", "int32")}
"""Formats whose every value is one of the other's."""

TELLING = frozenset((
    "int32", "int64", "float", "double", "date", "date-time", "time", "duration", "email", "idn-email", "hostname",
    "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uuid", "json-pointer",
    "relative-json-pointer", "regex", "byte", "binary", "decimal", "int8", "int16", "uint8", "unixtime",
))  # fmt: skip
"""Formats that say which values are allowed; others (`password`, a house's own) are hints."""

_CONTENTS = {
    "binary": ("contentMediaType", "contentEncoding", ""),
    "byte": ("contentEncoding", "contentMediaType", "base64"),
}
"""Formats of OpenAPI 3.0 and the keyword that says it in 3.1, the one that must not stand there, and its value."""

_EVERYTHING = frozenset(("", ".*", "^.*", ".*$", "^", "$", "^[\\s\\S]*$", "[\\s\\S]*"))
_SAMPLES: dict[str, tuple[Any, ...]] = {
    "date": ("2026-02-03",), "date-time": ("2026-02-03T04:05:06Z",), "time": ("04:05:06Z",), "duration": ("P1D",),
    "email": ("a@example.com",), "hostname": ("example.com",), "ipv4": ("192.0.2.1",), "ipv6": ("2001:db8::1",),
    "uri": ("https://example.com/a",), "uuid": ("123e4567-e89b-42d3-a456-426614174000",), "json-pointer": ("/a",),
    "uri-reference": ("/a",), "regex": ("a",), "byte": ("YQ==",), "int64": (3000000000,), "int32": (1,),
    "double": (1e300, 0.5), "float": (0.5,),
}  # fmt: skip
SAMPLE_TEXTS = (
    "",
    "a",
    "A",
    "0",
    "abc",
    "ABC",
    "123",
    "a b",
    "-",
    "_",
    "é",
    "a-b",
    "a_b",
    "a.b",
    "/",
    "@",
    "aaaaaaaaaa",
)


def texts(before: Arm, after: Arm, common: frozenset[str]) -> Iterator[Difference]:
    """Where formats, patterns and encodings differ."""
    listed = before.values.keys() | after.values.keys()
    free = common & {"string", "integer", "number"} - (listed | ({"integer"} if "number" in listed else set()))
    if free and not _spelled(before, after) and not _spelled(after, before) and not _bounded(before, after):
        yield from _formats(before, after)
    if "string" in common and unread(before) != unread(after):
        olds, news = (_said(arm, "pattern") for arm in (before, after))
        yield _difference(before, after, "pattern", Effect.UNKNOWN, olds, news, ())
    elif "string" in free:
        yield from _patterns(before, after)
    if "string" in free:
        for word in ("contentEncoding", "contentMediaType"):
            if not any(_spelled(one, other) == word for one, other in ((before, after), (after, before))):
                yield from _word(before, after, word)


def samples(name: str) -> tuple[Any, ...]:
    """Some values of a format."""
    return _SAMPLES.get(name, ())


def _said(arm: Arm, word: str) -> dict[str, Any]:
    return {str(node.value): node for node in arm.stated.get(word, []) if isinstance(node.value, str)}


def _spelled(one: Arm, other: Arm) -> str:
    """The keyword by which `other` says what the format of `one` says: OpenAPI 3.1 has no formats for encodings."""
    formats = one.stated.get("format", ())
    if not formats or other.stated.get("format"):
        return ""
    for form, (word, other_word, said) in _CONTENTS.items():
        told = _said(other, word)
        if (
            told
            and all(node.value == form for node in formats)
            and not _said(one, word)
            and not _said(other, other_word)
        ):
            return word if said in ("", *told) else ""
    return ""


def _bounded(before: Arm, after: Arm) -> bool:
    """Whether one side says by bounds what the other says by a format of integers."""
    if bool(before.stated.get("format")) == bool(after.stated.get("format")):
        return False
    named = [str(node.value) for arm in (before, after) for node in arm.stated.get("format", ())]
    return all(name in RANGES for name in named) and all(
        within_format(before, low=low) == within_format(after, low=low) for low in (True, False)
    )


def _formats(before: Arm, after: Arm) -> Iterator[Difference]:
    olds, news = _said(before, "format"), _said(after, "format")
    lost = [old for old in olds if not any(_is_within(new, old) for new in news)]
    gained = [new for new in news if not any(_is_within(old, new) for old in olds)]
    told = [it in TELLING for it in (*lost, *gained)]
    if not any(told) and not (lost and gained):
        return  # a hint came or went: it allows and refuses nothing
    if lost and gained:
        effect = Effect.INCOMPARABLE if all(told) else Effect.UNKNOWN
    else:
        effect = Effect.NARROWED if gained else Effect.WIDENED
    old, new = next(iter((*lost, *olds)), ""), next(iter((*gained, *news)), "")
    tried = (*samples(old), *samples(new), "not a value of that format", 3000000000, 2**63, 0.5)
    yield _difference(before, after, "format", effect, olds, news, tuple(Want(kind="value", what=v) for v in tried))


def _is_within(one: str, other: str) -> bool:
    """Whether every value of a format is one of another, as far as is known."""
    return one == other or (one, other) in _WIDER


def _patterns(before: Arm, after: Arm) -> Iterator[Difference]:
    olds = {text: node for text, node in _said(before, "pattern").items() if text not in _EVERYTHING}
    news = {text: node for text, node in _said(after, "pattern").items() if text not in _EVERYTHING}
    if olds.keys() == news.keys():
        return
    lost = {it: outside(texts_of(after), it) for it in sorted(olds.keys() - news.keys())}
    gained = {it: outside(texts_of(before), it) for it in sorted(news.keys() - olds.keys())}
    certain = [any(it.text is not None for it in found.values()) for found in (lost, gained)]
    left = [[text for text, it in found.items() if it != (True, None)] for found in (lost, gained)]
    if not any(left):
        return
    effect = Effect.WIDENED if not left[1] else Effect.NARROWED
    if all(left):
        effect = Effect.INCOMPARABLE if all(certain) else Effect.UNKNOWN
    told = [
        want for asked, loose, strict in ((left[1], before, after), (left[0], after, before)) for text in asked
        for want in telling(texts_of(loose), texts_of(strict, but=text), text)
    ]  # fmt: skip
    wants = (*told, *(Want(kind="matching", what=text) for text in (*left[0], *left[1])),
             *(Want(kind="value", what=text) for text in SAMPLE_TEXTS))  # fmt: skip
    doubted = not any(certain) and bool(lost) and bool(gained) and not all(left)
    yield replace(_difference(before, after, "pattern", effect, olds, news, wants), doubted=doubted)


def _word(before: Arm, after: Arm, word: str) -> Iterator[Difference]:
    olds, news = _said(before, word), _said(after, word)
    if olds.keys() != news.keys():
        effect = Effect.INCOMPARABLE if olds and news else Effect.WIDENED if olds else Effect.NARROWED
        yield _difference(before, after, word, effect, olds, news, ())


def _difference(
    before: Arm, after: Arm, word: str, effect: Effect, olds: dict[str, Any], news: dict[str, Any],
    wants: tuple[Want, ...],
) -> Difference:  # fmt: skip
    some = next(iter((*news.values(), *olds.values())))
    base = next(iter(olds.values()), None) or near(before, some)
    head = next(iter(news.values()), None) or near(after, some)
    return Difference(
        keyword=word, effect=effect, base=base, head=head, was=" and ".join(olds) or None,
        now=" and ".join(news) or None, wants=wants,
        origins=(before.origin(base) if olds else None, after.origin(head) if news else None),
    )  # fmt: skip
