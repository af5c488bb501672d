"""Advisories in the OSV format (OSV schema 1.x, a standard of the OpenSSF), as far as matching needs them."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct, field

from sluicegate.gates.security.dependencies.packages import released
from sluicegate.gates.security.dependencies.versions import spelt

SCHEMAS = ("1.",)
"""The schema versions that are understood: the format adds fields within a major version, and changes none."""


class Foreign(msgspec.ValidationError):
    """A document is no advisory of a schema that is understood."""


class Said(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A severity: `CVSS_V2`, `CVSS_V3`, `CVSS_V4` or another scale, and its vector."""

    type: str = ""
    score: str = ""


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a version range begins or ends; one member is given."""

    introduced: str = ""
    fixed: str = ""
    last_affected: str = ""
    limit: str = ""


class Range(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A range of versions: `ECOSYSTEM` or `SEMVER`; one of `GIT` speaks of commits."""

    type: str
    events: tuple[Event, ...] = ()


class Affected(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which versions of one package are affected; `versions` are in their one spelling."""

    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()
    severity: tuple[Said, ...] = ()


class Advisory(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one advisory says of one package. `word` is the database's own severity: `HIGH`.

    `upstream` are the weaknesses that one of a distribution mends, where they are several; a single one is an alias.
    `published` is when it was told first, else when it was changed last; an ISO time.
    """

    id: str
    aliases: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    summary: str = ""
    severity: tuple[Said, ...] = ()
    word: str = ""
    affected: tuple[Affected, ...] = ()
    published: str = ""


class _Package(Struct, frozen=True, kw_only=True):
    ecosystem: str = ""
    name: str = ""


class _Affected(Struct, frozen=True, kw_only=True):
    package: _Package | None = None
    ranges: tuple[Range, ...] | None = None
    versions: tuple[str, ...] | None = None
    severity: tuple[Said, ...] | None = None
    database_specific: Any = None
    ecosystem_specific: Any = None


class Document(Struct, frozen=True, kw_only=True):
    """An advisory as a database writes it; `withdrawn` is when it was taken back."""

    id: str
    modified: str
    schema_version: str = "1.0.0"
    published: str | None = None
    withdrawn: str | None = None
    summary: str | None = None
    details: str | None = None
    aliases: tuple[str, ...] | None = None
    upstream: tuple[str, ...] | None = None
    severity: tuple[Said, ...] | None = None
    affected: tuple[_Affected, ...] | None = None
    database_specific: Any = field(default=None)

    def advisories(self) -> dict[tuple[str, str], Advisory]:
        """What it says, by ecosystem and name of the package; only that of a distribution is named with its release."""
        found: dict[tuple[str, str], list[_Affected]] = {}
        for each in self.affected or ():
            if each.package and each.package.name and each.package.ecosystem:
                found.setdefault((released(each.package.ecosystem), each.package.name), []).append(each)
        return {package: self._advisory(package[0], some) for package, some in found.items()}

    def _advisory(self, ecosystem: str, some: list[_Affected]) -> Advisory:
        words = (
            self.database_specific,
            *(each.database_specific for each in some),
            *(each.ecosystem_specific for each in some),
        )
        upstream = self.upstream or ()
        alone = len(upstream) == 1
        return Advisory(
            id=self.id,
            aliases=(*(self.aliases or ()), *(upstream if alone else ())),
            upstream=() if alone else upstream,
            summary=(self.summary or (self.details or "").strip().split("\n")[0])[:200],
            severity=self.severity or (),
            published=self.published or self.modified,
            word=next((word for said in words if (word := _word(said))), ""),
            affected=tuple(
                Affected(
                    ranges=each.ranges or (),
                    severity=each.severity or (),
                    versions=tuple(dict.fromkeys(spelt(ecosystem, one) for one in each.versions or ())),
                )
                for each in some
            ),
        )


def _word(said: Any) -> str:
    word = (said.get("severity") or said.get("urgency")) if isinstance(said, dict) else None
    return word.upper() if isinstance(word, str) and len(word) < 20 else ""  # noqa: PLR2004 - a word, no vector


_decoder = msgspec.json.Decoder(Document)


def document(content: bytes) -> Document:
    """The advisory in a JSON text. Raises msgspec.MsgspecError, and ValueError where the text is not UTF-8."""
    found = _decoder.decode(content)
    if not found.schema_version.startswith(SCHEMAS):
        raise Foreign(f"schema version {found.schema_version[:20]} is not one of 1.x")
    return found
