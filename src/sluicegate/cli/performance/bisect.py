"""`sluicegate performance bisect`: git's bisection, with the verdict of a comparison in turns at each commit."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

import click
from msgspec import Struct, structs

from sluicegate.cli.options import Looking, configured, loaded, struck
from sluicegate.cli.performance.opening import say
from sluicegate.config import Loaded
from sluicegate.engine import plan_commits, policy_of, run
from sluicegate.errors import CancelledRunError, Exit, GateError, UserError
from sluicegate.gates.performance import GATE
from sluicegate.gates.performance.catalogue import GONE, REGRESSED
from sluicegate.gates.performance.naming import called, named
from sluicegate.gates.performance.settings import Settings
from sluicegate.model import GateResult, Outcome
from sluicegate.revision import Mark, Repository, TreeSpec, find_repository, mark_of
from sluicegate.text import one_line, shorten

_FIRST = re.compile(r"^([0-9a-f]{40,64}) is the first bad commit", re.MULTILINE)
_LEFT = re.compile(r"^([0-9a-f]{40,64})$", re.MULTILINE)


class Said(Struct, frozen=True, kw_only=True):
    """What came of one commit: `good`, `bad` or `skip`, in the words of git, why, and which benchmarks are worse."""

    word: str
    why: str
    worse: frozenset[tuple[str, ...]] = frozenset()


@click.command(cls=Looking)
@click.argument("good")
@click.argument("bad")
@click.option("--benchmark", default="*", help="The benchmarks that count, by name or a pattern.")
@click.option("--metric", default="*", help="The metrics that count: `time`, `memory`.")
@configured
def bisect(good: str, bad: str, benchmark: str, metric: str, config: Path | None, sets: tuple[str, ...]) -> int:
    """Find the commit since which a benchmark is worse, between a GOOD and a BAD one.

    git chooses the commits; each is built and measured in turns with GOOD, as [performance.bench] says. What cannot be
    decided is skipped. Nothing is checked out, and the repository stays as it is.

    \b
    Example:
      sluicegate performance bisect v1.2 HEAD --benchmark 'parse_*'
    """
    found, _ = loaded(config, sets)
    own = found.sections.get(GATE.id)
    settings = own if isinstance(own, Settings) else Settings()
    if not settings.bench.command:
        raise UserError(
            "there is nothing to run at each commit", hint="say what measures: `command` under [performance.bench]"
        )
    bench = structs.replace(settings.bench, output="")
    settings = structs.replace(settings, results=(), base_results=(), bench=bench)
    with struck(found.secrets):
        repository = find_repository(found.source.root)
        if repository is None:
            raise UserError("there is no git repository here", hint="run it in the one that has the commits")
        first, last = mark_of(repository, good), mark_of(repository, bad)
        prefix = repository.name(found.source.root) or ""
        project = TreeSpec(kind="working-tree", root=str(repository.root), prefix="" if prefix == "." else prefix)
        if (benchmark, metric) != ("*", "*"):  # or the noise of others would decide what becomes of a commit
            settings = structs.replace(settings, only=_names(benchmark, metric))
        return _search(found, settings, repository, project, first, last, (benchmark, metric))


def _names(benchmark: str, metric: str) -> tuple[str, ...]:
    """Patterns on the names of what is sought, which tell the metric where it is not the time."""
    timed = (benchmark,) if named(metric, "time") else ()
    return timed if metric == "time" else (*timed, called(benchmark, metric))


def _search(
    found: Loaded, settings: Settings, repository: Repository, project: TreeSpec, first: Mark, last: Mark,
    wanted: tuple[str, str],
) -> int:  # fmt: skip
    def measured(commit: str, sought: frozenset[tuple[str, ...]] = frozenset()) -> Said:
        head = mark_of(repository, commit)
        result = run(plan_commits(GATE, found, settings, first, head, project), policy_of(found, None))
        if result.interrupted:
            raise CancelledRunError
        said = _verdict(result.gates[0], wanted, sought)
        say(f"{said.word:<5} {commit[:12]} {shorten(one_line(head.subject), 60)}: {said.why}")
        return said

    worst = measured(last.commit)
    if worst.word != "bad":
        raise UserError(
            f"{last.name} is not worse than {first.name} in what was measured now",
            hint="name another pair, give [performance.bench] more `processes` and `budget`, or correct what "
            "--benchmark and --metric name",
        )
    with tempfile.TemporaryDirectory(prefix="sluicegate-bisect-") as folder:
        git = _beside(repository, Path(folder), last.commit)
        told = _asked(git, "start", "--no-checkout", last.commit, first.commit)
        while not (end := _FIRST.search(told)) and "only 'skip'ped commits left" not in told:
            commit = (git.ask("rev-parse", "--verify", "--quiet", "BISECT_HEAD") or "").strip()
            if not commit:
                raise GateError(f"git bisect stopped: {shorten(one_line(told), 300)}")
            told = _asked(git, measured(commit, worst.worse).word)
        if end:
            culprit = mark_of(repository, end[1])
            say(f"worse since {culprit.commit}: {shorten(one_line(culprit.subject), 100)}")
            return Exit.PASSED
        say("it is one of these, which could not be told apart:")
        for commit in _LEFT.findall(told):
            say(f"  {commit} {shorten(one_line(mark_of(repository, commit).subject), 100)}")
        return Exit.ERRORED


def _verdict(result: GateResult, wanted: tuple[str, str], sought: frozenset[tuple[str, ...]]) -> Said:
    """What a comparison of a commit with the good one says of the benchmarks that count.

    Where one that is `sought` is not measured, nothing is known of the commit.
    """
    found = [each for each in result.findings if each.rule == REGRESSED.id and all(map(named, wanted, each.key))]
    if found:
        return Said(word="bad", why=found[0].message, worse=frozenset(each.key for each in found))
    for finding in result.findings:
        if finding.rule == GONE.id and finding.key in sought:
            return Said(word="skip", why=finding.message)
    rule = next((each for each in result.rules if each.rule == REGRESSED.id), None)
    open_ = [
        each.undecided
        for each in (rule.examinations if rule else ())
        if each.undecided and each.undecided.outcome is not Outcome.NOT_APPLICABLE
    ]
    if rule is None or open_ or rule.outcome not in (Outcome.PASSED, Outcome.FAILED):
        return Said(word="skip", why=shorten(one_line(open_[0].reason if open_ else result.reason), 200))
    return Said(word="good", why="not worse")


def _beside(repository: Repository, folder: Path, head: str) -> Repository:
    """A repository of its own that sees the objects of another: git's notes of the search go there."""
    made = Repository(root=folder)
    form = (repository.ask("rev-parse", "--show-object-format") or "sha1").strip()
    made.run("init", "--quiet", f"--object-format={form}")
    objects = repository.run("rev-parse", "--path-format=absolute", "--git-path", "objects").decode().strip()
    (folder / ".git" / "objects" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "objects" / "info" / "alternates").write_text(f"{objects}\n", "utf-8")
    made.run("update-ref", "HEAD", head)  # git bisects from a commit alone
    return made


def _asked(git: Repository, *words: str) -> str:
    """What `git bisect` answers; where only skipped commits are left it ends with 2, and says so."""
    done = subprocess.run(git.command("bisect", *words), capture_output=True, check=False, text=True, encoding="utf-8")
    if done.returncode not in (0, 2):
        raise GateError(f"git bisect {words[0]}: {shorten(one_line(done.stderr or done.stdout), 300)}")
    return done.stdout + done.stderr
