"""The SBOMs that are written, held against SPDX's own validator."""

from __future__ import annotations

import json
import sys

import pytest

from real.shared import ROOT, run, succeed

LOCKS = ROOT / "tests/gates/security/dependencies/data"
NAMES = ["uv/uv.lock", "npm3/package-lock.json", "cargo/Cargo.lock", "go/go.mod"]


@pytest.fixture
def bill(tmp_path):
    """An SBOM of several lock files in SPDX."""
    for name in NAMES:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes((LOCKS / name).read_bytes())
    more = '{"packages": [{"name": "x/a", "version": "v1.0", "license": ["MIT", "GPL-2.0+"]}, {"name": "x/b", '
    more += '"version": "dev-main"}], "packages-dev": [{"name": "x/c", "version": "2", "license": "odd one"}]}'
    (tmp_path / "composer.lock").write_text(more)
    path = tmp_path / "sbom.spdx.json"
    succeed(
        sys.executable,
        "-m",
        "sluicegate.cli.main",
        "security",
        "sbom",
        "--format",
        "spdx",
        "--output",
        path,
        cwd=tmp_path,
    )
    return path


def test_spdx_takes_it(tool, bill):
    assert len(json.loads(bill.read_text())["packages"]) > 90
    succeed(tool("pyspdxtools"), "--infile", bill)


def test_spdx_would_not_take_another(tool, bill):
    bill.write_text(bill.read_text().replace('"NOASSERTION"', '"nowhere at all"'))
    assert run(tool("pyspdxtools"), "--infile", bill).returncode != 0
