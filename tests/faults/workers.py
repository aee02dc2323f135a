"""Workers that go wrong: each start, each job handed out and each result coming back is a point."""

from __future__ import annotations

import errno
from collections import Counter
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pickle import PicklingError
from typing import Any

from sim.runs.backends import Backend
from sim.runs.jobs import Failure
from sim.runs.runner import Runner

KINDS = {
    "fail": "start, hand-out or way back fails",
    "kill": "the worker dies",
    "corrupt": "what comes back cannot be read",
    "slow": "the result comes after all others",
}


@dataclass(frozen=True)
class Square:
    """A job that returns a square."""

    number: int

    def do(self, watch: Any = None) -> int:
        """Return it."""
        return self.number * self.number


class Points:
    """Counts what happens to workers, and says when a fault is due."""

    def __init__(self, kind: str = "", at: int = -1):
        self.kind, self.at = kind, at
        self.done: list[str] = []

    def due(self, what: str) -> str:
        """Count something, and return the fault that happens at it."""
        self.done.append(what)
        return self.kind if len(self.done) - 1 == self.at else ""


class Faulty(Executor):
    """Workers that do what they are given when they are told to, unless they broke."""

    def __init__(self, points: Points):
        self._points = points
        self.broken = False
        self.given: list[tuple[Future[Any], Any, tuple[Any, ...]]] = []

    def submit(self, work: Any, *given: Any) -> Future[Any]:  # type: ignore[override]
        """Take a job."""
        fault = self._points.due("hand-out")
        if fault == "fail":
            raise OSError(errno.EAGAIN, "no more processes")
        if fault == "kill":
            self.broken = True
        if self.broken:
            raise BrokenProcessPool("they died")
        future: Future[Any] = Future()
        self.given.append((future, work, given))
        return future

    def work(self) -> None:
        """Do the job that was taken first, and hand back what came of it."""
        future, work, given = self.given.pop(0)
        fault = "kill" if self.broken else self._points.due("result")
        if fault == "slow" and self.given:
            self.given.append((future, work, given))
        elif fault == "kill":
            self.broken = True
            lost, self.given = [(future, work, given), *self.given], []
            for each, _, _ in lost:
                each.set_exception(BrokenProcessPool("they died"))
        elif fault == "fail":
            future.set_exception(OSError(errno.EPIPE, "broken pipe"))
        elif fault == "corrupt":
            future.set_exception(PicklingError("what came back is no result"))
        else:
            future.set_result(work(*given))


class FaultyWorkers(Backend):
    """Starts them."""

    capacity = 3

    def __init__(self, points: Points):
        self._points = points
        self.now: list[Faulty] = []

    def start(self) -> Faulty:
        """Return new ones."""
        if self._points.due("start") == "fail":
            raise OSError(errno.EAGAIN, "no more processes")
        self.now.append(Faulty(self._points))
        return self.now[-1]

    def is_a_death(self, error: BaseException) -> bool:
        """Tell whether they died."""
        return isinstance(error, BrokenProcessPool)

    def work(self) -> bool:
        """Let one of them do a job, and return whether there was one."""
        for workers in self.now:
            if workers.given:
                workers.work()
                return True
        return False


def outcome_of(points: Points, jobs: int = 6) -> dict[int, Any] | OSError:
    """Have jobs done by such workers, and return what came of each; an error where none could be started at all."""
    import sim.runs.runner as module

    backend, found = FaultyWorkers(points), {}
    waits = Counter[str]()

    class Working(module.SimpleQueue):  # type: ignore[name-defined, misc]
        """Lets workers work while somebody waits for news."""

        def get(self, timeout: float = 0) -> Any:
            if self.empty() and not backend.work():
                waits["idle"] += 1
                assert waits["idle"] < 3, "somebody waits for ever"
            return super().get(timeout=0.001)

    before, module.SimpleQueue = module.SimpleQueue, Working  # type: ignore[misc]
    try:
        for done in Runner(backend).results([Square(n) for n in range(jobs)]):
            assert done.number not in found, "a job is over twice"
            found[done.number] = done.result
    except OSError as error:
        return error
    finally:
        module.SimpleQueue = before  # type: ignore[misc]
    return found


def wrong_with(found: dict[int, Any] | OSError, jobs: int = 6) -> str:
    """Say what is wrong with what came of jobs; empty where nothing is: right, or failed with a reason."""
    if isinstance(found, OSError):
        return ""
    lost = set(range(jobs)) - found.keys()
    if lost:
        return f"nothing came of {lost}"
    bad = [n for n, result in found.items() if not isinstance(result, Failure) and result != n * n]
    dumb = [n for n, result in found.items() if isinstance(result, Failure) and not result.reason]
    return f"wrong: {bad + dumb}" if bad or dumb else ""


def walk_workers(kind: str) -> tuple[int, list[tuple[int, str, str]]]:
    """Walk through all points, and return how many there were, and those that were mishandled."""
    points = Points()
    assert outcome_of(points) == {n: n * n for n in range(6)}
    mishandled, number = [], 0
    while number < len(points.done):
        again = Points(kind, number)
        try:
            wrong = wrong_with(outcome_of(again))
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            mishandled.append((number, points.done[number], wrong))
        number += 1
    return len(points.done), mishandled


def walk_after_a_death(kind: str) -> tuple[int, list[tuple[int, str, str]]]:
    """Walk through all pairs of a death and a later fault: new workers cannot be started, say."""
    whole, mishandled = 0, []
    length = len(_done_by(Points()))
    for first in range(1, length):
        for second in range(first + 1, length + 8):
            whole += 1
            both = Two(first, kind, second)
            try:
                wrong = wrong_with(outcome_of(both))
            except Exception as error:
                wrong = f"{type(error).__name__}: {error}"
            if wrong:
                mishandled.append((second, f"death at {first}", wrong))
    return whole, mishandled


class Two(Points):
    """A death, and another fault later."""

    def __init__(self, death: int, kind: str, at: int):
        super().__init__(kind, at)
        self._death = death

    def due(self, what: str) -> str:
        """Count something, and return the fault that happens at it."""
        self.done.append(what)
        number = len(self.done) - 1
        return "kill" if number == self._death else self.kind if number == self.at else ""


def _done_by(points: Points) -> list[str]:
    outcome_of(points)
    return points.done
