"""What `sluicegate init` proposes for the benchmarks that it sees, and that it is settings as they have to be."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import msgspec
import pytest

from cli_types import Command
from clones import Clone
from openapi.memory import MemoryTree
from sluicegate.gates.performance.propose import propose
from sluicegate.gates.performance.settings import Settings

GO = {"go.mod": "module a\n", "a_test.go": "package a\n\nfunc BenchmarkSort(b *testing.B) {}\n"}
RESULTS = json.dumps({"sluicegate-performance": 1, "readings": [{"benchmark": "a", "processes": [[1.0]]}]})


def active(text: str) -> dict[str, Any]:
    """The section as it is once somebody takes the signs away from what are settings."""
    settings = re.sub(r"^# (?=\[performance\.bench\]|\w+ = )", "", text, flags=re.MULTILINE)
    found = tomllib.loads(settings)["performance"]
    msgspec.convert(found, Settings)
    return found


@pytest.mark.parametrize(
    ("files", "program", "results"),
    [
        ({"pyproject.toml": 'test = ["pytest-benchmark>=5"]\n'}, ".venv/bin/python", "bench.json"),
        ({"requirements-dev.txt": "pytest_benchmark==5.1\n"}, ".venv/bin/python", "bench.json"),
        (GO, "go", "stdout"),
        ({"Cargo.toml": '[dev-dependencies]\ncriterion = "0.8"\n'}, "cargo", "target/criterion/**/new/sample.json"),
        ({"pom.xml": "<artifactId>jmh-core</artifactId>\n"}, "java", "jmh.json"),
        ({"build.gradle.kts": 'id("me.champeau.jmh") version "0.7"\n'}, "./gradlew", "build/results/jmh/results.json"),
        (
            {"bench/b.csproj": '<PackageReference Include="BenchmarkDotNet" />\n'}, "dotnet",
            "BenchmarkDotNet.Artifacts/results/*-report-full.json",
        ),
    ],
)  # fmt: skip
def test_a_tool_that_can_be_run_in_turns(files: dict[str, str], program: str, results: str) -> None:
    text = propose(MemoryTree(files))
    assert tomllib.loads(text) == {"performance": {}}, "nothing is run that nobody asked for"
    bench = active(text)["bench"]
    assert (bench["command"][0], bench["results"]) == (program, results)


@pytest.mark.parametrize(
    ("files", "results", "said"),
    [
        ({"asv.conf.json": "{}"}, "results/*/*-*.json", "asv run --record-samples"),
        (
            {"b/asv.conf.json": '{\n  "results_dir": ".asv/results"\n}'},
            "b/.asv/results/*/*-*.json",
            "of the head alone",
        ),
        ({"asv.conf.json": '{\n // "results_dir": "other"\n}'}, "results/*/*-*.json", "asv run"),
        ({"load/a.js": "import http from 'k6/http';\n"}, "k6.json", "k6 run --summary-export=k6.json load/a.js"),
        ({"out/bench.json": RESULTS}, "out/bench.json", "lie in the tree"),
    ],
)
def test_a_tool_whose_results_are_read(files: dict[str, str], results: str, said: str) -> None:
    text = propose(MemoryTree(files))
    assert active(text) == {"results": [results]}
    assert said in text


def test_several_tools_are_told_and_one_is_first() -> None:
    text = propose(MemoryTree({**GO, "pyproject.toml": "pytest-benchmark", "x.js": 'import {check} from "k6";\n'}))
    assert tomllib.loads(text) == {"performance": {}}
    assert text.index("pytest-benchmark, as in pyproject.toml") < text.index("Or Go, as in a_test.go")
    assert "k6 run" in text


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": 'test = ["pytest"]\n', "a.js": "import a from 'k6ish';\n", "go.mod": "module a\n"},
        {"a_test.go": GO["a_test.go"], "b_test.go": "func TestSort(t *testing.T) {}\n"},
        {"bench.json": '{"a": 1}', "my-bench.json": "{"},
        {"a\x1b_test.go": GO["a_test.go"], "go.mod": ""},
    ],
)
def test_where_nothing_is_seen_nothing_is_proposed(files: dict[str, str]) -> None:
    assert propose(MemoryTree(files)) == ""


def test_what_init_writes_ends_well_at_once(clone: Clone, command: Command) -> None:
    clone.commit(**GO)
    assert "performance" in command("init").stdout
    assert "# [performance.bench]" in (clone.root / "sluicegate.toml").read_text("utf-8")
    checked = command("check", "--gate", "performance")
    assert "names no results, and nothing to run" in " ".join(checked.stdout.split())
    assert checked.returncode == 3, "a gate that is named and looked at nothing"
    assert command("check").returncode == 0
