"""Prints how long all controls take over a repository of many commits with GitHub's recorded answers.

    python benchmarks/compliance_census.py [COMMITS]

The repository is made here: so many commits (5,000 by default) of the last weeks, each by a pull request with a review
and two checks. The figure is the median of three runs of the whole command in fresh processes, start included; beside
it, in the same rounds, what git and the JSON decoder take for the same history and the same answers. The goal is 10 s
for 5,000 commits.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROUNDS = 3
GOAL = 10.0
SETTINGS = """\
[compliance]
packs = ["baseline", "gdpr", "soc2", "pci-dss", "hipaa"]
recorded = ["evidence/github.jsonl"]
"""


def made(folder: Path, commits: int) -> None:
    """The repository, by git's fast-import, and the answers about it."""
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "--quiet", "--initial-branch=main"], check=True)
    now = datetime.now(UTC).replace(microsecond=0)
    first = int((now - timedelta(days=60)).timestamp())
    step = (60 * 86_400 - 3600) // commits
    stream = []
    for at in range(commits):
        message = f"Change {at}"
        when = f"{first + at * step} +0000"
        stream.append(f"commit refs/heads/main\nmark :{at + 1}\nauthor A <a@example.com> {when}\n")
        stream.append(f"committer GitHub <noreply@example.com> {when}\ndata {len(message)}\n{message}\n")
        if at:
            stream.append(f"from :{at}\n")
        content = SETTINGS if not at else str(at)
        path = "sluicegate.toml" if not at else "counter.txt"
        stream.append(f"M 100644 inline {path}\ndata {len(content)}\n{content}\n")
    subprocess.run([*git, "fast-import", "--quiet"], input="".join(stream).encode(), check=True)
    subprocess.run([*git, "reset", "--quiet", "--hard"], check=True)
    listed = subprocess.run([*git, "rev-list", "--reverse", "main"], capture_output=True, text=True, check=True)
    (folder / ".git/info/exclude").write_text("evidence/\n")
    (folder / "evidence").mkdir()
    text = now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def said(path: str, body: object) -> str:
        answer = {"query": f"GET /repos/acme/shop{path}", "status": 200, "at": text, "body": json.dumps(body)}
        return json.dumps(answer) + "\n"

    with (folder / "evidence/github.jsonl").open("w") as file:
        file.write(said("", {"default_branch": "main"}))
        rule = {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "tests"}]}}
        file.write(said("/rules/branches/main?per_page=100&page=1", [rule]))
        file.write(said("/branches/main/protection", {}))
        file.write(said("/activity?per_page=100&page=1", []) + said("/deployments?per_page=100&page=1", []))
        pulls = []
        for number, commit in enumerate(listed.stdout.split(), 1):
            head = f"{number:040x}"
            pulls.append({
                "number": number, "merge_commit_sha": commit, "merged_at": text, "user": {"login": "ada"},
                "head": {"sha": head, "repo": {"full_name": "acme/shop", "private": True}}, "base": {"ref": "main"},
                "title": f"Change {number}", "body": "Why this is done. " * 20,
            })  # fmt: skip
            review = {"user": {"login": "bob"}, "state": "APPROVED", "commit_id": head, "submitted_at": text}
            runs = [{"name": name, "conclusion": "success", "started_at": text} for name in ("tests", "lint")]
            file.write(said(f"/pulls/{number}/reviews?per_page=100&page=1", [review]))
            file.write(
                said(
                    f"/commits/{head}/check-runs?filter=all&per_page=100&page=1", {"total_count": 2, "check_runs": runs}
                )
            )
        for page in range(0, len(pulls) + 1, 100):  # after a full page comes another, which may be empty
            file.write(said(f"/pulls?state=closed&per_page=100&page={page // 100 + 1}", pulls[page : page + 100]))


def timed(*command: str, folder: Path) -> tuple[float, float]:
    """Seconds on the clock, and megabytes at the most, of a command that has to end well."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode not in (0, 3):
        sys.exit(done.stderr or done.stdout)
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


BARE = """
import json, subprocess, sys
subprocess.run(["git", "log", "--first-parent", "--format=%H %P %an %aI %cn %cI %s"], capture_output=True, check=True)
for line in open("evidence/github.jsonl"):
    json.loads(json.loads(line)["body"])
"""


def main() -> None:
    commits = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made(folder, commits)
        ours, bare, most = [], [], 0.0
        for _ in range(ROUNDS):
            bare.append(timed(sys.executable, "-c", BARE, folder=folder)[0])
            seconds, most = timed(
                sys.executable, "-m", "sluicegate.cli.main", "check", "--gate", "compliance", "--report",
                "json=run.json", folder=folder,
            )  # fmt: skip
            ours.append(seconds)
        run = json.loads((folder / "run.json").read_text())
    gate = next(each for each in run["gates"] if each["gate"] == "compliance")
    census = next(each for each in gate["evidence"] if each["subject"].startswith("changes"))
    if census["population"] != commits:
        sys.exit(f"the census has {census['population']} changes of {commits}")
    middle, beside = statistics.median(ours), statistics.median(bare)
    verdict = "met" if middle <= GOAL else "missed"
    print(
        f"{commits:,} commits, {len(gate['rules'])} controls: {middle:.2f} s, {most:.0f} MB; goal {GOAL:g} s: {verdict}"
    )
    print(f"git log and json alone: {beside:.2f} s; ratio {middle / beside:.1f}")


if __name__ == "__main__":
    main()
