"""A pack whose controls end in every way, on recorded answers, and the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cli_types import Called

CANARIES = ("jane.doe@shop.example", "4111 1111 1111 1111", "4111111111111111", "DE89 3704 0044 0532 0130 00")

PACK = """\
pack: ours
version: 1.2.3
title: Every end
controls:
  - &control
    id: passing
    title: =Holds <b>always</b>
    summary: The branch is the one that was meant.
    evidence: branch
    holds: item.name == "main"
    message: "{name} is not main"
  - {<<: *control, id: failing, title: Fails, holds: item.approvals >= 2,
     message: "=cmd|' /C calc'!A0 <script>alert(1)</script> {approvals} for jane.doe@shop.example
       4111 1111 1111 1111 and 4111111111111111, DE89 3704 0044 0532 0130 00"}
  - {<<: *control, id: excepted, title: Is excepted, holds: item.approvals >= 3, message: "{approvals} are not three"}
  - {<<: *control, id: open, title: Needs a system, evidence: live}
  - {<<: *control, id: broken, title: Cannot be evaluated, holds: item.nowhere.at == 1}
  - {<<: *control, id: empty, title: Speaks of nothing, where: item.approvals > 50}
  - {<<: *control, id: alone, title: Serves nothing}
clauses:
  - {framework: soc2, clause: CC8.1, title: Full, served-by: [{control: passing, strength: full, rationale: All.}]}
  - framework: soc2
    clause: CC6.1
    title: Broken
    served-by:
      - &all {control: passing, strength: full, rationale: All of it.}
      - {control: failing, strength: partial, rationale: A part.}
  - framework: soc2
    clause: CC6.2
    title: Not tested
    served-by: [{control: open, strength: full, rationale: All of it.}]
  - framework: soc2
    clause: CC6.3
    title: Errored
    served-by:
      - {control: broken, strength: full, rationale: All of it.}
      - {control: passing, strength: partial, rationale: A part.}
  - framework: gdpr
    clause: Art. 30(1)
    title: In part
    served-by: [*all, {control: open, strength: supporting, rationale: A sign.}]
  - {framework: gdpr, clause: Art. 32, title: Excepted, served-by: [{<<: *all, control: excepted}]}
  - {framework: gdpr, clause: Art. 33, title: Of nothing, served-by: [{<<: *all, control: empty}]}
  - {framework: gdpr, clause: Art. 17, title: Served by nobody}
"""


def ask(root: Path, *arguments: str) -> Called:
    """The real command in a folder."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "sluicegate.cli.main", *arguments], cwd=root, capture_output=True, text=True,
        encoding="utf-8", stdin=subprocess.DEVNULL, check=False, timeout=60, env={**os.environ, "PYTHONWARNINGS": ""},
    )  # fmt: skip


def answers() -> str:
    """What GitHub answered about a branch that asks for one approval."""
    rules = [{"type": "pull_request", "parameters": {"required_approving_review_count": 1}, "ruleset_id": 7}]
    told = {
        "": {"default_branch": "main"},
        "/rules/branches/main": rules,
        "/rulesets/7": {"bypass_actors": []},
        "/branches/main/protection": None,
    }
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    lines = [
        {"query": f"GET /repos/acme/shop{path}", "status": 200 if said is not None else 404, "at": at,
         "body": json.dumps(said) if said is not None else '{"message": "Branch not protected"}'}
        for path, said in told.items()
    ]  # fmt: skip
    return "".join(f"{json.dumps(line)}\n" for line in lines)
