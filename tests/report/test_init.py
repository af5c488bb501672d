from __future__ import annotations

import subprocess
import sys

import pytest

from report import runs
from sluicegate.errors import UserError
from sluicegate.report import REPORTERS, SUFFIXES, render


@pytest.mark.parametrize("kind", REPORTERS)
@pytest.mark.parametrize("name", runs.RUNS)
def test_every_reporter_renders_every_run(kind, name):
    assert isinstance(render(kind, runs.RUNS[name]()), str)


@pytest.mark.parametrize("kind", REPORTERS)
def test_every_report_can_be_encoded(kind):
    render(kind, runs.hostile()).encode()


def test_every_reporter_has_a_suffix():
    assert set(SUFFIXES) == set(REPORTERS)


def test_an_unknown_kind_names_those_there_are():
    with pytest.raises(UserError, match="no report called 'pdf'") as caught:
        render("pdf", runs.passed())
    assert "junit" in caught.value.hint


def test_the_package_loads_no_library():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, sluicegate.report; print({'rich', 'junit_xml', 'msgspec'} & set(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "set()"
