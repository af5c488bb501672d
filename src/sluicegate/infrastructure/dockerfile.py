"""A Dockerfile as its rules see it: stages of instructions, with what is known of their arguments filled in.

It follows the reference of Dockerfile 1: comments, continued lines, the directive `escape`, here-documents, `ONBUILD`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
"""How the name of an image ends that can become no other one."""

_ROOT = frozenset({"root", "0"})
NO_ROOT = re.compile(r"nonroot|non-root|rootless|unprivileged")
"""What images are called that do not run as root."""
_DIRECTIVE = re.compile(r"#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$")
_WORD = re.compile(r"\s*([A-Za-z]+)(?:\s+|$)")
_FLAG = re.compile(r"--([a-z][a-z-]*)(?:=(\S*))?(?:\s+|$)")
_HEREDOC = re.compile(r"<<(-?)([\"']?)([A-Za-z0-9_.]+)\2")
_VARIABLE = re.compile(r"\\\$|\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^{}]*))?\})")
_PAIR = re.compile(r"""(?<!\S)([^\s=]+)=((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])*)""", re.DOTALL)
_KNOWN = frozenset(
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    }
)  # fmt: skip


class Instruction(Struct, frozen=True, kw_only=True):
    """One instruction; `text` is its argument in one line, `bodies` are its here-documents, `line` counts from 1."""

    name: str
    text: str
    flags: Mapping[str, str]
    bodies: tuple[str, ...]
    line: int

    @property
    def words(self) -> list[str]:
        """The argument as a list: that of the JSON form, or what spaces part."""
        if self.text.startswith("["):
            try:
                given = json.loads(self.text)
            except ValueError:
                given = None
            if isinstance(given, list) and all(isinstance(word, str) for word in given):
                return given
        return self.text.split()

    @property
    def script(self) -> str:
        """What `RUN` hands to the shell."""
        words = self.words if self.text.startswith("[") else None
        if words is not None and words != self.text.split():
            return words[2] if len(words) > 2 and words[1].startswith("-") and "c" in words[1] else " ".join(words)  # noqa: PLR2004
        return "\n".join((self.text, *self.bodies))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The names and values of `ENV` and `ARG`; an argument without a default is left out."""
        if self.name == "ENV" and "=" not in self.text.split(maxsplit=1)[0]:
            name, _, value = self.text.partition(" ")
            yield name, value.strip()
            return
        for name, value in _PAIR.findall(self.text):
            yield name, _unquoted(value)


class Stage(Struct, frozen=True, kw_only=True):
    """What stands below one `FROM`; `base` is None where it hangs on an argument without a default."""

    start: Instruction
    base: str | None
    name: str
    instructions: list[Instruction] = field(default_factory=list)


class Dockerfile(Struct, frozen=True, kw_only=True):
    """A whole file; `arguments` are those before the first stage."""

    arguments: tuple[Instruction, ...]
    stages: tuple[Stage, ...]

    @property
    def instructions(self) -> list[Instruction]:
        """Every instruction, in order."""
        return [*self.arguments, *(one for stage in self.stages for one in (stage.start, *stage.instructions))]

    def earlier(self, index: int) -> int | None:
        """The earlier stage that a stage is built on; 0 is one too, so that the answer counts from 1."""
        base = (self.stages[index].base or "").lower()
        return next((at + 1 for at in range(index - 1, -1, -1) if self.stages[at].name == base), None)

    def line(self, index: int) -> list[Stage]:
        """The stages that a stage is built on, the first of them first, and itself."""
        line = [self.stages[index]]
        while before := self.earlier(index):
            index = before - 1
            line.insert(0, self.stages[index])
        return line

    def user(self, index: int) -> tuple[Instruction, str, str | None]:
        """As whom a stage runs: where that stands, as it is written, and filled in; None where that cannot be done.

        Where no stage of its line names one, it is empty, and stands at the stage.
        """
        at, user = self.stages[index].start, ""
        known: dict[str, str] = {}
        for stage in self.line(index):
            for one in stage.instructions:
                if one.name in ("ARG", "ENV"):
                    known |= {name: given for name, value in one.pairs() if (given := filled(value, known)) is not None}
                if one.name == "USER":
                    at, user = one, one.text
        return at, user, filled(user, known)


def is_root(user: str) -> bool:
    """Whether a user, who may have a group, is root."""
    return user.partition(":")[0].strip("\"'") in _ROOT


def filled(text: str, known: Mapping[str, str]) -> str | None:
    """A text with its variables filled in; None where one is not known."""
    unknown = False

    def value(found: re.Match[str]) -> str:
        nonlocal unknown
        name = found[1] or found[2]
        if not name:
            return "$"
        has = bool(known.get(name)) if (found[3] or "").startswith(":") else name in known
        if (found[3] or "").endswith("+"):
            return found[4] if has else ""
        if not has and not found[3]:
            unknown = True
        return known[name] if has else found[4] or ""

    done = _VARIABLE.sub(value, text)
    return None if unknown else done


def parse(raw: bytes, shown: str) -> Dockerfile:
    """Read a file. Raises UnreadableError, with the line, where it is none."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            f"{shown}:{line}: not UTF-8", "Save the file as UTF-8, or give it another name."
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableError(f"{shown}:{line}: a zero byte, so this is no text", "Give the file another name.")
    arguments: list[Instruction] = []
    stages: list[Stage] = []
    known: dict[str, str] = {}
    for one in _instructions(text, shown):
        if one.name == "FROM":
            stages.append(_stage(one, known, shown))
        elif stages:
            stages[-1].instructions.append(one)
        elif one.name == "ARG":
            arguments.append(one)
            for name, value in one.pairs():
                given = filled(value, known)
                if given is not None:
                    known[name] = given
        else:
            raise UnreadableError(
                f"{shown}:{one.line}: {one.name} stands before the first FROM", "Begin with FROM, or with ARG."
            )
    if not stages:
        raise UnreadableError(
            f"{shown}: no FROM, so this is no Dockerfile", "Write one, or give the file another name."
        )
    return Dockerfile(arguments=tuple(arguments), stages=tuple(stages))


def _stage(one: Instruction, known: Mapping[str, str], shown: str) -> Stage:
    words = one.text.split()
    if not words:
        raise UnreadableError(f"{shown}:{one.line}: FROM names no image", "Name one.")
    named = len(words) == 3 and words[1].upper() == "AS"  # noqa: PLR2004
    return Stage(start=one, base=filled(_unquoted(words[0]), known), name=words[2].lower() if named else "")


def _instructions(text: str, shown: str) -> Iterator[Instruction]:
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    escape = _escape(lines)
    at = 0
    while at < len(lines):
        first = at
        pieces: list[str] = []
        while at < len(lines):
            line = lines[at]
            at += 1
            if line.lstrip().startswith("#") or (pieces and not line.strip()):
                if not pieces:
                    first = at
                continue
            bare = line.rstrip()
            if bare.endswith(escape):
                pieces.append(bare[:-1])
                continue
            pieces.append(line)
            break
        whole = "".join(pieces).strip()
        if not whole:
            continue
        name, rest = _name(whole, first + 1, shown)
        bodies: list[str] = []
        if name in ("RUN", "COPY", "ADD"):
            for dash, _, end in _HEREDOC.findall(rest):
                body, at = _body(lines, at, end, bool(dash))
                if body is None:
                    raise UnreadableError(
                        f"{shown}:{first + 1}: the here-document {end} does not end", f"Close it with a line `{end}`."
                    )
                bodies.append(body)
        flags, rest = _flags(rest)
        yield Instruction(name=name, text=rest, flags=flags, bodies=tuple(bodies), line=first + 1)


def _escape(lines: list[str]) -> str:
    for line in lines:
        found = _DIRECTIVE.fullmatch(line.strip())
        if not found:
            break
        if found[1].lower() == "escape" and found[2] in ("\\", "`"):
            return found[2]
    return "\\"


def _name(whole: str, line: int, shown: str) -> tuple[str, str]:
    found = _WORD.match(whole)
    name = found[1].upper() if found else ""
    if not found or name not in _KNOWN:
        raise UnreadableError(
            f"{shown}:{line}: no instruction of a Dockerfile begins like this",
            "Correct it, or give the file another name.",
        )
    if name == "ONBUILD":
        return _name(whole[found.end() :], line, shown)
    return name, whole[found.end() :].strip()


def _body(lines: list[str], at: int, end: str, dash: bool) -> tuple[str | None, int]:
    for last in range(at, len(lines)):
        if (lines[last].lstrip("\t") if dash else lines[last]) == end:
            return "\n".join(lines[at:last]), last + 1
    return None, at


def _flags(text: str) -> tuple[dict[str, str], str]:
    flags: dict[str, str] = {}
    at = 0
    while found := _FLAG.match(text, at):
        flags[found[1]] = found[2] or ""
        at = found.end()
    return flags, text[at:].strip()


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
