"""The three reference systems: healthy, no control accuses them; with one fault each, exactly its control does."""

from __future__ import annotations

import pytest

from sluicegate.engine.selftest import selftest
from sluicegate.errors import GateError
from sluicegate.gates.compliance import GATE
from sluicegate.gates.compliance.selftest import trails
from sluicegate.gates.compliance.selftest.faults import FAULTS
from sluicegate.gates.compliance.selftest.systems import SYSTEMS, Fault, healthy, mutated

MOST_WANTED = 12


def test_every_fault_is_told_by_its_control_alone() -> None:
    tried = selftest(GATE)
    assert [case for case in tried if not case.ok] == []
    faults = [fault for system in SYSTEMS for fault in (*FAULTS[system], *trails.faults(system))]
    assert sum(case.fires for case in tried) == 1 + len(faults)  # and the example of a page


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_system_has_faults_enough_and_each_is_one_mutation(system: str) -> None:
    faults = FAULTS[system]
    assert len(faults) >= MOST_WANTED
    assert len({fault.name for fault in faults}) == len(faults)
    texts = healthy(system)
    for fault in faults:
        changed = mutated(texts, fault)
        differing = {path for path in {*texts, *changed} if texts.get(path) != changed.get(path)}
        assert differing == {fault.path}, fault.name


def test_a_fault_that_fits_no_more_is_told() -> None:
    fault = Fault(name="old", control="baseline/no-secrets", path="docs/access.md", old="not there", new="x")
    with pytest.raises(GateError, match=r"changes what docs/access\.md does not have"):
        mutated(healthy("bank"), fault)
