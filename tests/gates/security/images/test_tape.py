"""Archives read forward: what stands in them is what the library finds there, in whatever pieces they come."""

from __future__ import annotations

import io
import tarfile
from contextlib import suppress
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imaged import FOLDER, File, layer

from sluicegate.errors import GateError
from sluicegate.gates.security.images.tape import Header, members
from sluicegate.gates.security.images.unpacking import Budget

KINDS = [tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE]
NAMES = st.text("ab/.é ", min_size=1, max_size=180)
SAFE = st.text("ab/é ", min_size=1, max_size=180)
FORMS = st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])


class Entry(NamedTuple):
    name: str
    kind: bytes
    mode: int
    content: bytes
    link: str


def entries(names: st.SearchStrategy[str]) -> st.SearchStrategy[list[Entry]]:
    kinds, modes, contents = st.sampled_from(KINDS), st.integers(0, 0o7777), st.binary(max_size=600)
    return st.lists(st.builds(Entry, names, kinds, modes, contents, names), max_size=4)


def archived(wanted: list[Entry], form: int, said_of_all: dict[str, str] | None = None) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form, pax_headers=said_of_all) as archive:
        for one in wanted:
            info = tarfile.TarInfo(one.name)
            info.type, info.mode, info.linkname = one.kind, one.mode, one.link
            info.size = len(one.content) if one.kind == tarfile.REGTYPE else 0
            with suppress(ValueError):  # a name that USTAR has no room for
                archive.addfile(info, io.BytesIO(one.content))
    return stream.getvalue()


@given(entries(NAMES), FORMS, st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=3))
def test_a_header_is_read_as_tarfile_reads_it(wanted: list[Entry], form: int, broken: list[tuple[int, int]]):
    """Also where some bytes are others: whatever ours makes of a block, the library makes of it too."""
    text = bytearray(archived(wanted, form))
    for at, byte in broken:
        text[at % len(text)] = byte
    for at in range(0, len(text), 512):
        assert parsed(Header, bytes(text[at : at + 512])) == parsed(tarfile.TarInfo, bytes(text[at : at + 512]))


def parsed(kind: type[tarfile.TarInfo], block: bytes):
    try:
        return fields(kind.frombuf(block, "utf-8", "surrogateescape"))
    except tarfile.TarError as error:
        return type(error)


def fields(info: tarfile.TarInfo):
    return info.name, info.type, info.mode, info.size, info.linkname


@given(entries(SAFE), FORMS, st.sampled_from([{}, {"path": "c"}, {"size": "3"}]), st.integers(100, 3000), st.booleans())
def test_members_are_those_that_tarfile_finds(wanted, form: int, said_of_all: dict[str, str], cut: int, read: bool):
    """Wherever a piece ends, and whatever a header for all members says of them.

    A size for all members has tarfile go back over what it has read: a tape refuses that, after what came before.
    """
    text = archived([Entry("first", tarfile.REGTYPE, 0o644, b"content", ""), *wanted], form, said_of_all)
    with tarfile.open(fileobj=io.BytesIO(text), encoding="utf-8", errors="surrogateescape") as archive:
        known = [(*fields(info), info.offset_data, content_of(archive, info)) for info in archive]
    pieces = iter([text[at : at + cut] for at in range(0, len(text), cut)])
    found, refused = [], False
    try:
        for member in members(pieces, Budget()):
            content = member.read(member.info.size) if read and member.info.isreg() else b""
            found.append((*fields(member.info), member.info.offset_data, content))
    except GateError:
        refused = True
    assert not refused or "size" in said_of_all
    wanted_of = [(*one, content if read else b"") for *one, content in known]
    assert found == (wanted_of[: len(found)] if refused else wanted_of)


def content_of(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(info) if info.isreg() else None
    return file.read() if file else b""


@pytest.mark.parametrize("cut", [512, 700, 1 << 20])
def test_a_member_that_ends_too_early(cut: int):
    whole = layer({"a": b"x" * 600, "d": FOLDER, "b": File(b"y" * 700)})
    for end in (1000, 1535, 2048 + 512, 2048 + 512 + 600):  # of the first file, its padding, and the last file
        text = whole[:end]
        with pytest.raises(GateError, match="unexpected end of data"):
            list(members(iter([text[at : at + cut] for at in range(0, end, cut)]), Budget()))


def test_a_size_below_nothing_leads_nowhere():
    """Whoever read so many bytes would come to the same header again, and again."""
    header = bytearray(tarfile.TarInfo("etc/a").tobuf())
    header[124:136] = b"\xff" * 10 + b"\xfe\x00"  # -512
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 8 * ord(" ") + sum(header[156:512]))
    found = members(iter([bytes(header) + bytes(1024)]), Budget(members=9))
    with pytest.raises(GateError, match="a header leads backwards"):
        [member.read(member.info.size) for member in found]
