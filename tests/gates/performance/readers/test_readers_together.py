"""What stands beside a result changes nothing of it: lines that are read together, and the ways in which they are."""

from __future__ import annotations

import json

import pytest

from effort import growth
from gates.performance.readers.lines import line, of


class TestLabels:
    @pytest.mark.parametrize("said", ['b=",a="', 'quantile=",a="', 'a=",b="'])
    def test_what_a_label_says_is_no_label_beside_one_with_an_escaped_quote(self, said: str) -> None:
        of_type = "# TYPE m summary"
        (alone,) = of(f"{of_type}\nm{{{said}}} 5").readings
        assert line(alone) in map(line, of(f'{of_type}\nm{{{said}}} 5\nm{{z="\\""}} 7').readings)

    @pytest.mark.parametrize("said", ['a="x",quantile=""', 'quantile="",a="x"', ' quantile="" , a="x"'])
    def test_an_empty_quantile_is_none_however_it_is_written(self, said: str) -> None:
        for beside in ("", 'm{z="\\""} 7'):
            first, *_ = of(f"# TYPE m summary\nm{{{said}}} 5\n{beside}").readings
            assert first.key == ('m{a="x"}', "value")


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
