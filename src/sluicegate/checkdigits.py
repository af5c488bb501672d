"""Check digits: what tells a number that somebody was given from digits that came about by chance.

Sources: ISO/IEC 7812-1, annex B (Luhn); ISO/IEC 7064, MOD 97-10, as ISO 13616-1 has it for accounts.
"""

from __future__ import annotations

_DOUBLED = str.maketrans("0123456789", "0246813579")


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    total = sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2].translate(_DOUBLED)))
    return total % 10 == 0


def account(text: str) -> bool:
    """Whether the third and fourth of capital letters and digits without spaces are the check digits of the others."""
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1
