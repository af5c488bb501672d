"""What a tool prints beside its results: read past where the lines are known, and told for what it is elsewhere."""

from __future__ import annotations

import pytest

from sluicegate.gates.performance.readers import read
from sluicegate.gates.performance.reading import FormatError

GO = "goos: linux\nBenchmarkSort-8   100   1234 ns/op\nPASS\n"
LIBTEST = "test sort ... bench:       1,234 ns/iter (+/- 12)\n"
CRITERION = "sort                    time:   [1.0 us 1.1 us 1.2 us]\n"
OWN = '{"sluicegate-performance": 1, "readings": [{"benchmark": "sort", "processes": [[1]]}]}\n'


def names(content: str) -> list[str]:
    return [each.benchmark for each in read("stdout", content.encode(), lambda _: None).readings]


def why(content: str) -> str:
    with pytest.raises(FormatError) as told:
        read("stdout", content.encode(), lambda _: None)
    return told.value.message


@pytest.mark.parametrize(
    "before",
    [
        "   Compiling sorting v0.1.0 (/src)\n    Finished bench\n",
        "[info] 12 files\n",
        "[1/3] Building\n",
        "{ one brace\n",
        '{"level": "info", "msg": "begins"}\n',
        "# warming up\nwarm_ms 12\n",
    ],
)
@pytest.mark.parametrize("results", [GO, LIBTEST, CRITERION])
def test_lines_that_are_known_are_read_behind_any_others(before: str, results: str) -> None:
    assert names(before + results) == names(results)
    assert len(names(results)) == 1


def test_what_is_one_document_is_not_looked_for_among_others() -> None:
    told = why(f"Compiling sorting v1.0\nready in 5 s\n{OWN}")
    assert told == (
        "stdout: is text, and no results that are known; it begins with `Compiling sorting v1.0`, and what may be JSON "
        "begins in line 3"
    )
    assert "what may be XML begins in line 2" in why('it runs\n<testsuites name="a"/>\n')


@pytest.mark.parametrize("first", ["Compiling thing v1.0", "12 files", "ready in 5 s", "\n# a comment\nwarming up"])
def test_words_are_no_metrics(first: str) -> None:
    told = why(f"{first}\nsort_ms 12\n")
    assert "is text, and no results that are known; it begins with `" in told
    assert "metric" not in told


@pytest.mark.parametrize(
    "text",
    ["sort_ms 12\n", "# all\n\nsort_ms 12\n", 'sort_ms{of="a b"} .5\n', "a NaN\nsort_ms 12\n", "a +Inf\nsort_ms 12\n"],
)
def test_metrics_are_known_without_a_type(text: str) -> None:
    assert "sort_ms" in " ".join(names(text))


def test_metrics_that_are_damaged_further_on_are_told_as_metrics() -> None:
    assert why("sort_ms 12\nready in 5 s\n") == "stdout: line 2: no sample of a metric: ready in 5 s"


def test_json_that_is_cut_is_told_as_json() -> None:
    assert "no JSON" in why(OWN[:30])
    assert "no JSON" in why('[{"name": "BenchmarkSort-8   100   1234 ns/op",\n')
