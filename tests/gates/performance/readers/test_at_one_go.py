"""Lines that are alike are read at one go, and must come out as if each had been read alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import pytest

from effort import growth
from gates.performance.readers.generated import DECLARED, Chance, damaged, go_lines, openmetrics_lines, rust_lines
from gates.performance.readers.lines import lines, load, of
from sluicegate.gates.performance.readers import columns, locust, openmetrics, source
from sluicegate.gates.performance.readers import cycles as cycles_module
from sluicegate.gates.performance.readers.cycles import Cycles
from sluicegate.gates.performance.readers.forms import Form, Line, are_by_turns, cycle_of
from sluicegate.gates.performance.reading import FormatError, Results

TEXTS = 1000


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
        (DECLARED, "# TYPE z gauge", openmetrics_lines),  # what is declared may change what is known
        ("goos: linux", "", go_lines),
    ],
    ids=["openmetrics", "go"],
)
def test_together_is_as_each_alone(
    first: str, between: str, made: Callable[[Chance], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycles_module, "_MISSES", 0)
    chance = Chance(first)
    for _ in range(TEXTS):
        text = [*first.split("\n"), *made(chance)]
        if chance.random() < 0.5:
            at = chance.randrange(1, len(text))
            text[at] = damaged(text[at], chance)
        monkeypatch.setattr(openmetrics, "_LONG", chance.choice([0, 100]))
        together = told("\n".join([*text, "end 1", between]), 1)
        monkeypatch.setattr(openmetrics, "_LONG", sys.maxsize)
        assert together == told(f"\n{between}\n".join([*text, "end 1", ""]), 2)


@pytest.mark.parametrize(
    ("first", "made"),
    [
        (DECLARED, openmetrics_lines),
        ("test a ... bench: 1 ns/iter (+/- 1)", rust_lines),
    ],
    ids=["openmetrics", "rust"],
)
def test_where_a_block_ends_is_not_seen(
    first: str, made: Callable[[Chance], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Chance(first)
    for _ in range(TEXTS):
        text = "\n".join([first, *made(chance), *made(chance), "end 1"])
        monkeypatch.setattr(source, "_BLOCK", 48 * 1024)
        monkeypatch.setattr(openmetrics, "_LONG", chance.choice([0, 100]))
        whole = told(text, 1)
        monkeypatch.setattr(source, "_BLOCK", chance.choice([0, 30, 100]))
        assert told(text, 1) == whole


def test_a_line_of_rust_is_read_with_others_as_it_is_alone() -> None:
    """A line that is none of the usual ones has all lines of its block read one by one."""
    chance = Chance("rust")
    for _ in range(TEXTS):
        text = "\n".join(["test a ... bench: 1 ns/iter (+/- 1)", *rust_lines(chance)])
        assert told(f"{text}\n  thrpt: none", 1) == told(text, 1)


ROWS = [
    'a{{k="{0}"}} {0}',
    'a_seconds{{k="x",n="{0}"}} {0} 1600000000',
    "n_{0} {0}",
    's{{z="x",quantile="0.5",a="{0}"}} {0}',
    's_sum{{z="x",a="{0}"}} {0}',
    's_count{{z="x",a="{0}"}} 2',
    "n_{0}_bytes_total {0}",
    'seconds_{0} {0} # {{t="x"}} 0.6',
]


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("between", [None, *ROWS])
def test_lines_of_metrics_that_are_alike_are_read_as_among_others(row: str, between: str | None) -> None:
    """Alone they go a short way, which others between them, or what is said of a family, does not let them go."""
    each = [row.format(number) for number in range(1, 60)]
    others = [between.format(number) for number in range(1000, 1059)] if between and between != row else [""] * 59
    first = "# TYPE s summary\n# UNIT seconds_7 ms"
    alike = told("\n".join([first, *each, "# EOF"]), 10_000)
    mixed = told(
        "\n".join([first, *[line for pair in zip(each, others, strict=True) for line in pair], "# EOF"]), 10_000
    )
    assert len([one for one in alike if not one.startswith("refused")]) > (
        0 if "_count" in row or "_sum" in row else 59
    )
    assert [one for one in mixed if not re.search(r"10[0-5]\d", one)] == alike


def rows_of_locust(quoted: bool) -> str:
    """Requests with an average that differs, every fifth not asked, and one that is no number."""
    rows = ["Type,Name,Request Count,Average Response Time,Max Response Time,75%"]
    for number in range(40):
        name = f'"/items/{number}"' if quoted else f"/items/{number}"
        average = "N/A" if number == 7 else f"{number}.5"
        rows.append(f"GET,{name},{0 if number % 5 == 0 else 3},{average},{number + 1},12")
    return "\n".join(rows)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_rows_of_locust_are_read_together_as_those_with_quotes(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locust, "_BLOCK", size * 20)
    assert told(rows_of_locust(False), 1) == told(rows_of_locust(True), 1)
    assert len(of(rows_of_locust(False)).readings) == 32 * 3 - 1


@pytest.mark.parametrize("name", ["k6-handle.json", "k6-export.json", "bencher.json", "junit.xml", "data.js"])
def test_values_are_made_to_readings_together_as_one_by_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lines(load(name))
    monkeypatch.setattr(columns, "TOGETHER", 1)
    assert sorted(lines(load(name))) == sorted(whole)


def test_a_value_that_comes_often_is_kept_once_and_right() -> None:
    rows = "".join(f'a{{n="{number}"}} {number % 3}.5\n' for number in range(300))
    readings = of("# TYPE a gauge\n" + rows).readings
    assert [one.processes[0][0] for one in readings] == [number % 3 + 0.5 for number in range(300)]
    assert len({id(one.processes) for one in readings}) == 3


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


@pytest.mark.parametrize("name", ["a_total", "a", "a_sum"])
def test_what_is_declared_of_a_family_counts_from_there_on_whatever_its_samples_are_called(name: str) -> None:
    results = of(f'# HELP a b\n{name}{{k="1"}} 5\n# UNIT a ms\n{name}{{k="2"}} 5\n{name}{{k="3"}} 5')
    assert [one.unit for one in results.readings] == (["", "", ""] if name == "a_sum" else ["", "s", "s"])


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_name_of_locust_may_go_on_in_the_next_line(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locust, "_BLOCK", size * 20)
    first = "Type,Name,Request Count,Average Response Time"
    results = of(f'{first}\nGET,a,1,2\nGET,"b\nc ""d""\ne",1,3\nGET,f,1,4')
    assert [(one.benchmark, one.line) for one in results.readings] == [
        ("GET a", 2),
        ('GET b\nc "d"\ne', 5),
        ("GET f", 6),
    ]


def test_numbers_that_are_read_together_do_not_make_up_for_each_other() -> None:
    with pytest.raises(FormatError, match="line 2: has 6 fields, and the header 4"):
        of("Type,Name,Request Count,Average Response Time\nGET,a,1,2],[3,4\nGET,b,1,2")
    results = of("BenchmarkA 10 1,2 ns/op\nBenchmarkB 10 3 ns/op")
    assert [one.benchmark for one in results.readings] == ["BenchmarkB"]
    assert "no number: '1,2'" in results.refused[0].why


def test_a_metric_of_k6_that_does_not_tell_its_type_is_not_guessed() -> None:
    results = of('{"metrics": {"a": {"contains": "time", "values": {"avg": 1, "max": 2}}}}')
    assert not results.readings
    assert [(one.name, one.why) for one in results.refused] == [
        ("a [value]", "there is a sample without a value (null)"),
    ]


def test_metrics_that_no_other_benchmark_has_are_not_looked_through_for_each() -> None:
    def content(size: int) -> str:
        return "\n".join(f"BenchmarkA{number} 10 5 ns/op {number + 1} unit{number}/op" for number in range(size))

    contents = {size: content(size) for size in (200, 400)}
    assert growth(lambda size: of(contents[size]), 200) < 2.3


@pytest.mark.parametrize(
    "first", ["BenchmarkA 10 5 ns/op 7 B/op", "BenchmarkA 10 7 B/op", "BenchmarkA 10 6 x/op 5 ns/op"]
)
@pytest.mark.parametrize("again", ["BenchmarkA 10 5 ns/op 9 y/op", "BenchmarkA 10 5 ns/op"])
def test_rows_of_a_benchmark_with_other_metrics_are_all_of_it(first: str, again: str) -> None:
    """Which metrics a benchmark has is known together for all that come together, and must be known of each."""
    (time,) = [one for one in of(f"{first}\n{again}").readings if one.metric == "time"]
    assert [round(value * 1e9) for row in time.processes for value in row] == [5] * (1 + ("ns/op" in first))


def test_lines_of_locust_do_not_make_up_for_each_other() -> None:
    """One with a number too many and one with too few are as long as two."""
    with pytest.raises(FormatError, match="line 2: has 5 fields, and the header 4"):
        of("Type,Name,Request Count,Average Response Time\nGET,/a,3,5,7\nGET,/b,3\n")


def test_a_quantile_is_told_from_one_that_its_pattern_would_be_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openmetrics, "_LONG", 0)
    rows = [f's{{a="{at}",quantile="{"0x5" if at == 7 else "0.5"}"}} 5\ns_sum{{a="{at}"}} 4' for at in range(20)]
    metrics = [one.metric for one in of("# TYPE s summary\n" + "\n".join(rows)).readings]
    assert metrics == ["p(50)"] * 7 + ["0x5"] + ["p(50)"] * 12


@pytest.mark.parametrize("ending", ["", "_seconds", "_sum"])
def test_families_of_which_nothing_is_declared_are_read_together(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openmetrics, "_LONG", 0)
    names = [f"f{number}{ending if number % 3 else '_bytes'}" for number in range(99)]
    found = of("\n".join(f'{name}{{a="{number // 2}"}} 5' for number, name in enumerate(names))).readings
    units = {"_seconds": "s", "_bytes": "B"}
    assert [(one.benchmark, one.unit, one.line) for one in found] == [
        (f'{name}{{a="{at // 2}"}}', next((unit for word, unit in units.items() if word in name), ""), at + 1)
        for at, name in enumerate(names)
    ]


def test_lines_that_cannot_be_told_apart_make_no_cycle() -> None:
    """Where one begins is then tried at each of them."""
    one = Line("", "value", ("a",), "", "", ends=True)
    assert cycle_of(Form((), (one,), 1))
    assert cycle_of(Form((), (one, one), 1)) is None


SUMMARY = 'a{quantile="0.5"} 1\na_sum 2\na_count 3'


@pytest.mark.parametrize(
    "text",
    [
        "# TYPE x counter\nx 1\n# TYPE a_created counter\na_created 1\n# TYPE a counter\na 1\n# TYPE y counter\ny 1",
        "\n".join(f"# TYPE {name} summary\n{SUMMARY.replace('a', name, 3)}" for name in ("x", "a_sum", "a", "y")),
        "# TYPE a summary\na_count 4\n# TYPE x gauge\nx 8\n# TYPE a_sum gauge\na_sum 8\n# TYPE a gauge\na 2",
    ],
    ids=["created", "summary", "again"],
)
def test_what_is_declared_of_a_family_says_nothing_of_samples_above(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where families make a cycle, and the samples of one are called as parts of the next."""
    found = told(text, 1)
    monkeypatch.setattr(Cycles, "add", lambda *_: False)
    assert found == told(text, 1)


@pytest.mark.parametrize("more", ["", " 1600000000", ' # {trace="x"} 0.5 1600000000'])
def test_a_cycle_is_one_whatever_stands_behind_its_values(more: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openmetrics, "_LONG", 0)
    alone: list[str] = []
    monkeypatch.setattr(openmetrics._Page, "_add_samples", lambda *given: alone.extend(given[1]))
    rows = [
        f'h_bucket{{a="{at}",le="1"}} 2{more}\nh_sum{{a="{at}"}} 5\nh_count{{a="{at}"}} 2{more}' for at in range(20)
    ]
    assert len(of("# TYPE h histogram\n" + "\n".join(rows)).readings) == 20
    assert not any(alone)


def test_two_families_of_a_type_may_make_a_cycle() -> None:
    assert not are_by_turns("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1")
    assert are_by_turns("# TYPE z gauge\n# TYPE a gauge\na 1\n# TYPE b counter\nb 1")


def test_a_quote_ends_no_labels_where_a_value_would_begin_with_it() -> None:
    with pytest.raises(FormatError, match="line 2: no sample of a metric"):
        of('# TYPE a gauge\na{p="C:\\",q="}"} 7')


def test_few_patterns_are_made_of_a_text_that_needs_another_for_each_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    """To make one takes as long as to read some hundred lines."""
    made: list[Form] = []
    monkeypatch.setattr(cycles_module, "cycle_of", made.append)
    said = [
        "\n".join(
            [
                f"# TYPE f{at} histogram",
                *[f'f{at}_bucket{{x="{x}",le="{at}{le}"}} 1' for x in range(10) for le in range(20)],
            ]
        )
        for at in range(200)
    ]
    of("\n".join([*said, "b 1"]))
    assert len(made) < 40


@pytest.mark.parametrize("name", ["queue_length", "heap_bytes"])
@pytest.mark.parametrize("first", ["0", "-0"])
def test_a_zero_has_no_sign_whatever_stands_beside_it(name: str, first: str) -> None:
    rows = [first, "-0", "0", "1.5", "-0.0", *["2.5"] * 9]
    found = of(
        f"# TYPE {name} gauge\n" + "".join(f'{name}{{a="{at}"}} {row}\n' for at, row in enumerate(rows))
    ).readings
    alone = of(f"# TYPE {name} gauge\n{name} -0\n").readings
    assert [repr(one.processes[0][0]) for one in (*found[:5], *alone)] == ["0.0", "0.0", "0.0", "1.5", "0.0", "0.0"]
