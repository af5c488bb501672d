"""One question to pip-audit about some pins, and its answer held against them."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.gates.security.audit import PIP_AUDIT
from sluicegate.text import one_line, shorten
from sluicegate.tools.running import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gates.security.audit.pins import Pin
    from sluicegate.model import Context

_ASKED = (
    "--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--desc", "on", "--aliases", "on",
    "--timeout", "15",
)  # fmt: skip
_REACH = "see whether the service can be reached from here, and run again"
_UNREACHED = re.compile(r"Connection|Timeout|Max retries|ProxyError|SSLError|HTTPError|ServiceError", re.IGNORECASE)


class Vulnerability(Struct, frozen=True, kw_only=True):
    """One advisory about one package."""

    id: str
    fix_versions: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    description: str = ""


class _Dependency(Struct, frozen=True, kw_only=True):
    name: str
    version: str = ""
    vulns: list[Vulnerability] | None = None
    skip_reason: str = ""


class _Report(Struct, frozen=True, kw_only=True):
    dependencies: list[_Dependency]


class Answer(Struct, frozen=True, kw_only=True):
    """By name and version: what is known of a pin, or why it was skipped."""

    known: dict[tuple[str, str], list[Vulnerability]]
    skipped: dict[tuple[str, str], str]


def ask(context: Context, pins: Sequence[Pin]) -> Answer:
    """What the service knows of pins that name no package twice. Raises GateError: it could not be asked.

    Both sides of a change get the same answer to the same question.
    """
    asked = ("pip-audit", tuple((pin.name, pin.version) for pin in pins))
    if asked not in context.memo:
        context.memo[asked] = _ask(context, pins)
    answer: Answer = context.memo[asked]
    return answer


def _ask(context: Context, pins: Sequence[Pin]) -> Answer:
    service = context.settings.pip_audit_service
    where = ("-s", service) if service in ("pypi", "osv") else ("-s", "osv", "--osv-url", service)
    with tempfile.TemporaryDirectory(prefix="sluicegate-") as made:
        folder = Path(made)
        lines = "".join(f"{pin.name}=={pin.version}\n" for pin in pins)
        (folder / "requirements.txt").write_text(lines, "utf-8")
        ran = run(
            PIP_AUDIT, [*_ASKED, "--cache-dir", str(folder / "cache"), *where, "-r", "requirements.txt"],
            folder=folder, limit=context.settings.scanner_timeout, online=True, cancelled=context.cancelled,
        )  # fmt: skip
    if not ran.stdout.strip():
        reached = _UNREACHED.search(ran.stderr.decode("utf-8", "replace"))
        what = "could not ask its service" if reached else "gave no report"
        raise GateError(f"pip-audit {what} ({ran.complaint})", hint=_REACH if reached else PIP_AUDIT.install)
    report = ran.decoded(_Report)
    if ran.code not in (0, 1):
        raise GateError(f"pip-audit did not come to its end ({ran.complaint})", hint="run pip-audit by hand")
    return _held(report, pins)


def _held(report: _Report, pins: Sequence[Pin]) -> Answer:
    """The answer, in which each pin that was asked about has one: that it is missing is no good news."""
    told: dict[str, _Dependency] = {}
    for one in report.dependencies:
        told[re.sub(r"[-_.]+", "-", one.name).lower()] = one
    known: dict[tuple[str, str], list[Vulnerability]] = {}
    skipped: dict[tuple[str, str], str] = {}
    for pin in pins:
        dependency = told.get(pin.name)
        if dependency is None:
            raise GateError(f"pip-audit was given {pin.name}=={pin.version} and says nothing of it", hint=_REACH)
        if dependency.skip_reason or dependency.vulns is None:
            reason = shorten(one_line(dependency.skip_reason), 200) or "it does not say why"
            skipped[pin.name, pin.version] = f"pip-audit skipped {pin.name}=={pin.version}: {reason}"
        elif dependency.version != pin.version and dependency.version.rstrip(".0") != pin.version.rstrip(".0"):
            raise GateError(
                f"pip-audit was given {pin.name}=={pin.version} and tells of {one_line(dependency.version)}",
                hint=PIP_AUDIT.install,
            )
        else:
            known[pin.name, pin.version] = dependency.vulns
    return Answer(known=known, skipped=skipped)
