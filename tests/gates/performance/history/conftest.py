"""A store of each kind that needs no server."""

from __future__ import annotations

from pathlib import Path

import pytest

from clones import Clone
from sluicegate.baseline import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store("store", tmp_path)


@pytest.fixture(params=["store", "git:refs/sluicegate/performance"])
def any_store(clone: Clone, request: pytest.FixtureRequest) -> Store:
    return open_store(request.param, clone.root)
