"""Images as the pages of their rules show them, one with a secret that no page may show, and vulnerable packages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sluicegate.gates.security.dependencies import VULNERABLE
from sluicegate.gates.security.images import RULES, SECRET
from sluicegate.gates.security.selftest.layouts import layout, shown
from sluicegate.gates.security.selftest.locked import BEFORE, FIXED, advisory
from sluicegate.gates.security.selftest.tokens import secret, stand_in
from sluicegate.model import Case, Planted
from sluicegate.pages import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.selftest.layouts import Entry

_KIND = "github-token"
_USER = {"config": {"User": "10001"}}
_ADVISORIES = "image-advisories"
_DPKG = "Package: libacme1\nStatus: install ok installed\nSource: acme\nVersion: @\n"
_APK = "P:libacme\nV:@\no:acme\n\n"
_INSIDE: dict[str, tuple[str, list[Entry]]] = {
    "Debian:12": (
        "dpkg",
        [
            {"path": "etc/os-release", "text": 'ID=debian\nVERSION_ID="12"\n'},
            {"path": "var/lib/dpkg/status", "text": _DPKG},
        ],
    ),
    "Alpine:v3.19": (
        "apk",
        [
            {"path": "etc/os-release", "text": "ID=alpine\nVERSION_ID=3.19.1\n"},
            {"path": "lib/apk/db/installed", "text": _APK},
        ],
    ),
    "PyPI": (
        "Python's metadata",
        [{"path": "app/acme-1.dist-info/METADATA", "text": "Metadata-Version: 2.1\nName: acme\nVersion: @\n"}],
    ),
    "npm": (
        "node_modules",
        [{"path": "app/node_modules/acme/package.json", "text": '{"name": "acme", "version": "@"}'}],
    ),
}


def planted_images() -> Iterator[Planted]:
    """What pages show lies in one tree for the settings that they ask for, each in a folder of its own."""
    groups: dict[str, list[tuple[Case, dict[str, str]]]] = {}
    for rule in RULES:
        for one in examples("security", rule.name):
            fault = f"the example of the page {rule.name} that {'fails' if one.fires else 'passes'}"
            case = _case(fault, rule.id, rule.name, fires=one.fires)
            groups.setdefault(json.dumps(one.settings), []).append((case, shown(one.files)))
    groups.setdefault("{}", []).extend(_secrets())
    for settings, some in groups.items():
        yield _planted(some, json.loads(settings))
    yield _packages()


def _secrets() -> Iterator[tuple[Case, dict[str, str]]]:
    for text, fires in ((secret(_KIND), True), (stand_in(_KIND), False)):
        layers: list[list[Entry]] = [[{"path": "app/.env", "text": text}], [{"path": "app/.wh..env"}]]
        fault = f"{'a made-up token' if fires else 'what stands for a token'} in a file that a later layer removes"
        yield _case(fault, SECRET.id, "image-secret", fires=fires), layout(_USER, {}, layers)


def _packages() -> Planted:
    """A vulnerable package of each kind, each beside the image with the version that mends it."""
    files = {
        f"{_ADVISORIES}/ACME-{number}.json": json.dumps(advisory(f"ACME-{number}", ecosystem, "acme"))
        for number, ecosystem in enumerate(_INSIDE)
    }
    cases = []
    for kind, entries in _INSIDE.values():
        for version, fires in ((BEFORE, True), (FIXED, False)):
            layer = [one | {"text": one["text"].replace("@", version)} for one in entries]
            fault = f"{version} of a package in an image ({kind})"
            case = _case(fault, VULNERABLE.id, f"image-packages/{kind.replace(' ', '-')}", fires=fires)
            cases.append((case, layout(_USER, {}, [layer])))
    made = _planted(cases, {"max-advisory-age": 36_500})
    return Planted(
        head={**made.head, **files},
        cases=made.cases,
        settings=made.settings,
        place={**made.place, "advisories": _ADVISORIES},
    )


def _case(fault: str, rule: str, name: str, *, fires: bool) -> Case:
    return Case(fault=fault, rules=(rule,), folder=f"{name}/{'fails' if fires else 'passes'}", fires=fires)


def _planted(some: list[tuple[Case, dict[str, str]]], settings: dict[str, object]) -> Planted:
    return Planted(
        head={f"{case.folder}/{path}": text for case, files in some for path, text in files.items()},
        cases=tuple(case for case, _ in some),
        settings={"kinds": ["images"], **settings},
        place={"images": [case.folder for case, _ in some], "advisories": ""},
    )
