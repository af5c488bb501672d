"""A repository whose controls end in every way, judged by the real command once for all tests that read its Run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from clones import Clone, make_clone
from every_end import PACK, answers, ask


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The repository as `root`, its Run document as `run`, and what the check said as `said`."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("compliance")
        home = folder / "gitconfig"
        home.write_text("[user]\nname = Test\nemail = test@example.com\n[init]\ndefaultBranch = main\n")
        patch.setenv("GIT_CONFIG_GLOBAL", str(home))
        patch.setenv("SLUICEGATE_CACHE", "off")
        made: Clone = make_clone(folder / "shop")
        expires = date.today() + timedelta(days=30)  # noqa: DTZ011 - as the settings have it
        settings = '[compliance]\npacks = ["compliance/ours.yaml"]\nrecorded = ["evidence/*.jsonl"]\n'
        settings += '[[suppress]]\nrule = "compliance/ours/excepted"\nreason = "Two are enough =1+1"\n'
        settings += f'owner = "@acme/platform"\nexpires = {expires.isoformat()}\n'
        made.write("sluicegate.toml", settings)
        made.write("compliance/ours.yaml", PACK)
        made.write("evidence/github.jsonl", answers())
        made.commit("all of it", **{".gitignore": "out/\n"})
        done = ask(made.root, "check", "--report", "json=out/run.json", "--report", "terminal=-")
        yield SimpleNamespace(root=made.root, run=made.root / "out/run.json", said=done, expires=expires)
