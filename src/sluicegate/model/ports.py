"""The ports: how a gate is declared, what it sees, what it may yield."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct, field

from sluicegate.model.changelog import Changelog
from sluicegate.model.needs import Needs
from sluicegate.model.run import GateResult, Run
from sluicegate.model.said import Evidence, Examination, Fact, Finding, Measurement, Requirement, Rule

API = 1
"""The version of the interface between the engine and a gate. A plugin declares the one it was written for."""


class Progress(Struct, frozen=True, kw_only=True):
    """How far a gate has come; an event only, never part of a Run."""

    what: str
    done: int = 0
    total: int = 0


Yield = Finding | Examination | Measurement | Evidence | Progress | Fact | Rule | Requirement
"""Everything a gate may yield; a Rule that comes with data is declared by yielding it, once, at any time."""


class Tree(Protocol):
    """The files of one revision, read only: the working directory, the index, a commit or a folder.

    Paths are relative to the root and written with `/`.
    """

    @property
    def name(self) -> str:
        """What people call it: `working tree`, `index`, `commit 1f3a9c2`."""
        ...

    @property
    def prefix(self) -> str:
        """The folder in which paths count, from the top of the repository: `services/shop`; "" at the top.

        What every repository has once is found above it: `../../.github/CODEOWNERS`. Nothing outside is.
        """
        ...

    def glob(self, pattern: str) -> list[str]:
        """The files that match a pattern (`*`, `?`, `**`), sorted."""
        ...

    def find(self, path: str) -> str | None:
        """The path under which this tree keeps `path`, or None where it does not have it.

        It differs from `path` where the user named another file as the base; relative references inside a file start
        from the answer.
        """
        ...

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file. Raises UnreadableError: missing, larger than `limit` bytes, or outside the tree."""
        ...

    def unkept(self, path: str) -> str:
        """Why git keeps no file `path`, whatever a change does, so that a base without it says nothing; "" else.

        It is ignored, or belongs to a submodule.
        """
        ...

    def display(self, path: str) -> str:
        """The path as it is written in a Location."""
        ...

    def lay_out(self, folder: str) -> str:
        """Write the whole revision into an empty folder, as if it were checked out, and give where paths count from.

        For a gate that is told to run something of the repository. No hook and no filter runs, and nothing is written
        anywhere else. Raises GateError.
        """
        ...


class History(Protocol):
    """What earlier runs have left behind, read only: immutable documents by name, in the store of the settings.

    Whatever is asked raises GateError where the store cannot be reached or read: that is never the same as empty.
    """

    @property
    def address(self) -> str:
        """Where it is, for people; without credentials."""
        ...

    def names(self, prefix: str) -> list[str]:
        """The documents whose names begin with a text, sorted."""
        ...

    def read(self, name: str) -> bytes | None:
        """The bytes of a document; None where there is none of that name."""
        ...


class Line(Struct, frozen=True, kw_only=True):
    """The first parents that lead to a commit, that one first; not `whole` where there are more than are known."""

    commits: tuple[str, ...]
    whole: bool


class Landed(Struct, frozen=True, kw_only=True):
    """A commit of the line: who wrote it and who put it there, as `NAME <ADDRESS>`; times with their zone.

    All of it is what the commit claims of itself.
    """

    commit: str
    parents: tuple[str, ...]
    author: str
    authored: datetime
    committer: str
    committed: datetime
    subject: str


class Landings(Struct, frozen=True, kw_only=True):
    """The commits that arrived on a line since a time, newest first; not `whole` where the clone is cut before it.

    `query` and `sha256` are the question to git and the hash of its raw answer.
    """

    query: str
    sha256: str
    commits: tuple[Landed, ...]
    whole: bool


class Written(Struct, frozen=True, kw_only=True):
    """What a commit has written into a file; `content` is None where it is larger than what was asked for."""

    commit: str
    path: str
    content: bytes | None


class Log(Protocol):
    """The commits that lead to a tree."""

    def written(self, *, whole: bool, limit: int) -> Iterator[Written]:
        """Each content that a commit of the change has written, or of all time with `whole`, once.

        Raises GateError where that cannot be known.
        """
        ...

    def line(self, limit: int) -> Line:
        """The line that leads to what stood before the change, or to the tree where nothing did; so many at the most.

        It is not whole where the clone is cut. Raises GateError where git cannot tell.
        """
        ...

    def landed(self, since: datetime) -> Landings:
        """What arrived on that line since a time, each commit as it claims. Raises GateError where git cannot tell."""
        ...

    def commit(self, made: Sequence[str]) -> str:
        """The commit whose files the tree has; "" where one that git tracks differs, or git cannot tell.

        What the patterns `made` name is written by the job itself, and makes no difference.
        """
        ...


class Context(Struct, frozen=True, kw_only=True):
    """All that a gate sees.

    `head` is what is judged; `reference` what change rules compare it with (None: nothing is known of the past, and
    `no_reference` says why). `chosen`: the user named the reference, a release or a file; else it is what stood before
    the change, and the change may be what mends it. `rules` holds the ids that are wanted: the engine asks for both
    sides of a change and needs only state rules on one of them. Where not the `whole` is asked, the question is only
    whether what was found before stands here too: a gate may leave out the rest. `parts` are those of the gate's that
    are asked for, all where there are none. `past`: what is judged is the base. `touched` are the files that a commit
    changes, in its hook: a gate may leave out the others, in which nothing can be new; None anywhere else. `log`: how
    `head` came about, where git knows. `history`: what earlier runs have left; None where it may not be asked, as in a
    commit hook, which waits for no network. `untrusted` says why a gate that runs something of the repository must not
    do so here, "" where it may: the change is a stranger's, and the job has rights that it must not have. `memo` lives
    as long as the gate's run and is shared by both sides. `folder` is where paths count from on disk, for what is of no
    revision and the same on both sides, such as a database of advisories; what is judged is read from the trees alone.
    `run` is what the other gates came to, for a gate that is asked after them. `settings_before` are the gate's
    settings as the state before the change has them, the defaults where it says nothing of the gate; None where that
    cannot be known. They judge nothing: what they hold back is in `settings` already.
    """

    settings: Any
    head: Tree
    reference: Tree | None
    no_reference: str = ""
    chosen: bool = True
    rules: frozenset[str]
    parts: tuple[str, ...] = ()
    past: bool = False
    whole: bool = True
    touched: frozenset[str] | None = None
    now: datetime
    folder: str = ""
    memo: dict[Any, Any] = field(default_factory=dict)
    history: History | None = None
    log: Log | None = None
    run: Run | None = None
    settings_before: Any = None
    untrusted: str = ""
    cancelled: Callable[[], bool] = lambda: False

    def asks(self, part: str) -> bool:
        """Whether a part of the gate's check is asked for."""
        return not self.parts or part in self.parts


CacheKey = Callable[[Any, str], "tuple[str, ...] | None"]
"""From a gate's settings, and the `folder` of the Context, to all that its findings hang on beside files and installed
Python code: the versions of tools, the digest of advisories. None: that cannot be known, and nothing is kept. It has to
be quick."""

Check = Callable[[Context], Iterator[Yield]]
"""A gate's work: lazily yields what it finds and what it looked at."""


Conclusion = Callable[[Sequence[Finding], Sequence[Examination]], Iterable[Fact]]
"""What a gate concludes from all that it said at head, whichever process said it."""

Summary = Callable[[GateResult], Iterable[Fact]]
"""What follows from how a gate's rules ended, once that is judged: a pure function."""

Joining = Callable[[str, Sequence[str]], "str | None"]
"""From the name of a fact and what runs over some of the subjects each concluded under it, to what holds for all of
them. None: each stands for itself, and all are told. The texts are foreign."""

ChangelogWriter = Callable[[Changelog, str], str]
"""Writes a changelog for people as "markdown" or "html": a pure function."""


class Comparison(Struct, frozen=True, kw_only=True):
    """A gate's command that compares two files given by hand: `sluicegate GATE COMMAND BASE HEAD`.

    `setting` is the key of the gate's settings that takes the path of the file. `changelog` is the import string of a
    `ChangelogWriter`, where the gate can tell people what changed: `sluicegate GATE changelog BASE HEAD`. `options` are
    keys of the settings that the command takes as options: `profile` as `--profile`.
    """

    command: str
    summary: str
    setting: str
    example: str = ""
    changelog: str = ""
    options: tuple[str, ...] = ()


DocumentWriter = Callable[[Any, Tree, str, Sequence[str], str], str]
"""Writes a document of a gate's settings, the tree, the form, the paths that are named (all where there are none), and
what the product is called ("": as the files call it). Raises GateError where a part could not be looked at."""


class Document(Struct, frozen=True, kw_only=True):
    """A document that a gate makes of a tree: `sluicegate GATE COMMAND [SUBJECTS]`.

    `writer` is the import string of a `DocumentWriter`, `forms` are what it can write, the first of them by default.
    """

    command: str
    summary: str
    help: str
    subjects: str
    forms: tuple[str, ...]
    writer: str
    example: str


class Command(Struct, frozen=True, kw_only=True):
    """A command of a gate's own: `sluicegate GATE NAME`. `load` is the import string of the click command."""

    name: str
    summary: str
    load: str


class CommitHook(Struct, frozen=True, kw_only=True):
    """How a gate shows itself as a pre-commit hook: which files wake it (a regular expression on the path).

    `stages` are pre-commit's. At the stage pre-commit stands only what is offline and takes time by the change alone.
    """

    files: str
    summary: str
    stages: tuple[str, ...] = ("pre-commit",)

    @property
    def judges_commits(self) -> bool:
        """Whether the gate is asked what is staged, each time somebody commits."""
        return "pre-commit" in self.stages


class Gate(Struct, frozen=True, kw_only=True):
    """The declaration of a gate, cheap to import; the heavy parts are import strings (`module:attribute`).

    `settings` is a msgspec Struct derived from `sluicegate.config.GateSettings`, `check` a `Check`, `propose` a
    function `Tree -> str` that gives the commented TOML of the gate's section for `sluicegate init` ("" where it has
    nothing to look at). `aliases` is the import string of a function that gives what other tools call its rules: the
    tool's name and our id, "" where there is none, by the tool's id. Rule pages lie at `rules/NAME.md` in the package
    that holds the settings. `extra` is the extra that installs what the gate needs, `exclusive` asks to run alone.
    `documents` are what it writes beside its verdict, `commands` what else it can be asked for. `parts` are what its
    check may be asked for apart (`Context.asks`), the longest first: processes side by side take them in turns. What
    several parts say of the same counts once. `concludes` is the import string of a function of all findings and
    examinations at head that gives facts about them, and `joins` of a `Joining`: what holds of a fact where several
    machines each looked at some of the subjects. `sums_up` is the import string of a `Summary`: facts that hang on
    judgement, as what is suppressed does.

    `subjects` is the import string of a function of settings and trees that lists the paths the gate would look at: its
    work may then be dealt out to several machines, each with some of them under the key `comparison.setting`.

    A gate that comes `after` the others is given what they came to. `catalogue` is the import string of a function
    of the gate's section as it is written and of a tree: it lists the rules which come with the data that the gate
    ships and that the section names, for those who ask before it runs.
    """

    id: str
    title: str
    summary: str
    settings: str
    check: str
    rules: tuple[Rule, ...]
    propose: str = ""
    comparison: Comparison | None = None
    documents: tuple[Document, ...] = ()
    commands: tuple[Command, ...] = ()
    commit_hook: CommitHook | None = None
    aliases: str = ""
    extra: str = ""
    exclusive: bool = False
    parts: tuple[str, ...] = ()
    concludes: str = ""
    joins: str = ""
    sums_up: str = ""
    cache_key: str = ""
    needs: Needs = field(default_factory=Needs)
    planted: str = ""
    subjects: str = ""
    after: bool = False
    catalogue: str = ""
    api: int = API
