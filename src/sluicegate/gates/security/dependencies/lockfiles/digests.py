"""The digests that lock files hold, in one spelling: `sha256:1f3a…`."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

_PLAIN = re.compile(r"(md5|sha1|sha224|sha256|sha384|sha512):([0-9a-f]+)")


def plain(values: Any) -> tuple[str, ...]:
    """The digests in a list, each once, in order; what is none is left out."""
    texts = {value.lower() for value in (values if isinstance(values, list) else ()) if isinstance(value, str)}
    return tuple(sorted(text for text in texts if _PLAIN.fullmatch(text)))


def integrity(value: Any) -> tuple[str, ...]:
    """The digests in a text as npm writes it (W3C, "Subresource Integrity"): `sha512-` and base64."""
    found = []
    for one in value.split() if isinstance(value, str) else ():
        kind, _, coded = one.partition("-")
        try:
            found.append(f"{kind}:{base64.b64decode(coded, validate=True).hex()}")
        except (binascii.Error, ValueError):
            continue
    return plain(found)
