"""The house gate: what is to be said of decisions that bend a verdict, and which of them hold in this run."""

from __future__ import annotations

import difflib
import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.config.strictness import is_idle, may_hold
from sluicegate.engine.levels import LevelOverride
from sluicegate.engine.plan import Plan
from sluicegate.engine.policy import Policy, overrides_of, policy_of
from sluicegate.engine.policy_base import Loosening, Standing
from sluicegate.engine.policy_comments import MARK, Comment, Malformed, comments_of
from sluicegate.engine.policy_pass import covering, in_force, judge_passes
from sluicegate.engine.suppress import Mark, forbidden, judge_suppressions, marking
from sluicegate.engine.told import Told
from sluicegate.errors import Exit, GateError, UserError
from sluicegate.model import (
    Examination,
    Finding,
    GateResult,
    Level,
    Location,
    Outcome,
    Pass,
    Suppression,
    Undecided,
)
from sluicegate.registry import HOUSE, gates
from sluicegate.revision import TreeSpec, open_tree
from sluicegate.revision.globs import fits

LOOSENED, MALFORMED = "sluicegate/policy-loosened", "sluicegate/suppression-malformed"
MOST_FILES = 2_000
"""So many files with findings are searched for suppressions beside the code."""
_LARGEST, _TOGETHER = 16 << 20, 128 << 20
_NO_COMMENTS = (".json",)


class House(Struct, kw_only=True):
    """The decisions of one run. `policy` is the one that judges, `mark` gives each finding its suppression.

    `overrides` are the levels of the house's own rules: the base's, where there is one. `partly`: gates looked at
    what a commit touches.
    """

    policy: Policy
    mark: Mark
    now: datetime
    overrides: tuple[LevelOverride, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    passes: tuple[Pass, ...] = ()
    renewed: frozenset[Location] = frozenset()
    partly: bool = False
    findings: list[Finding] = field(default_factory=list)
    examinations: list[Examination] = field(default_factory=list)

    def told(self, results: Sequence[GateResult]) -> Told | None:
        """What the house says once every gate has spoken; None where there was no decision to speak of."""
        findings, examinations = list(self.findings), list(self.examinations)
        if self.policy.judges_suppressions:
            more = judge_suppressions(
                self.suppressions,
                results,
                self.now.date(),
                max_days=self.policy.max_days,
                named_approval=self.policy.named_approval,
                renewed=self.renewed,
                partly=self.partly,
            )
            findings += more[0]
            examinations += more[1]
        return Told(findings=findings, examinations=examinations) if examinations else None

    def judging(self) -> Policy:
        """How the house itself is judged: no suppression, and the levels of the base, which the change cannot lower."""
        return replace(self.policy, overrides=self.overrides, floors=None, suppressions=())


def open_house(plan: Plan, told: Mapping[str, Told], policy: Policy) -> House:
    """The decisions that hold in a run, from the settings, the source and the base of the change."""
    standing = plan.standing
    own = policy.overrides
    if standing and standing.base:
        own = overrides_of(standing.base)
        if standing.held:
            given = policy_of(standing.loaded, policy.given)
            policy = replace(given, judges_suppressions=policy.judges_suppressions, only=policy.only, floors=own)
    partly = any(planned.job.head.kind == "index" for planned in plan.gates)
    house = House(policy=policy, mark=lambda found: found, now=plan.now, overrides=own, partly=partly)
    if standing:
        house.renewed = standing.renewed
        for each in standing.loosened:
            _tell(house, standing, each)
        if standing.loosened or standing.trouble:
            house.examinations.append(_looked(standing))
    suppressions = [*policy.suppressions, *_beside_code(plan, told, standing, house)]
    house.suppressions = tuple(suppressions)
    today = plan.now.date()
    house.mark = marking(
        (
            each
            for each in suppressions
            if not forbidden(each, today, max_days=policy.max_days, named_approval=policy.named_approval)
        ),
        today,
    )
    house.passes = in_force(policy.passes, plan.now, policy.max_hours)
    findings, examinations = judge_passes(policy.passes, plan.now, policy.max_hours)
    house.findings += findings
    house.examinations += examinations
    return house


def let_through(
    ended: tuple[Outcome, Exit], results: Sequence[GateResult], house: House, fails: Callable[[Finding, Level], bool]
) -> tuple[Outcome, Exit, tuple[Pass, ...]]:
    """The verdict with the passes in force; an interrupted run is never let through, nor one that shows one finding."""
    policy = house.policy
    if ended[1] not in (Exit.FAILED, Exit.ERRORED) or not house.passes or policy.only:
        return (*ended, house.passes)
    through = covering(
        results,
        house.passes,
        lambda found: fails(found, policy.fail_on),
        undecided_fails=policy.undecided_fails,
    )
    return (*ended, house.passes) if through is None else (Outcome.LET_THROUGH, Exit.PASSED, through)


def asked(told: Told) -> tuple[str, ...]:
    """The rules of the house that there was something to ask of."""
    return tuple(dict.fromkeys(each.rule for each in told.examinations))


def _tell(house: House, standing: Standing, each: Loosening) -> None:
    """One thing that the change loosens, and whether it counts here."""
    treatment, counts = standing.treatment(each), standing.counts(each)
    if treatment == "report":
        word = "the change loosens its own judgement, and that counts"
    elif treatment == "separate":
        word = "it does not count here, where the policy of the base judges; it counts once it is merged on its own"
    else:
        said = standing.asked(each).words
        word = said if counts else f"it does not count here before a code owner approved this commit: {said}"
    house.findings.append(
        Finding(
            rule=LOOSENED,
            level=Level.WARNING,
            message=f"{each.text}: {word}",
            key=each.key,
            location=each.place,
            advice="" if counts else "merge it by itself, before or after what it would excuse",
        )
    )


def _looked(standing: Standing) -> Examination:
    subject = standing.loaded.source.shown or "settings"
    if standing.trouble:
        why = f"the settings of the base cannot be known, so nor can what the change loosens: {standing.trouble}"
        hint = "once the base has settings that this Sluicegate reads, changes are held against them"
        undecided = Undecided(outcome=Outcome.INCONCLUSIVE, reason=why, hint=hint)
        return Examination(rule=LOOSENED, subject=subject, undecided=undecided)
    return Examination(rule=LOOSENED, subject=subject, examined=len(standing.loosened))


def _beside_code(
    plan: Plan, told: Mapping[str, Told], standing: Standing | None, house: House
) -> Iterator[Suppression]:
    """The suppressions in comments of the files that findings point to, as far as they hold in this run."""
    named = {each.location.path for said in told.values() for each in said.findings if each.location.path}
    paths = sorted(path for path in named if not path.endswith(_NO_COMMENTS))
    if not paths or not plan.gates:
        return
    known = _rules(plan, told)
    for path, text in _texts(plan.gates[0].job.head, paths, house):
        found = list(comments_of(text))
        if not found:
            continue
        house.examinations.append(Examination(rule=MALFORMED, subject=path, examined=len(found)))
        before = _at_base(path, standing)
        for each in found:
            troubles = each.troubles if isinstance(each, Malformed) else _unknown(each, known)
            if troubles or isinstance(each, Malformed):
                house.findings.append(_malformed(path, each.line, troubles))
                continue
            yield from _holding(path, each, before, standing, house)


def _holding(
    path: str,
    comment: Comment,
    before: dict[tuple[str, str], list[Comment]] | None,
    standing: Standing | None,
    house: House,
) -> Iterator[Suppression]:
    """The suppressions of one comment: as they are, as long as they held at the base, or not at all."""
    place = Location(path=path, line=comment.line)
    for rule in comment.rules:
        expires = comment.expires
        old = (before or {}).get((rule, comment.text), [])
        if standing is not None and comment not in old:  # one that stays as it is covers what it covered
            old[:] = [each for each in old if may_hold(each, standing.policy, house.now)]
        match = next((each for each in old if each.expires >= expires), None)
        if match is not None:
            old.remove(match)
        elif before is not None and standing is not None and not _idle(comment, standing, house):
            longest = max((each.expires for each in old), default=None)
            if longest:
                house.renewed |= {place}
            until = f", and held until {longest}" if longest else ""
            loosening = Loosening(
                text=f"a comment suppresses {rule} until {expires}{until}",
                key=("comment", path, rule, comment.text, expires.isoformat()),
                place=place,
                suppression=True,
            )
            if not any(each.rule == LOOSENED for each in house.examinations):
                house.examinations.append(Examination(rule=LOOSENED, subject=path, examined=1))
            _tell(house, standing, loosening)
            if not standing.counts(loosening):
                if longest is None:
                    continue
                expires = longest
        yield Suppression(
            rule=rule,
            reason=comment.reason,
            owner=comment.owner,
            expires=expires,
            path=path,
            line=comment.covers,
            origin=place,
            approved_by=comment.approved_by,
            in_source=True,
        )


def _idle(comment: Comment, standing: Standing, house: House) -> bool:
    """Whether a comment covers nothing by the policy that judges, so that it loosens nothing."""
    return is_idle(comment, standing.loaded.settings.policy, house.now)


def _at_base(path: str, standing: Standing | None) -> dict[tuple[str, str], list[Comment]] | None:
    """What the base suppresses beside the code of a file, by rule and text of the line; None: it is not known."""
    if standing is None or standing.files is None:
        return None
    try:
        content = standing.files.named(path) or b""
    except UserError:
        content = b""  # larger than we read: what stands there counts as new
    out: defaultdict[tuple[str, str], list[Comment]] = defaultdict(list)
    if MARK in content:
        for each in comments_of(content.decode("utf-8", "replace")):
            if isinstance(each, Comment):
                for rule in each.rules:
                    out[rule, each.text].append(each)
    return dict(out)


def _texts(head: TreeSpec, paths: Sequence[str], house: House) -> Iterator[tuple[str, str]]:
    """The texts in which something is said to us, one by one; what is too much to read is told."""
    tree = open_tree(replace(head, prefix="", aliases=()))
    left = _TOGETHER
    for number, path in enumerate(paths):
        if number >= MOST_FILES:
            why = f"findings point to more than {MOST_FILES:,} files; the others were not searched for comments"
            return house.examinations.append(_unread(path, why))
        inside = posixpath.relpath(path, head.shown) if head.shown else path
        try:
            content = tree.read(inside, min(_LARGEST, left)) if tree.find(inside) else b""
        except GateError as error:
            house.examinations.append(_unread(path, f"{path} was not searched for comments: {error.message}"))
            continue
        left -= len(content)
        if MARK in content:
            yield path, content.decode("utf-8", "replace")
    return None


def _unread(path: str, why: str) -> Examination:
    undecided = Undecided(outcome=Outcome.INCONCLUSIVE, reason=why, hint="suppress it in the settings")
    return Examination(rule=MALFORMED, subject=path, undecided=undecided)


def _rules(plan: Plan, told: Mapping[str, Told]) -> list[str]:
    declared = [rule.id for gate in (*plan.catalogue, *gates(), HOUSE) for rule in gate.rules]
    return [*dict.fromkeys([*declared, *(rule for said in told.values() for rule in said.rules)])]


def _unknown(comment: Comment, known: Sequence[str]) -> tuple[str, ...]:
    """What names no rule there is; the rules of a gate that is not here are not known."""
    out = []
    there = {rule.partition("/")[0] for rule in known}
    for rule in comment.rules:
        if any(fits(rule, each) for each in known):
            continue
        likely = difflib.get_close_matches(rule, known, n=1)
        if likely or rule.partition("/")[0] in there:
            out.append(f"there is no rule {rule}" + (f"; did you mean {likely[0]}?" if likely else ""))
    return tuple(out)


def _malformed(path: str, line: int, troubles: Sequence[str]) -> Finding:
    return Finding(
        rule=MALFORMED,
        level=Level.WARNING,
        message=f"the comment suppresses nothing: {'; '.join(troubles)}",
        key=(path, *troubles),
        location=Location(path=path, line=line),
        advice='write it as `sluicegate: ignore[RULE] reason="…" owner="@you" expires=2027-01-31`',
    )
