"""The hash of a piece of evidence made again from the file that keeps its raw answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.forge import Forge, LackError, about
from sluicegate.gates.compliance.items import Answer
from sluicegate.model import Evidence
from sluicegate.text import one_line, shorten

_PATH = re.compile(r"GET (?:https?://[^/ ]+)?/repos/([^/? ]+/[^/? ]+)((?:/[^?, ]*)?)")


class Remade(Struct, frozen=True, kw_only=True):
    """Whether a hash came out again. Neither `good` nor `wrong`: nobody knows how to make it, and `why` says so."""

    good: bool = False
    wrong: bool = False
    why: str = ""


def remade(evidence: Evidence, sources: Sequence[str], texts: Sequence[bytes]) -> Remade:
    """The hash of what was asked, made of the files: of a whole file, of one answer in it, or of several together."""
    if any(hashlib.sha256(text).hexdigest() == evidence.sha256 for text in texts):
        return Remade(good=True)
    if not all(source.endswith(".jsonl") for source in sources):
        return Remade(wrong=True)
    try:
        answers = [answer for text in texts for answer in _answers(text)]
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Remade(wrong=True)
    if any(answer.sha256 == evidence.sha256 for answer in answers):
        return Remade(good=True)
    made = [forge.digest(paths) for forge in _forges(answers) if (paths := _asked(evidence, forge))]
    if evidence.sha256 in made:
        return Remade(good=True)
    if made:
        return Remade(wrong=True)
    return Remade(why=f"the hash of `{shorten(one_line(evidence.subject), 100)}` cannot be made again from its file")


def _answers(text: bytes) -> list[Answer]:
    return [msgspec.json.decode(line, type=Answer) for line in text.splitlines() if line.strip()]


def _forges(answers: Sequence[Answer]) -> list[Forge]:
    return [Forge(name=name, answers=each) for name, each in about(answers).items()]


def _asked(evidence: Evidence, forge: Forge) -> tuple[str, ...]:
    """The questions that evidence was made of: those that its query names, and what follows from them."""
    found = (path for name, path in _PATH.findall(evidence.query) if name == forge.name)
    paths = tuple(dict.fromkeys(found))  # of a list with several pages there are several questions
    from sluicegate.gates.compliance.evidence import changes, deployments

    further = {"/pulls": changes.questions, "/deployments": deployments.questions}
    if not paths or paths[0] not in further:
        return paths
    try:
        return further[paths[0]](forge)
    except (LackError, GateError):  # then the census had no answer either
        return ()
