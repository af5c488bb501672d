"""What secrets are looked for with: our kinds, the sets that the settings name, and what these let be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from sluicegate.gates.security.secrets import KINDS, rule_of
from sluicegate.gates.security.secrets.detector import Detector
from sluicegate.gates.security.secrets.ruleset import own, parse

if TYPE_CHECKING:
    from sluicegate.gates.security.secrets.ruleset import Allowlist
    from sluicegate.model import Context, Rule

_RULES_LARGEST = 4 << 20
_MEMO = ("security", "secrets")


class Search(NamedTuple):
    """What looks, the rules that came with the user's sets, and those of ours that these take out.

    `held` are the sets that count as they were at the base.
    """

    detector: Detector
    given: list[Rule]
    off: frozenset[str]
    held: list[str]


def search_of(context: Context) -> Search:
    """What looks, made once for both sides and for whoever asks. Raises GateError."""
    found: Search = context.memo.get(_MEMO) or _read(context)
    context.memo[_MEMO] = found
    return found


def _read(context: Context) -> Search:
    """Read the sets: as they were at the base where they were there, so that no change excuses itself by one.

    Raises GateError.
    """
    kinds = {kind.id: kind for kind in own()}
    lists: list[Allowlist] = []
    given: dict[str, Rule] = {}
    held: list[str] = []
    base = context.reference
    for path in context.settings.secret_rules:
        tree = base if base is not None and base.find(path) is not None else context.head
        text = tree.read(path, _RULES_LARGEST)
        if tree is base and (context.head.find(path) is None or context.head.read(path, _RULES_LARGEST) != text):
            held.append(path)
        found = parse(text, tree.display(path))
        for gone in found.disabled:
            kinds.pop(gone, None)
        kinds |= {kind.id: kind for kind in found.rules}
        lists += found.lists
        for kind in found.rules:
            given[kind.id] = replace(rule_of(kind), page="", help=f"A rule of {path}.")
    declared = {rule.id for rule in KINDS}
    looked_for = {rule_of(kind).id for kind in kinds.values()}
    return Search(
        detector=Detector(tuple(kinds.values()), lists),
        given=[rule for rule in given.values() if rule.id not in declared],
        off=frozenset(declared - looked_for),
        held=held,
    )
