"""Gates side by side, each in a process of its own, until all have ended or somebody says stop."""

from __future__ import annotations

import contextlib
import io
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from itertools import chain, repeat
from types import FrameType

import msgspec
from msgspec.structs import replace

from sluicegate.engine.events import Event, Finished, Found, Progressed, Started
from sluicegate.engine.plan import Plan, PlannedGate
from sluicegate.engine.policy import Policy
from sluicegate.engine.process import GateProcess
from sluicegate.engine.told import Told
from sluicegate.errors import CancelledRunError
from sluicegate.model import Conclusion, Finding, Progress, Revision, Run
from sluicegate.registry import load
from sluicegate.revision import uncommitted
from sluicegate.worker.trouble import trouble_of
from sluicegate.worker.work import Said, cleaned, work

Listener = Callable[[Event], None]
_TICK = 0.1


class _Nowhere(io.TextIOBase):
    """A stream that keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


class _Stop:
    """The wish to stop, and which signal brought it."""

    def __init__(self) -> None:
        self.signal = ""
        self.raising = False

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        self.signal = self.signal or signal.Signals(number).name
        if self.raising:
            raise CancelledRunError

    def wished(self) -> bool:
        return bool(self.signal)


def run(plan: Plan, policy: Policy, listener: Listener = lambda _: None) -> Run:
    """Run what is planned and judge it. `listener` hears of the progress, in the caller's thread.

    Gates run in children that are ended at their limit, and at SIGINT or SIGTERM; where the plan says so, they run in
    this process, one after the other. What a gate had said by then is kept, the rest counts as errored.
    """
    began = time.monotonic()
    with _listening_for_signals() as stop:

        def judged(plan: Plan, told: Mapping[str, Told]) -> Run:
            from sluicegate.engine.judge import judge

            return judge(plan, told, policy, seconds=time.monotonic() - began, interrupted=stop.signal)

        def so_far(told: Mapping[str, Told]) -> bytes:
            ended = replace(plan, gates=tuple(planned for planned in plan.gates if planned.gate.id in told))
            return msgspec.json.encode(cleaned(judged(ended, told), plan.secrets))

        if plan.inline and all(planned.timeout is None for planned in plan.gates):
            told = {planned.gate.id: _inline(planned, stop, listener) for planned in plan.gates}
        else:
            told = _side_by_side(plan, stop, listener, so_far)
        plan = replace(plan, revision=_revision(plan, told))
        from sluicegate.engine.attribution import attributed

        run = judged(plan, told)
        return cleaned(run if stop.wished() else attributed(run, plan), plan.secrets)


def _conclude(planned: PlannedGate, told: Told) -> None:
    """Let the gate conclude from all that was said at head; what it raises is the gate's trouble.

    From what a gate said that was ended, or broke, nothing follows.
    """
    if not planned.gate.concludes or told.trouble:
        return
    try:
        concludes: Conclusion = load(planned.gate.concludes)
        for fact in concludes(told.findings, told.examinations):
            told.hear(("head", cleaned(fact, planned.job.secrets)))
    except Exception as error:  # noqa: BLE001 - whatever a gate raises ends as an errored gate
        told.trouble = trouble_of(error, planned.job.secrets)


def _revision(plan: Plan, told: Mapping[str, Told]) -> Revision:
    """The revision with what was judged and is not in its commit: what gates, and the settings, were read from."""
    revision = plan.revision
    if not plan.gates or not revision.head_commit:
        return revision
    read = {path for each in told.values() for path in each.seen}
    files = uncommitted(plan.gates[0].job.head, revision.head_commit, {*read, *plan.read})
    return replace(revision, uncommitted=files)


def _inline(planned: PlannedGate, stop: _Stop, listener: Listener) -> Told:
    told, began = Told(), time.monotonic()
    listener(Started(gate=planned.gate.id, title=planned.gate.title))
    try:
        stop.raising = True
        words = work(planned.job, stop.wished)
        while True:
            # what a gate or its libraries print is nobody's: on a CI log it could be taken for a command
            with contextlib.redirect_stdout(_Nowhere()), contextlib.redirect_stderr(_Nowhere()):
                said = next(words, None)
            if said is None:
                break
            told.hear(said)
            _tell(planned, said, listener)
    except Exception as error:  # noqa: BLE001 - whatever a gate raises ends as an errored gate
        told.trouble = trouble_of(error, planned.job.secrets)
    finally:
        stop.raising = False
    _conclude(planned, told)
    told.seconds = time.monotonic() - began
    listener(Finished(gate=planned.gate.id, seconds=told.seconds, trouble=told.trouble.message if told.trouble else ""))
    return told


def _side_by_side(
    plan: Plan, stop: _Stop, listener: Listener, so_far: Callable[[Mapping[str, Told]], bytes]
) -> dict[str, Told]:
    """All gates: first those that may run together, then those that run alone, last those that are given `so_far`."""
    events: queue.Queue[Event | None] = queue.Queue()  # a SimpleQueue may wait forever when a signal meets its timeout
    after = [planned for planned in plan.gates if planned.gate.after]
    together = [planned for planned in plan.gates if not planned.gate.exclusive and not planned.gate.after]
    alone = [planned for planned in plan.gates if planned.gate.exclusive and not planned.gate.after]
    spare = plan.workers - len(together) + 1  # a core that would have nothing to do takes a part of a gate
    told: dict[str, Told] = {}

    def stream(planned: PlannedGate, process: GateProcess) -> None:
        for said in process.words():
            _tell(planned, said, events.put)

    def attend(planned: PlannedGate, processes: Sequence[GateProcess]) -> None:
        events.put(Started(gate=planned.gate.id, title=planned.gate.title))
        first, *others = processes
        with ThreadPoolExecutor(max_workers=len(others) + 1) as pool:
            list(pool.map(stream, repeat(planned), (first, *others)))
        for other in others:
            first.told.add(other.told)
        _conclude(planned, first.told)
        trouble = first.told.trouble
        events.put(
            Finished(gate=planned.gate.id, seconds=first.told.seconds, trouble=trouble.message if trouble else "")
        )

    for batch, workers in ((together, plan.workers), (alone, 1), (after, plan.workers)):
        if not batch:
            continue
        run = so_far(told) if batch is after else b""
        asked = [replace(planned, job=replace(planned.job, run=run)) for planned in batch]
        made = [_processes(planned, spare) for planned in asked]
        with ThreadPoolExecutor(max_workers=min(workers, len(batch))) as pool:
            futures = [pool.submit(attend, *pair) for pair in zip(asked, made, strict=True)]
            import_module("sluicegate.engine.judge")  # what comes next is loaded while there is nothing to do but wait
            for future in futures:
                future.add_done_callback(lambda _: events.put(None))  # wakes who waits
            _wait(futures, events, listener, stop, list(chain.from_iterable(made)))
        told |= {planned.gate.id: first.told for planned, (first, *_) in zip(batch, made, strict=True)}
    return told


def _processes(planned: PlannedGate, spare: int) -> list[GateProcess]:
    """As many processes as cores and turns of the gate's job there are."""
    turns: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()
    several = planned.turns(spare)
    for turn in several:
        turns.put(turn)
    return [GateProcess(planned.job, planned.timeout, turns) for _ in range(max(1, min(spare, len(several))))]


def _wait(
    futures: list[Future[None]],
    events: queue.Queue[Event | None],
    listener: Listener,
    stop: _Stop,
    processes: list[GateProcess],
) -> None:
    while True:
        done = all(future.done() for future in futures)
        with contextlib.suppress(queue.Empty):
            while (event := events.get(timeout=0 if done else _TICK)) is not None:
                listener(event)
        if done:
            break
        if stop.wished():
            for process in processes:
                process.cancel()
    for future in futures:
        future.result()


def _tell(planned: PlannedGate, said: Said, listener: Listener) -> None:
    side, value = said
    if isinstance(value, Progress):
        listener(Progressed(gate=planned.gate.id, progress=value))
    elif isinstance(value, Finding) and side == "head":
        listener(Found(gate=planned.gate.id, finding=value))


@contextlib.contextmanager
def _listening_for_signals() -> Iterator[_Stop]:
    """SIGINT and SIGTERM ask for the end of the run while it lasts; only the main thread may listen."""
    stop = _Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
