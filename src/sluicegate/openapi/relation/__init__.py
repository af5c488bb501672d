"""The directional relation of two schemas: what narrows, what widens, and a value that proves it.

Each question is put to one pair of schemas, one level deep; whoever asks follows the pairs that lead further in.
"""

from __future__ import annotations

from sluicegate.openapi.relation.compare import Relation
from sluicegate.openapi.relation.normal import Side
from sluicegate.openapi.relation.shape import Origin
from sluicegate.openapi.relation.steps import Difference, Effect, Into, Step, Want
from sluicegate.openapi.relation.witness import Witness, witness

__all__ = ["Difference", "Effect", "Into", "Origin", "Relation", "Side", "Step", "Want", "Witness", "witness"]
