"""Which clauses the frameworks have: their numbers alone, which are facts; the words of a pack are its author's.

Sources: Regulation (EU) 2016/679 (GDPR), Articles 1 to 99; AICPA Trust Services Criteria (2017, revised points of focus
2022); PCI DSS v4.0.1 (June 2024), numbers of requirements; 45 CFR part 164, subparts C, D and E (HIPAA).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_GDPR = re.compile(r"Art\. ([1-9][0-9]?)(\([1-9][0-9]?\))?(\([a-z]\))?")
_HIPAA = re.compile(r"164\.([0-9]{3})(\([a-z]\))?(\([1-9][0-9]?\))?(\([ivx]{1,4}\))?(\([A-Z]\))?")
_LAST_ARTICLE = 99
_SECTIONS = frozenset((
    *range(302, 319, 2), *range(400, 415, 2), *range(500, 511), *range(512, 515, 2), *range(520, 535, 2)
))  # fmt: skip

# a family of criteria and how many it has
_SOC2 = {"CC1": 5, "CC2": 3, "CC3": 4, "CC4": 2, "CC5": 3, "CC6": 8, "CC7": 5, "CC8": 1, "CC9": 2, "A1": 3, "C1": 2,
         "PI1": 5, "P1": 1, "P2": 1, "P3": 2, "P4": 3, "P5": 2, "P6": 7, "P7": 1, "P8": 1}  # fmt: skip

# a section, how many requirements it has, and those of them that have further ones below
_PCI = """
1.1 2; 1.2 8; 1.3 3; 1.4 5; 1.5 1; 2.1 2; 2.2 7; 2.3 2; 3.1 2; 3.2 1; 3.3 3; 3.3.1 3; 3.4 2; 3.5 1; 3.5.1 3; 3.6 1;
3.6.1 4; 3.7 9; 4.1 2; 4.2 2; 4.2.1 2; 5.1 2; 5.2 3; 5.2.3 1; 5.3 5; 5.3.2 1; 5.4 1; 6.1 2; 6.2 4; 6.2.3 1; 6.3 3;
6.4 3; 6.5 6;
7.1 2; 7.2 6; 7.2.5 1; 7.3 3; 8.1 2; 8.2 8; 8.3 11; 8.3.10 1; 8.4 3; 8.5 1; 8.6 3; 9.1 2; 9.2 4; 9.2.1 1; 9.3 4;
9.3.1 1; 9.4 7; 9.4.1 2; 9.4.5 1; 9.5 1; 9.5.1 3; 9.5.1.2 1; 10.1 2; 10.2 2; 10.2.1 7; 10.3 4; 10.4 3; 10.4.1 1;
10.4.2 1; 10.5 1; 10.6 3; 10.7 3; 11.1 2; 11.2 2; 11.3 2; 11.3.1 3; 11.3.2 1; 11.4 7; 11.5 2; 11.5.1 1; 11.6 1; 12.1 4;
12.2 1; 12.3 4; 12.4 2; 12.4.2 1; 12.5 3; 12.5.2 1; 12.6 3; 12.6.3 2; 12.7 1; 12.8 5; 12.9 2; 12.10 7; 12.10.4 1
"""


def _numbered(table: Iterator[tuple[str, int]]) -> frozenset[str]:
    return frozenset(f"{family}.{number}" for family, count in table for number in range(1, count + 1))


SOC2 = _numbered(iter(_SOC2.items()))
PCI = _numbered((family, int(count)) for family, count in (each.split() for each in _PCI.split(";")))


def _gdpr(clause: str) -> bool:
    found = _GDPR.fullmatch(clause)
    return found is not None and int(found[1]) <= _LAST_ARTICLE


def _hipaa(clause: str) -> bool:
    found = _HIPAA.fullmatch(clause)
    return found is not None and int(found[1]) in _SECTIONS


KNOWN: dict[str, Callable[[str], bool]] = {
    "gdpr": _gdpr,
    "soc2": SOC2.__contains__,
    "pci-dss": PCI.__contains__,
    "hipaa": _hipaa,
}
"""Whether a framework has a clause, by the framework; one that is not here is a house's own, and has what it says."""

TITLES = {"gdpr": "GDPR", "soc2": "SOC 2", "pci-dss": "PCI DSS 4.0.1", "hipaa": "HIPAA"}
"""What people call them."""
