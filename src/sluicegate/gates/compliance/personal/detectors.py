"""What in a text looks like personal data: patterns, then check digits, then the words before it.

They advise: a number that passes every test may still be an order's. What decides is what was declared and planted.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from ipaddress import ip_address

from msgspec import Struct

from sluicegate.gates.compliance.personal import numbers

KINDS = ("card", "e-mail", "iban", "phone", "ssn", "ip", "birth date")
"""What is looked for."""


class Hit(Struct, frozen=True):
    """What was found in a text, from `start` to `end`, and how it may be shown: with nearly all of it covered.

    `reserved`: nobody's, by agreement: a test number, a domain for examples, an address of documentation.
    """

    kind: str
    start: int
    end: int
    masked: str
    reserved: bool = False


def found(text: str) -> Iterator[Hit]:
    """Everything that looks like personal data, kind by kind, each in the order of the text."""
    accounts = list(_ibans(text))
    yield from accounts
    yield from (hit for hit in _cards(text) if not _within(accounts, hit.start))
    for search in _SEARCHES:
        yield from search(text)
    small = text.encode("ascii", "replace").decode("ascii").lower()  # as long as the text, whatever is in it
    for labelled in _LABELLED:
        yield from labelled(text, small)


def _within(hits: list[Hit], at: int) -> bool:
    """Whether a place lies in one of some hits, which are in the order of the text."""
    before = bisect_right(hits, at, key=lambda each: each.start)
    return before > 0 and at < hits[before - 1].end


# -- the words before a value ------------------------------------------------------------------------------------------

_REACH = 48
_LABEL = re.compile(r"([A-Za-z][\w.-]*)(?:[\\\"'\s]*[=:>/]+|[\s#]*)[\s\\\"'(\[]*$")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_OF_CARDS = frozenset((
    "card", "pan", "cc", "ccnum", "cardnumber", "creditcard", "visa", "mastercard", "amex", "maestro",
    "discover", "credit", "debit", "payment", "paid", "charged",
))  # fmt: skip
_OF_IDS = frozenset((
    "id", "uid", "uuid", "guid", "trace", "span", "seq", "sequence", "t", "time", "timestamp", "epoch", "order",
    "ref", "reference", "hash", "nonce", "session", "request", "req", "offset", "key", "count", "size", "byte", "lsn",
    "version", "build", "commit", "digest", "checksum", "token", "job", "batch", "message", "msg", "event", "tx", "txn",
    "transaction", "correlation", "tracking", "invoice", "serial", "ean", "isbn", "imei", "sku", "n", "u", "m",
))  # fmt: skip
_OF_PHONES = re.compile(r"(?i)(?:phone|mobile|cell|tel|fax|msisdn|call|sms|whatsapp|contact)[\w. -]{0,12}[\\\"'\s]*"
                        r"[=:>]*[\s\\\"'(\[]*$")  # fmt: skip
_OF_BIRTHS = re.compile(r"(?i)(?:birth|\bdob\b|_dob\b|\bborn\b|geburt|naissance|nacimiento)[\w .:=>\\\"'()-]{0,24}$")
_OF_SSN = re.compile(r"(?i)(?:ssn|social.?security)[\w .:=>#\\\"'()-]{0,16}$")
_OF_VERSIONS = re.compile(r"(?i)(?:version|release|firmware|build|\bv|\bver)[\s.:=/\\\"']*$")


def _before(text: str, start: int) -> str:
    return text[max(0, start - _REACH) : start].rpartition("\n")[2]


def _words(text: str, start: int) -> frozenset[str]:
    """The words of the name that stands right before a value, in small letters."""
    label = _LABEL.search(_before(text, start))
    return frozenset(part.lower().removesuffix("s") for part in _PARTS.findall(label[1])) if label else frozenset()


# -- cards -------------------------------------------------------------------------------------------------------------

_CARD = re.compile(
    r"(?<![0-9])(?:[2-6][0-9]{12,18}|[2-6][0-9]{3}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3})?"
    r"|3[47][0-9]{2}([ -])[0-9]{6}\2[0-9]{5}|3[0689][0-9]{2}([ -])[0-9]{6}\3[0-9]{4})(?![0-9])"
)
_BARE = (15, 16)


def _cards(text: str) -> Iterator[Hit]:
    for match in _CARD.finditer(text):
        start, end = match.span()
        digits = match[0].replace(" ", "").replace("-", "")
        if not numbers.is_card(digits) or _in_longer(text, start, end):
            continue
        words = _words(text, start)
        grouped = len(digits) != end - start
        if not words & _OF_CARDS and (words & _OF_IDS or not (grouped or len(digits) in _BARE)):
            continue
        yield Hit("card", start, end, f"card ending in {digits[-4:]}", numbers.is_published(digits))


def _in_longer(text: str, start: int, end: int) -> bool:
    """Whether a number goes on to either side: in an identifier, a fraction, or with more groups of digits."""
    left, right = text[max(0, start - 2) : start], text[end : end + 2]
    if left and (left[-1].isalnum() or left[-1] == "_" or (left[-1] in "-+" and left[:-1].isalnum())):
        return True
    if left[-1:] == "." and left[:-1].isdigit():
        return True
    if right and (right[0].isalnum() or right[0] == "_"):
        return True
    return len(right) > 1 and ((right[0] == "-" and right[1].isalnum()) or (right[0] == "." and right[1].isdigit()))


# -- e-mail ------------------------------------------------------------------------------------------------------------

_RESERVED = re.compile(r"(?i)(?:^|\.)(?:example\.(?:com|org|net|edu)|example|test|invalid|localhost|local)$")
_MACHINES = ("git", "hg", "svn")
_WIDEST = 66


def _emails(text: str) -> Iterator[Hit]:
    for sign in ("@", "%40"):
        at = text.find(sign)
        while at >= 0:
            if hit := _email(text, at):
                yield hit
            at = text.find(sign, at + 1)


_LOCAL = re.compile(r"[A-Za-z0-9_][\w.+'%-]*\Z")
_DOMAIN = re.compile(r"((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24})(?![\w-])")


def _email(text: str, at: int) -> Hit | None:
    """The address around an at sign: the local part is read backwards from it, which takes the time of that alone."""
    width = 1 if text[at] == "@" else 3
    domain = _DOMAIN.match(text, at + width)
    if domain is None:
        return None
    first = at
    while first > max(0, at - _WIDEST) and (text[first - 1].isalnum() or text[first - 1] in "._+'%-"):
        first -= 1
    local = _LOCAL.search(text[first:at].lstrip(".'%-+_"))
    if local is None:
        return None
    start = at - len(local[0])
    if local[0] in _MACHINES or "://" in text[max(0, start - _REACH) : start].rpartition(" ")[2].rpartition("=")[2]:
        return None
    reserved = _RESERVED.search(domain[1]) is not None
    shown = (
        f"e-mail at {domain[1]}"
        if reserved
        else f"e-mail of {len(local[0])} characters at a domain in .{_last(domain[1])}"
    )
    return Hit("e-mail", start, domain.end(), shown, reserved)


def _last(domain: str) -> str:
    return domain.rpartition(".")[2].lower()


# -- accounts ----------------------------------------------------------------------------------------------------------

_IBAN = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?)"
    r"|[a-z]{2}[0-9]{2}[a-z0-9]{11,30})(?![A-Za-z0-9])"
)
_EXAMPLES = frozenset(("DE89370400440532013000", "GB29NWBK60161331926819", "GB82WEST12345698765432",
                       "FR1420041010050500013M02606", "NL91ABNA0417164300", "BE68539007547034", "CH9300762011623852957",
                       "ES9121000418450200051332", "AT611904300234573201", "IT60X0542811101000000123456"))  # fmt: skip


def _ibans(text: str) -> Iterator[Hit]:
    for match in _IBAN.finditer(text):
        written = match[0]
        length = numbers.iban_length(written[:2].upper())
        plain = written.replace(" ", "").upper()[:length]  # words in capitals may follow one that has spaces
        if length and numbers.is_iban(plain):
            end = match.start() + _reach(written, length)
            shown = f"IBAN of {plain[:2]} ending in {plain[-2:]}"
            yield Hit("iban", match.start(), end, shown, plain in _EXAMPLES)


def _reach(written: str, count: int) -> int:
    """Where the first so many characters that are no spaces end."""
    for at, sign in enumerate(written):
        count -= sign != " "
        if not count:
            return at + 1
    return len(written)


# -- telephones, numbers of persons, addresses, dates ------------------------------------------------------------------

_PHONE = re.compile(r"(?<![\w.+/-])\+[1-9](?:[ ().-]{0,2}[0-9]){7,14}(?![\w+])(?!\.[0-9])")
_NATIONAL = re.compile(r"(?<![\w.+/-])\(?[0-9]{2,5}\)?(?:[ /.-]{0,2}[0-9]){5,10}(?![\w+-])(?!\.[0-9])")
_PHONED = ("phone", "mobile", "cell", "tel", "fax", "msisdn", "call", "sms", "whatsapp", "contact")
_SSN = re.compile(r"(?<![\w.-])([0-9]{3})-([0-9]{2})-([0-9]{4})(?![\w-])(?!\.[0-9])")
_SSN_WORDS = ("ssn", "social security", "social_security", "socialsecurity", "social-security")
_SSN_PLAIN = re.compile(r"(?<![\w.-])([0-9]{3})([ ]?)([0-9]{2})\2([0-9]{4})(?![\w-])(?!\.[0-9])")
_IP4 = re.compile(r"(?<![\w.-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w-])(?!\.[0-9])")
_IP6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){7}|(?:[0-9A-Fa-f]{1,4}:){1,7}:"
                  r"(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?)(?![\w:])")  # fmt: skip
_BORN = ("birth", "dob", "born", "geburt", "naissance", "nacimiento")
_DATE = re.compile(r"(?<![\w.-])(?:(?:19|20)[0-9]{2}[-/.][01]?[0-9][-/.][0-3]?[0-9]|[0-3]?[0-9][-/.][0-3]?[0-9][-/.]"
                   r"(?:19|20)[0-9]{2})(?![0-9])")  # fmt: skip
_NOT_DIGITS = re.compile(r"[^0-9]")
_AHEAD = 64


def _phones(text: str) -> Iterator[Hit]:
    for match in _PHONE.finditer(text) if "+" in text else ():
        digits = _NOT_DIGITS.sub("", match[0])
        if numbers.is_international(digits):
            yield _phone(match, digits)


def _called_phones(text: str, small: str) -> Iterator[Hit]:
    for match in _labelled(_PHONED, _NATIONAL, text, small):
        if _OF_PHONES.search(_before(text, match.start())):
            digits = _NOT_DIGITS.sub("", match[0])
            if 8 <= len(digits) <= 12 and not _DATE.fullmatch(match[0]):  # noqa: PLR2004 - within one country
                yield _phone(match, digits)


def _phone(match: re.Match[str], digits: str) -> Hit:
    shown = f"telephone number of {len(digits)} digits"
    return Hit("phone", match.start(), match.end(), shown, numbers.is_made_up_phone(digits))


def _labelled(words: tuple[str, ...], value: re.Pattern[str], text: str, small: str) -> Iterator[re.Match[str]]:
    """Each value that stands within reach after a word; the text is not looked at for values anywhere else."""
    done = 0
    for end in sorted(end for word in words for end in _ends(word, small)):
        for match in value.finditer(text, max(end, done), min(len(text), end + _AHEAD)):
            done = match.end()
            yield match


def _ends(word: str, small: str) -> Iterator[int]:
    at = small.find(word)
    while at >= 0:
        yield at + len(word)
        at = small.find(word, at + len(word))


def _persons(text: str) -> Iterator[Hit]:
    for match in _SSN.finditer(text):
        if numbers.is_ssn(*match.groups()):
            yield _ssn(match, *match.groups())


def _called_persons(text: str, small: str) -> Iterator[Hit]:
    for match in _labelled(_SSN_WORDS, _SSN_PLAIN, text, small):
        parts = match[1], match[3], match[4]
        if numbers.is_ssn(*parts) and _OF_SSN.search(_before(text, match.start())):
            yield _ssn(match, *parts)


def _ssn(match: re.Match[str], area: str, group: str, serial: str) -> Hit:
    shown = "US social security number"
    return Hit("ssn", match.start(), match.end(), shown, numbers.is_made_up_ssn(area, group, serial))


def _addresses(text: str) -> Iterator[Hit]:
    for match in _IP4.finditer(text):
        if not _OF_VERSIONS.search(_before(text, match.start())) and (hit := _address(match)):
            yield hit
    if "::" in text or text.count(":") > 6:  # noqa: PLR2004 - what a whole one has
        for match in _IP6.finditer(text):
            if len(match[0]) > 4 and (hit := _address(match)):  # noqa: PLR2004 - `::1` and scopes of languages
                yield hit


def _address(match: re.Match[str]) -> Hit | None:
    try:
        address = ip_address(match[0])
    except ValueError:
        return None
    shown = f"IPv{address.version} address"
    return Hit("ip", match.start(), match.end(), shown, not address.is_global)


def _births(text: str, small: str) -> Iterator[Hit]:
    for match in _labelled(_BORN, _DATE, text, small):
        if _OF_BIRTHS.search(_before(text, match.start())):
            yield Hit("birth date", match.start(), match.end(), "date of birth")


_SEARCHES: tuple[Callable[[str], Iterator[Hit]], ...] = (_emails, _phones, _persons, _addresses)
_LABELLED: tuple[Callable[[str, str], Iterator[Hit]], ...] = (_called_phones, _called_persons, _births)
