"""Which clauses the frameworks have: their numbers alone, which are facts; the words of a pack are its author's.

Sources: Regulation (EU) 2016/679 (GDPR); AICPA Trust Services Criteria (2017, revised points of focus 2022); PCI DSS
v4.0.1 (June 2024), requirements, sections and appendices; 45 CFR part 164, subparts C, D and E (HIPAA). What each list
was held against stands in docs/compliance.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from sluicegate.gates.compliance.controls.paragraphs import ends, paths

# articles, the numbers of their paragraphs, and the letters of the points of these
_GDPR = """
1: 1-3; 2: 1 2(a-d) 3 4; 3: 1 2(a b) 3; 4: 1-16(a b) 17-22(a-c) 23(a b) 24-26; 5: 1(a-f) 2; 6: 1(a-f) 2 3(a b) 4(a-e);
7: 1-4; 8: 1-3; 9: 1 2(a-j) 3 4; 10:; 11: 1 2; 12: 1-5(a b) 6-8; 13: 1(a-f) 2(a-f) 3 4;
14: 1(a-f) 2(a-g) 3(a-c) 4 5(a-d); 15: 1(a-h) 2-4; 16:; 17: 1(a-f) 2 3(a-e); 18: 1(a-d) 2 3; 19:; 20: 1(a b) 2-4;
21: 1-6; 22: 1 2(a-c) 3 4; 23: 1(a-j) 2(a-h); 24: 1-3; 25: 1-3; 26: 1-3; 27: 1 2(a b) 3-5; 28: 1-3(a-h) 4-10; 29:;
30: 1(a-g) 2(a-d) 3-5; 31:; 32: 1(a-d) 2-4; 33: 1-3(a-d) 4 5; 34: 1-3(a-c) 4; 35: 1-3(a-c) 4-7(a-d) 8-11;
36: 1-3(a-f) 4 5; 37: 1(a-c) 2-7; 38: 1-6; 39: 1(a-e) 2; 40: 1 2(a-k) 3-11; 41: 1 2(a-d) 3-6; 42: 1-8;
43: 1(a b) 2(a-e) 3-9; 44:; 45: 1 2(a-c) 3-9; 46: 1 2(a-f) 3(a b) 4 5; 47: 1(a-c) 2(a-n) 3; 48:; 49: 1(a-g) 2-6;
50: a-d; 51: 1-4; 52: 1-6; 53: 1-4; 54: 1(a-f) 2; 55: 1-3; 56: 1-6; 57: 1(a-v) 2-4; 58: 1(a-f) 2(a-j) 3(a-j) 4-6; 59:;
60: 1-12; 61: 1-4(a b) 5-9; 62: 1-7; 63:; 64: 1(a-f) 2-5(a b) 6-8; 65: 1(a-c) 2-6; 66: 1-4; 67:; 68: 1-6; 69: 1 2;
70: 1(a-y) 2-4; 71: 1 2; 72: 1 2; 73: 1 2; 74: 1(a-c) 2; 75: 1-6(a-g); 76: 1 2; 77: 1 2; 78: 1-4; 79: 1 2; 80: 1 2;
81: 1-3; 82: 1-6; 83: 1 2(a-k) 3 4(a-c) 5(a-e) 6-9; 84: 1 2; 85: 1-3; 86:; 87:; 88: 1-3; 89: 1-4; 90: 1 2; 91: 1 2;
92: 1-5; 93: 1-3; 94: 1 2; 95:; 96:; 97: 1 2(a b) 3-5; 98:; 99: 1 2
"""

# sections of subparts C (security) and D (breach notification), to their last paragraph
_SECURITY = """
302:; 304:; 306: a(1-4) b(1 2(i-iv)) c d(1 2 3(i ii(A B(1 2)))) e;
308: a(1(i ii(A-D)) 2 3(i ii(A-C)) 4(i ii(A-C)) 5(i ii(A-D)) 6(i ii) 7(i ii(A-E)) 8) b(1-3);
310: a(1 2(i-iv)) b c d(1 2(i-iv)); 312: a(1 2(i-iv)) b c(1 2) d e(1 2(i ii));
314: a(1 2(i(A-C) ii iii)) b(1 2(i-iv)); 316: a b(1(i ii) 2(i-iii)); 318: a(1 2) b c;
400:; 402: 1(i-iii) 2(i-iv); 404: a(1 2) b c(1(A-E) 2) d(1(i ii) 2(i ii(A B)) 3); 406: a-c; 408: a-c;
410: a(1 2) b c(1 2); 412: a b; 414: a b
"""

# those implementation specifications that may be met otherwise with a reason; every other one is required
_ADDRESSABLE = """
308: a(3(ii(A-C)) 4(ii(B C)) 5(ii(A-D)) 7(ii(D E))); 310: a(2(i-iv)) d(2(iii iv)); 312: a(2(iii iv)) c(2) e(2(i ii))
"""

# sections of subpart E (privacy), to the second paragraph; what is below it has been amended often
_PRIVACY = """
500: a b(1 2) c d; 501:; 502: a(1-5) b(1 2) c d(1 2) e(1 2) f g(1-5) h i j(1 2); 504: a(1 2) e(1-5) f(1-3) g(1 2);
506: a b(1 2) c(1-5); 508: a(1-4) b(1-6) c(1-4); 510: a(1-3) b(1-5);
512: a(1 2) b(1 2) c(1 2) d(1-4) e(1 2) f(1-6) g(1 2) h i(1 2) j(1-4) k(1-7) l;
514: a b(1 2) c(1 2) d(1-5) e(1-4) f(1 2) g h(1 2); 520: a(1-3) b(1-3) c(1-3) d(1-3) e; 522: a(1-3) b(1 2);
524: a(1-4) b(1 2) c(1-4) d(1-4) e(1 2); 526: a(1 2) b(1 2) c(1-3) d(1-5) e f; 528: a(1-3) b(1-4) c(1 2) d(1-3);
530: a(1 2) b(1 2) c(1 2) d(1 2) e(1 2) f g(1 2) h i(1-5) j(1 2) k(1 2); 532: a b c(1-4) d e(1-3) f(1 2);
534: a b(1 2) c
"""
_DEEPER = re.compile(r"(164\.5[0-9]{2}\([a-l]\)\([1-7]\))(?:\([ivx]+\)|\([A-Z]\)|\([1-9][0-9]?\))+")

# a series of criteria and how many it has
_SOC2 = """
CC1 5; CC2 3; CC3 4; CC4 2; CC5 3; CC6 8; CC7 5; CC8 1; CC9 2; A1 3; C1 2; PI1 5;
P1 1; P2 1; P3 2; P4 3; P5 2; P6 7; P7 1; P8 1
"""

# requirements with the number of their sections, and sections and requirements with what is below them
_PCI = """
1 5; 2 3; 3 7; 4 2; 5 4; 6 5; 7 3; 8 6; 9 5; 10 7; 11 6; 12 10;
1.1 2; 1.2 8; 1.3 3; 1.4 5; 1.5 1; 2.1 2; 2.2 7; 2.3 2; 3.1 2; 3.2 1; 3.3 3; 3.3.1 3; 3.4 2; 3.5 1; 3.5.1 3; 3.6 1;
3.6.1 4; 3.7 9; 4.1 2; 4.2 2; 4.2.1 2; 5.1 2; 5.2 3; 5.2.3 1; 5.3 5; 5.3.2 1; 5.4 1; 6.1 2; 6.2 4; 6.2.3 1; 6.3 3;
6.4 3; 6.5 6;
7.1 2; 7.2 6; 7.2.5 1; 7.3 3; 8.1 2; 8.2 8; 8.3 11; 8.3.10 1; 8.4 3; 8.5 1; 8.6 3; 9.1 2; 9.2 4; 9.2.1 1; 9.3 4;
9.3.1 1; 9.4 7; 9.4.1 2; 9.4.5 1; 9.5 1; 9.5.1 3; 9.5.1.2 1; 10.1 2; 10.2 2; 10.2.1 7; 10.3 4; 10.4 3; 10.4.1 1;
10.4.2 1; 10.5 1; 10.6 3; 10.7 3; 11.1 2; 11.2 2; 11.3 2; 11.3.1 3; 11.3.2 1; 11.4 7; 11.5 2; 11.5.1 1; 11.6 1; 12.1 4;
12.2 1; 12.3 4; 12.4 2; 12.4.2 1; 12.5 3; 12.5.2 1; 12.6 3; 12.6.3 2; 12.7 1; 12.8 5; 12.9 2; 12.10 7; 12.10.4 1;
A1 2; A1.1 4; A1.2 3; A2 1; A2.1 3; A3 5; A3.1 4; A3.2 6; A3.2.2 1; A3.2.5 2; A3.2.6 1; A3.3 3; A3.3.1 1; A3.4 1; A3.5 1
"""


def _entries(table: str, between: str) -> Iterator[tuple[str, str]]:
    for each in table.split(";"):
        name, _, rest = each.strip().partition(between)
        yield name, rest


def _numbered(table: str) -> Iterator[str]:
    for family, count in _entries(table, " "):
        yield from (f"{family}.{number}" for number in range(1, int(count) + 1))


def _paragraphs(start: str, table: str) -> Iterator[str]:
    for section, text in _entries(table, ":"):
        yield f"{start}{section}"
        yield from (f"{start}{section}{_written(path)}" for path in paths(text))


def _written(path: tuple[str, ...]) -> str:
    return "".join(f"({name})" for name in path)


def _of_pci() -> Iterator[str]:
    yield from (name for name, _ in _entries(_PCI, " ") if "." not in name)
    yield from _numbered(_PCI)


class Framework(Struct, frozen=True, kw_only=True):
    """A framework: what people call it, its clauses in their order, and an example of how they are written.

    `addressable` are those that may be met otherwise with a reason. `deeper` is the form of clauses that go on below
    one of the list, which is its first group.
    """

    title: str
    clauses: dict[str, None]
    example: str
    addressable: frozenset[str] = frozenset()
    deeper: re.Pattern[str] | None = None

    def has(self, clause: str) -> bool:
        """Whether there is such a clause."""
        if clause in self.clauses:
            return True
        below = self.deeper.fullmatch(clause) if self.deeper else None
        return below is not None and below[1] in self.clauses

    def near(self, clause: str) -> str:
        """What there is instead of a clause that there is not, for whoever wrote it."""
        above = _above(clause)
        while above:
            beside = [each for each in self.clauses if _above(each) == above]
            if beside:
                return f"there are: {', '.join(beside)}"
            if above in self.clauses:
                return f"{above} has no parts"
            above = _above(above)
        return f"a clause is written like {self.example}"


def _above(clause: str) -> str:
    """The clause that one is a part of, empty where it is of none."""
    cut = re.sub(r"(\([^()]*\)|\.[0-9]+)$", "", clause)
    return "" if cut in {clause, "164"} else cut


FRAMEWORKS: dict[str, Framework] = {
    "gdpr": Framework(title="GDPR", clauses=dict.fromkeys(_paragraphs("Art. ", _GDPR)), example="Art. 5(1)(e)"),
    "soc2": Framework(title="SOC 2", clauses=dict.fromkeys(_numbered(_SOC2)), example="CC8.1"),
    "pci-dss": Framework(title="PCI DSS 4.0.1", clauses=dict.fromkeys(_of_pci()), example="3.5.1.2"),
    "hipaa": Framework(
        title="HIPAA",
        clauses=dict.fromkeys((*_paragraphs("164.", _SECURITY), *_paragraphs("164.", _PRIVACY))),
        example="164.312(a)(2)(iv)",
        addressable=frozenset(
            f"164.{section}{_written(path)}" for section, text in _entries(_ADDRESSABLE, ":") for path in ends(text)
        ),
        deeper=_DEEPER,
    ),
}
"""The frameworks that clauses are checked for; one that is not here is a house's own, and has what it says."""

TITLES = {name: each.title for name, each in FRAMEWORKS.items()}
"""What people call them."""
