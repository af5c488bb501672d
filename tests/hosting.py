"""A stand-in for GitHub on loopback: git over HTTP with credentials, the compare API, clones as checkout makes them."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from clones import Clone

TOKEN = "ghs_" + "0" * 36
REPOSITORY = "acme/shop"
_IDENTITY = {
    "GIT_AUTHOR_NAME": "T",
    "GIT_AUTHOR_EMAIL": "t@example.com",
    "GIT_COMMITTER_NAME": "T",
    "GIT_COMMITTER_EMAIL": "t@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def bare_git(folder: Path, *arguments: str, feed: bytes | None = None, **environ: str) -> str:
    """What git prints in a folder, without any setting of the machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={**kept, **_IDENTITY, **environ},
        input=feed,
        stdin=None if feed is not None else subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, (arguments, done.stderr.decode("utf-8", "replace"))
    return done.stdout.decode("utf-8", "surrogateescape").strip()


@dataclass
class Hosting:
    """A bare repository, and what it was asked for over HTTP.

    `status` is what the API answers instead of the truth, `delay` the seconds it takes; `open` lets anybody read;
    `git_says` is what git is refused with.
    """

    bare: Path
    address: str = ""
    status: int = 0
    answers: list[int] = field(default_factory=list)
    body: bytes = b""
    delay: float = 0
    git_delay: float = 0
    git_says: bytes = b""
    open: bool = False
    asked: list[str] = field(default_factory=list)
    fetched: list[bytes] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    _clock: int = 1_700_000_000

    def git(self, *arguments: str) -> str:
        return bare_git(self.bare, *arguments)

    def commit(self, name: str, *parents: str, files: dict[str, bytes] | None = None) -> str:
        """A commit under a name of the test; its tree is that of its parents with some files more."""
        index = {"GIT_INDEX_FILE": str(self.bare / "index.of.tests")}
        Path(index["GIT_INDEX_FILE"]).unlink(missing_ok=True)
        for parent in parents:
            entries = self.git("ls-tree", "-r", self.names[parent])
            bare_git(self.bare, "update-index", "--index-info", feed=f"{entries}\n".encode(), **index)
        for path, content in (files or {f"{name}.txt": f"{name}\n".encode()}).items():
            blob = bare_git(self.bare, "hash-object", "-w", "--stdin", feed=content)
            bare_git(self.bare, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", **index)
        tree = bare_git(self.bare, "write-tree", **index)
        self._clock += 60
        when = {"GIT_AUTHOR_DATE": f"{self._clock} +0000", "GIT_COMMITTER_DATE": f"{self._clock} +0000"}
        told = [part for parent in parents for part in ("-p", self.names[parent])]
        self.names[name] = bare_git(self.bare, "commit-tree", tree, *told, "-m", name, **when)
        return self.names[name]

    def ref(self, ref: str, name: str) -> None:
        self.git("update-ref", ref, self.names[name])

    def name_of(self, commit: str) -> str:
        return {value: key for key, value in self.names.items()}.get(commit, commit)

    @contextlib.contextmanager
    def serving(self) -> Iterator[Hosting]:
        """Answer on a port of loopback while the block runs."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hosting": self}))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        self.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def checkout(self, into: Path, ref: str, commit: str, depth: int, *, filter_: str = "", keep: bool = True) -> Clone:
        """What actions/checkout does: init, one fetch of one ref (of everything, at depth 0), checkout.

        `ref` is empty where the workflow names a commit. `keep` is `persist-credentials`.
        """
        into.mkdir(parents=True)
        made = Clone(into)
        made.git("init", "--quiet")
        made.git("remote", "add", "origin", f"{self.address}/{REPOSITORY}.git")
        secret = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
        made.git("config", "http.extraheader", f"AUTHORIZATION: basic {secret}")
        what = {
            "refs/heads/": f"+{commit}:refs/remotes/origin/{ref.removeprefix('refs/heads/')}",
            "refs/pull/": f"+{commit}:{ref.replace('refs/pull/', 'refs/remotes/pull/')}",
            "refs/tags/": f"+{commit}:{ref}",
        }.get(re.sub(r"(refs/\w+/).*", r"\1", ref), commit)
        options = ["--quiet", "--no-tags", "--prune", "--no-recurse-submodules"]
        options += [f"--filter={filter_}"] if filter_ else []
        if depth:
            made.git("fetch", *options, f"--depth={depth}", "origin", what)
        else:
            made.git("fetch", *options, "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
            made.git("fetch", *options, "origin", what)
        if ref.startswith("refs/heads/"):
            branch = ref.removeprefix("refs/heads/")
            made.git("checkout", "--quiet", "--force", "-B", branch, f"refs/remotes/origin/{branch}")
        else:
            made.git("checkout", "--quiet", "--force", "--detach", commit)
        if not keep:
            made.git("config", "--unset", "http.extraheader")
        self.asked.clear()
        self.fetched.clear()
        return made


def make_hosting(folder: Path) -> Hosting:
    """An empty repository that serves any commit it has, as GitHub does."""
    bare = folder / "shop.git"
    bare.mkdir(parents=True)
    bare_git(bare, "init", "--quiet", "--bare", "--initial-branch=main")
    for setting in ("uploadpack.allowAnySHA1InWant", "uploadpack.allowFilter"):
        bare_git(bare, "config", setting, "true")
    return Hosting(bare=bare)


class _Handler(BaseHTTPRequestHandler):
    """Git's own CGI program, and one endpoint of the API."""

    hosting: Hosting
    protocol_version = "HTTP/1.0"

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith(f"/api/v3/repos/{REPOSITORY}/compare/"):
            self._compare(path.rpartition("/")[2])
        else:
            self._git()

    def do_POST(self) -> None:
        self._git()

    def _compare(self, what: str) -> None:
        hosting = self.hosting
        base, head = map(unquote, what.split("..."))
        hosting.asked.append(f"{hosting.name_of(base)}...{hosting.name_of(head)}")
        time.sleep(hosting.delay)
        status = hosting.answers.pop(0) if hosting.answers else hosting.status
        if self.headers.get("Authorization") != f"Bearer {TOKEN}" and not hosting.open:
            status = status or 404
        body = hosting.body
        if not status and not body:
            try:
                found = hosting.git("merge-base", base, head)
            except AssertionError:
                status = 404
            else:
                body = json.dumps({"status": "diverged", "merge_base_commit": {"sha": found}, "files": []}).encode()
        self.send_response(status or 200)
        self.end_headers()
        with contextlib.suppress(OSError):  # who asked may have gone
            self.wfile.write(body if not status else b'{"message": "no"}')

    def _git(self) -> None:
        hosting = self.hosting
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        time.sleep(hosting.git_delay)
        if hosting.git_says:
            self.send_response(403)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(hosting.git_says)
            return
        wanted = f"Basic {base64.b64encode(f'x-access-token:{TOKEN}'.encode()).decode()}"
        if not hosting.open and self.headers.get("Authorization", "").lower() != wanted.lower():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="GitHub"')
            self.end_headers()
            return
        parts = urlsplit(self.path)
        plain = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        if b"command=fetch" in plain:
            hosting.fetched.append(plain)
        done = subprocess.run(
            ["git", "http-backend"],
            input=plain,
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(hosting.bare.parent),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_NOSYSTEM": "1",
                "PATH_INFO": parts.path.removeprefix("/acme"),
                "QUERY_STRING": parts.query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(plain)),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            },
            capture_output=True,
            check=False,
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().splitlines()]
        status = next((value for name, value in lines if name == "Status"), "200")
        self.send_response(int(status.split()[0]))
        for name, value in lines:
            if name != "Status":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
