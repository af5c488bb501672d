"""A small shop whose personal data is all in order: what tests break one thing of."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sluicegate.gates.compliance.check import _gathered
from sluicegate.gates.compliance.controls.known import known
from sluicegate.gates.compliance.evidence.kinds import collector
from sluicegate.gates.compliance.items import Asking, Gathered, Recorded
from sluicegate.gates.compliance.judging import Bench, judged, name_of
from sluicegate.gates.compliance.predicates.asking import Evaluator
from sluicegate.gates.compliance.settings import Settings
from sluicegate.model import Context, Examination, Finding
from sluicegate.revision import TreeSpec, open_tree

SETTINGS = """
[compliance]
packs = ["gdpr", "pci-dss", "hipaa", "baseline"]
data-map = "compliance/data-map.yaml"
logs = ["logs/*"]
canaries = ["customer token=canary-value-77", "compliance/canaries.yaml"]
"""

OPENAPI = """
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
paths:
  /users/{id}:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {$ref: "#/components/schemas/User"}
components:
  schemas:
    User:
      type: object
      properties:
        id: {type: integer}
        email: {type: string, format: email}
        friends: {type: array, items: {$ref: "#/components/schemas/User"}}
"""

SCHEMA = """
CREATE TABLE app.users (
  id serial PRIMARY KEY,
  email text NOT NULL,
  diagnosis bytea,
  pan varchar(64)
);
"""

DATA_MAP = """
system: shop
controller: {name: Acme Shop, contact: privacy@acme.example}
purposes: {ordering: To deliver what was ordered, care: To treat}
recipients: [carriers]
transfers: []
security-measures: [encryption at rest]
processors:
  mailer: {name: Mailer, country: DE, agreement: compliance/mailer.md, packages: [postmarker]}
categories:
  contact: {legal-basis: contract, purposes: [ordering], subjects: [customers], retention: P3Y, processors: [mailer]}
  health:
    special: true
    legal-basis: consent
    special-basis: 9(2)(a)
    purposes: [care]
    subjects: [patients]
    retention: P9Y6M
    protection: encrypted
  card: {card-number: true, legal-basis: contract, purposes: [ordering], subjects: [customers], retention: P1Y}
fields:
  "*.email": contact
  "*.id": none
  "users.diagnosis": health
  "users.pan": {category: card, protection: tokenised}
  "User.friends": none
  "log level": none
  "log at": none
  "log order": none
  "log took": none
operations:
  "GET /users/*": [ordering]
"""

MIGRATION = """
from alembic import op
import sqlalchemy as sa

revision = "aaa"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("email", sa.Text))
    op.drop_column("users", "mail")


def downgrade():
    op.add_column("users", sa.Column("mail", sa.Text))
"""

FILES = {
    "sluicegate.toml": SETTINGS,
    "openapi.yaml": OPENAPI,
    "schema.sql": SCHEMA,
    "alembic/versions/aaa.py": MIGRATION,
    "compliance/data-map.yaml": DATA_MAP,
    "compliance/mailer.md": "signed\n",
    "requirements.txt": "# comment\nrequests==2.0\npostmarker==1.0  # the mailer's\n",
    "compliance/canaries.yaml": 'card: "4539578763621486"\nname: Zoé Ångström/O"Neil\n',
    "logs/app.jsonl": '{"level": "info", "at": 1764000000123, "order": "82736152"}\nlevel=warn took=12\n',
    "fixtures/users.json": '{"email": "ann@example.com", "card": "4111111111111111"}\n',
}

CONTROLS = (
    "gdpr/fields-classified", "gdpr/classification-plausible", "gdpr/special-categories-protected",
    "gdpr/fields-serve-purpose", "gdpr/legal-basis-declared", "gdpr/retention-declared", "gdpr/processors-declared",
    "gdpr/services-declared",
    "gdpr/processing-recorded", "pci-dss/security-codes-not-stored", "pci-dss/security-codes-not-logged",
    "pci-dss/card-numbers-not-clear", "hipaa/responses-serve-purpose", "hipaa/health-data-protected",
    "baseline/fixtures-made-up", "baseline/migrations-reversible", "baseline/logs-free-of-canaries",
    "baseline/logs-look-clean",
)  # fmt: skip


def written(root: Path, files: Mapping[str, str] = FILES) -> Path:
    """A folder with these files."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
    return root


def context(root: Path, settings: Settings | None = None) -> Context:
    """What the gate sees of a folder, with the settings that lie in it unless others are given."""
    if settings is None:
        section = tomllib.loads((root / "sluicegate.toml").read_text("utf-8"))["compliance"]
        settings = msgspec.convert(section, Settings)
    tree = open_tree(TreeSpec(kind="folder", root=str(root)))
    return Context(
        settings=settings, head=tree, reference=None, rules=frozenset(), now=datetime.now(UTC), folder=str(root)
    )


def broken(root: Path, evaluator: Evaluator) -> tuple[dict[str, list[Finding]], list[Examination]]:
    """The findings of our controls, and all that was looked at; one evaluator serves all tests."""
    seen = context(root)
    asking = Asking(context=seen, settings=seen.settings, recorded=Recorded())
    bench = Bench(evaluator=evaluator, now=seen.now, parameters={})
    evaluator._sent.clear()
    found: dict[str, list[Finding]] = {}
    looked: list[Examination] = []
    for name, control in known(seen.settings.packs, seen.head).controls.items():
        if name not in CONTROLS:
            continue
        evidence = list(_gathered(control.evidence, asking))
        for each in evidence:
            evaluator.keep(name_of(control.evidence, each), [item.data for item in each.items])
        for one in judged(control, evidence, bench):
            if isinstance(one, Finding):
                found.setdefault(name, []).append(one)
            elif isinstance(one, Examination):
                looked.append(one)
    return found, looked


def gathered(root: Path, kind: str, **settings: object) -> list[Gathered]:
    """The evidence of a kind in a folder."""
    seen = context(root, msgspec.convert(settings, Settings))
    return list(collector(kind)(Asking(context=seen, settings=seen.settings, recorded=Recorded())))
