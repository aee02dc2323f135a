"""What a service keeps of each task: what it is, how far it is, who wants it, and what those are told."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

State: TypeAlias = Literal["waiting", "running", "done", "failed"]
Stopped: TypeAlias = Callable[[], bool]


class Work(Protocol):
    """A task: everything in it travels to another process."""

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

    def do(self, stopped: Stopped) -> Any:
        """Return the result. Raises StoppedError once ``stopped`` says yes."""
        ...


@dataclass(frozen=True)
class Answer:
    """What there is so far.

    Attributes:
        results: of each task in the order asked for, None where it is not there yet.
        place: how many tasks are before the first that is missing; 0: it is being worked on, or nothing is missing.
        failure: why a task came to nothing, in a line; empty where none has.
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


@dataclass
class Entry:
    """A task, how far it is, and who wants it: how soon, and when they last asked.

    ``suspect``: it was in work when a worker died, as others may have been; from then on it is done alone, and only
    deaths that it dies alone are counted.
    """

    task: Work
    number: int
    state: State = "waiting"
    result: Any = None
    failure: str = ""
    suspect: bool = False
    deaths: int = 0
    wanted: dict[Hashable, tuple[int, float]] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """How much memory its result takes, a replication's being 1."""
        return weight_of(self.task)

    def turn(self) -> tuple[bool, int, int]:
        """Return what decides whose turn it is: everybody's first task before anybody's second, the oldest first.

        Suspects come before all: once they are done, all hands work again.
        """
        return not self.suspect, min((rank for rank, _ in self.wanted.values()), default=0), self.number


def weight_of(task: Work) -> int:
    """Return how much memory a task's result takes, a replication's being 1; as the task says, where it does."""
    return int(getattr(task, "weight", 1))
