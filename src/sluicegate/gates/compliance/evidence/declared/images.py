"""The last stage of every Dockerfile: what it is built on, and as whom it runs."""

from __future__ import annotations

from collections.abc import Iterator

from sluicegate.gates.compliance.evidence.declared.facts import Facts
from sluicegate.gates.compliance.evidence.declared.files import listed, read
from sluicegate.gates.compliance.items import Asking, Gathered, Item, none
from sluicegate.infrastructure.dockerfile import DIGEST, NO_ROOT, Dockerfile, is_root, parse
from sluicegate.infrastructure.names import DOCKERFILES
from sluicegate.model import Location, Outcome
from sluicegate.text import plural

_LARGEST = 1 << 20


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
    where, user, given = file.user(last)
    base = file.line(last)[0].base
    if given is None or (not given and base is None):
        facts.leave("non_root")
    elif given:
        facts.say("non_root", not is_root(given))
    else:
        runs = any(one.name in ("CMD", "ENTRYPOINT") for one in at.instructions)
        only_files = base == "scratch" and not runs
        facts.say("non_root", only_files or bool(NO_ROOT.search(base or "")))
    return Item(
        key=(path,),
        data={"file": shown, "stage": at.name, "user": user} | facts.known,
        unknown=tuple(sorted(facts.unknown)),
        location=Location(path=shown, line=where.line, logical=at.start.name),
    )
