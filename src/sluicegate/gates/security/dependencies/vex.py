"""VEX documents: what somebody who knows the product says of a weakness in one of its parts.

OpenVEX (its specification 0.2.0, and the older 0.0.x) and CycloneDX (1.4 on, `vulnerabilities` with an `analysis`). A
statement takes a finding away only where it names the weakness and the very package; of several that do, the last one
counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies.purl import Named, named
from sluicegate.gates.security.dependencies.versions import spelt
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sluicegate.gates.security.dependencies.packages import Package

LIMIT = 32 << 20
_EXCUSED = frozenset({"not_affected", "fixed", "false_positive", "resolved", "resolved_with_pedigree"})
_HINT = "write it in OpenVEX or in CycloneDX (JSON), or take it off [security] vex"


class Statement(Struct, frozen=True, kw_only=True):
    """What a document says: weaknesses by all their names, packages, whether they are well, and why."""

    ids: frozenset[str]
    packages: tuple[Named, ...]
    excused: bool
    why: str
    source: str
    time: str = ""


def statements(content: bytes, shown: str) -> list[Statement]:
    """The statements of a document, the oldest first. Raises GateError: it is no VEX document."""
    try:
        data = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise GateError(f"{shown} is not JSON: {shorten(one_line(str(error)), 100)}", hint=_HINT) from None
    if isinstance(data, dict) and data.get("bomFormat") == "CycloneDX":
        return list(_cyclonedx(data, shown))
    if isinstance(data, dict) and "openvex" in str(data.get("@context", "")):
        return sorted(_openvex(data, shown), key=lambda one: one.time)
    raise GateError(f"{shown} is neither OpenVEX nor CycloneDX", hint=_HINT)


def excuse(said: Sequence[Statement], package: Package) -> Statement | None:
    """Of statements about a weakness the last one about a package, where it says that this one is well."""
    about = [one for one in said if any(_same(each, package) for each in one.packages)]
    return about[-1] if about and about[-1].excused else None


def _same(one: Named, package: Package) -> bool:
    names = {package.name, *(package.installed if len(package.installed) == 1 else ())}
    if one.name not in names or not one.fits(package.ecosystem):
        return False
    return not one.version or spelt(package.ecosystem, one.version) == spelt(package.ecosystem, package.version)


def _openvex(data: dict[str, Any], shown: str) -> Iterator[Statement]:
    for one in _tables(data.get("statements")):
        about = one.get("vulnerability")
        names = [about] if isinstance(about, str) else _names(about)
        products = [each for product in _any(one.get("products")) for each in _product(product)]
        yield Statement(
            ids=frozenset(names), packages=tuple(products), excused=one.get("status") in _EXCUSED,
            why=_words(one.get("justification") or one.get("status")), source=shown,
            time=str(one.get("timestamp") or data.get("timestamp") or ""),
        )  # fmt: skip


def _names(about: Any) -> list[str]:
    if not isinstance(about, dict):
        return []
    aliases = about.get("aliases")
    some = [about.get("name"), about.get("@id"), *(aliases if isinstance(aliases, list) else ())]
    return [one for one in some if isinstance(one, str)]


def _product(product: Any) -> Iterator[Named]:
    """The packages that a product names: its parts where it has some, else itself."""
    if isinstance(product, str):
        product = {"@id": product}
    if not isinstance(product, dict):
        return
    parts = [each for part in _any(product.get("subcomponents")) for each in _product(part)]
    identifiers = product.get("identifiers")
    texts = [product.get("@id"), identifiers.get("purl") if isinstance(identifiers, dict) else None]
    yield from parts or _packages(texts)


def _cyclonedx(data: dict[str, Any], shown: str) -> Iterator[Statement]:
    purls = {str(one.get("bom-ref")): one.get("purl") for one in _tables(data.get("components"))}
    for one in _tables(data.get("vulnerabilities")):
        analysis = one.get("analysis")
        if not isinstance(analysis, dict):
            continue
        names = [one.get("id"), *(each.get("id") for each in _tables(one.get("references")))]
        packages: list[Named] = []
        for affected in _tables(one.get("affects")):
            ref = str(affected.get("ref", ""))
            found = _packages([purls.get(ref) or ref, unquote(ref.rpartition("#")[2])])
            versions = [str(each["version"]) for each in _tables(affected.get("versions")) if "version" in each]
            packages += [each._replace(version=version) for each in found for version in versions or [each.version]]
        yield Statement(
            ids=frozenset(name for name in names if isinstance(name, str)), packages=tuple(packages),
            excused=analysis.get("state") in _EXCUSED,
            why=_words(analysis.get("justification") or analysis.get("state")), source=shown,
        )  # fmt: skip


def _packages(texts: Iterable[Any]) -> list[Named]:
    return [found for text in texts if isinstance(text, str) and (found := named(text)) is not None]


def _words(value: Any) -> str:
    return shorten(one_line(str(value or "").replace("_", " ")), 80)


def _any(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _tables(value: Any) -> list[dict[str, Any]]:
    return [one for one in _any(value) if isinstance(one, dict)]
