"""Repositories with recorded evidence, judged by the real command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from cli_types import Command
from clones import Clone, make_clone
from every_end import PACK, answers, ask

Judged = Callable[..., "Said"]
REPOSITORY = "acme/shop"


@dataclass
class Said:
    """The compliance gate's part of a Run, and the exit code of the command."""

    exit: int
    gate: dict[str, Any]
    rules: dict[str, dict[str, Any]]

    def outcome(self, control: str) -> str:
        """How a control ended."""
        return str(self.rules[f"compliance/{control}"]["outcome"])

    def reasons(self, control: str) -> list[str]:
        """Why it is not decided, examination by examination."""
        examinations = self.rules[f"compliance/{control}"]["examinations"]
        return [each["undecided"]["reason"] for each in examinations if each.get("undecided")]

    def findings(self, control: str) -> list[dict[str, Any]]:
        """What broke it."""
        return [each for each in self.gate["findings"] if each["rule"] == f"compliance/{control}"]

    def messages(self, control: str) -> list[str]:
        """What broke it, in words."""
        return [each["message"] for each in self.findings(control)]

    @property
    def evidence(self) -> dict[str, dict[str, Any]]:
        """What was seen, by its subject: of several controls that saw it, the one that looked at most."""
        seen = sorted(self.gate["evidence"], key=lambda each: each.get("population") or 0)
        return {each["subject"]: each for each in seen}


@pytest.fixture
def judged(clone: Clone, command: Command) -> Judged:
    """A check of the compliance gate."""

    def judge(*more: str, gates: Iterable[str] = ("compliance",)) -> Said:
        asked = [word for gate in gates for word in ("--gate", gate)]
        done = command("check", *asked, "--report", "json=run.json", *more)
        assert "Traceback" not in done.stderr, done.stderr
        run = json.loads((clone.root / "run.json").read_text("utf-8"))
        (clone.root / "run.json").unlink()
        gate = next(one for one in run["gates"] if one["gate"] == "compliance")
        return Said(exit=done.returncode, gate=gate, rules={each["rule"]: each for each in gate["rules"]})

    return judge


@dataclass
class GitHub:
    """Recorded answers about a repository; what is set here is what GitHub would say."""

    answers: list[dict[str, Any]] = field(default_factory=list)

    def said(self, path: str, body: object, *, status: int = 200, at: datetime | None = None, scopes: str = "") -> None:
        """One answer to a question about a path below the repository."""
        when = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = body if isinstance(body, str) else json.dumps(body)
        query = f"GET /repos/{REPOSITORY}{path}"
        self.answers.append({"query": query, "status": status, "at": when, "body": text, "scopes": scopes})

    def repository(self, *rules: Mapping[str, Any], protection: Mapping[str, Any] | None = None) -> None:
        """The repository, the rules of its branch, and its classic protection."""
        self.said("", {"default_branch": "main"})
        self.said("/rules/branches/main?per_page=100&page=1", list(rules))
        if protection is None:
            self.said("/branches/main/protection", {"message": "Branch not protected"}, status=404)
        else:
            self.said("/branches/main/protection", protection)

    def pull(
        self,
        number: int,
        commit: str,
        *,
        by: str = "ada",
        head: str = "",
        reviews: Iterable[tuple[str, str, str]] = (),
        checks: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """A merged pull request, with reviews as (who, state, commit) and the conclusions of its checks."""
        head = head or f"{number:040x}"
        times = (f"2026-01-01T00:00:{second:02d}Z" for second in range(60))
        said = [
            {"user": {"login": who}, "state": state, "commit_id": on or head, "submitted_at": next(times)}
            for who, state, on in reviews
        ]
        runs = [
            {"name": name, "conclusion": how, "started_at": "2026-01-01T00:00:00Z"}
            for name, how in (checks or {}).items()
        ]
        self.said(f"/pulls/{number}/reviews?per_page=100&page=1", said)
        self.said(f"/commits/{head}/check-runs?filter=all&per_page=100&page=1", {"check_runs": runs})
        return {
            "number": number, "merge_commit_sha": commit, "merged_at": datetime.now(UTC).isoformat(),
            "user": {"login": by}, "head": {"sha": head}, "base": {"ref": "main"},
        }  # fmt: skip

    def pulls(self, *pulls: Mapping[str, Any]) -> None:
        """The list of merged pull requests."""
        self.said("/pulls?state=closed&per_page=100&page=1", list(pulls))

    def text(self) -> str:
        """The file that keeps them."""
        return "".join(json.dumps(each) + "\n" for each in self.answers)


@pytest.fixture
def github() -> GitHub:
    return GitHub()


def settings(*packs: str, more: str = "") -> str:
    """Settings that name packs and the file of recorded answers."""
    named = ", ".join(f'"{pack}"' for pack in packs or ("baseline",))
    return f'[compliance]\npacks = [{named}]\nrecorded = ["evidence/*.jsonl"]\n{more}'


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The repository as `root`, its Run document as `run`, and what the check said as `said`."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("compliance")
        home = folder / "gitconfig"
        home.write_text("[user]\nname = Test\nemail = test@example.com\n[init]\ndefaultBranch = main\n")
        patch.setenv("GIT_CONFIG_GLOBAL", str(home))
        patch.setenv("SLUICEGATE_CACHE", "off")
        made: Clone = make_clone(folder / "shop")
        expires = date.today() + timedelta(days=30)  # noqa: DTZ011 - as the settings have it
        settings = '[compliance]\npacks = ["compliance/ours.yaml"]\nrecorded = ["evidence/*.jsonl"]\n'
        settings += '[[suppress]]\nrule = "compliance/ours/excepted"\nreason = "Two are enough =1+1"\n'
        settings += f'owner = "@acme/platform"\nexpires = {expires.isoformat()}\n'
        made.write("sluicegate.toml", settings)
        made.write("compliance/ours.yaml", PACK)
        made.write("evidence/github.jsonl", answers())
        made.commit("all of it", **{".gitignore": "out/\n"})
        done = ask(made.root, "check", "--report", "json=out/run.json", "--report", "terminal=-")
        yield SimpleNamespace(root=made.root, run=made.root / "out/run.json", said=done, expires=expires)
