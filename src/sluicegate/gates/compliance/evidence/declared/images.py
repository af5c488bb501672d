"""The last stage of every Dockerfile: what it is built on, and as whom it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sluicegate.gates.compliance.evidence.declared.facts import Facts
from sluicegate.gates.compliance.evidence.declared.files import listed, read
from sluicegate.gates.compliance.evidence.items import Asking, Gathered, Item, none
from sluicegate.infrastructure.dockerfile import DIGEST, Dockerfile, filled, parse
from sluicegate.infrastructure.names import DOCKERFILES
from sluicegate.model import Location, Outcome
from sluicegate.text import plural

_LARGEST = 1 << 20
_ROOT = frozenset({"root", "0"})
_NO_ROOT = re.compile(r"nonroot|non-root|rootless|unprivileged")


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each file, of its last stage; `bases` are those of all stages."""
    paths = [path for path in listed(asking, DOCKERFILES) if not path.endswith(".dockerignore")]
    if not paths:
        yield from none("Dockerfiles", "Dockerfiles", Outcome.NOT_APPLICABLE, "there is no Dockerfile")
        return
    found = read(asking, paths, _LARGEST, lambda _, raw, shown: parse(raw, shown))
    yield Gathered(
        subject="Dockerfiles",
        query=f"the last stage of {plural(len(paths), 'Dockerfile')}",
        sha256=found.digest.hexdigest(),
        items=tuple(_item(path, found.shown[path], file) for path, file in found.files.items()),
        lacking=tuple(found.lacking),
    )


def _item(path: str, shown: str, file: Dockerfile) -> Item:
    facts = Facts()
    last = len(file.stages) - 1
    at = file.stages[last]
    outside = [stage.base for index, stage in enumerate(file.stages) if not file.earlier(index)]
    known = [base for base in outside if base and base != "scratch"]
    facts.say("bases", known)
    loose = [base for base in known if not DIGEST.search(base)]
    facts.say("unpinned", loose)
    if loose or None not in outside:
        facts.say("digest_pinned", not loose)
    else:
        facts.leave("digest_pinned")
    user, line = _user(file, last)
    base = file.line(last)[0].base
    if user is None or (not user and base is None):
        facts.leave("non_root")
    elif user:
        facts.say("non_root", user.partition(":")[0].strip("\"'") not in _ROOT)
    else:
        runs = any(one.name in ("CMD", "ENTRYPOINT") for one in at.instructions)
        only_files = base == "scratch" and not runs
        facts.say("non_root", only_files or bool(_NO_ROOT.search(base or "")))
    return Item(
        key=(path,),
        data={"file": shown, "stage": at.name, "user": user or ""} | facts.known,
        unknown=tuple(sorted(facts.unknown)),
        location=Location(path=shown, line=line or at.start.line, logical=at.start.name),
    )


def _user(file: Dockerfile, index: int) -> tuple[str | None, int]:
    """As whom a stage runs: empty where no stage of its line says so, None where that hangs on an argument."""
    user, line = "", 0
    known: dict[str, str] = {}
    for stage in file.line(index):
        for one in stage.instructions:
            if one.name in ("ARG", "ENV"):
                known |= {name: given for name, value in one.pairs() if (given := filled(value, known)) is not None}
            if one.name == "USER":
                user, line = one.text, one.line
    return filled(user, known), line
