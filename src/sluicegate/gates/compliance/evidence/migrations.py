"""The migrations of the database: what each takes away, and whether it can be undone."""

from __future__ import annotations

from collections.abc import Iterator

from sluicegate.gates.compliance.items import Asking, Gathered, Item, digest_of
from sluicegate.gates.compliance.schemas.found import scripts
from sluicegate.gates.compliance.schemas.steps import DESTRUCTIVE, Script
from sluicegate.model import Location, Undecided
from sluicegate.text import plural


def gather(asking: Asking) -> Iterator[Gathered]:
    """One item for each migration, Alembic's, Django's or in SQL; a part that cannot be read is told."""
    found = [each for each in scripts(asking) if each.migration]
    display = asking.context.head.display
    items = [_item(each, display(each.path)) for each in found]
    yield Gathered(
        subject="migrations",
        query=f"what {plural(len(found), 'migration')} do",
        sha256=digest_of([each.data for each in items]),
        items=tuple(items),
        lacking=tuple(
            Undecided(outcome=trouble.outcome, reason=f"{display(script.path)}:{trouble.line}: {trouble.text}")
            for script in found
            for trouble in script.troubles
        ),
    )


def _item(script: Script, shown: str) -> Item:
    gone = [step for step in script.steps if step.does in DESTRUCTIVE]
    stuck = [step for step in script.steps if step.back is False]
    worst = next(iter(gone or stuck), None)
    name = script.revision or script.path.rpartition("/")[2].rpartition(".")[0]
    data = {
        "name": name,
        "path": script.path,
        "operations": [f"{step.does.value} {step.subject}" for step in script.steps],
        "destructive": bool(gone),
        "destroys": list(dict.fromkeys(f"{step.does.value} {step.subject}" for step in gone)),
        "reversible": script.back,
        "irreversible": [step.subject for step in stuck],
    }
    where = Location(path=shown, line=worst.line if worst else 1, logical=f"migration {name}")
    return Item(key=(script.path,), data=data, location=where)
