"""Times the search for secrets beside the peers, and tells how often each is right on a labelled set.

    python benchmarks/security_secrets.py time FOLDER
    python benchmarks/security_secrets.py labelled [EACH]

`time` looks at every file below FOLDER, such as the Lib of CPython, in a fresh process each, the smallest of three
rounds: ours, detect-secrets and gitleaks, of which those are asked that are on PATH or beside this Python.

`labelled` writes EACH (20) files for each kind with a made-up secret, and as many with what stands for one, with words,
digests and identifiers; a file is right where something is found in it exactly if a secret is in it. Precision is the
share of files told that hold one, recall the share of those that hold one that are told. The secrets are made by the
shapes that the self-test plants too: this says that nothing is lost on the way, and not how common each shape is.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 3
GOAL = 5.0
SEED = 7
WORDS = ["hunter2", "changeme", "secret"]
OURS = """
import sys
from datetime import UTC, datetime
from sluicegate.gates.security.catalogue import RULES
from sluicegate.gates.security.secrets.check import check
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Context, Finding
from sluicegate.revision import TreeSpec, open_tree
tree = open_tree(TreeSpec(kind="folder", root=sys.argv[1]))
rules = frozenset(rule.id for rule in RULES)
context = Context(settings=Settings(), head=tree, reference=None, rules=rules, now=datetime.now(UTC))
print("\\n".join(said.location.path for said in check(context) if isinstance(said, Finding)))
"""


def sluicegate(folder: Path) -> set[str]:
    done = subprocess.run([sys.executable, "-c", OURS, str(folder)], check=True, capture_output=True, text=True)
    return set(done.stdout.split("\n")) - {""}


def detect_secrets(folder: Path) -> set[str]:
    command = [found("detect-secrets"), "scan", "--all-files", "."]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    return set(json.loads(done.stdout)["results"])


def gitleaks(folder: Path) -> set[str]:
    with tempfile.TemporaryDirectory() as kept:
        report = Path(kept, "report.json")
        command = [found("gitleaks"), "dir", "--no-banner", "--exit-code", "0", "--report-path", str(report), "."]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        return {each["File"] for each in json.loads(report.read_text())}


PROGRAMS = {"sluicegate": sluicegate, "detect-secrets": detect_secrets, "gitleaks": gitleaks}


def found(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name) or ""


def there() -> list[str]:
    return [name for name in PROGRAMS if name == "sluicegate" or found(name)]


def timed(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    print(f"{len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB")
    ours = 0.0
    for name in there():
        seconds = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            told = PROGRAMS[name](folder)
            seconds.append(time.perf_counter() - began)
        ours = ours or min(seconds)
        goal = f"  at most {GOAL:.0f} s: {'met' if ours <= GOAL else 'MISSED'}" if name == "sluicegate" else ""
        print(f"{name:16} {min(seconds):7.2f} s  ours/its {ours / min(seconds):5.2f}  files told {len(told):5}{goal}")


def labelled(each: int) -> None:
    from sluicegate.gates.security.selftest.tokens import SHAPES, secret, stand_in

    made = random.Random(SEED)  # noqa: S311 - the same files each time
    with tempfile.TemporaryDirectory() as kept:
        folder, holding = Path(kept), set()
        for kind in SHAPES:
            for number in range(each):
                name = f"{kind}-{number}.txt"
                holding.add(name)
                folder.joinpath(name).write_text(
                    f"# settings of the service\n{secret(kind, str(number))}\nretries = 3\n"
                )
                digest = made.randbytes(32).hex()
                clean = made.choice(
                    [
                        stand_in(kind), f'checksum = "sha256:{digest}"', f"commit {digest[:40]}",
                        f'name = "{kind}-of-the-service"', f'id = "{digest[:8]}-{digest[8:12]}-4{digest[13:16]}"',
                        "token = os.environ['SERVICE_TOKEN']", f'password = "{made.choice(WORDS)}"',
                    ]
                )  # fmt: skip
                folder.joinpath(f"clean-{kind}-{number}.txt").write_text(f"# settings\n{clean}\nretries = 3\n")
        for name in there():
            told = {Path(path).name for path in PROGRAMS[name](folder)}
            right = len(told & holding)
            precision = right / len(told) if told else 1.0
            print(
                f"{name:16} precision {precision:6.1%}  recall {right / len(holding):6.1%}  of {len(holding):,} files"
            )


def main(words: list[str]) -> None:
    match words:
        case ["time", folder]:
            timed(Path(folder))
        case ["labelled"]:
            labelled(20)
        case ["labelled", each]:
            labelled(int(each))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
