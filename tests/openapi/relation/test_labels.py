"""What the variants of a union are called."""

from __future__ import annotations

import pytest
from made_up import ref
from oracle import it, side

from sluicegate.openapi.relation.labels import labels


def called(*arms, **components):
    one, document = side("3.1", {"oneOf": list(arms)}, components)
    return labels(one.library, it(document).get("oneOf").items())


def of(kind="object", **properties):
    return {"type": kind, "properties": properties}


CARD, CASH = {"const": "card"}, {"enum": ["cash"]}


@pytest.mark.parametrize(
    ("arms", "names"),
    [
        ([ref("A"), {"title": "B"}, {"type": "string"}, {"type": "object"}], ["A", "B", "string", "object"]),
        ([ref("Gone"), True], ["0", "schema"]),
        ([of(by=CARD, to={}), of(by=CASH, to={})], ['object with by = "card"', 'object with by = "cash"']),
        ([of(a={}, b={}), of(b={}, c={})], ["object with a", "object with c"]),
        ([{"required": ["a", "b"]}, {"required": ["b"]}], ["schema with a", "schema #2"]),
        ([{"type": "string", "maxLength": 1}, {"type": "string", "minLength": 3}], ["string #1", "string #2"]),
        ([{"type": "object", "required": "x", "properties": [1]}, of()], ["object #1", "object #2"]),
        ([of(**{"a\n\x07": {}}), of()], ["object with a \\x07", "object #2"]),
    ],
)
def test_names(arms, names):
    assert called(*arms, A={"type": "object"}) == names


def test_a_name_stays_when_another_variant_comes_before_it():
    card, cash = of(by=CARD, number={}), of(by=CASH, number={})
    assert called(of(by={"const": "wire"}), cash, card)[1:] == called(cash, card)
