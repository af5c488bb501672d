"""The database of advisories: read within bounds, indexed once, and never trusted where it could be another."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import struct
import sys
import zipfile
from contextlib import closing

import pytest
from advised import advisory, archive, before, folder

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies.advisories import index as index_module
from sluicegate.gates.security.dependencies.advisories import source
from sluicegate.gates.security.dependencies.advisories.index import open_index

A = advisory("A-1", "Acme_HTTP", before("2"))
B = advisory("B-1", "acme-files", before("2"), modified="2026-11-12T01:00:00+02:00")
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A cache of the test's own."""
    monkeypatch.setenv("SLUICEGATE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache/advisories"


@pytest.fixture
def read(monkeypatch):
    """How often a database was read as a whole."""
    times = []
    whole = source.documents

    def counting(path, shown):
        times.append(shown)
        yield from whole(path, shown)

    monkeypatch.setattr(index_module, "documents", counting)
    return times


def ids(root, name, package="acme-http", ecosystem="PyPI"):
    return [one.id for one in open_index(str(root), name).of(ecosystem, package)]


def test_an_archive_a_folder_and_a_folder_of_archives_say_the_same(tmp_path):
    archive(tmp_path / "all.zip", A, B)
    folder(tmp_path / "documents", A, B)
    archive(tmp_path / "osv/PyPI/all.zip", A)
    archive(tmp_path / "osv/npm/all.zip", B)
    for name in ("all.zip", "documents", "osv"):
        found = open_index(str(tmp_path), name)
        assert (found.about.count, found.about.newest) == (2, "2026-11-11T23:00:00+00:00")
        assert ids(tmp_path, name) == ["A-1"]
    assert ids(tmp_path, "all.zip", "acme-http", "npm") == []


def test_an_index_is_made_once(tmp_path, kept, read):
    archive(tmp_path / "all.zip", A)
    assert ids(tmp_path, "all.zip") == ids(tmp_path, "all.zip") == ["A-1"]
    assert len(read) == 1
    assert len(list(kept.glob("*.sqlite"))) == 1
    archive(tmp_path / "all.zip", A, B)
    assert open_index(str(tmp_path), "all.zip").about.count == 2
    assert len(read) == 2


@pytest.mark.usefixtures("kept")
def test_another_file_with_the_same_content_is_the_same_database(tmp_path, read):
    archive(tmp_path / "all.zip", A)
    (tmp_path / "other.zip").write_bytes((tmp_path / "all.zip").read_bytes())
    assert ids(tmp_path, "all.zip") == ids(tmp_path, "other.zip")
    assert len(read) == 1


def test_the_digest_of_a_large_file_is_kept_while_nothing_touched_it(tmp_path, kept, monkeypatch):
    """It is looked for anew where the file changed, even in place, to as many bytes, with its time set back."""
    monkeypatch.setattr(source, "_LARGE", 1)
    path = archive(tmp_path / "all.zip", A)
    content = path.read_bytes()
    source._file_digest.cache_clear()
    open_index(str(tmp_path), "all.zip")
    assert not list(kept.glob("*.digest"))  # it was written a moment ago
    monkeypatch.setattr(source, "_TICK", -(1 << 62))
    source._file_digest.cache_clear()
    open_index(str(tmp_path), "all.zip")
    [note] = kept.glob("*.digest")
    hashed = []
    whole = hashlib.file_digest
    monkeypatch.setattr(source.hashlib, "file_digest", lambda *about: hashed.append(1) or whole(*about))
    source._file_digest.cache_clear()
    assert source.digest(path) == hashlib.sha256(content).hexdigest()
    assert hashed == []
    stat = path.stat()
    path.write_bytes(content.replace(b"A-1", b"A-2"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    source._file_digest.cache_clear()
    assert source.digest(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    note.write_text("what is this")
    source._file_digest.cache_clear()
    assert source.digest(path) == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "row"])
def test_a_corrupt_index_is_made_anew(tmp_path, kept, read, harm):
    """Above all one from which a row was taken: it would be well formed, and would let a package pass."""
    archive(tmp_path / "all.zip", A)
    open_index(str(tmp_path), "all.zip")
    [file] = kept.glob("*.sqlite")
    content = file.read_bytes()
    if harm == "row":
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("DELETE FROM advisory")
            connection.commit()
    else:
        file.write_bytes({"flip": content[:-1] + bytes([content[-1] ^ 1]), "cut": content[:5000], "empty": b""}[harm])
    found = open_index(str(tmp_path), "all.zip")
    assert [one.id for one in found.of("PyPI", "acme-http")] == ["A-1"]
    assert found.warning == "the index of the advisories was corrupt, and was made anew"
    assert len(read) == 2
    assert open_index(str(tmp_path), "all.zip").warning == ""


def test_an_index_of_another_database_is_not_taken(tmp_path, kept):
    """Even under the right name, and with the right digest of its own."""
    archive(tmp_path / "all.zip", A)
    archive(tmp_path / "other.zip", B)
    open_index(str(tmp_path), "all.zip")
    [ours] = kept.glob("*.sqlite")
    open_index(str(tmp_path), "other.zip")
    [other] = set(kept.glob("*.sqlite")) - {ours}
    ours.unlink()
    other.rename(kept / (ours.name[:67] + other.name[67:]))
    assert ids(tmp_path, "all.zip") == ["A-1"]


@posix
def test_a_folder_that_others_can_write_in_is_not_used(tmp_path, kept):
    archive(tmp_path / "all.zip", A)
    kept.mkdir(parents=True)
    kept.chmod(0o777)
    found = open_index(str(tmp_path), "all.zip")
    assert "others can write there" in found.warning
    assert [one.id for one in found.of("PyPI", "acme-http")] == ["A-1"]
    assert list(kept.iterdir()) == []


def test_only_so_many_are_kept(tmp_path, kept):
    for number in range(index_module.KEPT + 2):
        archive(tmp_path / "all.zip", advisory(f"A-{number}", "a", before("2")))
        open_index(str(tmp_path), "all.zip")
    assert len(list(kept.iterdir())) == index_module.KEPT


def test_what_was_begun_and_never_ended_goes_after_a_day(tmp_path, kept):
    kept.mkdir(parents=True)
    old, new = kept / ".new-old", kept / ".new-new"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (1, 1))
    archive(tmp_path / "all.zip", A)
    open_index(str(tmp_path), "all.zip")
    assert (old.exists(), new.exists()) == (False, True)


def test_without_a_cache_nothing_is_written(tmp_path, read):
    archive(tmp_path / "all.zip", A)
    before_ = sorted(tmp_path.rglob("*"))
    assert ids(tmp_path, "all.zip") == ids(tmp_path, "all.zip") == ["A-1"]
    assert len(read) == 2
    assert sorted(tmp_path.rglob("*")) == before_


def refused(root, name="all.zip"):
    with pytest.raises(GateError) as caught:
        open_index(str(root), name)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "is no advisory in the OSV format: Object missing required field"),
        (b'{"id": "A-1"', "is no advisory in the OSV format: Input data was truncated"),
        (b'{"id": 1, "modified": "2026-01-01T00:00:00Z"}', "Expected `str`, got `int`"),
        (b'{"id": "A", "modified": "yesterday"}', "Invalid isoformat string"),
        (b'{"schema_version": "2.0.0", "id": "A", "modified": "2026-01-01T00:00:00Z"}', "schema version 2.0.0"),
        (b'{"id": "A", "modified": "2026-01-01T00:00:00Z", "affected": {}}', "Expected `array"),
        (b"[" * 100_000, "is no advisory in the OSV format"),
        (b"\xff\xfe", "is no advisory in the OSV format"),
    ],
)
def test_what_is_no_advisory_ends_the_reading(tmp_path, content, said):
    folder(tmp_path / "documents", A)
    (tmp_path / "documents/bad.json").write_bytes(content)
    message = refused(tmp_path, "documents")
    assert message.startswith("documents/bad.json is no advisory in the OSV format")
    assert said in message


def test_an_archive_that_was_cut(tmp_path, kept):
    path = archive(tmp_path / "all.zip", A, B)
    path.write_bytes(path.read_bytes()[:-30])
    assert refused(tmp_path) == "all.zip is no whole zip archive: File is not a zip file"
    assert list(kept.iterdir()) == []


def test_an_archive_with_a_broken_entry(tmp_path):
    path = archive(tmp_path / "all.zip", A, B)
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    assert "all.zip is no whole zip archive" in refused(tmp_path)


def test_an_archive_that_is_a_bomb(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(8):
            file.writestr(f"{number}.json", b" " * (source.LARGEST - 1))
    assert "would grow from" in refused(tmp_path)


def test_an_archive_that_says_less_than_it_holds(tmp_path):
    """What an entry says of its size is no bound: it is read to the limit and no further."""
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.json", b" " * (source.LARGEST + 100))
    content = bytearray((tmp_path / "all.zip").read_bytes())
    size = struct.pack("<L", source.LARGEST + 100)
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = struct.pack("<L", 100)
    (tmp_path / "all.zip").write_bytes(content)
    assert "all.zip" in refused(tmp_path)


def test_an_entry_that_is_too_large(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.writestr("a.json", b" " * (source.LARGEST + 1))
    assert f"has more than {source.LARGEST:,} bytes" in refused(tmp_path)


def test_an_encrypted_entry(tmp_path):
    path = archive(tmp_path / "all.zip", A)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    path.write_bytes(content)
    assert "is encrypted" in refused(tmp_path)


def test_names_that_lead_out_are_names_and_no_paths(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.writestr("../../outside.json", json.dumps(A))
        file.writestr("/etc/README", "no document")
    assert ids(tmp_path, "all.zip") == ["A-1"]
    assert not (tmp_path.parent / "outside.json").exists()


def test_a_database_without_advisories_is_none(tmp_path):
    archive(tmp_path / "all.zip")
    assert refused(tmp_path) == "all.zip holds no advisory"
    (tmp_path / "empty").mkdir()
    assert refused(tmp_path, "empty") == "empty holds no advisory"


@posix
def test_a_link_that_leads_out_ends_the_reading(tmp_path):
    folder(tmp_path / "documents", A)
    (tmp_path / "secret.json").write_text(json.dumps(B))
    (tmp_path / "documents/b.json").symlink_to(tmp_path / "secret.json")
    assert "is a link to a place outside of the advisories" in refused(tmp_path, "documents")


def test_an_address_is_no_file(tmp_path):
    assert "is an address, and only advisories are fetched" in refused(tmp_path, "https://osv.example/all.zip")


def test_a_disk_without_room_is_told(tmp_path, kept, monkeypatch):
    """First what is to be kept finds no room, then what is not."""
    archive(tmp_path / "all.zip", A)
    monkeypatch.setattr(index_module, "_SCHEMA", "PRAGMA max_page_count = 1;" + index_module._SCHEMA)
    message = refused(tmp_path)
    assert message == "the advisories in all.zip cannot be indexed: database or disk is full"
    assert list(kept.iterdir()) == []


def test_a_name_that_no_file_can_have(tmp_path):
    assert "is not there" in refused(tmp_path, "a\0b")


def test_a_file_of_another_kind(tmp_path):
    (tmp_path / "all.zip").write_text("hello")
    assert refused(tmp_path) == "all.zip is no whole zip archive: File is not a zip file"
