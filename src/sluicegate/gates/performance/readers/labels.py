"""The labels of OpenMetrics: in the order of their names, as they tell samples apart; those written alike together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import repeat

_TEXT = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
_BLANK = r"[^\S\n]*+"
LABELS = rf"{_BLANK}(?:[A-Za-z_]\w*+{_BLANK}={_BLANK}{_TEXT}{_BLANK}(?:,{_BLANK}|(?=\}})))*+"
"""The pattern of labels between braces."""
SAID = re.compile(r'"[^"\n]*+"')
"""What a label says, where nothing in it is escaped."""
PLAIN = re.compile(r'[A-Za-z_]\w*="(?:,[A-Za-z_]\w*=")*+')
"""Labels without what they say, as they are written nearly always."""
_LABEL = re.compile(rf"([A-Za-z_]\w*+){_BLANK}={_BLANK}({_TEXT})")
_QUANTILE = "quantile"
_FEW = 50
"""A pattern is not made for fewer: that takes as long as to read some dozens of labels one by one."""


def shapes(said: Sequence[str]) -> Sequence[str]:
    """Labels without what they say; as they are where a quote is escaped, and "" where there are none."""
    joined = "\n".join(said)
    shapes = SAID.sub('"', joined).split("\n")
    if "\\" not in joined:
        return shapes
    return [one if "\\" in one else shape for one, shape in zip(said, shapes, strict=True)]


@lru_cache(maxsize=1024)
def ordered(shape: str, *, is_summary: bool) -> Callable[[Sequence[str]], tuple[Iterable[str], Iterable[str]]]:
    """What makes of labels of a shape those in the order of their names, and the quantiles where a summary has them."""
    keys = [part.removesuffix('="') for part in shape.split(",")]
    if not PLAIN.fullmatch(shape) or len(set(keys)) < len(keys):
        return partial(_each, is_summary=is_summary)
    places = {key: at for at, key in enumerate(keys)}
    quantile = places.pop(_QUANTILE, None) if is_summary else None
    order = sorted(places)
    if keys == order:
        return as_they_are
    pattern = ",".join(f'{key}="([^"\\n]*+)"' for key in keys)
    template, of = ",".join(f'{key}="%s"' for key in order), [places[key] for key in order]

    def told(said: Sequence[str]) -> tuple[Iterable[str], Iterable[str]]:
        if len(said) < _FEW:
            return _each(said, is_summary=is_summary)
        rows = re.findall(pattern, "\n".join(said))
        columns = list(zip(*rows, strict=True)) if len(keys) > 1 else [rows]
        labels = map(template.__mod__, zip(*[columns[at] for at in of], strict=True)) if of else repeat("", len(said))
        return labels, repeat("", len(said)) if quantile is None else columns[quantile]

    return told


def as_they_are(said: Sequence[str]) -> tuple[Iterable[str], Iterable[str]]:
    """What makes nothing of them."""
    return said, repeat("", len(said))


def _each(said: Sequence[str], *, is_summary: bool) -> tuple[list[str], list[str]]:
    """The same of any labels."""
    ordered, quantiles = [], []
    for one in said:
        labels = [(key, text[1:-1]) for key, text in _LABEL.findall(one)]
        quantile = dict(labels).get(_QUANTILE, "") if is_summary else ""
        rest = sorted(pair for pair in labels if not quantile or pair[0] != _QUANTILE)
        ordered.append(",".join(f'{key}="{value}"' for key, value in rest))
        quantiles.append(quantile)
    return ordered, quantiles
