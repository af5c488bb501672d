"""Sets of rules in the format of gitleaks (version 8): which kinds of secrets are looked for, and what is let be."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.model import Level

Check = Literal["", "crc32-base62", "crc32-hex", "bech32", "jwt", "generic"]


class Allowlist(Struct, frozen=True, kw_only=True, rename="camel"):
    """What is let be. `condition` AND asks for all that is given, OR for one; `regex_target` is what regexes see."""

    condition: str = "OR"
    paths: tuple[str, ...] = ()
    regexes: tuple[str, ...] = ()
    regex_target: str = ""
    stopwords: tuple[str, ...] = ()
    target_rules: tuple[str, ...] = ()


class Kind(Struct, frozen=True, kw_only=True, rename="camel"):
    """A kind of secret. `secret_group` is the group that holds it (0: the first that matched).

    `keywords`: one of them stands in every file that is worth a look. `check` is a test that a real one passes. Of a
    kind of `ours`, what people write in the place of a secret is let be; the user's say that themselves.
    """

    id: str
    description: str = ""
    regex: str = ""
    path: str = ""
    keywords: tuple[str, ...] = ()
    entropy: float = 0.0
    secret_group: int = 0
    allowlist: Allowlist | None = None
    allowlists: tuple[Allowlist, ...] = ()
    check: Check = ""
    level: Level = Level.ERROR
    ours: bool = False

    @property
    def lists(self) -> tuple[Allowlist, ...]:
        """All that is let be of this kind."""
        return (*self.allowlists, *([self.allowlist] if self.allowlist else []))


class RuleSet(Struct, frozen=True, kw_only=True):
    """A set of rules. `disabled` are ids of ours that a set of the user's takes out."""

    rules: tuple[Kind, ...] = ()
    allowlist: Allowlist | None = None
    allowlists: tuple[Allowlist, ...] = ()
    extend: dict[str, Any] = field(default_factory=dict)

    @property
    def lists(self) -> tuple[Allowlist, ...]:
        """What is let be whatever kind it is of."""
        return (*self.allowlists, *([self.allowlist] if self.allowlist else []))

    @property
    def disabled(self) -> frozenset[str]:
        """The ids that it takes out of the set that it extends."""
        said = self.extend.get("disabledRules", ())
        return frozenset(map(str, said)) if isinstance(said, list | tuple) else frozenset()


@cache
def own() -> tuple[Kind, ...]:
    """The kinds that Sluicegate knows itself."""
    text = Path(__file__).with_name("rules.toml").read_text("utf-8")  # importlib.resources takes longer than the rest
    return tuple(replace(kind, ours=True) for kind in msgspec.convert(tomllib.loads(text), RuleSet).rules)


def parse(text: bytes, shown: str) -> RuleSet:
    """The set in a file. Raises GateError where it is none, or asks for what is not read."""
    hint = "a set of rules is TOML as gitleaks reads it: [[rules]] with id, regex and keywords"
    try:
        made = msgspec.convert(tomllib.loads(text.decode("utf-8-sig")), RuleSet)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise GateError(f"{shown} holds no set of rules for secrets: {error}", hint=hint) from None
    if made.extend.get("path") or made.extend.get("url"):
        raise GateError(
            f"{shown} extends another file, which is not followed", hint="name both in [security] secret-rules"
        )
    empty = next((kind.id for kind in made.rules if not kind.regex and not kind.path), None)
    if empty is not None:
        raise GateError(f"{shown}: the rule {empty} has neither regex nor path", hint=hint)
    return made
