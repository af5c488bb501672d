"""Reports in front of their real readers: the SARIF multitool, the schema of Jenkins and junitparser.

`tests/real/sarif/install.sh` brings the tools; one that is missing fails the tests: a skipped proof proves nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from pathlib import Path

import pytest
from junitparser import JUnitXml
from lxml import etree

from report import runs
from sluicegate.report import render

# Read at once: fixtures take our variables out of the environment.
TOOLS = Path(os.environ.get("SLUICEGATE_TOOLS") or Path(__file__).parents[2] / ".tools")
PROGRAMS = {"Sarif.Multitool", "Sarif.Multitool.exe"}
INSTALL = "run tests/real/sarif/install.sh"

ALL = {**runs.RUNS, "many": lambda: runs.many(2_000)}


@pytest.fixture(scope="session")
def multitool() -> Path:
    packages = (TOOLS / "sarif/node_modules/@microsoft").glob("sarif-multitool-*")
    programs = [path for folder in packages for path in folder.iterdir() if path.name in PROGRAMS]
    assert programs, f"no SARIF multitool below {TOOLS}: {INSTALL}"
    return programs[0]


@pytest.fixture(scope="session")
def jenkins() -> etree.XMLSchema:
    archives = sorted((TOOLS / "junit").glob("pytest-*.tar.gz"))
    assert archives, f"no JUnit schema below {TOOLS}: {INSTALL}"
    with tarfile.open(archives[0]) as archive:
        name = next(name for name in archive.getnames() if name.endswith("/testing/example_scripts/junit-10.xsd"))
        member = archive.extractfile(name)
        assert member
        return etree.XMLSchema(etree.parse(member))


def faults(multitool: Path, text: str, folder: Path) -> list[tuple[str, str, str]]:
    """What the multitool says against a log, notes apart: rule, level and place."""
    log, told = folder / "log.sarif", folder / "told.sarif"
    log.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [multitool, "validate", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--output", told, log],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert told.exists(), done.stdout + done.stderr
    (run,) = json.loads(told.read_text(encoding="utf-8-sig"))["runs"]
    assert run["invocations"][0]["executionSuccessful"], done.stdout
    return [(it["ruleId"], it.get("level", "warning"), str(it["message"])) for it in run["results"]]


@pytest.mark.parametrize("name", ALL)
def test_sarif_is_what_code_scanning_takes(name, multitool, tmp_path):
    assert faults(multitool, render("sarif", ALL[name]()), tmp_path) == []


def test_sarif_with_a_repository_is_too(multitool, tmp_path):
    text = render("sarif", runs.failed(), repository="https://github.com/acme/api")
    assert faults(multitool, text, tmp_path) == []


def test_the_multitool_sees_a_fault(multitool, tmp_path):
    document = json.loads(render("sarif", runs.failed()))
    place = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    place["region"]["startLine"] = 0
    assert faults(multitool, json.dumps(document), tmp_path) != []


@pytest.mark.parametrize("name", ALL)
def test_strict_junit_is_what_jenkins_takes(name, jenkins):
    jenkins.assertValid(etree.fromstring(render("junit", ALL[name](), strict=True).encode()))


def test_the_schema_of_jenkins_sees_a_fault(jenkins):
    assert not jenkins.validate(etree.fromstring(render("junit", runs.failed()).encode()))


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("name", ALL)
def test_junit_reads_back_with_the_same_counts(name, strict):
    text = render("junit", ALL[name](), strict=strict)
    told = JUnitXml.fromstring(text.encode())
    assert told.failures == text.count("<failure ")
    assert told.errors == text.count("<error ")
    assert told.tests == text.count("<testcase ") > 0
