"""The order of Debian's versions, and what is installed, against dpkg itself."""

from __future__ import annotations

import random
import shutil
import subprocess
from itertools import product
from pathlib import Path

from sluicegate.gates.security.dependencies.packages import DEBIAN
from sluicegate.gates.security.dependencies.versions import order
from sluicegate.gates.security.images.inventory.dpkg import installed

PIECES = ["0", "1", "9", "10", "007", ".", "-", "~", "+", "a", "Z", "rc", "~~", "deb12u", "ubuntu"]
PAIRS = 1_500


def test_the_order_is_that_of_dpkg():
    dpkg = shutil.which("dpkg")
    assert dpkg, "dpkg is not installed"
    parse = order(DEBIAN)
    chance = random.Random(7)  # noqa: S311 - nobody guesses at a test
    versions = ["0" + "".join(chance.choices(PIECES, k=chance.randrange(6))) for _ in range(PAIRS)]
    versions += [f"{epoch}:1{end}" for epoch, end in product("012", ("", "-0", "-1", "~", "+b1"))]
    pairs = [(one, chance.choice(versions)) for one in versions if not one.endswith("-")]
    apart = []
    for one, other in pairs:
        if other.endswith("-"):
            continue
        low, high = parse(one), parse(other)
        ours = "lt" if low < high else "gt" if high < low else "eq"
        if subprocess.run([dpkg, "--compare-versions", one, ours, other], check=False, capture_output=True).returncode:
            apart.append((one, ours, other))
    assert apart == []


def test_what_is_installed_here_is_what_dpkg_says():
    form = "${db:Status-Status} ${Package} ${source:Package} ${source:Version}\n"
    done = subprocess.run(["dpkg-query", "--show", "-f", form], check=True, capture_output=True, text=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    wanted = {tuple(words[1:]) for words in lines if words[0] not in ("not-installed", "config-files")}
    content = Path("/var/lib/dpkg/status").read_bytes()
    assert {(one.name, *one.sources, one.version_of_source) for one in installed(content)} == wanted
