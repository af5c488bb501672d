"""Recorded answers that are cut, refused, narrowed or of another shape: none makes a control green, or crashes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import msgspec
import pytest

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence import branch, changes, deployments, rewrites
from sluicegate.gates.compliance.evidence.forge import time_of
from sluicegate.gates.compliance.items import Answer, Asking, Gathered, Recorded
from sluicegate.gates.compliance.settings import Settings
from sluicegate.model import Context, Outcome

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
PUSHES = "/activity?ref=refs/heads/main&activity_type=force_push&time_period=year&per_page=100&page={}"
COMMIT = "c" * 40
WHO = f"A <a@example.com>\0{NOW.isoformat()}"
LOG = f"{COMMIT}\0\0{WHO}\0{WHO}\0one\0\n"
HEALTHY: dict[str, Any] = {
    "": {"default_branch": "main"},
    "/rules/branches/main?per_page=100&page=1": [
        {"type": "pull_request", "ruleset_id": 5, "parameters": {"required_approving_review_count": 1}},
        {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "t"}]}},
    ],
    "/branches/main/protection": {
        "required_pull_request_reviews": {"required_approving_review_count": 1},
        "required_status_checks": {"contexts": ["t"], "checks": [{"context": "t"}]},
        "allow_force_pushes": {"enabled": False},
    },
    "/rulesets/5": {"bypass_actors": [{"actor_type": "Team", "actor_id": 1}]},
    "/pulls?state=closed&sort=updated&per_page=100&page=1": [
        {"number": 1, "merge_commit_sha": COMMIT, "merged_at": NOW.isoformat(), "user": {"login": "ada"},
         "head": {"sha": "h"}, "base": {"ref": "main"}, "merged_by": {"login": "bob"}}
    ],
    "/pulls/1/reviews?per_page=100&page=1": [
        {"user": {"login": "bob"}, "state": "APPROVED", "commit_id": "h", "submitted_at": NOW.isoformat()}
    ],
    "/commits/h/check-runs?per_page=100&page=1": {
        "total_count": 1, "check_runs": [{"name": "t", "conclusion": "success", "started_at": NOW.isoformat()}]
    },
    PUSHES.format(1): [
        {"activity_type": "force_push", "timestamp": "2020-01-01T00:00:00Z", "actor": {"login": "eve"}}
    ],
    "/deployments?per_page=100&page=1": [
        {"id": 7, "sha": COMMIT, "created_at": NOW.isoformat(), "creator": {"login": "ada"}, "environment": "p"}
    ],
    "/deployments/7/statuses?per_page=100&page=1": [{"state": "success"}],
}  # fmt: skip


def answer(path: str, body: object, *, status: int = 200, at: datetime = NOW) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(query=f"GET /repos/acme/shop{path}", at=at, body=text, status=status, file="answers.jsonl", line=1)


def answers(without: str = "-", *more: Answer) -> list[Answer]:
    log = Answer(query="git log --first-parent main", at=NOW, body=LOG, file="answers.jsonl")
    return [log, *(answer(path, body) for path, body in HEALTHY.items() if path != without), *more]


def asking(told: list[Answer], **settings: Any) -> Asking:
    own = Settings(history="recorded", recorded=("answers.jsonl",), **settings)
    context = Context(settings=own, head=None, reference=None, rules=frozenset(), now=NOW)  # type: ignore[arg-type]  # no file is read
    return Asking(context=context, settings=own, recorded=Recorded(answers=told))


def one(collector: Any, told: list[Answer], **settings: Any) -> Gathered:
    found: Gathered = next(collector.gather(asking(told, **settings)))
    return found


def refused(found: Gathered) -> str:
    """Why a collector has no answer, which has to be that nobody looked."""
    assert found.undecided is not None, found.items
    assert found.undecided.outcome is Outcome.NOT_TESTED
    return found.undecided.reason


def test_what_is_healthy_is_read() -> None:
    assert one(rewrites, answers()).items[0].data["count"] == 0
    assert one(branch, answers()).lacking == ()
    data = one(changes, answers()).items[0].data
    assert (data["reviewed"], data["checked"]) == (True, True)
    assert one(deployments, answers()).items[0].data["on_branch"]


@pytest.mark.parametrize(
    ("collector", "path"), [(rewrites, PUSHES.format(1)), (deployments, "/deployments?per_page=100&page=1")]
)
def test_a_list_that_github_hides_is_not_an_empty_one(collector: Any, path: str) -> None:
    told = answers(path, answer(path, {"message": "Not Found"}, status=404))
    assert "404" in refused(one(collector, told))


def test_a_repository_that_github_hides_is_not_known_to_have_the_branch_main() -> None:
    assert "no repository acme/shop (404)" in refused(one(branch, answers("", answer("", "{}", status=404))))


@pytest.mark.parametrize("status", [301, 304, 401, 410, 500, 503])
def test_what_is_no_answer_is_none(status: int) -> None:
    assert str(status) in refused(
        one(rewrites, answers(PUSHES.format(1), answer(PUSHES.format(1), "[]", status=status)))
    )


def test_who_may_go_around_a_ruleset_is_not_known_where_github_does_not_say_it() -> None:
    (why,) = one(branch, answers("/rulesets/5", answer("/rulesets/5", {"id": 5}))).lacking
    assert (why.outcome, "ruleset 5" in why.reason) == (Outcome.NOT_TESTED, True)


def test_a_page_that_is_missing_is_told() -> None:
    fine, late = answers(PUSHES.format(1)), answer(PUSHES.format(2), [])
    assert "page 1 of /activity is not recorded" in refused(one(rewrites, [*fine, late]))
    full = answer(PUSHES.format(1), HEALTHY[PUSHES.format(1)] * 100)
    assert "page 1 of /activity is full" in refused(one(rewrites, [*fine, full]))
    assert one(rewrites, [*fine, full, late]).undecided is None


def test_fewer_check_runs_than_github_counts_are_told() -> None:
    path = "/commits/h/check-runs?per_page=100&page=1"
    cut = HEALTHY[path] | {"total_count": 2}
    found = one(changes, answers(path, answer(path, cut)))
    assert "1 of 2 members" in found.lacking[0].reason
    assert found.items[0].data["checked"] is False


def test_an_envelope_of_another_list_is_none() -> None:
    told = answers(PUSHES.format(1), answer(PUSHES.format(1), {"errors": []}))
    with pytest.raises(GateError, match="is to be a list"):
        one(rewrites, told)


@pytest.mark.parametrize(
    "query", ["ref=refs/heads/dev", "activity_type=push", "time_period=day", "actor=ada", "before=abc"]
)
def test_a_question_about_some_pushes_is_none_about_all(query: str) -> None:
    told = answers(PUSHES.format(1), answer(f"/activity?{query}&per_page=100", []))
    assert "was not asked for all forced pushes to main" in refused(one(rewrites, told))


def test_a_year_of_pushes_says_nothing_of_two() -> None:
    assert "in 730 days" in refused(one(rewrites, answers(), window=730))


def test_the_youngest_answer_counts_whatever_file_it_is_in() -> None:
    path = "/branches/main/protection"
    open_, old = answer(path, {}, status=404), answer(path, HEALTHY[path], at=NOW - timedelta(days=1))
    told = [open_, *answers(path), old]
    assert one(branch, told).items[0].data["deletion"] is True


def test_nobody_has_approved_a_head_that_nobody_knows() -> None:
    pulls, reviews = "/pulls?state=closed&sort=updated&per_page=100&page=1", "/pulls/1/reviews?per_page=100&page=1"
    told = [
        *(each for each in answers(pulls) if reviews not in each.query),
        answer(pulls, [{key: value for key, value in HEALTHY[pulls][0].items() if key != "head"}]),
        answer(reviews, [{"user": {"login": "bob"}, "state": "APPROVED"}]),
    ]
    assert one(changes, told).items[0].data["reviewed"] is False


def test_somebody_whom_github_does_not_name_is_no_second_one() -> None:
    reviews = "/pulls/1/reviews?per_page=100&page=1"
    told = answers(reviews, answer(reviews, [{"user": None, "state": "APPROVED", "commit_id": "h"}]))
    assert one(changes, told).items[0].data["reviewed"] is False


ODD = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    "x",
    "\ud800",
    [],
    {},
    [[]],
    [None],
    [1],
    {"a": 1},
    "2026-13-01",
    "2026-11-29",
)


def _places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in members:
        yield from _places(each, (*way, name))


def _with(value: Any, way: tuple[Any, ...], other: object) -> Any:
    if not way:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[way[0]] = _with(value[way[0]], way[1:], other)
    return copy


@pytest.mark.parametrize("path", HEALTHY)
def test_no_shape_of_an_answer_crashes(path: str) -> None:
    for way, other in product(_places(HEALTHY[path]), ODD):
        told = asking(answers(path, answer(path, _with(HEALTHY[path], way, other))))
        for collector in (branch, changes, deployments, rewrites):
            with suppress(GateError):
                found = list(collector.gather(told))
                msgspec.json.encode([[item.data, item.key] for each in found for item in each.items])


@pytest.mark.parametrize("body", ["<html>502</html>", "", "[", "NaN", "[" * 100_000, '"\\ud800"', "\x00\x01"])
def test_a_body_that_is_no_json_is_told(body: str) -> None:
    with pytest.raises(GateError, match=r"answers.jsonl:1: .*is no JSON"):
        one(rewrites, answers(PUSHES.format(1), answer(PUSHES.format(1), body)))


def test_a_commit_whose_time_has_no_zone_is_told() -> None:
    log = Answer(query="git log x", at=NOW + timedelta(seconds=1), body=LOG.replace("+00:00", ""))
    with pytest.raises(GateError, match="claims a time that is none"):
        one(changes, [*answers(), log])


def test_a_time_that_is_none_is_told_without_what_it_holds() -> None:
    with pytest.raises(GateError, match=r"has '\[e-mail\] .*' where a time is to be") as told:
        time_of("zelda.quux@canarymail.de 4539578763621486")
    assert "4539" not in told.value.message
