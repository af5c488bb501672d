"""The page of a Run in a real Chromium: on a phone and on a screen, light and dark, by keyboard, hostile and huge.

`tests/real/pages/install.sh` brings puppeteer and axe; the browser is the machine's own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from report import runs
from sluicegate.model import Run, Since
from sluicegate.report import render

# Read at once: fixtures take our variables out of the environment.
TOOLS = Path(os.environ.get("SLUICEGATE_TOOLS") or Path(__file__).parents[2] / ".tools") / "pages"
CHROMIUM = os.environ.get("SLUICEGATE_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
SCREENSHOTS = os.environ.get("SLUICEGATE_SCREENSHOTS", "")
STATUS = {"ask": "document.getElementById('status').textContent"}
SHOWN = {"ask": "document.querySelectorAll('#list > li').length"}
HASH = {"ask": "location.hash"}
FOCUSED = {"ask": "document.activeElement.textContent.trim().slice(0, 40)"}

Browse = Callable[..., dict[str, Any]]


def rich() -> Run:
    """A failed run with all that can be told of a finding."""
    run = runs.failed()
    gate = run.gates[0]
    since = Since(commit="1f3a9c2d1e5b7a8c9d0e1f2a3b4c5d6e7f8a9b0c", date="2026-11-02", subject="Drop the mail address")
    first = replace(gate.findings[0], owners=("@acme/api", "@octocat"), since=since)
    return replace(run, gates=(replace(gate, findings=(first, *gate.findings[1:]), facts={"impact": "major"}),))


ALL = {**runs.RUNS, "rich": rich, "many": lambda: runs.many(2_000)}


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    assert CHROMIUM, "no Chromium on this machine: install one, or name it in SLUICEGATE_CHROMIUM"
    assert (TOOLS / "installed.json").exists(), f"no puppeteer below {TOOLS}: run tests/real/pages/install.sh"

    def browsing(run: Run, *steps: dict[str, Any], fragment: str = "", **more: Any) -> dict[str, Any]:
        page = tmp_path / "run.html"
        page.write_text(render("html", run), encoding="utf-8")
        call = {"width": 1280, "scheme": "light", "url": page.as_uri() + fragment, "steps": steps} | more
        call |= {"tools": str(TOOLS), "chromium": CHROMIUM}
        done = subprocess.run(
            ["node", Path(__file__).parent / "pages" / "browse.mjs", json.dumps(call)],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        seen: dict[str, Any] = json.loads(done.stdout)
        assert [url for url in seen["requests"] if not url.startswith(page.as_uri())] == []
        return seen

    return browsing


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ALL)
def test_a_page_is_accessible_and_quiet(name: str, width: int, scheme: str, browse: Browse) -> None:
    screenshot = f"{SCREENSHOTS}/{name}-{width}-{scheme}.png" if SCREENSHOTS else ""
    seen = browse(ALL[name](), width=width, scheme=scheme, screenshot=screenshot)
    assert seen["violations"] == []
    assert seen["checks"] > 10
    assert seen["messages"] == []
    assert not seen["overflow"]


def test_axe_sees_a_fault(browse: Browse) -> None:
    seen = browse(rich(), {"ask": "document.documentElement.removeAttribute('lang')"})
    assert seen["violations"] == ["html-has-lang: html"]


def test_a_paper_is_readable(browse: Browse) -> None:
    seen = browse(rich(), {"ask": "getComputedStyle(document.querySelector('button')).display"}, media="print")
    assert seen["answers"] == ["none"]


def test_the_list_is_filtered_by_keyboard_and_kept_in_the_address(browse: Browse) -> None:
    steps = [{"press": "Tab"}, FOCUSED, {"press": "Enter"}, {"press": "Tab"}, FOCUSED, {"press": "Tab"}]
    seen = browse(rich(), *steps, {"press": "Space"}, STATUS, HASH, SHOWN)
    skip, summary, *rest = seen["answers"]
    assert (skip, summary) == ("Skip to the findings", "Filter")
    assert rest == ["2 of 6 findings match, all shown", "#state=failing", 2]


def test_an_address_brings_the_filters_back(browse: Browse) -> None:
    seen = browse(rich(), STATUS, {"ask": "document.querySelectorAll(':checked').length"},
                  fragment="#level=warning&level=note&q=email4&gate=nonsense")  # fmt: skip
    assert seen["answers"] == ["1 of 6 findings match, all shown", 2]


def test_a_search_and_the_way_back(browse: Browse) -> None:
    steps = [{"click": "#search"}, {"type": "@octocat"}, {"wait": 400}, STATUS, {"click": "#reset"}, STATUS, HASH]
    assert browse(rich(), *steps)["answers"] == ["1 of 6 findings match, all shown", "6 findings, all shown", ""]


def test_nothing_that_matches_is_said(browse: Browse) -> None:
    assert browse(rich(), STATUS, SHOWN, fragment="#q=zzz")["answers"] == ["None of 6 findings matches", 0]


def test_more_findings_come_when_asked_and_the_focus_is_on_the_first(browse: Browse) -> None:
    steps = [STATUS, SHOWN, {"click": "#more"}, STATUS, SHOWN, FOCUSED]
    told = browse(runs.many(120), *steps)["answers"]
    assert told[:4] == ["The first 50 of 120 findings", 50, "The first 100 of 120 findings", 100]
    assert told[4].startswith("error")


def test_a_hundred_thousand_findings_do_not_freeze_it(browse: Browse) -> None:
    timed = (
        "(() => { const began = performance.now(); document.querySelector('input[name=level]').click(); "
        "return performance.now() - began; })()"
    )
    seen = browse(runs.many(100_000), STATUS, SHOWN, {"ask": timed}, STATUS)
    assert seen["answers"][:2] == ["The first 50 of 25,000 findings", 50]
    assert seen["answers"][2] < 500
    assert seen["milliseconds"] < 10_000


def test_a_command_is_copied(browse: Browse) -> None:
    steps = [{"click": "#list [data-copy]"}, {"wait": 300}, {"ask": "document.getElementById('copied').textContent"}]
    (said,) = browse(rich(), *steps)["answers"]
    assert said in {"The command is copied", "The command is selected"}


def test_a_page_without_findings_has_commands_to_copy(browse: Browse) -> None:
    steps = [{"click": "[data-copy]"}, {"wait": 300}, {"ask": "document.getElementById('copied').textContent"}]
    assert browse(runs.passed(), *steps)["answers"][0].startswith("The command is ")


def test_without_a_script_the_first_findings_and_the_number_of_all_are_there(browse: Browse) -> None:
    asked = {"ask": "[document.querySelectorAll('#list > li').length, document.body.innerText]"}
    ((count, text),) = browse(runs.many(120), asked, script=False)["answers"]
    assert count == 20
    assert "The first 20 of 120 findings; this page needs its script to show the others." in " ".join(text.split())
    assert "Copy" not in text


def test_hostile_text_is_only_ever_text(browse: Browse) -> None:
    """Not one element, attribute or handler comes of it, and the browser's policy has nothing to refuse."""
    asked = {
        "ask": "[document.querySelectorAll('img,iframe,object,embed,svg,link,base,style ~ style').length,"
        " document.querySelectorAll('script').length,"
        " [...document.querySelectorAll('a')].map((a) => a.getAttribute('href')).filter((h) => h[0] !== '#').length,"
        " [...document.querySelectorAll('*')].flatMap((e) => [...e.attributes]).filter((a) => /^on|^style$/"
        ".test(a.name)).length, /[\\u202e\\u200b\\u0007]/.test(document.body.innerText)]"
    }
    seen = browse(runs.hostile(), asked)
    assert seen["answers"] == [[0, 2, 0, 0, False]]
    assert seen["messages"] == []


def test_the_policy_stops_a_script_that_is_not_ours(browse: Browse) -> None:
    """What would happen if something did get in: nothing."""
    planted = (
        "document.body.insertAdjacentHTML('beforeend', '<img src=https://example.invalid/x onerror=alert(1)>');"
        "const s = document.createElement('script'); s.textContent = 'alert(2)'; document.body.append(s); 0"
    )
    seen = browse(rich(), {"ask": planted}, {"wait": 300})
    assert not any(message.startswith("dialog") for message in seen["messages"])
    assert any("Content Security Policy" in message for message in seen["messages"])
    assert seen["refused"] == ["https://example.invalid/x"]
