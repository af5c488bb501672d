"""Files that are made to take all time or memory: bombs, depth, lines without end, and very many benchmarks."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from typing import Any

import pytest

from effort import HANGS, growth
from gates.performance.readers.lines import of
from gates.performance.readers.writers import asv, pytest_benchmark, refused
from sluicegate.gates.performance.readers import history, source
from sluicegate.gates.performance.reading import FormatError


class TestBombs:
    def test_gzip(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(source, "LIMIT", 1 << 20)
        packed = gzip.compress(bytes(64 << 20))
        assert len(packed) < 1 << 17
        for bomb in (packed, gzip.compress(b" " * (1 << 19)) * 3):
            tracemalloc.start()
            with pytest.raises(FormatError, match="has more than 1,048,576 bytes unpacked"):
                of(bomb)
            assert tracemalloc.get_traced_memory()[1] < 16 << 20
            tracemalloc.stop()

    def test_a_file_that_is_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(source, "LIMIT", 1 << 20)
        with pytest.raises(FormatError, match="has more than 1,048,576 bytes"):
            of(b" " * (1 << 20) + b"{")

    def test_gzip_that_was_cut_or_is_none(self) -> None:
        packed = gzip.compress(pytest_benchmark("1").encode())
        with pytest.raises(FormatError, match="is gzip that was cut"):
            of(packed[:-9])
        with pytest.raises(FormatError, match="begins like gzip, and cannot be unpacked"):
            of(packed[:2] + b"nothing of the kind")

    def test_a_document_type(self) -> None:
        with pytest.raises(FormatError, match="has a document type"):
            of('<!DOCTYPE a [<!ENTITY b "c">]><testsuites/>')

    @pytest.mark.parametrize(("deep", "flat"), [("[", "]"), ('{"a":', "}")])
    def test_nested_json(self, deep: str, flat: str) -> None:
        for inner in (f'{{"machine_info":{{}},"benchmarks":{deep * 200_000}1{flat * 200_000}}}', deep * 200_000):
            with pytest.raises(FormatError, match=r"is nested too deeply|no JSON"):
                of(inner)

    def test_nested_xml(self) -> None:
        with pytest.raises(FormatError, match="is nested more than 64 deep"):
            of("<testsuite>" * 65 + "</testsuite>" * 65)

    @pytest.mark.parametrize(
        "line", ["Benchmark" + " " * 50_000, "a{" + 'b="' * 20_000, "test " * 20_000, "a time: [" * 10_000]
    )
    def test_a_line_without_end(self, line: str) -> None:
        with pytest.raises(FormatError):
            of(f"{line}\n# TYPE b gauge\n" if line.startswith("a{") else line)

    def test_more_combinations_than_results(self) -> None:
        params = json.dumps([[str(number) for number in range(1000)]] * 6)
        content = asv("1").replace("[1],[]", f"[1],{params}")
        assert "1,000,000,000,000,000,000 combinations" in refused(content)
        assert "2 combinations, and there are 3 results" in refused(asv("1").replace("[1],[]", '[1,2,3],[["a","b"]]'))

    @pytest.mark.parametrize(
        ("result", "line"),
        [
            ("test a ... bench:   1 ns/iter (+/- 1)", "test a{}b"),
            ("test a ... bench:   1 ns/iter (+/- 1)", "a{}b"),
            ("BenchmarkA 10 5 ns/op", "Unit a{}b"),
        ],
    )
    def test_blanks_without_end(self, result: str, line: str) -> None:
        """Nothing tries each of them as the begin of what comes after: that took minutes."""
        started = time.process_time()
        assert len(of("\n".join([result, line.format(" " * 200_000), "x"])).readings) == 1
        assert time.process_time() - started < HANGS

    @pytest.mark.parametrize("unit", ["a{}b", "a{}/ s", "a{}per"])
    def test_blanks_without_end_in_a_unit(self, unit: str) -> None:
        started = time.process_time()
        assert of(json.dumps([{"name": "t", "unit": unit.format(" " * 200_000), "value": 1}])).readings
        assert time.process_time() - started < HANGS

    @pytest.mark.parametrize("told", [": [", ": ", " ["])
    def test_what_is_no_job_of_dotnet(self, told: str) -> None:
        row = {"FullName": "t", "DisplayInfo": ": " + told * 100_000 + "\n", "Statistics": {"OriginalValues": [1.0]}}
        started = time.process_time()
        assert of(json.dumps({"HostEnvironmentInfo": {}, "Benchmarks": [row, row]})).refused
        assert time.process_time() - started < HANGS

    @pytest.mark.parametrize("labels", [99, 100, 256, 1000])
    def test_more_labels_than_a_pattern_can_tell(self, labels: int) -> None:
        said = [",".join(f'k{number:04}="{line}"' for number in range(labels)) for line in range(3)]
        results = of("\n".join(["# TYPE a gauge", *[f"a{{{each}}} 5" for each in said]]))
        assert [(one.line, one.processes) for one in results.readings] == [(at, ((5.0,),)) for at in (2, 3, 4)]


class TestMany:
    """Twice the benchmarks are twice the work: no step looks through what was read before."""

    @pytest.mark.parametrize("kind", ["json", "go", "openmetrics", "junit", "twice"])
    def test_the_work_grows_with_the_size(self, kind: str) -> None:
        def content(size: int) -> str:
            rows: Any = range(size)
            if kind == "json":
                return json.dumps(
                    {
                        "machine_info": {},
                        "benchmarks": [{"fullname": f"t{n}", "stats": {"data": [1.0, 2.0]}} for n in rows],
                    }
                )
            if kind == "go":
                return "".join(f"BenchmarkA{n}-2 \t 10 \t {n + 1} ns/op\n" for n in rows)
            if kind == "openmetrics":
                return "# TYPE a gauge\n" + "".join(f'a{{n="{n}"}} 1\n' for n in rows)
            if kind == "twice":
                return "# TYPE a gauge\n" + "a 1\n" * size
            return "<testsuite>" + "".join(f'<testcase name="t{n}" time="1"/>' for n in rows) + "</testsuite>"

        contents = {size: content(size) for size in (500, 1000)}
        assert growth(lambda size: of(contents[size]), 500) < 2.3

    @pytest.mark.parametrize("row", ["a{} 5", 'a{{k="{}" }} 5'])
    def test_a_line_is_not_looked_for_in_all_that_comes_after_it(self, row: str) -> None:
        """The search in a text counts as one call, however long it is."""
        content = "# TYPE a gauge\n" + "\n".join(map(row.format, range(150_000)))
        started = time.process_time()
        assert len(of(content).readings) == 150_000
        assert time.process_time() - started < HANGS

    def test_names_that_several_suites_have_cost_nothing_in_others(self) -> None:
        many = [{"name": f"t{number}", "value": 1} for number in range(40_000)]
        suites = {
            "a": [{"commit": {"id": "a"}, "date": 1, "tool": "cargo", "benches": many}],
            "b": [
                {"commit": {"id": str(number)}, "date": 2, "tool": "cargo", "benches": [one]}
                for number, one in enumerate(many)
            ],
        }
        started = time.process_time()
        assert len(history("data.js", json.dumps({"entries": suites}).encode())) == 40_001
        assert time.process_time() - started < HANGS

    def test_very_many(self) -> None:
        tests = ",".join(f'{{"fullname":"t{number}","stats":{{"data":[1.5]}}}}' for number in range(200_000))
        assert len(of(f'{{"machine_info":{{}},"benchmarks":[{tests}]}}').readings) == 200_000
