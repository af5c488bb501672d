"""Finds secrets in a text: keywords first, then the expressions that they wake, then whether it is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sluicegate.gates.security.secrets.expressions import compiled, engine, present
from sluicegate.gates.security.secrets.likeness import entropy, holds, stands_for_one

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.gates.security.secrets.ruleset import Allowlist, Kind

_DROPS = frozenset({"jwt", "generic", "bech32"})
"""Tests that every real one passes by its definition; of the others, one that fails may be a kind that is not known."""
_SUMS = frozenset({"crc32-base62", "crc32-hex", "bech32"})
"""Tests that nothing passes by chance."""
_LONGEST = 32_000


class Secret(NamedTuple):
    """One that was found: from where to where it stands, in bytes; `sure`: None where no checksum could tell."""

    kind: Kind
    start: int
    end: int
    text: str
    sure: bool | None


class Detector:
    """Looks for some kinds of secrets. Raises GateError where an expression is none, or RE2 is not there."""

    def __init__(self, kinds: Sequence[Kind], lists: Sequence[Allowlist] = ()) -> None:
        engine()
        self._kinds = [kind for kind in kinds if kind.regex]
        for kind in self._kinds:
            if not kind.ours:  # those of this package are known to be expressions; each takes a while to be made ready
                _expression(kind)
        self._of_paths = [kind for kind in kinds if kind.path and not kind.regex]
        self._lists = tuple(lists)
        self._always = [at for at, kind in enumerate(self._kinds) if not kind.keywords]
        self._woken: dict[bytes, list[int]] = {}
        for at, kind in enumerate(self._kinds):
            for word in kind.keywords:
                self._woken.setdefault(word.lower().encode(), []).append(at)
        self._keywords = present(tuple(self._woken))

    def names(self, path: str) -> list[Kind]:
        """The kinds of which a file by such a name is one, whatever it holds."""
        seen = path.encode("utf-8", "surrogateescape")
        return [kind for kind in self._of_paths if compiled(kind.path, f"the rule {kind.id}").search(seen)]

    def secrets(self, path: str, text: bytes) -> list[Secret]:
        """What stands in a text, in order; a place that several kinds fit is told of the first of them alone."""
        seen = path.encode("utf-8", "surrogateescape")
        if _lets_path_be(self._lists, seen):
            return []
        woken = {*self._always}
        for word in self._keywords(text.lower()):
            woken.update(self._woken[word])
        found: list[Secret] = []
        for at in sorted(woken):
            kind = self._kinds[at]
            if kind.path and not compiled(kind.path, f"the rule {kind.id}").search(seen):
                continue
            lists = [each for each in self._lists if not each.target_rules or kind.id in each.target_rules]
            for secret in _of_kind(kind, text, (*kind.lists, *lists), seen):
                if not any(secret.start < other.end and other.start < secret.end for other in found):
                    found.append(secret)
        return sorted(found, key=lambda one: one.start)


def _expression(kind: Kind) -> Any:
    return compiled(kind.regex, f"the rule {kind.id}")


def _of_kind(kind: Kind, text: bytes, lists: tuple[Allowlist, ...], path: bytes) -> Iterator[Secret]:
    for match in _expression(kind).finditer(text):
        group = kind.secret_group or next((at for at, got in enumerate(match.groups(), 1) if got), 0)
        start, end = match.span(group)
        secret = text[start : min(end, start + _LONGEST)].decode("latin-1")
        if not secret or entropy(secret) < kind.entropy:
            continue
        held = holds(kind.check, secret)
        if held is False and kind.check in _DROPS:
            continue
        sure = held if kind.check in _SUMS else None
        if kind.ours and not sure and stands_for_one(secret):
            continue
        if any(_lets_be(each, path, text, match, secret) for each in lists):
            continue
        yield Secret(kind, start, end, secret, sure)


def _lets_path_be(lists: Sequence[Allowlist], path: bytes) -> bool:
    """Whether a file is let be whatever it holds."""
    return any(
        compiled(pattern, "an allowlist").search(path)
        for each in lists
        for pattern in each.paths
        if not each.target_rules and not (each.condition.upper() == "AND" and (each.regexes or each.stopwords))
    )


def _lets_be(each: Allowlist, path: bytes, text: bytes, match: Any, secret: str) -> bool:
    target = secret.encode("latin-1")
    if each.regex_target == "match":
        target = match.group(0)
    elif each.regex_target == "line":
        begin, end = match.span(0)
        line_end = text.find(b"\n", end)
        target = text[text.rfind(b"\n", 0, begin) + 1 : len(text) if line_end < 0 else line_end]
    asked = []
    if each.paths:
        asked.append(any(compiled(one, "an allowlist").search(path) for one in each.paths))
    if each.regexes:
        asked.append(any(compiled(one, "an allowlist").search(target) for one in each.regexes))
    if each.stopwords:
        asked.append(any(word.lower() in secret.lower() for word in each.stopwords))
    return bool(asked) and (all(asked) if each.condition.upper() == "AND" else any(asked))
