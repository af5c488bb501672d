"""Personal data taken out of foreign text by its form alone: addresses of e-mail, numbers of cards, accounts and SSNs.

What a commit is called, or a thing in a file, may hold somebody's; who reads a report has no need of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sluicegate.checkdigits import account, luhn

_ADDRESS = re.compile(r"[\w.+%'-]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
_MACHINES = ("git@", "hg@", "svn@")
_CARD = re.compile(r"(?<!\w)(?<!\w\.)(?:[0-9][ -]?){12,18}[0-9](?!\w|\.\w)")
_ACCOUNT = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![\w-])")

Cover = Callable[[str, str], str]
"""From a kind and what was found of it to what stands in its place."""


def plain_cover(kind: str, _value: str) -> str:
    """`[card]`, whatever its number was."""
    return f"[{kind}]"


def masked(text: str, cover: Cover = plain_cover) -> str:
    """The same text without addresses of e-mail, numbers of cards (Luhn), accounts (IBAN, ISO 7064) and SSNs."""
    if "@" in text:
        text = _ADDRESS.sub(
            lambda found: found[0] if found[0].startswith(_MACHINES) else cover("e-mail", found[0]), text
        )
    if any(sign.isdigit() for sign in text):
        text = _ACCOUNT.sub(
            lambda found: cover("account", found[0]) if account(found[0].replace(" ", "")) else found[0], text
        )
        text = _CARD.sub(lambda found: cover("card", found[0]) if _is_card(found[0]) else found[0], text)
        text = _SSN.sub(lambda found: cover("ssn", found[0]), text)
    return text


def _is_card(text: str) -> bool:
    digits = "".join(filter(str.isdigit, text))
    return len(set(digits)) > 1 and luhn(digits)
