"""The built distributions, installed where there is no source tree."""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from real.shared import LOCK, ROOT, run, succeed


@pytest.fixture(scope="module")
def built(checkout, tmp_path_factory):
    """The source distribution of a release, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    succeed(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=checkout)
    (source,) = folder.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(folder / "source", filter="data")
    (unpacked,) = (folder / "source").iterdir()
    succeed(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=unpacked)
    (wheel,) = folder.glob("*.whl")
    return source, wheel


@pytest.fixture(scope="module")
def installed(built, wheels, tmp_path_factory):
    """A fresh environment with the wheel and the lock, and the folder of its programs."""
    folder = tmp_path_factory.mktemp("fresh")
    succeed(sys.executable, "-m", "venv", folder)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = (programs / "python", "-m", "pip", "install", "--quiet", "--no-index", "--find-links", wheels)
    succeed(*pip, "--require-hashes", "-r", LOCK)
    succeed(*pip, "--no-deps", built[1])
    succeed(programs / "python", "-m", "pip", "check")
    return programs


@pytest.fixture
def away(tmp_path, monkeypatch):
    """A folder in which nothing of ours can be imported by accident."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return tmp_path


@pytest.mark.usefixtures("away")
def test_it_runs_from_the_wheel_and_not_from_the_source(installed):
    place = succeed(installed / "python", "-c", "import sluicegate; print(sluicegate.__file__)")
    assert Path(place.strip()).is_relative_to(installed.parent)
    assert succeed(installed / "sluicegate", "--version").startswith("sluicegate ")


@pytest.mark.usefixtures("away")
def test_every_rule_can_be_explained(installed):
    told = succeed(
        installed / "python",
        "-c",
        "from sluicegate.registry import gates\nfor g in gates():\n for r in g.rules: print(r.id)",
    )
    rules = told.split()
    assert rules
    for rule in (rules[0], rules[-1]):
        assert rule in succeed(installed / "sluicegate", "explain", rule)


def test_the_example_can_be_checked(installed, away):
    shutil.copytree(ROOT / "examples" / "shop", away / "shop")
    done = run(installed / "sluicegate", "check", "--config", "shop/sluicegate.toml")
    assert done.returncode in (0, 1), done.stdout
    assert "contract" in done.stdout


def test_the_wheel_holds_the_pages_and_no_tests(built):
    with zipfile.ZipFile(built[1]) as archive:
        names = archive.namelist()
    assert all(name.startswith(("sluicegate/", "sluicegate-")) for name in names)
    pages = {name for name in names if name.endswith(".md") and "/rules/" in name}
    assert len(pages) == len(list((ROOT / "src").rglob("rules/*.md"))) > 0
    assert "sluicegate/py.typed" in names


def test_the_source_distribution_can_be_tested(built):
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "action.yml",
        "requirements/dev.txt",
        "tests/conftest.py",
        "README.md",
        "LICENSE",
        "pyproject.toml",
    } <= names
