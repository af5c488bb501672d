"""openapi-spec-validator in a process of its own: a job comes in on stdin, what the validator finds goes out.

It sees the files it is given and nothing else: references are answered from them, and the process itself refuses the
network and the disk, whatever its libraries try.
"""

from __future__ import annotations

import json
import mimetypes
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_REFUSED = frozenset(
    ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system", "os.exec")
)
_VERSIONS = {"2.0": "2", "3.0": "30", "3.1": "31", "3.2": "32"}
MOST = 200
"""How many findings are told."""


def main() -> None:
    """Do the job. What the validator prints goes to stderr."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    job = json.load(sys.stdin.buffer)
    found: list[dict[str, Any]] = []
    trouble = ""
    try:
        validator = _validator(job)
        sys.addaudithook(fence())
        for error in validator.iter_errors():
            found.append(_told(error))
            if len(found) >= MOST:
                break
    except Exception as error:  # noqa: BLE001 - the validator raises whatever it meets; said, never passed over
        trouble = f"{type(error).__name__}: {error}"[:300]
    with stream:
        json.dump({"found": found, "trouble": trouble}, stream)


def fence() -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook (PEP 578) that refuses the network, other processes, and files that are no part of Python."""
    mimetypes.init([])  # the reader of file addresses, by which the meta-schemas are read, would look for lists in /etc
    folders = (sys.prefix, sys.base_prefix, *filter(None, sys.path))
    own = tuple(os.path.realpath(folder) + os.sep for folder in folders)

    def refuse(event: str, given: tuple[Any, ...]) -> None:
        if event in _REFUSED:
            raise PermissionError(f"{event} is refused")
        if event == "open" and isinstance(given[0], (str, bytes)):
            path = os.path.realpath(os.fsdecode(given[0]))
            if not path.startswith(own):
                raise PermissionError(f"{path} is not opened")

    return refuse


def _validator(job: dict[str, Any]) -> Any:
    import openapi_spec_validator

    files: dict[str, Any] = job["files"]

    def answer(uri: str) -> Any:
        location = uri.partition("#")[0]
        if location not in files:
            raise LookupError(f"{location} is not fetched")
        return files[location]

    base = getattr(openapi_spec_validator, f"OpenAPIV{_VERSIONS[job['version']]}SpecValidator")
    validator = type(
        "Fenced", (base,), {"resolver_handlers": dict.fromkeys(("<all_urls>", "http", "https", "file"), answer)}
    )
    return validator(files[job["main"]], base_uri=job["main"])


def _told(error: Any) -> dict[str, Any]:
    return {
        "kind": type(error).__name__,
        "keyword": error.validator if isinstance(error.validator, str) else "",
        "path": [part if isinstance(part, int) else str(part) for part in error.absolute_path],
        "message": str(error.message)[:2_000],
    }


if __name__ == "__main__":
    main()
