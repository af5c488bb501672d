"""What `sluicegate init` writes for the performance gate: how to have judged the benchmarks that are seen in a tree.

All of it is commented out: to measure takes minutes and needs an extra, and nobody asked for either yet.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.errors import GateError, UnreadableError
from sluicegate.text import visible

if TYPE_CHECKING:
    from sluicegate.model import Tree

_LARGEST = 1 << 20
_MOST = 500
"""So many files are looked into for each tool."""

_RESULTS = ("**/*bench*.json", "**/.benchmarks/**/*.json", "**/*jmh*.json")
_FEW = 20

_PYTHON = (
    "pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "Pipfile", "environment.yml", "requirements*.txt",
    "requirements/*.txt", "requirements/*.in",
)  # fmt: skip
_ASV_RESULTS = re.compile(r'^(?!\s*//)\s*"results_dir"\s*:\s*"([\w./-]+)"', re.MULTILINE)


class Way(Struct, frozen=True, kw_only=True):
    """How to have it measured: in turns by a `command`, or else by a step of the job `before` the check."""

    results: str
    build: tuple[tuple[str, ...], ...] = ()
    command: tuple[str, ...] = ()
    before: str = ""
    note: str = ""


class Tool(Struct, frozen=True, kw_only=True):
    """A tool, the files that may tell of it, what then stands in one of them, and the way from its path and text.

    Its command runs in the folder of the settings, where it `wants` a file.
    """

    name: str
    files: tuple[str, ...]
    marks: str
    way: Callable[[str, str], Way]
    wants: str = ""


def propose(tree: Tree) -> str:
    """The `[performance]` section; empty where no benchmark is seen."""
    seen = [(tool, path, tool.way(path, text)) for tool in _TOOLS for path, text in _first(tree, tool)]
    lying = list(_lying(tree))
    if not seen and not lying:
        return ""
    lines = ["[performance]"]
    turns = [each for each in seen if each[2].command]
    for number, (tool, path, way) in enumerate(turns):
        lines += _in_turns(f"{tool.name}, as in {path}", way, first=not number)
    files = [each for each in seen if not each[2].command]
    for tool, path, way in files:
        lines.append(f"# {tool.name} ({path}): judged is what a step of the job before the check has written,")
        lines += [f"#     {way.before}", *([f"# {way.note}"] if way.note else [])]
    if lying:
        lines.append("# These lie in the tree. Have a step of the job before the check write them anew:")
    if files or lying:
        lines.append(f"# results = {_words([*(way.results for _, _, way in files), *lying])}")
    return "\n".join(lines) + "\n"


def _in_turns(name: str, way: Way, *, first: bool) -> Iterator[str]:
    if first:
        yield "# To measure both sides of a change in turns, take the `# ` away here; it needs sluicegate[performance]."
    yield f"# {name}:" if first else f"# Or {name}:"
    if way.note:
        yield f"# {way.note}"
    yield "# [performance.bench]"
    if way.build:
        yield f"# build = [{', '.join(map(_words, way.build))}]"
    yield f"# command = {_words(way.command)}"
    yield f"# results = {json.dumps(way.results)}"


def _words(words: Sequence[str]) -> str:
    return json.dumps(list(words), ensure_ascii=False)


def _lying(tree: Tree) -> Iterator[str]:
    """Results that are files of the tree, in any format that is read."""
    from sluicegate.gates.performance.readers import read

    paths = {path for pattern in _RESULTS for path in tree.glob(pattern) if path == visible(path)}
    for path in sorted(paths)[:_FEW]:
        with contextlib.suppress(UnreadableError, GateError):
            read(path, tree.read(path, _LARGEST), lambda _: None)
            yield path


def _first(tree: Tree, tool: Tool) -> Iterator[tuple[str, str]]:
    """The first file that tells of a tool, with its text."""
    if tool.wants and not tree.find(tool.wants):
        return
    paths = [path for pattern in tool.files for path in tree.glob(pattern) if path == visible(path)]
    for path in sorted(paths, key=lambda each: (each.count("/"), each))[:_MOST]:
        try:
            text = tree.read(path, _LARGEST).decode("utf-8", "replace")
        except UnreadableError:
            continue
        if re.search(tool.marks, text, re.MULTILINE):
            yield path, text
            return


def _pytest(_path: str, _text: str) -> Way:
    return Way(
        build=(
            ("python", "-m", "venv", ".venv"),
            (".venv/bin/pip", "install", "-q", ".", "pytest", "pytest-benchmark"),
        ),
        command=(
            ".venv/bin/python", "-m", "pytest", "-q", "--benchmark-only", "--benchmark-json=bench.json",
            "--benchmark-save-data",
        ),
        results="bench.json",
    )  # fmt: skip


def _go(_path: str, _text: str) -> Way:
    tests = ("go", "test", "-run", "^$")
    return Way(build=((*tests, "./..."),), command=(*tests, "-bench", ".", "./..."), results="stdout")


def _criterion(_path: str, _text: str) -> Way:
    return Way(
        build=(("cargo", "bench", "--no-run"),), command=("cargo", "bench"),
        results="target/criterion/**/new/sample.json",
    )  # fmt: skip


def _jmh(path: str, _text: str) -> Way:
    if path.endswith("pom.xml"):
        return Way(
            build=(("mvn", "-q", "package", "-DskipTests"),),
            command=("java", "-jar", "target/benchmarks.jar", "-f", "1", "-rf", "json", "-rff", "jmh.json"),
            results="jmh.json",
        )  # fmt: skip
    return Way(
        command=("./gradlew", "jmh"), results="build/results/jmh/results.json",
        note='It writes JSON where the build says so: jmh { resultFormat = "JSON" }.',
    )  # fmt: skip


def _dotnet(path: str, _text: str) -> Way:
    measure = ("dotnet", "run", "-c", "Release", "--project", path, "--", "--filter", "*", "--exporters", "fulljson")
    return Way(
        build=(("dotnet", "build", "-c", "Release", path),), command=measure,
        results="BenchmarkDotNet.Artifacts/results/*-report-full.json",
    )  # fmt: skip


def _asv(path: str, text: str) -> Way:
    told = _ASV_RESULTS.search(text)
    folder = path.rpartition("/")[0]
    results = f"{folder}/" if folder else ""
    return Way(
        before="asv run --record-samples HEAD^!",
        note="It names the results of every commit that lie there: let the job keep those of the head alone.",
        results=f"{results}{told[1] if told else 'results'}/*/*-*.json",
    )


def _k6(path: str, _text: str) -> Way:
    return Way(before=f"k6 run --summary-export=k6.json {path}", results="k6.json")


_TOOLS = (
    Tool(name="pytest-benchmark", files=_PYTHON, marks=r"\bpytest[-_]benchmark\b", way=_pytest),
    Tool(
        name="Go", files=("**/*_test.go",), marks=r"^func Benchmark\w*\(\w+ \*testing\.B\)", way=_go, wants="go.mod"
    ),
    Tool(
        name="criterion", files=("Cargo.toml", "**/Cargo.toml"), marks=r"^\s*criterion\b|\.criterion\]", way=_criterion,
        wants="Cargo.toml",
    ),
    Tool(
        name="JMH", files=("pom.xml", "build.gradle", "build.gradle.kts"),
        marks=r"\bjmh-core\b|\bme\.champeau\.(?:gradle\.)?jmh\b", way=_jmh,
    ),
    Tool(name="BenchmarkDotNet", files=("**/*.csproj",), marks=r'Include="BenchmarkDotNet"', way=_dotnet),
    Tool(name="asv", files=("**/asv.conf.json",), marks=r"", way=_asv),
    Tool(name="k6", files=("**/*.js", "**/*.ts"), marks=r"""\bfrom\s+['"]k6(?:/[\w-]+)?['"]""", way=_k6),
)  # fmt: skip
