"""What each tool wrote, read whole: `NAME.expected` beside a file holds every reading of it, as a person checked it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from gates.performance.readers.lines import DATA, lines, load, of
from sluicegate.gates.performance.readers import history, read
from sluicegate.gates.performance.reading import Direction, Reading, Results

EXPECTED = sorted(str(path.relative_to(DATA)) for path in DATA.rglob("*.expected"))


def found(results: Results, benchmark: str, metric: str = "time") -> Reading:
    (one,) = (one for one in results.readings if one.key == (benchmark, metric))
    return one


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_read_whole(name: str) -> None:
    assert lines(load(name.removesuffix(".expected"))) == (DATA / name).read_text("utf-8").split("\n")[:-1]


def test_every_file_has_its_readings() -> None:
    beside = {"asv/benchmarks.json", "criterion/benchmark.json", "criterion/estimates.json"}
    files = {str(path.relative_to(DATA)) for path in DATA.rglob("*.*") if path.suffix != ".expected"}
    assert files - beside == {name.removesuffix(".expected") for name in EXPECTED}


def document(name: str) -> dict:
    return json.loads((DATA / name).read_text("utf-8"))


class TestSamplesAreThoseOfTheFile:
    """Held against the file itself, not against what was once read of it."""

    def test_pytest_benchmark(self) -> None:
        for test in document("pytest-benchmark.json")["benchmarks"]:
            one = found(load("pytest-benchmark.json"), test["fullname"])
            assert one.processes == (tuple(test["stats"]["data"]),)
            assert (one.unit, one.direction) == ("s", Direction.LOWER)

    def test_pyperf_has_a_process_for_each_run(self) -> None:
        (first, _) = document("pyperf.json")["benchmarks"]
        one = found(load("pyperf.json"), "sum of 100")
        assert one.processes == tuple(tuple(run["values"]) for run in first["runs"])
        assert len(one.processes) == 3

    def test_hyperfine_has_a_process_for_each_run(self) -> None:
        (first, *_) = document("hyperfine.json")["results"]
        assert found(load("hyperfine.json"), "seq 1").processes == tuple((time,) for time in first["times"])

    def test_jmh_has_a_process_for_each_fork(self) -> None:
        first = json.loads((DATA / "jmh.json").read_text("utf-8"))[0]["primaryMetric"]
        one = found(load("jmh.json"), "com.example.Sums.sum(n=10)", "throughput")
        assert first["scoreUnit"] == "ops/us"
        assert one.processes == tuple(tuple(value * 1e6 for value in fork) for fork in first["rawData"])
        assert one.direction is Direction.HIGHER

    def test_criterion_divides_by_the_iterations(self) -> None:
        sample = document("criterion/sample.json")
        one = found(load("criterion/sample.json"), "sums/xor/100")
        pairs = zip(sample["times"], sample["iters"], strict=True)
        assert one.processes == (tuple(time / count / 1e9 for time, count in pairs),)

    def test_asv_in_the_order_of_the_product(self) -> None:
        columns = document("asv/box/140cb038-existing-py.json")["results"]["sums.Sums.time_sum"]
        results = load("asv/box/140cb038-existing-py.json")
        names = ("(10, 'int')", "(10, 'float')", "(100, 'int')")
        for name, samples in zip(names, columns[11], strict=False):
            assert found(results, f"sums.Sums.time_sum{name}").processes == (tuple(samples),)


class TestWhatLiesBeside:
    def test_without_its_name_a_sample_is_of_nobody_knows_what(self) -> None:
        content = (DATA / "criterion/sample.json").read_bytes()
        with pytest.raises(Exception, match=r"^results: is criterion's, and benchmark\.json does not lie beside it"):
            of(content)

    def test_estimates_are_read_where_the_samples_are_gone(self) -> None:
        names = (DATA / "criterion/benchmark.json").read_bytes()
        one = found(of((DATA / "criterion/estimates.json").read_bytes(), benchmark_json=names), "sums/xor/100")
        assert one.summary == "median"
        assert one.processes == ((2.230659103000023e-08,),)
        assert one.spread == pytest.approx((23.472858695903593 - 21.898346170749196) / 2 * 1e-9)

    def test_estimates_beside_their_samples_are_no_second_benchmark(self) -> None:
        with pytest.raises(Exception, match=r"criterion's summary of the samples beside it"):
            load("criterion/estimates.json")

    def test_asv_without_its_list_goes_by_names_as_asv_does(self) -> None:
        results = of((DATA / "asv/box/140cb038-existing-py.json").read_bytes())
        assert found(results, "sums.peakmem_list", "size").unit == "B"
        assert found(results, "sums.Sums.time_sum(10, 'int')").unit == "s"
        assert found(results, "sums.Sums.track_rows(10, 'int')", "value").direction is Direction.UNKNOWN

    def test_a_file_may_be_packed(self) -> None:
        content = (DATA / "pyperf.json").read_bytes()
        assert of(gzip.compress(content)) == of(content)
        assert of(gzip.compress(content[:500]) + gzip.compress(content[500:])) == of(content)

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
    @pytest.mark.parametrize("name", ["pytest-benchmark.json", "go.txt", "junit.xml", "locust_stats.csv", "data.js"])
    def test_a_mark_tells_the_encoding(self, name: str, encoding: str) -> None:
        text = (DATA / name).read_text("utf-8")
        assert of(text.encode(encoding)) == of(text)


class TestGo:
    def test_each_run_in_a_file_is_a_process(self) -> None:
        once = (DATA / "go.txt").read_text("utf-8")
        one = found(of(once + once), "example.com/sums.BenchmarkSum/n=10")
        assert one.processes == ((5.275e-09, 1.079e-08, 5.655e-09),) * 2

    def test_processors_stay_in_names_that_differ_in_them(self) -> None:
        results = of("BenchmarkA-8 \t 10 \t 5 ns/op\nBenchmarkA-2 \t 10 \t 4 ns/op\nBenchmarkA-4 \t 10 \t 3 ns/op\n")
        assert [one.benchmark for one in results.readings] == ["BenchmarkA-8", "BenchmarkA-2", "BenchmarkA-4"]
        assert results.machine == {}

    def test_a_unit_may_say_which_way_is_better(self) -> None:
        results = of("Unit widgets/op better=higher\nBenchmarkA-2 \t 10 \t 4 ns/op \t 7 widgets/op\n")
        assert found(results, "BenchmarkA", "widgets/op").direction is Direction.HIGHER

    def test_a_broken_line_and_a_broken_package_are_told(self) -> None:
        text = "pkg: a/b\nBenchmarkA-2 some log\nBenchmarkB-2 \t 10 \t 4 ns/op\nFAIL\ta/b [build failed]\n"
        assert {(one.benchmark, one.line) for one in of(text).refused} == {("a/b.BenchmarkA", 2), ("a/b", 4)}

    def test_of_a_benchmark_that_failed_in_the_end_nothing_is_read(self) -> None:
        line = "BenchmarkA-2 \t 10 \t 4 ns/op \t 1 B/op\n"
        results = of(
            f"pkg: a/b\n{line}--- FAIL: BenchmarkA\n    a_test.go:3: no\n{line.replace('A-2', 'B-2')}FAIL\ta/b\t1s\n"
        )
        assert [one.benchmark for one in results.readings] == ["a/b.BenchmarkB", "a/b.BenchmarkB"]
        assert [one.benchmark for one in results.refused] == ["a/b.BenchmarkA"]


class TestGoogleBenchmark:
    def of_rows(self, *rows: dict) -> Results:
        return of(
            json.dumps({"context": {}, "benchmarks": [{"run_name": "t", "real_time": 1.0, **row} for row in rows]})
        )

    @pytest.mark.parametrize(
        "how", [{"error_occurred": True, "error_message": "a"}, {"skipped": True, "skip_message": "a"}]
    )
    def test_a_benchmark_that_was_given_up_in_one_repetition_is_refused(self, how: dict) -> None:
        results = self.of_rows({"repetition_index": 0}, {"repetition_index": 1, **how})
        assert results.readings == ()
        assert [(one.benchmark, one.why) for one in results.refused] == [("t", "the benchmark was given up: a")]

    def test_a_counter_that_is_no_number_costs_itself(self) -> None:
        results = self.of_rows({"widgets": float("nan"), "label": "x", "new_text": "y"})
        assert [one.metric for one in results.readings] == ["time"]
        assert [one.metric for one in results.refused] == ["widgets"]


class TestJmh:
    def test_a_profiler_says_nothing_of_a_fork_in_which_nothing_happened(self) -> None:
        def metric(unit: str, *forks: list[float]) -> dict:
            return {"scoreUnit": unit, "rawData": forks}

        added = {"·gc.time": metric("ms", [], [3.0]), "·gc.alloc.rate.norm": metric("B/op", [24.0], [24.0])}
        one = {
            "benchmark": "a",
            "mode": "avgt",
            "primaryMetric": metric("ns/op", [1.0], [2.0]),
            "secondaryMetrics": added,
        }
        results = of(json.dumps([one]))
        assert [(one.name, one.direction.value, one.processes) for one in results.readings[1:]] == [
            ("a [gc.time]", "unknown", ((0.003,),)),
            ("a [gc.alloc.rate.norm]", "lower", ((24.0,), (24.0,))),
        ]
        assert results.refused == ()


class TestRust:
    def test_a_long_name_stands_on_a_line_of_its_own(self) -> None:
        name = "a_group/of_benchmarks/with_a_name/that_is_long"
        text = f"{name}\n                        time:   [1.0000 µs 2.0000 µs 3.0000 µs]\n"
        change = "                        change: [-1.0% +0.0% +1.0%] (p = 0.9 > 0.05)\n"
        (one,) = of(text + change).readings
        assert (one.benchmark, one.processes, one.spread) == (name, ((2e-06,),), pytest.approx(1e-06))


def test_jobs_of_dotnet_are_told_apart_where_they_must_be() -> None:
    benchmarks = document("benchmarkdotnet.json")
    plain = {"FullName": "A.B(N: 1)", "Statistics": {"OriginalValues": [5.0]}}
    jobs = (".NET 8.0", "Job-X(Runtime=.NET 9.0)")
    benchmarks["Benchmarks"] = [{**plain, "DisplayInfo": f"A.B: {job} [N=1]"} for job in jobs]
    names = [one.benchmark for one in of(json.dumps(benchmarks)).readings]
    assert names == ["A.B(N: 1) (.NET 8.0)", "A.B(N: 1) (Job-X(Runtime=.NET 9.0))"]


def test_whole_numbers_among_the_facts_of_asv_stay_whole() -> None:
    told = document("asv/box/140cb038-existing-py.json")
    told["params"] = {"num_cpu": 8, "machine": 7, "python": 3.12, "arch": None}
    machine = of(json.dumps(told)).machine
    assert (machine["cores"], machine["host"], machine["runtime"]) == ("8", "7", "Python 3.12")


class TestJUnit:
    def test_the_mark_of_an_encoding_counts_more_than_what_the_document_says(self) -> None:
        text = '<?xml version="1.0" encoding="{}"?><testsuite><testcase name="ä" time="1"/></testsuite>'
        for said, written in (("utf-16", "utf-16"), ("utf-8", "utf-16"), ("iso-8859-1", "iso-8859-1")):
            assert [one.benchmark for one in of(text.format(said).encode(written)).readings] == ["ä"]

    def test_thousands_may_be_parted(self) -> None:
        (one,) = of('<testsuite><testcase name="a" time="1,234.5"/></testsuite>').readings
        assert one.processes == ((1234.5,),)


def test_the_median_and_the_maximum_of_locust_are_told_once() -> None:
    """The percentiles of 50 and 100 are the same again."""
    metrics = [one.metric for one in load("locust_stats.csv").readings if one.benchmark == "GET /"]
    assert len(metrics) == len(set(metrics)) == 15
    assert {"med", "max", "p(66)", "p(99.99)"} < set(metrics)
    assert not {"p(50)", "p(100)"} & set(metrics)


class TestK6:
    def test_that_a_threshold_held_is_told_the_other_way_round_by_the_export(self) -> None:
        for name in ("k6-export.json", "k6-handle.json"):
            results = load(name)
            assert found(results, "http_req_duration", "threshold avg<0.0001").processes == ((0.0,),)
            assert found(results, "http_req_duration", "threshold p(95)<2000").processes == ((1.0,),)

    def test_the_unit_of_a_trend_that_the_export_does_not_tell_is_not_guessed(self) -> None:
        one = found(load("k6-export.json"), "ours_wait", "avg")
        assert (one.unit, one.direction) == ("", Direction.UNKNOWN)
        assert found(load("k6-handle.json"), "ours_wait", "avg").unit == "s"


class TestOpenMetrics:
    def test_the_order_of_labels_is_no_part_of_a_name(self) -> None:
        assert of('# TYPE a gauge\na{x="1",y="2"} 3\n') == of('# TYPE a gauge\na{y="2",x="1"} 3 1700000000\n')

    def test_a_comma_may_end_the_labels(self) -> None:
        assert of('# TYPE a gauge\na{ x="1" , } 3\n') == of('# TYPE a gauge\na{x="1"} 3\n')

    def test_quantiles_are_metrics(self) -> None:
        results = of('# TYPE a summary\na{quantile="0.95",x="1"} 3\na_sum{x="1"} 8\na_count{x="1"} 2\n')
        assert [(one.name, one.processes) for one in results.readings] == [
            ('a{x="1"} [p(95)]', ((3.0,),)),
            ('a{x="1"} [mean]', ((4.0,),)),
        ]

    def test_a_time_stamp_is_no_duration(self) -> None:
        (one,) = of("# TYPE last_timestamp_seconds gauge\nlast_timestamp_seconds 1.7e9\n").readings
        assert one.direction is Direction.UNKNOWN


class TestHistory:
    content = (DATA / "data.js").read_bytes()

    def test_oldest_first_with_commit_and_date(self) -> None:
        runs = history("data.js", self.content)
        assert [(run.commit, run.time, len(run.readings)) for run in runs] == [
            ("aaaa", "2023-11-14T22:13:20+00:00", 1),
            ("bbbb", "2023-11-14T22:15:50+00:00", 9),
            ("bbbb", "2023-11-14T22:18:20+00:00", 1),
        ]
        assert found(runs[0], "Rust/sum").spread == pytest.approx(1.2e-8)

    def test_names_are_told_apart_by_suite_where_they_must_be(self) -> None:
        names = [one.name for one in read("data.js", self.content, lambda _: None).readings]
        assert "Rust/sum" in names
        assert "Ours/sum [size]" in names
        assert "score [points]" in names

    def test_repeated_rows_of_go_are_samples(self) -> None:
        results = read("data.js", self.content, lambda _: None)
        assert found(results, "BenchmarkFold").processes == ((3.25e-07, 3.35e-07),)

    def test_no_other_format_has_a_history(self) -> None:
        with pytest.raises(Exception, match="is no history of github-action-benchmark"):
            history("x.json", Path(DATA / "jmh.json").read_bytes())

    def test_an_empty_history_is_an_error(self) -> None:
        for content in (b'window.BENCHMARK_DATA = {"entries": {}}', b'window.BENCHMARK_DATA = {"entries": {"a": []}}'):
            with pytest.raises(Exception, match="holds no entry"):
                history("data.js", content)
            with pytest.raises(Exception, match="holds no entry"):
                of(content)
