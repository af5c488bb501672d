"""Processes that are started ahead of their work."""

from __future__ import annotations

import subprocess

import pytest

from sluicegate.worker import start


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every process that a test starts, on a machine of four cores."""
    found: list[subprocess.Popen[bytes]] = []
    real = start._start

    def counted(*modules: str) -> subprocess.Popen[bytes]:
        found.append(real(*modules))
        return found[-1]

    monkeypatch.setattr(start, "_start", counted)
    monkeypatch.setattr(start, "cores", lambda: 4)
    return found


def test_what_was_prepared_is_taken_first(started: list[subprocess.Popen[bytes]]) -> None:
    with start.prepared(2):
        assert len(started) == 2
        taken = [start.take() for _ in range(3)]
    assert taken == started
    assert len(started) == 3
    for process in taken:
        _, errors = process.communicate(b"", timeout=60)  # no job: there is nothing to do, and nothing to say
        assert (process.returncode, errors) == (0, b"")


def test_what_got_no_job_is_gone_when_the_block_ends(started: list[subprocess.Popen[bytes]]) -> None:
    with pytest.raises(KeyError), start.prepared(2, "sluicegate.gates.nowhere"):
        raise KeyError
    assert [process.poll() is None for process in started] == [False, False]
    assert all(
        stream.closed for process in started for stream in (process.stdin, process.stdout, process.stderr) if stream
    )


def test_there_are_no_more_than_cores(started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "cores", lambda: 1)
    with start.prepared(2):
        assert len(started) == 1
