"""The labels of OpenMetrics: in the order of their names, as they tell samples apart; those written alike together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from msgspec import Struct

from sluicegate.gates.performance.readers.source import parted

SAID = r'[^"\\\n]*+(?:\\.[^"\\\n]*+)*+'
"""The pattern of what a label says, between its quotes."""
_TEXT = f'"{SAID}"'
_BLANK = r"[^\S\n]*+"
LABELS = rf"{_BLANK}(?:[A-Za-z_]\w*+{_BLANK}={_BLANK}{_TEXT}{_BLANK}(?:,{_BLANK}|(?=\}})))*+"
"""The pattern of labels between braces."""
_LABEL = re.compile(rf"([A-Za-z_]\w*+){_BLANK}={_BLANK}({_TEXT})")
_USUAL = re.compile(r'[A-Za-z_]\w*="(?:,[A-Za-z_]\w*=")*+')
"""Labels without what they say, as they are written nearly always."""
_QUANTILE = "quantile"
_ESCAPED = "\\"
"""The shape of labels of which nothing is known, as a quote may be escaped."""
_SIGNS = {"\\\\": "\0", '\\"': "\1"}
"""What stands for a backslash and a quote that are escaped, in this order, while labels are parted at their quotes."""
_WIDEST = 1000
"""So many characters of labels without what they say have a form that is kept."""


class _Form(Struct, frozen=True):
    """What becomes of labels that are the same but for what they say.

    `order` are the places of those that stay, and `template` takes what they say; `quantile` is the place of that.
    """

    is_ordered: bool
    template: str = ""
    order: tuple[int, ...] = ()
    quantile: int | None = None


def ordered(said: Sequence[str], summaries: Sequence[bool]) -> tuple[list[str], list[str]]:
    """Labels in the order of their names, and of those of a summary the quantile, which is none of them then."""
    labels, quantiles = list(said), [""] * len(said)
    shapes, texts, begins = _parts(said)
    for shape, is_summary, places in _alike(shapes, summaries):
        form = _form(shape, is_summary=is_summary) if len(shape) <= _WIDEST else None
        if form is None:
            for at in places:
                labels[at], quantiles[at] = _alone(said[at], is_summary=is_summary)
        elif not form.is_ordered:
            first = [begins[at] for at in places]
            columns = [[texts[at + place] for at in first] for place in form.order]
            if form.quantile is not None:
                for at, begin in zip(places, first, strict=True):
                    quantiles[at] = texts[begin + form.quantile]
            told = map(form.template.__mod__, zip(*columns, strict=True)) if columns else [""] * len(first)
            for at, one in zip(places, told, strict=True):
                labels[at] = one
    return labels, quantiles


def _alike(shapes: Sequence[str], summaries: Sequence[bool]) -> Iterator[tuple[str, bool, Sequence[int]]]:
    """Where each shape stands; that it is of a summary matters where there may be a quantile."""
    for shape, places in parted(shapes).items():
        if _QUANTILE not in shape and shape != _ESCAPED:
            yield shape, False, places
            continue
        for is_summary, among in parted([summaries[at] for at in places]).items():
            yield shape, is_summary, [places[at] for at in among]


def _parts(said: Sequence[str]) -> tuple[Sequence[str], Sequence[str], Sequence[int]]:
    """Labels without what they say, all that they say, and where that of each begins.

    What is escaped has a sign of its own meanwhile, so that each quote is one. Where such a sign stands already, none
    of them has a shape that is known.
    """
    joined = "\n".join(said)
    is_escaped = "\\" in joined
    if is_escaped and any(sign in joined for sign in _SIGNS.values()):
        return [_ESCAPED] * len(said), [], []
    for escaped, sign in _SIGNS.items() if is_escaped else ():
        joined = joined.replace(escaped, sign)
    pieces = joined.split('"')
    shapes, texts = '"'.join(pieces[::2]).split("\n"), pieces[1::2]
    if is_escaped and texts:
        told = "\n".join(texts)
        for escaped, sign in _SIGNS.items():
            told = told.replace(sign, escaped)
        texts = told.split("\n")
    counts = {shape: shape.count('"') for shape in set(shapes)}
    return shapes, texts, list(accumulate(map(counts.__getitem__, shapes), initial=0))


@lru_cache(maxsize=1024)
def _form(shape: str, *, is_summary: bool) -> _Form | None:
    """The form of a shape; None where each has to be read alone."""
    if not shape:
        return _Form(is_ordered=True)
    keys = [part.removesuffix('="') for part in shape.split(",")]
    if not _USUAL.fullmatch(shape) or len(set(keys)) < len(keys):
        return None
    places = {key: at for at, key in enumerate(keys)}
    quantile = places.pop(_QUANTILE, None) if is_summary else None
    order = sorted(places)
    template = ",".join(f'{key}="%s"' for key in order)
    return _Form(keys == order, template, tuple(places[key] for key in order), quantile)


def pairs(said: str) -> list[tuple[str, str]]:
    """Labels that are written as nearly always, each with what it says; none where they are not."""
    found = _read(said)
    return found if said == _written(found) and len(dict(found)) == len(found) else []


def _read(said: str) -> list[tuple[str, str]]:
    return [(key, text[1:-1]) for key, text in _LABEL.findall(said)]


def _written(labels: Sequence[tuple[str, str]]) -> str:
    return ",".join(f'{key}="{text}"' for key, text in labels)


def _alone(said: str, *, is_summary: bool) -> tuple[str, str]:
    labels = _read(said)
    quantile = dict(labels).get(_QUANTILE, "") if is_summary else ""
    return _written(sorted(pair for pair in labels if not is_summary or pair[0] != _QUANTILE)), quantile
