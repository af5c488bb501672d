"""What `[contract]` may say."""

from __future__ import annotations

import msgspec
import pytest

from sluicegate.gates.contract.settings import Settings


@pytest.mark.parametrize("said", ["api.yaml", ["api.yaml"]])
def test_one_path_may_stand_alone(said):
    settings = msgspec.convert({"spec": said}, Settings)
    assert settings.spec == settings.patterns == ("api.yaml",)
    assert msgspec.convert(msgspec.to_builtins(settings), Settings, strict=False) == settings


def test_no_path_is_the_default():
    assert Settings().patterns == ()
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"spec": ""}, Settings)
