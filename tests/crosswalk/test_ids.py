"""What we call an ordinary change by oasdiff's ids is what oasdiff calls it."""

from __future__ import annotations

import pytest

from crosswalk import parameters
from crosswalk.ordinary import CASES, UNTOLD
from crosswalk.walk import changes
from sluicegate.gates.contract import crosswalk


@pytest.mark.parametrize(("pair", "wanted"), CASES)
def test_an_ordinary_change_has_the_id_that_oasdiff_gives_it(pair, wanted):
    assert {crosswalk.oasdiff_id(change) for change in changes(pair)} == wanted


@pytest.mark.parametrize("pair", UNTOLD)
def test_what_oasdiff_does_not_tell_has_no_id_of_its(pair):
    assert {crosswalk.oasdiff_id(change) for change in changes(pair)} == {""}


@pytest.mark.parametrize(("where", "stated"), parameters.PLACES)
def test_a_change_of_a_parameter_has_an_id_of_oasdiff_wherever_it_is_stated(where, stated):
    wrong = {}
    for case in parameters.cases(where, stated):
        ours = {crosswalk.oasdiff_id(change) for change in changes(case.pair)}
        agrees = ours == {""} if not case.theirs else bool(ours) and ours <= case.theirs
        if agrees == parameters.explained(case):
            wrong[str(case)] = ours
    assert wrong == {}
