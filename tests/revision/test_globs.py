from __future__ import annotations

import pytest

from sluicegate.errors import UserError
from sluicegate.revision.globs import fits, matches


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("*.yaml", "a.yaml", True),
        ("*.yaml", "b/a.yaml", False),
        ("**/*.yaml", "a.yaml", True),
        ("**/*.yaml", "b/c/a.yaml", True),
        ("b/**", "b/c/a.yaml", True),
        ("b/**", "bc/a.yaml", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[ab].y", "b.y", True),
        ("[!ab].y", "b.y", False),
        ("a.y", "axy", False),
        ("openapi.{yaml}", "openapi.yaml", False),
    ],
)
def test_patterns_on_paths(glob: str, path: str, expected: bool) -> None:
    assert matches(glob, path) is expected


def test_a_pattern_that_is_none_is_a_users_mistake() -> None:
    with pytest.raises(UserError, match=r"the pattern \[z-a\] is not one"):
        matches("[z-a]", "z")


@pytest.mark.parametrize(
    ("wildcard", "text", "expected"),
    [
        ("contract/*", "contract/path-removed", True),
        ("GET /v1/*", "GET /v1/a/b", True),
        ("GET /v1", "GET /v1/a", False),
        ("a[0]", "a[0]", True),
        ("?ET", "GET", True),
    ],
)
def test_wildcards_on_names(wildcard: str, text: str, expected: bool) -> None:
    assert fits(wildcard, text) is expected
