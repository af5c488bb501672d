"""What starting costs and what an installation weighs, as Markdown tables; docs/latency.md shows them.

usage: python benchmarks/latency.py [ROUNDS] [--starts]     (default: 9; --starts leaves out the sizes, which need uv)

Processor time of each command stands beside a bare click program in the same round: the ratio is what carries over to
another machine. Sizes are those of fresh environments made by uv, without byte code.
Wanted: `--help` at most 2.0 times the bare program; a hook of the security gate on one file at most 300 ms of its own
time; the base at most 45 MB.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
MB = 1_000_000
BARE = "import click\n@click.group()\ndef cli(): pass\n@cli.command()\ndef x(): pass\ncli()"
OURS = "from sluicegate.cli.main import main; main()"
API = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths:\n" + "".join(
    f"  /orders{n}:\n    get:\n      responses:\n        '200':\n          description: Order {n}.\n"
    "          content:\n            application/json:\n"
    "              schema: {type: object, properties: {id: {type: integer}}}\n"
    for n in range(110)
)
CODE = "".join(f"def total_{n}(prices):\n    return sum(prices) * {n}\n\n\n" for n in range(50))
OWN = f"import atexit, sys, time; atexit.register(lambda: print(time.process_time(), file=sys.stderr)); {OURS}"
SECURITY = ["check", "--staged", "--gate", "security"]
COMMANDS = {
    "a bare click program": (BARE, ["--help"]),
    "sluicegate --help": (OURS, ["--help"]),
    "sluicegate rules": (OURS, ["rules"]),
    "sluicegate doctor": (OURS, ["doctor"]),
    "sluicegate check --staged (a description of 1,000 lines)": (OURS, ["check", "--staged"]),
    "sluicegate check (the same, in a process of its own)": (OURS, ["check"]),
    "sluicegate check --staged --gate security (a Python file of 250 lines)": (OURS, SECURITY),
    "the same, without the programs that it starts (ruff, git)": (OWN, SECURITY),
}


def main() -> None:
    rounds = next((int(each) for each in sys.argv[1:] if each.isdigit()), 9)
    with tempfile.TemporaryDirectory() as folder:
        starts(Path(folder), rounds)
        if "--starts" not in sys.argv:
            print()
            sizes(Path(folder))


def starts(folder: Path, rounds: int) -> None:
    repository = shop(folder / "shop")
    spent: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for turn in range(rounds + 1):
        for name, (code, arguments) in COMMANDS.items():
            spent_in_all, told = cpu([sys.executable, "-P", "-c", code, *arguments], repository)
            seconds = float(told.split()[-1]) if code == OWN else spent_in_all
            if turn:  # the first only makes byte code
                spent[name].append(seconds)
    bare = spent["a bare click program"]
    print("| command | processor time | ratio |\n| --- | --- | --- |")
    for name, values in spent.items():
        ratio = statistics.median(one / other for one, other in zip(values, bare, strict=True))
        print(f"| `{name}` | {statistics.median(values) * 1000:.0f} ms | {ratio:.2f} |")


def shop(root: Path) -> Path:
    root.mkdir()
    git = ["git", "-C", str(root), "-c", "user.name=Test", "-c", "user.email=test@example.com"]
    (root / "openapi.yaml").write_text(API)
    (root / "shop.py").write_text(CODE)
    (root / "sluicegate.toml").write_text('[contract]\nspec = "openapi.yaml"\n')
    for told in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "The API"]):
        subprocess.run([*git, *told], check=True)
    (root / "openapi.yaml").write_text(API.replace("Order 1.", "The order."))
    (root / "shop.py").write_text(CODE.replace("total_1(", "sum_1("))
    subprocess.run([*git, "add", "-A"], check=True)
    return root


def cpu(command: list[str], where: Path) -> tuple[float, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        command, cwd=where, env=environ, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command[3:]} ended with {done.returncode}: {done.stderr.decode()}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, done.stderr.decode()


def sizes(folder: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    found = {extra: weighed(folder / f"env-{extra or 'base'}", extra) for extra in ("", *extras)}
    base = found[""][0]
    print("| what | MB | more than the base | distributions |\n| --- | --- | --- | --- |")
    for extra, (size, count) in found.items():
        name = f"`sluicegate[{extra}]`" if extra else "`sluicegate`"
        print(f"| {name} | {size / MB:.0f} | {(size - base) / MB:+.0f} | {count} |")


def weighed(environment: Path, extra: str = "") -> tuple[int, int]:
    """Bytes and distributions of a fresh environment with the checkout and an extra."""
    uv = os.environ.get("UV") or "uv"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(environment)], check=True)
    what = f"{ROOT}[{extra}]" if extra else str(ROOT)
    subprocess.run([uv, "pip", "install", "-q", "--python", str(environment), what], check=True, cwd=environment)
    [site] = environment.rglob("site-packages")
    # a distribution may be a program, which lies beside the others
    files = [path for path in environment.rglob("*") if path.is_file() and not path.is_symlink()]
    return sum(path.stat().st_size for path in files), sum(path.suffix == ".dist-info" for path in site.iterdir())


if __name__ == "__main__":
    main()
