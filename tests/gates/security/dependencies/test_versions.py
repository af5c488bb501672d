"""The order of versions in each ecosystem: what its specification says, and what every order has to be."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.gates.security.dependencies.packages import (
    ALPINE,
    CRATES,
    DEBIAN,
    DISTRIBUTIONS,
    GO,
    MAVEN,
    NPM,
    PACKAGIST,
    PYPI,
    ROCKY,
    RUBYGEMS,
)
from sluicegate.gates.security.dependencies.versions import NoVersionError, order

SEMVER = (
    "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.2.0 "
    "1.10.0 2.0.0"
)
IN_ORDER = {
    PYPI: "1.dev0 1.0a1 1.0b2 1.0rc1 1.0 1.0.post1 1.1.dev1 1.1 1!0.5",
    NPM: SEMVER,
    CRATES: SEMVER,
    GO: "v0.0.0-20180228061459-e0a39a4cb421 v0.0.0-20210101000000-000000000000 v0.1.0 1.0.0 v1.0.1",
    MAVEN: "1-alpha-1 1-alpha2 1-beta 1-milestone-1 1-rc1 1-SNAPSHOT 1 1-sp 1-abc 1-xyz 1-1 1.1 1.2 1.10 2",
    RUBYGEMS: "1.0.a.2 1.0.b1 1.0.rc1 1.0 1.0.1 1.9.3 1.10 2.0.0-1 2.0",
    PACKAGIST: "1.0.0-dev 1.0.0-alpha1 1.0.0-alpha2 1.0.0-beta1 1.0.0-RC1 v1.0.0 1.0.0-patch1 1.0.1 1.2 1.10.0.1",
    DEBIAN: "0~~ 0~~a 0~ 0 0a 0+ 1.0~rc1-1 1.0-0~1 1.0 1.0-0ubuntu1 1.0-1~bpo12+1 1.0-1 1.0-1+b1 1.0-1+deb12u1 "
    "1.0-1+deb12u2 1.0-1+deb12u10 1.0-1.1 1.0a-1 1.0+dfsg-1 1.0.1-1 1.9 1.10-2 1:0.1 2:0",
    ALPINE: "0.9 1.0_alpha 1.0_alpha2 1.0_beta 1.0_pre1 1.0_rc1 1.0_rc1-r5 1.0_rc2 1.0 1.0-r0 1.0-r2 1.0-r10 "
    "1.0_git20240101 1.0_p1 1.0_p1-r1 1.0a 1.0b 1.0.1 1.01 1.1 1.2.3_rc1 1.2.3 1.9 1.10 2",
    ROCKY: "1.0~beta 1.0~rc1-1 1.0~rc1-2.el9 1.0-0.1 1.0-1.el9 1.0-1.el9_3 1.0-1.el9_10 1.0-2.el9 1.0^git1-1 1.0a "
    "1.0.1 1.9 1.10 2.0 1:0.1",
}
SAME = {
    PYPI: ("1.0", "1.0.0", "v1", "1.0.0.0"),
    NPM: ("1.2.0", "v1.2.0", "1.2.0+build.7", "1.2"),
    GO: ("v2.0.0+incompatible", "2.0.0"),
    MAVEN: ("1", "1.0", "1.0.0", "1-ga", "1.final", "1.0-0.0", "1.0.0-RELEASE"),
    RUBYGEMS: ("1", "1.0", "1.0.0"),
    PACKAGIST: ("1.0", "v1.0.0", "1.0.0.0", "1.0.0-stable"),
    DEBIAN: ("1.0", "0:1.0", "1.0-0", "1.00", "01.0"),
    ALPINE: ("1.2-r1", "01.2-r01"),
    ROCKY: ("1.0-1", "0:1.0-1", "1.00-01", "1_0-1", "1..0-1"),
}
NONE = {
    PYPI: ("", "latest", "2004d.beta"), NPM: ("", "latest", "1.x"), GO: ("latest",), MAVEN: ("", "1 2"),
    RUBYGEMS: ("", "a.1"), PACKAGIST: ("dev-main", "", "1.x-dev"), DEBIAN: ("", "latest", "1 2", ":1", "a:1", "1.0_1"),
    ALPINE: ("", "latest", "1.x", "1.0-1", "1_foo"), ROCKY: ("", "1 2", "a:1"),
}  # fmt: skip
PIECES = {
    PYPI: ["0", "1", "2", "10", ".", "a1", "b2", "rc1", ".post1", ".dev3"],
    NPM: ["0", "1", "10", ".", "-", "a", "rc", "+x"],
    GO: ["v", "0", "1", "10", ".", "-", "rc", "+incompatible"],
    MAVEN: ["0", "1", "2", "10", ".", "-", "alpha", "a", "rc", "cr", "ga", "sp", "snapshot", "foo", "x"],
    RUBYGEMS: ["0", "1", "2", "10", ".", "-", "a", "b", "pre", "rc1"],
    PACKAGIST: ["v", "0", "1", "10", ".", "-", "alpha", "RC", "1", "patch", "dev"],
    DEBIAN: ["0", "1", "00", "10", ".", "-", "~", "+", "a", "b", "1:", "deb"],
    ALPINE: ["0", "1", "10", ".", ".0", "a", "_rc", "_p", "_git", "1", "-r", "-r1", "~ab"],
    ROCKY: ["0", "1", "00", "10", ".", "-", "~", "^", "a", "b", "1:", "el9"],
}


@pytest.mark.parametrize("ecosystem", IN_ORDER)
def test_the_order_of_the_specification(ecosystem):
    parse = order(ecosystem)
    versions = IN_ORDER[ecosystem].split()
    for low, high in pairwise(versions):
        assert parse(low) < parse(high), (low, high)
        assert not parse(high) < parse(low), (low, high)


@pytest.mark.parametrize("ecosystem", SAME)
def test_what_is_the_same(ecosystem):
    parse = order(ecosystem)
    first, *others = SAME[ecosystem]
    for other in others:
        assert parse(first) == parse(other), other
        assert not parse(first) < parse(other)
        assert not parse(other) < parse(first)


@pytest.mark.parametrize("ecosystem", NONE)
def test_what_is_no_version(ecosystem):
    for text in NONE[ecosystem]:
        with pytest.raises(NoVersionError):
            order(ecosystem)(text)


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        (
            "1-1.foo-bar1baz-.1",
            (("-", 1), ("-", 1), ("-", "foo"), ("-", "bar"), ("-", 1), ("-", "baz"), ("-", 0), (".", 1)),
        ),
        ("1.0.0-foo.0.0", (("-", 1), ("-", "foo"))),
        ("1.0.0-0.0.0", (("-", 1),)),
        ("1.", (("-", 1),)),
        ("1-", (("-", 1),)),
        ("1-a1", (("-", 1), ("-", "alpha"), ("-", 1))),
        ("1-a.1", (("-", 1), ("-", "a"), (".", 1))),
    ],
)  # fmt: skip
def test_maven_cuts_as_its_reference_shows(written, tokens):
    from sluicegate.gates.security.dependencies.versions.maven import _tokens, _trimmed

    assert _trimmed(_tokens(written)) == tokens


def versions(ecosystem):
    return st.lists(st.sampled_from(PIECES[ecosystem]), min_size=1, max_size=8).map("".join)


@pytest.mark.parametrize("ecosystem", PIECES)
def test_every_order_is_one(ecosystem):
    """Of two versions one is lower or both are the same, and lower than lower is lower."""
    parse = order(ecosystem)

    @given(st.tuples(*[versions(ecosystem)] * 3))
    def holds(texts):
        try:
            a, b, c = map(parse, texts)
        except NoVersionError:
            return
        assert (a < b) + (b < a) + (a == b) == 1
        assert a == a  # noqa: PLR0124 - what a comparison of its own may get wrong
        if a < b < c:
            assert a < c
        if a == b and b == c:
            assert a == c

    holds()


@pytest.mark.parametrize("ecosystem", PIECES)
def test_no_text_does_more_than_be_refused(ecosystem):
    @given(st.text(max_size=60))
    def holds(text):
        with suppress(NoVersionError):
            order(ecosystem)(text)

    holds()


@pytest.mark.parametrize("ecosystem", PIECES)
def test_a_long_text_takes_no_time(ecosystem):
    for text in ("1" * 5_000, "1." * 50_000, "1-" * 50_000, "a" * 50_000, "1" + ".0" * 50_000 + "x"):
        with suppress(NoVersionError):
            order(ecosystem)(text)


def test_every_distribution_has_an_order_with_its_release():
    for name in DISTRIBUTIONS:
        assert order(f"{name}:9")("1.2-r1") < order(name)("1.10-r1"), name
