"""Values that were planted as somebody's, and every form in which one may turn up."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.openapi.reading import parse, read_bytes

if TYPE_CHECKING:
    from sluicegate.model import Tree

SHORTEST = 6
"""Characters of a value that is not met by chance."""

_NAMED = re.compile(r"([A-Za-z][A-Za-z0-9_. -]{0,63})=(.+)", re.DOTALL)
_FILES = (".yaml", ".yml", ".json")
_LARGEST = 1 << 20
_DIGITS = re.compile(r"[0-9]{12,19}")


class Form(Struct, frozen=True):
    """One way to write a canary. `anyhow`: the case of letters does not count, and `needle` has small ones."""

    name: str
    needle: bytes
    anyhow: bool = True


class Canary(Struct, frozen=True, kw_only=True):
    """A planted value under a name that may be told."""

    name: str
    forms: tuple[Form, ...]

    def seen(self, text: bytes, small: bytes) -> Iterator[tuple[str, int]]:
        """The forms that stand in a text, each with its first offset. `small` is the text in lower case."""
        for form in self.forms:
            at = (small if form.anyhow else text).find(form.needle)
            if at >= 0:
                yield form.name, at


def canaries(tree: Tree, listed: tuple[str, ...]) -> list[Canary]:
    """The canaries of the settings and of the files that they name. Raises GateError, which tells no value."""
    found: dict[str, str] = {}
    for number, one in enumerate(listed, 1):
        if one.endswith(_FILES) and "=" not in one:
            found |= _of_file(tree, one)
        elif named := _NAMED.fullmatch(one):
            found[named[1].strip()] = named[2]
        else:
            found[f"canary {number}"] = one
    for name, value in found.items():
        if len(value) < SHORTEST:
            raise GateError(
                f"the canary {name} has {len(value)} characters, and could be met by chance",
                f"plant a value of {SHORTEST} characters or more",
            )
    return [Canary(name=name, forms=tuple(_forms(value))) for name, value in found.items()]


def _of_file(tree: Tree, path: str) -> dict[str, str]:
    data = parse(read_bytes(tree, path, _LARGEST), path, tree.display(path)).data
    if not isinstance(data, dict) or not all(isinstance(each, (str, int)) for each in data.values()):
        raise GateError(f"{tree.display(path)} is to be `NAME: VALUE`, one canary a line", "write values as texts")
    return {str(name): str(value) for name, value in data.items()}


def _forms(value: str) -> Iterator[Form]:
    """Raw, escaped, encoded and hashed; what two ways give alike is there once, under the plainer name."""
    known: set[tuple[bytes, bool]] = set()
    for form in _all(value):
        if form.needle and (form.needle, form.anyhow) not in known:
            known.add((form.needle, form.anyhow))
            yield form


def _all(value: str) -> Iterator[Form]:
    for raw in dict.fromkeys((value, value.lower(), value.upper(), *_grouped(value))):
        yield Form("as it is", _small(raw))
    escaped, plain = json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]
    for name, text in (
        ("escaped as in a URL", quote(value, safe="")),
        ("escaped as in a URL", quote_plus(value)),
        ("escaped as in JSON", escaped),
        ("escaped as in JSON", escaped.replace("/", "\\/")),
        ("escaped as in JSON", plain),
        ("escaped as in JSON", plain.replace("/", "\\/")),
        ("escaped as in JSON", json.dumps(escaped)[1:-1]),
        ("escaped as in JSON", "".join(f"\\u{ord(sign):04x}" for sign in value)),
        ("escaped as in HTML", html.escape(value)),
    ):
        yield Form(name, _small(text))
    for spelt in dict.fromkeys((value, value.lower(), value.upper())):
        coded = spelt.encode()
        for needle in _base64(coded):
            yield Form("in base64", needle, anyhow=False)
        yield Form("in hexadecimal", coded.hex().encode())
        for algorithm in ("md5", "sha1", "sha256"):
            digest = hashlib.new(algorithm, coded, usedforsecurity=False).digest()
            named = f"as {algorithm.upper()} without a salt"
            yield Form(named, digest.hex().encode())
            for standard in (base64.b64encode(digest), base64.urlsafe_b64encode(digest)):
                yield Form(named, standard.rstrip(b"="), anyhow=False)


def _grouped(value: str) -> Iterator[str]:
    """A long number as people write it, in fours."""
    if _DIGITS.fullmatch(value):
        fours = [value[at : at + 4] for at in range(0, len(value), 4)]
        yield " ".join(fours)
        yield "-".join(fours)


def _base64(raw: bytes) -> Iterator[bytes]:
    """What is in the base64 of every text that has the value in it, wherever its three bytes begin."""
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode(b"\0" * shift + raw).rstrip(b"=")
            first = (0, 2, 3)[shift]
            last = len(whole) - (1 if (shift + len(raw)) % 3 else 0)
            yield whole[first:last]


def _small(text: str) -> bytes:
    """As `bytes.lower` leaves it in what is searched: other letters than those of ASCII stay as they are."""
    return text.encode("utf-8", "surrogatepass").lower()
