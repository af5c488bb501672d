"""What we call an ordinary change by oasdiff's ids is what oasdiff calls it."""

from __future__ import annotations

import pytest

from crosswalk.ordinary import CASES
from crosswalk.walk import changes
from sluicegate.gates.contract import crosswalk


@pytest.mark.parametrize(("pair", "wanted"), CASES)
def test_an_ordinary_change_has_the_id_that_oasdiff_gives_it(pair, wanted):
    assert {crosswalk.oasdiff_id(change) for change in changes(pair)} == wanted
