from __future__ import annotations

import pytest

from sluicegate.baseline import StoreError
from sluicegate.errors import Exit


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("fatal: unable to access 'https://bob:s3cret@example.com/x.git'", "https://***example.com/x.git"),
        ("key AKIAIOSFODNN7EXAMPLE is unknown", "key *** is unknown"),
        ("?X-Amz-Signature=0a1b2c&x=1", "?X-Amz-Signature=***&x=1"),
        ("&X-Amz-Security-Token=abc%2Fdef&x=1", "***&x=1"),
    ],
)
def test_credentials_are_struck_out(text: str, kept: str) -> None:
    error = StoreError.at("here", "it failed", text, hint=text)
    assert kept in error.message
    assert kept in error.hint
    assert not any(word in str(error) + error.hint for word in ("s3cret", "AKIAIO", "0a1b2c", "abc%2F"))


def test_an_error_says_where_what_and_why() -> None:
    error = StoreError.at("s3://b", "x cannot be read", "it is gone", "look for it")
    assert error.message == "the store s3://b: x cannot be read: it is gone"
    assert error.hint == "look for it"
    assert error.exit is Exit.ERRORED
