"""Every container of the manifests of Kubernetes, and what it may do."""

from __future__ import annotations

from collections.abc import Iterator

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.declared.facts import Facts
from sluicegate.gates.compliance.evidence.declared.files import Read, known, read
from sluicegate.gates.compliance.items import Asking, Gathered, Item, none
from sluicegate.infrastructure.dockerfile import DIGEST
from sluicegate.infrastructure.kubernetes import Container, Thing, in_chart, not_root, things
from sluicegate.infrastructure.sniffed import is_manifest
from sluicegate.infrastructure.values import Value
from sluicegate.infrastructure.yamlvalues import parsed, pieces
from sluicegate.model import Location, Outcome, Tree, Undecided
from sluicegate.text import plural

_LARGEST = 4 << 20
_NAMESPACES = ("hostNetwork", "hostPID", "hostIPC")
_RENDER = "render it (`helm template`), and have the outcome judged"


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each container of each object; a template of a chart is not tested until it is filled in."""
    tree = asking.context.head
    seen = known(asking)
    lacking = [
        Undecided(outcome=Outcome.NOT_TESTED, reason=f"{path} may be a manifest: {error.message}", hint=error.hint)
        for path, error in seen.unseen.items()
    ]
    if not seen.manifests and not lacking:
        why = "there is no manifest of Kubernetes"
        yield from none("manifests of Kubernetes", "manifests of Kubernetes", Outcome.NOT_APPLICABLE, why)
        return
    found = read(asking, seen.manifests, _LARGEST, lambda path, raw, shown: _file(tree, path, raw, shown, lacking))
    yield Gathered(
        subject="manifests of Kubernetes",
        query=f"the containers of {plural(len(seen.manifests), 'manifest')} of Kubernetes",
        sha256=found.digest.hexdigest(),
        items=tuple(_items(found)),
        lacking=(*found.lacking, *lacking),
    )


def _file(tree: Tree, path: str, raw: bytes, shown: str, lacking: list[Undecided]) -> list[Thing]:
    """The objects of a file; a document of it that cannot be read is told, and the others count."""
    if b"{{" in raw and in_chart(tree, path):
        why = f"{shown} is a template, which only Helm can fill in"
        lacking.append(Undecided(outcome=Outcome.NOT_TESTED, reason=why, hint=_RENDER))
        return []
    found: list[Thing] = []
    for piece in pieces(raw):
        if not is_manifest(piece.text):
            continue
        try:
            found += things(parsed(piece, shown))
        except GateError as error:
            outcome = Outcome.NOT_TESTED if b"{{" in piece.text else Outcome.ERRORED
            lacking.append(Undecided(outcome=outcome, reason=error.message, hint=error.hint))
    return found


def _items(found: Read[list[Thing]]) -> Iterator[Item]:
    for path, objects in found.files.items():
        for thing in objects:
            for one in thing.containers():
                yield _item(path, found.shown[path], thing, one)


def _item(path: str, shown: str, thing: Thing, one: Container) -> Item:
    facts = Facts()
    image = one.body.get("image")
    if image is None or image.is_unknown:
        facts.leave("image")
        facts.leave("digest_pinned")
    else:
        facts.say("image", str(image.of))
        facts.say("digest_pinned", bool(DIGEST.search(str(image.of))))
    user = True if thing.is_windows else not_root(thing, one)
    facts.leave("non_root") if user is None else facts.say("non_root", user)
    _switch(facts, thing, "privileged", one.body.get("securityContext", "privileged"), default=False)
    _switch(facts, thing, "escalation", one.body.get("securityContext", "allowPrivilegeEscalation"), default=True)
    _switch(facts, thing, "read_only", one.body.get("securityContext", "readOnlyRootFilesystem"), default=False)
    asked = [thing.pod.get(name) for name in _NAMESPACES] if thing.pod is not None else []
    if any(each is not None and each.of is True for each in asked):
        facts.say("host_namespace", True)
    elif any(each is not None and each.is_unknown for each in asked):
        facts.leave("host_namespace")
    else:
        facts.say("host_namespace", False)
    return Item(
        key=(path, thing.shown, one.name),
        data={"workload": thing.shown, "kind": thing.kind, "container": one.name, "file": shown} | facts.known,
        unknown=tuple(sorted(facts.unknown)),
        location=Location(path=shown, line=one.body.line, column=one.body.column, logical=thing.shown),
    )


def _switch(facts: Facts, thing: Thing, name: str, asked: Value | None, *, default: bool) -> None:
    """A switch of a container; what a patch does not say, the object that it is laid over may."""
    if (asked is None and thing.is_patch) or (asked is not None and asked.is_unknown):
        facts.leave(name)
    else:
        facts.say(name, default if asked is None else asked.of is True)
