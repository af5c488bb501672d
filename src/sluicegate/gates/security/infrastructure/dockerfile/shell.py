"""The commands of a shell script, as far as words and operators tell: enough to see what is piped into what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"([|&;()]+)|((?:(?<!\S)\d+)?[<>]+[&|(]*)"
    r"|((?:[^\s|&;()<>\"'\\$]++|\\.|\"(?:[^\"\\]++|\\.)*+\"|'[^']*+'|\$\((?:[^()]++|\([^()]*+\))*+\)|[\"'\\$])++)",
    re.DOTALL,
)
"""An operator, a redirection, or a word with its quotes and substitutions."""
_PIECE = re.compile(r"\"((?:[^\"\\]++|\\.)*+)\"|'([^']*+)'|\\(.)", re.DOTALL)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_BEFORE = frozenset({"env", "exec", "time", "command", "nice", "nohup", "then", "do", "else", "if", "while", "!", "{"})
_PIPES = frozenset({"|", "|&"})
_SUDO_VALUES = frozenset({"-u", "-g", "-h", "-p", "-C", "-T", "-U", "-r", "-t"})


class Command(NamedTuple):
    """A program and its arguments; `pipe` numbers the pipeline that it is part of."""

    program: str
    arguments: list[str]
    pipe: int
    sudo: bool


def commands(script: str) -> Iterator[Command]:
    """The commands of a script, in order. A quote that does not end is a sign like another."""
    text = re.sub(r"\\\r?\n", " ", script)
    text = re.sub(r"^[ \t]*#[^\n]*", "", text, flags=re.MULTILINE).replace("\n", " ; ")
    pipe = 0
    words: list[str] = []
    target = False
    for found in _TOKEN.finditer(text):
        operator, redirection, word = found.groups()
        if operator:
            if words:
                yield _command(words, pipe)
                words = []
            pipe += operator not in _PIPES
        elif redirection or target:
            words += [] if target or "(" not in redirection else [redirection]
        else:
            words.append(_PIECE.sub(_unquoted, word))
        target = bool(redirection) and "(" not in redirection
    if words:
        yield _command(words, pipe)


def _unquoted(piece: re.Match[str]) -> str:
    double, single, escaped = piece.groups()
    return double if double is not None else single if single is not None else escaped


def _command(words: list[str], pipe: int) -> Command:
    sudo = False
    at = 0
    while at < len(words):
        word = words[at].rpartition("/")[2]
        if word == "sudo":
            sudo = True
            at += 1
            while at < len(words) and words[at].startswith("-"):
                at += 2 if words[at] in _SUDO_VALUES else 1
        elif word in _BEFORE or _ASSIGNMENT.match(words[at]):
            at += 1
        else:
            return Command(word, words[at + 1 :], pipe, sudo)
    return Command("", [], pipe, sudo)
