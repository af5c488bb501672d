"""SBOMs that are written: valid by the official schema, the same to the byte, and the same as what they are made of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from advised import looked, tree_of
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import GateError, UserError
from sluicegate.gates.security.dependencies import DRIFT
from sluicegate.gates.security.dependencies.bills import write
from sluicegate.gates.security.dependencies.files import Files
from sluicegate.gates.security.dependencies.sboms import read
from sluicegate.gates.security.settings import Settings
from sluicegate.manifests.expressions import whole

DATA = Path(__file__).parent / "data"
LOCKS = [
    "uv/uv.lock", "pylock/pylock.toml", "poetry/poetry.lock", "pipenv/Pipfile.lock", "pip-compile/requirements.txt",
    "npm1/package-lock.json", "npm3/package-lock.json", "pnpm7/pnpm-lock.yaml", "pnpm9/pnpm-lock.yaml",
    "yarn1/yarn.lock", "berry/yarn.lock", "cargo/Cargo.lock", "go/go.mod",
]  # fmt: skip
ODD = {
    "requirements.txt": "a==1\nb @ https://x/b.whl\nc>=2\n",
    "composer.lock": '{"packages": [{"name": "x/a", "version": "v1.0", "license": ["MIT", "GPL-2.0+"]}, '
    '{"name": "x/b", "version": "dev-main"}], "packages-dev": [{"name": "x/c", "version": "2", "license": "odd one"}]}',
    "gradle.lockfile": "com.acme:a:1.0=compileClasspath\nempty=\n",
}


def beside(*paths):
    """Lock files with what lies beside them, by path."""
    folders = dict.fromkeys((DATA / path).parent for path in paths)
    return {f"{folder.name}/{each.name}": each.read_bytes() for folder in folders for each in folder.iterdir()}


def written(tmp_path, form, *paths, called="", **more):
    return write(Settings(), tree_of(tmp_path, **beside(*paths), **more), form, (*paths, *more), called)


def valid(text):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


@pytest.mark.parametrize("lock", LOCKS)
def test_the_official_schema_takes_it(tmp_path, lock):
    valid(written(tmp_path, "cyclonedx", lock))


def test_it_takes_what_is_odd_and_all_at_once(tmp_path):
    text = written(tmp_path, "cyclonedx", **ODD)
    valid(text)
    valid(written(tmp_path / "b", "cyclonedx", *LOCKS))
    found = {one["name"]: one for one in json.loads(text)["components"]}
    assert found["x/a"]["licenses"] == [{"expression": "MIT OR GPL-2.0-or-later"}]
    assert found["x/c"]["licenses"] == [{"license": {"name": "(odd one)"}}]
    assert (found["x/a"]["scope"], found["x/c"]["scope"]) == ("required", "optional")
    assert "purl" not in found["b @ https://x/b.whl"]
    assert json.loads(text)["compositions"] == [{"aggregate": "incomplete"}]


@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_read_back_is_what_was_locked(tmp_path, lock, form):
    text = written(tmp_path / "a", form, lock)
    told = looked(
        tmp_path / "b",
        beside(lock) | {"sbom.json": text},
        rules=frozenset({DRIFT.id}),
        describes={"sbom.json": (lock,)},
    )
    assert told.findings == []
    assert told.why("errored", "sbom-drift") == told.why("inconclusive", "sbom-drift") == {}
    bill = read(tree_of(tmp_path / "c", **{"sbom.json": text}), "sbom.json")
    pinned = Files(tree_of(tmp_path / "b/project")).lock(lock)
    said = {(one.ecosystem, one.name, one.version) for one in pinned.packages}
    assert {(one.ecosystem, one.name, one.version) for one in bill.packages} == said
    assert {one.name for one in bill.packages if one.direct} == {one.name for one in pinned.packages if one.direct}


def names(packages):
    by_id = {one.id: one.name for one in packages}
    return {(one.name, by_id[needed]) for one in packages for needed in one.needs if needed in by_id}


def test_edges_digests_and_licences_come_along(tmp_path):
    for form in ("cyclonedx", "spdx"):
        text = written(tmp_path / form, form, "npm3/package-lock.json")
        bill = read(tree_of(tmp_path / form / "b", **{"sbom.json": text}), "sbom.json")
        lock = Files(tree_of(tmp_path / form)).lock("npm3/package-lock.json")
        assert names(bill.packages) == names(lock.packages)
        assert len(names(bill.packages)) > 50
        for told in ("digests", "licences"):
            assert {(one.name, one.version, getattr(one, told)) for one in bill.packages} == {
                (one.name, one.version, getattr(one, told)) for one in lock.packages
            }
    assert {one.name for one in bill.packages if one.optional} == {"minimist"}


@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
def test_the_same_files_give_the_same_text_and_others_another_name(tmp_path, form):
    one = written(tmp_path / "a", form, "npm3/package-lock.json", "uv/uv.lock")
    assert one == written(tmp_path / "b", form, "uv/uv.lock", "npm3/package-lock.json")
    other = written(tmp_path / "c", form, "npm3/package-lock.json")
    key = "serialNumber" if form == "cyclonedx" else "documentNamespace"
    assert json.loads(one)[key] != json.loads(other)[key]
    assert not any(word in one for word in ("2026-11-29T", "timestamp"))


def test_a_time_is_that_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    text = written(tmp_path, "cyclonedx", "uv/uv.lock")
    valid(text)
    assert json.loads(text)["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert json.loads(written(tmp_path, "spdx", "uv/uv.lock"))["creationInfo"]["created"] == "2023-11-14T22:13:20Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UserError, match="no number of seconds"):
        written(tmp_path, "spdx", "uv/uv.lock")


def test_a_lock_file_that_cannot_be_read_leaves_nothing_written(tmp_path):
    with pytest.raises(GateError, match="the mark of a merge"):
        written(tmp_path, "cyclonedx", "uv/uv.lock", **{"requirements.txt": "<<<<<<< ours\n"})
    with pytest.raises(GateError, match="no lock file of a kind that is read"):
        written(tmp_path / "b", "cyclonedx")


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=8), st.text(max_size=20))
def test_whatever_a_lock_file_says_it_stays_valid(tmp_path_factory, name, version, licence):
    entry = {"version": version, "license": licence, "dependencies": {name: "*"}}
    text = json.dumps({"lockfileVersion": 3, "packages": {"": {}, f"node_modules/{name}": entry}})
    made = write(Settings(), tree_of(tmp_path_factory.mktemp("x"), **{"package-lock.json": text}), "cyclonedx", (), "")
    valid(made)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mit", "MIT"), ("GPL-2.0+", "GPL-2.0-or-later"), ("GPL-2.0", "GPL-2.0-only"), ("Apache-2.0+", "Apache-2.0+"),
        ("(MIT OR Apache-2.0) AND BSD-3-Clause", "(MIT OR Apache-2.0) AND BSD-3-Clause"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("LicenseRef-own", ""), ("NOASSERTION", ""), ("MIT AND", ""), ("SEE LICENSE IN x", ""), ("", ""),
        ("GPL-2.0-only WITH MIT", ""), ("Classpath-exception-2.0", ""), ("(" * 900 + "MIT" + ")" * 900, ""),
    ],
)  # fmt: skip
def test_expressions_are_spelt_as_spdx_does(text, expected):
    assert whole(text) == expected or (len(text) > 1000 and whole(text) in ("", "MIT"))


def test_the_command(clone, command):
    clone.commit("one", **{"sluicegate.toml": '[security]\nexclude = ["old/**"]\n', "app/requirements.txt": "a==1\n",
                           "old/requirements.txt": "b==1\n"})  # fmt: skip
    done = command("security", "sbom", "--name", "shop", "--output", "out/sbom.json")
    assert (done.returncode, done.stdout) == (0, "")
    text = (clone.root / "out/sbom.json").read_text()
    valid(text)
    assert [one["purl"] for one in json.loads(text)["components"]] == ["pkg:pypi/a@1"]
    assert json.loads(text)["metadata"]["component"]["name"] == "shop"
    for folder, path in (("app", "requirements.txt"), (".", "app/requirements.txt")):
        done = command("security", "sbom", path, "--format", "spdx", cwd=clone.root / folder)
        assert [one["name"] for one in json.loads(done.stdout)["packages"]][1:] == ["a"], done.stderr
    done = command("security", "sbom", "app/requirements.txt", "--output", "app/requirements.txt")
    assert done.returncode == 2
    clone.write("app/requirements.txt", "<<<<<<< ours\n")
    done = command("security", "sbom", "--output", "out/sbom.json")
    assert done.returncode == 3
    assert "app/requirements.txt:1: the mark of a merge" in done.stderr
    assert (clone.root / "out/sbom.json").read_text() == text
    assert "Example:\n    sluicegate security sbom" in command("security", "sbom", "--help").stdout


@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
def test_the_order_of_sets_in_a_process_is_not_seen(clone, command, form):
    for path, content in beside("npm3/package-lock.json", "uv/uv.lock").items():
        (clone.root / path).parent.mkdir(exist_ok=True)
        (clone.root / path).write_bytes(content)
    told = {command("security", "sbom", "--format", form, PYTHONHASHSEED=seed).stdout for seed in ("1", "2", "3")}
    assert len(told) == 1
    assert len(next(iter(told))) > 10_000
