"""Dockerfiles: how one is read, and what is found in it."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic

import pytest
from folders import PINNED, said_of
from hypothesis import given
from hypothesis import strategies as st

from effort import HANGS
from sluicegate.errors import UnreadableError
from sluicegate.gates.security.infrastructure.dockerfile.scripts import piped, unchecked
from sluicegate.gates.security.infrastructure.dockerfile.shell import commands
from sluicegate.infrastructure.dockerfile import filled, parse
from sluicegate.model import Outcome

BASE = f"FROM python:3{PINNED}\n"


def names(text, name="Dockerfile", **more):
    return said_of({name: text, **more}).names


def test_instructions_are_read_over_lines_comments_and_here_documents():
    file = parse(
        b"# syntax=docker/dockerfile:1\n# a comment\nARG A=1\nFROM x AS one\n\nRUN a && \\\n# in between\n\n  b\n"
        b"RUN <<EOF\nFROM nothing\nEOF\nCOPY <<-'E' /a\n\ttext\n\tE\nCOPY --from=one --chown=a:b /x /y\nUSER app\n",
        "Dockerfile",
    )
    assert [(one.name, one.line) for one in file.instructions] == [
        ("ARG", 3), ("FROM", 4), ("RUN", 6), ("RUN", 10), ("COPY", 13), ("COPY", 16), ("USER", 17),
    ]  # fmt: skip
    run, here, copied, flagged, _ = file.stages[0].instructions
    assert run.script == "a &&   b"
    assert here.bodies == ("FROM nothing",)
    assert copied.bodies == ("\ttext",)
    assert (flagged.flags, flagged.words) == ({"from": "one", "chown": "a:b"}, ["/x", "/y"])


def test_the_sign_that_continues_a_line_can_be_another():
    file = parse(b"# escape=`\nFROM x\nRUN dir C:\\\nRUN a `\n b\n", "Dockerfile")
    assert [one.text for one in file.stages[0].instructions] == ["dir C:\\", "a  b"]


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("$A", "1"), ("${A}b", "1b"), ("${B:-x}", "x"), ("${A:-x}", "1"), ("${A:+y}", "y"), ("${B:+y}", ""),
        ("$B", None), ("\\$A", "$A"), ("${E:-x}${E-x}", "x"),
    ],
)  # fmt: skip
def test_variables_are_filled_in(text: str, done: str | None):
    assert filled(text, {"A": "1", "E": ""}) == done


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\x7fELF\x00\x01", r"Dockerfile:1: a zero byte"),
        (b"FROM x\nRUN \xff\n", r"Dockerfile:2: not UTF-8"),
        (b"RUN x\n", r"Dockerfile:1: RUN stands before the first FROM"),
        (b"# nothing\n", r"Dockerfile: no FROM"),
        (b"FROM x\n{% if a %}\n", r"Dockerfile:2: no instruction"),
        (b"FROM x\nRUN <<EOF\na\n", r"Dockerfile:2: the here-document EOF does not end"),
        (b"FROM\n", r"Dockerfile:1: FROM names no image"),
    ],
)
def test_what_is_no_dockerfile_is_told_with_its_line(text: bytes, said: str):
    with pytest.raises(UnreadableError, match=said):
        parse(text, "Dockerfile")


def test_one_that_cannot_be_read_is_errored_and_the_others_are_judged():
    said = said_of({"a/Dockerfile": b"\x00", "b/Dockerfile": "FROM x\nUSER app\n"})
    assert list(said.errored) == ["a/Dockerfile"]
    assert said.names == ["dockerfile-unpinned-base"]


def test_one_that_is_too_large_is_errored():
    assert list(said_of({"Dockerfile": b"#" * ((1 << 20) + 1)}).errored) == ["Dockerfile"]


@pytest.mark.parametrize(
    "name", ["Dockerfile", "a/Containerfile", "b/Dockerfile.prod", "web.dockerfile", "x/y.Dockerfile"]
)
def test_every_name_of_one_is_known(name: str):
    assert names("FROM x\nUSER app\n", name) == ["dockerfile-unpinned-base"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FROM scratch\nCOPY a /a\n", []),
        ("FROM scratch\nCMD a\n", ["dockerfile-runs-as-root"]),
        (f"{BASE}USER app\n", []),
        (f"{BASE}USER app\nUSER 0:0\n", ["dockerfile-runs-as-root"]),
        (f"{BASE}ARG U=root\nUSER $U\n", ["dockerfile-runs-as-root"]),
        (f"{BASE}ENV U=app\nUSER ${{U}}:app\n", []),
        (f"FROM a{PINNED} AS One\nUSER app\nFROM one\nRUN x\n", []),
        (f"FROM a{PINNED} AS one\nUSER app\nFROM b{PINNED}\nCOPY --from=one /a /a\n", ["dockerfile-runs-as-root"]),
        (f"FROM distroless/base:nonroot{PINNED}\n", []),
        (f"FROM --platform=linux/amd64 python:3{PINNED} AS x\nUSER app\n", []),
        ("FROM python@sha256:12\nUSER app\n", ["dockerfile-unpinned-base"]),
    ],
)
def test_bases_and_users(text: str, wanted: list[str]):
    assert names(text) == wanted


def test_an_argument_without_a_default_leaves_the_rules_undecided():
    said = said_of({"Dockerfile": "ARG BASE\nFROM $BASE\n"})
    assert said.names == []
    for rule in ("dockerfile-unpinned-base", "dockerfile-runs-as-root"):
        ((outcome, reason),) = said.undecided(rule)
        assert outcome is Outcome.INCONCLUSIVE
        assert "argument without a default" in reason


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('ENV A=1 DB_PASSWORD="a b-Otter91"', True), ("ENV DB_PASSWORD otter-91 x", True),
        ("ARG apiKey=q9-otter", True),
        ("ENV DB_PASSWORD=$GIVEN", False), ("ARG TOKEN", False), ("ENV TOKEN_FILE=/run/x1", False),
        ("ENV TOKEN=/run/secrets/token", False), ("ENV PASSWORD=changeme", False), ("ENV TOKEN_TTL=3600", False),
        ("ENV BYPASS=otter-91", False), ("LABEL password=otter-91", False),
    ],
)  # fmt: skip
def test_secrets_in_arguments_and_variables(line: str, found: bool):
    said = said_of({"Dockerfile": f"{BASE}{line}\nUSER app\n"})
    assert said.names == ["dockerfile-secret"] * found
    assert not any("tter" in one.message or "tter" in str(one.key) for one in said.findings)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("curl -s https://e.example/x | sh", True), ("wget -qO- https://e.example/x | sudo bash -s -- -y", True),
        ("curl 'https://e.example/x?a=1&b=2' | gunzip | bash", True),
        ('sh -c "$(curl -fsSL https://e.example/x)"', True),
        ("bash <(curl -s https://e.example/x)", True), ("curl https://e.example/x | python3 -", True),
        ('eval "$(curl -s https://e.example/x)"', True), ("set -e\ncurl https://e.example/x \\\n | sh", True),
        ("curl https://e.example/x 2>/dev/null | /bin/sh > /dev/null 2>&1", True),
        ("eval $(curl -s https://e.example)", True),
        ("curl https://e.example/x | sh && echo 'open", True),
        ("curl -o x https://e.example/x && sh x", False), ("curl https://e.example/x | jq .a", False),
        ("curl https://e.example/x | python3 -m json.tool", False),
        ("curl https://e.example/x | bash -c 'wc -l'", False),
        ("echo 'curl x | sh'", False), ("# curl x | sh", False), ("curl https://e.example/x || sh b.sh", False),
        ("curl https://e.example/x | bash other.sh", False), ("curl -O x; cat y | sh", False),
    ],
)  # fmt: skip
def test_scripts_that_are_run_unseen(script: str, found: bool):
    assert bool(list(piped(script))) is found


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("apt-get -y --allow-unauthenticated install x", ["apt-get --allow-unauthenticated"]),
        ("curl -fsSLk https://e.example", ["curl -k"]), ("curl --insecure x", ["curl --insecure"]),
        ("wget --no-check-certificate x", ["wget --no-check-certificate"]),
        ("apk add --allow-untrusted x", ["apk --allow-untrusted"]),
        ("pip install --trusted-host=a x", ["pip --trusted-host"]),
        ("yum -y --nogpgcheck install x", ["yum --nogpgcheck"]),
        ("git -c http.sslVerify=false clone x", ["git http.sslVerify=false"]),
        ("curl -ok x", []), ("curl -o k -H k x", []), ("sort -k 2 a", []), ("echo '--force-yes'x", []),
    ],
)  # fmt: skip
def test_checks_that_are_switched_off(script: str, found: list[str]):
    assert list(unchecked(script)) == found


def test_commands_are_told_with_their_pipelines():
    found = list(commands("A=1 sudo -u x /usr/bin/env B=2 curl a | (sh) && if true; then b c; fi"))
    assert [(one.program, one.arguments, one.sudo) for one in found[:4]] == [
        ("curl", ["a"], True), ("sh", [], False), ("true", [], False), ("b", ["c"], False),
    ]  # fmt: skip


def test_the_whole_folder_is_let_in_where_something_is_left_out():
    text = f"{BASE}COPY --chown=a . /app\nUSER app\n"
    assert names(text) == ["dockerfile-whole-context"]
    assert names(f'{BASE}COPY [".", "/app"]\nUSER app\n') == ["dockerfile-whole-context"]
    assert said_of({"a/b/Dockerfile": text, "a/.dockerignore": ".git"}).names == []
    assert said_of({"a/b/Dockerfile": text, "a/b/Dockerfile.dockerignore": ".git"}).names == []
    assert names(f"{BASE}COPY --from=build . /app\nUSER app\n") == []


def test_the_key_of_a_finding_has_neither_line_nor_version_of_the_text():
    (one,) = said_of({"Dockerfile": f"{BASE}\n\nRUN sudo a\nUSER app\n"}).findings
    assert one.key == ("Dockerfile", "a")
    assert (one.location.path.endswith("Dockerfile"), one.location.line, one.location.logical) == (True, 4, "RUN")


def test_a_hook_looks_at_what_is_touched():
    files = {"a/Dockerfile": "FROM x\nUSER app\n", "b/Dockerfile": "FROM x\nUSER app\n"}
    said = said_of(files, touched=frozenset({"b/Dockerfile"}))
    assert [one.key[0] for one in said.findings] == ["b/Dockerfile"]


@pytest.mark.parametrize(
    "piece", ["ENV a", "=", "RUN --a ", "RUN a | b; ", "RUN ' ", "ENV a=' ", "${a:-", "\\\n", " ", "RUN $(`<<", "--a "]
)
def test_a_large_file_takes_time_by_its_length(piece: str):
    started = monotonic()
    said_of({"Dockerfile": "FROM x\nRUN " + piece * (1_000_000 // len(piece))})
    assert monotonic() - started < HANGS


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes):
    with suppress(UnreadableError):
        parse(b"FROM x\n" + data, "Dockerfile")


@given(st.text(alphabet="curl|sh $()<>\"'\\;&-k\n{}`", max_size=120))
def test_any_script_is_looked_at_without_trouble(script: str):
    list(piped(script))
    list(unchecked(script))
