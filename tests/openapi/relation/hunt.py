"""Looks for pairs of schemas that break a property, by hand and for as long as one likes, and makes them small.

    python tests/openapi/relation/hunt.py lost 0 10000 [untyped]

The words: same, turned, lost, proof, shown; then the first seed, and how many; `untyped` leaves out types.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from made_up import COMPONENTS, NAMED, PER_KIND, Pair, found, pair_of, places, put, untyped_pair_of  # noqa: E402
from oracle import passed_over, walk  # noqa: E402
from test_fuzz import back, same, shows, there, unproven  # noqa: E402

KEYWORDS = {word for words in PER_KIND.values() for word in words} | {
    "type", "nullable", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "const", "$ref",
    "readOnly", "writeOnly",
}  # fmt: skip
CHECKS = {
    "same": lambda pair: [(step.keyword, str(step.effect), way) for step, _, _, way in walk(*same(pair))],
    "turned": lambda pair: there(pair) ^ back(pair),
    "lost": passed_over,
    "proof": unproven,
    "shown": lambda pair: [word for word, shown in shows(pair) if not shown],
}


def smaller(pair):
    """Pairs with one thing less."""
    for index in range(1, 5):
        whole = pair[index]
        for at in [()] if index > 2 else [(name,) for name in COMPONENTS]:
            top = found(whole, at)
            for inner in sorted(places(top), key=len):
                old = found(top, inner)
                options = [{}] if old else []
                options += [{word: said for word, said in old.items() if word != gone} for gone in old]
                options += [
                    {**old, word: {name: one for name, one in said.items() if name != gone}}
                    for word, said in old.items() if word in (*NAMED, "dependentRequired") for gone in said
                ]  # fmt: skip
                options += [
                    {**old, word: [one for one in said if one is not gone]}
                    for word, said in old.items() if isinstance(said, list) and len(said) > 1 for gone in said
                ]  # fmt: skip
                options += [
                    one for said in old.values() if isinstance(said, list) for one in said if isinstance(one, dict)
                ]
                options += [said for word, said in old.items() if word not in NAMED and isinstance(said, dict)]
                for option in options:
                    new = put(top, inner, option)
                    if json.dumps(new) != json.dumps(top):
                        yield Pair(*pair[:index], put(whole, at, new), *pair[index + 1 :])


def plain(value, *, untyped=False):
    """Whether keywords of objects and arrays stand beside a type everywhere, and `nullable` does."""
    if isinstance(value, (list, tuple)):
        return all(plain(one, untyped=untyped) for one in value)
    if not isinstance(value, dict):
        return True
    if "nullable" in value and ("type" not in value or None not in value.get("enum", [None])):
        return False
    needed = {"properties", "required", "patternProperties", "additionalProperties", "items", "prefixItems"}
    if not untyped and needed & value.keys() and "type" not in value and all(word in KEYWORDS for word in value):
        return False
    return all(plain(one, untyped=untyped) for one in value.values())


def smallest(pair, fails, *, untyped=False):
    """The pair as small as it gets and still fails, greedily."""
    going = True
    while going:
        going = False
        for one in smaller(pair):
            both = one
            if pair.olds == pair.news and one.olds != one.news:
                both = one._replace(olds=one.olds if one.olds != pair.olds else one.news)
                both = both._replace(news=both.olds)
            if json.dumps(both) < json.dumps(pair) or len(json.dumps(both)) < len(json.dumps(pair)):
                try:
                    bad = plain(both[1:], untyped=untyped) and fails(both)
                except Exception:  # noqa: BLE001, S112 - a pair that is none
                    continue
                if bad:
                    pair, going = both, True
                    break
    return pair


def main():
    check, first, many = CHECKS[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3])
    untyped = sys.argv[4:] == ["untyped"]
    if untyped and check is passed_over:
        check = partial(passed_over, untyped=True)
    bad = 0
    for seed in range(first, first + many):
        pair = untyped_pair_of(seed) if untyped else pair_of(seed)
        if check(pair):
            bad += 1
            if bad <= 5:
                small = smallest(pair, check, untyped=untyped)
                print(seed, *map(json.dumps, small), check(small), sep="\n    ")
    print(f"{bad} of {many}")


if __name__ == "__main__":
    main()
