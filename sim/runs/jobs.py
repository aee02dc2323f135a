"""Jobs: what a worker does, wherever it is, and what a service keeps of each that many clients share."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from threading import Event
from typing import Any, Literal, Protocol, TypeAlias

from sim.common.stopping import StoppedError, stoppable
from sim.runs.machine import give_memory_back

JobState: TypeAlias = Literal["waiting", "running", "done", "failed"]


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Watch:
    """How a job under way learns that it shall stop, and says that one of its runs is finished.

    Attributes:
        stop: set, or a file that is there, once the job shall stop; None: never.
        finished_run: called after each run; for jobs in the caller's process only.
    """

    stop: Event | Path | None = None
    finished_run: Callable[[], object] = _nothing

    def stopped(self) -> bool:
        """Tell whether the job shall stop."""
        return self.stop.exists() if isinstance(self.stop, Path) else self.stop is not None and self.stop.is_set()


UNWATCHED = Watch()


class Job(Protocol):
    """What a worker does: everything in it may travel to another process."""

    def do(self, watch: Watch) -> Any:
        """Return the result, and tell ``watch`` of each run. Raises StoppedError where it is done by ``attempted``."""
        ...


class SharedJob(Job, Protocol):
    """A job that several clients may want."""

    @property
    def key(self) -> str:
        """What decides the result, as a hash; safe as the name of a file."""
        ...

    @property
    def turn(self) -> str:
        """What is the same for parts of a whole: they are done one right after the other."""
        ...

    def kept(self) -> Any | None:
        """Return the result where an earlier day has left it, at once; None where it is still to be done."""
        ...


class Unfinished(Enum):
    """What comes of a job that is to be done again, if anybody wants it.

    LEFT: it was stopped, or lost with its worker. CANCELLED: there is nothing any more that could do it.
    """

    LEFT = "left"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Failure:
    """Why a job came to nothing.

    Attributes:
        reason: in a line.
        details: where it happened, for the person who has to mend it.
        error: what was raised, where that was in this process.
    """

    reason: str
    details: str = ""
    error: Exception | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Return what an exception says; the frames it passed let go of what they hold, maybe a whole market."""
        details = "".join(traceback.format_exception(error))
        traceback.clear_frames(error.__traceback__)
        return cls(f"{type(error).__name__}: {error}", details, error if isinstance(error, Exception) else None)

    def __reduce__(self) -> tuple[type[Failure], tuple[str, str]]:
        """Travel to another process without the exception, which may be unable to."""
        return Failure, (self.reason, self.details)


DIED = Failure("the worker died of it, most likely for lack of memory")


def attempted(job: Job, watch: Watch = UNWATCHED) -> Any:
    """Do a job. What it raises is returned as a failure, or as unfinished where it was stopped."""
    try:
        with stoppable(watch.stopped):
            return job.do(watch)
    except StoppedError as stopped:
        traceback.clear_frames(stopped.__traceback__)
        return Unfinished.LEFT
    except Exception as error:  # whatever it is, it must not stop the others
        return Failure.of(error)
    finally:
        give_memory_back()


@dataclass(eq=False)
class Attempt:
    """A job that is to be done.

    Attributes:
        job: what is to be done.
        number: its place among all.
        suspect: whether it was in work when a worker died, as others may have been; from then on it is done alone.
        deaths: of workers that did nothing else.
    """

    job: Job
    number: int
    suspect: bool = False
    deaths: int = 0


@dataclass(eq=False)
class JobRecord(Attempt):
    """A shared job, how far it is, and who wants it: how soon, and when they last asked.

    Attributes:
        leaves: whether it was told, while running, to leave its worker to another job.
        times_left: how often it did.
        slow: whether it takes seconds, so that it waits for those that do not.
        heavy: whether it takes long, so that it may not have every worker.
        pool: number of the workers it was last given to.
        begun: when it was last begun, by the service's clock.
        stop: the file whose being there tells its worker to stop; None: it was never begun.
    """

    job: SharedJob
    state: JobState = "waiting"
    result: Any = None
    failure: str = ""
    wanted: dict[Hashable, tuple[int, float]] = field(default_factory=dict)
    leaves: bool = False
    times_left: int = 0
    slow: bool = False
    heavy: bool = False
    pool: int = 0
    begun: float = 0.0
    stop: Path | None = None

    def tell_to_stop(self) -> None:
        """Have its worker stop. Where the disk takes no file, the job is done to its end."""
        if self.stop is not None:
            with suppress(OSError):
                self.stop.touch()

    def let_go_on(self) -> None:
        """Take that back. Where the file cannot be deleted, the job stops, and is begun again with another file."""
        if self.stop is not None:
            with suppress(OSError):
                self.stop.unlink(missing_ok=True)

    @property
    def weight(self) -> int:
        """How much memory its result takes, a replication's being 1."""
        return weight_of(self.job)

    @property
    def rank(self) -> int:
        """How soon it is wanted by the one who wants it soonest: 0 where it is anybody's first."""
        return min((rank for rank, _ in self.wanted.values()), default=0)

    def turn(self) -> tuple[bool, int, bool, int]:
        """Return what decides whose turn it is: everybody's first job before anybody's second, of these the quick ones
        before the slow ones, the oldest first.

        Suspects come before all: once they are done, all workers work again.
        """
        return not self.suspect, self.rank, self.slow, self.number


def weight_of(job: SharedJob) -> int:
    """Return how much memory a job's result takes, a replication's being 1; as the job says, where it does."""
    return int(getattr(job, "weight", 1))


def cost_of(job: SharedJob) -> float:
    """Return about how many seconds of a core a job takes, as it says; 0 where it does not."""
    return float(getattr(job, "cost", 0.0))


@dataclass(frozen=True)
class JobResults:
    """What there is so far of the jobs a client wants.

    Attributes:
        results: of each job in the order asked for, None where it is not there yet.
        place: how many jobs are before the first that is missing; 0: it is being worked on, or nothing is missing.
        failure: why a job came to nothing, in a line; empty where none has.
    """

    results: tuple[Any, ...]
    place: int = 0
    failure: str = ""

    @property
    def ready(self) -> tuple[Any, ...]:
        """The results before the first that is missing, so that what is shown does not depend on who was faster."""
        missing = next((n for n, each in enumerate(self.results) if each is None), len(self.results))
        return self.results[:missing]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return len(self.ready) == len(self.results)

    @property
    def over(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.complete or bool(self.failure)
