"""The page of benchmarks in a real Chromium: on a phone and on a screen, by mouse and by keyboard, hostile and huge."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sluicegate.gates.performance.page import Picture, page, svg

# Read at once: fixtures take our variables out of the environment.
TOOLS = Path(os.environ.get("SLUICEGATE_TOOLS") or Path(__file__).parents[2] / ".tools") / "pages"
CHROMIUM = os.environ.get("SLUICEGATE_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
SCREENSHOTS = os.environ.get("SLUICEGATE_SCREENSHOTS", "")
STATUS = {"ask": "document.getElementById('status').textContent"}
HASH = {"ask": "location.hash"}
SEEN = {"ask": "document.querySelector('figure.course').dataset.seen || 'all'"}
READOUT = {"ask": "document.querySelector('.readout').textContent"}
TICKS = {"ask": "Array.from(document.querySelector('.ticks').querySelectorAll('text'), (one) => one.textContent)"}
PLACES = {"ask": "document.querySelector('figure.course .line').getAttribute('d')"}
FOCUS = {"ask": "document.querySelector('.drawing').focus()"}

Browse = Callable[..., dict[str, Any]]


def _made_up() -> ModuleType:
    """The made-up suite of the tests of the gate."""
    place = Path(__file__).parents[1] / "gates" / "performance" / "page" / "pictures.py"
    found = importlib.util.spec_from_file_location("performance_pictures", place)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


pictures = _made_up()
PAGES: dict[str, Callable[[], list[Picture]]] = {"suite": pictures.suite, "empty": list}


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    assert CHROMIUM, "no Chromium on this machine: install one, or name it in SLUICEGATE_CHROMIUM"
    assert (TOOLS / "installed.json").exists(), f"no puppeteer below {TOOLS}: run tests/real/pages/install.sh"

    def browsing(text: str, *steps: dict[str, Any], fragment: str = "", name: str = "page.html", **more: Any) -> Any:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        call = {"width": 1280, "scheme": "light", "url": file.as_uri() + fragment, "steps": steps} | more
        call |= {"tools": str(TOOLS), "chromium": CHROMIUM}
        done = subprocess.run(
            ["node", Path(__file__).parent / "pages" / "browse.mjs", json.dumps(call)],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        seen: dict[str, Any] = json.loads(done.stdout)
        assert [url for url in seen["requests"] if not url.startswith(file.as_uri())] == []
        assert seen["refused"] == []
        return seen

    return browsing


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_quiet(name: str, width: int, scheme: str, browse: Browse) -> None:
    screenshot = f"{SCREENSHOTS}/performance-{name}-{width}-{scheme}.png" if SCREENSHOTS else ""
    every = {"ask": "document.querySelectorAll('details').forEach((one) => { one.open = true; })"}
    seen = browse(page(PAGES[name]()), every, {"wait": 300}, width=width, scheme=scheme, screenshot=screenshot)
    assert seen["violations"] == []
    assert seen["checks"] > 10
    assert seen["messages"] == []
    assert not seen["overflow"]


def test_the_arrow_keys_go_from_run_to_run_and_tell_of_each(browse: Browse) -> None:
    steps = [FOCUS, {"press": "ArrowLeft"}, READOUT, {"press": "ArrowLeft"}, READOUT, {"press": "Home"}, READOUT]
    _, change, last, first = browse(page(pictures.suite()), *steps)["answers"]
    assert change == "12.2 ms · this change"
    assert last.endswith("2026-01-31 04:00 · Number the lines 94")
    assert first == "10.09 ms · 5feceb66ffc8 · 2026-01-03 18:00 · Number the lines 0"


def test_dragging_looks_closer_and_escape_goes_back(browse: Browse) -> None:
    drag = [{"down": "figure.course svg.area", "at": 0.1}, {"move": "figure.course svg.area", "at": 0.4}, {"up": True}]
    steps = [TICKS, PLACES, *drag, SEEN, TICKS, PLACES, FOCUS, {"press": "Escape"}, SEEN, TICKS, PLACES]
    ticks, places, seen, closer, moved, _, back, again, same = browse(page(pictures.suite()), *steps)["answers"]
    assert seen != "all"
    first, last = map(int, seen.split("-"))
    assert 5 < first < 12
    assert 30 < last < 42
    assert closer != ticks
    assert moved != places
    assert (back, again, same) == ("all", ticks, places)


def test_buttons_and_keys_zoom_and_move(browse: Browse) -> None:
    button = "figure.course .tools button"
    pressed = [each for number in (1, 3, 5) for each in ({"click": f"{button}:nth-of-type({number})"}, SEEN)]
    steps = [*pressed, FOCUS, {"press": "+"}, SEEN, {"press": "-"}, SEEN]
    closer, earlier, whole, _, keyed, back = browse(page(pictures.suite()), *steps)["answers"]
    assert closer == "24-71"
    assert earlier == "0-47"
    assert (whole, back) == ("all", "all")
    assert keyed == "24-71"


def test_a_filter_narrows_and_is_kept_in_the_address(browse: Browse) -> None:
    shown = {"ask": "document.querySelectorAll('#list > li').length"}
    steps = [STATUS, {"click": "#search"}, {"type": "BOTH/"}, {"wait": 400}, STATUS, HASH, shown]
    assert browse(page(pictures.suite()), *steps)["answers"] == [
        "19 benchmarks, all shown", "3 of 19 benchmarks", "#q=BOTH%2F", 3,
    ]  # fmt: skip
    assert browse(page(pictures.suite()), STATUS, fragment="#call=improved")["answers"] == ["2 of 19 benchmarks"]


def test_a_table_that_the_script_makes_is_as_the_others(browse: Browse) -> None:
    text = page(pictures.many(40))
    cells = (
        "(() => { const box = document.querySelectorAll('details.benchmark')[AT]; box.open = true; "
        "return new Promise((done) => setTimeout(() => { const values = box.querySelector('details.values'); "
        "values.open = true; setTimeout(() => done(Array.from(values.querySelectorAll('tr:nth-child(-n+2)'), "
        "(row) => Array.from(row.cells, (cell) => cell.textContent))), 100); }, 100)); })()"
    )
    first, late = browse(text, *({"ask": cells.replace("AT", at)} for at in ("0", "39")))["answers"]
    assert [row[:2] + row[3:] for row in first] == [row[:2] + row[3:] for row in late]
    assert late[1][2].endswith(" ms")


def test_without_a_script_plots_and_words_are_there(browse: Browse) -> None:
    asked = {"ask": "[document.querySelectorAll('figure svg.plot').length, document.body.innerText]"}
    ((count, text),) = browse(page(pictures.suite()), asked, script=False)["answers"]
    assert count == 19
    assert "steps is 21 % slower" in text
    assert "All runs" not in text


def test_a_paper_shows_every_benchmark(browse: Browse) -> None:
    opened = {"ask": "dispatchEvent(new Event('beforeprint')), document.querySelectorAll('.benchmark[open]').length"}
    tools = {"ask": "getComputedStyle(document.querySelector('.tools')).display"}
    assert browse(page(pictures.suite()), opened, {"wait": 200}, tools, media="print")["answers"] == [19, "none"]


def test_a_thousand_benchmarks_do_not_freeze_it(browse: Browse) -> None:
    timed = (
        "(() => { const began = performance.now(); document.querySelector('input[name=call]').click(); "
        "document.body.offsetHeight; return performance.now() - began; })()"
    )
    seen = browse(page(pictures.many(1_000)), STATUS, {"ask": timed}, STATUS)
    assert seen["answers"][0] == "1,000 benchmarks, all shown"
    assert seen["answers"][1] < 1_000
    assert seen["answers"][2] == "1 of 1,000 benchmarks"
    assert seen["milliseconds"] < 10_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_svg_stands_alone(scheme: str, browse: Browse) -> None:
    for number, one in enumerate(pictures.suite()[:2]):
        screenshot = f"{SCREENSHOTS}/performance-svg-{number}-{scheme}.png" if SCREENSHOTS else ""
        text = f'<!doctype html><html lang="en"><title>x</title><body><main><h1>x</h1>{svg(one)}</main>'
        seen = browse(text, width=1200, scheme=scheme, screenshot=screenshot)
        assert seen["messages"] == []
