"""Personal data taken out of what the gate says: by its form, and by the detectors that know it by the words before it.

Evidence stays as it is where it is kept; a report names its hash. Paths of files stay too: nobody could find them else.
"""

from __future__ import annotations

from msgspec.structs import replace

from sluicegate import masking
from sluicegate.gates.compliance.personal import detectors
from sluicegate.gates.compliance.personal.covered import trace
from sluicegate.masking import Cover, plain_cover
from sluicegate.model import Evidence, Examination, Fact, Finding, Location, Progress, Rule, Undecided, Yield

_DETECTED = ("e-mail", "phone", "ssn", "birth date")


def masked(text: str, cover: Cover = plain_cover) -> str:
    """The same text without what looks like somebody's address, card, account, telephone, SSN or day of birth."""
    text = masking.masked(text, cover)
    hits = [hit for hit in detectors.found(text) if hit.kind in _DETECTED]
    for hit in sorted(hits, key=lambda each: each.start, reverse=True):
        text = f"{text[: hit.start]}{cover(hit.kind, text[hit.start : hit.end])}{text[hit.end :]}"
    return text


def _traced(kind: str, value: str) -> str:
    """What names an item stays apart from what names another one."""
    return f"[{kind} {trace(value)}]"


def veiled(said: Yield) -> Yield:
    """What the gate says, of which nothing is personal data of what it looked at."""
    if isinstance(said, Finding):
        return replace(
            said, message=masked(said.message), key=_key(said.key), former_keys=tuple(map(_key, said.former_keys)),
            location=_place(said.location),
        )  # fmt: skip
    if isinstance(said, Examination):
        why = said.undecided
        return replace(said, subject=masked(said.subject), undecided=_reason(why) if why else None)
    if isinstance(said, Evidence):
        return replace(said, subject=masked(said.subject), query=masked(said.query))
    if isinstance(said, Rule):
        return replace(said, title=masked(said.title), summary=masked(said.summary), help=masked(said.help))
    if isinstance(said, Fact):
        return replace(said, value=masked(said.value))
    return replace(said, what=masked(said.what)) if isinstance(said, Progress) else said


def _key(key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(masked(each, _traced) for each in key)


def _reason(why: Undecided) -> Undecided:
    return replace(why, reason=masked(why.reason), hint=masked(why.hint))


def _place(location: Location) -> Location:
    return replace(location, logical=masked(location.logical)) if location.logical else location
