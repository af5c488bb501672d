"""How fast the detectors of personal data are, and how often each is right, on texts that are made here from a seed.

    python benchmarks/compliance_detectors.py [MILLIONS]

Speed is told for MILLIONS (4) of characters of log lines without personal data, of lines with some, and of one long
line, beside a bare scan of the same text by seven plain expressions in the same run: the share of the two says more
than either. Rounds are taken in turns, the best of five counts, in processor time.

Recall is the share of planted values that are found where they stand, precision the share of what is told that was
planted, over 1,500 texts of each kind. The last line counts what is told of 1,000 log lines that hold hexadecimal
numbers, UUIDs and times of several units. Presidio is asked about 300 of
each kind where it is installed beside Sluicegate; of one kind it may tell several, which counts against its precision.
"""

from __future__ import annotations

import random
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterator

from sluicegate.gates.compliance.personal import numbers, presidio
from sluicegate.gates.compliance.personal.detectors import found

DRAWN = random.Random(20261129)  # noqa: S311 - to draw, not to hide
ROUNDS = 5
GOAL = 300_000
BARE = [
    re.compile(text)
    for text in (
        r"\b(?:\d[ -]?){13,19}\b", r"[\w.+-]+@[\w-]+\.[\w.]+", r"\b[A-Z]{2}\d{2}[A-Z0-9 ]{11,36}\b",
        r"\+\d[\d ().-]{7,}", r"\b\d{3}-\d{2}-\d{4}\b", r"\b(?:\d{1,3}\.){3}\d{1,3}\b", r"\b\d{4}-\d{2}-\d{2}\b",
    )
]  # fmt: skip
AROUND = ("{}", "value={}", '{{"value": "{}"}}', "it was {} then", "({})", "<v>{}</v>", "{}, and more")
NAMED = {"card": "card", "e-mail": "mail", "iban": "IBAN", "phone": "phone", "ssn": "ssn"}


def digits(count: int) -> str:
    return "".join(DRAWN.choice("0123456789") for _ in range(count))


def card() -> str:
    start, length = DRAWN.choice(
        (("4", 16), ("51", 16), ("55", 16), ("2230", 16), ("34", 15), ("37", 15), ("6011", 16))
    )
    body = start + digits(length - len(start) - 1)
    whole = body + next(check for check in "0123456789" if numbers.luhn(body + check))
    sign = DRAWN.choice(("", "", " ", "-"))
    cuts = (4, 10, 15) if length == 15 else (4, 8, 12, 16)
    return sign.join(whole[first:last] for first, last in zip((0, *cuts), cuts, strict=False))


def email() -> str:
    name = DRAWN.choice(("ann", "bob.smith", "c_lee", "d-ray", "eve+news"))
    return f"{name}{digits(2)}@{DRAWN.choice(('acme.com', 'uni.ac.uk', 'firma.de'))}"


def iban() -> str:
    country, length = DRAWN.choice((("DE", 22), ("GB", 22), ("FR", 27), ("NL", 18), ("ES", 24)))
    body = (("NWBK" if country in ("GB", "NL") else "") + digits(length))[: length - 4]
    check = 98 - int("".join(str(int(sign, 36)) for sign in body + country + "00")) % 97
    whole = f"{country}{check:02}{body}"
    return whole if DRAWN.random() < 0.5 else " ".join(whole[at : at + 4] for at in range(0, length, 4))


def phone() -> str:
    area, rest = f"{DRAWN.randrange(201, 989)}", f"{DRAWN.randrange(200, 999)}"
    return DRAWN.choice(
        (
            f"+1 {area} {rest} {digits(4)}",
            f"+49 30 {digits(7)}",
            f"({area}) {rest}-{digits(4)}",
            f"+44 20 {digits(4)} {digits(4)}",
        )
    )


def ssn() -> str:
    return f"{DRAWN.randrange(100, 660)}-{DRAWN.randrange(10, 99)}-{DRAWN.randrange(1000, 9999)}"


MAKERS: dict[str, Callable[[], str]] = {"card": card, "e-mail": email, "iban": iban, "phone": phone, "ssn": ssn}


def clean(count: int) -> Iterator[str]:
    for number in range(count):
        asked, trace, span, commit = (DRAWN.getrandbits(bits) for bits in (128, 128, 64, 160))
        seconds = 1_764_000_000 + DRAWN.randrange(10**7)
        yield (
            f"2026-11-29T12:00:07.{digits(3)}Z INFO request_id={uuid.UUID(int=asked)} trace={trace:032x} took 31 ms",
            f'{{"ts":{seconds}{digits(3)},"order":"{digits(16)}","span":"{span:016x}"}}',
            f"{seconds}{digits(6)} job {digits(17)} commit {commit:040x} v1.22.3",
            f"[{digits(6)}] GET /orders/{digits(16)} 200 {digits(5)} {seconds}{digits(9)}",
        )[number % 4]


def labelled(kind: str, count: int) -> Iterator[tuple[str, str]]:
    for number in range(count):
        value = MAKERS[kind]()
        yield f"{NAMED[kind]} " + AROUND[number % len(AROUND)].format(value), value


def ours(texts: list[str]) -> list[list[tuple[str, str]]]:
    return [[(hit.kind, text[hit.start : hit.end]) for hit in found(text)] for text in texts]


def theirs(texts: list[str]) -> list[list[tuple[str, str]]]:
    said = presidio.ask(texts)
    if said.error:
        raise SystemExit(f"Presidio is not asked: {said.error}")
    return [
        [(presidio.KINDS.get(kind, kind), text[start:end]) for kind, start, end in told]
        for text, told in zip(texts, said.found, strict=True)
    ]


def once(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def speed(name: str, text: str) -> None:
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(ROUNDS):
        times["ours"].append(once(lambda: sum(1 for _ in found(text))))
        times["bare"].append(once(lambda: sum(1 for one in BARE for _ in one.finditer(text))))
    best, bare = min(times["ours"]), min(times["bare"])
    verdict = "holds" if len(text) / best >= GOAL else "MISSED"
    print(f"{name:22} {len(text) / best:12,.0f} characters/s  {best / bare:5.2f} of a bare scan  {GOAL:,}: {verdict}")


def rightness(name: str, ask: Callable[[list[str]], list[list[tuple[str, str]]]], count: int) -> None:
    for kind in MAKERS:
        pairs = list(labelled(kind, count))
        said = ask([text for text, _ in pairs])
        hits = sum((kind, value) in told for (_, value), told in zip(pairs, said, strict=True))
        print(f"{name:10} {kind:8} recall {hits / count:.3f}  precision {hits / max(sum(map(len, said)), 1):.3f}")
    told = sum(map(len, ask(list(clean(1000)))))
    print(f"{name:10} of 1,000 clean lines: {told} told")


def main() -> None:
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 4) * 1e6)
    lines = "\n".join(clean(20_000))
    mixed = "\n".join(
        line + (f" {NAMED[kind]} {MAKERS[kind]()}" if DRAWN.random() < 0.2 else "")
        for line, kind in zip(clean(20_000), (DRAWN.choice(list(MAKERS)) for _ in range(20_000)), strict=True)
    )
    for name, text in (
        ("clean log lines", lines),
        ("one line in five holds", mixed),
        ("one long line", lines.replace("\n", " ")),
    ):
        speed(name, (text * (size // len(text) + 1))[:size])
    rightness("sluicegate", ours, 1500)
    rightness("Presidio", theirs, 300)


if __name__ == "__main__":
    main()
