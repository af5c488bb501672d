"""A small S3 server on loopback that keeps objects, and misbehaves as it is told, which no real one can be made to."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


@dataclass
class Fault:
    """One answer that is not the right one, to the next request of a method, or after so many `passes`.

    `after`: what was asked is done all the same, and the answer is lost. `cut`: half of the body comes.
    """

    status: int = 0
    code: str = ""
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    cut: bool = False
    method: str = ""
    passes: int = 0


@dataclass
class Bucket:
    """What the server holds, was asked, and is to do wrong."""

    objects: dict[str, tuple[bytes, str, str]] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    conditions: bool = True
    removal_conditions: bool = True
    nothing_is_removed: bool = False  # some servers call it done where there is nothing
    page: int = 1000
    url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def fault(self, method: str) -> Fault | None:
        with self.lock:
            for each in self.faults:
                if each.method not in ("", method):
                    continue
                if each.passes:
                    each.passes -= 1
                else:
                    self.faults.remove(each)
                    return each
        return None

    def put(self, key: str, data: bytes, mark: str, headers: dict[str, str]) -> tuple[int, str]:
        """The status and the ETag, or the code."""
        with self.lock:
            there = self.objects.get(key)
            if self.conditions:
                if headers.get("if-none-match") == "*" and there:
                    return 412, "PreconditionFailed"
                wanted = headers.get("if-match")
                if wanted and not there:
                    return 404, "NoSuchKey"
                if wanted and there and wanted.strip('"') != there[1]:
                    return 412, "PreconditionFailed"
            etag = hashlib.md5(data).hexdigest()  # noqa: S324 - as S3 does
            self.objects[key] = data, etag, mark
            return 200, etag

    def remove(self, key: str, headers: dict[str, str]) -> tuple[int, str]:
        """The status, and the code of a refusal."""
        with self.lock:
            there = self.objects.get(key)
            wanted = headers.get("if-match")
            if self.removal_conditions and wanted:
                if not there:
                    return (204, "") if self.nothing_is_removed else (404, "NoSuchKey")
                if wanted.strip('"') != there[1]:
                    return 412, "PreconditionFailed"
            self.objects.pop(key, None)
            return 204, ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def do(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        key = unquote(parts.path).partition("/bucket")[2].lstrip("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        data = self.rfile.read(int(headers.get("content-length", 0)))
        self.bucket.seen.append((self.command, key, headers))
        fault = self.bucket.fault(self.command)
        if fault and not fault.after and not fault.cut:
            self.refuse(fault.status, fault.code, fault.message, fault.headers)
            return
        if self.command == "GET" and "list-type" in query:
            self.listing(query)
        elif self.command in ("GET", "HEAD"):
            self.reading(key, fault)
        elif self.command == "POST" and "uploads" in query:
            upload = str(len(self.bucket.uploads) + 1)
            self.bucket.uploads[upload] = {}
            self.bucket.marks[upload] = headers.get("x-amz-meta-sluicegate-write", "")
            self.answer(200, f"<R><UploadId>{upload}</UploadId></R>".encode())
        elif self.command == "PUT" and "partNumber" in query:
            self.bucket.uploads[query["uploadId"]][int(query["partNumber"])] = data
            self.answer(200, headers={"ETag": f'"{query["partNumber"]}"'})
        elif self.command == "POST":
            self.completed(key, query["uploadId"], headers, fault)
        elif self.command == "PUT":
            status, told = self.bucket.put(key, data, headers.get("x-amz-meta-sluicegate-write", ""), headers)
            self.written(status, told, fault)
        elif "uploadId" in query:
            self.bucket.uploads.pop(query["uploadId"], None)
            self.answer(204)
        else:
            status, told = self.bucket.remove(key, headers)
            if fault:
                self.refuse(fault.status, fault.code)
            elif status == 204:
                self.answer(204)
            else:
                self.refuse(status, told)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do  # noqa: N815 - the names that http.server calls

    def completed(self, key: str, upload: str, headers: dict[str, str], fault: Fault | None) -> None:
        parts = self.bucket.uploads.get(upload)
        if parts is None:
            self.refuse(404, "NoSuchUpload")
            return
        data = b"".join(parts[number] for number in sorted(parts))
        status, told = self.bucket.put(key, data, self.bucket.marks[upload], headers)
        if status == 200:
            del self.bucket.uploads[upload]
        self.written(status, told, fault, f'<R><ETag>"{told}"</ETag></R>'.encode())

    def written(self, status: int, told: str, fault: Fault | None, body: bytes = b"") -> None:
        if fault:
            self.refuse(fault.status, fault.code)
        elif status == 200:
            self.answer(200, body, {"ETag": f'"{told}"'})
        else:
            self.refuse(status, told)

    def reading(self, key: str, fault: Fault | None) -> None:
        there = self.bucket.objects.get(key)
        if there is None:
            self.refuse(404, "NoSuchKey")
            return
        data, etag, mark = there
        headers = {"ETag": f'"{etag}"', "x-amz-meta-sluicegate-write": mark}
        if fault and fault.cut:
            self.answer(200, data[: len(data) // 2], {**headers, "Content-Length": str(len(data))})
            self.close_connection = True
        else:
            self.answer(200, data, headers)

    def listing(self, query: dict[str, str]) -> None:
        names = sorted(key for key in self.bucket.objects if key.startswith(query.get("prefix", "")))
        start = int(query.get("continuation-token", 0))
        more = start + self.bucket.page < len(names)
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key></Contents>" for key in names[start : start + self.bucket.page]
        )
        token = f"<NextContinuationToken>{start + self.bucket.page}</NextContinuationToken>" if more else ""
        told = f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{rows}{token}</ListBucketResult>"
        self.answer(200, told.encode())

    def refuse(self, status: int, code: str, message: str = "", headers: dict[str, str] | None = None) -> None:
        body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>".encode()
        self.answer(status, body if code else b"", headers)

    def answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        told = {"Content-Length": str(len(body)), "Content-Type": "application/xml", **(headers or {})}
        self.send_response_only(status)
        for name, value in {"Date": formatdate(usegmt=True), **told}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_told: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Bucket]:
    """A bucket behind a server, for the length of the block."""
    bucket = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"bucket": bucket}))
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
