"""openapi-spec-validator in a process of its own: a job comes in on stdin, what the validator finds goes out.

It sees the files it is given and nothing else: every reference is answered from them, none over the network or from
the disk.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

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
        for error in _validator(job).iter_errors():
            found.append(_told(error))
            if len(found) >= MOST:
                break
    except Exception as error:  # noqa: BLE001 - the validator raises whatever it meets; said, never passed over
        trouble = f"{type(error).__name__}: {error}"[:300]
    with stream:
        json.dump({"found": found, "trouble": trouble}, stream)


def _validator(job: dict[str, Any]) -> Any:
    import openapi_spec_validator

    files: dict[str, Any] = job["files"]

    def answer(uri: str) -> Any:
        location = uri.partition("#")[0]
        if location not in files:
            raise LookupError(f"{location} is not fetched")
        return files[location]

    base = getattr(openapi_spec_validator, f"OpenAPIV{job['version'].replace('.', '')}SpecValidator")
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
