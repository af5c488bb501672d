"""The plan of a run in parts, as a JSON document: which part looks at what, and what all of them have to share."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import UserError
from sluicegate.fleet.identity import digest
from sluicegate.text import shorten, visible

VERSION = 1
LIMIT = 16 * 1024 * 1024
"""So many bytes of a document are read at the most."""

MOST = 256
"""So many jobs a matrix of GitHub may have."""

_HINT = "make it anew with `sluicegate plan --out FILE`, in the same checkout"


class Part(Struct, frozen=True, kw_only=True):
    """One job's share: a gate, or some of the subjects of a gate (none: all of them), and what it is likely to take.

    `examines` are the subjects that its Run has to speak of, as examinations name them; none where that is not known
    beforehand. `seconds` is 0 where nothing is known.
    """

    id: str
    gate: str
    number: int = 1
    of: int = 1
    subjects: tuple[str, ...] = ()
    examines: tuple[str, ...] = ()
    seconds: float = 0.0


class RunPlan(Struct, frozen=True, kw_only=True):
    """A run in parts. Every part has to be made of this revision, by this policy and with this tool.

    `base` and `named` are what the command was given: the revision to compare with, the gates to run.
    `undecided_fails` is needed to join the verdicts. `digest` is over all the rest.
    """

    parts: tuple[Part, ...]
    head_commit: str
    base_commit: str = ""
    policy_digest: str
    tool_version: str
    tool_digest: str
    plugins: tuple[str, ...] = ()
    base: str = ""
    named: tuple[str, ...] = ()
    undecided_fails: bool = False
    version: int = VERSION
    digest: str = ""

    def part(self, part_id: str) -> Part:
        """The part of an id. Raises UserError."""
        for part in self.parts:
            if part.id == part_id:
                return part
        known = ", ".join(part.id for part in self.parts[:10])
        raise UserError(f"the plan has no part {part_id}", hint=f"its parts are {shorten(known, 300)}")


def sealed(plan: RunPlan) -> RunPlan:
    """The plan with its digest."""
    return replace(plan, digest=_digest(plan))


def write_plan(plan: RunPlan) -> str:
    """The document, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=2).decode() + "\n"


def read_plan(data: bytes) -> RunPlan:
    """The plan that a document holds. The text is foreign: bounded and checked.

    Raises UserError: too large, not JSON, another version, malformed, altered, or two parts of one name.
    """
    if len(data) > LIMIT:
        raise UserError(f"the plan has {len(data):,} bytes; at most {LIMIT:,} are read", hint=_HINT)
    try:
        document: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(f"the plan is not JSON: {visible(str(error))}", hint=_HINT) from None
    version = document.get("version") if isinstance(document, dict) else None
    if version != VERSION or isinstance(version, bool):
        raise UserError(f"the plan has version {shorten(visible(repr(version)), 100)}; {VERSION} is read", hint=_HINT)
    try:
        plan = msgspec.convert(document, RunPlan)
    except msgspec.ValidationError as error:
        raise UserError(f"the plan is malformed: {visible(str(error))}", hint=_HINT) from None
    if plan.digest != _digest(plan):
        raise UserError("the plan was altered: its digest is not that of what it holds", hint=_HINT)
    if not plan.parts or len({part.id for part in plan.parts}) < len(plan.parts):
        raise UserError("the plan is malformed: it has no part, or two of one name", hint=_HINT)
    return plan


def matrix(plan: RunPlan) -> str:
    """The value of `strategy.matrix` in a workflow, on one line: a job for each part, what takes longest first."""
    listed = [{"part": part.id, "gate": part.gate, "shard": f"{part.number}/{part.of}"} for part in plan.parts]
    return msgspec.json.encode({"include": listed}).decode()


def _digest(plan: RunPlan) -> str:
    return digest(msgspec.to_builtins(replace(plan, digest="")))
