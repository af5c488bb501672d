"""Images of containers: folders and archives, what is told of them, and what cannot be told."""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imaged import CONFIG, USER, config_tarred, encoded, findings, outcomes, said, tarred, written

from cli_types import Command
from clones import Clone
from sluicegate.errors import GateError
from sluicegate.gates.security.images import BASE, REMOTE, ROOT, RULES, SETUID
from sluicegate.gates.security.images import archive as archive_module
from sluicegate.gates.security.images.archive import archive
from sluicegate.gates.security.images.tape import members
from sluicegate.gates.security.images.unpacking import Budget, unpacked
from sluicegate.gates.security.selftest.layouts import layout
from sluicegate.model import Examination, Finding, Outcome


@pytest.mark.parametrize("user", ["", "0", "root", "0:0", "root:app", "00"])
def test_root_is_told_however_it_is_called(tmp_path: Path, user: str):
    written(tmp_path, layout({"config": {"User": user}}, {}))
    (found,) = findings(tmp_path, "image")
    assert found.rule == ROOT.id
    assert found.location.path == "image"


@pytest.mark.parametrize("user", ["10001", "app", "10", "rooted", "1000:0"])
def test_another_user_is_not(tmp_path: Path, user: str):
    written(tmp_path, layout({"config": {"User": user}}, {}))
    assert findings(tmp_path, "image") == []


def test_no_configuration_of_a_container_is_root_and_windows_has_none(tmp_path: Path):
    written(tmp_path, layout({"config": None}, {}), "linux")
    written(tmp_path, layout({"os": "windows"}, {}), "windows")
    assert [one.key[0] for one in findings(tmp_path, "linux", "windows")] == ["linux"]
    assert outcomes(said(tmp_path, "windows"))[ROOT.id][0] is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("way", ["folder", "tar", "tar.gz", "docker"])
def test_every_way_to_keep_an_image_says_the_same(tmp_path: Path, way: str):
    files = layout({}, {})
    match way:
        case "folder":
            written(tmp_path, files)
        case "tar":
            (tmp_path / "image").write_bytes(tarred(encoded(files)))
        case "tar.gz":
            (tmp_path / "image").write_bytes(gzip.compress(tarred(encoded(files))))
        case _:
            (tmp_path / "image").write_bytes(config_tarred({"os": "linux"}, tags=["acme:1"]))
    (found,) = findings(tmp_path, "image")
    assert (found.rule, found.key) == (ROOT.id, ("image", "", "user"))


def test_each_platform_is_an_image(tmp_path: Path):
    one, other = layout({"architecture": "arm64"}, {}), layout({**USER, "architecture": "amd64"}, {})
    listed = [json.loads(each["index.json"])["manifests"][0] for each in (one, other)]
    written(tmp_path, one | other | {"index.json": json.dumps({"manifests": listed})})
    told = said(tmp_path, "image")
    assert [each.key[1] for each in told if isinstance(each, Finding)] == ["linux/arm64"]
    subjects = {each.subject for each in told if isinstance(each, Examination)}
    assert subjects == {"image (linux/arm64)", "image (linux/amd64)"}


def test_what_is_said_of_an_image_is_none(tmp_path: Path):
    files = layout(USER, {})
    index = json.loads(files["index.json"])
    missing = {"digest": "sha256:" + "0" * 64, "annotations": {"vnd.docker.reference.type": "attestation-manifest"}}
    index["manifests"].append(missing)
    written(tmp_path, files | {"index.json": json.dumps(index)})
    assert findings(tmp_path, "image") == []
    assert outcomes(said(tmp_path, "image", rules=CONFIG)).keys() == {BASE.id, REMOTE.id}


def test_a_platform_that_was_not_saved_is_not_tested(tmp_path: Path):
    files = layout({}, {})
    there = json.loads(files["index.json"])["manifests"][0] | {"platform": {"os": "linux", "architecture": "amd64"}}
    gone = {"digest": "sha256:" + "0" * 64, "platform": {"os": "linux", "architecture": "arm64"}}
    text = json.dumps({"manifests": [there, gone]})
    name = hashlib.sha256(text.encode()).hexdigest()
    top = {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": f"sha256:{name}"}
    written(tmp_path, files | {f"blobs/sha256/{name}": text, "index.json": json.dumps({"manifests": [top]})})
    told = said(tmp_path, "image")
    assert [one.key[1] for one in told if isinstance(one, Finding)] == ["linux/amd64"]
    [left] = {one.subject: one.undecided.outcome for one in told if isinstance(one, Examination) and one.rule == ROOT.id
              and one.undecided}.items()  # fmt: skip
    assert left == ("image (linux/arm64)", Outcome.NOT_TESTED)
    written(tmp_path, files | {"index.json": json.dumps({"manifests": [gone]})})
    assert outcomes(said(tmp_path, "image"))[ROOT.id][0] is Outcome.ERRORED, (
        "what the index itself names has to be there"
    )


def test_what_is_kept_like_an_image_and_is_none(tmp_path: Path):
    files = layout({}, {})
    chart = {"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": "sha256:" + "0" * 64}}
    name = hashlib.sha256(json.dumps(chart).encode()).hexdigest()
    listed = [*json.loads(files["index.json"])["manifests"], {"digest": f"sha256:{name}"}]
    files |= {f"blobs/sha256/{name}": json.dumps(chart), "index.json": json.dumps({"manifests": listed})}
    written(tmp_path, files)
    assert [one.key[:2] for one in findings(tmp_path, "image")] == [("image", "")]
    written(tmp_path, files | {"index.json": json.dumps({"manifests": listed[1:]})})
    assert "holds no image" in outcomes(said(tmp_path, "image"))[ROOT.id][1]


def test_an_archive_that_is_too_large_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive_module, "LARGEST", 1000)
    (tmp_path / "image").write_bytes(tarred(encoded(layout({}, {}))))
    [hint] = {one.undecided.hint for one in said(tmp_path, "image") if isinstance(one, Examination) and one.undecided}
    assert hint.startswith("keep a large image as a folder with an OCI layout")


NAME, DIGEST = "org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"
HEX = "ab" * 32


@pytest.mark.parametrize(
    ("annotations", "told"),
    [
        ({NAME: "debian:12"}, 1),
        ({NAME: "debian:12@sha256:abc"}, 1),
        ({NAME: "debian:12", DIGEST: "latest"}, 1),
        ({NAME: f"debian@sha256:{HEX}"}, 0),
        ({NAME: "debian:12", DIGEST: f"sha256:{HEX}"}, 0),
        ({NAME: "scratch"}, 0),
    ],
)
def test_a_base_is_pinned_by_its_digest(tmp_path: Path, annotations: dict[str, str], told: int):
    written(tmp_path, layout(USER, annotations))
    written(tmp_path, layout({"config": {"User": "1", "Labels": annotations}}, {}), "labelled")
    assert [one.rule for one in findings(tmp_path, "image", "labelled")] == [BASE.id] * told * 2


def test_what_the_image_does_not_say_is_inconclusive(tmp_path: Path):
    written(tmp_path, layout(USER, {}))
    told = outcomes(said(tmp_path, "image", rules=CONFIG))
    assert {rule: outcome for rule, (outcome, _) in told.items()} == {
        BASE.id: Outcome.INCONCLUSIVE, REMOTE.id: Outcome.INCONCLUSIVE,
    }  # fmt: skip


@pytest.mark.parametrize(
    "step",
    [
        "ADD https://example.com/a.tgz /opt/ # buildkit",
        "/bin/sh -c #(nop) ADD https://example.com/a.tgz /opt",
        "ADD --chown=1:1 https://example.com/a.tgz /opt/",
        "RUN /bin/sh -c curl -sSL https://example.com/a.tgz | bash # buildkit",
        "/bin/sh -c wget -qO- https://example.com/a.tgz | sudo -E bash -",
        'RUN /bin/sh -c sh -c "$(curl -fsSL https://example.com/a.tgz)"',
        "RUN /bin/bash -c bash <(curl -s https://example.com/a.tgz)",
    ],
)
def test_what_a_server_sends_is_told(tmp_path: Path, step: str):
    written(tmp_path, layout({**USER, "history": [{"created_by": step}]}, {}))
    (found,) = findings(tmp_path, "image")
    assert found.rule == REMOTE.id
    assert "https://example.com/a.tgz" in found.message


@pytest.mark.parametrize(
    "step",
    [
        f"ADD --checksum=sha256:{HEX} https://example.com/a.tgz /opt/",
        "ADD file:0123 in /",
        "COPY https.txt /opt # buildkit",
        "RUN /bin/sh -c curl -fsSLo a https://example.com/a && sha256sum -c sums && sh a",
        "RUN /bin/sh -c curl -fsSL https://example.com/a | tar xz",
        "RUN /bin/sh -c curl -fsSL https://example.com/a | sha256sum",
    ],
)
def test_what_is_held_against_a_checksum_or_not_run_is_not(tmp_path: Path, step: str):
    written(tmp_path, layout({**USER, "history": [{"created_by": step}]}, {}))
    assert findings(tmp_path, "image") == []


def test_nobody_is_told_a_password_in_an_address(tmp_path: Path):
    step = "ADD https://me:hunter2@example.com/a?token=hunter3 /opt/"
    written(tmp_path, layout({**USER, "history": [{"created_by": step}]}, {}))
    (found,) = findings(tmp_path, "image")
    assert "hunter" not in repr(found)


def test_a_digest_that_does_not_hold_is_errored(tmp_path: Path):
    files = layout(USER, {})
    for name in [name for name in files if name.startswith("blobs/")]:
        written(tmp_path, files | {name: files[name] + " "})
        told = outcomes(said(tmp_path, "image"))
        is_layer = files[name].startswith("\0")
        assert (ROOT.id in told) is not is_layer, "what the configuration says holds whatever a layer does"
        assert told[SETUID.id][0] is Outcome.ERRORED
        assert "another digest" in told[SETUID.id][1]


@cache
def broken() -> dict[str, bytes]:
    good = tarred(encoded(layout(USER, {})))
    whole = layout(USER, {})
    ended = good.rstrip(b"\0")
    ended += bytes(-len(ended) % 512)
    extra = ended + tarred({"last": b"a"})
    header = bytearray(extra)
    # the checksum of the last header, which tarfile takes for the end: all that is asked for stands before it
    header[len(ended) + 148] ^= 1
    huge = tarfile.TarInfo("././@LongLink")
    huge.type, huge.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    name = tarfile.TarInfo("././@LongLink")
    name.type = tarfile.GNUTYPE_LONGNAME
    sparse = tarfile.TarInfo("a")
    sparse.size = 1 << 40
    backwards = bytearray(tarfile.TarInfo("a").tobuf())
    backwards[124:136] = b"\xff" * 10 + b"\xfa\x00"  # a size of -1536 bytes
    backwards[148:156] = b"%06o\0 " % (sum(backwards[:148]) + 256 + sum(backwards[156:512]))
    return {
        "nothing": b"",
        "text": b"FROM debian:12\n" * 100,
        "cut off": good[:-12_000],
        "cut off in gzip": gzip.compress(good)[:-100],
        "a header that is none": bytes(header),
        "one block of zeros in the middle": ended + bytes(512) + b"\1" * 512,
        "a way out": tarred({"../../index.json": b"{}"}),
        "a name that fills the memory": huge.tobuf() + b"a" * 4096,
        "a size that is not there": sparse.tobuf() + b"a" * 512,
        "a way back": bytes(backwards) + bytes(1024),
        "names of names": name.tobuf() * 5000,
        "a header that ends too early": name.tobuf() + b"a" * 512,
        "zeros": gzip.compress(bytes(80 << 20), 9),
        "no image": tarred({"a": b"b"}),
        "no JSON": tarred({"index.json": b"{"}),
        "nested": tarred({"index.json": b"[" * 100_000}),
        "another shape": tarred({"index.json": b'{"manifests": "a"}'}),
        "empty": tarred({"index.json": b'{"manifests": []}'}),
        "a digest that is a path": tarred({"index.json": b'{"manifests": [{"digest": "sha256:../../../etc/passwd"}]}'}),
        "too many": tarred(
            encoded(whole)
            | {"index.json": json.dumps({"manifests": json.loads(whole["index.json"])["manifests"] * 100}).encode()}
        ),
        "headers for all": b"".join(
            tarfile.TarInfo.create_pax_global_header({f"k{at}": "x" * 99}) + tarfile.TarInfo("a").tobuf()
            for at in range(99)
        )
        + bytes(1024),
        "folders without end": tarred({"a/" * 300 + "b": b""}),
        "layers without end": tarred(encoded(layout({}, {}, [[]] * 600))),
        "a wrong name": tarred({"x.json": b"{}", "manifest.json": b'[{"Config": "x.json"}]'}),
    }


WHY = {
    "nothing": "empty file",
    "text": "cannot be read",
    "cut off": "ends too early",
    "cut off in gzip": "it ends too early",
    "a header that is none": "there is no header at byte",
    "one block of zeros in the middle": "there is no header at byte",
    "a way out": "leads out of the root",
    "a name that fills the memory": "a header asks for 1073741824 bytes",
    "a size that is not there": "ends too early",
    "a way back": "a header leads backwards",
    "names of names": "nested too deeply",
    "a header that ends too early": "cannot be read",
    "zeros": "more than 200 times as many",
    "no image": "neither index.json nor manifest.json",
    "no JSON": "index.json of the image cannot be read",
    "nested": "index.json of the image cannot be read",
    "another shape": "index.json of the image cannot be read",
    "empty": "holds no image",
    "a digest that is a path": "is no digest",
    "too many": "more images than are looked at",
    "headers for all": "more headers for all of its members than any has",
    "folders without end": "300 folders down",
    "layers without end": "more than 512 layers",
    "a wrong name": "another digest",
}


@pytest.mark.parametrize("kind", WHY)
def test_what_is_broken_or_hostile_is_errored_and_not_green(tmp_path: Path, kind: str):
    (tmp_path / "image").write_bytes(broken()[kind])
    told = said(tmp_path, "image")
    assert not [one for one in told if isinstance(one, Finding)]
    told = outcomes(told)
    assert {rule: outcome for rule, (outcome, _) in told.items()} == dict.fromkeys(
        [rule.id for rule in RULES], Outcome.ERRORED
    )
    assert WHY[kind] in told[ROOT.id][1]


def test_what_people_call_an_image_is_one_line(tmp_path: Path):
    (tmp_path / "image").write_bytes(
        tarred(
            {
                f"{hashlib.sha256(b'{}').hexdigest()}.json": b"{}",
                "manifest.json": json.dumps(
                    [
                        {"Config": f"{hashlib.sha256(b'{}').hexdigest()}.json", "RepoTags": [tag]}
                        for tag in ("a\n::b", "c" * 999)
                    ]
                ).encode(),
            }
        )
    )
    subjects = {one.subject for one in said(tmp_path, "image") if isinstance(one, Examination)}
    assert subjects == {"image (a ::b)", f"image ({'c' * 199}…)"}


def test_every_kind_of_it_is_tried():
    assert WHY.keys() == broken().keys()


def test_indexes_in_indexes_end(tmp_path: Path):
    text = json.dumps({"manifests": []}).encode()
    kind = "application/vnd.oci.image.index.v1+json"
    files = {}
    for _ in range(10):
        digest = hashlib.sha256(text).hexdigest()
        files[f"blobs/sha256/{digest}"] = text
        text = json.dumps({"manifests": [{"mediaType": kind, "digest": f"sha256:{digest}"}]}).encode()
    (tmp_path / "image").write_bytes(tarred(files | {"index.json": text}))
    outcome, why = outcomes(said(tmp_path, "image"))[ROOT.id]
    assert outcome is Outcome.ERRORED
    assert "nested" in why


def test_a_link_out_of_the_tree_is_refused(tmp_path: Path):
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.tar").write_bytes(tarred(encoded(layout({}, {}))))
    (root / "image").symlink_to(tmp_path / "secret.tar")
    assert findings(root, "image") == []
    assert outcomes(said(root, "image"))[ROOT.id][0] is Outcome.ERRORED


def test_an_image_that_is_not_there(tmp_path: Path):
    assert outcomes(said(tmp_path, "image"))[ROOT.id][0] is Outcome.ERRORED
    assert outcomes(said(tmp_path, "image", past=True))[ROOT.id][0] is Outcome.NOT_TESTED
    assert outcomes(said(tmp_path, "image", touched=frozenset({"a"})))[ROOT.id][0] is Outcome.NOT_TESTED
    assert outcomes(said(tmp_path))[ROOT.id][0] is Outcome.NOT_APPLICABLE


def test_a_commit_hook_looks_at_the_images_that_the_commit_touches(tmp_path: Path):
    written(tmp_path, layout({}, {}))
    (tmp_path / "other.tar").write_bytes(tarred(encoded(layout({}, {}))))
    for touched, found in (("image/index.json", ["image"]), ("other.tar", ["other.tar"]), ("a", [])):
        told = findings(tmp_path, "image", "*.tar", touched=frozenset({touched}))
        assert [one.key[0] for one in told] == found
    told = outcomes(said(tmp_path, "image", touched=frozenset({"imageX", "index.json"})))
    assert told[ROOT.id] == (Outcome.NOT_APPLICABLE, "the commit does not touch it")


def test_one_that_cannot_be_read_keeps_no_other_from_being_judged(tmp_path: Path):
    (tmp_path / "broken").write_bytes(b"x")
    written(tmp_path, layout({}, {}))
    assert [one.key[0] for one in findings(tmp_path, "broken", "image")] == ["image"]


def test_an_image_that_git_does_not_keep_is_new_in_the_change(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["images"]\nimages = ["build/image"]\n')
    clone.commit("one", **{".gitignore": "build/\n"})
    clone.git("checkout", "--quiet", "-b", "work")
    written(clone.root, layout({}, {}), "build/image")
    done = command("check", "--base", "main", "--report=json=-")
    (gate,) = json.loads(done.stdout)["gates"]
    assert [(each["rule"], each["state"], each["location"]["path"]) for each in gate["findings"]] == [
        (ROOT.id, "new", "build/image")
    ]
    assert done.returncode == 0  # a warning
    assert {each["rule"]: each["outcome"] for each in gate["rules"]}[BASE.id] == "inconclusive"


def test_one_that_git_keeps_is_compared(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["images"]\nimages = ["image"]\n')
    written(clone.root, layout({}, {}))
    clone.commit("one")
    clone.git("checkout", "--quiet", "-b", "work")
    clone.commit("two", **{"a.txt": "a"})
    (gate,) = json.loads(command("check", "--base", "main", "--report=json=-").stdout)["gates"]
    assert [(each["rule"], each["state"]) for each in gate["findings"]] == [(ROOT.id, "unchanged")]


def test_what_one_image_may_cause_is_bounded():
    with pytest.raises(GateError, match="unpacks to more than"):
        list(unpacked(bytes(3 << 20), Budget(unpacked=2 << 20)))
    with pytest.raises(GateError, match="more files"):
        list(members(iter([tarred({str(at): b"" for at in range(9)})]), Budget(members=8)))
    budget = Budget(kept=8)
    budget.keep(8)
    with pytest.raises(GateError, match="more bytes than are read"):
        budget.keep(1)


@given(st.binary(max_size=3000), st.integers(1, 700))
def test_an_archive_reads_the_same_in_whatever_pieces_it_comes(content: bytes, step: int):
    text = tarred({"a": content, "b/" + "c" * 200: content[:99]})
    pieces = (text[at : at + step] for at in range(0, len(text), step))
    assert [(one.path, one.info.size) for one in members(pieces, Budget())] == [
        ("a", len(content)), ("b/" + "c" * 200, len(content[:99])),
    ]  # fmt: skip


@given(st.binary(max_size=4000))
def test_whatever_the_bytes_are_they_are_read_or_refused(text: bytes):
    for each in (text, b"\x1f\x8b" + text, tarred({"a": b"a"}) + text):
        with suppress(GateError):
            archive(each)
