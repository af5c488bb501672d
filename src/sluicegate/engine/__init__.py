"""The engine: plan, run, judge. It yields events and writes nothing."""

from __future__ import annotations

from sluicegate.engine.events import Event, Finished, Found, Progressed, Started
from sluicegate.engine.only import focused
from sluicegate.engine.pairs import plan_commits, plan_files, plan_revisions
from sluicegate.engine.plan import Plan, PlannedGate
from sluicegate.engine.planning import check_rules, plan_check, plan_comparison
from sluicegate.engine.policy import Policy, policy_of
from sluicegate.engine.policy_base import Approval, Approve
from sluicegate.engine.run import run
from sluicegate.engine.sides import find_sides

__all__ = [
    "Approval",
    "Approve",
    "Event",
    "Finished",
    "Found",
    "Plan",
    "PlannedGate",
    "Policy",
    "Progressed",
    "Started",
    "check_rules",
    "find_sides",
    "focused",
    "plan_check",
    "plan_commits",
    "plan_comparison",
    "plan_files",
    "plan_revisions",
    "policy_of",
    "run",
]
