"""The service's own files: by them it tells workers to stop."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.common.stopping import StoppedError
from sim.runs.backends import Backend
from sim.runs.job_service import HEAVY, JobService
from sim.runs.jobs import Watch
from tests.faults.stories import Story


@dataclass(frozen=True)
class Word:
    """A job that returns its name in capitals, or stops where it shall. It is heavy if its name is in capitals."""

    key: str
    turn: str = ""

    @property
    def cost(self) -> float:
        """Seconds that it says it takes."""
        return 2 * HEAVY if self.key.isupper() else 0.0

    def kept(self) -> None:
        """Return nothing."""

    def do(self, watch: Watch) -> str:
        """Return the name."""
        if watch.stopped():
            raise StoppedError
        return self.key.upper()


class Later(Executor):
    """A worker that does a job when it is told to."""

    def __init__(self) -> None:
        self.given: list[tuple[Any, ...]] = []

    def submit(self, work: Any, *given: Any) -> Future[Any]:  # type: ignore[override]
        """Take a job."""
        future: Future[Any] = Future()
        self.given.append((future, work, given))
        return future

    def work(self) -> None:
        """Do the job that was taken first."""
        future, work, given = self.given.pop(0)
        future.set_result(work(*given))


class One(Backend):
    """That worker."""

    def __init__(self) -> None:
        self.worker = Later()

    def start(self) -> Later:
        """Return it."""
        return self.worker


class OfTheService(Story):
    """Clients ask, leave, and come back; whatever happens to the files, those who wait are served."""

    name = "job service"

    def play(self, root: Path) -> Any:
        del root
        backend = One()
        service = JobService(backend)
        try:
            return self._asked(service, backend.worker)
        finally:
            service.close()

    def _asked(self, service: JobService, worker: Later) -> Any:
        service.ask("ann", [Word("a"), Word("b")])
        service.leave("ann")
        service.ask("bob", [Word("c"), Word("a")])
        service.ask("ann", [Word("b")])
        for _ in range(12):
            if worker.given:
                worker.work()
            service.ask("bob", [Word("c"), Word("a")])
            service.ask("ann", [Word("b")])
        return [service.ask("bob", [Word("c"), Word("a")]).results, service.ask("ann", [Word("b")]).results]

    def check(self, root: Path, done: Any, whole: Any) -> None:
        del root
        assert done is None or done == whole, f"clients wait for ever: {done}"
