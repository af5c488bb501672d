"""Times the judgement: very many findings judged and rendered, and what a comparison adds whose base is cached.

    python benchmarks/judgement.py findings [COUNT]
    python benchmarks/judgement.py base BASE.json HEAD.json

`findings` judges COUNT findings (100,000) against a base that had half of them, and renders the Run in every format, in
one process: seconds of each step, and the peak of memory. Making the findings is not counted, as a gate does that.

`base` commits BASE as openapi.json in a repository of its own, puts HEAD into the work tree, and asks the state
rules of the contract gate: without a base, with one, and with one that an earlier run has cached. The smallest
of seven rounds counts. It also times whole checks, in which the change rules compare both descriptions; no
cache can spare that.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

ROUNDS = 7
LIMITS = "10 s and 500 MB"


def cpu() -> float:
    """The seconds of CPU that this process and its ended children have used."""
    return sum(sum(resource.getrusage(whose)[:2]) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@contextmanager
def timed(what: str) -> Iterator[None]:
    began, used = time.perf_counter(), time.process_time()
    yield
    print(f"{what:<24} {time.perf_counter() - began:7.2f} s ({time.process_time() - used:.2f} s of CPU)")


def findings(count: int) -> None:
    from sluicegate.cli.main import GARBAGE
    from sluicegate.engine import Plan, PlannedGate, Policy
    from sluicegate.engine.judge import judge
    from sluicegate.engine.levels import LevelOverride
    from sluicegate.engine.plan import Job
    from sluicegate.engine.told import Told
    from sluicegate.gates.contract import GATE
    from sluicegate.model import Examination, Finding, Level, Location, Revision, Suppression
    from sluicegate.report import REPORTERS, render
    from sluicegate.revision import TreeSpec

    now = datetime.now(UTC)
    rules = [rule.id for rule in GATE.rules]
    levels = [Level.ERROR, Level.WARNING, Level.NOTE]
    # GitHub's own description has about as long names and messages
    found = [
        Finding(
            rule=rules[number % len(rules)],
            level=levels[number % 3],
            message=f"the response property `item/{number}/name` of `GET /things/{number % 5000}/parts` was removed",
            key=(f"api/{number % 200}.yaml", "GET", f"/things/{number % 5000}/parts", str(number)),
            location=Location(
                path=f"api/{number % 200}.yaml",
                line=number % 9000 + 1,
                column=3,
                logical=f"GET /things/{number % 5000}",
            ),
            base_location=Location(path=f"api/{number % 200}.yaml", line=number % 9000 + 2, column=3),
            advice="Keep it; mark it deprecated first, and remove it in a new version of the API.",
            witness='{"name": "a"} was accepted, and is refused now',
        )
        for number in range(count)
    ]
    told = Told(
        findings=found,
        base_findings=found[::2],
        examinations=[Examination(rule=rule, subject="api", examined=1) for rule in rules],
    )
    here = TreeSpec(kind="folder", root=os.curdir)
    job = Job(
        gate=GATE.id,
        check=GATE.check,
        settings_type=GATE.settings,
        settings={},
        head=here,
        reference=here,
        base=here,
        no_reference="",
        rules=tuple(rules),
        change_rules=(),
        now=now,
    )
    plan = Plan(
        gates=(PlannedGate(gate=GATE, job=job, reproduce="sluicegate check --gate contract"),),
        revision=Revision(head="working tree", base="commit"),
        now=now,
    )
    tomorrow = (now + timedelta(days=1)).date()
    policy = Policy(
        overrides=(LevelOverride(level=Level.NOTE, rules=("contract/*-added",), origin=Location(path="s", line=1)),),
        suppressions=tuple(
            Suppression(rule="contract/*", reason="r", owner="@o", expires=tomorrow, path=f"api/{number}.yaml")
            for number in range(5)
        ),
    )
    gc.set_threshold(GARBAGE)  # as the command does
    began, used = time.perf_counter(), time.process_time()
    with timed("judged"):
        run = judge(plan, {GATE.id: told}, policy, seconds=1.0)
    del told, found
    gc.collect()
    for kind in REPORTERS:
        with timed(f"rendered as {kind}"):
            size = len(render(kind, run))
        print(f"{'':<24} {size / 1e6:7.2f} MB of text")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    took = f"{time.perf_counter() - began:.2f} s ({time.process_time() - used:.2f} s of CPU)"
    print(f"{count:,} findings: {took}, {peak:.0f} MB at the peak (at most {LIMITS})")


def base(before: Path, after: Path) -> None:
    from sluicegate.config import find, parse
    from sluicegate.engine import Plan, plan_check, policy_of, run
    from sluicegate.gates.contract import GATE
    from sluicegate.model import RuleKind
    from sluicegate.registry import Registry, settings_type

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "repository")
        root.mkdir()
        os.environ.update({"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"})

        def git(*arguments: str) -> None:
            who = ("-c", "user.name=b", "-c", "user.email=b@example.com")
            subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, capture_output=True)

        git("init", "--quiet", "--initial-branch=main")
        # nothing fails, so that in no case anybody is asked since when something stands there
        (root / "sluicegate.toml").write_text('[contract]\nspec = "openapi.json"\n[[override]]\nlevel = "note"\n')
        (root / "openapi.json").write_bytes(before.read_bytes())
        git("add", "--all")
        git("commit", "--quiet", "--message", "one")
        (root / "openapi.json").write_bytes(after.read_bytes())
        loaded = parse(find(root), {GATE.id: settings_type(GATE)})
        policy = policy_of(loaded)
        whole = plan_check(loaded, Registry(gates=(GATE,)), base="HEAD")
        state = tuple(
            rule for rule in GATE.rules if rule.kind is RuleKind.STATE and rule.id in whole.gates[0].job.rules
        )

        def states(plan: Plan, *, look_back: bool) -> Plan:
            (planned,) = plan.gates
            job = replace(planned.job, rules=tuple(rule.id for rule in state), change_rules=(), look_back=look_back)
            return replace(plan, gates=(replace(planned, gate=replace(planned.gate, rules=state), job=job),))

        def least(plan: Plan, cache: str) -> tuple[float, float]:
            os.environ["SLUICEGATE_CACHE"] = cache
            times = []
            for _ in range(ROUNDS):
                began, used = time.perf_counter(), cpu()
                run(plan, policy)
                times.append((time.perf_counter() - began, cpu() - used))
            return min(wall for wall, _ in times), min(spent for _, spent in times)

        kept = str(Path(folder, "cache"))
        told: dict[str, Callable[[], tuple[float, float]]] = {
            "state rules, no base": lambda: least(states(whole, look_back=False), "off"),
            "state rules, base": lambda: least(states(whole, look_back=True), "off"),
            "state rules, cached base": lambda: least(states(whole, look_back=True), kept),
            "whole check, base": lambda: least(whole, "off"),
            "whole check, cached base": lambda: least(whole, kept),
        }
        seconds = {}
        for what, measure in told.items():
            seconds[what] = wall, spent = measure()
            print(f"{what:<26} {wall:6.2f} s ({spent:.2f} s of CPU)", flush=True)
    ways = zip(seconds["state rules, cached base"], seconds["state rules, no base"], strict=True)
    wall, spent = (round((cached - without) * 1000) for cached, without in ways)
    print(f"a comparison with a cached base adds {wall} ms ({spent} ms of CPU; at most 300)")


def main(words: list[str]) -> None:
    match words:
        case ["findings"]:
            findings(100_000)
        case ["findings", count]:
            findings(int(count))
        case ["base", before, after]:
            base(Path(before), Path(after))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
