"""Reads assessment results with compliance-trestle, in its own environment, and says what it found in them as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from trestle.oscal import OSCAL_VERSION
from trestle.oscal.assessment_results import AssessmentResults

found = AssessmentResults.oscal_read(Path(sys.argv[1]))
(result,) = found.results
told = {
    "version": OSCAL_VERSION,
    "states": {each.target.target_id: each.target.status.state.value for each in result.findings},
    "observations": [str(each.uuid) for each in result.observations],
    "deviations": [str(each.deadline) for each in result.risks if each.status.root.root == "deviation-approved"],
}
print(json.dumps(told))
