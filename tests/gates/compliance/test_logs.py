"""Samples of logs: every form of a planted value, logs that git ignores, and logs that are longer than any memory."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.util
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from clones import Clone
from sluicegate.errors import GateError
from sluicegate.gates.compliance.personal import presidio
from sluicegate.gates.compliance.personal.canaries import canaries
from sluicegate.revision import TreeSpec, open_tree

from .conftest import Judged
from .shop import gathered, written

VALUE = 'Zoé Ångström/O"Neil & co'
PLANTED = [f"name={VALUE}", "card=4539578763621486"]

FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in capitals": str.upper,
    "escaped as in a URL": lambda value: quote(value, safe=""),
    "with plus signs": quote_plus,
    "with small escapes": lambda value: quote(value, safe="").lower(),
    "escaped as in JSON": json.dumps,
    "JSON in JSON": lambda value: json.dumps(json.dumps(value)),
    "in UTF-8 JSON": lambda value: json.dumps(value, ensure_ascii=False).replace("/", "\\/"),
    "escaped as in HTML": lambda value: value.replace("&", "&amp;").replace('"', "&quot;"),
    "in base64": lambda value: base64.b64encode(value.encode()).decode(),
    "within base64": lambda value: base64.b64encode(f"n={value};".encode()).decode(),
    "in base64 of URLs": lambda value: base64.urlsafe_b64encode(f"na={value}".encode()).decode(),
    "in hexadecimal": lambda value: value.encode().hex().upper(),
    "MD5": lambda value: hashlib.md5(value.encode(), usedforsecurity=False).hexdigest(),
    "SHA-1": lambda value: hashlib.sha1(value.encode(), usedforsecurity=False).hexdigest(),
    "SHA-256": lambda value: hashlib.sha256(value.lower().encode()).hexdigest(),
    "SHA-256 in base64": lambda value: base64.b64encode(hashlib.sha256(value.encode()).digest()).decode(),
}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_canary_is_found_in_each_form_with_its_line(tmp_path: Path, form: str) -> None:
    root = written(tmp_path, {"logs/a.log": f"one\ntwo {FORMS[form](VALUE)} three\n", "logs/b.log": "nothing\n"})
    (seen,) = gathered(root, "canaries", logs=["logs/*"], canaries=PLANTED)
    found = {(each.data["path"], each.data["canary"]) for each in seen.items if each.data["found"]}
    assert found == {("logs/a.log", "name")}
    assert next(each for each in seen.items if each.data["found"]).location.line == 2
    assert len(seen.items) == 4


@pytest.mark.parametrize("written_as", ["4539 5787 6362 1486", "4539-5787-6362-1486"])
def test_a_long_number_is_found_as_people_write_it(tmp_path: Path, written_as: str) -> None:
    root = written(tmp_path, {"a.log": f"x {written_as}\n"})
    (seen,) = gathered(root, "canaries", logs=["a.log"], canaries=PLANTED)
    assert [each.data["canary"] for each in seen.items if each.data["found"]] == ["card"]


def test_canaries_that_cannot_be_looked_for_are_refused_without_telling_them(tmp_path: Path) -> None:
    root = written(tmp_path, {"c.yaml": "code: '917'\n", "d.yaml": "- secret-value\n"})
    tree = open_tree(TreeSpec(kind="folder", root=str(root)))
    for given, why in (
        (("code=917",), "the canary code has 3 characters, and could be met by chance"),
        (("c.yaml",), "the canary code has 3 characters, and could be met by chance"),
        (("d.yaml",), "d.yaml is to be `NAME: VALUE`, one canary a line"),
    ):
        with pytest.raises(GateError) as told:
            canaries(tree, given)
        assert told.value.message == why


def test_what_could_not_be_looked_at_is_told(tmp_path: Path) -> None:
    root = written(tmp_path, {"a.log": "x\n", "b.log.gz": "no gzip\n"})
    (root / "c.log.gz").write_bytes(gzip.compress(b"mail=carol@acme-corp.com\n"))
    (root / "d.log.gz").write_bytes(gzip.compress(b"x" * 1000)[:-4])
    (seen,) = gathered(root, "logs", logs=["*.log*", "gone/*.log"])
    assert [each.data["kind"] for each in seen.items] == ["", "", "e-mail"]
    assert [why.outcome.value for why in seen.lacking] == ["errored"] * 3
    assert [why.reason.split(" ")[0] for why in seen.lacking] == ["b.log.gz", "d.log.gz", "there"]
    (none,) = gathered(root, "canaries", logs=["a.log"])
    assert none.undecided
    assert none.undecided.outcome.value == "not-tested"
    (unnamed,) = gathered(root, "logs")
    assert unnamed.undecided
    assert unnamed.undecided.reason == "no sample of logs is named"


def test_ten_gigabytes_are_looked_at_in_a_sample_and_the_rest_is_told(tmp_path: Path) -> None:
    with (tmp_path / "big.log").open("wb") as file:
        file.write(b"first mail=carol@acme-corp.com\n")
        file.truncate(10 << 30)  # a hole, which takes no room
        file.seek(0, 2)
        file.write(b"\nlast\n")
    tracemalloc.start()
    (seen,) = gathered(tmp_path, "logs", logs=["big.log"], **{"log-sample": 2})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 200 << 20
    assert [each.data["kind"] for each in seen.items] == ["", "e-mail"]
    (why,) = seen.lacking
    assert why.outcome.value == "not-tested"
    assert "of 10,240 MiB in big.log were looked at" in why.reason


def test_the_sample_of_a_log_is_the_same_every_time_and_lies_over_all_of_it(tmp_path: Path) -> None:
    lines = (f"{number} user{number}@acme-corp.com {'x' * 2000}\n" for number in range(1600))
    written(tmp_path, {"a.log": "".join(lines)})
    first, again = (gathered(tmp_path, "logs", logs=["a.log"], **{"log-sample": 2})[0] for _ in range(2))
    assert first.sha256 == again.sha256
    assert 800 < len(first.items) <= 1001
    assert len(first.lacking) == 1 or "more than 1,000 values" in first.lacking[0].reason


def test_logs_that_git_ignores_are_of_the_change(clone: Clone, judged: Judged) -> None:
    clone.git("branch", "-M", "main")
    clone.write("sluicegate.toml", '[compliance]\nlogs = ["logs/*.log"]\ncanaries = ["t=canary-77"]\n')
    clone.commit("one", **{".gitignore": "logs/\n"})
    clone.write("logs/app.log", "canary-77\n")
    said = judged()
    (found,) = said.findings("baseline/logs-free-of-canaries")
    assert (found["state"], found["message"]) == ("new", "logs/app.log holds the canary t as it is")
    assert said.exit == 1


def test_fields_of_logs_are_named_and_a_name_that_is_somebodys_is_not(tmp_path: Path) -> None:
    lines = [
        json.dumps({"user": {"id": 1, "tags": [{"a": 1}]}, "bob@acme-corp.com": 2}),
        'level=info msg="a b=c" dur=3',
        "{not json",
        "plain words only",
    ]
    root = written(tmp_path, {"a.log": "\n".join(lines)})
    (seen,) = gathered(root, "fields", logs=["a.log"])
    assert [each.data["name"] for each in seen.items] == [
        "log user.id", "log user.tags.a", "log (e-mail)", "log level", "log msg", "log dur",
    ]  # fmt: skip


@pytest.mark.skipif(importlib.util.find_spec("presidio_analyzer") is not None, reason="it is installed here")
def test_presidio_is_asked_where_it_is_and_told_where_it_is_not(tmp_path: Path) -> None:
    root = written(tmp_path, {"a.log": "mail carol@acme-corp.com\n"})
    (seen,) = gathered(root, "logs", logs=["a.log"], presidio=True)
    assert [each.data["kind"] for each in seen.items] == ["", "e-mail"]
    assert [(why.outcome.value, why.reason) for why in seen.lacking] == [("not-tested", "Presidio is not installed")]


def test_the_process_that_asks_presidio_says_why_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    said = presidio.ask(["text"])
    if said.error:
        assert said.error.startswith("Presidio cannot start: ModuleNotFoundError: ")
