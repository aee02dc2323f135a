"""Work for many who ask at once: queued, shared, dropped when nobody waits for it any more.

Everybody asks for tasks again and again, as a page that is looked at does. A task two people want is done once.
Whoever stops asking, or asks for something else, is forgotten: what only they wanted leaves the queue, or stops at its
next day.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

from sim.runs.job_state import Answer, Entry, State, Stopped, Work, weight_of
from sim.runs.machine import available_cores
from sim.runs.running import StoppedError
from sim.runs.workers import done_by_a_worker, failed_future, is_a_death, processes, told

__all__ = ["Answer", "Service", "State", "Stopped", "Work"]

PATIENCE = 90.0
"""Seconds after which someone who has not asked again is taken to have left; a tab out of sight asks once a minute."""
MOST_KEPT = 600
"""Results kept in memory, some 150 kB each, larger ones counted by ``weight``; the longest unasked goes first."""
MOST_RECALLED = 300
"""Results of earlier days kept in memory beside those, by the same measure."""
ABSENT, MOST_ABSENT = 5.0, 5_000
"""Seconds for which it is believed that nothing is kept of a task, and of how many tasks that is remembered."""
MOST_DEATHS = 2
"""Deaths of a worker that did nothing else, after which a task is held to be their cause."""


class Service:
    """The work of all who ask, done by the processes of this machine.

    Args:
        hands: how many tasks at a time; without a number, as many as there are cores.
        executor: what to do tasks with, made anew when a worker has died; processes of this machine unless given.
        clock: seconds, for who asked when.
        first: done by one worker alone before all others begin: compiling, whose cache two must not fill at once.
    """

    def __init__(
        self,
        hands: int | None = None,
        executor: Callable[[int], Executor] | None = None,
        clock: Callable[[], float] = time.monotonic,
        first: Callable[[], object] | None = None,
    ):
        self.hands = available_cores() if hands is None else hands
        self._make = processes if executor is None else executor
        self._clock = clock
        self._lock = RLock()
        self._entries: dict[str, Entry] = {}
        self._asked: dict[Hashable, tuple[str, ...]] = {}
        self._recalled: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._absent: dict[str, float] = {}
        self._stops = Path(tempfile.mkdtemp(prefix="middleman-"))
        weakref.finalize(self, shutil.rmtree, self._stops, ignore_errors=True)
        self._number = 0
        self._executor = self._make(self.hands)
        self._free = self.hands
        self._preparing = first is not None
        if first is not None:
            self._free = 0
            self._executor.submit(first).add_done_callback(self._begin)

    def ask(self, who: Hashable, tasks: Sequence[Work]) -> Answer:
        """Say what ``who`` wants now, in place of what they wanted before, and return what there is of it."""
        kept = self._kept_of(tasks)
        with self._lock:
            now = self._clock()
            keys = tuple(task.key for task in tasks)
            for key in set(self._asked.get(who, ())) - set(keys):
                if key in self._entries:
                    self._entries[key].wanted.pop(who, None)
            self._asked[who] = keys
            turns = list(dict.fromkeys(task.turn for task in tasks))
            for task in tasks:
                self._entry(task, kept.get(task.key)).wanted[who] = (turns.index(task.turn), now)
            self._forget(now)
            self._work()
            return self._answer([self._entries[key] for key in keys])

    def leave(self, who: Hashable) -> None:
        """Say that ``who`` wants nothing any more."""
        self.ask(who, ())
        with self._lock:
            self._asked.pop(who, None)

    def has(self, task: Work) -> bool:
        """Tell whether a task is done, now or on an earlier day."""
        with self._lock:
            entry = self._entries.get(task.key)
        return entry.state == "done" if entry is not None else self._recall(task) is not None

    def results(self, tasks: Sequence[Work]) -> tuple[Any, ...]:
        """Return what there is of tasks, None for the others, without wanting any of them."""
        with self._lock:
            found = {task.key: self._entries[task.key].result for task in tasks if task.key in self._entries}
        return tuple(found[task.key] if task.key in found else self._recall(task) for task in tasks)

    @property
    def preparing(self) -> bool:
        """Whether what comes before all tasks is still being done."""
        return self._preparing

    def waiting(self) -> int:
        """Return how many there are who wait for something."""
        with self._lock:
            return sum(
                any(self._entries[key].result is None for key in keys if key in self._entries)
                for keys in self._asked.values()
            )

    def again(self, tasks: Sequence[Work]) -> None:
        """Forget that these tasks failed, so that the next who asks has them tried anew."""
        with self._lock:
            for task in tasks:
                entry = self._entries.get(task.key)
                if entry is not None and entry.state == "failed":  # kept, for others may want it as well
                    entry.state, entry.failure, entry.deaths = "waiting", "", 0

    def count(self, state: State) -> int:
        """Return how many tasks are in a state."""
        with self._lock:
            return sum(entry.state == state for entry in self._entries.values())

    def close(self) -> None:
        """Stop everything. Nobody may ask any more."""
        with self._lock:
            for entry in self._entries.values():
                self._stop_file(entry.task).touch()
            self._entries.clear()
            self._asked.clear()
        self._executor.shutdown(wait=True)

    def _kept_of(self, tasks: Sequence[Work]) -> dict[str, Any]:
        """Return what earlier days have left of tasks that are new, by key; read without holding the others up."""
        with self._lock:
            new = [task for task in tasks if task.key not in self._entries]
        return {task.key: self._recall(task) for task in new}

    def _recall(self, task: Work) -> Any | None:
        """Return what an earlier day has left of a task, read once; that nothing is there is believed for a while.

        A result never changes: its key holds all that decides it, the program included.
        """
        key, now = task.key, self._clock()
        with self._lock:
            if key in self._recalled:
                self._recalled.move_to_end(key)
                return self._recalled[key][0]
            if now - self._absent.get(key, -ABSENT) < ABSENT:
                return None
        found = task.kept()
        with self._lock:
            if found is None:
                self._absent[key] = now
                if len(self._absent) > MOST_ABSENT:
                    self._absent = {each: at for each, at in self._absent.items() if now - at < ABSENT}
                return None
            self._recalled[key] = (found, weight_of(task))
            while sum(weight for _, weight in self._recalled.values()) > MOST_RECALLED and len(self._recalled) > 1:
                self._recalled.popitem(last=False)
        return found

    # -- below: always with the lock held ------------------------------------------------------------------------

    def _entry(self, task: Work, kept: Any | None) -> Entry:
        """Return the entry of a task, the latest asked for at the end of all."""
        entry = self._entries.pop(task.key, None)
        if entry is None:
            self._number += 1
            entry = Entry(task, self._number, "waiting" if kept is None else "done", kept)
        elif entry.state == "running":
            self._stop_file(task).unlink(missing_ok=True)  # wanted again before it noticed
        self._entries[task.key] = entry
        return entry

    def _forget(self, now: float) -> None:
        """Drop who has left, what nobody wants, and results beyond those that are kept."""
        for who in [who for who, keys in self._asked.items() if self._has_left(who, keys, now)]:
            for key in self._asked.pop(who):
                if key in self._entries:
                    self._entries[key].wanted.pop(who, None)
        for key, entry in list(self._entries.items()):
            if entry.wanted:
                continue
            if entry.state == "waiting":
                del self._entries[key]
            elif entry.state == "running":
                self._stop_file(entry.task).touch()
        too_much = sum(entry.weight for entry in self._entries.values()) - MOST_KEPT
        for key, entry in list(self._entries.items()) if too_much > 0 else ():
            if too_much > 0 and entry.state in ("done", "failed") and not entry.wanted:
                too_much -= entry.weight
                del self._entries[key]

    def _has_left(self, who: Hashable, keys: Sequence[str], now: float) -> bool:
        entries = [self._entries[key] for key in keys if key in self._entries]
        times = [entry.wanted[who][1] for entry in entries if who in entry.wanted]
        return not times or now - max(times) > PATIENCE

    def _queue(self) -> list[Entry]:
        return sorted((each for each in self._entries.values() if each.state == "waiting"), key=Entry.turn)

    def _answer(self, entries: Sequence[Entry]) -> Answer:
        failed = next((entry.failure for entry in entries if entry.state == "failed"), "")
        missing = next((entry for entry in entries if entry.result is None), None)
        place = 0
        if missing is not None and missing.state == "waiting":
            place = self._queue().index(missing) + self.count("running")
        return Answer(tuple(entry.result for entry in entries), place, failed)

    def _work(self) -> None:
        """Hand out tasks while there are hands."""
        for entry in self._next():
            if entry.state != "waiting" or not self._free:  # done at once, and then the next: workers may be that quick
                continue
            entry.state = "running"
            self._free -= 1
            stop = self._stop_file(entry.task)
            stop.unlink(missing_ok=True)
            executor, future = self._submitted(entry.task, stop)
            future.add_done_callback(partial(self._after, entry, executor))

    def _next(self) -> list[Entry]:
        """Return the tasks whose turn it is: a suspect before all others, alone."""
        queue = self._queue()  # suspects first
        running = [entry for entry in self._entries.values() if entry.state == "running"]
        if any(entry.suspect for entry in (*queue[:1], *running)):
            return [] if running else queue[: min(self._free, 1)]
        return queue[: self._free]

    def _submitted(self, task: Work, stop: Path) -> tuple[Executor, Future[Any]]:
        """Give a task to the workers; where they broke while nobody looked, to new ones."""
        try:
            return self._executor, self._executor.submit(done_by_a_worker, task, str(stop))
        except Exception as error:
            if not is_a_death(error):
                return self._executor, failed_future(error)
        self._replace(self._executor)
        try:
            return self._executor, self._executor.submit(done_by_a_worker, task, str(stop))
        except Exception as error:
            return self._executor, failed_future(error)

    def _begin(self, done: Future[Any]) -> None:
        del done  # where compiling failed, the tasks will say why
        with self._lock:
            self._preparing = False
            self._free = self.hands
            self._work()

    def _after(self, entry: Entry, executor: Executor, done: Future[Any]) -> None:
        """Take what came of a task. What was stopped, or lost with a worker, waits again if anybody wants it."""
        with self._lock:
            self._free += 1
            error = done.exception() if not done.cancelled() else StoppedError()
            if error is None:
                entry.state, entry.result = "done", done.result()
            elif isinstance(error, StoppedError):
                entry.state = "waiting"
            elif is_a_death(error):
                entry.state = "waiting"
                self._suspect(entry, error)
                self._replace(executor)
            else:
                entry.state, entry.failure = "failed", told(error)
            self._forget(self._clock())
            self._work()

    def _suspect(self, entry: Entry, death: BaseException) -> None:
        """Have a task done alone from now on; if it was, count the death, and give it up after some."""
        entry.deaths += entry.suspect
        entry.suspect = True
        if entry.deaths >= MOST_DEATHS:
            entry.state, entry.failure = "failed", told(death)

    def _replace(self, broken: Executor) -> None:
        """Start new workers, once, where the old ones cannot go on."""
        if self._executor is broken:
            self._executor = self._make(self.hands)
            broken.shutdown(wait=False)

    def _stop_file(self, task: Work) -> Path:
        """Return the file whose being there tells a worker to stop."""
        return self._stops / task.key
