"""`sluicegate performance page` as people call it, over a real history and real results."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

import pytest

from cli_types import Command
from clones import Clone
from gates.performance.conftest import noisy, written
from gates.performance.test_history import SETTINGS, remembered


@pytest.fixture
def stepped(clone: Clone) -> list[str]:
    """A branch that became slower at its 31st commit, and a change that is slower still."""
    commits = remembered(
        clone, more='[[performance.limit]]\nbenchmark = "sort"\nfail-at = "15 ms"\n',
        sort=[*noisy(10, count=30), *noisy(12, count=10)], parse=noisy(20, count=40),
    )  # fmt: skip
    written(clone, "head.json", sort=[14.0], parse=[20.1])
    return commits


def calls(page: str) -> dict[str, str]:
    """What the page calls each benchmark."""
    return {
        name: call
        for call, name in re.findall(r'data-call="([a-z ]+)".*?<h3>(.*?)</h3>', page, re.DOTALL)
    }  # fmt: skip


def test_a_page_shows_what_the_check_judges(clone: Clone, command: Command, stepped: Sequence[str]) -> None:
    done = command("performance", "page", "--output", "out.html")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    page = (clone.root / "out.html").read_text("utf-8")
    assert calls(page) == {"sort": "regressed", "parse": "unchanged"}
    assert "sort is 17 % slower (12.0 ms before, 14.0 ms now)." in page
    assert f"Another level since commit {stepped[30][:12]} (number 30)" in page
    assert page.count('class="band z"') == 3
    assert "History: 40 commits measured on" in page


def test_noise_of_the_history_lies_in_the_band_and_a_regression_does_not(
    clone: Clone, command: Command, stepped: Sequence[str]
) -> None:
    assert stepped
    root = ET.fromstring(command("performance", "page", "--svg", "sort").stdout)  # noqa: S314 - ours
    parts = {
        name: [
            [float(y) for y in re.findall(r",(-?[\d.]+)", each.get("d", ""))]
            for each in root.iter() if name in each.get("class", "").split()
        ]
        for name in ("band", "line", "mark")
    }  # fmt: skip
    (_, last), (line,), (mark,) = parts["band"], parts["line"], parts["mark"]
    assert sum(min(last) <= y <= max(last) for y in line[30:]) >= 9
    assert mark[0] < min(last), "slower is higher"
    assert clone.root.exists()


def test_both_sides_have_the_say_where_both_were_measured(clone: Clone, command: Command) -> None:
    remembered(clone, more="", sort=noisy(10, count=30))
    text = SETTINGS.replace("ruler", 'base-results = ["base.json"]\nruler')
    clone.write("sluicegate.toml", text)
    written(clone, "base.json", sort=noisy(10, seed=3), gone=[1.0])
    written(clone, "head.json", sort=noisy(11, seed=4), new=[1.0])
    page = command("performance", "page").stdout
    assert calls(page) == {"sort": "regressed", "new": "not judged"}
    assert page.count('class="spread"') == 1
    assert "it is new in this change" in page
    assert "were ranked together" in page


def test_without_a_history_the_page_says_so_and_calls_nothing(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", SETTINGS)
    clone.commit("settings")
    written(clone, "head.json", sort=[30.0])
    page = command("performance", "page").stdout
    assert calls(page) == {"sort": "not judged"}
    assert "Not everything could be looked at" in page
    assert "no earlier run of the suite benchmarks on such a machine is kept" in page
    assert "No benchmark is worse" not in page


def test_what_cannot_be_read_stands_on_top(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", SETTINGS)
    clone.commit("settings")
    clone.write("head.json", '{"sluicegate-performance": 1, "readings": [')
    page = command("performance", "page").stdout
    assert "Could not look" in page
    assert "Not everything could be looked at" in page
    for form in ("text", "markdown"):
        assert "could not look: " in command("performance", "page", "--format", form).stdout


def test_an_unreadable_history_is_told_and_never_empty(clone: Clone, command: Command, stepped: Sequence[str]) -> None:
    assert stepped
    runs = sorted((clone.root / "kept" / "performance").rglob("*-*.json"))
    runs[-1].write_bytes(runs[-1].read_bytes()[:100])
    page = command("performance", "page").stdout
    assert "cannot be trusted" in page
    assert set(calls(page).values()) == {"not judged"}


def test_tables_in_text(command: Command, stepped: Sequence[str]) -> None:
    assert stepped
    text = command("performance", "page", "--format", "text").stdout
    assert re.search(r"^✗  regressed  sort +12.0 ms → 14.0 ms +[▁-█]{25}  17 % slower$", text, re.MULTILINE)
    summary = command("performance", "page", "--format", "markdown").stdout
    assert summary.startswith("### Performance: 1 regressed, 1 unchanged\n")


def test_an_accepted_shift_is_on_the_plot(clone: Clone, command: Command) -> None:
    commits = remembered(clone, sort=[*noisy(10, count=30), *noisy(12, count=25)])
    accepted = f'[[performance.epoch]]\nsince = "{commits[30]}"\nowner = "@a/b"\nreason = "signed now"\n'
    clone.write("sluicegate.toml", SETTINGS.replace("[baseline]", f"{accepted}[baseline]"))
    written(clone, "head.json", sort=[12.05])
    page = command("performance", "page").stdout
    assert calls(page)["sort"] in ("unchanged", "inconclusive")
    assert f"Shift accepted since {commits[30]} by @a/b: signed now" in page
    (began,) = re.findall(r'class="epoch zx" d="M([\d.]+),', page)
    (level,) = re.findall(r'class="level z" d="M([\d.]+),', page)
    assert level == began, "what lies before an accepted shift has no level"


def test_the_ruler_gives_the_scale(clone: Clone, command: Command) -> None:
    text = SETTINGS.replace('"none"', '"parse"') + '[[performance.limit]]\nbenchmark = "sort"\nfail-at = "9 ms"\n'
    remembered(clone, sort=noisy(10, count=30), parse=noisy(20, count=30))
    clone.write("sluicegate.toml", text)
    written(clone, "head.json", sort=[10.0], parse=[20.0])
    page = command("performance", "page").stdout
    assert "regressed" not in calls(page).values()
    assert "It measured 10.0 ms, which is past its limit of 9 ms." in page
    assert "limit z" not in page, "it stands on another scale"
    assert "as a multiple of the ruler of the same run" in page


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--svg", "nothing"], "no benchmark is called nothing"),
        (["--svg", "sort"], "sort has several metrics: cpu, memory"),
        (["--set", "performance.results=[]"], "[performance] names no results"),
    ],
)
def test_mistakes_are_told(clone: Clone, command: Command, arguments: Sequence[str], told: str) -> None:
    clone.write("sluicegate.toml", SETTINGS)
    readings = ",".join(
        f'{{"benchmark": "sort", "metric": "{metric}", "unit": "ms", "processes": [[1]]}}'
        for metric in ("cpu", "memory")
    )
    clone.write("head.json", f'{{"sluicegate-performance": 1, "readings": [{readings}]}}')
    clone.commit("settings")
    done = command("performance", "page", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    one = command("performance", "page", "--svg", "sort", "--metric", "memory")
    assert "sort [memory]" in one.stdout
