"""A folder with some files, and what the gate says of it."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sluicegate.gates.security.catalogue import RULES_OF
from sluicegate.gates.security.infrastructure.check import check
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Context, Examination, Finding, Outcome
from sluicegate.revision import TreeSpec, open_tree

PINNED = "@sha256:" + "3f1b9c5e" * 8
RULES = frozenset(rule.id for rule in RULES_OF["infrastructure"])


class Said:
    """All that was said of a folder."""

    def __init__(self, said):
        self.findings = [one for one in said if isinstance(one, Finding)]
        self.examinations = [one for one in said if isinstance(one, Examination)]

    @property
    def names(self):
        """The rules that found something, in order, each without its family's prefix `security/`."""
        return sorted(one.rule.removeprefix("security/") for one in self.findings)

    def undecided(self, rule, subject=None):
        """The outcomes and reasons of a rule that could not decide."""
        return [
            (one.undecided.outcome, one.undecided.reason)
            for one in self.examinations
            if one.rule == f"security/{rule}" and one.undecided and (subject is None or one.subject == subject)
        ]

    @property
    def errored(self):
        """The subjects that could not be looked at."""
        return {
            one.subject: one.undecided.reason
            for one in self.examinations
            if one.undecided and one.undecided.outcome is Outcome.ERRORED
        }

    @property
    def untested(self):
        """The subjects that were not looked at, with the reason."""
        return {
            one.subject: one.undecided.reason
            for one in self.examinations
            if one.undecided and one.undecided.outcome is Outcome.NOT_TESTED
        }


def said_of(files, *, rules=RULES, touched=None, **settings):
    """Write the files to a new folder, and ask the part."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            at = Path(folder, path)
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_bytes(text if isinstance(text, bytes) else text.encode())
        context = Context(
            settings=Settings(**settings), head=open_tree(TreeSpec(kind="folder", root=folder)), reference=None,
            rules=rules, now=datetime.now(UTC), touched=touched,
        )  # fmt: skip
        return Said(list(check(context)))
