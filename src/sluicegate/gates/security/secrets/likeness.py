"""Whether a text that looks like a secret is one: its entropy, its checksum, and what people write in its place."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import zlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_STANDS_FOR = re.compile(
    r"example|sample|dummy|change.?me|placeholder|redacted|your.?|insert|replace|todo|fixme|x{4,}|\*{3,}|\.{3}|0{6,}|<|\$\{"
    r"|123456|abcdef|foobar|qwerty|deadbeef",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?:my|the|a|some|very|super)?[-_]?(?:pass(?:word|wd|phrase)?|pwd|secret|token|key|user(?:name)?|login|test|admin|root|guest"
    r"|foo|bar|baz|hunter|letmein)[-_]?(?:word|key|here|name)?\d{0,4}!?",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[a-z]+(?:[-_.][a-z]+)*|[A-Z]+(?:[-_.][A-Z]+)*|[a-z]+(?:[A-Z][a-z]*)+|[A-Z][a-z]+(?:[A-Z][a-z]*)*")
_PLACE = re.compile(
    r"^(?:[./~]|[a-z]+://)|[\w-]+/[\w-]+/|\.(?:py|js|ts|go|rs|json|ya?ml|toml|txt|pem|key|crt|com|org|io)$"
)
_DIGEST = re.compile(r"^(?:sha(?:1|256|384|512)|md5)[-:]", re.IGNORECASE)
_FEW = 5


def entropy(text: str) -> float:
    """Shannon's entropy in bits for each character (Shannon 1948, section 6)."""
    length = len(text)
    return -sum(count / length * math.log2(count / length) for count in Counter(text).values()) if length else 0.0


def stands_for_one(text: str) -> bool:
    """Whether it is what people write where a secret would stand: `changeme`, `xxxx`, `${TOKEN}`."""
    return bool(_STANDS_FOR.search(text) or _PLAIN.fullmatch(text)) or len(set(text)) <= _FEW


def holds(check: str, text: str) -> bool | None:
    """Whether a test holds that real ones pass; None where there is none that could tell."""
    tried = _CHECKS.get(check)
    return tried(text) if tried else None


def is_likely(text: str) -> bool:
    """Whether a value in an assignment looks made by a machine: letters and digits, and neither words nor a place."""
    mixed = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
    return mixed and not (_WORDS.fullmatch(text) or _PLACE.search(text) or _DIGEST.match(text))


def crc32_base62(text: str) -> str:
    """The CRC-32 of a text in base 62, with six digits."""
    number, digits = zlib.crc32(text.encode()), ""
    while number:
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    return digits.rjust(6, "0")


def bech32_sum(name: str, values: list[int]) -> int:
    """The checksum of bech32 (BIP 173) over a name and values of five bits: 1 for what is whole."""
    checked = 1
    for value in [ord(sign) >> 5 for sign in name] + [0] + [ord(sign) & 31 for sign in name] + values:
        top, checked = checked >> 25, (checked & 0x1FFFFFF) << 5 ^ value
        for bit, mask in enumerate(_GENERATOR):
            checked ^= mask if top >> bit & 1 else 0
    return checked


def _crc32_base62(text: str) -> bool:
    """GitHub's and npm's tokens end with the checksum of what stands before it."""
    body = text.rpartition("_")[2]
    return body[-6:] == crc32_base62(body[:-6])


def _crc32_hex(text: str) -> bool:
    """Grafana's tokens end with the CRC-32 of what stands before it, in hexadecimal."""
    body, _, digits = text.removeprefix("glsa_").partition("_")
    return f"{zlib.crc32(body.encode()):08x}" == digits.lower()


def _bech32(text: str) -> bool:
    """As age writes its keys."""
    name, _, data = text.lower().rpartition("1")
    return bech32_sum(name, [*map(BECH32.find, data)]) == 1


def _jwt(text: str) -> bool:
    """Header and payload are JSON objects, and the header names an algorithm (RFC 7519, section 5)."""
    try:
        header, payload = (
            json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in text.split(".")[:2]
        )
    except (ValueError, binascii.Error, RecursionError):
        return False
    return isinstance(header, dict) and isinstance(payload, dict) and header.get("alg") not in (None, "none")


_CHECKS: dict[str, Callable[[str], bool]] = {
    "crc32-base62": _crc32_base62,
    "crc32-hex": _crc32_hex,
    "bech32": _bech32,
    "jwt": _jwt,
    "generic": is_likely,
}
