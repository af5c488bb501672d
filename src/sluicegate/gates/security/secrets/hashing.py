"""What tells one secret from another without telling it."""

from __future__ import annotations

import hashlib
from functools import lru_cache

_ROUNDS = 10_000
_SALT = b"sluicegate secret"


@lru_cache(maxsize=65_536)
def hashed(secret: str, key: str) -> str:
    """32 hexadecimal digits: slow to try (PBKDF2, RFC 8018), and with a key of one's own, in vain."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), _SALT + key.encode(), _ROUNDS, 16).hex()
