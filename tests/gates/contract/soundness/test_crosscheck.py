"""The second opinion: asked for real, in its own process, behind a fence."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading

import pytest
from finding import api, path
from memory import MemoryTree

from sluicegate.gates.contract.soundness import CROSS, cross
from sluicegate.gates.contract.soundness.crosscheck import cross_check
from sluicegate.model import Examination, Finding, Outcome
from sluicegate.openapi.operations import describe
from sluicegate.openapi.references import Library


def asked(document, *, wanted=True, files=(), **more):
    """The findings and the examination."""
    texts = {"specs/openapi.yaml": document if isinstance(document, str) else json.dumps(document), **dict(files)}
    description = describe(Library(tree=MemoryTree(texts)), "specs/openapi.yaml")
    found = list(cross_check(description, "specs/openapi.yaml", wanted=wanted, **more))
    assert {one.rule for one in found} == {CROSS}
    [examination] = [one for one in found if isinstance(one, Examination)]
    return [one for one in found if isinstance(one, Finding)], examination


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_what_the_validator_finds_is_told_with_its_place(version):
    paths = {"/a": path(operationId="one"), "/b/{id}": path("id", operationId="two")}
    found, examination = asked(api(paths, version=version))
    assert (found, examination.examined, examination.undecided) == ([], 1, None)
    paths["/b/{id}"]["get"]["operationId"] = "one"
    paths["/c"] = {"get": {"responses": {"204": {"description": 5}}}}
    found, examination = asked(json.dumps(api(paths, version=version), indent=1))
    assert any("'one'" in finding.message and "one" in finding.key for finding in found)
    assert any("204" in finding.location.logical and finding.location.line > 20 for finding in found)
    assert len({finding.fingerprint for finding in found}) == len(found)
    assert examination.undecided is None


TWICE = {"name": "q", "in": "query", "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("paths", "more", "said", "place"),
    [
        ({"/a": path(operationId="x"), "/s/b": path(operationId="x")}, {}, "'x' for 'get' in '/s/b'",
         "paths./s/b.get.operationId"),
        ({"/a": path(), "/b/{id}": path()}, {}, "'id' for 'get' operation in '/b/{id}'", "paths./b/{id}.get"),
        ({"/a": path(), "/b": path("id")}, {}, "'id' for 'get' operation in '/b'", "paths./b.get"),
        ({"/a": path(), "/b": {"get": {**path()["get"], "parameters": [TWICE, TWICE]}}}, {}, "parameter 'q'",
         "paths./b.get.parameters[1]"),
        ({"/a": path(), "/b": {**path(), "parameters": [TWICE, TWICE]}}, {}, "parameter 'q'", "paths./b.parameters[1]"),
        ({"/a": path()}, {"tags": [{"name": "t"}, {"name": "u"}, {"name": "t"}]}, "tag name 't'", "tags[2]"),
    ],
)  # fmt: skip
def test_what_a_message_alone_names_is_told_there(paths, more, said, place):
    document = api(paths, **more)
    text = json.dumps(document, indent=1)
    found, _ = asked(text)
    told = [one for one in found if said in one.message]
    assert [one.location.logical for one in told] == [place]
    assert told[0].location.line > 1
    assert told[0].key[0] == "specs/openapi.yaml"


def test_what_might_stand_in_two_places_is_told_at_neither():
    twice = {"get": {**path()["get"], "parameters": [TWICE, TWICE]}}
    found, _ = asked(api({"/a": twice, "/b": twice}))
    told = [one for one in found if "Duplicate parameter 'q'" in one.message]
    assert len(told) == 2
    assert {one.location.line for one in told} == {1}


def test_it_sees_the_files_that_the_description_refers_to():
    paths = {"/a": {"get": {"responses": {"200": {"$ref": "../parts/all.yaml#/answer"}}}}}
    schema = "answer: {description: x, content: {application/json: {schema: {$ref: 'more.json#/deep'}}}}"
    files = {"parts/all.yaml": schema, "parts/more.json": '{"deep": {"type": "integer", "default": "x"}}'}
    found, examination = asked(api(paths), files=files)
    assert examination.undecided is None
    assert any("'x' is not of type 'integer'" in finding.message for finding in found)


@pytest.mark.parametrize(
    "reference",
    ["http://127.0.0.1:9/a.yaml", "https://else.example/a#/b", "file:///etc/x", "/etc/x", "../../x.yaml", "gone.yaml"],
)
def test_it_is_not_run_where_a_reference_leads_nowhere(reference, monkeypatch):
    monkeypatch.setattr("subprocess.Popen", None)  # nobody starts anything
    paths = {"/a": {"get": {"responses": {"200": {"$ref": reference}}}}}
    found, examination = asked(api(paths))
    assert found == []
    assert examination.undecided.outcome is Outcome.NOT_TESTED
    assert "1 reference of" in examination.undecided.reason


def test_the_fence_holds_in_the_child_too(tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text('{"a": {"type": "integer"}}')
    job = {"version": "3.1", "main": "file:///a.json", "files": {"file:///a.json": {}}}
    handlers = cross._validator(job).resolver_handlers
    for uri in (secret.as_uri(), "http://127.0.0.1:9/a", "https://else.example/a", "file:///etc/hostname"):
        for scheme in ("<all_urls>", uri.partition(":")[0]):
            with pytest.raises(LookupError, match="is not fetched"):
                handlers[scheme](uri)
    assert handlers["file"]("file:///a.json#/x") == {}


class _Ears(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.heard.append(self.path)
        self.send_error(404)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Ears) as made:
        made.heard = []
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def test_an_identifier_does_not_lead_the_validator_out(server):
    address = f"http://127.0.0.1:{server.server_port}/"
    schema = {"$id": address + "base", "allOf": [{"$ref": "parts.yaml"}], "default": 5}
    paths = {"/a": {"get": {"responses": {"200": {"description": "x", "content": {"a/b": {"schema": schema}}}}}}}
    document = api(paths, jsonSchemaDialect=address + "dialect")
    _, examination = asked(document, files={"specs/parts.yaml": "type: string"})
    assert server.heard == []
    assert examination.undecided is None or examination.undecided.outcome is Outcome.INCONCLUSIVE


def test_the_process_refuses_the_network_and_the_disk(server, tmp_path):
    (tmp_path / "secret").write_text("x")
    code = (
        "import socket, sys; from sluicegate.gates.contract.soundness.cross import fence; sys.addaudithook(fence())\n"
        "def tried(act):\n try: act()\n except PermissionError: return 'refused'\n return 'done'\n"
        f"address = ('127.0.0.1', {server.server_port})\n"
        "acts = [lambda: socket.create_connection(address), lambda: socket.socket().connect(address),"
        f" lambda: open({str(tmp_path / 'secret')!r}), lambda: __import__('subprocess').run(['true']),"
        " lambda: __import__('statistics')]\n"
        "print(*[tried(act) for act in acts])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused"] * 4 + ["done"]


def test_a_validator_that_stops_is_told():
    document = api({"/a": {"get": {"parameters": 5, "responses": {"204": {"description": "x"}}}}})
    _, examination = asked(document)
    assert examination.undecided.outcome is Outcome.INCONCLUSIVE
    assert "ended in the middle" in examination.undecided.reason


def test_the_time_limit_ends_it():
    found, examination = asked(api({"/a": path()}), limit=0.05)
    assert found == []
    assert examination.undecided.outcome is Outcome.ERRORED
    assert "0.05 s" in examination.undecided.reason


def test_a_child_that_cannot_start_is_errored(monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    _, examination = asked(api({"/a": path()}))
    assert examination.undecided.outcome is Outcome.ERRORED
    assert "exit code 1" in examination.undecided.reason


def test_nothing_runs_unless_it_is_asked_for(monkeypatch):
    monkeypatch.setattr("subprocess.Popen", None)
    found, examination = asked(api({"/a": path(operationId="x"), "/b": path(operationId="x")}), wanted=False)
    assert found == []
    assert examination.undecided.outcome is Outcome.NOT_APPLICABLE
    assert "`cross-check` in [contract] is off" in examination.undecided.reason
