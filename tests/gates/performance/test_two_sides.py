"""Base and head measured: what is called worse, what is not, and what cannot be called."""

from __future__ import annotations

import pytest

from cli_types import Command
from clones import Clone

from .conftest import Judged, fired, noisy, outcome, undecided, written

SIDES = '[performance]\nresults = ["head.json"]\nbase-results = ["base.json"]\n'


@pytest.fixture
def sides(clone: Clone) -> Clone:
    clone.write("sluicegate.toml", SIDES + 'apart = "block"\n')
    clone.commit("settings")
    return clone


def test_a_slower_benchmark_fails_and_the_others_pass(sides: Clone, judged: Judged) -> None:
    written(sides, "base.json", sort=noisy(10), parse=noisy(20), walk=noisy(5))
    written(sides, "head.json", sort=noisy(11, seed=2), parse=noisy(20, seed=2), walk=noisy(4, seed=2))
    found = judged()
    assert found["exit"] == 1
    assert list(fired(found)) == [("regressed", "sort")]
    told = fired(found)["regressed", "sort"]
    assert told["level"] == "error"
    assert "sort is 9.8 % slower (10.0 ms before, 11.0 ms now; with 90 % confidence +9.3 % to +10 %)" in told["message"]
    assert "30 values of the base and 30 of the head, measured apart" in told["advice"]
    assert found["facts"]["benchmarks"] == "1 regressed, 1 improved, 1 unchanged"


def test_a_small_change_warns_and_a_smaller_one_is_let_pass(sides: Clone, judged: Judged) -> None:
    written(sides, "base.json", sort=noisy(10), parse=noisy(20))
    written(sides, "head.json", sort=noisy(10.35, seed=2), parse=noisy(20.2, seed=2))
    found = judged()
    assert found["exit"] == 0
    assert {key: one["level"] for key, one in fired(found).items()} == {("regressed", "sort"): "warning"}


def test_what_is_an_error_is_called_so_where_a_warning_would_begin_later(sides: Clone, judged: Judged) -> None:
    limit = '[[performance.limit]]\nbenchmark = "sort"\nfail-from = 1.01\n'
    sides.write("sluicegate.toml", f'{SIDES}apart = "block"\nwarn-from = 1.5\n{limit}')
    sides.commit("stricter")
    written(sides, "base.json", sort=noisy(10, spread=0.001), parse=noisy(20))
    written(sides, "head.json", sort=noisy(10.15, spread=0.001), parse=noisy(25))
    found = judged()
    assert {key: one["level"] for key, one in fired(found).items()} == {
        ("regressed", "sort"): "error", ("regressed", "parse"): "error"
    }  # fmt: skip
    assert found["exit"] == 1


def test_what_was_not_measured_in_turns_advises(sides: Clone, judged: Judged) -> None:
    sides.write("sluicegate.toml", SIDES)
    sides.commit("advise")
    written(sides, "base.json", sort=noisy(10))
    written(sides, "head.json", sort=noisy(12))
    found = judged()
    assert found["exit"] == 0
    told = fired(found)["regressed", "sort"]
    assert told["level"] == "note"
    assert "Advice only, since it was not measured in turns" in told["advice"]


def test_more_is_better_where_the_unit_says_so(sides: Clone, judged: Judged) -> None:
    rate = {"unit": "ops/s", "metric": "throughput"}
    for name, up, down in (("base.json", 100, 100), ("head.json", 120, 80)):
        written(
            sides, name, up={**rate, "processes": [[one] for one in noisy(up, seed=len(name))]},
            down={**rate, "processes": [[one] for one in noisy(down)]},
        )  # fmt: skip
    found = judged()
    assert list(fired(found)) == [("regressed", "down [throughput]")]
    assert "25 % worse (99.7 1/s before, 80.1 1/s now" in fired(found)["regressed", "down [throughput]"]["message"]


def test_a_direction_that_nobody_knows_is_not_guessed(sides: Clone, judged: Judged) -> None:
    score = {"unit": "points", "metric": "score"}
    written(sides, "base.json", quality={**score, "processes": [[one] for one in noisy(9)]})
    written(sides, "head.json", quality={**score, "processes": [[one] for one in noisy(5)]})
    found = judged()
    assert undecided(found, "regressed") == {
        "quality [score]": ("inconclusive", "quality [score]: nothing says which way score (points) gets better")
    }
    assert outcome(found, "regressed") == "inconclusive"
    more = '[[performance.limit]]\nbenchmark = "qual*"\nbetter = "higher"\n'
    sides.write("sluicegate.toml", f'{SIDES}apart = "block"\n{more}')
    sides.commit("say it")
    assert list(fired(judged())) == [("regressed", "quality [score]")]


def test_noise_that_hides_the_change_is_inconclusive_and_never_passes(sides: Clone, judged: Judged) -> None:
    written(sides, "base.json", sort=noisy(10, spread=0.5, count=8))
    written(sides, "head.json", sort=noisy(10, spread=0.5, count=8, seed=3))
    found = judged()
    ((subject, (ended, why)),) = undecided(found, "regressed").items()
    assert (subject, ended) == ("sort", "inconclusive")
    assert "neither worse for sure nor within 5.0 %" in why
    assert outcome(found, "regressed") == "inconclusive"


@pytest.mark.parametrize("values", [[10.0], [10.0] * 4])
def test_few_values_call_nothing(sides: Clone, judged: Judged, values: list[float]) -> None:
    written(sides, "base.json", sort=values)
    written(sides, "head.json", sort=[3 * value for value in values])
    ((_, (ended, why)),) = undecided(judged(), "regressed").items()
    assert ended == "inconclusive"
    many = "1 value" if len(values) == 1 else "4 values"
    assert why.endswith(f"sort: {many} of the base and {len(values)} of the head: 5 a side are the least")


def test_constant_values_are_compared_exactly(sides: Clone, judged: Judged) -> None:
    size = {"unit": "B", "metric": "memory"}
    written(
        sides, "base.json", same={**size, "processes": [[100]] * 8}, more={**size, "processes": [[100]] * 8},
        none={**size, "processes": [[0]] * 8}, some={**size, "processes": [[0]] * 8},
    )  # fmt: skip
    written(
        sides, "head.json", same={**size, "processes": [[100]] * 8}, more={**size, "processes": [[110]] * 8},
        none={**size, "processes": [[0]] * 8}, some={**size, "processes": [[64]] * 8},
    )  # fmt: skip
    found = judged()
    assert sorted(fired(found)) == [("regressed", "more [memory]"), ("regressed", "some [memory]")]
    assert "10 % higher (100 B before, 110 B now" in fired(found)["regressed", "more [memory]"]["message"]
    assert fired(found)["regressed", "some [memory]"]["message"] == "some [memory] is higher (0 B before, 64.0 B now)"
    assert undecided(found, "regressed") == {}


def test_a_benchmark_that_is_gone_or_new(sides: Clone, judged: Judged) -> None:
    written(sides, "base.json", sort=noisy(10), parse=noisy(20))
    written(sides, "head.json", sort=noisy(10), walk=noisy(5))
    found = judged()
    assert {key: one["level"] for key, one in fired(found).items()} == {("benchmark-removed", "parse"): "warning"}
    assert undecided(found, "regressed") == {"walk": ("not-applicable", "walk is new in this change")}


@pytest.mark.parametrize(("before", "after"), [(10.0, float("nan")), (float("nan"), 10.0), (10.0, 0.0)])
def test_what_one_side_measured_and_cannot_be_judged_is_neither_gone_nor_new(
    sides: Clone, judged: Judged, command: Command, before: float, after: float
) -> None:
    written(sides, "base.json", sort=noisy(10), parse=[before] * 6)
    written(sides, "head.json", sort=noisy(10), parse=[after] * 6)
    found = judged()
    assert fired(found) == {}
    assert undecided(found, "regressed").keys() == {"parse"}
    assert outcome(found, "regressed") == "inconclusive"
    done = command("performance", "compare", "base.json", "head.json")
    assert (done.returncode, "removed:" in done.stdout, "new:" in done.stdout) == (0, False, False)
    shown = command("performance", "page", "--format", "text").stdout
    assert "new in this change" not in shown


def test_a_unit_that_changed_is_an_error_and_not_a_change(sides: Clone, judged: Judged) -> None:
    written(sides, "base.json", sort=noisy(10))
    written(sides, "head.json", sort={"unit": "MB", "processes": [[one] for one in noisy(10)]})
    found = judged()
    assert found["exit"] == 3
    assert undecided(found, "regressed")["sort"] == ("errored", "sort was measured in s before and in B now")


def test_samples_of_one_process_are_said_to_be_that(sides: Clone, judged: Judged) -> None:
    written(sides, "base.json", sort={"processes": [noisy(10, count=300)]})
    written(sides, "head.json", sort={"processes": [noisy(12, count=300)]})
    assert "(the samples are of one process.)" in fired(judged())["regressed", "sort"]["advice"]


def test_several_files_of_one_benchmark_are_joined(sides: Clone, judged: Judged) -> None:
    sides.write("sluicegate.toml", SIDES.replace("head.json", "head-*.json") + 'apart = "block"\n')
    sides.commit("several")
    written(sides, "base.json", sort=noisy(10))
    for number in range(6):
        written(sides, f"head-{number}.json", sort=noisy(12, count=5, seed=number))
    assert "30 of the head" in fired(judged())["regressed", "sort"]["advice"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("head.json", None, "there is no file head.json"),
        ("head.json", "{", "head.json"),
        ("head.json", "[]", "head.json"),
        ("base.json", None, "the base: there is no file base.json"),
    ],
)
def test_results_that_cannot_be_read_are_errors(
    sides: Clone, judged: Judged, name: str, content: str | None, told: str
) -> None:
    written(sides, "base.json", sort=noisy(10))
    written(sides, "head.json", sort=noisy(10))
    if content is None:
        (sides.root / name).unlink()
    else:
        sides.write(name, content)
    found = judged()
    assert found["exit"] == 3
    assert outcome(found, "regressed") == "errored"
    assert any(told in why for _, why in undecided(found, "regressed").values())


def test_results_outside_of_the_repository_are_not_read(sides: Clone, judged: Judged) -> None:
    written(Clone(sides.root.parent), "head.json", sort=noisy(10))
    written(sides, "base.json", sort=noisy(10))
    (sides.root / "head.json").symlink_to("../head.json")
    found = judged()
    assert found["exit"] == 3
    assert undecided(found, "regressed")["head.json"][1] == "head.json lies outside of the repository"


def test_without_results_nothing_applies(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", "[performance]\n")
    clone.commit("nothing")
    done = command("check")
    assert "[performance] names no results" in done.stdout
    assert done.returncode == 2 or "not applicable" in done.stdout


def test_the_finding_stands_where_the_benchmark_is_declared(sides: Clone, judged: Judged) -> None:
    sides.write("bench/test_sort.py", "import x\n\n\ndef test_sorted_list(benchmark):\n    benchmark(sorted, [1])\n")
    sides.commit("benchmark")
    name = "bench/test_sort.py::test_sorted_list[1000]"
    written(sides, "base.json", **{name: noisy(10)})
    written(sides, "head.json", **{name: noisy(12)})
    place = fired(judged())["regressed", name]["location"]
    assert (place["path"], place["line"]) == ("bench/test_sort.py", 4)


def test_limits_hold_for_what_they_name(sides: Clone, judged: Judged) -> None:
    limits = (
        '[[performance.limit]]\nfail-at = "100 ms"\nwarn-at = "15 ms"\n'
        '[[performance.limit]]\nbenchmark = "so*"\nfail-at = "11 ms"\n'
    )
    sides.write("sluicegate.toml", f'{SIDES}apart = "block"\n{limits}')
    sides.commit("limits")
    same = {"sort": noisy(12), "parse": noisy(20), "walk": noisy(14)}
    written(sides, "head.json", **same)
    written(sides, "base.json", **{**same, "sort": noisy(10)})
    found = judged()
    told = {key: (one["level"], one["state"]) for key, one in fired(found).items() if key[0] == "limit-exceeded"}
    assert told == {("limit-exceeded", "sort"): ("error", "new"), ("limit-exceeded", "parse"): ("warning", "unchanged")}


def test_a_limit_that_names_nothing_is_told(sides: Clone, judged: Judged) -> None:
    limits = "".join(
        f'[[performance.limit]]\nbenchmark = "{name}"\nmetric = "{metric}"\nfail-at = "11 ms"\n'
        for name, metric in (("so*", "*"), ("sorted", "*"), ("sort", "p(95)"), ("odd", "time"))
    )
    sides.write("sluicegate.toml", SIDES + limits)
    sides.commit("limits")
    written(sides, "base.json", sort=noisy(9))
    written(sides, "head.json", sort=noisy(9), odd=[float("nan")])
    told = judged()["facts"]["limit without effect"]
    assert told == "sorted, sort [p(95)]: nothing of that name was measured"
    sides.write("sluicegate.toml", SIDES)
    sides.commit("no limits")
    assert "limit without effect" not in judged()["facts"]


def test_a_limit_says_under_where_the_settings_say_that_more_is_better(sides: Clone, judged: Judged) -> None:
    limit = '[[performance.limit]]\nbetter = "higher"\nfail-at = "9 points"\n'
    sides.write("sluicegate.toml", SIDES + limit)
    sides.commit("limits")
    score = {"unit": "points", "metric": "score", "processes": [[5.0]] * 5}
    written(sides, "base.json", quality=score)
    written(sides, "head.json", quality=score)
    told = fired(judged())["limit-exceeded", "quality [score]"]
    assert told["message"] == "quality [score] is at 5.00 points, which is under the limit of 9 points"


def test_a_limit_of_another_kind_is_an_error(sides: Clone, judged: Judged) -> None:
    sides.write("sluicegate.toml", f'{SIDES}[[performance.limit]]\nfail-at = "11 MB"\n')
    sides.commit("limits")
    written(sides, "head.json", sort=noisy(12))
    written(sides, "base.json", sort=noisy(12))
    assert undecided(judged(), "limit-exceeded") == {
        "sort": ("errored", "the limit of sort is 11 MB, and it is measured in s")
    }


def test_a_limit_that_is_no_amount_is_told(sides: Clone, command: Command) -> None:
    sides.write("sluicegate.toml", f'{SIDES}[[performance.limit]]\nfail-at = "fast"\n')
    sides.commit("limits")
    written(sides, "head.json", sort=noisy(12))
    written(sides, "base.json", sort=noisy(12))
    done = command("check", "--gate", "performance")
    assert "Traceback" not in done.stdout + done.stderr
    assert "'fast' is no amount" in done.stdout + done.stderr


def test_what_is_open_for_one_reason_is_one_word(sides: Clone, judged: Judged) -> None:
    wild = {f"b{number}": noisy(10, spread=0.5, count=8, seed=number) for number in range(9)}
    written(sides, "base.json", **wild)
    written(sides, "head.json", **{name: noisy(10, spread=0.5, count=8, seed=50 + at) for at, name in enumerate(wild)})
    ((subject, (ended, why)),) = undecided(judged(), "regressed").items()
    assert (subject.endswith(" and 8 more"), ended) == (True, "inconclusive")
    assert why.count("neither worse for sure") == 5
    assert why.endswith("; and 4 others")


def test_of_a_time_the_least_sample_of_a_process_counts(sides: Clone, judged: Judged) -> None:
    """Four of five samples were disturbed on the head: its times are what they were."""
    wild = [[value, *(value * 3 for _ in range(4))] for value in noisy(10, seed=2)]
    written(sides, "base.json", sort={"processes": [[value] * 5 for value in noisy(10)]})
    written(sides, "head.json", sort={"processes": wild})
    found = judged()
    assert fired(found) == {}
    assert outcome(found, "regressed") == "passed"
