"""Runs the check of dependencies on files in a folder, held against advisories that a test writes."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from sluicegate.gates.security.dependencies import RULES
from sluicegate.gates.security.dependencies.check import check
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Context, Examination, Fact, Finding
from sluicegate.revision import TreeSpec, open_tree

NOW = datetime(2026, 11, 20, tzinfo=UTC)
EVERY = frozenset(rule.id for rule in RULES)
HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
"""7.5 by the calculator of FIRST."""


def ranged(*events, kind="ECOSYSTEM"):
    """A range; `events` are pairs such as `("introduced", "0")`."""
    return {"type": kind, "events": [dict([event]) for event in events]}


def advisory(name, package, *ranges, ecosystem="PyPI", versions=(), **more):
    """A document in the OSV format on one package."""
    affected = {"package": {"ecosystem": ecosystem, "name": package}}
    affected |= {"ranges": list(ranges)} if ranges else {}
    affected |= {"versions": list(versions)} if versions else {}
    return {"schema_version": "1.6.0", "id": name, "modified": "2026-11-10T00:00:00Z", "affected": [affected]} | more


def before(fixed, introduced="0"):
    """A range that ends before a version."""
    return ranged(("introduced", introduced), ("fixed", fixed))


def folder(root: Path, *advisories) -> Path:
    """A folder of documents."""
    root.mkdir(parents=True, exist_ok=True)
    for one in advisories:
        (root / f"{one['id']}.json").write_text(json.dumps(one), "utf-8")
    return root


def archive(path: Path, *advisories) -> Path:
    """An `all.zip`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for one in advisories:
            file.writestr(f"{one['id']}.json", json.dumps(one))
    return path


def tree_of(root: Path, **files):
    """A real folder with files by path, as a tree."""
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    root.mkdir(parents=True, exist_ok=True)
    return open_tree(TreeSpec(kind="folder", root=str(root)))


class Told:
    """What the check said: findings, examinations as (rule's name, subject, outcome, reason), facts by name."""

    def __init__(self, said):
        self.said = list(said)
        self.findings = [one for one in self.said if isinstance(one, Finding)]
        self.facts = {one.name: one.value for one in self.said if isinstance(one, Fact)}
        self.examinations = [one for one in self.said if isinstance(one, Examination)]

    @property
    def fired(self):
        return sorted((one.rule.partition("/")[2], one.key[2], one.key[3]) for one in self.findings if len(one.key) > 3)

    def why(self, outcome, rule="vulnerable-dependency"):
        """The reasons for an outcome of a rule, by subject."""
        return {
            one.subject: one.undecided.reason
            for one in self.examinations
            if one.rule == f"security/{rule}" and one.undecided and one.undecided.outcome == outcome
        }

    def reasons(self, outcome, rule="vulnerable-dependency"):
        """All reasons for an outcome of a rule; a subject may have several."""
        said = [one.undecided for one in self.examinations if one.rule == f"security/{rule}" and one.undecided]
        return [why.reason for why in said if why.outcome == outcome]

    def examined(self, rule="vulnerable-dependency"):
        """How much a rule looked at, by subject."""
        return {
            one.subject: one.examined
            for one in self.examinations
            if one.rule == f"security/{rule}" and not one.undecided
        }


def looked(root: Path, files, *advisories, now=NOW, past=False, memo=None, rules=None, **settings) -> Told:
    """Files by path held against advisories; none of those: the setting is not made, but where `settings` do."""
    tree = tree_of(root / "project", **files)
    if advisories:
        settings = {"advisories": str(folder(root / "advisories", *advisories))} | settings
    made = Settings(**settings)
    context = Context(
        settings=made, head=tree, reference=None, rules=rules or EVERY - made.unasked, now=now, past=past,
        folder=str(root / "project"), memo={} if memo is None else memo,
    )  # fmt: skip
    return Told(check(context))
