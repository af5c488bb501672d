"""Every resource of a cloud that files declare, with its facts: plans of Terraform, its files, templates.

What a plan knows is judged in the plan; what a file leaves open is unknown, and never taken for good.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from functools import partial

from msgspec.structs import replace

from sluicegate.gates.compliance.evidence.declared import amazon
from sluicegate.gates.compliance.evidence.declared.facts import Facts, facts_of
from sluicegate.gates.compliance.evidence.declared.files import Read, known, listed, read
from sluicegate.gates.compliance.evidence.declared.joined import JOINED, Group
from sluicegate.gates.compliance.evidence.declared.kinds import type_of
from sluicegate.gates.compliance.items import Asking, Gathered, Item, none
from sluicegate.infrastructure import hcl, plan, template, terraform
from sluicegate.infrastructure.resource import WORLD, Resource
from sluicegate.infrastructure.ways import ways
from sluicegate.model import Location, Outcome, Undecided
from sluicegate.text import plural

TERRAFORM = tuple(f"{way}*.{end}" for end in ("tf", "tofu", "tf.json") for way in ("", "**/"))
_SKIPPED = ("data.", "written.")
_TOLD = 3
_UNDER_MODULES = re.compile(r"^(?:module\.[^.]+\.)+")


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each resource, way into a network, and provider."""
    looked = False
    planned: set[tuple[str, str]] = set()
    for found in (_plans(asking, planned), _terraform(asking, planned), _templates(asking), amazon.gather(asking)):
        for one in found:
            looked = True
            yield one
    if not looked:
        yield from none(
            "cloud resources",
            "files of Terraform and CloudFormation, plans, recorded answers of AWS",
            Outcome.NOT_APPLICABLE,
            "there is no file of Terraform or CloudFormation, no plan, and no recorded answer of AWS",
        )


def _plans(asking: Asking, planned: set[tuple[str, str]]) -> Iterator[Gathered]:
    """Each plan by itself; one that is named and not there is an error. `planned` is filled with what is in them."""
    tree = asking.context.head
    for pattern in asking.settings.terraform_plans:
        paths = sorted(tree.glob(pattern))
        if not paths and not asking.context.past:
            hint = "make it before the check, or name another: [compliance] terraform-plans"
            yield from none(pattern, f"the plan {pattern}", Outcome.ERRORED, f"{pattern}: there is no such plan", hint)
        for path in paths:
            found = read(asking, [path], plan.LARGEST, partial(_plan, planned))
            yield _gathered(f"the plan {path}", f"the resources of the plan {path}", found, lambda path: path)


def _terraform(asking: Asking, planned: set[tuple[str, str]]) -> Iterator[Gathered]:
    """All files; what one leaves open and a plan of its folder has is judged in the plan."""
    paths = listed(asking, TERRAFORM)
    if paths:
        found = read(asking, paths, hcl.LARGEST, terraform.resources)
        query = f"the resources of {plural(len(paths), 'file')} of Terraform ({', '.join(TERRAFORM[::2])})"
        gathered = _gathered("files of Terraform", query, found, posixpath.dirname)
        items = tuple(
            replace(item, elsewhere=(posixpath.dirname(item.key[0]), item.key[1]) in planned) if item.unknown else item
            for item in gathered.items
        )
        yield replace(gathered, items=items, lacking=(*gathered.lacking, *_fetched(found, planned)))


def _fetched(found: Read[list[Resource]], planned: set[tuple[str, str]]) -> Iterator[Undecided]:
    """That modules come from elsewhere, so that nobody sees here what they make; a plan of the folder does."""
    calls = [
        f"{found.shown[path]}:{one.body.line} {one.name}"
        for path, resources in found.files.items()
        for one in resources
        if one.kind == "module" and (posixpath.dirname(path), one.name) not in planned
        and not one.body.text("source").startswith((".", "/"))
    ]  # fmt: skip
    if calls:
        more = f" and {len(calls) - _TOLD} more" if len(calls) > _TOLD else ""
        yield Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"{plural(len(calls), 'module')} from elsewhere, which nobody looks into here: "
            + ", ".join(calls[:_TOLD])
            + more,
            hint="have what it comes to judged: a plan in that folder, [compliance] terraform-plans",
        )


def _templates(asking: Asking) -> Iterator[Gathered]:
    found = known(asking)
    paths = [path for path in found.templates if not path.endswith(".tf.json")]
    if paths or found.unseen:
        files = read(asking, paths, template.LARGEST, _template)
        for path, error in found.unseen.items():
            why = f"{path} may be a template: {error.message}"
            files.lacking.append(Undecided(outcome=Outcome.NOT_TESTED, reason=why, hint=error.hint))
        query = f"the resources of {plural(len(paths), 'template')} of CloudFormation"
        yield _gathered("templates of CloudFormation", query, files, lambda path: path)


def _plan(planned: set[tuple[str, str]], path: str, raw: bytes, shown: str) -> list[Resource]:
    found = plan.resources(raw, shown)
    folders = {"": posixpath.dirname(path)}
    for prefix, source in plan.modules(raw).items():
        above = folders.get(prefix[: prefix.rstrip(".").rfind("module.")])
        if above is not None and source.startswith("."):  # what is fetched lies in no folder of ours
            folders[prefix] = posixpath.normpath(posixpath.join(above, source)).removeprefix("./")
    for one in found:
        address = plan.INDEX.sub("", one.name.removeprefix("written."))
        prefix = address[: len(address) - len(_UNDER_MODULES.sub("", address))]
        if prefix in folders:
            planned.add((folders[prefix], address[len(prefix) :]))
    return found


def _template(_path: str, raw: bytes, shown: str) -> list[Resource]:
    return template.resources(raw, shown)


def _gathered(subject: str, query: str, found: Read[list[Resource]], group_of: Callable[[str], str]) -> Gathered:
    groups: dict[str, list[str]] = {}
    for path in found.files:
        groups.setdefault(group_of(path), []).append(path)
    items: list[Item] = []
    for paths in groups.values():
        group = Group(one for path in paths for one in found.files[path])
        for path in paths:
            items += _items(path, found.shown[path], found.files[path], group)
    return Gathered(
        subject=subject,
        query=query,
        sha256=found.digest.hexdigest(),
        items=tuple(items),
        lacking=tuple(found.lacking),
    )


def _items(path: str, shown: str, resources: list[Resource], group: Group) -> Iterator[Item]:
    for one in resources:
        type_ = type_of(one.kind)
        if type_.startswith(_SKIPPED) or ("_" not in type_ and ":" not in type_ and type_ != "provider"):
            continue
        kind, facts = facts_of(one)
        if type_ in JOINED:
            group.complete(one, facts)
        yield _item(path, shown, one, kind or "other", facts)
        yield from _ways(path, shown, one)


def _item(path: str, shown: str, resource: Resource, kind: str, facts: Facts, *further: str) -> Item:
    address = resource.name
    if kind == "provider" and resource.written and (alias := resource.body.text("alias")):
        address = f"{address}.{alias}"
    told = {
        "type": resource.kind,
        "address": address,
        "provider": provider_of(resource.kind),
        "kind": kind,
        "file": shown,
    }
    line = resource.body.line or None
    return Item(
        key=(path, address, *further),
        data=told | facts.known,
        unknown=tuple(sorted(facts.unknown)),
        location=Location(path=shown, line=line, column=resource.body.column if line else None, logical=address),
    )


def _ways(path: str, shown: str, resource: Resource) -> Iterator[Item]:
    """Each way into a network: to which ports, and whether from everywhere."""
    for way in ways(resource):
        facts = Facts()
        if way.ports is None:
            facts.leave("first")
            facts.leave("last")
            ports = "ports that are left open"
        else:
            first, last = way.ports
            facts.say("first", first)
            facts.say("last", last)
            ports = f"port {first}" if first == last else f"ports {first} to {last}"
        world = any(str(one.of).lower() in WORLD for one in way.sources)
        if not world and any(one.is_unknown for one in way.sources):
            facts.leave("from_everywhere")
        else:
            facts.say("from_everywhere", world)
        facts.say("ports", ports)
        sources = " ".join(sorted(str(one.of) for one in way.sources if not one.is_unknown))
        item = _item(path, shown, resource, "way-in", facts, ports, sources)
        yield Item(
            key=item.key,
            data=item.data,
            unknown=item.unknown,
            location=Location(path=shown, line=way.at.line or item.location.line, logical=resource.name),
        )


def provider_of(type_: str) -> str:
    """Whose it is: `aws`, `google`, `azurerm`."""
    if type_.startswith("AWS::"):
        return "aws"
    return re.split(r"[_.:]", type_.removeprefix("written."))[0]
