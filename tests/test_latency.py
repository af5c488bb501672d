"""The latency contract: what a command loads, how its start compares with a bare one, what a hook may need.

No seconds are asserted: a module that is not loaded costs nothing on any machine. docs/latency.md has the figures.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from msgspec.structs import replace

from clones import Clone
from command import unmeasured
from samples import GATE
from sluicegate.cli.faces import hooks
from sluicegate.cli.main import COMMANDS
from sluicegate.model import CommitHook, Needs
from sluicegate.registry import gates
from sluicegate.registry.discovery import Broken, _loaded

PROBE = """
import contextlib, io, sys
from sluicegate.cli.main import cli
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    cli.main(args=sys.argv[1:], prog_name="sluicegate", standalone_mode=False)
places = {name.partition(".")[0]: getattr(module, "__file__", None) or "" for name, module in list(sys.modules.items())}
foreign = {name for name, place in places.items() if "site-packages" in place and not name.startswith("_")}
print(*sorted(foreign - {"sluicegate"}))
"""
BARE = "import click\n@click.group()\ndef cli(): pass\n@cli.command()\ndef x(): pass\ncli()"
OURS = "from sluicegate.cli.main import main; main()"

LIGHT = {"click", "msgspec", "typing_extensions"}
JUDGING = LIGHT | {"jsonschema_rs", "ryml", "deprecation", "packaging"}  # the last two come with ryml


def loaded(*arguments: str, where: Clone | None = None) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROBE, *arguments],
        cwd=where.root if where else None, env=unmeasured(), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.fixture
def shop(clone: Clone) -> Clone:
    """One staged change of one description."""
    text = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths: {}\n"
    clone.commit("one", **{"sluicegate.toml": "[contract]\n", "openapi.yaml": text})
    clone.write("openapi.yaml", text.replace("Shop", "Orders"))
    clone.git("add", "-A")
    return clone


def test_the_list_of_commands_needs_next_to_nothing() -> None:
    assert loaded("--help") == LIGHT
    assert loaded("--version") == {"click"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_needs_no_gate(command: str) -> None:
    assert loaded(command, "--help") <= LIGHT


@pytest.mark.parametrize("command", [["rules"], ["gates"], ["explain", "path-removed"], ["doctor"], ["schema", "run"]])
def test_what_only_reads_declarations_needs_no_gate(command: list[str], shop: Clone) -> None:
    assert loaded(*command, where=shop) <= LIGHT


def test_a_check_leaves_the_work_to_a_child(shop: Clone) -> None:
    assert loaded("check", where=shop) <= LIGHT


def test_a_commit_hook_needs_the_reader_and_the_validator_and_nothing_more(shop: Clone) -> None:
    found = loaded("check", "--staged", where=shop)
    assert {"ryml", "msgspec"} <= found <= JUDGING


@pytest.mark.skipif(sys.platform == "win32", reason="the processor's time of children is told by POSIX alone")
def test_starting_costs_little_more_than_a_bare_program() -> None:
    """By the processor's time, the least of several: what else the machine does is not counted."""
    import resource

    seconds: dict[str, float] = {}
    for _ in range(7):
        for code in (BARE, OURS):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code, "--help"], check=True, stdout=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            seconds[code] = min(seconds.get(code, spent), spent)
    assert seconds[OURS] / seconds[BARE] < 2.5


class TestStages:
    """At the commit stage stands only what is offline and takes time by the change alone."""

    def test_no_gate_of_ours_asks_the_network_at_a_commit(self) -> None:
        hooked = [gate for gate in gates() if gate.commit_hook and gate.commit_hook.judges_commits]
        assert hooked
        assert [gate.id for gate in hooked if gate.needs.network] == []

    def test_a_gate_of_a_later_stage_judges_the_whole_change_there(self) -> None:
        slow = replace(
            GATE, id="slow", commit_hook=CommitHook(files=r"\.py$", summary="Slow.", stages=("pre-push", "manual"))
        )
        written = hooks([GATE, slow])
        every, sample, later = written.split("- id: ")[1:]
        assert "stages: [pre-commit]" in every
        assert "stages: [pre-commit]" in sample
        assert r"\\.py$" not in every
        assert "entry: sluicegate check --gate slow\n" in later
        assert "stages: [pre-push, manual]" in later
        assert hooks([slow]).count("- id: ") == 1

    def test_a_plugin_that_asks_the_network_at_a_commit_is_refused(self) -> None:
        class Point:
            name, value = "sample", "samples:GATE"

            def __init__(self, gate: object) -> None:
                self.load = lambda: gate

        asking = replace(GATE, needs=Needs(network=True))
        refused = _loaded(Point(asking), set())
        assert isinstance(refused, Broken)
        assert "nobody is to wait" in refused.reason
        later = replace(asking, commit_hook=CommitHook(files="x", summary="s", stages=("pre-push",)))
        assert _loaded(Point(later), set()) is later
