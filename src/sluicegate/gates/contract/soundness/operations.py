"""Operations: their names, their answers, what they demand of clients, the lists they are named in."""

from __future__ import annotations

import difflib
from functools import partial
from typing import TYPE_CHECKING

from sluicegate.gates.contract.mending import with_tag
from sluicegate.gates.contract.soundness.lint import Lint, code, shown, steps
from sluicegate.gates.contract.soundness.survey import members
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.soundness.survey import Spot, Survey
    from sluicegate.openapi.document import Node

_EMPTY = frozenset(("204", "205"))


def duplicate_operation_ids(survey: Survey) -> Iterator[Lint]:
    """One finding per operationId that several operations have."""
    named: dict[str, list[Spot]] = {}
    for spot in survey.of("operation"):
        name = spot.value.get("operationId")
        if isinstance(name, str):
            named.setdefault(name, []).append(spot)
    for name, spots in named.items():
        if len(spots) > 1:
            nodes = [spot.node for spot in spots]
            others = ", ".join(shown(node) for node in nodes[:3]) + (" and others" if len(nodes) > 3 else "")  # noqa: PLR2004
            yield Lint(
                rule="duplicate-operation-id", node=nodes[1].get("operationId") or nodes[1], key=(name,),
                global_key=True,
                message=f"{plural(len(nodes), 'operation')} have the operationId {code(name)}: {others}",
                advice="Give each operation an operationId of its own: generated clients name their functions by it.",
            )  # fmt: skip


def no_success(survey: Survey) -> Iterator[Lint]:
    """Operations with responses, none of which is a success, a redirect, an interim answer or the default."""
    for spot in survey.of("operation"):
        responses = spot.value.get("responses")
        statuses = (
            [str(key) for key in responses if not str(key).startswith("x-")] if isinstance(responses, dict) else []
        )
        if statuses and not any(status == "default" or status[:1] in "123" for status in statuses):
            node = spot.node
            yield Lint(
                rule="no-success-response", node=node.get("responses") or node, key=tuple(steps(node)),
                global_key=True,
                message=f"{_title(node)} documents only {', '.join(map(code, statuses[:5]))}: no success",
                advice="Document what the operation answers when it succeeds.",
            )  # fmt: skip


def no_content(survey: Survey) -> Iterator[Lint]:
    """Successes of GET without content, in a description that documents contents elsewhere."""
    if not any("content" in spot.value for spot in survey.of("response")):
        return
    for spot in survey.of("operation"):
        if spot.key != ("get",):
            continue
        node = spot.node
        for status, use in members(node.get("responses")).items():
            response = survey.resolve(use)
            if (
                status[:1] == "2"
                and status not in _EMPTY
                and response is not None
                and isinstance(response.value, dict)
                and not response.value.get("content")
            ):
                yield Lint(
                    rule="response-without-content", node=use,
                    message=f"{_title(node)} answers {code(status)} with no content that is documented",
                    advice="Document the `content` of the response, or answer 204 when there is none.",
                )  # fmt: skip


def security(survey: Survey) -> Iterator[Lint]:
    """One finding per scheme that is not defined, and per scope that no flow of its scheme defines."""
    uses: dict[tuple[str, str], list[Node]] = {}
    for requirement in _requirements(survey):
        for name, wanted in requirement.members().items():
            scheme = survey.component(wanted.document, "securitySchemes", name)
            if scheme is not None:
                known = _scopes(survey.resolve(scheme))
                for asked in wanted.items() if known is not None else []:
                    if isinstance(asked.value, str) and asked.value not in (known or ()):
                        uses.setdefault((name, asked.value), []).append(asked)
            elif not any(sign in name for sign in "#/:"):  # 3.2 allows a reference in place of a name
                uses.setdefault((name, ""), []).append(wanted)
    for (name, scope), nodes in uses.items():
        where = f" (in {plural(len(nodes), 'place')})" if len(nodes) > 1 else ""
        if scope:
            yield Lint(
                rule="undefined-scope", node=nodes[0], key=(name, scope), global_key=True,
                message=f"no flow of the security scheme {code(name)} defines the scope {code(scope)}{where}",
                advice="Add the scope to the flows of the scheme, or correct its name.",
            )  # fmt: skip
        else:
            yield Lint(
                rule="undefined-security-scheme", node=nodes[0], key=(name,), global_key=True,
                message=f"the security scheme {code(name)} is demanded, and not defined{where}",
                advice="Define it under components.securitySchemes, or correct its name.",
            )  # fmt: skip


def tags(survey: Survey) -> Iterator[Lint]:
    """One finding per tag of operations that the root's `tags`, where there are any, do not declare."""
    listed = survey.description.root.get("tags")
    declared = {item.text("name") for item in listed.items()} if listed else set()
    if not declared:
        return
    uses: dict[str, list[Node]] = {}
    for spot in survey.of("operation"):
        for value in spot.value.get("tags") or () if isinstance(spot.value.get("tags"), list) else ():
            if isinstance(value, str) and value not in declared:
                uses.setdefault(value, []).append(spot.node)
    for tag, nodes in uses.items():
        yield Lint(
            rule="undeclared-tag", node=nodes[0].get("tags") or nodes[0], key=(tag,), global_key=True,
            message=f"the tag {code(tag)} of {plural(len(nodes), 'operation')} is missing from the list `tags`",
            advice="Declare it under the root's `tags`, with a description.",
            # what is nearly one of the declared may be a slip of the pen, and is nobody's to declare
            mend=None if difflib.get_close_matches(tag, declared, n=1, cutoff=0.75) else partial(
                with_tag, survey.description.root, tag, f"declare the tag {code(tag)}"
            ),
        )  # fmt: skip


def _requirements(survey: Survey) -> Iterator[Node]:
    holders = [survey.description.root]
    holders += [spot.node for spot in survey.of("operation") if "security" in spot.value]
    for holder in holders:
        listed = holder.get("security")
        yield from listed.items() if listed else ()


def _scopes(scheme: Node | None) -> set[str] | None:
    """The scopes of an OAuth2 scheme; None where the scheme has none that could be known."""
    if scheme is None or scheme.text("type") != "oauth2":
        return None
    found: set[str] = set()
    for flow in members(scheme.get("flows")).values():
        found.update(members(flow.get("scopes")))
    return found


def _title(node: Node) -> str:
    """`GET /users` for an operation under a path, its place for any other."""
    if len(node.pointer) == 3 and node.pointer[0] == "paths":  # noqa: PLR2004
        return code(f"{str(node.pointer[2]).upper()} {node.pointer[1]}")
    return code(shown(node))
