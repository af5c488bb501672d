"""References that lead to an object of another kind than may stand where they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.soundness.lint import Lint, code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.soundness.survey import Survey
    from sluicegate.openapi.document import Node


def kinds(survey: Survey) -> Iterator[Lint]:
    """A `$ref` to a schema where a parameter may stand, and the like; what leads nowhere in the end is told as that."""
    for spot, found in survey.misled:
        node = spot.node
        if survey.resolve(node) is None or (spot.kind == "media type" and not _refers(survey, node)):
            continue
        yield Lint(
            rule="unresolved-reference", node=node.get("$ref") or node, key=(spot.value["$ref"],),
            message=f"the $ref {code(spot.value['$ref'])} leads to {_one(found)}, where {_one(spot.kind)} is wanted",
            advice=f"Correct the $ref, so that it names {_one(spot.kind)}.",
        )  # fmt: skip


def _refers(survey: Survey, media: Node) -> bool:
    """Whether a `$ref` may stand for a media type: before OpenAPI 3.2 that is not valid, and told as such."""
    return survey.library.version_of(media.document, survey.description.dialect) == "3.2"


def _one(kind: str) -> str:
    article = "the" if kind.startswith("whole") else "an" if kind[0] in "aeiou" else "a"
    return f"{article} {kind}"
