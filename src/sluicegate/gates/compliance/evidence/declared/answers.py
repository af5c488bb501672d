"""What AWS was asked and answered, as it was recorded: by question, region and member."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

import msgspec
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.declared.awsshapes import SHAPES
from sluicegate.gates.compliance.evidence.declared.facts import Facts
from sluicegate.gates.compliance.items import Answer, Asking, Item
from sluicegate.model import Location
from sluicegate.text import one_line, shorten

FINE, MISSING = 200, 404
_QUERY = re.compile(r"aws ([a-z0-9]+) ([a-z0-9-]+)((?: --[a-z-]+ \S+)*)")
_OPTION = re.compile(r" --([a-z-]+) (\S+)")
_MORE = (
    "Marker", "NextMarker", "NextToken", "nextToken", "ContinuationToken", "LastEvaluatedTableName",
    "LastEvaluatedBackupArn",
)  # fmt: skip
"""What an answer has where another page follows."""
_WIDE = 6


class Asked(Struct, frozen=True, kw_only=True):
    """A question to AWS and its answer, or a page of it."""

    name: str
    options: dict[str, str]
    answer: Answer

    @property
    def region(self) -> str:
        """Where it was asked; "" where that makes no difference."""
        return self.options.get("region", "")

    @property
    def member(self) -> str:
        """What it is about, where it is about one thing: the first that it names."""
        return next(iter(self.options.values()), "")

    @property
    def said(self) -> dict[str, Any]:
        """What the answer says, nothing where it is a refusal. Raises GateError: it is of another shape."""
        if self.answer.status != FINE:
            return {}
        shape = SHAPES.get(self.name, dict[str, Any])
        try:
            return cast("dict[str, Any]", msgspec.convert(self.answer.said, shape))
        except msgspec.ValidationError as error:
            told = f"the answer to {shorten(one_line(self.answer.query), 80)} is not of AWS's shape: {error}"
            raise GateError(f"{self.answer.file}:{self.answer.line}: {told}", "record it anew, as it came") from None

    @property
    def follows(self) -> str:
        """The question for the page after this one, where AWS says that there is one."""
        raw = self.answer.said if self.answer.status == FINE else {}
        if not isinstance(raw, dict) or not any(raw.get(name) for name in _MORE):
            return ""
        page = self.options.get("page", "1")
        first = self.answer.query.removesuffix(f" --page {page}")
        return f"{first} --page {int(page) + 1}" if page.isdecimal() and len(page) < _WIDE else ""

    def listed(self, name: str) -> list[dict[str, Any]]:
        """The members of a list in it."""
        return cast("list[dict[str, Any]]", self.said.get(name, []))

    def named(self, name: str) -> list[str]:
        """The members of a list of names in it."""
        return cast("list[str]", self.said.get(name, []))


class Answers:
    """All answers of AWS; it lives as long as they are read."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        self.all = list(asked)
        self._about: dict[tuple[str, str, str], list[Asked]] = {}
        for each in self.all:
            self._about.setdefault((each.name, each.region, each.member), []).append(each)
            self._about.setdefault((each.name, each.region, ""), []).append(each)

    def to(self, name: str) -> Iterator[Asked]:
        """Each answer to a question, of whatever region and page."""
        return (each for each in self.all if each.name == name)

    def about(self, name: str, region: str, member: str) -> list[Asked]:
        """The pages of the answer about a member, also where it is a refusal; with "" those about any."""
        return self._about.get((name, region, member), [])

    def whole(self, name: str, region: str, member: str) -> list[Asked] | None:
        """The pages of the answer about a member; None where it was never asked, or a page was refused."""
        found = self.about(name, region, member)
        return found if found and all(each.answer.status == FINE for each in found) else None

    def said(self, name: str, region: str, member: str) -> dict[str, Any] | None:
        """What the answer about a member says, where it has one page alone; None as for `whole`."""
        found = self.whole(name, region, member)
        return found[0].said if found else None


def answered(asking: Asking) -> Answers:
    """The recorded answers of AWS; of one that was asked several times, the youngest."""
    last = {each.query: each for each in sorted(asking.recorded.answers, key=lambda each: each.at)}
    matched = ((_QUERY.fullmatch(query), answer) for query, answer in last.items())
    return Answers(
        Asked(name=f"{found[1]} {found[2]}", options=dict(_OPTION.findall(found[3])), answer=answer)
        for found, answer in matched
        if found
    )


def item(address: str, type_: str, kind: str, facts: Facts, answer: Answer, *further: str, region: str = "") -> Item:
    """What an answer says of a thing. `region` tells it from others of the same name elsewhere."""
    told = {"type": type_, "address": address, "provider": "aws", "kind": kind, "file": answer.file}
    return Item(
        key=("aws", f"{type_} {region}".rstrip(), address, *further),
        data=told | facts.known,
        unknown=tuple(sorted(facts.unknown)),
        location=Location(path=answer.file, line=answer.line or None, logical=f"{type_} {address}"),
    )
