"""Jobs for many clients at once: queued, shared, dropped when nobody waits for them any more.

Clients ask for jobs again and again, as a page that is looked at does. A job two of them want is done once. A client
that stops asking, or asks for something else, is forgotten: what only it wanted leaves the queue, or stops at its next
day.
"""

from __future__ import annotations

import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import RLock
from typing import Any

from sim.common.orphans import temporary_folder
from sim.runs.backends import Backend, service_backends
from sim.runs.dispatcher import Dispatcher
from sim.runs.jobs import (
    Attempt,
    Failure,
    JobRecord,
    JobResults,
    JobState,
    SharedJob,
    Unfinished,
    Watch,
    cost_of,
    weight_of,
)

PATIENCE = 90.0
"""Seconds after which a client that has not asked again has left; a tab out of sight asks once a minute."""
MOST_KEPT = 600
"""Results kept in memory, some 150 kB each, larger ones counted by ``weight``; the longest unasked goes first."""
MOST_RECALLED = 300
"""Results of earlier days kept in memory beside those, by the same measure."""
ABSENT, MOST_ABSENT = 5.0, 5_000
"""Seconds for which it is believed that nothing is kept of a job, and of how many jobs that is remembered."""
MOST_LEFT = 1
"""Times a job is begun again because somebody else's first job needed its worker."""
SLOW, HEAVY, OVERDUE = 2.5, 12.0, 30.0
"""Seconds a job is expected to take from which on it is slow, and heavy, and seconds after which one that is running is
heavy, whatever was expected."""
ANY, LIGHT = 0, -1
"""Workers that do any job, and those that do light jobs only, where there are some."""
MOST_WAITING, MOST_OF_ONE = 20_000, 4_000
"""Jobs that wait, in all and for one client; beyond, nobody may ask for more."""
TOO_MANY = "more runs are waiting on this server than it can remember; try again in some minutes"
TOO_MANY_OF_ONE = f"more than {MOST_OF_ONE} runs were asked for at once; ask for fewer"
LOST = "its worker ended while it was running, perhaps because of it; try again, or make the market smaller"
NO_MEMORY = "it needs more memory than one run may take here; make the market smaller"


class JobService:
    """The jobs of all clients.

    Light jobs keep workers of their own: those that do heavy jobs may be busy for minutes, or die and be replaced.

    Args:
        backend: the workers that do any job; processes of this machine unless given.
        light: those that do light jobs only; None: there are none, unless ``backend`` is None, too.
        clock: seconds, for who asked when.
        first: done by one worker alone before all others begin: compiling, whose cache two must not fill at once.
    """

    def __init__(
        self,
        backend: Backend | None = None,
        light: Backend | None = None,
        clock: Callable[[], float] = time.monotonic,
        first: Callable[[], object] | None = None,
    ):
        self._clock = clock
        self._lock = RLock()
        self._entries: dict[str, JobRecord] = {}
        self._asked: dict[Hashable, tuple[str, ...]] = {}
        self._recalled: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._absent: dict[str, float] = {}
        self._stops, tidy = temporary_folder()
        self._tidy = weakref.finalize(self, tidy)
        self._number = self._begun = 0
        if backend is None:
            backend, light = service_backends()
        self._pools = [Dispatcher(each, self._lock) for each in (backend, light) if each is not None]
        if first is not None:
            self._prepare(first)

    def ask(self, client: Hashable, jobs: Sequence[SharedJob]) -> JobResults:
        """Say what a client wants now, in place of what it wanted before, and return what there is of it."""
        if len(jobs) > MOST_OF_ONE:
            return JobResults((None,) * len(jobs), failure=TOO_MANY_OF_ONE)
        kept = self._kept_of(jobs)
        with self._lock:
            now = self._clock()
            keys = tuple(job.key for job in jobs)
            for key in set(self._asked.get(client, ())) - set(keys):
                if key in self._entries:
                    self._entries[key].wanted.pop(client, None)
            if kept and self._too_many(len(kept), now):
                self._asked.pop(client, None)
                return JobResults(tuple(kept.get(job.key) for job in jobs), failure=TOO_MANY)
            self._asked[client] = keys
            turns = list(dict.fromkeys(job.turn for job in jobs))
            for job in jobs:
                self._entry(job, kept.get(job.key)).wanted[client] = (turns.index(job.turn), now)
            self._forget(now)
            self._work()
            return self._answer([self._entries[key] for key in keys])

    def leave(self, client: Hashable) -> None:
        """Say that a client wants nothing any more."""
        self.ask(client, ())
        with self._lock:
            self._asked.pop(client, None)

    def has(self, job: SharedJob) -> bool:
        """Tell whether a job is done, now or on an earlier day."""
        with self._lock:
            entry = self._entries.get(job.key)
        return entry.state == "done" if entry is not None else self._recall(job) is not None

    def results(self, jobs: Sequence[SharedJob]) -> tuple[Any, ...]:
        """Return what there is of jobs, None for the others, without wanting any of them."""
        with self._lock:
            found = {job.key: self._entries[job.key].result for job in jobs if job.key in self._entries}
        return tuple(found[job.key] if job.key in found else self._recall(job) for job in jobs)

    @property
    def preparing(self) -> bool:
        """Whether what comes before all jobs is still being done."""
        return self._pools[LIGHT].preparing

    def waiting(self) -> int:
        """Return how many there are who wait for something."""
        with self._lock:
            return sum(
                any(self._entries[key].result is None for key in keys if key in self._entries)
                for keys in self._asked.values()
            )

    def again(self, jobs: Sequence[SharedJob]) -> None:
        """Forget that these jobs failed, so that the next client has them tried again."""
        with self._lock:
            for job in jobs:
                entry = self._entries.get(job.key)
                if entry is not None and entry.state == "failed":  # kept, for others may want it as well
                    entry.state, entry.failure, entry.deaths, entry.suspect = "waiting", "", 0, False

    def count(self, state: JobState) -> int:
        """Return how many jobs are in a state."""
        with self._lock:
            return sum(entry.state == state for entry in self._entries.values())

    def close(self) -> None:
        """Stop everything. Nobody may ask any more."""
        with self._lock:
            for entry in self._running():
                entry.tell_to_stop()
            self._entries.clear()
            self._asked.clear()
        for pool in self._pools:
            pool.close()
        self._tidy()

    def _kept_of(self, jobs: Sequence[SharedJob]) -> dict[str, Any]:
        """Return what earlier days have left of jobs that are new, by key; read without holding the others up."""
        with self._lock:
            new = [job for job in jobs if job.key not in self._entries]
        return {job.key: self._recall(job) for job in new}

    def _recall(self, job: SharedJob) -> Any | None:
        """Return what an earlier day has left of a job, read once; that nothing is there is believed for a while.

        A result never changes: its key holds all that decides it, the program included.
        """
        key, now = job.key, self._clock()
        with self._lock:
            if key in self._recalled:
                self._recalled.move_to_end(key)
                return self._recalled[key][0]
            if now - self._absent.get(key, -ABSENT) < ABSENT:
                return None
        found = job.kept()
        with self._lock:
            if found is None:
                self._absent[key] = now
                if len(self._absent) > MOST_ABSENT:
                    self._absent = {each: at for each, at in self._absent.items() if now - at < ABSENT}
                return None
            self._recalled[key] = (found, weight_of(job))
            while sum(weight for _, weight in self._recalled.values()) > MOST_RECALLED and len(self._recalled) > 1:
                self._recalled.popitem(last=False)
        return found

    # -- below: always with the lock held ------------------------------------------------------------------------

    def _entry(self, job: SharedJob, kept: Any | None) -> JobRecord:
        """Return the entry of a job, the latest asked for at the end of all."""
        entry = self._entries.pop(job.key, None)
        if entry is None:
            self._number += 1
            state: JobState = "waiting" if kept is None else "done"
            entry = JobRecord(
                job, self._number, state=state, result=kept, slow=cost_of(job) > SLOW, heavy=cost_of(job) > HEAVY
            )
        elif entry.state == "running" and not entry.leaves:
            entry.let_go_on()  # wanted again before it noticed
        self._entries[job.key] = entry
        return entry

    def _too_many(self, more: int, now: float) -> bool:
        """Tell whether so many more jobs are more than can be remembered, once what nobody wants is forgotten."""
        if self.count("waiting") + more <= MOST_WAITING:
            return False
        self._forget(now)
        return self.count("waiting") + more > MOST_WAITING

    def _forget(self, now: float) -> None:
        """Drop who has left, what nobody wants, and results beyond those that are kept."""
        for client in [each for each, keys in self._asked.items() if self._has_left(each, keys, now)]:
            for key in self._asked.pop(client):
                if key in self._entries:
                    self._entries[key].wanted.pop(client, None)
        for key, entry in list(self._entries.items()):
            if entry.wanted:
                continue
            if entry.state == "waiting":
                del self._entries[key]
            elif entry.state == "running":
                entry.tell_to_stop()
        too_much = sum(entry.weight for entry in self._entries.values()) - MOST_KEPT
        for key, entry in list(self._entries.items()) if too_much > 0 else ():
            if too_much > 0 and entry.state in ("done", "failed") and not entry.wanted:
                too_much -= entry.weight
                del self._entries[key]

    def _has_left(self, client: Hashable, keys: Sequence[str], now: float) -> bool:
        entries = [self._entries[key] for key in keys if key in self._entries]
        times = [entry.wanted[client][1] for entry in entries if client in entry.wanted]
        return not times or now - max(times) > PATIENCE

    def _queue(self) -> list[JobRecord]:
        return sorted((each for each in self._entries.values() if each.state == "waiting"), key=JobRecord.turn)

    def _answer(self, entries: Sequence[JobRecord]) -> JobResults:
        failed = next((entry.failure for entry in entries if entry.state == "failed"), "")
        missing = next((entry for entry in entries if entry.result is None), None)
        place = 0
        if missing is not None and missing.state == "waiting":
            place = self._queue().index(missing) + self.count("running")
        return JobResults(tuple(entry.result for entry in entries), place, failed)

    def _work(self) -> None:
        """Hand out jobs while there are workers for them."""
        if self.preparing:
            return
        self._look_at_the_clock()
        closed: set[int] = set()
        queue = self._queue()
        any_heavy = any(entry.heavy for entry in (*queue, *self._running()))
        for entry in queue:  # suspects first
            if entry.state != "waiting":  # done at once, and then the next: workers may be that quick
                continue
            pools = [each for each in self._pools_for(entry, any_heavy) if each not in closed]
            pool = next((each for each in pools if self._pools[each].may_start(entry)), None)
            if pool is not None:
                self._start(entry, pool)
            elif entry.suspect:
                closed.update(pools)  # it is done alone: nothing is begun there before it
        self._make_room()

    def _pools_for(self, entry: JobRecord, any_heavy: bool) -> tuple[int, ...]:
        """Return the workers that may do a job, the best first; a suspect stays where a worker died.

        Beside heavy jobs, those for light jobs do quick ones only: where nothing is heavy, no worker is idle.
        """
        if entry.suspect:
            return (entry.pool,)
        if len(self._pools) == 1 or entry.heavy or (entry.slow and any_heavy):
            return (ANY,)
        return (ANY, LIGHT) if entry.slow else (LIGHT, ANY)

    def _start(self, entry: JobRecord, pool: int) -> None:
        entry.state, entry.leaves, entry.pool, entry.begun = "running", False, pool, self._clock()
        self._begun += 1
        entry.stop = self._stops / str(self._begun)  # a new one: an old one that cannot be deleted would stop it
        self._pools[pool].start(entry, Watch(entry.stop), self._ended)

    def _running(self, *pools: int) -> list[JobRecord]:
        """Return the jobs that some workers are at, or all, as they were begun."""
        running = [
            entry
            for pool in (pools or range(len(self._pools)))
            for entry in self._pools[pool].running
            if isinstance(entry, JobRecord)
        ]
        return sorted(running, key=lambda entry: entry.begun)

    def _look_at_the_clock(self) -> None:
        """Call heavy what runs longer than expected, and have it leave workers that are for light jobs only."""
        for entry in self._running():
            entry.heavy = entry.heavy or self._clock() - entry.begun > OVERDUE
        light = self._running(LIGHT) if len(self._pools) > 1 else []
        suspects = [entry for entry in self._running() if entry.suspect]  # each is done alone, and others wait for it
        self._leave([entry for entry in (*suspects, *light) if entry.heavy])

    def _make_room(self) -> None:
        """Have jobs that are nobody's first leave their workers to first jobs that wait, the latest begun first.

        Slow ones leave for first jobs that are quick; a heavy job is made room for by heavy jobs only. A job leaves
        ``MOST_LEFT`` times at most, and is then done to its end: else first jobs that never cease to come would keep
        it from ever being done.
        """
        waiting = self._queue()
        suspects = {entry.pool % len(self._pools) for entry in (*self._running(), *waiting) if entry.suspect}
        quick = any(entry.rank == 0 and not entry.slow for entry in waiting)
        for heavy in (True, False):
            pools = [each for each in range(1 if heavy else len(self._pools)) if each not in suspects]
            running = self._running(*pools) if pools else []
            if len(running) < sum(self._pools[each].backend.capacity for each in pools):
                continue
            room = sum(entry.leaves or not entry.wanted for entry in running)
            needed = max(0, sum(entry.rank == 0 and entry.heavy == heavy for entry in waiting) - room)
            able = [
                entry
                for entry in running
                if (entry.rank > 0 or (entry.slow and quick and not heavy))
                and (entry.heavy or not heavy)
                and not entry.leaves
                and entry.times_left < MOST_LEFT
            ]
            self._leave(able[-needed:] if needed else [])

    def _leave(self, entries: Sequence[JobRecord]) -> None:
        """Have running jobs leave their workers, the latest begun first."""
        for entry in reversed(entries):
            if not entry.leaves:
                entry.leaves = True
                entry.times_left += 1
                entry.tell_to_stop()

    def _prepare(self, first: Callable[[], object]) -> None:
        """Have it done by one worker of those for light jobs, then by one of the others, which find it done."""

        def then() -> None:
            for pool in self._pools[:LIGHT]:
                pool.prepare(first, self._work)
            self._work()

        self._pools[LIGHT].prepare(first, then)

    def _ended(self, attempt: Attempt, result: Any) -> None:
        """Take what came of a job. What was stopped, or lost with a worker, waits again if anybody wants it."""
        entry = attempt
        assert isinstance(entry, JobRecord)
        entry.leaves = False
        if isinstance(result, Failure):
            entry.state, entry.failure = "failed", result.reason
            if result.reason.startswith("MemoryError"):
                entry.failure = NO_MEMORY
        elif isinstance(result, Unfinished) and entry.suspect and entry.heavy:
            entry.state, entry.failure = "failed", LOST  # to find out whether it was the cause, all others would wait
        elif isinstance(result, Unfinished):
            entry.state = "waiting"
        else:
            entry.state, entry.result = "done", result
        entry.let_go_on()
        self._forget(self._clock())
        self._work()
