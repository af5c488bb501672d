"""Personal data taken out of what reports say: what an item was called may have held it, and who reads it has no need.

Evidence stays as it is where it is kept; a report names its hash.
"""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_CARD = re.compile(r"(?<!\w)(?<!\w\.)(?:[0-9][ -]?){12,18}[0-9](?!\w|\.\w)")
_ACCOUNT = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")


def masked(text: str) -> str:
    """The same without addresses of e-mail, numbers of cards (Luhn) and of bank accounts (IBAN, ISO 7064)."""
    if "@" in text:
        text = _ADDRESS.sub("[e-mail]", text)
    if any(sign.isdigit() for sign in text):
        text = _ACCOUNT.sub(lambda found: "[account]" if _is_account(found[0]) else found[0], text)
        text = _CARD.sub(lambda found: "[card]" if _is_card(found[0]) else found[0], text)
    return text


def _is_card(text: str) -> bool:
    digits = [int(sign) for sign in reversed(text) if sign.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_account(text: str) -> bool:
    bare = text.replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97 == 1
