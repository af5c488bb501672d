"""The page as text: whole, closed to the network, inert, and small enough for a thousand benchmarks."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from effort import growth
from sluicegate.gates.performance.page import Picture, page

from .pictures import HOSTILE, many, spots, suite

EMPTY = frozenset({"meta", "input", "br"})
ASKING = {"iframe", "object", "embed", "img", "image", "link", "base", "audio", "video", "use", "foreignobject"}


class Reader(HTMLParser):
    """The elements of a page and its text; what is not closed in order is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text.append(data)

    def all(self, tag: str, **having: str) -> list[dict[str, str]]:
        return [
            found for name, found in self.elements
            if name == tag and all(value in found.get(key.rstrip("_"), "").split() for key, value in having.items())
        ]  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> str:
    return page(suite(), facts=[("history", "90 commits <b>")], troubles=["a.json is <i>no result"])


def test_a_page_is_closed_to_the_network_and_to_foreign_scripts(whole: str) -> None:
    seen = Reader(whole)
    (policy,) = [one["content"] for one in seen.all("meta") if one.get("http-equiv")]
    for kind in ("style", "script"):
        (text,) = re.findall(rf"<{kind}>(.*?)</{kind}>", whole, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    names = {name for _, found in seen.elements for name in found}
    assert not {name for name in names if name.startswith("on") or name in ("src", "style", "srcset", "xlink:href")}
    assert [found["href"] for _, found in seen.elements if "href" in found] == ["#benchmarks"]
    assert not {tag for tag, _ in seen.elements} & ASKING


def test_foreign_text_is_text(whole: str) -> None:
    told = " ".join(Reader(whole).text)
    assert whole.count("<script") == 1
    assert "<script>alert(1)</script>" in told
    assert "answers are signed" in told
    assert "a.json is <i>no result" in told
    assert "History: 90 commits <b>" in told
    assert "\u202e" not in whole
    assert "##[" not in whole.partition("<script>")[0]


def test_no_line_is_a_command_to_the_runner_that_prints_the_page() -> None:
    text = page([Picture(benchmark="::error::x", why="::warning::y", history=spots([1.0], subject="::debug::z"))])
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


def test_each_benchmark_has_its_call_its_plot_and_its_words(whole: str) -> None:
    seen = Reader(whole)
    cards = [one for one in seen.all("li") if "data-call" in one]
    assert len(cards) == len(suite())
    assert [one["data-call"] for one in cards][:4] == ["regressed", "regressed", "regressed", "inconclusive"]
    assert len(seen.all("figure", class_="course")) == 16
    assert len(seen.all("figure", class_="spread")) == 3
    assert all(one.get("aria-label") or one.get("aria-hidden") for one in seen.all("svg", class_="plot"))
    told = " ".join(" ".join(Reader(whole).text).split())
    assert "steps is 21 % slower (10.1 ms before, 12.2 ms now)." in told
    assert "Another level since commit d59eced1ded0 (Number the lines 40): from 10.0 ms to 11.4 ms" in told
    assert "Shift accepted since 9f2ab31c77aa by @acme/core: answers are signed" in told
    assert "noise: no change beyond 5.0 % (12.3 ms → 12.3 ms)." in told
    assert "as a multiple of the ruler of the same run" in told


def test_what_is_worse_stands_open(whole: str) -> None:
    opened = [one for one in Reader(whole).all("details", class_="benchmark") if "open" in one]
    assert len(opened) == 3


@pytest.mark.parametrize(
    ("pictures", "troubles", "said"),
    [
        ([], [], "No benchmarks"),
        (suite(), [], "3 of 19 benchmarks are worse"),
        ([one for one in suite() if one.benchmark == "noise"], [], "No benchmark is worse"),
        ([one for one in suite() if one.benchmark in ("noise", "slope")], [], "Nothing is called worse"),
        ([one for one in suite() if one.benchmark == "noise"], ["x"], "Not everything could be looked at"),
    ],
)
def test_the_head_says_what_is_true(pictures: list[Picture], troubles: list[str], said: str) -> None:
    told = re.search(r"<h1><small>Performance</small> (.*?)</h1>", page(pictures, troubles=troubles))
    assert told
    assert told[1] == said


def test_runs_are_told_once_and_plots_name_their_rows() -> None:
    text = page([
        Picture(benchmark="a", history=spots([1.0, 2.0, 3.0, 4.0])),
        Picture(benchmark="b", history=(*spots([1.0, 2.0]), spots([0.0, 0.0, 0.0, 5.0])[3])),
    ])  # fmt: skip
    assert [one["data-runs"] for one in Reader(text).all("figure")] == ["0-3", "0-1 3"]
    assert text.count("Number the lines 2") == 1 + 1, "in the table of the first, and among the runs"


def test_a_thousand_benchmarks_are_five_megabytes() -> None:
    assert len(page(many(1_000)).encode()) < 5_000_000


def test_the_work_grows_as_the_suite_does() -> None:
    suites = {size: many(size, runs=20) for size in (50, 100)}
    assert growth(lambda size: page(suites[size]), 50) < 2.2


def test_hostile_subjects_stay_in_their_cells() -> None:
    text = page([Picture(benchmark="x", history=spots([1.0, 2.0], subject=HOSTILE))])
    assert "<script>alert" not in text
    assert len(Reader(text).all("td")) == 2 * 4 + 2 * 3
