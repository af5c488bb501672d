"""What documents are called in a store: `performance/SUITE/FINGERPRINT/COMMIT/TIME-DIGEST.json`, one for each run.

Two runs never have the same name, whoever records them in the same second and whatever was folded or removed before: a
name says what is in it.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from msgspec import Struct

from sluicegate.gates.performance.history.record import Record, encode
from sluicegate.sealed import stated

ROOT = "performance"

INDEX = "index.json"
"""The last part of the name of an index. What a name ending so holds is made of other entries, and can be made anew."""

_LONGEST = 60
_TIME = "%Y%m%dt%H%M%Sz"
_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
_RUN = re.compile(
    r"(?P<fingerprint>[0-9a-f]{16})/(?P<commit>[0-9a-f]{40}(?:[0-9a-f]{24})?)/(?P<time>\d{8}t\d{6}z)-(?P<mark>[0-9a-f]{12})\.json"
)
_FOLDED = re.compile(r"(?P<fingerprint>[0-9a-f]{16})/folded/[0-9a-f]{16}\.json")


class RunName(Struct, frozen=True, kw_only=True):
    """What the name of a run says; `mark` begins the digest of its document."""

    fingerprint: str
    commit: str
    time: datetime
    mark: str


def folder(suite: str) -> str:
    """What the names of a suite begin with, with the `/` at its end.

    A suite whose name no store could hold, or that would look like another one's, gets digits of its own.
    """
    plain = re.sub(r"[^a-z0-9_]+", "-", suite.lower()).strip("-_")[:_LONGEST].rstrip("-_")
    # a word that Windows keeps for itself is not to be the whole of a part
    same = plain == suite and _PLAIN.fullmatch(suite) and not re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", suite)
    part = plain if same else f"{plain or 'suite'}-{hashlib.sha256(suite.encode()).hexdigest()[:8]}"
    return f"{ROOT}/{part}/"


def index_name(suite: str) -> str:
    """The name of a suite's index."""
    return f"{folder(suite)}{INDEX}"


def run_name(record: Record) -> str:
    """The name of a run."""
    place = f"{folder(record.suite)}{record.machine.fingerprint}/{record.commit}"
    return f"{place}/{record.time.strftime(_TIME)}-{mark_of(encode(record))}.json"


def mark_of(document: bytes) -> str:
    """The part of a run's name that says what is in it."""
    return stated(document).removeprefix("sha256:")[:12]


def folded_name(suite: str, fingerprint: str, names: list[str]) -> str:
    """The name of the document that holds the runs of these names: the same for the same runs."""
    return f"{folder(suite)}{fingerprint}/folded/{hashlib.sha256(chr(10).join(names).encode()).hexdigest()[:16]}.json"


def run_of(suite: str, name: str) -> RunName | None:
    """What the name of a run of a suite says; None where it is the name of anything else."""
    found = _RUN.fullmatch(name.removeprefix(folder(suite)))
    if found is None or not name.startswith(folder(suite)):
        return None
    try:
        time = datetime.strptime(found["time"], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return RunName(fingerprint=found["fingerprint"], commit=found["commit"], time=time, mark=found["mark"])


def is_folded(suite: str, name: str) -> bool:
    """Whether a name is one of a document that holds several runs of a suite."""
    return name.startswith(folder(suite)) and bool(_FOLDED.fullmatch(name.removeprefix(folder(suite))))
