"""`sluicegate GATE changelog BASE HEAD`: what changed from one version to the next, as a document for people."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from sluicegate.cli.options import Looking, Writing, configured, loaded, struck
from sluicegate.cli.output import claim, publish
from sluicegate.cli.progress import stepping, watching
from sluicegate.cli.sections import Journey, sections
from sluicegate.config import Loaded
from sluicegate.engine import plan_comparison, policy_of, run
from sluicegate.errors import CancelledRunError, GateError, UserError
from sluicegate.model import Changelog, ChangelogWriter, Gate, Outcome, RuleKind, Run, Step
from sluicegate.registry import load
from sluicegate.report import view
from sluicegate.revision import (
    Mark,
    Repository,
    TreeSpec,
    commits_between,
    find_repository,
    lineages,
    mark_of,
    split_range,
    tags_between,
)
from sluicegate.text import one_line, plural
from sluicegate.worker.work import cleaned

FORMS = ("markdown", "html")
_BESIDE = (":(top,glob)**/*.yaml", ":(top,glob)**/*.yml", ":(top,glob)**/*.json")
"""What a description may refer to: a commit that touches none of these changes no description."""
_VALIDITY = "validity"
"""The tag of rules that say whether a file is what it claims to be."""
_HELP = """Write what changed from one version to the next, for people to read.

BASE and HEAD are two files or, with --spec, two git revisions. A range such as v1.2..v1.5 is told version by version,
newest first: a section for each tag that HEAD contains and BASE does not, or, where there are none, for each commit of
the main line that changed something. Nothing is checked out.

The exit code says whether the document could be written, not what it says: 0, or 3 where something could not be
compared.

\b
Example:
  sluicegate {gate} changelog {old} {new}
  sluicegate {gate} changelog v1.2 v1.5 --{setting} {new} --format html --output changes.html
  sluicegate {gate} changelog v1.2..v1.5 --{setting} {new} > CHANGES.md
"""


class _Project(Struct, frozen=True, kw_only=True):
    """Where revisions are looked at: the repository, as a tree without a commit, and which files in it."""

    repository: Repository
    tree: TreeSpec
    subjects: tuple[str, ...]

    @property
    def pathspecs(self) -> tuple[str, ...]:
        """The files, and whatever they may refer to, for git."""
        own = (posixpath.normpath(posixpath.join(self.tree.prefix, subject)) for subject in self.subjects)
        return (*(f":(top,glob){path}" for path in own), *_BESIDE)


def changelog(gate: Gate) -> click.Command:
    """The command of a gate that can write a changelog."""
    comparison = gate.comparison
    assert comparison is not None  # noqa: S101 - whoever asks has looked; mypy cannot know
    setting = comparison.setting
    *_, old, new = ("BASE", "HEAD", *comparison.example.split())

    @click.command(name="changelog", cls=Looking, help=_HELP.format(gate=gate.id, setting=setting, old=old, new=new))
    @click.argument("base", metavar="BASE|RANGE")
    @click.argument("head", required=False, metavar="[HEAD]")
    @click.option(f"--{setting}", "named", metavar="PATH", help="The file to look at in git revisions.")
    @click.option("--by", type=click.Choice(["tag", "commit"]), help="What a section of a range is.")
    @click.option("--format", "form", type=click.Choice(FORMS), default="markdown", show_default=True)
    @click.option(
        "--output", cls=Writing, type=click.Path(path_type=Path), help="The file to write, instead of standard output."
    )
    @configured
    def command(
        base: str,
        head: str | None,
        named: str | None,
        by: str | None,
        form: str,
        output: Path | None,
        config: Path | None,
        sets: tuple[str, ...],
    ) -> None:
        write: ChangelogWriter = load(comparison.changelog)
        # lints are no changes and take their time; what is not even valid may hide changes, or feign some
        wanted = (rule for rule in gate.rules if rule.kind is RuleKind.CHANGE or _VALIDITY in rule.tags)
        telling = replace(gate, rules=tuple(wanted))
        settings, _ = loaded(config, sets)
        ends = split_range(base) if head is None else None
        files = named is None and head is not None
        if output:
            claim(output, [Path(base), Path(head)] if files and head else [])
        with struck(settings.secrets):
            if ends:
                told = _between(telling, settings, _project(gate, settings, named), ends, by)
            elif head is None:
                raise UserError(
                    f"{base} is one version, and a changelog needs two",
                    hint="name two files, or two revisions with " + f"--{setting} PATH, or a range such as v1.2..v1.5",
                )
            elif by:
                raise UserError("--by divides a range", hint=f"write {base}..{head}")
            elif files:
                told = _files(telling, settings, Path(base), Path(head), setting)
            else:
                told = _revisions(telling, settings, _project(gate, settings, named), base, head)
            troubles = [(step, *trouble) for step in told.steps if (trouble := _trouble(step.run))]
            if troubles and len(troubles) == sum(step.run is not None for step in told.steps):
                _, reason, hint = troubles[0]
                raise GateError(reason, hint=hint)
            publish(write(cleaned(told, settings.secrets), form), output)
            if troubles:
                step, reason, hint = troubles[0]
                raise GateError(
                    f"{plural(len(troubles), 'section')} of {len(told.steps)} could not be compared, and says so; "
                    f"{one_line(step.head)}: {reason}",
                    hint=hint,
                )

    return command


def _files(gate: Gate, settings: Loaded, base: Path, head: Path, setting: str) -> Changelog:
    for path in (base, head):
        if not path.exists():
            raise UserError(
                f"{path} does not exist", hint=f"if it is a git revision, name the file in it: --{setting} PATH"
            )
    plan = plan_comparison(gate, settings, base, head)
    plan = replace(plan, gates=tuple(replace(planned, named=False) for planned in plan.gates))
    policy = replace(policy_of(settings), judges_suppressions=False)
    with watching() as listener:
        result = _finished(run(plan, policy, listener))
    short = base.name != head.name
    names = {"base": base.name if short else base.as_posix(), "head": head.name if short else head.as_posix()}
    return Changelog(subject="", **names, steps=(Step(**names, run=result),))


def _revisions(gate: Gate, settings: Loaded, project: _Project, base: str, head: str) -> Changelog:
    return _told(gate, settings, project, [mark_of(project.repository, base), mark_of(project.repository, head)])


def _between(gate: Gate, settings: Loaded, project: _Project, ends: tuple[str, str], by: str | None) -> Changelog:
    """A step for each tag in a range, or for each commit that touched something."""
    repository = project.repository
    first, last = (mark_of(repository, name) for name in ends)
    if repository.run("rev-list", "--max-count=1", f"{first.commit}..{last.commit}") == b"":
        raise UserError(
            f"the range {ends[0]}..{ends[1]} holds no commit",
            hint=f"the other way round it would be {ends[1]}..{ends[0]}",
        )
    inner = tags_between(repository, first, last) if by != "commit" else []
    if by == "tag" or inner:
        if last.name == "HEAD" and inner and inner[-1].commit == last.commit:
            last = inner[-1]
        return _told(gate, settings, project, [first, *(mark for mark in inner if mark.commit != last.commit), last])
    inner = commits_between(repository, first, last, project.pathspecs)
    if not inner or inner[-1].commit != last.commit:
        inner.append(last)  # it may hold what no file name tells
    return _told(gate, settings, project, [first, *inner], ends=ends, commits=True)


def _told(
    gate: Gate,
    settings: Loaded,
    project: _Project,
    marks: Sequence[Mark],
    *,
    ends: tuple[str, str] | None = None,
    commits: bool = False,
) -> Changelog:
    """Each mark compared with the one before it that hides nothing. Raises UserError where none has the files."""
    subject = ", ".join(project.subjects)
    lines = lineages(project.tree, marks, project.subjects)
    if not lines:
        names = f"{marks[0].name} and {marks[-1].name}" + (" and all between them" if len(marks) > 2 else "")  # noqa: PLR2004
        raise UserError(
            f"{subject} is not in {names}", hint="the path counts from the folder you are in; mind renamed files"
        )
    journey = Journey(gate=gate, settings=settings, tree=project.tree, marks=marks, subject=subject, commits=commits)
    with stepping(len(marks) - 1) as begin:
        steps = list(sections(journey, lines, begin))
    first, last = ends or (marks[0].name, marks[-1].name)
    return Changelog(subject=subject, base=first, head=last, steps=tuple(reversed(steps)))


def _project(gate: Gate, settings: Loaded, named: str | None) -> _Project:
    """The repository and the files that are meant: the one that was named, else those of the settings."""
    comparison = gate.comparison
    assert comparison is not None  # noqa: S101 - as above
    root = settings.source.root if named is None else Path.cwd()
    repository = find_repository(root)
    if repository is None:
        raise UserError(f"{root} is not in a git repository, so there are no revisions to compare")
    top = repository.root.resolve()
    if named is not None:
        # lexically, since the file need not be there any more
        path = Path(os.path.normpath(root.resolve() / named))
        if not path.is_relative_to(top):
            raise UserError(f"{named} lies outside of the repository {top}")
        tree = TreeSpec(kind="commit", root=str(repository.root))
        return _Project(repository=repository, tree=tree, subjects=(path.relative_to(top).as_posix(),))
    subjects: tuple[str, ...] = getattr(settings.sections.get(gate.id), comparison.setting, ())
    if not subjects:
        raise UserError(
            "it is not said which file to look at", hint=f"name it with --{comparison.setting} PATH, or in the settings"
        )
    prefix = root.resolve().relative_to(top).as_posix()
    tree = TreeSpec(kind="commit", root=str(repository.root), prefix="" if prefix == "." else prefix)
    return _Project(repository=repository, tree=tree, subjects=subjects)


def _finished(result: Run) -> Run:
    if result.interrupted:
        raise CancelledRunError
    return result


def _trouble(result: Run | None) -> tuple[str, str] | None:
    """Why a comparison could not be made, and the next step."""
    if result is None:
        return None
    changes = {rule.id for rule in result.rules if rule.kind is RuleKind.CHANGE}
    for gate in result.gates:
        for gap in view.gaps(gate):
            if gap.outcome is Outcome.ERRORED and changes.intersection(gap.rules):
                return gap.reason, gap.hint
    return None
