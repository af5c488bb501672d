"""What the events of a trail say, under our names for it, whatever theirs are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sluicegate.errors import GateError

ALWAYS = ("actor", "action", "at", "outcome", "origin", "resource")
"""What every event says (PCI DSS 10.2.2)."""

JUDGED = (*ALWAYS, "version", "purpose", "reason")
"""What an event may be without; records of some kinds have more to say."""

NOUNS = (*JUDGED, "id", "sequence", "hash", "previous")

Look = Callable[[dict[str, Any]], Any]
"""From an event to what it says of one thing; None where it says nothing."""

FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "jsonl": {noun: (noun,) for noun in NOUNS},
    "csv": {noun: (noun,) for noun in NOUNS},
    "ocsf": {
        "actor": ("actor.user.uid", "actor.user.name", "actor.session.uid", "actor.app_uid"),
        "action": ("api.operation", "activity_name"),
        "at": ("time",),
        "outcome": ("status", "status_id"),
        "origin": ("src_endpoint.ip", "src_endpoint.hostname", "src_endpoint.svc_name"),
        "resource": ("resources.0.uid", "resources.0.name", "api.service.name"),
        "id": ("metadata.uid",),
        "sequence": ("metadata.sequence",),
    },
    "cadf": {
        "actor": ("initiator.id", "initiator.name", "initiatorId"),
        "action": ("action",),
        "at": ("eventTime",),
        "outcome": ("outcome",),
        "origin": ("initiator.host.address", "initiator.addresses.0.url", "observer.id", "observerId"),
        "resource": ("target.id", "target.name", "targetId"),
        "reason": ("reason.reasonCode",),
        "id": ("id",),
    },
    "cef": {
        "actor": ("suser", "suid", "duser"),
        "action": ("act", "signature"),
        "at": ("rt", "end", "start"),
        "outcome": ("outcome",),
        "origin": ("src", "shost", "dvc"),
        "resource": ("request", "fname", "dhost", "dst"),
        "reason": ("reason",),
        "id": ("externalId",),
    },
    "cloudtrail": {
        "actor": ("userIdentity.arn", "userIdentity.principalId", "userIdentity.invokedBy", "userIdentity.type"),
        "action": ("eventName",),
        "at": ("eventTime",),
        "outcome": ("errorCode", "outcome"),
        "origin": ("sourceIPAddress",),
        "resource": ("resources.0.ARN", "requestParameters.bucketName", "eventSource"),
        "id": ("eventID",),
    },
}
"""What each format calls them; the first that an event has counts."""


def names(form: str, given: Mapping[str, str | tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Their names for ours: those of the format, and those of the settings in their place. Raises GateError."""
    found = dict(FIELDS[form])
    for noun, said in given.items():
        if noun not in NOUNS:
            raise GateError(f"`fields` names {noun!r}, which nobody asks for", f"there are: {', '.join(NOUNS)}")
        found[noun] = (said,) if isinstance(said, str) else said
    return found


def look(paths: tuple[str, ...]) -> Look:
    """How to find what stands under the first of some dotted names that an event has."""
    if not paths:
        return lambda _event: None
    looks = [_one(path) for path in paths]
    if len(looks) == 1:
        return looks[0]

    def first(event: dict[str, Any]) -> Any:
        for each in looks:
            found = each(event)
            if found is not None and found != "":
                return found
        return None

    return first


def _one(path: str) -> Look:
    parts = path.split(".")
    if len(parts) == 1:
        return lambda event: event.get(path)

    def walk(event: dict[str, Any]) -> Any:
        here: Any = event
        for part in parts:
            if type(here) is dict:
                here = here.get(part)
            elif type(here) is list and part.isdecimal() and int(part) < len(here):
                here = here[int(part)]
            else:
                return event.get(path)  # a column may be called so
        return here

    return walk


_MILLI, _MICRO, _NANO = 1e11, 1e14, 1e17
_NONE = 1e20
"""Nanoseconds of the year 5138."""

_CEF = ("%b %d %Y %H:%M:%S", "%b %d %Y %H:%M:%S.%f")


def moment(value: Any) -> tuple[float, bool] | None:
    """A time as seconds since 1970, and whether it says its zone (else it is taken for UTC); None where it is none.

    RFC 3339 texts, seconds, milli-, micro- and nanoseconds since 1970, and the times of CEF.
    """
    if type(value) is str:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return _other(value)
        if found.tzinfo is None:
            return found.replace(tzinfo=UTC).timestamp(), False
        return found.timestamp(), True
    if type(value) is int or type(value) is float:
        return _number(float(value)) if value < _NONE else None
    return None


def _number(value: float) -> tuple[float, bool] | None:
    if not 0 <= value < _NONE:
        return None
    for least, scale in ((_NANO, 1e9), (_MICRO, 1e6), (_MILLI, 1e3)):
        if value >= least:
            return value / scale, True
    return value, True


def _other(text: str) -> tuple[float, bool] | None:
    try:
        return _number(float(text))
    except ValueError:
        pass
    zone = text.endswith((" UTC", " GMT", "Z"))
    plain = text.removesuffix(" UTC").removesuffix(" GMT")
    for form in _CEF:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=UTC).timestamp(), zone
        except ValueError:
            continue
    return None


def told(seconds: float | None) -> str:
    """A time as RFC 3339 has it; "" for none."""
    if seconds is None:
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return ""
