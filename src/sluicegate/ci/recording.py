"""GitHub's answers about a repository's changes, asked in a fixed order and kept as they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from sluicegate.ci.api import PAGE, Api, ApiError
from sluicegate.errors import GateError

_MOST_PAGES = 1_000
_AGAIN = 3
_KEPT = frozenset({401, 403, 404, 410, 422})


class Said(Struct, frozen=True, kw_only=True):
    """A question and its answer as it came; `scopes` are the permissions that a refused one would have taken."""

    query: str
    status: int
    at: datetime
    body: str
    scopes: str = ""


class Recorder(Struct, kw_only=True):
    """Asks about one repository. `said` is what was answered so far, `heard` is told of each question."""

    api: Api
    repository: str
    clock: Callable[[], datetime]
    heard: Callable[[str], None] = lambda _: None
    said: list[Said] = field(default_factory=list)

    def changes(self, since: datetime) -> None:
        """Everything that the census of changes needs since a time. Raises ApiError, GateError.

        What the token may not see is kept as the refusal that it is. A list that changes while its pages are read is
        read again; one that does not stand still is no evidence.
        """
        about = self._one("")
        branch = str(about.get("default_branch") or "main") if isinstance(about, dict) else "main"
        rules = self._all(f"/rules/branches/{branch}")
        self._one(f"/branches/{branch}/protection")
        numbers = {rule.get("ruleset_id") for rule in rules if isinstance(rule, dict)} - {None}
        for number in sorted(numbers, key=str):
            self._one(f"/rulesets/{number}")
        merged = self._still(lambda: self._pulls(branch, since))
        for pull in merged:
            self._all(f"/pulls/{pull['number']}/reviews")
            if head := (pull.get("head") or {}).get("sha"):
                self._all(f"/commits/{head}/check-runs", "filter=all")
        known = {pull.get("merge_commit_sha") for pull in merged}
        for commit in self._all("/commits", f"sha={branch}&since={_text(since)}"):
            if isinstance(commit, dict) and commit.get("sha") not in known:
                self._all(f"/commits/{commit['sha']}/pulls")
        self._all("/activity", f"ref=refs/heads/{branch}&activity_type=force_push&time_period=year")
        for deployment in self._all("/deployments"):
            if isinstance(deployment, dict) and "id" in deployment:
                self._all(f"/deployments/{deployment['id']}/statuses")

    def _pulls(self, branch: str, since: datetime) -> list[dict[str, Any]]:
        """The pull requests of a branch that were merged since a time; the list stops where none is younger."""
        query = f"state=closed&base={branch}&sort=updated&direction=desc"
        start = _text(since)
        listed = self._members("/pulls", query, until=lambda each: str(each.get("updated_at")) < start)
        return [pull for pull in listed if str(pull.get("merged_at") or "") >= start]

    def _still(self, asking: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
        """A list that says the same when it is asked for again, so that no page slid over another."""
        before = asking()
        for _ in range(_AGAIN):
            start = len(self.said)
            after = asking()
            if _same(before, after):
                return after
            del self.said[start:]
            before = asking()
        raise GateError(
            "the pull requests changed each time that they were read", hint="record when fewer of them are merged"
        )

    def _one(self, path: str) -> Any:
        return self._ask(path, "")

    def _all(self, path: str, query: str = "") -> list[Any]:
        return list(self._members(path, query))

    def _members(
        self, path: str, query: str, until: Callable[[dict[str, Any]], bool] = lambda _: False
    ) -> Iterator[dict[str, Any]]:
        for page in range(1, _MOST_PAGES + 1):
            listed = self._ask(path, f"{query}&per_page={PAGE}&page={page}".lstrip("&"))
            if isinstance(listed, dict):  # some lists come in an envelope with their length
                listed = next((value for value in listed.values() if isinstance(value, list)), None)
            if not isinstance(listed, list):
                return
            members = [each for each in listed if isinstance(each, dict)]
            yield from members
            if len(listed) < PAGE or any(until(each) for each in members):
                return
        raise GateError(f"GitHub's list {path} does not end", hint="ask for less: --days")

    def _ask(self, path: str, query: str) -> Any:
        whole = f"/repos/{self.repository}{path}" + (f"?{query}" if query else "")
        self.heard(whole)
        at = self.clock()
        try:
            answer = self.api.ask("GET", whole)
        except ApiError as error:
            if error.status not in _KEPT:
                raise
            self.said.append(
                Said(query=f"GET {whole}", status=error.status, at=at, body=error.message, scopes=error.permissions)
            )
            return None
        try:
            body = answer.body.decode("utf-8")
        except UnicodeDecodeError:
            raise GateError(f"GitHub's answer to {whole} is no UTF-8", hint="ask again") from None
        self.said.append(Said(query=f"GET {whole}", status=answer.status, at=at, body=body))
        return answer.json()


def _same(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
    return [(each.get("number"), each.get("updated_at")) for each in before] == [
        (each.get("number"), each.get("updated_at")) for each in after
    ]


def _text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
