"""How a value is known again without being told."""

from __future__ import annotations

import hashlib


def trace(value: str) -> str:
    """Four hexadecimal digits of a hash: enough to know a value again where it stood, too few to find it by trying."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:4]
