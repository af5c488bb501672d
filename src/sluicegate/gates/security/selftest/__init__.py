"""The security gate's known faults: what its pages show, and what no page may show in full."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sluicegate.gates.security.audit import VULNERABLE
from sluicegate.gates.security.catalogue import RULES
from sluicegate.gates.security.code import PAGE
from sluicegate.gates.security.images import RULES as IMAGES
from sluicegate.gates.security.infrastructure import SCANNERS
from sluicegate.gates.security.secrets import HISTORY, KINDS
from sluicegate.gates.security.selftest.code import planted_code
from sluicegate.gates.security.selftest.images import planted_images
from sluicegate.gates.security.selftest.locked import planted_locked
from sluicegate.gates.security.selftest.tokens import secret, stand_in
from sluicegate.gates.security.selftest.told import planted_told
from sluicegate.gates.security.workflows import ZIZMOR
from sluicegate.model import Case, Planted
from sluicegate.pages import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.pages import Example

__all__ = ["planted"]

_WORKFLOWS = ".github/workflows/"


def planted() -> Iterator[Planted]:
    """Every fault of the gate with its near-miss twin; those that ask for the same settings lie in one tree."""
    yield from planted_code()
    yield from planted_told()
    yield from planted_locked()
    yield from planted_images()
    yield _unplanted()
    groups: dict[str, list[tuple[Case, dict[str, str]]]] = defaultdict(list)
    apart = {PAGE, ZIZMOR.name, VULNERABLE.name, *(rule.name for rule in (*IMAGES, *SCANNERS))}
    for page in sorted({rule.page or rule.name for rule in RULES} - apart):
        rules = tuple(rule.id for rule in RULES if (rule.page or rule.name) == page)
        for one in examples("security", page):
            way = "fails" if one.fires else "passes"
            case, files = _apart(Case(fault=f"the example of the page {page} that {way}", rules=rules), one, page, way)
            place = {
                key: moved for key, said in one.settings.items() if (moved := _placed(said, one, case.folder)) != said
            }
            own = {key: said for key, said in one.settings.items() if key not in place}
            groups[json.dumps([own, place], sort_keys=True)].append((case, files))
    groups[json.dumps([{}, {}])] += _secrets()
    for asked, some in groups.items():
        settings, place = json.loads(asked)
        yield Planted(
            head={path: text for _, files in some for path, text in files.items()},
            settings=settings,
            place={"advisories": ""} | place,  # what a page needs it brings
            cases=tuple(case for case, _ in some),
        )


def _unplanted() -> Planted:
    why = "a planted tree has no commits; the tests of the project search those of a real repository"
    return Planted(head={}, cases=(Case(fault="(none)", rules=(HISTORY.id,), excuse=why),))


def _secrets() -> Iterator[tuple[Case, dict[str, str]]]:
    """A secret of each kind, and what stands for one."""
    for rule in KINDS:
        kind = rule.id.removeprefix("security/secret-")
        for fires in (True, False):
            path = f"secret/{kind}-{'fails' if fires else 'passes'}"
            text = f"# a line before\n{secret(kind) if fires else stand_in(kind)}\n"
            said = f"a made-up {rule.title}" if fires else f"what stands for a {rule.title}"
            yield Case(fault=said, rules=(rule.id,), folder=path, fires=fires), {path: text}


def _apart(case: Case, one: Example, page: str, way: str) -> tuple[Case, dict[str, str]]:
    """An example at a place of its own: in a folder, or under a name where only the folder of workflows will do."""
    if any(path.startswith(_WORKFLOWS) for path in one.files):
        (text,) = one.files.values()
        folder = f"{_WORKFLOWS}{page}-{way}.yml"
        files = {folder: text}
    else:
        folder = f"{page}/{way}"
        files = {f"{folder}/{path}": text for path, text in one.files.items()}
    return Case(fault=case.fault, rules=case.rules, folder=folder, fires=one.fires), files


def _placed(said: Any, one: Example, folder: str) -> Any:
    """A setting where what leads to a file or a folder of the example leads to where that lies."""
    if isinstance(said, dict):
        return {_placed(key, one, folder): _placed(value, one, folder) for key, value in said.items()}
    if isinstance(said, list):
        return [_placed(value, one, folder) for value in said]
    leads = isinstance(said, str) and any(f"{path}/".startswith(f"{said}/") for path in one.files)
    return f"{folder}/{said}" if leads else said
