"""A file of results: found, bounded, known by its content, and given to its reader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sluicegate.imports import junit, runners, sarif
from sluicegate.imports.jsontext import items, once, table
from sluicegate.imports.results import Place, Results, ResultsError, tool_name
from sluicegate.text import encoding, plural

LIMIT = 64 * 1024 * 1024
"""So many bytes of a file are read at the most."""

_KNOWN = "JUnit XML, SARIF 2.1.0, Jest's JSON, pytest's JSON report and `go test -json` are read"
_GO = re.compile(r'^\{"(?:Time|Action|ImportPath)":')
_SUITE = re.compile(rb'<testsuites?\b[^>]{0,2000}?\bname="([^"<>]{1,100})"')
_MODULE = re.compile(r"^module\s+(\S+)", re.MULTILINE)


def read(path: Path, place: Place, *, tool: str = "", subject: str = "") -> Results:
    """The results in a file; `subject` is how it is called. Raises ResultsError: unreadable, too large, unknown."""
    subject = subject or path.as_posix()
    content = _bytes(path, subject)
    # what a shell wrote in UTF-16 or UTF-32 says so in its first bytes, whatever the document claims
    marked = encoding(content)
    try:
        stripped = content.decode(marked).encode().strip() if marked else content.strip()
    except UnicodeError as error:
        raise ResultsError(f"{subject} begins like {marked.upper()} and is none: {error}", hint=_KNOWN) from error
    if not stripped:
        raise ResultsError(f"{subject} is empty", hint="the tool may not have run")
    if stripped.startswith(b"<"):
        results = Results(tool=tool or _junit_tool(stripped), subject=subject, place=place)
        junit.read(stripped, results, "utf-8" if marked else None)
        return results
    return _read_json(stripped, place, tool, subject)


def _read_json(content: bytes, place: Place, tool: str, subject: str) -> Results:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ResultsError(f"{subject} is not UTF-8 (byte {error.start})", hint=_KNOWN) from error
    if _GO.match(text):
        results = Results(tool=tool or "go-test", subject=subject, place=place)
        runners.go(text, results, _go_module(place))
        return results
    try:
        document: Any = json.loads(text, object_pairs_hook=once)
    except RecursionError:
        raise ResultsError(f"{subject} is nested too deeply", hint=_KNOWN) from None
    except ValueError as error:
        raise ResultsError(f"{subject} is no test results that are known: {error}", hint=_KNOWN) from error
    if items(document, "runs") or str(table(document).get("$schema", "")).find("sarif") >= 0:
        results = Results(tool=tool or sarif.tool(document), subject=subject, place=place)
        sarif.read(document, results)
    elif "testResults" in table(document):
        results = Results(tool=tool or "jest", subject=subject, place=place)
        runners.jest(document, results)
    elif "exitcode" in table(document) and "tests" in table(document):
        results = Results(tool=tool or "pytest", subject=subject, place=place)
        runners.pytest(document, results)
    else:
        raise ResultsError(f"{subject} is JSON, but no results that are known", hint=_KNOWN)
    return results


def regular(path: Path, subject: str) -> None:
    """Raise ResultsError where what is there is no file: a pipe or a device might never end."""
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "not a file"
        raise ResultsError(f"{subject} is {what}", hint="name the file that the tool wrote")


def _bytes(path: Path, subject: str) -> bytes:
    try:
        regular(path, subject)
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except ValueError as error:  # a name with a NUL
        raise ResultsError(f"{subject!r} is no path") from error
    except OSError as error:
        raise ResultsError(f"{subject} cannot be read: {error.strerror or error}") from error
    if len(content) > LIMIT:
        raise ResultsError(f"{subject} has more than {plural(LIMIT, 'byte')}", hint="split the results")
    return content


def _junit_tool(content: bytes) -> str:
    found = _SUITE.search(content[:20_000])
    words = found[1].decode("utf-8", "replace").split() if found else []
    return tool_name(words[0], "junit") if words and words[0].lower() in ("pytest", "jest", "vitest") else "junit"


def _go_module(place: Place) -> str:
    """The name of the module at the top of the project, by which a package becomes a folder."""
    for folder in dict.fromkeys((place.folder, "")):
        file = Path(place.root, folder, "go.mod")
        if file.is_file() and file.stat().st_size < 1 << 20 and (
            found := _MODULE.search(file.read_text("utf-8", "replace"))
        ):  # fmt: skip
            return found[1]
    return ""
