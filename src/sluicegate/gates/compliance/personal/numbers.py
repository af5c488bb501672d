"""What makes a number a card's, an account's or a telephone's: lengths, prefixes and check digits.

Sources: ISO/IEC 7812-1 (prefixes), ISO 13616-1 and the SWIFT IBAN registry (lengths), ITU-T E.164
(country codes), SSA's rules for numbers since 2011. Test numbers are those that networks and processors publish.
"""

from __future__ import annotations

from sluicegate.checkdigits import account, luhn

_TESTS = """
4111111111111111 4242424242424242 4012888888881881 4222222222222 4005519200000004 4009348888881881 4012000033330026
4012000077777777 4217651111111119 4500600000000061 4988438843884305 4166676667666746 4646464646464644 4917610000000000
5555555555554444 5105105105105100 5200828282828210 5454545454545454 5577000055770004 5424000000000015 2223003122003222
2222400010000008 2223000048400011 378282246310005 371449635398431 378734493671000 370000000000002 6011111111111117
6011000990139424 6011000000000012 30569309025904 38520000023237 36227206271667 3056930009020004 3566002020360505
3530111333300000 6200000000000005 6304000000000000
"""
_PUBLISHED = frozenset(_TESTS.split())
_TEST_RANGES = ("400000",)  # the issuer's number that a processor gives its test cards

_LENGTHS = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18
FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20
LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24
SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
"""
_IBAN = {each[:2]: int(each[2:]) for each in _LENGTHS.split()}

# codes of two digits, and how those of three begin; codes of one digit are 1 and 7
_CODES = """
20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92
93 94 95 98 21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99
"""
_COUNTRIES = frozenset(_CODES.split())
_SHORTEST, _LONGEST = 8, 15
_NINES = 900


def is_card(digits: str) -> bool:
    """Whether digits are a number that an issuer could have given out: prefix, length and check digit."""
    return len(digits) in _lengths(digits) and luhn(digits)


def is_published(digits: str) -> bool:
    """Whether a card's number is one that is published for tests, and that nobody owns."""
    return digits in _PUBLISHED or digits.startswith(_TEST_RANGES)


def _lengths(digits: str) -> tuple[int, ...]:
    """How long the number of a network may be that begins so."""
    two, four = digits[:2], int(digits[:4])
    if digits[0] == "4":
        return (13, 16, 19)
    if two in ("34", "37"):
        return (15,)
    if "51" <= two <= "55" or 2221 <= four <= 2720:  # noqa: PLR2004 - the ranges of the network
        return (16,)
    if four == 6011 or two == "65" or 6440 <= four <= 6499:  # noqa: PLR2004
        return (16, 19)
    if two == "62":
        return (16, 17, 18, 19)
    if 3528 <= four <= 3589:  # noqa: PLR2004
        return (16, 19)
    if two in ("36", "38", "39") or 3000 <= four <= 3059:  # noqa: PLR2004
        return (14, 16)
    return ()


def is_iban(text: str) -> bool:
    """Whether capital letters and digits without spaces are an account of a country's length, with its check digits."""
    return _IBAN.get(text[:2]) == len(text) and account(text)


def iban_length(country: str) -> int:
    """How long an account of a country is; 0 where there is none."""
    return _IBAN.get(country, 0)


def is_international(digits: str) -> bool:
    """Whether digits after a plus are a telephone number: a country code that is given out, and 8 to 15 digits."""
    if not _SHORTEST <= len(digits) <= _LONGEST:
        return False
    return digits[0] in "17" or digits[:2] in _COUNTRIES


def is_made_up_phone(digits: str) -> bool:
    """Whether a telephone number is one that is kept free for books and films: 555-0100 to 555-0199."""
    national = digits[-10:]
    return national[3:8] == "55501"


def is_ssn(area: str, group: str, serial: str) -> bool:
    """Whether a US social security number can have been given out."""
    return area not in ("000", "666") and int(area) < _NINES and group != "00" and serial != "0000"


def is_made_up_ssn(area: str, group: str, serial: str) -> bool:
    """Whether it is one of those that were printed for all to see, and are nobody's."""
    return f"{area}{group}{serial}" in ("078051120", "219099999", "123456789")
