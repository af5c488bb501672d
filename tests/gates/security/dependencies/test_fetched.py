"""Advisories at an address: a real server on this machine, which answers, stays silent, lies or goes away."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from advised import HIGH, NOW, advisory, archive, before, looked

from sluicegate.errors import CancelledRunError, GateError
from sluicegate.gates.security.asking import cache_key
from sluicegate.gates.security.dependencies.advisories import fetched
from sluicegate.gates.security.dependencies.advisories.fetched import fetch
from sluicegate.gates.security.settings import Settings

HTTP = advisory("A-1", "acme-http", before("2.0.7"), severity=[{"type": "CVSS_V3", "score": HIGH}])
FILES = {"requirements.txt": "acme-http==2.0.6\n"}
SHA256 = "SHA-256 "


class Server(ThreadingHTTPServer):
    """`content` is what it gives, `asked` the conditions that it was asked under."""

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.status = 200
        self.headers = {}
        self.length = None
        self.delay = 0.0
        self.asked = []
        self.etag = '"one"'

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/all.zip"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.asked.append((self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")))
        same = server.status == 200 and server.etag and self.headers.get("If-None-Match") == server.etag
        self.send_response(304 if same else server.status)
        for name, value in (
            {"ETag": server.etag, "Last-Modified": "Mon, 02 Nov 2026 00:00:00 GMT"} | server.headers
        ).items():
            self.send_header(name, value)
        content = b"" if same else server.content
        self.send_header("Content-Length", str(server.length or len(content)))
        self.end_headers()
        for at in range(0, len(content), 4096):
            time.sleep(server.delay)
            self.wfile.write(content[at : at + 4096])

    def log_message(self, *_):
        """Keep quiet."""


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of the test's own."""
    monkeypatch.setenv("SLUICEGATE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache/advisories/fetched"


def content(tmp_path, *advisories):
    return archive(tmp_path / "made.zip", *advisories).read_bytes()


@pytest.fixture
def server(tmp_path):
    started = Server(content(tmp_path, HTTP))
    threading.Thread(target=started.serve_forever, daemon=True).start()
    yield started
    started.shutdown()
    started.server_close()


def ask(address, now=NOW, max_days=30, cancelled=lambda: False):
    return fetch(address, now=now, max_days=max_days, cancelled=cancelled)


def refused(address, **more):
    with pytest.raises(GateError) as raised:
        ask(address, **more)
    assert raised.value.hint
    return raised.value.message


def gone(server):
    server.shutdown()
    server.server_close()
    return server.url


def test_a_check_fetches_once_for_both_sides(tmp_path, server):
    memo = {}
    head = looked(tmp_path / "a", FILES, advisories=server.url, memo=memo)
    past = looked(tmp_path / "b", FILES, advisories=server.url, memo=memo, past=True)
    assert [found.key for found in head.findings] == [found.key for found in past.findings]
    assert [found.key[2] for found in head.findings] == ["acme-http"]
    assert server.asked == [(None, None)]
    assert head.facts["how the advisories came"] == f"fetched from {server.url}"
    assert SHA256 in head.facts["advisories"]
    assert head.examined("advisories-too-old") == {server.url: 1}


def test_what_is_still_the_same_is_not_fetched_again(tmp_path, server):
    first = looked(tmp_path / "a", FILES, advisories=server.url)
    again = looked(tmp_path / "b", FILES, advisories=server.url)
    assert server.asked == [(None, None), ('"one"', "Mon, 02 Nov 2026 00:00:00 GMT")]
    assert again.facts["advisories"] == first.facts["advisories"]
    assert again.facts["how the advisories came"].endswith("has nothing newer than what was fetched")
    assert [found.key[2] for found in again.findings] == ["acme-http"]
    server.content, server.etag = content(tmp_path, advisory("B-1", "acme-http", before("9"))), '"two"'
    other = looked(tmp_path / "c", FILES, advisories=server.url)
    assert [found.key[3] for found in other.findings] == ["B-1"]
    assert other.facts["advisories"] != first.facts["advisories"]


def test_a_copy_that_was_changed_is_no_copy(server):
    path = ask(server.url).path
    path.write_bytes(path.read_bytes()[:-9])
    assert ask(server.url).told == f"fetched from {server.url}"
    assert server.asked[-1] == (None, None)
    gone(server)
    path.write_bytes(b"")
    assert "cannot be reached" in refused(server.url)


def test_without_a_cache_nothing_is_kept(tmp_path, server, monkeypatch):
    monkeypatch.setenv("SLUICEGATE_CACHE", "off")
    monkeypatch.setattr(fetched.tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    told = looked(tmp_path, FILES, advisories=server.url)
    assert [found.key[2] for found in told.findings] == ["acme-http"]
    assert told.facts["how the advisories came"] == f"fetched from {server.url}, and not kept"
    assert list((tmp_path / "temporary").iterdir()) == []
    assert "cannot be reached" in looked(tmp_path, FILES, advisories=gone(server)).why("errored")["requirements.txt"]


@pytest.mark.parametrize("how", ["gone", "busy", "broken", "cut"])
def test_an_old_copy_is_used_as_long_as_it_may_be_old_and_the_report_says_so(tmp_path, server, how):
    def look(name, **settings):
        return looked(tmp_path / name, FILES, advisories=server.url, **settings)

    spoilt = {"busy": (429, None), "broken": (503, None), "cut": (200, 10**6)}
    server.status, server.length = spoilt.get(how, (200, None))
    server.etag = '"other"' if how == "cut" else server.etag
    if how != "gone":
        assert list(look("none").why("errored")) == ["requirements.txt"]
    server.status, server.length, server.etag = 200, None, '"one"'
    assert look("first").findings
    server.status, server.length = spoilt.get(how, (200, None))
    server.etag = '"other"' if how == "cut" else server.etag
    if how == "gone":
        gone(server)
    told = look("old", now=NOW + timedelta(days=9))
    assert [found.key[2] for found in told.findings] == ["acme-http"]
    assert told.facts["how the advisories came"].endswith("; what was fetched on 2026-11-20 is used")
    assert server.url in told.facts["how the advisories came"]
    told = look("too-old", now=NOW + timedelta(days=9), max_advisory_age=8)
    assert told.findings == []
    assert "what was fetched before is 9 days old, and the settings allow 8" in told.why("errored")["requirements.txt"]


def test_that_nothing_is_newer_makes_a_copy_new(server):
    ask(server.url)
    ask(server.url, now=NOW + timedelta(days=25))
    gone(server)
    assert "2026-12-15 is used" in ask(server.url, now=NOW + timedelta(days=40)).told


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 204])
def test_an_answer_that_is_none_is_errored_whatever_was_fetched_before(server, status):
    ask(server.url)
    server.status = status
    assert f"answers {status}" in refused(server.url)


def test_what_is_no_archive_is_errored_and_not_kept(tmp_path, server, cache):
    server.content, server.etag = b"<html>sign in</html>", ""
    assert refused(server.url) == f"{server.url} gives no whole zip archive"
    assert list(cache.iterdir()) == []
    server.content = content(tmp_path, HTTP)[:-30]
    assert "no whole zip archive" in refused(server.url)


def test_a_redirect_is_not_followed(server):
    server.status, server.headers = 302, {"Location": "http://user:secret@inner.example/x?token=1"}
    assert refused(server.url) == f"{server.url} leads on to http://inner.example/x, which is not followed"
    assert len(server.asked) == 1


def test_sizes_and_times_are_bounded(server, monkeypatch, cache):
    monkeypatch.setattr(fetched, "LARGEST", 100)
    assert "gives more than 100 bytes" in refused(server.url)
    monkeypatch.setattr(fetched, "LARGEST", 1 << 20)
    monkeypatch.setattr(fetched, "LONGEST", 0.0)
    server.delay = 0.05
    assert "takes longer than 0 s" in refused(server.url)
    assert list(cache.iterdir()) == []


def test_silence_ends(monkeypatch):
    monkeypatch.setattr(fetched, "_SILENT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        assert "cannot be reached" in refused(f"http://127.0.0.1:{silent.getsockname()[1]}/all.zip")
    assert time.monotonic() - started < 10


def test_a_run_that_is_cancelled_ends(server, cache):
    with pytest.raises(CancelledRunError):
        ask(server.url, cancelled=lambda: True)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    ["http://osv.example/all.zip", "http://127.0.0.1.example/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "https://",
     "http://[::1", "https://user@", "http://10.0.0.1/x", "http://169.254.169.254/latest", "x://y"],
)  # fmt: skip
def test_only_https_is_asked_but_for_this_machine(address, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it was asked"))
    assert "only https is" in (told := refused(address)) or "is an address that is none" in told


def test_secrets_in_an_address_are_not_told(tmp_path, server):
    address = server.url.replace("http://", "http://me:s3cret@") + "?token=t0ken"
    for name, more in (("a", {}), ("b", {"now": NOW + timedelta(days=99)})):
        told = looked(tmp_path / name, FILES, advisories=address, **more)
        assert not any(word in repr(told.said) for word in ("s3cret", "t0ken"))
    gone(server)
    told = looked(tmp_path / "c", FILES, advisories=address, now=NOW + timedelta(days=300))
    assert told.why("errored")
    assert not any(word in repr(told.said) for word in ("s3cret", "t0ken"))


def test_a_commit_does_not_wait_for_the_network(clone, command, server):
    settings = f'[security]\nkinds = ["dependencies"]\nadvisories = "{server.url}"\n'
    clone.commit("one", **{"sluicegate.toml": settings, "requirements.txt": "acme-http==2.0.7\n"})
    clone.write("requirements.txt", "acme-http==2.0.6\n")
    clone.git("add", "requirements.txt")
    done = command("check", "--staged", "--report", "json=-")
    assert server.asked == []
    [gate] = [one for one in json.loads(done.stdout)["gates"] if one["gate"] == "security"]
    assert gate["findings"] == []
    assert "a commit does not wait for the network" in done.stdout
    today = datetime.now(UTC).isoformat()
    modified = HTTP | {"modified": today}
    server.content = content(clone.root.parent, modified)
    done = command("check", "--report", "json=-")
    assert (done.returncode, len(server.asked)) == (1, 1), done.stdout
    done = command("check", "--report", "json=-", SLUICEGATE_CACHE="off")
    assert (done.returncode, len(server.asked)) == (1, 2)


def test_what_the_network_says_is_kept_by_nobody(tmp_path, server):
    assert cache_key(Settings(advisories=server.url), str(tmp_path)) is None
    assert server.asked == []


def test_copies_that_no_address_gives_any_more_go(tmp_path, server, monkeypatch):
    first = ask(server.url).path
    server.content, server.etag = content(tmp_path, HTTP, advisory("B-1", "b", before("1"))), '"two"'
    second = ask(server.url).path
    assert first.exists()
    monkeypatch.setattr(fetched, "_DAY", -1)
    ask(server.url)
    assert (first.exists(), second.exists()) == (False, True)
