"""The fingerprint: what changes it, and what must not."""

from __future__ import annotations

import os

import pytest
from msgspec.structs import replace

from runs import HERE
from sluicegate.gates.performance.history.machine import RUNNER_CLASS, Machine, this_machine

MACHINE = replace(
    HERE, image="ubuntu24", image_version="20261101.1.0", kernel="6.8.0-1010", runtimes=("CPython 3.11.7",)
)


@pytest.mark.parametrize(
    "other",
    [
        {"cpu": "AMD EPYC 9V74"}, {"cores": 2.0}, {"architecture": "aarch64"}, {"system": "debian 13"},
        {"image": "ubuntu22"}, {"runner": "github-hosted"}, {"runtimes": ("CPython 3.12.1",)}, {"runtimes": ()},
        {"runtimes": ("PyPy 3.11.7",)},
    ],
)  # fmt: skip
def test_what_changes_what_is_measured_is_another_machine(other: dict) -> None:
    assert replace(MACHINE, **other).fingerprint != MACHINE.fingerprint


@pytest.mark.parametrize(
    "other",
    [{"cores": 4}, {"image_version": "20261108.1.0"}, {"kernel": "6.8.0-1011"}, {"runtimes": ("CPython 3.11.8",)}],
)
def test_what_comes_each_week_is_not(other: dict) -> None:
    assert replace(MACHINE, **other).fingerprint == MACHINE.fingerprint


def test_the_order_of_runtimes_makes_no_difference() -> None:
    one, other = ("Go 1.22.3", "CPython 3.11.7"), ("CPython 3.11.9", "Go 1.22.4")
    assert replace(MACHINE, runtimes=one).fingerprint == replace(MACHINE, runtimes=other).fingerprint


def test_it_is_the_same_in_every_version_of_ours() -> None:
    """A history is found again by it: whoever changes it takes everybody's baselines away."""
    assert (MACHINE.fingerprint, Machine().fingerprint) == ("10a999a0f0ada5b9", "4f00311fc20f2b8c")


def test_this_machine_is_known() -> None:
    found = this_machine({}, ["CPython 3.11.7", "CPython 3.11.7", ""])
    assert found.cpu
    assert 0 < found.cores <= (os.cpu_count() or 1)
    assert found.architecture
    assert found.system
    assert found.runtimes == ("CPython 3.11.7",)
    assert this_machine({}, ["CPython 3.11.7"]).fingerprint == found.fingerprint
    assert found.cpu in str(found)


def test_a_hosted_runner_says_its_image_and_class() -> None:
    said = {
        "ImageOS": "ubuntu24", "ImageVersion": "20261101.1.0", "RUNNER_ENVIRONMENT": "github-hosted",
        "RUNNER_NAME": "GitHub Actions 1000012345",
    }  # fmt: skip
    found = this_machine(said)
    assert (found.image, found.image_version, found.runner) == ("ubuntu24", "20261101.1.0", "github-hosted")
    assert this_machine({**said, "RUNNER_NAME": "GitHub Actions 2"}) == found
    assert this_machine({**said, RUNNER_CLASS: "bench-metal"}).runner == "bench-metal"


def test_what_an_environment_says_is_one_short_line() -> None:
    assert this_machine({"ImageOS": "a\n::error::" + "x" * 999}).image.startswith("a ::error::xxx")
    assert len(this_machine({"ImageOS": "x" * 999}).image) == 200
