"""The commit hook, installed and run by pre-commit and by prek in a real repository.

What an environment weighs does not follow the machine and is asserted; how long the hook takes on a description of a
thousand lines is printed for people.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from clones import Clone
from real.shared import API, BROKEN, HARMLESS, run, succeed
from sluicegate.gates.security.selftest.tokens import secret

MOST_MB = 60
MOST_MB_WITH_RUFF = 100


def large(text: str) -> str:
    """The same description with more paths, to about a thousand lines."""
    head, _, users = text.partition("  /users:\n")
    more = [f"  /users{n}:\n" + users.replace("listUsers", f"listUsers{n}") for n in range(70)]
    return head + "  /users:\n" + users + "".join(more)


def megabytes(store: Path) -> float:
    """What the environment in a hook manager's store weighs, without the manager's own caches."""
    (environment,) = (file.parent for file in store.rglob("pyvenv.cfg"))
    return sum(file.lstat().st_size for file in environment.rglob("*") if file.is_file()) / 1e6


class Hooked:
    """A repository whose commits go through the hook of a release."""

    def __init__(
        self, shop: Clone, program: Path, release: Path, home: Path, hook: str = "sluicegate-contract"
    ) -> None:
        self.shop, self.program = shop, program
        self.environ = {**os.environ, "PRE_COMMIT_HOME": str(home), "PREK_HOME": str(home)}
        self.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what a run leaves behind is part of what it weighs
        rev = succeed("git", "-C", release, "rev-parse", "HEAD").strip()
        shop.git("switch", "-q", "main")
        shop.write("openapi.yaml", large(API))
        shop.write(
            ".pre-commit-config.yaml",
            f"repos:\n  - repo: {release}\n    rev: {rev}\n    hooks:\n      - id: {hook}\n",
        )
        shop.commit("The API")
        succeed(program, "install", cwd=shop.root, env=self.environ)
        started = time.monotonic()
        succeed(program, "install", "--install-hooks", cwd=shop.root, env=self.environ)
        self.install_seconds = time.monotonic() - started

    def commit(self, **files: str) -> subprocess.CompletedProcess[str]:
        for name, content in files.items():
            self.shop.write(name, content)
        self.shop.git("add", "-A")
        return run("git", "commit", "-m", "work", cwd=self.shop.root, env=self.environ)

    def timed(self) -> float:
        """The hook alone, over what is staged: the median of three."""
        taken = []
        for _ in range(3):
            started = time.monotonic()
            succeed(self.program, "run", cwd=self.shop.root, env=self.environ)
            taken.append(time.monotonic() - started)
        return sorted(taken)[1]


@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_a_commit_that_breaks_clients_is_refused(manager, tool, checkout, shop, tmp_path, capsys):
    home = tmp_path / "store"
    hooked = Hooked(shop, tool(manager), checkout, home)
    head = shop.git("rev-parse", "HEAD")

    refused = hooked.commit(**{"openapi.yaml": large(BROKEN)})
    assert refused.returncode == 1
    assert "contract/response-property-removed" in refused.stdout
    assert "openapi.yaml:" in refused.stdout
    assert shop.git("rev-parse", "HEAD") == head

    shop.git("reset", "--quiet")
    partial = run("git", "commit", "-m", "work", "--", "openapi.yaml", cwd=shop.root, env=hooked.environ)
    assert partial.returncode == 1  # git then has an index of its own for the hook
    assert "contract/response-property-removed" in partial.stdout

    shop.write("openapi.yaml", large(HARMLESS))
    shop.git("add", "-A")
    shop.write("openapi.yaml", large(BROKEN))  # not staged, and none of the hook's business
    seconds = hooked.timed()
    passed = run("git", "commit", "-m", "work", cwd=shop.root, env=hooked.environ)
    assert passed.returncode == 0, passed.stdout
    assert shop.git("rev-parse", "HEAD^") == head

    shop.git("checkout", "-q", ".")
    elsewhere = hooked.commit(**{"notes.txt": "none of the hook's business\n"})
    assert elsewhere.returncode == 0
    assert "no files to check" in elsewhere.stdout.lower()

    lines, size = large(API).count("\n"), megabytes(home)
    with capsys.disabled():
        print(
            f"\n{manager}: environment {size:.0f} MB, installed in {hooked.install_seconds:.1f} s;"
            f" hook on {lines} lines of YAML {seconds:.2f} s"
        )
    assert size <= MOST_MB


@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_a_commit_that_brings_a_secret_is_refused(manager, tool, checkout, shop, tmp_path, capsys):
    """What the gate needs beyond the base comes with its hook."""
    hooked = Hooked(shop, tool(manager), checkout, tmp_path / "store", "sluicegate-security")
    refused = hooked.commit(**{"settings.py": f"{secret('stripe-key')}\n"})
    assert refused.returncode == 1
    assert "security/secret-stripe-key" in refused.stdout
    assert secret("stripe-key") not in refused.stdout
    weak = hooked.commit(**{"settings.py": "import subprocess\nsubprocess.run(input(), shell=True)\n"})
    assert weak.returncode == 1
    assert "security/python-b602" in weak.stdout
    assert hooked.commit(**{"settings.py": "STRIPE = os.environ['STRIPE']\n"}).returncode == 0
    size = megabytes(tmp_path / "store")
    with capsys.disabled():
        print(f"\n{manager}: environment {size:.0f} MB with what the security gate needs")
    assert size <= MOST_MB_WITH_RUFF


def test_a_hook_can_be_tried_before_it_is_configured(tool, checkout, shop):
    """`pre-commit try-repo`, as the documentation proposes it."""
    shop.write("openapi.yaml", BROKEN)
    shop.git("add", "-A")
    done = run(tool("pre-commit"), "try-repo", checkout, "sluicegate", "--verbose", cwd=shop.root)
    assert done.returncode == 1, done.stdout
    assert "contract/response-property-removed" in done.stdout
