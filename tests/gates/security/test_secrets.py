"""Secrets in files: what is found, what is let be, and that nobody is told what the secret is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clones import Clone
from command import Command
from sluicegate.errors import GateError
from sluicegate.gates.security.secrets import HISTORY, KINDS
from sluicegate.gates.security.secrets.detector import Detector
from sluicegate.gates.security.secrets.expressions import present
from sluicegate.gates.security.secrets.likeness import crc32_base62, entropy, holds, is_likely, stands_for_one
from sluicegate.gates.security.secrets.ruleset import own, parse
from sluicegate.gates.security.selftest.tokens import SHAPES, secret, stand_in

NAMES = [kind.id for kind in own()]


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(own())


def found(detector: Detector, text: str, path: str = "a.txt") -> list[str]:
    return [one.kind.id for one in detector.secrets(path, text.encode())]


def test_each_kind_has_a_shape():
    assert set(SHAPES) == set(NAMES)


@pytest.mark.parametrize("kind", NAMES)
def test_a_secret_of_each_kind_is_found_as_that_kind_alone(detector: Detector, kind: str):
    for seed in map(str, range(40)):
        line = secret(kind, seed)
        assert found(detector, f"x\n{line}\ny") == [kind], line


@pytest.mark.parametrize("kind", NAMES)
def test_what_stands_for_one_is_let_be(detector: Detector, kind: str):
    assert found(detector, stand_in(kind)) == []


@pytest.mark.parametrize("kind", NAMES)
def test_one_is_found_in_a_minified_file_and_between_bytes(detector: Detector, kind: str):
    line = secret(kind)
    assert found(detector, "x" * 200_000 + ";" + line + ";" + "y" * 200_000) == [kind]
    assert [one.kind.id for one in detector.secrets("a.bin", b"\x00\xff\xfe" + line.encode() + b"\x00\x80")] == [kind]


def test_the_place_is_that_of_the_secret(detector: Detector):
    line = secret("github-token")
    (one,) = detector.secrets("a", line.encode())
    assert line[one.start : one.end] == one.text
    assert one.text.startswith("ghp_")


def test_a_checksum_that_does_not_hold_makes_it_less_sure(detector: Detector):
    token = secret("github-token")
    other = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    assert [one.sure for one in detector.secrets("a", token.encode())] == [True]
    assert [one.sure for one in detector.secrets("a", other.encode())] == [False]


def test_a_key_whose_checksum_is_part_of_it_is_none_where_it_fails(detector: Detector):
    key = secret("age-secret-key")
    assert found(detector, key[:-1] + ("Q" if key[-1] != "Q" else "P")) == []


@pytest.mark.parametrize(
    "value",
    ["changeme", "xxxxxxxxxxxx", "<your-token>", "${TOKEN}", "AKIAIOSFODNN7EXAMPLE", "password1", "aaaaaaaabbbb"],
)
def test_what_people_write_in_the_place_of_a_secret(value: str):
    assert stands_for_one(value)


@pytest.mark.parametrize(
    "value",
    [
        "my-secret-name",
        "MY_SECRET",
        "someIdentifierName",
        "/run/secrets/db1",
        "config/keys/prod2",
        "sha256:a1b2",
        "key1.pem",
    ],
)
def test_names_and_places_are_no_secrets(value: str):
    assert not is_likely(value)


@pytest.mark.parametrize("token", ["eyJub3QianNvbg.eyJ9.x", "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x"])
def test_a_token_that_is_not_json_or_not_signed_is_none(token: str):
    assert holds("jwt", token) is False


@settings(deadline=None)
@given(st.text(max_size=200))
def test_entropy_is_between_nothing_and_that_of_equal_shares(text: str):
    from math import log2

    assert 0 <= entropy(text) <= (log2(len(set(text))) if text else 0) + 1e-9


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_looked_at_without_trouble(data: bytes):
    Detector(own()).secrets("a", data)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("A12UEL5L", True),
        ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", True),
        ("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", True),
        ("split1cheo2y9e2w", False),
        ("A1G7SGD8", False),
    ],
)
def test_the_checksum_of_bech32_is_that_of_its_specification(text: str, whole: bool):
    """The examples of BIP 173."""
    assert holds("bech32", text) is whole


def test_a_crc32_in_base_62():
    """The CRC-32 of 123456789 is 0xCBF43926 (the check value of its catalogue), 3,421,780,262."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    number = 0
    for sign in crc32_base62("123456789"):
        number = number * 62 + digits.index(sign)
    assert number == 0xCBF43926


GITLEAKS = """
title = "ours"
[extend]
useDefault = true
disabledRules = ["generic-secret"]
[[rules]]
id = "acme"
description = "Acme key"
regex = '''acme_(?i)[a-f0-9]{16}\\z'''
keywords = ["acme_"]
[rules.allowlist]
stopwords = ["dead"]
[[rules]]
id = "keystore"
path = '''\\.jks$'''
[allowlist]
paths = ['''^vendor/''']
"""


def test_a_set_in_the_format_of_gitleaks_is_read_with_its_own_syntax():
    given = parse(GITLEAKS.encode(), "gitleaks.toml")
    assert given.disabled == {"generic-secret"}
    made = Detector(given.rules, given.lists)
    assert found(made, "acme_0123456789ABCDEF") == ["acme"]
    assert found(made, "acme_0123456789ABdead") == []
    assert found(made, "acme_0123456789ABCDEF", "vendor/a.txt") == []
    assert [kind.id for kind in made.names("keys/prod.jks")] == ["keystore"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rules]]\nid = 3\n", "holds no set of rules"),
        ("[[rules]\n", "holds no set of rules"),
        ("[extend]\npath = 'other.toml'\n", "extends another file"),
        ("[[rules]]\nid = 'a'\n", "neither regex nor path"),
    ],
)
def test_a_set_that_is_none_is_told(text: str, said: str):
    with pytest.raises(GateError, match=said):
        parse(text.encode(), "gitleaks.toml")


def test_an_expression_that_is_none_is_told():
    with pytest.raises(GateError, match="the rule a: the expression cannot be read"):
        Detector(parse(b"[[rules]]\nid = 'a'\nregex = '(?<=a)b'\n", "x").rules)


def test_no_report_has_the_secret(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["secrets"]\n')
    clone.commit("one")
    line = secret("github-token")
    clone.write("settings.py", f"# ours\n{line}\n")
    reports = {kind: Path(clone.root.parent, f"run.{kind}") for kind in ("json", "html", "junit", "sarif", "markdown")}
    done = command("check", *(f"--report={kind}={path}" for kind, path in reports.items()), "--report=terminal=-")
    assert done.returncode == 1
    token = line.partition('"')[2].rstrip('"')
    told = [done.stdout, done.stderr, *(path.read_text("utf-8") for path in reports.values())]
    assert not any(token[4:] in text or token[4:16] in text for text in told)
    (one,) = json.loads(reports["json"].read_text())["gates"][0]["findings"]
    assert one["rule"] == "security/secret-github-token"
    assert (one["location"]["path"], one["location"]["line"], one["location"]["column"]) == ("settings.py", 2, 10)
    assert one["message"] == "secret in the file: GitHub token, and its checksum holds"


def test_only_what_is_new_fails_and_another_secret_in_its_place_is_new(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["secrets"]\n')
    clone.write("a.txt", secret("npm-token", "1"))
    clone.commit("one")
    clone.write("a.txt", "moved\n\n" + secret("npm-token", "1"))
    assert command("check").returncode == 0
    clone.write("a.txt", secret("npm-token", "2"))
    assert command("check").returncode == 1


def test_a_second_time_the_same_secret_is_new(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["secrets"]\n')
    clone.write("a.txt", secret("npm-token") + "\n")
    clone.commit("one")
    clone.write("a.txt", f"{secret('npm-token')}\n{secret('npm-token')}\n")
    assert command("check").returncode == 1


def test_a_hook_looks_at_what_the_commit_touches(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["secrets"]\n')
    clone.write("old.txt", secret("npm-token"))
    clone.commit("one")
    clone.write("new.txt", "nothing\n")
    clone.git("add", "--all")
    done = command("check", "--staged", "--report=json=-")
    run = json.loads(done.stdout)
    assert run["gates"][0]["examined"] == {"file": 1}
    assert run["gates"][0]["findings"] == []
    clone.write("new.txt", secret("stripe-key"))
    clone.git("add", "--all")
    assert command("check", "--staged").returncode == 1


def test_a_file_that_is_too_large_is_not_tested(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["secrets"]\n')
    clone.write("large.bin", bytes(33 << 20))
    clone.commit("one")
    run = json.loads(command("check", "--report=json=-").stdout)
    assert {rule["outcome"] for rule in run["gates"][0]["rules"] if rule["rule"] != HISTORY.id} == {"not-tested"}


def test_a_key_of_ones_own_makes_other_fingerprints(clone: Clone, command: Command):
    clone.write("a.txt", secret("npm-token"))
    told = []
    for key in ("", "one", "two"):
        clone.write("sluicegate.toml", f'[security]\nkinds = ["secrets"]\nsecret-key = "{key}"\n')
        run = json.loads(command("check", "--report=json=-").stdout)
        told.append(run["gates"][0]["findings"][0]["fingerprint"])
    assert len(set(told)) == 3


def test_every_kind_is_a_rule():
    assert [rule.id for rule in KINDS] == [f"security/secret-{kind}" for kind in NAMES]


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=3), unique=True), st.binary(max_size=60))
def test_the_words_in_a_text_are_all_told_overlapping_or_not(words: list[bytes], text: bytes):
    assert sorted(present(tuple(words))(text)) == sorted(word for word in words if word in text)


def test_a_hook_calls_no_suppression_unused_for_a_file_that_it_did_not_look_at(clone: Clone, command: Command):
    clone.write(
        "sluicegate.toml",
        '[security]\nkinds = ["secrets"]\n[[suppress]]\nrule = "security/secret-npm-token"\nreason = "made up"\n'
        'owner = "@acme"\nexpires = 2099-01-01\npath = "old.txt"\n',
    )
    clone.write("old.txt", secret("npm-token"))
    clone.commit("one")
    clone.write("new.txt", "nothing\n")
    clone.git("add", "--all")
    run = json.loads(command("check", "--staged", "--report=json=-").stdout)
    assert [each["rule"] for gate in run["gates"] for each in gate["findings"]] == []
    assert "suppression-unused" not in command("check").stdout


def test_what_a_rule_of_the_users_found_before_is_not_new(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["secrets"]\nsecret-rules = ["gitleaks.toml"]\n')
    clone.write("gitleaks.toml", GITLEAKS)
    clone.write("a.txt", "acme_0123456789ABCDEF")
    clone.commit("one")
    clone.write("b.txt", "nothing\n")
    done = command("check", "--report=json=-")
    (gate,) = json.loads(done.stdout)["gates"]
    assert (done.returncode, [(each["rule"], each["state"]) for each in gate["findings"]]) == (
        0,
        [("security/secret-acme", "unchanged")],
    )
    outcomes = {each["rule"]: each["outcome"] for each in gate["rules"]}
    assert outcomes["security/secret-generic-secret"] == "not-applicable", "the set takes it out"
    clone.write("b.txt", "acme_FEDCBA9876543210")
    assert command("check").returncode == 1


def test_a_change_does_not_excuse_itself_by_a_set_of_rules(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["secrets"]\nsecret-rules = ["gitleaks.toml"]\n')
    clone.write("gitleaks.toml", GITLEAKS)
    clone.commit("one")
    clone.write("gitleaks.toml", GITLEAKS.replace("^vendor/", ".*"))
    clone.write("b.txt", secret("stripe-key"))
    done = command("check", "--report=json=-")
    assert done.returncode == 1
    assert json.loads(done.stdout)["gates"][0]["facts"]["kinds of secrets"] == (
        "as at the base, for the change alters gitleaks.toml"
    )


def test_a_set_that_is_new_is_asked_on_both_sides(clone: Clone, command: Command):
    clone.write("a.txt", "acme_0123456789ABCDEF")
    clone.write("sluicegate.toml", '[security]\nkinds = ["secrets"]\n')
    clone.commit("one")
    clone.write("sluicegate.toml", '[security]\nkinds = ["secrets"]\nsecret-rules = ["gitleaks.toml"]\n')
    clone.write("gitleaks.toml", GITLEAKS)
    (gate,) = [
        each for each in json.loads(command("check", "--report=json=-").stdout)["gates"] if each["gate"] == "security"
    ]
    assert [(each["rule"], each["state"]) for each in gate["findings"]] == [("security/secret-acme", "unchanged")]
