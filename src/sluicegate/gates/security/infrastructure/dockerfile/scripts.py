"""What a build script does that nobody has checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.gates.security.infrastructure.dockerfile.shell import commands
from sluicegate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.infrastructure.dockerfile.shell import Command

_FETCHERS = frozenset({"curl", "wget", "fetch"})
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ash", "ksh"})
_INTERPRETER = re.compile(r"(?:python|perl|ruby|node|php)[\d.]*")
_SUBSTITUTED = re.compile(r"(?:\$\(|`)\s*(?:curl|wget)\b")
_SHELL_FETCHES = re.compile(
    r"\b(?:ba|z|da|k|a)?sh\s+<\(\s*(?:curl|wget)\b|(?:^|[;&|\s])(?:\.|source)\s+<\(\s*(?:curl|wget)\b"
)
_OPTIONS = frozenset(
    {
        "--allow-unauthenticated", "--allow-insecure-repositories", "--force-yes", "--allow-untrusted", "--nogpgcheck",
        "--no-gpg-check", "--no-gpg-checks", "--no-check-certificate", "--trusted-host",
    }
)  # fmt: skip
_INSECURE = frozenset({"-k", "--insecure", "--proxy-insecure"})
_TAKES_VALUE = frozenset("AbcCdDeEFhHKmoPQrtTuUwxXyYz")
"""Letters of curl's options after which the rest of the word is a value."""


def piped(script: str) -> Iterator[str]:
    """What runs straight from the network, as it is written: `curl | sh`."""
    fetcher: Command | None = None
    for command in commands(script):
        if fetcher and command.pipe != fetcher.pipe:
            fetcher = None
        if command.program in _FETCHERS:
            fetcher = command
        elif fetcher and _runs_input(command):
            yield f"{fetcher.program} {_source(fetcher)} | {command.program}".replace("  ", " ")
        inner = command.arguments[-1:] if command.program == "eval" else _scripts(command)
        for text in inner:
            if _SUBSTITUTED.match(text.strip()):
                yield one_line(f"{command.program} {text.strip()}")
    for found in _SHELL_FETCHES.findall(script):
        yield one_line(found.strip())


def unchecked(script: str) -> Iterator[str]:
    """Commands whose checks of signatures or certificates are switched off, as `PROGRAM OPTION`."""
    for command in commands(script):
        if not command.program:
            continue
        for option in command.arguments:
            name, _, value = option.partition("=")
            apt = value if name == "-o" else option
            if name in _OPTIONS or apt.lower() in (
                "apt::get::allowunauthenticated=true",
                "apt::get::allowunauthenticated=1",
            ):
                yield f"{command.program} {name if name in _OPTIONS else apt}"
            elif command.program == "curl" and (option in _INSECURE or _has_k(option)):
                yield "curl -k" if not option.startswith("--") else f"curl {option}"
            elif command.program == "git" and option.lower() in ("http.sslverify=false", "http.sslverify=0"):
                yield f"git {option}"


def _runs_input(command: Command) -> bool:
    """Whether a command runs what comes through the pipe: a shell without a file, an interpreter without any word."""
    if command.program in _SHELLS:
        options = [word for word in command.arguments if word.startswith("-") and not word.startswith("--")]
        if any("c" in word for word in options):
            return False
        words = [word for word in command.arguments if not word.startswith("-")]
        return not words or any("s" in word for word in options)
    return bool(_INTERPRETER.fullmatch(command.program)) and command.arguments in ([], ["-"])


def _scripts(command: Command) -> list[str]:
    """The script that a shell is given with `-c`."""
    if command.program not in _SHELLS:
        return []
    after = next((at for at, word in enumerate(command.arguments) if re.fullmatch(r"-[a-z]*c", word)), None)
    return command.arguments[after + 1 : after + 2] if after is not None else []


def _source(command: Command) -> str:
    return next((word for word in command.arguments if "://" in word), "")


def _has_k(option: str) -> bool:
    if not re.fullmatch(r"-[A-Za-z#0-9]+", option):
        return False
    for letter in option[1:]:
        if letter == "k":
            return True
        if letter in _TAKES_VALUE:
            return False
    return False
