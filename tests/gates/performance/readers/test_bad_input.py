"""Files that are cut, hostile or of another kind, and samples that nobody can judge: told, never left out."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from gates.performance.readers.lines import DATA, load, of
from gates.performance.readers.writers import (
    SAMPLED,
    asv,
    google,
    hyperfine,
    jmh,
    pyperf,
    pytest_benchmark,
    refused,
)
from sluicegate.gates.performance.readers import history
from sluicegate.gates.performance.reading import FormatError

Write = Callable[[str], str]


@pytest.mark.parametrize("write", [*SAMPLED, google], ids=lambda write: write.__name__)
class TestSamplesThatCannotBeJudged:
    @pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400, '"0.5"', '"NaN"', "null"])
    def test_no_number(self, write: Write, bad: str) -> None:
        why = refused(write(f"1,{bad},2"))
        told = "without a value" if bad == "null" else "no number"
        assert told in why

    @pytest.mark.parametrize(
        ("bad", "told"), [("-1.5", "a negative sample: -1.5"), ("0", "a time of 0"), ("-0.0", "a time of 0")]
    )
    def test_no_time(self, write: Write, bad: str, told: str) -> None:
        assert told.partition(":")[0] in refused(write(f"1,{bad},2"))

    def test_one_sample_is_one(self, write: Write) -> None:
        (one,) = of(write("1.5")).readings
        assert one.count == 1

    def test_what_is_no_number_at_all_is_no_result_of_the_tool(self, write: Write) -> None:
        if write is asv:
            assert "its columns are not what asv writes" in refused(write("1,[2],3"))
        else:
            with pytest.raises(FormatError, match=r"is not what that writes: Expected .* got `array` - at `\$"):
                of(write("1,[2],3"))


@pytest.mark.parametrize("write", SAMPLED, ids=lambda write: write.__name__)
def test_no_sample_at_all(write: Write) -> None:
    if write is pyperf:  # a run without values calibrated
        assert refused(pyperf("")) == "there are no samples"
    elif write is jmh:
        assert "without a value" in refused(jmh(""))
    else:
        assert refused(write("")) == "there are no samples"


@pytest.mark.parametrize("bad", ["NaN", "nan", "+Inf", "inf", "x"])
def test_no_number_in_a_text(bad: str) -> None:
    go = f"BenchmarkA 10 5 ns/op\nBenchmarkA 10 {bad} ns/op\nBenchmarkA 10 5 ns/op\n"
    for text in (go, f"# TYPE a gauge\na {bad}\n", f'<testsuite><testcase name="a" time="{bad}"/></testsuite>'):
        results = of(text)
        assert results.readings == ()
        assert "number" in results.refused[0].why


def test_nothing_allocated_is_a_sample_like_any_other() -> None:
    results = of("BenchmarkA-2 \t 10 \t 5 ns/op \t 0 B/op \t 0 allocs/op\n")
    assert [(one.metric, one.processes) for one in results.readings][1:] == [
        ("B/op", ((0.0,),)),
        ("allocs/op", ((0.0,),)),
    ]


class TestTheSameBenchmarkTwice:
    def test_neither_counts(self) -> None:
        twice = json.loads(hyperfine("1,2"))
        twice["results"] += [{"command": "other", "times": [1]}, {"command": "t", "times": [3]}]
        results = of(json.dumps(twice))
        assert [one.benchmark for one in results.readings] == ["other"]
        assert [(one.benchmark, one.why) for one in results.refused] == [("t", "stands 2 times: which of them counts?")]

    def test_the_lines_are_told(self) -> None:
        results = of('# TYPE a gauge\na{x="1"} 1\nb 2\na{x="1"} 3\n')
        assert [one.benchmark for one in results.readings] == ["b"]
        assert [(one.line, one.why) for one in results.refused] == [
            (2, "stands 2 times (lines 2, 4): which of them counts?")
        ]

    def test_also_where_the_first_was_refused(self) -> None:
        results = of('<testsuite>\n<testcase name="a" time="0"/>\n<testcase name="a" time="1"/></testsuite>')
        assert results.readings == ()
        assert "(lines 2, 3)" in results.refused[-1].why

    def test_a_repetition_of_google_that_stands_twice(self) -> None:
        row = {"run_name": "t", "repetition_index": 0, "real_time": 1.0, "time_unit": "ns"}
        assert "two benchmarks may have this name" in refused(json.dumps({"context": {}, "benchmarks": [row, row]}))

    @pytest.mark.parametrize(
        "content",
        [
            '{"a": {"time": {"value": 1}}, "a": {"time": {"value": 2}}}',
            '{"b": {"time": {"value": 1, "a" : 2, "a": 3}}}',
            '{"b\\":": {"time": {"value": 1}}, "a": {"time": {"value": NaN}}, "a": {"time": {"value": 2}}}',
            '{"commit_hash": "a", "version": 2, "result_columns": [], "results": {"a": [], "b": [], "a": []}}',
        ],
    )
    def test_a_key_that_stands_twice_is_an_error(self, content: str) -> None:
        with pytest.raises(FormatError, match="the key 'a' stands twice in an object"):
            of(content)

    def test_a_text_that_looks_like_a_key_or_like_no_number_is_a_text(self) -> None:
        results = of('{"a, NaN, \\"b\\": c": {"time": {"value": 1}}, "b": {"time": {"value": -Infinity}}}')
        assert [one.benchmark for one in results.readings] == ['a, NaN, "b": c']
        assert [(one.benchmark, one.why) for one in results.refused] == [
            ("b", "there is a sample that is no number: '-Infinity'")
        ]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_a_word_for_no_number_is_no_key(word: str) -> None:
    content = pytest_benchmark("1, NaN , 2")
    assert "no number" in refused(content)
    with pytest.raises(FormatError, match="no JSON"):
        of(content.replace('"stats":', f'{word} : 1, "stats":'))


def test_blank_lines_before_a_text_are_counted() -> None:
    assert of("\n\nBenchmarkA \t 10 \t 5 ns/op\n").readings[0].line == 3
    assert of('\n \n<testsuite><testcase name="a" time="1"/></testsuite>').readings


def test_a_testcase_in_a_testcase_is_an_error() -> None:
    with pytest.raises(FormatError, match="a testcase stands in a testcase"):
        of('<testsuite><testcase name="a" time="1"><testcase name="b" time="2"/></testcase></testsuite>')


def test_what_the_sum_of_a_histogram_lacks_is_told() -> None:
    results = of(
        "# TYPE a histogram\na_sum 3\n# TYPE b histogram\nb_sum 3\nb_count 0\n"
        "# TYPE c histogram\nc_count 1\nc_sum NaN\n# TYPE d summary\nd_sum 1\nd_sum 2\nd_count 1\n"
    )
    assert [(one.benchmark, one.metric) for one in results.refused] == [(name, "mean") for name in "abcd"]


def test_k6_and_locust_tell_what_took_no_time() -> None:
    assert load("k6-handle.json").refused[0].benchmark == "http_req_tls_handshaking"
    header, first, *_ = (DATA / "locust_stats.csv").read_text("utf-8").splitlines()
    cells = first.split(",")
    none = of("\n".join([header, ",".join([*cells[:2], "0", "0", "N/A", *["0"] * 5, *["N/A"] * 12])]))
    assert [(one.benchmark, one.why, one.line) for one in none.refused] == [("GET /", "there was no request", 2)]


@pytest.mark.parametrize(
    "name",
    [
        "pytest-benchmark.json",
        "jmh.json",
        "k6-handle.json",
        "own.json",
        "data.js",
        "junit.xml",
        "hyperfine.json",
        "bencher.json",
    ],
)
@pytest.mark.parametrize("part", [0.3, 0.7, 0.99])
def test_a_file_that_was_cut_is_an_error_with_its_line(name: str, part: float) -> None:
    content = (DATA / name).read_bytes().strip()
    with pytest.raises(FormatError, match=r"^results: line \d+") as caught:
        of(content[: int(len(content) * part)])
    assert caught.value.hint == "the tool may have been ended while it wrote"


def test_a_table_that_was_cut_is_an_error_with_its_line() -> None:
    content = (DATA / "locust_stats.csv").read_bytes()
    with pytest.raises(FormatError, match=r"^results: line 4: has 8 fields, and the header 22"):
        of(content[:-90])
    with pytest.raises(FormatError, match=r"^results: line 3: unexpected end of data"):
        of(content[: content.index(b"with a comma")])


@pytest.mark.parametrize(
    ("content", "told", "hint"),
    [
        (b"", "is empty", "the tool may not have run"),
        (b" \n", "is empty", "the tool may not have run"),
        (b"[]", "is an empty list", "the tool may have run no benchmark"),
        (b'{"a": 1, "b": []}', "its keys are a, b", "read are pytest-benchmark"),
        (b"[1, 2]", "a JSON list of something else than objects", "read are pytest-benchmark"),
        (b'[{"a": 1}]', "a JSON list of objects with the keys a,", "read are pytest-benchmark"),
        (b'{"version": "2.1.0", "runs": []}', "is SARIF, and no results", "[[external]]"),
        (b'{"metric":"a","type":"Point","data":{}}\n{"metric":"a"}', "is a stream of k6's points", "--summary-export"),
        (b'{"full_id": "a", "group_id": "b"}', "is criterion's benchmark.json", "new/sample.json"),
        (b'{"machine": "box", "version": 1}', "is asv's machine.json", "results/*/*-*.json"),
        (b'{"commit_hash": "a", "params": {}, "results": {}, "version": 1}', "asv's format 1", "asv update"),
        (b'{"result_columns": [], "results": {}, "version": 3}', "is asv's format 3", "asv update"),
        (b"<html/>", "its root is <html>", "only JUnit is read"),
        (b"hello\nthere", "is text, and no results", "read are pytest-benchmark"),
        (b"\x00\x01\x02", "is no text", "UTF-8"),
        (b"a b\xff\nc", "line 1 is not UTF-8", "UTF-8"),
        (b'{"machine_info":{},"benchmarks":[{"fullname":"\xff","stats":{}}]}', "is not UTF-8", "UTF-8"),
        (b"\xff\xfe\x00\xd8{", "begins like UTF-16 and is none", "run it again"),
        (b'{"machine_info":{},"benchmarks":[]}', "holds no benchmark", "look at its filter"),
        (b'{"sluicegate-performance": 2, "readings": []}', "is of version 2, and 1 is read", "update Sluicegate"),
        (b'{"sluicegate-performance": 1, "readings": [], "reading": []}', "unknown field `reading`", "run it again"),
        (b"Timestamp,User Count,Type,Name,x\n", "is the course of a run of locust", "_stats.csv"),
        (b'{"reason":"group-complete"}\n{"reason":', "line 2: no message of cargo-criterion", "run it again"),
        (b'{"Action":"output"}\n{', "line 2: no event of `go test -json`", "run it again"),
        (b"# TYPE a gauge\na{b=1} 2\n", "line 2: no sample of a metric: a{b=1} 2", "OpenMetrics"),
        (b'{"metrics": {"a": {"avg": []}}}', "looks like a k6 summary, and is not", "run it again"),
    ],
)  # fmt: skip
def test_what_is_no_result_says_what_it_looks_like_and_what_to_do(content: bytes, told: str, hint: str) -> None:
    with pytest.raises(FormatError) as caught:
        of(content)
    assert caught.value.message.startswith("results: ")
    assert told in caught.value.message
    assert hint in caught.value.hint


class TestNames:
    HOSTILE = "a\x1b[31m\u202eb\n::error::c\x07\U0001f600"

    @pytest.mark.parametrize("write", [pytest_benchmark], ids=lambda write: write.__name__)
    def test_controls_are_kept_in_the_noun(self, write: Callable[[str, str], str]) -> None:
        (one,) = of(write("1", self.HOSTILE)).readings
        assert one.benchmark == self.HOSTILE

    @pytest.mark.parametrize("control", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\x1b"])
    def test_a_control_ends_no_line(self, control: str) -> None:
        for text in (f'# TYPE a gauge\na{{b="c{control}d"}} 1\n', f"test a{control}b ... bench:   1 ns/iter (+/- 1)"):
            (one,) = of(text).readings
            assert control in one.benchmark

    def test_a_benchmark_may_be_called_like_a_key_of_another_format(self) -> None:
        for name in ("Time", "reason", "metrics2"):
            (one,) = of(f'{{"{name}":{{"latency":{{"value":5}}}}}}').readings
            assert one.benchmark == name

    def test_an_error_is_safe_to_print(self) -> None:
        with pytest.raises(FormatError) as caught:
            of(json.dumps({self.HOSTILE: 1}))
        assert caught.value.message.isprintable()

    def test_why_is_safe_to_print(self) -> None:
        row = {"run_name": "t", "error_occurred": True, "error_message": self.HOSTILE * 1000}
        why = refused(json.dumps({"context": {}, "benchmarks": [row]}))
        assert why.isprintable()
        assert len(why) <= 500


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"metrics":{"a":{"avg":%s,"max":1}}}', "no number"),
        ('{"metrics":{"a":{"contains":"time","type":"trend","values":{"avg":%s}}}}', "no number"),
        (
            '[{"benchmark":"a","mode":"sample","primaryMetric":{"scoreUnit":"s/op","rawDataHistogram":[[[[2,%s]]]]}}]',
            "",
        ),
        (
            '[{"benchmark":"a","mode":"thrpt","primaryMetric":{"scoreUnit":"ops/ns","rawData":[[1e305]]}}]',
            "beyond any number",
        ),
    ],
)
def test_a_number_beyond_all_numbers_costs_its_metric(content: str, told: str) -> None:
    big = "9" * 400
    try:
        results = of(content.replace("%s", big))
    except FormatError as error:
        assert "is not what that writes" in error.message  # noqa: PT017 - either way it is told
    else:
        assert told in results.refused[0].why


def test_a_line_that_only_looks_like_one_of_criterion_costs_its_benchmark() -> None:
    results = of("a    time:   [1.0 ns 2..0 ns 3.0 ns]\nb    time:   [1..0 ns 2.0 ns 3.0 ns]\n")
    assert [one.why for one in results.refused] == ["there is a sample that is no number: '2..0'"]
    assert [(one.benchmark, one.spread) for one in results.readings] == [("b", None)]


def test_a_date_that_is_none_is_an_error() -> None:
    for name in ("data.js", "asv/box/140cb038-existing-py.json"):
        content = (DATA / name).read_bytes().replace(b"1700000000000", b"9" * 30).replace(b"1795981597000", b"9" * 30)
        with pytest.raises(FormatError, match="has a date that is none"):
            _ = history("results", content) if name == "data.js" else of(content)


@pytest.mark.parametrize("said", ["1.2.3", ".", "±", "± 1..5 %", "e5"])
def test_a_deviation_that_is_no_number_costs_nothing(said: str) -> None:
    (one,) = of(json.dumps([{"name": "a", "unit": "ms", "value": 2000, "range": said}])).readings
    assert (one.processes, one.spread) == (((2.0,),), None)


@pytest.mark.parametrize(
    "content",
    [
        '<testsuite>\n<testcase name="a"/>\n<testcase name="b"><error/></testcase>\n<testcase name="c"/></testsuite>',
        "Type,Name,Request Count,75%,90%\n,a,5,x,1\n,b,0,,\n,c,5,1,x\n",
    ],
    ids=["junit", "locust"],
)
def test_what_is_refused_comes_in_the_order_of_its_lines(content: str) -> None:
    """Whatever is wrong with it, also where columns are read one after the other."""
    assert [(one.benchmark, one.line) for one in of(content).refused] == [("a", 2), ("b", 3), ("c", 4)]


def test_a_spread_that_is_none_costs_nothing() -> None:
    for spread in ('"NaN"', "-1", "1e308"):
        metric = f'{{"scoreUnit":"ops/us","score":5,"scoreError":{spread}}}'
        (one,) = of(f'[{{"benchmark":"a","mode":"thrpt","primaryMetric":{metric}}}]').readings
        assert (one.processes, one.spread) == (((5e6,),), None)
