"""Lines that are alike are read at one go, and must come out as if each had been read alone."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from gates.performance.readers.lines import lines, of
from sluicegate.gates.performance.readers import source
from sluicegate.gates.performance.reading import FormatError, Results

Chance = random.Random
TEXTS = 1500
LABELS = [[], ["k"], ["k", "l"], ["l", "k"], ["k", "k"], ["quantile"], ["le"]]
SAID = ["x", "y", "a b", "\\\\", '\\"', "{", "}", ",", "é"]
UNITS = [["ns/op"], ["ns/op", "B/op"], ["ns/op", "ns/op"], ["MB/s", "ns/op"], ["widgets"]]
VALUES = ["1", "2.5", "7e3", "7e3", "7e3", "0", "-1", "x", "NaN", "1e999", "1_0"]
PIECES = ["NaN", '"', "\\", "{", "}", "\x0c", "\x85", "\r", "\t", " ", "  ", ",", "=", "#", "²", " ns/op", "Benchmark"]


def openmetrics_lines(chance: Chance) -> list[str]:
    found = []
    for _ in range(chance.randint(1, 6)):
        name, keys = chance.choice(["a", "a_seconds", "b_total", "s", "s_sum", "h_count"]), chance.choice(LABELS)
        for _ in range(chance.choice([1, 2, 9])):
            body = ",".join(f'{key}="{chance.choice(SAID)}{chance.randrange(30)}"' for key in keys)
            more = chance.choice([""] * 8 + [" 1600000000", ' # {t="x"} 0.6'])
            found.append(f"{name}{{{body}}} {chance.choice(VALUES)}{more}" if keys else f"{name} 5{more}")
    return found


def go_lines(chance: Chance) -> list[str]:
    found = []
    for _ in range(chance.randint(1, 6)):
        name, units = chance.choice(["A-8", "B-8", "A", "A/n=1-8", ""]), chance.choice(UNITS)
        for _ in range(chance.choice([1, 3, 9])):
            values = " \t ".join(f"{chance.choice(VALUES)} {unit}" for unit in units)
            found.append(f"Benchmark{name} \t {chance.choice(['10', '200', '10', 'x'])} \t {values}")
        if chance.random() < 0.2:
            found.append(chance.choice(["goos: linux", "pkg: example.com/a", "pkg: example.com/b"]))
    return found


def damaged(line: str, chance: Chance) -> str:
    at = chance.randrange(len(line) + 1)
    return line[:at] + chance.choice(PIECES) + line[at + chance.choice([0, 0, 1, 4]) :]


def told(content: str, each: int) -> list[str]:
    """What is read, with the numbers of lines as they are where only each so many-th line counts."""
    try:
        results = of(content)
    except FormatError as error:
        return [re.sub(r"(?<=line )\d+", lambda at: str(-(-int(at[0]) // each)), error.message)]
    return [re.sub(r"(?<=line=)\d+", lambda at: str(-(-int(at[0]) // each)), one) for one in plain(results)]


def plain(results: Results) -> list[str]:
    return [re.sub(r"\(lines [\d, …]+\)", "(lines …)", one) for one in lines(results)]


@pytest.mark.parametrize(
    ("like", "unlike"),
    [
        ('a{k="x"} 1', 'a{k="y"}"c 5'),
        ('a{k="x"} 1', 'a{k="\\"} 5'),
        ('a{k="x"} 1', 'a{k="y"} \x0c5'),
        ('a{k="x"} 1', 'a{k="y"} 5 x'),
        ("BenchmarkA 10 5 ns/op", "BenchmarkA 10 5 ns/op x"),
        ("BenchmarkA 10 5 ns/op", "BenchmarkA 1.5 5 ns/op"),
    ],
)
def test_a_line_that_is_no_result_is_none_among_others(like: str, unlike: str) -> None:
    alone = told(f"# HELP b\n{unlike}\nb 1" if like.startswith("a{") else f"{unlike}\nBenchmarkB 10 5 ns/op", 1)
    for before, after in ((1, 0), (1, 1), (2, 1)):
        first = "# HELP b" if like.startswith("a{") else ""
        among = told("\n".join([first, *[like] * before, unlike, *[like] * after]), 1)
        refused = [re.sub(r"(?<=line )\d+|line=\d+", "", one) for one in alone if "BenchmarkB" not in one]
        assert refused[-1] in [re.sub(r"(?<=line )\d+|line=\d+", "", one) for one in among]


def test_what_is_declared_in_between_counts_from_there_on() -> None:
    content = "# HELP a b\n" + "".join(f'a{{k="{at}"}} 5\n' for at in range(3))
    results = of(content + "# UNIT a ms\n" + content.replace('k="', 'k="1'))
    assert [one.unit for one in results.readings] == ["", "", "", "s", "s", "s"]


@pytest.mark.parametrize(
    ("first", "between", "made"),
    [
        ("# TYPE s summary", "# TYPE z gauge", openmetrics_lines),  # what is declared may change what is known
        ("goos: linux", "", go_lines),
    ],
    ids=["openmetrics", "go"],
)
def test_together_is_as_each_alone(first: str, between: str, made: Callable[[Chance], list[str]]) -> None:
    chance = Chance(first)
    for _ in range(TEXTS):
        text = [first, *made(chance)]
        if chance.random() < 0.5:
            at = chance.randrange(1, len(text))
            text[at] = damaged(text[at], chance)
        assert told("\n".join([*text, "end 1", between]), 1) == told(f"\n{between}\n".join([*text, "end 1", ""]), 2)


def test_where_a_stretch_ends_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    content = "# TYPE a gauge\n" + "".join(f'a{{n="{number}"}} 1\n' for number in range(25))
    whole = lines(of(content))
    monkeypatch.setattr(source, "_BLOCK", 60)
    assert lines(of(content)) == whole


@pytest.mark.parametrize("size", [1, 99, 100, 101, 250])
def test_of_go_neither(size: int) -> None:
    """Each line in the middle of a text is read as it would be at its begin, alike or not."""
    rows = [f"BenchmarkA/n={number // 3} 10 {number + 1} ns/op {number % 5} B/op" for number in range(size)]
    rows[size // 2] += " 7 MB/s"
    assert told("\n".join(rows), 1) == told("\n\n".join([*rows, ""]), 2)


def test_times_beside_values_are_left_out_at_one_go_as_alone() -> None:
    bare = [f'a{{k="{number}"}} {number}e-3' for number in range(9)]
    timed = [f"{row} 16000000{at}" if at % 4 else row for at, row in enumerate(bare)]
    assert told("\n".join(["# TYPE a gauge", *timed]), 1) == told("\n".join(["# TYPE a gauge", *bare]), 1)


@pytest.mark.parametrize("further", ["", " 7 MB/s"])
def test_one_benchmark_in_several_runs_of_go_has_several_processes(further: str) -> None:
    """Its rows follow one another, whichever kinds of them there are."""
    each = [f"goos: linux\nBenchmarkA 10 {run} ns/op\nBenchmarkA 10 {run}5 ns/op{further}" for run in (1, 2, 3)]
    (time, *_) = of("\n".join(each)).readings
    assert [[round(value * 1e9) for value in row] for row in time.processes] == [[1, 15], [2, 25], [3, 35]]


def test_what_comes_again_of_a_package_stands_where_its_line_does() -> None:
    results = of("\n".join(f"pkg: {package}\nBenchmark{name} 10 5 ns/op" for package, name in ("aA", "bB", "aC")))
    assert [(one.benchmark, one.line) for one in results.readings] == [
        ("a.BenchmarkA", 2),
        ("b.BenchmarkB", 4),
        ("a.BenchmarkC", 6),
    ]


def test_lines_of_go_do_not_make_up_for_each_other() -> None:
    """One with fields too many and one with too few are as long as two, and the units stand where they should."""
    rows = ["BenchmarkA 10 5 ns/op", "BenchmarkB 10 6 ns/op junk 10", "BenchmarkC ns/op"]
    found = of("\n".join(rows))
    assert [one.key for one in found.readings] == [("BenchmarkA", "time"), ("BenchmarkB", "time")]
    refused = [(one.benchmark, one.metric, one.line) for one in found.refused]
    assert refused == [("BenchmarkB", "10", 2), ("BenchmarkC", "", 3)]
