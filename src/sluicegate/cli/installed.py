"""What is installed here, and the command that gets what is not."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from msgspec import Struct

from sluicegate.model import Tool
from sluicegate.text import one_line, shorten
from sluicegate.tools.programs import find
from sluicegate.tools.versions import recorded

OURS = "sluicegate"
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*\(?([^;)]*)\)?\s*(?:;(.*))?")
_EXTRA = re.compile(r"""\s*extra\s*==\s*['"]([^'"]+)['"]\s*""")
_BOUND = re.compile(r"(>=|<)\s*([0-9][0-9.]*)")
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_PACKAGES = {"git": "git"}
_MANAGERS = {  # by the program, the command that installs a package of the system
    "apt-get": "sudo apt-get install {}",
    "dnf": "sudo dnf install {}",
    "apk": "apk add {}",
    "pacman": "sudo pacman -S {}",
    "zypper": "sudo zypper install {}",
    "brew": "brew install {}",
    "winget": "winget install {}",
}
_SECONDS = 10


class Part(Struct, frozen=True, kw_only=True):
    """A distribution that something needs: its version here ("" where it is not installed) and what serves."""

    name: str
    found: str
    wanted: str

    @property
    def serves(self) -> bool:
        """Whether it is there, and neither too old nor too new."""
        return bool(self.found) and all(
            (newer(self.found, bound) if sign == ">=" else not newer(self.found, bound))
            for sign, bound in _BOUND.findall(self.wanted)
        )


def parts(distribution: str = OURS, extra: str = "") -> tuple[Part, ...]:
    """The distributions that another one needs, by itself or for an extra. Raises metadata.PackageNotFoundError."""
    return tuple(
        Part(name=name, found=version(name), wanted=wanted)
        for name, _, wanted, of in _requirements(distribution)
        if of == extra and name != distribution
    )


def extras(distribution: str = OURS) -> tuple[str, ...]:
    """The extras that a distribution offers, without the one that gathers them all."""
    offered = dict.fromkeys(of for _, _, _, of in _requirements(distribution))
    return tuple(of for of in offered if of not in ("", "all"))


def _requirements(distribution: str) -> Iterator[tuple[str, str, str, str]]:
    """Name, extras, versions, and the extra that asks for it; what asks for more than an extra is left to pip."""
    for line in metadata.requires(distribution) or ():
        found = _REQUIREMENT.fullmatch(line)
        marker = (found[4] or "").strip() if found else ""
        of = _EXTRA.fullmatch(marker)
        if found and (not marker or of):
            yield found[1], found[2] or "", found[3].strip(), of[1] if of else ""


def version(distribution: str) -> str:
    """The version of a distribution; empty where it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def newer(found: str, minimum: str) -> bool:
    """Whether a version is at least another one, by its leading numbers."""
    one, other = _numbers(found), _numbers(minimum)
    width = max(len(one), len(other))
    return one + (0,) * (width - len(one)) >= other + (0,) * (width - len(other))


def _numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(number) for number in found[0].split(".")[:6]) if found else ()


def program(tool: Tool) -> tuple[str, str]:
    """The version that a program says it has, and why it cannot say; both empty where there is no such program.

    Console scripts are looked for beside this Python first.
    """
    path = find(tool.name)
    if path is None:
        return "", ""
    if known := recorded(tool):
        return known, ""
    try:
        done = subprocess.run(
            [path, *tool.asking], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        return "", f"it does not run: {shorten(one_line(str(error)), 200)}"
    said = (done.stdout + b"\n" + done.stderr)[:10_000].decode("utf-8", "replace")
    found = _VERSION.search(said)
    return (
        (found[0], "") if found else ("", f"it names no version: {shorten(one_line(said), 200) or 'it says nothing'}")
    )


def to_install(distribution: str, extra: str = "") -> str:
    """The command that adds a distribution, or an extra, to where Sluicegate is installed."""
    wanted = f"'{distribution}[{extra}]'" if extra else distribution
    return f"{_installer()} {wanted}"


@cache
def _installer() -> str:
    """How this environment was made tells how something is added to it."""
    here = Path(sys.prefix)
    if (here / "uv-receipt.toml").is_file():
        return "uv tool install"
    if (here / "pipx_metadata.json").is_file():
        return "pipx install --force"
    python = sys.executable or "python"
    if importlib.util.find_spec("pip") is None and shutil.which("uv"):
        return f"uv pip install --python {python}"
    return f"{python} -m pip install"


def to_get(tool: Tool) -> str:
    """The command that gets a program."""
    if tool.install:
        return tool.install
    for manager, command in _MANAGERS.items():
        if shutil.which(manager):
            return command.format(_PACKAGES.get(tool.name, tool.name))
    return f"install {tool.name}"
