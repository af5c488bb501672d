"""What lies in the layers: in which order, under which whiteouts, however packed, and how far they are read."""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imaged import FOLDER, File, findings, layer, oci, outcomes, said, saved, tarred, written

from cli_types import Command
from clones import Clone
from sluicegate.gates.security.dependencies import MATCHING
from sluicegate.gates.security.images import ON_FILES, RULES, SECRET, SETUID, SIZE, WRITABLE
from sluicegate.gates.security.images import survey as survey_module
from sluicegate.gates.security.images.standing import Kept, Standing
from sluicegate.gates.security.selftest.tokens import secret, stand_in
from sluicegate.model import Examination, Level, Outcome

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SUID = File(b"#!", 0o4755)
TOKEN = secret("github-token")


def keys(root: Path, rule, **asked) -> list[str]:
    """The last word of each finding's key, in order."""
    return sorted(one.key[-1] for one in findings(root, "image", rules=[rule], **asked))


@pytest.mark.parametrize(
    ("layers", "left"),
    [
        ([{"a": SUID}], ["a"]),
        ([{"./a": SUID, "/b": SUID}], ["a", "b"]),
        ([{"a": SUID}, {"b": SUID}], ["a", "b"]),
        ([{"a": SUID}, {".wh.a": b""}], []),
        ([{"a": SUID}, {".wh.a": b""}, {"a": SUID}], ["a"]),
        ([{"a": SUID}, {"a": b""}], []),
        ([{"a": b""}, {"a": SUID}], ["a"]),
        ([{"a": SUID, "./a": b"the last one of a layer counts"}], []),
        ([{"d/a": SUID, "da": SUID}, {".wh.d": b""}], ["da"]),
        ([{"d/a": SUID, "d/e/b": SUID}, {"d/.wh.e": b""}], ["d/a"]),
        ([{"d/a": SUID, "e": SUID}, {"d/.wh..wh..opq": b"", "d/b": SUID}], ["d/b", "e"]),
        ([{"d/a": SUID}, {"d/b": SUID, "d/.wh..wh..opq": b""}], ["d/b"]),
        ([{"a": SUID}, {".wh..wh..opq": b""}], []),
        ([{"a": SUID}, {".wh..wh.plnk": b""}], ["a"]),
        ([{"a": SUID}, {"a": SUID, ".wh.a": b""}], ["a"]),
        ([{"d/a": SUID}, {"d": File(kind=tarfile.SYMTYPE, link="/e")}], []),
        ([{"d/a": SUID}, {"d": b"a file"}], []),
        ([{"d/a": SUID}, {"d": FOLDER}], ["d/a"]),
        ([{"a": SUID}, {"a": FOLDER}], []),
        ([{"a": SUID, "b": File(kind=tarfile.LNKTYPE, link="a", mode=0o4755)}], ["a", "b"]),
        ([{"a": File(kind=tarfile.SYMTYPE, link="b", mode=0o4777)}], []),
    ],
)
def test_what_stands_in_the_end(tmp_path: Path, layers, left: list[str]):
    written(tmp_path, oci(*map(layer, layers)))
    assert keys(tmp_path, SETUID) == left


@pytest.mark.parametrize("way", ["plain", "gzip", "two gzips", "docker", "archive", "archive in gzip"])
def test_layers_say_the_same_however_they_are_kept(tmp_path: Path, way: str):
    layers = [layer({"a": SUID, "b": SUID}), layer({".wh.a": b""})]
    match way:
        case "plain":
            written(tmp_path, oci(*layers))
        case "gzip":
            written(tmp_path, oci(*layers, packed=gzip.compress))
        case "two gzips":
            written(tmp_path, oci(*layers, packed=lambda one: gzip.compress(one[:700]) + gzip.compress(one[700:])))
        case "docker":
            (tmp_path / "image").write_bytes(saved(*layers))
        case "archive":
            (tmp_path / "image").write_bytes(tarred(oci(*layers)))
        case _:
            (tmp_path / "image").write_bytes(gzip.compress(tarred(oci(*layers))))
    assert keys(tmp_path, SETUID) == ["b"]


def test_a_layer_that_is_there_twice_is_read_through_its_link(tmp_path: Path):
    one = layer({"a": SUID})
    (tmp_path / "image").write_bytes(saved(one, layer({".wh.a": b""}), one))
    assert keys(tmp_path, SETUID) == ["a"]


@pytest.mark.parametrize("missing", [(), ("zlib_ng.zlib_ng",)], ids=["zlib-ng", "zlib"])
def test_gzip_is_read_by_either_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...]):
    for name in missing:
        monkeypatch.setitem(sys.modules, name, None)
    whole = layer({"a": SUID, "b": b"x" * 300_000, "c": SUID})
    written(tmp_path, oci(whole, packed=lambda one: gzip.compress(one[:700]) + gzip.compress(one[700:]) + bytes(99)))
    assert keys(tmp_path, SETUID) == ["a", "c"]
    broken = {
        "it ends too early": lambda one: gzip.compress(one)[:-4],
        "cannot be unpacked: Error -3": lambda one: gzip.compress(one)[:-8] + bytes(8),
        "more than 200 times as many": lambda _: gzip.compress(bytes(80 << 20), 9),
    }
    for why, packed in broken.items():
        written(tmp_path, oci(whole, packed=packed))
        assert why in outcomes(said(tmp_path, "image"))[SETUID.id][1]


def test_zstd_is_read(tmp_path: Path):
    written(tmp_path, oci(layer({"a": SUID}), packed=zstd.compress))
    assert keys(tmp_path, SETUID) == ["a"]
    written(tmp_path, oci(layer({"a": SUID}), packed=lambda one: zstd.compress(one)[:-4]))
    assert outcomes(said(tmp_path, "image"))[SETUID.id][0] is Outcome.ERRORED


def test_zstd_is_not_tested_where_nothing_can_unpack_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    written(tmp_path, oci(layer({"a": SUID}), packed=zstd.compress))
    told = outcomes(said(tmp_path, "image", max_image_size=1))
    assert {told[rule.id][0] for rule in ON_FILES} == {Outcome.NOT_TESTED}
    assert "packed with zstd" in told[SETUID.id][1]


@pytest.mark.parametrize(
    ("kind", "there", "outcome", "why"),
    [
        ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", True, Outcome.NOT_TESTED, "encrypted"),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", False, Outcome.NOT_TESTED, "kept elsewhere"),
        ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", False, Outcome.NOT_TESTED, "kept elsewhere"),
        ("application/vnd.oci.image.layer.v1.tar", False, Outcome.ERRORED, "does not exist"),
    ],
)
def test_a_layer_that_nobody_can_look_into(tmp_path: Path, kind: str, there: bool, outcome: Outcome, why: str):
    files = oci(layer({"a": SUID}), kind=kind)
    manifest = json.loads(files["index.json"])["manifests"][0]["digest"].partition(":")[2]
    digest = json.loads(files[f"blobs/sha256/{manifest}"])["layers"][0]["digest"].partition(":")[2]
    if not there:
        del files[f"blobs/sha256/{digest}"]
    written(tmp_path, files)
    told = outcomes(said(tmp_path, "image", rules=(*RULES, *MATCHING), advisories="none", max_image_size=1))
    for rule in (*ON_FILES, *MATCHING):
        assert told[rule.id][0] is outcome
        assert why in told[rule.id][1]
    assert not any(rule.id in told for rule in RULES[:1]), "what the configuration says is judged all the same"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (layer({"a": b"x" * 5000})[:2048], "ends too early"),
        (layer({"../../etc/a": SUID}), "leads out of the root"),
        (layer({"a": File(kind=tarfile.LNKTYPE, link="../../a")}), "leads out of the root"),
        (b"\x1f\x8b" + b"a" * 600, "packed with gzip cannot be unpacked"),
        (gzip.compress(bytes(80 << 20), 9), "more than 200 times as many"),
        (layer({f"{at}": b"" for at in range(3)})[: 512 * 2] + b"\1" * 512, "cannot be read"),
    ],
)
def test_a_broken_or_hostile_layer_is_errored(tmp_path: Path, content: bytes, why: str):
    written(tmp_path, oci(content))
    told = said(tmp_path, "image", max_image_size=1)
    for rule in ON_FILES:
        assert outcomes(told)[rule.id][0] is Outcome.ERRORED
        assert why in outcomes(told)[rule.id][1]
        assert not [one for one in told if isinstance(one, Examination) and one.rule == rule.id and one.examined]


@pytest.mark.parametrize("spoil", [lambda one: one[:-9], lambda _: b"no archive" * 99, lambda _: layer({"../a": b""})])
def test_what_was_changed_is_told_as_that_whatever_it_looks_like_now(tmp_path: Path, spoil):
    files = oci(layer({"a": SUID}), packed=gzip.compress)
    [name] = (name for name, content in files.items() if content.startswith(b"\x1f\x8b"))
    written(tmp_path, files | {name: spoil(files[name])})
    assert "another digest" in outcomes(said(tmp_path, "image"))[SETUID.id][1]


def test_what_an_engine_saved_is_held_against_its_configuration(tmp_path: Path):
    whole = saved(layer({"a": SUID, "b": b"good"}))
    (tmp_path / "image").write_bytes(whole.replace(b"good", b"evil"))
    assert outcomes(said(tmp_path, "image"))[SETUID.id][0] is Outcome.ERRORED
    text = saved(layer({"a": SUID})).replace(b'"0/layer.tar"', bytes(13).replace(b"\0", b" "))
    (tmp_path / "image").write_bytes(text)
    assert "lists 0 layers, and its configuration 1" in outcomes(said(tmp_path, "image"))[SETUID.id][1]


def test_the_few_that_distributions_bring(tmp_path: Path):
    known = {"usr/bin/passwd": SUID, "bin/su": SUID, "usr/bin/wall": File(b"", 0o2755), "usr/sbin/unix_chkpwd": SUID}
    other = {"usr/local/bin/su": SUID, "app/passwd": SUID, "usr/bin/find": SUID, "opt/x": File(b"", 0o6755)}
    written(tmp_path, oci(layer(known | other)))
    found = {one.key[-1]: one for one in findings(tmp_path, "image", rules=[SETUID])}
    assert sorted(found) == ["app/passwd", "opt/x", "usr/bin/find", "usr/local/bin/su"]
    assert "/opt/x is setuid and setgid" in found["opt/x"].message
    assert found["opt/x"].location.logical == "image: /opt/x"


@pytest.mark.parametrize(
    ("path", "file", "told"),
    [
        ("app/a", File(b"", 0o666), True),
        ("app", FOLDER._replace(mode=0o777), True),
        ("tmp", FOLDER._replace(mode=0o1777), False),
        ("app/a", File(b"", 0o664), False),
        ("dev/null", File(b"", 0o666), False),
        ("app/a", File(kind=tarfile.SYMTYPE, link="b", mode=0o777), False),
    ],
)
def test_what_everybody_may_write_to(tmp_path: Path, path: str, file: File, told: bool):
    written(tmp_path, oci(layer({path: file})))
    assert keys(tmp_path, WRITABLE) == [path] * told


def test_a_later_layer_takes_a_right_away(tmp_path: Path):
    written(tmp_path, oci(layer({"app": FOLDER._replace(mode=0o777), "app/a": SUID}), layer({"app": FOLDER})))
    assert keys(tmp_path, WRITABLE) == []
    assert keys(tmp_path, SETUID) == ["app/a"], "a folder that is listed again keeps what is in it"


@pytest.mark.parametrize(("most", "told"), [(None, 0), (2, 0), (1, 1)])
def test_what_is_removed_counts_in_the_size(tmp_path: Path, most: int | None, told: int):
    written(tmp_path, oci(layer({"a": b"x" * 1_500_000}), layer({".wh.a": b""})))
    found = findings(tmp_path, "image", rules=[SIZE], max_image_size=most)
    assert [one.message for one in found] == ["the files of its layers have 2 MB, where 1 may be"] * told


SHIPPED = ["usr/lib/python3.11/a.py", "usr/share/doc/a", "opt/x/node_modules/a/b.js", "v/site-packages/a.py", "lib/a"]


@pytest.mark.parametrize(
    "path", ["app/.env", "root/.netrc", "etc/conf", "usr/src/app/a", "usr/local/lib/a", "home/lib/a"]
)
def test_a_secret_in_a_layer(tmp_path: Path, path: str):
    written(tmp_path, oci(layer({path: f"# one\n{TOKEN}\n"})))
    [found] = findings(tmp_path, "image", rules=[SECRET])
    assert found.message.endswith(f", in /{path} of layer 1")
    assert found.location.logical == f"image: /{path}"
    assert found.level is Level.ERROR
    assert TOKEN not in repr(found)


@pytest.mark.parametrize("path", SHIPPED)
def test_what_packages_bring_is_published(tmp_path: Path, path: str):
    written(tmp_path, oci(layer({path: TOKEN})))
    assert findings(tmp_path, "image", rules=[SECRET]) == []


@pytest.mark.parametrize("content", [stand_in("github-token").encode(), b"\0" + TOKEN.encode()])
def test_what_is_no_secret_or_no_text(tmp_path: Path, content: bytes):
    written(tmp_path, oci(layer({"app/.env": content})))
    assert findings(tmp_path, "image", rules=[SECRET]) == []


def test_a_secret_that_a_later_layer_removes_is_still_in_the_image(tmp_path: Path):
    written(tmp_path, oci(layer({"app/.env": TOKEN}), layer({"app/.wh..env": b""})))
    [found] = findings(tmp_path, "image", rules=[SECRET])
    assert "of layer 1, which a later layer removes and everybody can still fetch" in found.message
    written(tmp_path, oci(layer({"app/.env": TOKEN}), layer({"app/.env": "none"})))
    assert ", which a later layer removes" in findings(tmp_path, "image", rules=[SECRET])[0].message
    written(tmp_path, oci(layer({"app/.env": TOKEN}), layer({"app/.env": secret("gitlab-token")})))
    told = sorted(findings(tmp_path, "image", rules=[SECRET]), key=lambda one: one.message.partition("of layer")[2])
    assert [", which a later layer removes" in one.message for one in told] == [True, False]


def test_a_secret_that_is_there_twice_at_a_place_is_told_once(tmp_path: Path):
    again = layer({"app/.env": TOKEN, "app/b": TOKEN})
    written(tmp_path, oci(layer({"app/.env": TOKEN}), again))
    assert [one.key[2] for one in findings(tmp_path, "image", rules=[SECRET])] == ["/app/.env", "/app/b"]


@pytest.mark.parametrize(
    ("config", "where"),
    [
        ({"config": {"Env": ["A=1", f"TOKEN={TOKEN}"]}}, "environment"),
        ({"config": {"Labels": {"a": TOKEN}}}, "labels"),
        ({"config": {"Cmd": ["run", "--token", TOKEN]}}, "command"),
        ({"history": [{"created_by": f"RUN |1 TOKEN={TOKEN} make"}]}, "history"),
    ],
)
def test_a_secret_in_what_is_said_of_the_image(tmp_path: Path, config, where: str):
    written(tmp_path, oci(config=config))
    [found] = findings(tmp_path, "image", rules=[SECRET])
    assert found.key[2] == where
    assert TOKEN not in repr(found)


def test_a_text_that_is_too_large_is_not_tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(survey_module, "LARGEST", 10_000)
    written(tmp_path, oci(layer({"app/a.sql": "a" * 20_000 + TOKEN, "app/b": TOKEN})))
    told = said(tmp_path, "image", rules=[SECRET])
    assert outcomes(told)[SECRET.id] == (Outcome.NOT_TESTED, "1 file too large: /app/a.sql")
    assert len(findings(tmp_path, "image", rules=[SECRET])) == 1


def test_the_sets_of_the_settings_count_in_images_too(tmp_path: Path):
    (tmp_path / "own.toml").write_text('[[rules]]\nid = "acme"\nregex = "acme_[0-9]{4}"\nkeywords = ["acme_"]\n')
    written(tmp_path, oci(layer({"app/a": "acme_1234"})))
    assert findings(tmp_path, "image", rules=[SECRET]) == []
    [found] = findings(tmp_path, "image", rules=[SECRET], secret_rules=("own.toml",))
    assert found.key[3] == "acme"
    told = outcomes(said(tmp_path, "image", secret_rules=("gone.toml",)))
    assert told[SECRET.id][0] is Outcome.ERRORED
    assert SETUID.id not in told


def test_images_are_found_by_patterns_in_the_tree_and_beside_it(tmp_path: Path):
    root = tmp_path / "work"
    for name in ("work/build/one", "work/build/two", "out/three"):
        written(tmp_path, oci(layer({"a": SUID})), name)
    (tmp_path / "out" / "four.tar").write_bytes(saved(layer({"a": SUID})))
    (root / "build" / "note.txt").write_text("no image")
    asked = ("build/*", "../out/*", str(tmp_path / "out/three"), "../out/four.tar")
    told = {one.key[0]: one.location.path for one in findings(root, *asked, rules=[SETUID])}
    assert told == {
        "build/one": "build/one", "build/two": "build/two", "../out/four.tar": None, "../out/three": None,
        str(tmp_path / "out/three"): None,
    }  # fmt: skip
    assert outcomes(said(root, "build/*"))[SETUID.id][0] is Outcome.ERRORED, "the note is no image"
    assert findings(root, *asked[1:], rules=[SETUID], past=True) == []
    some = findings(root, "build/*", "build/two", rules=[SETUID], exclude=("build/*",))
    assert [one.key[0] for one in some] == ["build/two"], "what is named is meant, whatever patterns leave out"
    for name in ("build/none*", "../none", "../out/none*"):
        told = outcomes(said(root, name))[SETUID.id]
        assert told == (Outcome.ERRORED, f"there is no image at {name}")


def test_a_link_beside_the_tree_that_leads_out_of_its_folder_is_refused(tmp_path: Path):
    for folder in ("work", "out"):
        (tmp_path / folder).mkdir()
    (tmp_path / "secret.tar").write_bytes(saved(layer({"a": SUID})))
    (tmp_path / "out" / "image").symlink_to(tmp_path / "secret.tar")
    told = outcomes(said(tmp_path / "work", "../out/image"))
    assert told[SETUID.id][0] is Outcome.ERRORED
    assert "outside" in told[SETUID.id][1]


def test_a_pattern_finds_what_git_ignores(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["images"]\nimages = ["build/*.tar"]\n')
    clone.commit("one", **{".gitignore": "build/\n"})
    (clone.root / "build").mkdir()
    (clone.root / "build" / "app.tar").write_bytes(saved(layer({"app/.env": TOKEN})))
    done = command("check", "--base", "main", "--report=json=-")
    (gate,) = json.loads(done.stdout)["gates"]
    assert [(each["rule"], each["state"], each["location"]["path"]) for each in gate["findings"]] == [
        (SECRET.id, "new", "build/app.tar")
    ]
    assert done.returncode == 1
    assert TOKEN not in done.stdout


PATHS = st.sampled_from(["a", "d/a", "d/b", "d/e/c"])
CHANGES = st.lists(st.tuples(st.sampled_from(["put", "remove", "opaque"]), PATHS), max_size=4)


@given(st.lists(CHANGES, max_size=5))
def test_layers_lie_on_each_other_as_folders_would(layers: list[list[tuple[str, str]]]):
    """Held against a set of paths, from which each layer first takes away and to which it then adds."""
    standing, plain = Standing(), {}
    for at, changes in enumerate(layers):
        for what, path in changes:
            folder, _, name = path.rpartition("/")
            if what == "put":
                standing.put(path, Kept(layer=at, mode=0), folder=False)
            elif what == "remove":
                assert standing.hides(f"{folder}/.wh.{name}".lstrip("/"))
            else:
                assert standing.hides(f"{folder}/.wh..wh..opq".lstrip("/"))
        standing.close()
        for what, path in changes:
            folder = path.rpartition("/")[0]
            if what == "remove":
                plain.pop(path, None)
            elif what == "opaque":
                plain = {one: kept for one, kept in plain.items() if folder and not one.startswith(f"{folder}/")}
        plain |= {path: at for what, path in changes if what == "put"}
    assert {path: kept.layer for path, kept in standing.files.items()} == plain
