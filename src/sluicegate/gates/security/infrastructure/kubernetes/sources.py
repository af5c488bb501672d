"""Which files are manifests, known without loading what reads them."""

from __future__ import annotations

import re

PATTERNS = tuple(f"{way}*.{end}" for end in ("yaml", "yml", "json") for way in ("", "**/"))
_KIND = re.compile(rb"(?:^|[{,])[ \t\-]*[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?[A-Z{]", re.MULTILINE)


def is_manifest(raw: bytes) -> bool:
    """Whether a file, or a document of one, says that it is an object of Kubernetes."""
    return b"apiVersion" in raw and _KIND.search(raw) is not None
