"""A vulnerable package in each kind of lock file and SBOM, beside the same file with the version that mends it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sluicegate.gates.security.dependencies import VULNERABLE
from sluicegate.gates.security.dependencies.packages import CRATES
from sluicegate.model import Case, Planted

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADVISORIES = "locked-advisories"
_SEVERE = {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}
BEFORE, FIXED = "1.9.0", "1.10.0"
"""Where versions were taken for texts, the one that is fixed would come first."""

_NAMES = {
    "PyPI": "acme", "npm": "@acme/ui", "Go": "acme.example/ui", CRATES: "acme", "Maven": "com.acme:ui",
    "RubyGems": "acme", "Packagist": "acme/ui",
}  # fmt: skip
_LOCKS = {
    "pip-digests/requirements.txt": "acme==VERSION \\\n    --hash=sha256:00\n",
    "uv/uv.lock": 'version = 1\n[[package]]\nname = "acme"\nversion = "VERSION"\nsource = { registry = "x" }\n',
    "pylock/pylock.toml": 'lock-version = "1.0"\n[[packages]]\nname = "acme"\nversion = "VERSION"\n',
    "poetry/poetry.lock": '[[package]]\nname = "Acme"\nversion = "VERSION"\n[metadata]\nlock-version = "2.1"\n',
    "pdm/pdm.lock": '[metadata]\nlock_version = "4.5.0"\n[[package]]\nname = "acme"\nversion = "VERSION"\n',
    "pipenv/Pipfile.lock": '{"_meta": {}, "default": {"acme": {"version": "==VERSION"}}, "develop": {}}\n',
    "npm-1/package-lock.json": '{"lockfileVersion": 1, "dependencies": {"@acme/ui": {"version": "VERSION"}}}\n',
    "npm-3/package-lock.json": (
        '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a/node_modules/@acme/ui": {"version": "VERSION"}}}\n'
    ),
    "pnpm/pnpm-lock.yaml": (
        "lockfileVersion: '9.0'\npackages:\n  '@acme/ui@VERSION':\n    resolution: {integrity: sha512-00}\n"
    ),
    "yarn-1/yarn.lock": '# yarn lockfile v1\n\n\n"@acme/ui@^1.0.0":\n  version "VERSION"\n',
    "yarn-4/yarn.lock": (
        '__metadata:\n  version: 8\n\n"@acme/ui@npm:^1.0.0":\n  version: VERSION\n'
        '  resolution: "@acme/ui@npm:VERSION"\n  linkType: hard\n'
    ),
    "go/go.mod": "module shop.example\n\ngo 1.21\n\nrequire acme.example/ui vVERSION // indirect\n",
    "cargo/Cargo.lock": 'version = 4\n[[package]]\nname = "acme"\nversion = "VERSION"\nsource = "registry+x"\n',
    "gradle/gradle.lockfile": "com.acme:ui:VERSION=runtimeClasspath\nempty=\n",
    "bundler/Gemfile.lock": "GEM\n  remote: x\n  specs:\n    acme (VERSION-x86_64-linux)\n\nDEPENDENCIES\n  acme\n",
    "composer/composer.lock": '{"packages": [{"name": "Acme/UI", "version": "vVERSION"}], "packages-dev": []}\n',
}
_SBOMS = {
    "cyclonedx/sbom.cdx.json": '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", '
    '"name": "x", "purl": "pkg:pypi/x@1", "components": [{"type": "library", "name": "acme", '
    '"purl": "pkg:pypi/Acme@VERSION"}]}]}\n',
    "cyclonedx-xml/sbom.cdx.xml": '<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component '
    'type="library"><name>ui</name><purl>pkg:npm/%40acme/ui@VERSION</purl></component></components></bom>\n',
    "spdx/sbom.spdx.json": '{"spdxVersion": "SPDX-2.3", "packages": [{"SPDXID": "SPDXRef-a", "name": "acme", '
    '"externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:cargo/acme@VERSION"}]}]}\n',
    "spdx-tags/sbom.spdx": "SPDXVersion: SPDX-2.2\nPackageName: ui\nSPDXID: SPDXRef-a\n"
    "ExternalRef: PACKAGE-MANAGER purl pkg:golang/acme.example/ui@vVERSION\n",
}


def planted_locked() -> Iterator[Planted]:
    """All in one tree, under advisories on a package of each ecosystem."""
    files = {
        f"{_ADVISORIES}/ACME-{number}.json": json.dumps(advisory(f"ACME-{number}", ecosystem, name))
        for number, (ecosystem, name) in enumerate(_NAMES.items())
    }
    cases = []
    for path, text in (_LOCKS | _SBOMS).items():
        kind, _, file = path.partition("/")
        for version, way in ((BEFORE, "fails"), (FIXED, "passes")):
            folder = f"locked/{kind}/{way}"
            files[f"{folder}/{file}"] = text.replace("VERSION", version)
            fault = f"{version} of a package in {file} ({kind})"
            cases.append(Case(fault=fault, rules=(VULNERABLE.id,), folder=folder, fires=way == "fails"))
    yield Planted(
        head=files,
        cases=tuple(cases),
        settings={"max-advisory-age": 36500},
        place={"advisories": _ADVISORIES, "sboms": ["locked/*/*/sbom.*"]},
    )


def advisory(name: str, ecosystem: str, package: str) -> dict[str, object]:
    """One that covers every version before the fixed one."""
    events = [{"introduced": "0"}, {"fixed": FIXED}]
    return {
        "id": name,
        "modified": "2026-11-01T00:00:00Z",
        "severity": [_SEVERE],
        "affected": [
            {
                "package": {"ecosystem": ecosystem, "name": package},
                "ranges": [{"type": "ECOSYSTEM", "events": events}],
            }
        ],
    }
