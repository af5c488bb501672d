"""What looks like personal data in a text, on a set that is made here from seeds."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator

import pytest

from effort import growth
from sluicegate.checkdigits import luhn
from sluicegate.gates.compliance.personal.covered import trace
from sluicegate.gates.compliance.personal.detectors import Hit, found

DRAWN = random.Random(20261129)  # noqa: S311 - to draw, not to hide
NAMES = ("ann", "bob.smith", "c_lee", "d-ray", "eve+news", "x.y.z")
DOMAINS = ("acme-corp.com", "mail.shop.de", "uni.ac.uk", "firma.co")
SENTENCES: dict[str, tuple[str, ...]] = {
    "card": (
        "paid with {} today", '{{"card": "{}", "ok": true}}', "pan={} amount=12.00", "Card number: {}.", "cc {}",
        "charged {}, thanks", "payment.card_number={}&x=1", "<PAN>{}</PAN>",
    ),
    "e-mail": (
        "mail from {} arrived", '{{"email":"{}"}}', "user={} logged in", "To: <{}>", "({})", "login?user={}&next=/",
        "{}: bounced", "mailto:{}",
    ),
    "iban": ("IBAN {}", '{{"iban": "{}"}}', "transfer to {} done", "account={};", "({})"),
}  # fmt: skip


def digits(count: int) -> str:
    return "".join(DRAWN.choice("0123456789") for _ in range(count))


def card() -> str:
    start, length = DRAWN.choice(
        (("4", 16), ("51", 16), ("55", 16), ("2230", 16), ("34", 15), ("37", 15), ("6011", 16))
    )
    body = start + digits(length - len(start) - 1)
    whole = body + next(check for check in "0123456789" if luhn(body + check))
    sign = DRAWN.choice(("", "", " ", "-"))
    if not sign:
        return whole
    cuts = (4, 10, 15) if length == 15 else (4, 8, 12, 16)
    return sign.join(whole[first:last] for first, last in zip((0, *cuts), cuts, strict=False))


def email() -> str:
    made = f"{DRAWN.choice(NAMES)}{digits(2)}@{DRAWN.choice(DOMAINS)}"
    return made.replace("@", "%40") if DRAWN.random() < 0.1 else made


def iban() -> str:
    country, length = DRAWN.choice((("DE", 22), ("GB", 22), ("FR", 27), ("NL", 18), ("ES", 24)))
    body = ("NWBK" if country in ("GB", "NL") else "") + digits(length)
    body = body[: length - 4]
    check = 98 - int("".join(str(int(sign, 36)) for sign in body + country + "00")) % 97
    whole = f"{country}{check:02}{body}"
    if DRAWN.random() < 0.5:
        return whole
    return " ".join(whole[at : at + 4] for at in range(0, length, 4))


MAKERS: dict[str, Callable[[], str]] = {"card": card, "e-mail": email, "iban": iban}


def clean() -> Iterator[str]:
    """Log lines with the numbers that logs are full of, none of them anybody's."""
    for _ in range(250):
        asked, trace, span, commit = (DRAWN.getrandbits(bits) for bits in (128, 128, 64, 160))
        seconds = 1_764_000_000 + DRAWN.randrange(10**7)
        yield f"2026-11-29T12:00:07.{digits(3)}Z INFO request_id={uuid.UUID(int=asked)} trace={trace:032x} took 31 ms"
        yield f'{{"ts":{seconds}{digits(3)},"order":"{digits(16)}","span":"{span:016x}"}}'
        yield f"{seconds}{digits(6)} job {digits(17)} commit {commit:040x} v1.22.3"
        yield f"[{digits(6)}] GET /orders/{digits(16)} 200 {digits(5)} {seconds}{digits(9)}"


@pytest.mark.parametrize("kind", list(MAKERS))
def test_nearly_all_of_a_labelled_set_is_found_where_it_stands(kind: str) -> None:
    hits = 0
    for number in range(300):
        value = MAKERS[kind]()
        text = SENTENCES[kind][number % len(SENTENCES[kind])].format(value)
        hits += any(hit.kind == kind and text[hit.start : hit.end] == value for hit in found(text))
    assert hits >= 290


def test_a_thousand_clean_lines_give_hardly_anything() -> None:
    lines = list(clean())
    assert len(lines) == 1000
    assert sum(len(list(found(line))) for line in lines) <= 5


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("order_id=4539578763621486", []),  # a name that says what else it is
        ("a4539578763621486", []),
        ("4539578763621486-8f3c", []),  # part of an identifier
        ("0.4539578763621486", []),
        ("45395787636214861234", []),
        ("card 4539578763621487", []),  # its check digit is wrong
        ("4539 5787-6362 1486", []),
        ("git@github.com:acme/shop", []),
        ("https://user:secret@host.com/", []),
        ("npm i @scope/name.js", []),
        ("DE89370400440532013001", []),
        ("version 8.8.8.8", []),
        ("at 12:34:56:78", []),
        ("std::vector<a::b>", []),
        ("2026-11-29 12:00:00 +0100", []),
        ("000-12-3456 and 666-12-3456 and 912-12-3456", []),
        ("IBAN DE24 4539 5787 6362 1486 00", ["iban"]),  # what looks like a card's is a part of it
        ("call +49 30 901820", ["phone"]),
        ("phone: (212) 867-5309", ["phone"]),
        ("ssn 536-22-1234", ["ssn"]),
        ("ssn: 536221234", ["ssn"]),
        ("from 8.8.8.8", ["ip"]),
        ("from 2606:4700::1111", ["ip"]),
        ('"date_of_birth": "1980-02-03"', ["birth date"]),
        ("born on 03.02.1980", ["birth date"]),
        ("shipped 2026-02-03", []),
    ],
)
def test_the_words_around_a_value_say_what_it_is(text: str, kinds: list[str]) -> None:
    assert [hit.kind for hit in found(text)] == kinds


@pytest.mark.parametrize(
    ("text", "reserved"),
    [
        ("card 4111 1111 1111 1111", True),
        ("card 4242424242424242", True),
        ("card 4539578763621486", False),
        ("a@example.com", True),
        ("a@mail.example.org", True),
        ("a@shop.test", True),
        ("a@example.company.com", False),
        ("a@notexample.com", False),
        ("192.0.2.1 or 10.1.2.3", True),
        ("IBAN DE89370400440532013000", True),
        ("ssn 078-05-1120", True),
        ("call +1 212 555 0123", True),
    ],
)
def test_what_is_nobodys_by_agreement_is_told_apart(text: str, reserved: bool) -> None:
    told = list(found(text))
    assert told
    assert {hit.reserved for hit in told} == {reserved}


def test_a_hit_shows_hardly_anything_of_the_value() -> None:
    text = "card 4539578763621486 carol.jones@acme-corp.com DE91 1000 0000 0123 4567 89 +49 30 901820 ssn 536-22-1234"
    told: list[Hit] = list(found(text))
    assert len(told) == 5
    for hit in told:
        value = text[hit.start : hit.end].replace(" ", "").replace("-", "")
        shown = hit.masked.replace(" ", "")
        assert not any(value[at : at + 5] in shown for at in range(len(value) - 4)), hit


@pytest.mark.parametrize(
    "unit", ["a@", "a.", "1-", "+1 ", "4111 ", "DE89 ", "born ", "phone 1", "::1", "a%40b.", "1.1."]
)
def test_no_text_takes_longer_than_its_length(unit: str) -> None:
    assert growth(lambda size: list(found(unit * size)), 2000) < 2.5
    list(found(unit * 40_000))  # what an expression does within itself is no call: it would not end


def test_a_value_is_known_again_by_too_little_to_find_it() -> None:
    assert trace("4539578763621486") == trace("4539578763621486") != trace("4539578763621487")
    assert len(trace("4539578763621486")) == 4  # ten thousand cards that end alike give each of these often
