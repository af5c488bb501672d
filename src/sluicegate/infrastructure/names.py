"""What files are called that can be told by their names; whoever has none to judge loads no reader."""

from __future__ import annotations

_NAMES = (
    "Dockerfile", "Containerfile", "Dockerfile.*", "Containerfile.*", "*.Dockerfile", "*.dockerfile", "*.containerfile",
    "dockerfile",
)  # fmt: skip
DOCKERFILES = tuple(pattern for name in _NAMES for pattern in (name, f"**/{name}"))
"""Files of Docker and of its kin."""
