"""Signatures of the kind SHA256withRSA (RFC 8017, RSASSA-PKCS1-v1_5), checked with a public key.

Nothing here is secret, and what a signature has to be is made whole and compared, so that no parser can be fooled; a
library for it would be larger than the gate.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from msgspec import Struct

from sluicegate.errors import GateError

_PEM = re.compile(rb"-----BEGIN ([A-Z ]+)-----(.*?)-----END \1-----", re.DOTALL)
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # DigestInfo of SHA-256 (RFC 8017, 9.2, note 1)
_SEQUENCE, _INTEGER, _BITS = 0x30, 0x02, 0x03
_LEAST = 2048
_LONG = 0x80


class Key(Struct, frozen=True, kw_only=True):
    """The modulus and the exponent of a public key."""

    modulus: int
    exponent: int

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether a signature is the one of a message."""
        size = (self.modulus.bit_length() + 7) // 8
        number = int.from_bytes(signature, "big")
        if len(signature) != size or number >= self.modulus:
            return False
        end = _SHA256 + hashlib.sha256(message).digest()
        wanted = b"\x00\x01" + b"\xff" * (size - len(end) - 3) + b"\x00" + end
        return pow(number, self.exponent, self.modulus).to_bytes(size, "big") == wanted


def keys(data: bytes) -> list[Key]:
    """The public keys in a file: PEM, DER, or base64 of DER as CloudTrail gives it, a line each. Raises GateError."""
    if blocks := [body for _, body in _PEM.findall(data)]:
        return [_key(_decoded(body)) for body in blocks]
    if data[:1] == bytes((_SEQUENCE,)):
        return [_key(data)]
    return [_key(_decoded(line)) for line in data.splitlines() if line.strip()]


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _none() from None


def _key(der: bytes) -> Key:
    """PKCS#1 (RFC 8017, A.1.1), alone or within a SubjectPublicKeyInfo (RFC 5280, 4.1)."""
    whole, _ = _member(der, _SEQUENCE)
    if whole[:1] == bytes((_SEQUENCE,)):
        _, rest = _member(whole, _SEQUENCE)
        bits, _ = _member(rest, _BITS)
        whole, _ = _member(bits[1:], _SEQUENCE)
    modulus, rest = _member(whole, _INTEGER)
    exponent, _ = _member(rest, _INTEGER)
    found = Key(modulus=int.from_bytes(modulus, "big"), exponent=int.from_bytes(exponent, "big"))
    if found.modulus.bit_length() < _LEAST or found.exponent < 3 or found.modulus % 2 == 0:  # noqa: PLR2004 - the least
        raise GateError("the public key is weaker than 2048 bits, or none of RSA", "name the key of the trail")
    return found


def _member(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the first value, which has to be of a kind, and what follows it."""
    if len(der) < 2 or der[0] != tag:  # noqa: PLR2004 - a tag and a length
        raise _none()
    size, start = der[1], 2
    if size & _LONG:
        count = size & ~_LONG
        size, start = int.from_bytes(der[2 : 2 + count], "big"), 2 + count
    if start + size > len(der):
        raise _none()
    return der[start : start + size], der[start + size :]


def _none() -> GateError:
    return GateError("it is no public key", "name the file of `aws cloudtrail list-public-keys`, PEM or base64")
