"""What the user has decided about judgement, from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from sluicegate.config import Loaded, broken
from sluicegate.engine.levels import LevelOverride, levelled
from sluicegate.errors import UserError
from sluicegate.model import Finding, Level, Pass, Suppression
from sluicegate.revision.globs import pattern

if TYPE_CHECKING:
    from sluicegate.engine.only import Only


class Policy(Struct, frozen=True, kw_only=True):
    """What the user has decided about judgement.

    `judges_suppressions`: whether expired and unused ones are findings; not where only a part is looked at.
    `floors` are the overrides of the base, where those of the change do not count yet: the higher of both levels
    counts. `renewed` are the places of suppressions that hold longer than they did. `given` is what the command line
    says in the place of `fail_on`. `max_days` and `max_hours` bound suppressions and passes, `named_approval` asks for
    somebody who approved and is not the owner. `only` is the one finding that is asked for, whose verdict is then
    that of the run.
    """

    fail_on: Level = Level.ERROR
    undecided_fails: bool = False
    overrides: tuple[LevelOverride, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    judges_suppressions: bool = True
    floors: tuple[LevelOverride, ...] | None = None
    passes: tuple[Pass, ...] = ()
    given: Level | None = None
    max_days: int | None = None
    max_hours: float = 72
    named_approval: bool = False
    only: Only | None = None

    def levelled(self, finding: Finding) -> Finding:
        """The finding with the level that the settings give it."""
        found = levelled(finding, self.overrides)
        if self.floors is None:
            return found
        before = levelled(finding, self.floors)
        return before if before.level.weight > found.level.weight else found


def policy_of(loaded: Loaded, fail_on: Level | None = None) -> Policy:
    """The user's decisions from the settings, each with where it stands.

    Raises UserError for a pattern that is none, and where the command line loosens what is locked.
    """
    settings = loaded.settings
    for glob in (*(path for entry in settings.override for path in entry.paths), *(e.path for e in settings.suppress)):
        if glob is not None:
            pattern(glob)  # a pattern that is none has to be told before anything runs
    _locked(loaded, fail_on)
    return Policy(
        fail_on=fail_on or Level(settings.fail_on),
        undecided_fails=settings.undecided == "fail",
        overrides=overrides_of(loaded),
        suppressions=tuple(
            Suppression(**msgspec.structs.asdict(entry), origin=loaded.entry("suppress", index))
            for index, entry in enumerate(settings.suppress)
        ),
        passes=tuple(
            Pass(**msgspec.structs.asdict(entry), origin=loaded.entry("pass", index))
            for index, entry in enumerate(settings.passes)
        ),
        given=fail_on,
        max_days=settings.policy.max_suppression_days,
        max_hours=settings.policy.max_pass_hours,
        named_approval=settings.policy.suppression_approval == "named",
    )


def overrides_of(loaded: Loaded) -> tuple[LevelOverride, ...]:
    """The overrides of some settings."""
    return tuple(
        LevelOverride(**msgspec.structs.asdict(entry), origin=loaded.entry("override", index))
        for index, entry in enumerate(loaded.settings.override)
    )


def _locked(loaded: Loaded, fail_on: Level | None) -> None:
    if fail_on is None:
        return
    settings = msgspec.structs.replace(loaded.settings, fail_on=fail_on.value)
    for lock, loosened in broken(loaded.locks, {}, (settings, loaded.sections)):
        if loosened.path == ("fail-on",):
            raise UserError(
                f"--fail-on {fail_on}: that is looser than {loosened.was}; {lock.place} locks {lock.key}",
                hint="leave the option out, or ask the owner of that file",
            )
