"""The runs of a suite that a verdict may lean on: what is left out and what is odd is counted and told, never dropped.

A run is left out, for the first of these reasons that holds, where

* it is a candidate: recorded on purpose from elsewhere than the default branch;
* it was measured on another kind of machine;
* it is of the very commit that is judged;
* its commit is not in the line of first parents that git knows: the branch was rewritten, or it is newer than what the
  change began from. Where the clone is cut, a run that is older than all that git knows is kept, in order of time;
* it is dated in the future, and git does not know its place either: its time cannot be trusted, and nothing else says
  where it belongs;
* the same was recorded twice: the first counts;
* there are newer ones enough.

The place of a run is that of its commit; its time only where git does not know better. So a clock that jumps moves
nothing, a run of an old commit that was made today stands where that commit stands, and both are told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from msgspec import Struct

from sluicegate.gates.performance.history import folding
from sluicegate.gates.performance.history.index import Entry, Survey, VanishedError, opened, steadily, survey
from sluicegate.gates.performance.history.record import Record, untrusted
from sluicegate.model import History, Line
from sluicegate.sealed import stated

NEWEST = 100
"""So many points a window has where nothing else is asked for."""

_AHEAD = timedelta(minutes=10)  # clocks of two machines differ, and none of that is a jump

CANDIDATE = "candidates, which are no baseline"
ELSEWHERE = "runs of another kind of machine"
JUDGED = "runs of the commit that is judged"
REWRITTEN = "runs of commits that are not in the line of the branch"
FUTURE = "runs dated in the future"
TWICE = "runs that were recorded twice"
OLDER = "runs that are older than the newest that are looked at"
GAPS = "commits on the way that no run has measured"
BEFORE_PARENT = "runs dated before a run of an earlier commit"
UNPLACED = "runs placed by their time, since git does not know their commits here"
IMAGES = "changes of the runner's image on the way"


class Point(Struct, frozen=True, kw_only=True):
    """The runs of one commit, the first of them first; one alone where each run was wanted apart.

    `place` is how many commits of the line came before it; None where git does not know.
    """

    commit: str
    runs: tuple[Record, ...]
    place: int | None = None

    @property
    def time(self) -> datetime:
        """When it was first measured."""
        return self.runs[0].time


class Window(Struct, frozen=True, kw_only=True):
    """The points, oldest first. `left_out` counts the runs that are not in it, `noted` what is odd about the others.

    `line` are the commits that git knows, oldest first; nothing where it knows none.
    """

    suite: str
    fingerprint: str
    points: tuple[Point, ...]
    left_out: Mapping[str, int]
    noted: Mapping[str, int]
    line: tuple[str, ...] = ()


def in_words(counts: Mapping[str, int]) -> str:
    """How many runs were left out, or noted, for each reason: `candidates, which are no baseline (1); …`."""
    return "; ".join(f"{what} ({count:,})" for what, count in counts.items() if count)


class _Placed(Struct, frozen=True):
    entry: Entry
    place: int | None


def window(
    history: History,
    suite: str,
    fingerprint: str,
    *,
    line: Line | None,
    now: datetime,
    newest: int = NEWEST,
    judged: str = "",
    apart: bool = False,
) -> Window:
    """The newest points of a suite for one kind of machine.

    `line` is the order of the commits, where git knows it; `judged` the commit whose own runs are no baseline for it;
    `apart`: each run is a point of its own. Raises GateError where the history cannot be read, or a run that belongs
    to the window is corrupt.
    """
    return steadily(
        lambda: _window(history, survey(history, suite), fingerprint, line, now, newest, judged, apart=apart)
    )


def _window(
    history: History,
    there: Survey,
    fingerprint: str,
    line: Line | None,
    now: datetime,
    newest: int,
    judged: str,
    *,
    apart: bool,
) -> Window:
    known = tuple(reversed(line.commits)) if line else ()
    places = {commit: place for place, commit in enumerate(known)}
    left_out: Counter[str] = Counter()
    noted: Counter[str] = Counter(there.notes)
    kept = _kept(there.runs, fingerprint, places, line, now, judged, left_out)
    noted[FUTURE] += sum(each.entry.time > now + _AHEAD for each in kept)
    groups = _grouped(kept, apart=apart)
    for group in groups[: max(len(groups) - newest, 0)]:
        left_out[OLDER] += len(group)
    groups = groups[max(len(groups) - newest, 0) :]
    runs = _read(history, there.suite, [each.entry for group in groups for each in group])
    points = tuple(
        Point(commit=group[0].entry.commit, place=group[0].place, runs=tuple(runs[each.entry.name] for each in group))
        for group in groups
    )
    if known:
        noted[UNPLACED] += sum(len(point.runs) for point in points if point.place is None)
    noted[GAPS] += _gaps(points)
    noted[BEFORE_PARENT] += _before_parents(points)
    images = [run.machine.image_version for point in points for run in point.runs]
    noted[IMAGES] += sum(one != other for one, other in pairwise(images))
    return Window(
        suite=there.suite,
        fingerprint=fingerprint,
        points=points,
        left_out=_told(left_out),
        noted=_told(noted),
        line=known,
    )


def _kept(
    runs: Iterable[Entry],
    fingerprint: str,
    places: Mapping[str, int],
    line: Line | None,
    now: datetime,
    judged: str,
    left_out: Counter[str],
) -> list[_Placed]:
    """The runs that are a baseline for the judged commit, in the order of their commits."""
    since = min((each.time for each in runs if each.commit in places), default=None)
    seen: set[str] = set()
    kept = []
    for each in runs:
        place = places.get(each.commit)
        older = line is not None and not line.whole and (since is None or each.time < since)
        reason = ""
        if each.candidate:
            reason = CANDIDATE
        elif each.fingerprint != fingerprint:
            reason = ELSEWHERE
        elif each.commit == judged:
            reason = JUDGED
        elif line is not None and place is None and not older:
            reason = REWRITTEN
        elif place is None and each.time > now + _AHEAD:
            reason = FUTURE
        elif each.measured in seen:
            reason = TWICE
        if reason:
            left_out[reason] += 1
            continue
        seen.add(each.measured)
        kept.append(_Placed(each, place))
    return sorted(kept, key=lambda one: (-1 if one.place is None else one.place, one.entry.time, one.entry.name))


def _grouped(kept: Sequence[_Placed], *, apart: bool) -> list[list[_Placed]]:
    """The runs of one commit together, where its first one stands."""
    groups: dict[str, list[_Placed]] = {}
    for each in kept:
        groups.setdefault(each.entry.name if apart else each.entry.commit, []).append(each)
    return list(groups.values())


def _read(history: History, suite: str, entries: Sequence[Entry]) -> dict[str, Record]:
    """The runs by name, each document read once. Raises VanishedError, or GateError for what is not as recorded."""
    documents: dict[str, dict[str, bytes]] = {}
    runs = {}
    for each in entries:
        if each.document not in documents:
            data = history.read(each.document)
            if data is None:
                raise VanishedError(f"the store {history.address}: {each.document} is gone", "run again")
            folded = folding.unfold(data, address=history.address, name=each.document) if each.within else {}
            documents[each.document] = folded or {each.name: data}
        data = documents[each.document].get(each.name)
        if data is None:
            raise untrusted(
                history.address, each.document, f"it lacks the run {each.name}, which the index finds there"
            )
        if stated(data) != each.digest:
            raise untrusted(history.address, each.name, "it is not what was recorded: its digest is another one")
        runs[each.name] = opened(history, suite, each.name, data)
    return runs


def _gaps(points: Sequence[Point]) -> int:
    places = [point.place for point in points if point.place is not None]
    return places[-1] - places[0] + 1 - len(set(places)) if places else 0


def _before_parents(points: Sequence[Point]) -> int:
    """How many commits were last measured before an earlier commit was first: no order of work explains that."""
    found = 0
    latest: datetime | None = None
    for point in points:
        if latest is not None and max(run.time for run in point.runs) < latest:
            found += 1
        latest = point.time if latest is None else max(latest, point.time)
    return found


def _told(counts: Counter[str]) -> dict[str, int]:
    return {what: count for what, count in counts.items() if count}
