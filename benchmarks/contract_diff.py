"""Times the comparison of two descriptions beside the least that any tool must do: json.loads of both.

    python benchmarks/contract_diff.py BASE HEAD

The files may be YAML or JSON; the baseline reads JSON only and is left out for YAML. Each side is measured in a fresh
process, the smallest of five wall times counts, imports and start of Python included.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROUNDS = 5
BARE = "import json, sys; [json.loads(open(name, 'rb').read()) for name in sys.argv[1:]]"


class Folder:
    """One file as a tree."""

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        self._path = Path(path)

    def glob(self, pattern: str) -> list[str]:
        return [self._path.name] if pattern == self._path.name else []

    def find(self, path: str) -> str | None:
        return self._path.name if path == "spec" else None

    def read(self, path: str, limit: int) -> bytes:
        from sluicegate.errors import UnreadableError

        file = self._path.parent / path
        if not file.is_file() or file.stat().st_size > limit:
            raise UnreadableError(f"{path} cannot be read")
        return file.read_bytes()

    def display(self, path: str) -> str:
        return path


def compare(base: str, head: str) -> dict[str, int]:
    from datetime import UTC, datetime

    from sluicegate.gates.contract import RULES
    from sluicegate.gates.contract.check import check
    from sluicegate.gates.contract.settings import Settings
    from sluicegate.model import Context, Finding

    context = Context(
        settings=Settings(spec="spec"),
        head=Folder("head", head),
        reference=Folder("base", base),
        rules=frozenset(rule.id for rule in RULES),
        now=datetime.now(UTC),
    )
    return dict(Counter(str(found.level) for found in check(context) if isinstance(found, Finding)))


def peak() -> int:
    """The peak of this process's memory in MiB; 0 where the platform does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used // (2**20 if sys.platform == "darwin" else 2**10)


def fastest(command: list[str]) -> tuple[float, str]:
    best, said = float("inf"), ""
    for _ in range(ROUNDS):
        started = time.perf_counter()
        said = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True).stdout
        best = min(best, time.perf_counter() - started)
    return best, said


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps({"findings": compare(*sys.argv[2:4]), "peak": peak()}))
        return
    base, head = sys.argv[1:3]
    ours, said = fastest([__file__, "--one", base, head])
    answer = json.loads(said)
    sizes = " and ".join(f"{Path(path).stat().st_size / 1e6:.2f} MB" for path in (base, head))
    print(f"files      {sizes}")
    print(
        f"findings   {', '.join(f'{count} {level}' for level, count in sorted(answer['findings'].items())) or 'none'}"
    )
    print(f"comparison {ours:.2f} s, peak {answer['peak']} MiB")
    if Path(head).read_bytes().lstrip().startswith(b"{"):
        bare, _ = fastest(["-c", BARE, base, head])
        print(f"json.loads {bare:.2f} s")
        print(f"ratio      {ours / bare:.1f}")


if __name__ == "__main__":
    main()
