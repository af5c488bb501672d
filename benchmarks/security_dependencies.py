"""What it takes to hold 1,000 locked dependencies against advisories, as a Markdown table.

    python benchmarks/security.py dependencies [DATABASE]

DATABASE is an `all.zip` in the OSV format (else `$SLUICEGATE_ADVISORIES`); without one that line is left out. Beside it
stands a database of 300,000 records that is generated here. Each figure is a whole `sluicegate check` in a fresh
process, start included: cold with an empty cache, warm as the median of five with the index in it. Processor time
stands beside, for machines that others use too. pip-audit asks a service once per dependency, so that its time is
the network's; it is no peer here.
Wanted: the database of PyPI at most 6 s cold and 1 s warm, 300,000 records at most 1 s warm.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

RECORDS, PACKAGES, LOCKED, ROUNDS = 300_000, 30_000, 1_000, 5
TODAY = datetime.now(UTC)


def main() -> None:
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SLUICEGATE_ADVISORIES", "")
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        databases = {"PyPI's": Path(named).resolve()} if named else {}
        databases[f"{RECORDS:,} generated"] = generated(root / "all.zip")
        print(
            "| 1,000 locked dependencies against | size | cold | warm | of the processor | the gate in it | findings |"
        )
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for name, database in databases.items():
            size = f"{database.stat().st_size / 1e6:.1f} MB"
            print(f"| {name} records | {size} | {measured(root / name[:4], database)} |")


def generated(path: Path) -> Path:
    """A database of advisories with a range, a list of versions and a text, as they are."""
    chance = random.Random(1)  # noqa: S311 - nobody guesses at a benchmark
    text = " ".join(f"word{chance.randrange(5000)}" for _ in range(120))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for number in range(RECORDS):
            major = chance.randrange(1, 9)
            document = {
                "schema_version": "1.6.0", "id": f"GEN-{number}", "modified": TODAY.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "aliases": [f"CVE-2026-{number}"], "summary": f"Weakness {number}",
                "details": text[: chance.randrange(800)],
                "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],
                "affected": [
                    {
                        "package": {"ecosystem": "PyPI", "name": f"package-{chance.randrange(PACKAGES)}"},
                        "ranges": [
                            {"type": "ECOSYSTEM", "events": [{"introduced": f"{major}.0"}, {"fixed": f"{major}.7"}]}
                        ],
                        "versions": [f"{major}.{minor}" for minor in range(7)],
                    }
                ],
            }  # fmt: skip
            file.writestr(f"GEN-{number}.json", json.dumps(document))
    return path


def measured(root: Path, database: Path) -> str:
    project(root, database)
    environ = {**os.environ, "SLUICEGATE_CACHE": str(root / "cache")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-P", "-m", "sluicegate.cli.main", "check", "--gate", "security", "--report", "json=-"]
    subprocess.run([*command, "--help"], cwd=root, env=environ, check=True, capture_output=True)  # makes byte code
    seconds, spent = [], []
    for _ in range(ROUNDS + 1):
        started, before = time.perf_counter(), processor()
        done = subprocess.run(command, cwd=root, env=environ, check=False, capture_output=True, text=True)
        seconds.append(time.perf_counter() - started)
        spent.append(processor() - before)
        if done.returncode > 1:
            sys.exit(f"sluicegate ended with {done.returncode}: {done.stderr or done.stdout[-2000:]}")
    [gate] = json.loads(done.stdout)["gates"]
    found = len(gate["findings"])
    warm, worked = statistics.median(seconds[1:]), statistics.median(spent[1:])
    return f"{seconds[0]:.2f} s | {warm:.2f} s | {worked:.2f} s | {gate['seconds']:.2f} s | {found}"


def processor() -> float:
    """The processor time of all processes that were waited for, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def project(root: Path, database: Path) -> None:
    """A repository with a lock file of packages that the database knows, and others."""
    chance = random.Random(2)  # noqa: S311
    root.mkdir()
    names = []
    with zipfile.ZipFile(database) as file:
        for one in chance.sample([name for name in file.namelist() if name.endswith(".json")], 400):
            affected = json.loads(file.read(one)).get("affected") or [{}]
            names.append(affected[0].get("package", {}).get("name", "nobody"))
    wanted = [*dict.fromkeys(names), *(f"unknown-{number}" for number in range(LOCKED))][:LOCKED]
    lines = [f"{name}=={chance.randrange(1, 9)}.{chance.randrange(9)}" for name in wanted]
    (root / "requirements.txt").write_text("\n".join(lines) + "\n")
    settings = {"advisories": str(database), "max-advisory-age": 36500, "kinds": ["dependencies"]}
    told = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
    (root / "sluicegate.toml").write_text(f"[security]\n{told}\n")
    git = ["git", "-C", str(root), "-c", "user.name=Test", "-c", "user.email=test@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "The lock"]):
        subprocess.run([*git, *words], check=True)


if __name__ == "__main__":
    main()
