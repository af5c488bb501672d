"""What docs/policy.md shows, held against the settings."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import jsonschema_rs
import msgspec

from sluicegate.config import find, parse, settings_schema
from sluicegate.config.layers import digest
from sluicegate.engine.policy_comments import Comment, comments_of
from sluicegate.registry import gates, settings_type

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text("utf-8")
TYPES = {gate.id: settings_type(gate) for gate in gates()}
BLOCKS = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_what_is_shown_as_settings_are_settings() -> None:
    validator = jsonschema_rs.validator_for(settings_schema(TYPES))
    assert len(BLOCKS) > 5
    for block in BLOCKS:
        document = msgspec.to_builtins(tomllib.loads(block), enc_hook=str)
        assert [error.message for error in validator.iter_errors(document)] == [], block


def test_the_organisations_file_has_the_digest_that_is_shown(tmp_path: Path) -> None:
    (policy,) = (block for block in BLOCKS if block.startswith("locked"))
    (pinned,) = (block for block in BLOCKS if block.startswith("extends"))
    assert digest(policy.encode()) in pinned
    (tmp_path / ".git").mkdir()
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "acme.toml").write_text(policy, newline="\n")
    (tmp_path / "sluicegate.toml").write_text(pinned)
    assert [lock.key for lock in parse(find(tmp_path), TYPES).locks] == ["fail-on", "contract.mode", "policy"]


def test_the_comment_that_is_shown_is_one() -> None:
    (shown,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (found,) = comments_of(shown)
    assert isinstance(found, Comment)
    assert (found.covers, found.text) == (1, "total:")
