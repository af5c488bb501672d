"""What `[contract]` may say."""

from __future__ import annotations

import msgspec
import pytest

from sluicegate.gates.contract.settings import CONVENTIONAL, Settings
from sluicegate.revision.globs import matches


@pytest.mark.parametrize("said", ["api.yaml", ["api.yaml"]])
def test_one_path_may_stand_alone(said):
    settings = msgspec.convert({"spec": said}, Settings)
    assert settings.spec == settings.patterns == ("api.yaml",)
    assert msgspec.convert(msgspec.to_builtins(settings), Settings, strict=False) == settings


def test_no_path_is_the_default():
    assert Settings().patterns == ()
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"spec": ""}, Settings)


def test_a_description_is_found_by_the_names_of_both_ages():
    for name in ("openapi.yaml", "services/a/swagger.json"):
        assert any(matches(pattern, name) for pattern in CONVENTIONAL)
    assert not any(matches(pattern, "api.yaml") for pattern in CONVENTIONAL)
