"""What a real installation weighs, and how long a warm commit hook takes over a change of one file.

Sizes are asserted, since they do not follow the machine; times are printed beside a bare hook in the same run, and only
their order of magnitude is asserted.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

import pytest

from clones import Clone
from real.shared import API, HARMLESS, ROOT, SETTINGS, succeed
from real.test_hooks import large

BASE_MB, HOOK_SECONDS = 45, 1.0
BARE = """\
  - repo: local
    hooks:
      - {id: bare, name: A bare hook, entry: git --version, language: system, pass_filenames: false, always_run: true}
"""


def test_the_installation_of_each_extra(tool, tmp_path, capsys):
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import latency

    os.environ["UV"] = str(tool("uv"))
    found = {
        extra: latency.weighed(tmp_path / (extra or "base"), extra)
        for extra in ("", "commit", "contract", "publish", "aws")
    }
    with capsys.disabled():
        for extra, (size, count) in found.items():
            print(f"\n{extra or 'base'}: {size / 1e6:.0f} MB in {count} distributions", end="")
    assert found[""][0] <= BASE_MB * 1e6
    assert all(size > found[""][0] for extra, (size, _) in found.items() if extra)


def hook(shop: Clone, program: Path, environ: dict[str, str], hooks: str) -> float:
    """The median of five runs of all commit-stage hooks, each over a change of one file."""
    shop.write(".pre-commit-config.yaml", f"repos:\n{hooks}")
    succeed("git", "-C", shop.root, "add", "-A")
    succeed(program, "install-hooks" if program.name == "pre-commit" else "prepare-hooks", cwd=shop.root, env=environ)
    taken = []
    for turn in range(6):
        shop.write("openapi.yaml", large(HARMLESS if turn % 2 else API.replace("Shop", f"Shop {turn}")))
        shop.git("add", "openapi.yaml")
        began = time.monotonic()
        said = succeed(program, "run", cwd=shop.root, env=environ)
        taken.append(time.monotonic() - began)
        assert "Passed" in said, said  # and not skipped
    return statistics.median(taken[1:])


@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_a_warm_run_of_all_commit_hooks_over_one_file(manager, tool, checkout, shop, tmp_path, capsys):
    environ = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "store"), "PREK_HOME": str(tmp_path / "store")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # warm means that the first run has left its byte code
    shop.git("switch", "-q", "main")
    shop.write("sluicegate.toml", f"{SETTINGS}\n[security]\n")  # every gate that judges a commit
    shop.write("openapi.yaml", large(API))
    shop.commit("The API")
    rev = succeed("git", "-C", checkout, "rev-parse", "HEAD").strip()
    ours = f"  - repo: {checkout}\n    rev: {rev}\n    hooks:\n      - id: sluicegate\n"
    bare = hook(shop, tool(manager), environ, BARE)
    seconds = hook(shop, tool(manager), environ, ours)
    with capsys.disabled():
        print(f"\n{manager}: all commit-stage hooks {seconds:.2f} s, a hook that does nothing {bare:.2f} s")
    assert seconds - bare < HOOK_SECONDS * 3  # a loaded machine; the page has the figure
