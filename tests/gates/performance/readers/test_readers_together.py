"""What stands beside a result changes nothing of it: lines that are read together, and the ways in which they are."""

from __future__ import annotations

import json

import pytest

from effort import growth
from gates.performance.readers.lines import line, of
from sluicegate.gates.performance.readers import locust, openmetrics
from sluicegate.gates.performance.readers.labels import _form


class TestLabels:
    @pytest.mark.parametrize("said", ['b=",a="', 'quantile=",a="', 'a=",b="'])
    def test_what_a_label_says_is_no_label_beside_one_with_an_escaped_quote(self, said: str) -> None:
        of_type = "# TYPE m summary"
        (alone,) = of(f"{of_type}\nm{{{said}}} 5").readings
        assert line(alone) in map(line, of(f'{of_type}\nm{{{said}}} 5\nm{{z="\\""}} 7').readings)

    @pytest.mark.parametrize("first", ["", "# TYPE b gauge\n", "  # TYPE b gauge\n"])
    @pytest.mark.parametrize(
        "said", ['a{x="y"}5', '  a{x="y"} 5', 'a {x="y"} 5', '\ta { x = "y" , }\t5\t1600', 'a{x="y"}5 # {t="u"} 1']
    )
    def test_blanks_stand_where_they_like(self, first: str, said: str) -> None:
        """Only where two words would be one there has to be one (Prometheus' text format, "Line format")."""
        assert [(one.benchmark, one.processes) for one in of(f"{first}{said}").readings] == [('a{x="y"}', ((5.0,),))]

    @pytest.mark.parametrize("said", ['a="x",quantile=""', 'quantile="",a="x"', ' quantile="" , a="x"'])
    def test_an_empty_quantile_is_none_however_it_is_written(self, said: str) -> None:
        for beside in ("", 'm{z="\\""} 7'):
            first, *_ = of(f"# TYPE m summary\nm{{{said}}} 5\n{beside}").readings
            assert first.key == ('m{a="x"}', "value")

    def test_a_quantile_near_one_is_not_called_one(self) -> None:
        said = {"0.07": "p(7)", "0.999": "p(99.9)", "0.9999999": "p(99.99999)", "1": "p(100)"}
        results = of("# TYPE m summary\n" + "".join(f'm{{quantile="{quantile}"}} 5\n' for quantile in said))
        assert [one.metric for one in results.readings] == list(said.values())

    def test_no_pattern_is_made_and_kept_for_a_line_without_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """To make one takes far longer than to read the line, and hundreds of them are kept."""
        said = [",".join(f'{line}{place:05}="x"' for place in range(1000)) for line in "abc"]
        monkeypatch.setattr(openmetrics, "_LONG", 0)
        monkeypatch.setattr("re.compile", None)
        kept = _form.cache_info().misses
        found = of("\n".join(["# TYPE a gauge", *[f"m{{{each}}} 5" for each in said]])).readings
        assert [one.benchmark for one in found] == [f"m{{{each}}}" for each in said]
        assert _form.cache_info().misses == kept


class TestMeans:
    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ("s_sum 5", "it has no mean: its count is missing"),
            ("s_count 5", "it has no mean: its sum is missing"),
            ("s_sum x\ns_count 5", "it has no mean: its sum is no number: 'x'"),
            ("s_sum 5\ns_count 5e", "it has no mean: its count is no number: '5e'"),
            ("s_sum 5\ns_count 0", "it has no mean: its count is 0"),
            ("s_sum 0\ns_count -1", "it has no mean: its count is -1"),
            ("s_sum 5\ns_sum 6\ns_sum 7\ns_count 2", "it has no mean: its sum stands 3 times (lines 2, 3, 4)"),
            ("s_sum 5\ns_count +Inf", "it has no mean: its count is inf"),
            ("s_sum 5\ns_count NaN", "it has no mean: its count is nan"),
            ("s_sum 5\ns_count 2\ns_sum 6", "it has no mean: its sum stands 2 times (lines 2, 4)"),
            ("s_sum NaN\ns_count 2", "there is a sample that is no finite number: nan"),
            ("s_sum -5\ns_count 2", "there is a negative sample: -2.5"),
        ],
    )
    def test_it_is_told_why_there_is_none(self, said: str, why: str) -> None:
        results = of(f"# TYPE s summary\n{said}")
        assert [(one.benchmark, one.metric, one.why) for one in results.refused] == [("s", "mean", why)]
        assert not results.readings

    @pytest.mark.parametrize(("first", "then", "of_it"), [("sum", "count", ""), ("count", "sum", "s")])
    def test_it_has_the_unit_that_its_sum_has(self, first: str, then: str, of_it: str) -> None:
        (mean,) = of(f"# TYPE s summary\ns_{first} 6\n# UNIT s seconds\ns_{then} 6").readings
        assert (mean.unit, mean.processes) == (of_it, ((1.0,),))

    def test_lines_of_what_stands_several_times_are_told_in_their_order(self) -> None:
        """Also where a cycle has two sums, so that the second of one is kept after the first of the next."""
        cycle = 's_sum{{a="{0}"}} 1\ns{{a="{0}",quantile="1"}} 2\ns_sum{{a="{0}"}} 3 \n'
        results = of("# TYPE s summary\n" + "".join(cycle.format(at % 300) for at in range(600)))
        why = [one.why for one in results.refused if one.metric == "mean"]
        assert why[0] == "it has no mean: its sum stands 4 times (lines 2, 4, 902, 904)"
        assert len(why) == 300

    def test_of_a_gauge_histogram_no_bucket_is_read(self) -> None:
        """What it holds now is no mean of what was measured; how much that is may be held to a limit."""
        said = 'g_bucket{le="1"} 3\ng_bucket{le="+Inf"} 4\ng_gsum 6\ng_gcount 4'
        found = of(f"# TYPE g gaugehistogram\n{said}").readings
        assert [one.key for one in found] == [("g_gsum", "value"), ("g_gcount", "value")]

    @pytest.mark.parametrize("size", [1, 500])
    def test_it_stands_where_the_sum_does_whichever_comes_first(self, size: int) -> None:
        parts = [
            f'h_bucket{{a="{at}",le="+Inf"}} 4\nh_count{{a="{at}"}} 4\nh_sum{{a="{at}"}} {at + 1}' for at in range(size)
        ]
        found = of("# TYPE h histogram\n" + "\n".join(parts)).readings
        assert [(one.benchmark, one.processes, one.line) for one in found] == [
            (f'h{{a="{at}"}}', (((at + 1) / 4,),), at * 3 + 4) for at in range(size)
        ]


class TestMany:
    @pytest.mark.parametrize("form", [{}, {"type": "trend"}], ids=["export", "handle"])
    def test_statistics_that_no_two_metrics_share_cost_nothing_in_others(self, form: dict[str, str]) -> None:
        """Nothing looks through all the sets of statistics that came before."""

        def metric(number: int) -> dict[str, object]:
            values = {"avg": 1.5, f"x{number}": 2.5}
            return {**form, "values": values} if form else values

        contents = {
            size: json.dumps({"metrics": {f"m{number}": metric(number) for number in range(size)}})
            for size in (500, 1000)
        }
        assert growth(lambda size: of(contents[size]), 500) < 2.3
        assert len(of(contents[1000]).readings) == 2000


class TestRowsOfLocust:
    @pytest.mark.parametrize("together", [1, 2, 3, 1000])
    def test_no_block_ends_within_quotes(self, together: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """A quote within a cell that does not begin with one opens nothing."""
        rows = [
            'GET,/a"b,1,5',
            'GET,"c\n\n\nd",1,6',
            "GET,/e,1,7",
            "",
            'GET,/f"g,1,8',
            'GET,"h""\ni",1,9',
            "GET,/j,1,4",
        ]
        monkeypatch.setattr(locust, "_BLOCK", together * 10)
        found = of("\n".join(["Type,Name,Request Count,Median Response Time", *rows])).readings
        assert [(one.benchmark, one.line, one.processes) for one in found] == [
            ('GET /a"b', 2, ((0.005,),)),
            ("GET c\n\n\nd", 6, ((0.006,),)),
            ("GET /e", 7, ((0.007,),)),
            ('GET /f"g', 9, ((0.008,),)),
            ('GET h"\ni', 11, ((0.009,),)),
            ("GET /j", 12, ((0.004,),)),
        ]


class TestTrendsOfK6:
    def test_nothing_took_place_whichever_statistics_were_asked_for(self) -> None:
        """A trend is known by its type, where that is told: not by having an average."""
        values = {"med": 0, "max": 0, "p(95)": 0, "count": 0}
        metric = {"type": "trend", "contains": "time", "values": values, "thresholds": {"med<5": {"ok": True}}}
        gauge = {"type": "gauge", "contains": "time", "values": {"value": 5, "min": 0, "max": 0}}
        results = of(json.dumps({"metrics": {"http_req_duration": metric, "a": gauge}}))
        assert [one.key for one in results.readings] == [("a", "value")]
        assert [(one.name, one.why) for one in results.refused] == [
            ("http_req_duration", "all its times are 0: nothing of it took place")
        ]

    @pytest.mark.parametrize("asked", [["med", "p(95)"], ["p(99.9)"], ["count", "max"], ["avg"]])
    def test_the_export_has_those_statistics_that_were_asked_for(self, asked: list[str]) -> None:
        metrics = {"http_req_duration": dict.fromkeys(asked, 1.5), "vus": {"value": 5, "min": 1, "max": 9}}
        further = {"http_reqs": {"count": 7, "rate": 3.5}, "checks": {"passes": 1, "fails": 1, "value": 0.5}}
        results = of(json.dumps({"metrics": metrics | further}))
        assert results.refused == ()
        assert {one.key for one in results.readings} == {
            *[("http_req_duration", statistic) for statistic in asked],
            ("vus", "value"),
            ("http_reqs", "count"),
            ("http_reqs", "rate"),
            ("checks", "rate"),
        }
        assert {one.unit for one in results.readings if one.metric in asked and one.metric != "count"} == {"s"}


class TestNumbersThatOnlyPythonKnows:
    @pytest.mark.parametrize("said", ["1_0", "\uff11\uff12", "\u0661"])
    def test_are_none(self, said: str) -> None:
        """Neither alone nor among numbers."""
        contents = [
            f"# TYPE a gauge\na {said}\n",
            f"# TYPE a gauge\na {said}\nb 5\n",
            f"Type,Name,Request Count,Median Response Time\nGET,/a,1,{said}\nGET,/b,1,5\n",
        ]
        for content in contents:
            (one,) = of(content).refused
            assert one.why == f"there is a sample that is no number: {said!r}"
