"""The client of GitHub's API against a real server: limits, trouble, redirects, silence, and where the token goes."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from forge import NO_ACCESS, Fault, Forge
from hosting import REPOSITORY, TOKEN
from sluicegate.ci import api as module
from sluicegate.ci.api import Api, ApiError, DoubtfulError, RefusedError, safe_address

PULL = f"/repos/{REPOSITORY}/pulls/7"
COMMENTS = f"/repos/{REPOSITORY}/issues/7/comments"


@pytest.fixture
def forge():
    with Forge().serving() as served:
        yield served


@pytest.fixture
def api(forge):
    with Api(base=forge.address, token=TOKEN, seconds=5, pause=0.005) as opened:
        yield opened


def asked(forge):
    return len(forge.requests)


def test_it_sends_the_token_and_says_who_it_is(forge, api):
    assert api.ask("GET", PULL).table()["number"] == 7
    assert forge.authorizations == {f"Bearer {TOKEN}"}
    assert TOKEN not in repr(api)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again_and_not_for_ever(forge, api, status):
    forge.faults.append(Fault("GET", "/pulls/7", status, b"<html>", times=2))
    assert api.ask("GET", PULL).status == 200
    assert asked(forge) == 3
    forge.faults.append(Fault("GET", "/pulls/7", status, b"<html>", times=100))
    with pytest.raises(ApiError, match=f"HTTP {status}$"):
        api.ask("GET", PULL)
    assert asked(forge) == 3 + api.tries


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_is_waited_for_as_long_as_github_says(forge, api, status):
    forge.faults.append(Fault("GET", "/pulls/7", status, {"message": "slow down"}, {"Retry-After": "1"}))
    began = time.monotonic()
    assert api.ask("GET", PULL).status == 200
    assert 1 <= time.monotonic() - began < 4.5


def test_a_spent_limit_is_waited_for_until_its_reset(forge, api):
    until = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 2)}
    forge.faults.append(Fault("POST", "/comments", 403, {"message": "API rate limit exceeded"}, until))
    began = time.monotonic()
    api.ask("POST", COMMENTS, {"body": "x"}, again=False)
    assert time.monotonic() - began > 0.9
    assert len(forge.comments) == 1


@pytest.mark.parametrize(
    "words", ["You have exceeded a secondary rate limit", "triggered an abuse detection mechanism"]
)
def test_a_secondary_limit_is_waited_for(forge, api, words):
    forge.faults.append(Fault("POST", "/comments", 403, {"message": words}))
    began = time.monotonic()
    api.ask("POST", COMMENTS, {"body": "x"}, again=False)
    assert time.monotonic() - began > 60 * api.pause
    assert len(forge.comments) == 1


def test_a_limit_that_lasts_longer_than_there_is_time_is_told_at_once(forge, api):
    forge.faults.append(Fault("GET", "/pulls/7", 429, {"message": "slow down"}, {"Retry-After": "3600"}))
    began = time.monotonic()
    with pytest.raises(ApiError, match=r"HTTP 429: slow down, and 3600 s of waiting is more than is left of 5 s"):
        api.ask("GET", PULL)
    assert time.monotonic() - began < 4.5


def test_a_forbidden_answer_with_requests_left_is_no_limit(forge, api):
    left = {"X-RateLimit-Remaining": "12", "X-RateLimit-Reset": str(int(time.time()) - 1)}
    forge.faults.append(Fault("GET", "/pulls/7", 403, {"message": "SAML enforcement"}, left))
    with pytest.raises(ApiError, match="SAML enforcement") as caught:
        api.ask("GET", PULL)
    assert not isinstance(caught.value, RefusedError)
    assert asked(forge) == 1


def test_a_token_that_may_not_is_refused_at_once(forge, api):
    forge.faults.append(Fault("POST", "/comments", 403, NO_ACCESS))
    with pytest.raises(RefusedError, match="HTTP 403: Resource not accessible by integration"):
        api.ask("POST", COMMENTS, {"body": "x"})
    assert asked(forge) == 1


def test_what_github_says_is_told_on_one_line_and_without_the_token(forge, api):
    errors = [{"message": f"bad {TOKEN}\n::error::x"}, {"code": "missing"}, "third", "fourth"]
    forge.faults.append(Fault("GET", "/pulls/7", 422, {"message": "no\x1b[31m", "errors": errors}))
    with pytest.raises(ApiError) as caught:
        api.ask("GET", PULL)
    assert caught.value.message == (
        "GitHub's API answered with HTTP 422: no\\x1b[31m; bad *** ::error::x; missing; third"
    )


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff", b"7", b'{"message": 7, "errors": {}}', b""])
def test_a_refusal_that_says_nothing_usable_is_its_number(forge, api, body):
    forge.faults.append(Fault("GET", "/pulls/7", 418, body))
    with pytest.raises(ApiError, match=r"HTTP 418$"):
        api.ask("GET", PULL)


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff\xfe"])
def test_an_answer_that_is_no_json_is_told(forge, api, body):
    forge.faults.append(Fault("GET", "/pulls/7", 200, body))
    with pytest.raises(ApiError, match="something that is not JSON"):
        api.ask("GET", PULL).json()


@pytest.mark.parametrize("body", [{}, 7, "x", {"check_runs": 1}])
def test_a_list_that_is_none_is_told(forge, api, body):
    forge.faults.append(Fault("GET", "/comments", 200, body))
    with pytest.raises(ApiError, match="not a list"):
        list(api.items(COMMENTS, "check_runs"))


def test_a_list_is_read_page_after_page_and_not_for_ever(forge, api, monkeypatch):
    for number in range(201):
        forge.comment(str(number))
    assert [one["body"] for one in api.items(COMMENTS)] == [str(number) for number in range(201)]
    assert asked(forge) == 3
    monkeypatch.setattr(module, "_MOST_PAGES", 2)
    assert len(list(api.items(COMMENTS))) == 200


def test_a_redirect_on_the_same_host_is_followed_with_its_body(forge, api):
    forge.faults.append(Fault("POST", "/old", 307, {}, {"Location": f"/api/v3{COMMENTS}"}))
    api.ask("POST", "/old", {"body": "moved"})
    assert forge.comments[0]["body"] == "moved"
    forge.faults.append(Fault("GET", "/loop", 301, {}, {"Location": "/api/v3/loop"}, times=100))
    with pytest.raises(ApiError, match="sends on without end"):
        api.ask("GET", "/loop")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_token_goes_to_no_other_host(forge, api, status):
    seen = []

    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.headers)
            self.send_response(200)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        for place in (
            f"http://127.0.0.1:{server.server_port}/x",
            "https://evil.example/x",
            "//evil.example/x",
            "http://[",
        ):
            forge.faults.append(Fault("GET", "/pulls/7", status, {}, {"Location": place}))
            with pytest.raises(ApiError, match=r"another host, where the token does not go") as caught:
                api.ask("GET", PULL)
            assert TOKEN not in str(caught.value)
        assert seen == []
    finally:
        server.shutdown()
        server.server_close()


def test_a_server_that_does_not_answer_is_left_in_time(forge):
    forge.faults.append(Fault("GET", "/pulls/7", 200, {}, delay=3, times=9))
    began = time.monotonic()
    with (
        Api(base=forge.address, token=TOKEN, seconds=0.5, pause=0.01) as api,
        pytest.raises(ApiError, match="ReadTimeout"),
    ):
        api.ask("GET", PULL)
    assert time.monotonic() - began < 3, "as long as the server takes"


def test_a_server_that_is_not_there_is_told():
    with Api(base="http://127.0.0.1:1", seconds=2, pause=0.001) as api, pytest.raises(ApiError, match="ConnectError"):
        api.ask("POST", "/x", {}, again=False)


def test_an_answer_without_end_is_not_read(forge):
    forge.faults.append(Fault("GET", "/pulls/7", 200, b" " * (1 << 20), times=9))
    with (
        Api(base=forge.address, token=TOKEN, pause=0.001, limit=1 << 16) as api,
        pytest.raises(ApiError, match="Decoding"),
    ):
        api.ask("GET", PULL)


def test_what_must_not_be_done_twice_is_looked_for(forge, api):
    looked = []

    def done():
        looked.append(len(forge.comments))
        return {"found": True} if forge.comments else None

    forge.faults.append(Fault("POST", "/comments", 500, {}))
    forge.faults.append(Fault("POST", "/comments", 502, {}, done=True))
    assert api.once("POST", COMMENTS, {"body": "x"}, done) == {"found": True}
    assert looked == [0, 1]
    assert len(forge.comments) == 1
    forge.faults.append(Fault("POST", "/comments", 500, {}, times=100))
    with pytest.raises(ApiError, match="HTTP 500") as caught:
        api.once("POST", COMMENTS, {"body": "x"}, lambda: None)
    assert not isinstance(caught.value, DoubtfulError)


def test_requests_that_change_something_are_apart(forge):
    with Api(base=forge.address, token=TOKEN, pause=0.5) as api:
        began = time.monotonic()
        for _ in range(3):
            api.ask("POST", COMMENTS, {"body": "x"})
        assert time.monotonic() - began >= 1
        began = time.monotonic()
        for _ in range(3):
            api.ask("GET", PULL)
        assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://api.github.com", True),
        ("https://ghes.example:8443/api/v3", True),
        ("http://127.0.0.1:8080/api/v3", True),
        ("http://localhost:8080", True),
        ("http://[::1]:8080", True),
        ("http://ghes.example/api/v3", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost.evil.example", False),
        ("https://user:pass@ghes.example", False),
        ("https://ghes.example?x=1", False),
        ("https://ghes.example:99999", False),
        ("https://[", False),
        ("https://", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_where_a_token_may_go(address, safe):
    assert safe_address(address) is safe
    if not safe and address:
        with pytest.raises(ApiError, match="is not an https address"), Api(base=address, token=TOKEN):
            pass


@pytest.mark.parametrize("token", ["a b", f"{TOKEN}\r\nX-Evil: 1", "ü" * 9, "x" * 5000])
def test_a_token_that_is_none_is_not_sent_and_not_shown(forge, token):
    with pytest.raises(ApiError) as caught, Api(base=forge.address, token=token):
        pass
    assert token not in f"{caught.value.message} {caught.value.hint}"


def test_who_the_token_acts_as(forge, api):
    assert api.viewer() == (41898282, "github-actions[bot]")
    assert forge.requests[0][1] == "/api/graphql"
    forge.faults.append(Fault("POST", "/graphql", 200, {"data": {"viewer": None}}))
    with pytest.raises(ApiError, match="does not say whom"):
        api.viewer()
