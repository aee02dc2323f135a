"""Rooms on a server: each is its state, and the one way to change it, which is to append to its log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import RLock

from sim.teaching.rooms.course import due
from sim.teaching.rooms.events import Event, Forgotten, Joined, KeyAdded, Opened, RoundEnded
from sim.teaching.rooms.fold import fold, replayed
from sim.teaching.rooms.games import GameWorkers, Matches
from sim.teaching.rooms.identity import hash_of, new_code, new_token, tidy_code
from sim.teaching.rooms.moments import Lesson
from sim.teaching.rooms.rulings import ALREADY, LONGEST_NAME, NAME, NOT_KEPT, Refusal, ruling, tidy_name
from sim.teaching.rooms.state import RoomState
from sim.teaching.rooms.store import EventStore, StaleError, UnavailableError

SILENT = 20.0
"""Seconds without a word from a phone after which its student counts as away."""
Clock = Callable[[], float]


class Room:
    """A room that is open on this server. Safe in threads.

    Args:
        store: the database with its log.
        code: of the room.
        workers: that play its games.
        clock: the time in seconds since 1970.

    Attributes:
        matches: its games.

    Raises:
        LookupError: where the store has no such room.
    """

    def __init__(self, store: EventStore, code: str, workers: GameWorkers, clock: Clock = time.time):
        log = store.read(code)
        if not log:
            raise LookupError(code)
        self.code, self.clock = code, clock
        self._store, self._state, self._lock = store, replayed(log), RLock()
        self.matches = Matches(workers)
        self._heard: dict[int, float] = {}

    @property
    def state(self) -> RoomState:
        """The state at present; it never changes in place."""
        return self._state

    def act(self, make: Callable[[RoomState, float], Event | Refusal]) -> Refusal | None:
        """Have something happen: it is in the database when this returns None.

        Args:
            make: returns the event, given the state and the time; or says itself why not.

        Returns:
            why it may not happen; None where it has.
        """
        with self._lock:
            while True:
                made = make(self._state, self.clock())
                refused = made if isinstance(made, Refusal) else ruling(self._state, made)
                if refused is not None:
                    return refused
                assert not isinstance(made, Refusal)
                try:
                    self._store.append(self.code, self._state.events + 1, [made])
                except StaleError:
                    if not self._caught_up():
                        return NOT_KEPT
                    continue
                except UnavailableError:
                    return NOT_KEPT
                self._state = fold(self._state, made)
                return None

    def happen(self, make: Callable[[float], Event]) -> Refusal | None:
        """Have something happen that depends on nothing but the time."""
        return self.act(lambda _, now: make(now))

    def _caught_up(self) -> bool:
        """Take over what another server has appended; tell whether the database gave it."""
        try:
            for event in self._store.read(self.code, self._state.events):
                self._state = fold(self._state, event)
        except UnavailableError:
            return False
        return True

    def tick(self) -> None:
        """Have happen what the clock and the games make happen. Cheap where that is nothing."""
        while self._next(self._state, self.clock()) is not None:
            if self.act(lambda state, now: self._next(state, now) or ALREADY) is not None:
                return

    def _next(self, state: RoomState, now: float) -> Event | None:
        found = due(state, now)
        if isinstance(found, RoundEnded):
            return replace(found, away=self.away())
        return found or self.matches.next_event(state, now)

    def heard(self, student: int) -> None:
        """Remember that a student's phone is there."""
        self._heard[student] = self.clock()

    def away(self) -> tuple[int, ...]:
        """Return the students whose phones are silent."""
        since = self.clock() - SILENT
        return tuple(each.number for each in self._state.present if self._heard.get(each.number, 0.0) < since)

    def join(self, name: str, token: str) -> Refusal | None:
        """Let a student in, under this name or, where somebody has it, with a number after it.

        Somebody who is in already stays who they are: None is returned, and nothing happens.
        """
        own = hash_of(token)

        def joining(state: RoomState, now: float) -> Event | Refusal:
            wanted = tidy_name(name)
            return Joined(now, len(state.students) + 1, free_name(state, wanted), own) if wanted else NAME

        refused = self.act(joining)
        known = self._state.by_token.get(own)
        if known is not None:
            self.heard(known.number)
        return None if refused == ALREADY else refused


def free_name(state: RoomState, wanted: str) -> str:
    """Return a name that nobody in the room has: ``Ann``, ``Ann 2``, ``Ann 3``."""
    taken = {each.name.casefold() for each in state.students.values()}
    number, name = 1, wanted
    while name.casefold() in taken:
        number += 1
        ending = f" {number}"
        name = wanted[: LONGEST_NAME - len(ending)].rstrip() + ending
    return name


class Rooms:
    """All rooms of a server, each loaded when it is first asked for.

    Args:
        store: their database.
        clock: the time in seconds since 1970.
    """

    def __init__(self, store: EventStore, clock: Clock = time.time):
        self.store, self._clock, self._workers = store, clock, GameWorkers()
        self._open: dict[str, Room] = {}
        self._lock = RLock()

    def room(self, code: str) -> Room | None:
        """Return a room by its code; None where there is none. Raises UnavailableError where it cannot be read."""
        with self._lock:
            if code not in self._open:
                try:
                    self._open[code] = Room(self.store, code, self._workers, self._clock)
                except LookupError:
                    return None
            return self._open[code]

    def open(self, lesson: Lesson, seed: int, version: str) -> tuple[Room, str]:
        """Open a room for a lesson, and return it with the teacher's key, which is kept nowhere else."""
        key = new_token()
        while True:
            opened = Opened(self._clock(), new_code(), lesson, seed, hash_of(key), version)
            try:
                self.store.create(opened)
            except StaleError:  # there is a room with this code
                continue
            room = self.room(opened.code)
            assert room is not None
            return room, key

    def resume(self, code: str) -> tuple[Room, str] | None:
        """Return a room to go on with, and one more key for its teacher; None where there is no such room.

        Raises UnavailableError where the key cannot be kept.
        """
        room = self.room(tidy_code(code))
        if room is None:
            return None
        key = new_token()
        if room.happen(lambda now: KeyAdded(now, hash_of(key))) is not None:
            raise UnavailableError("the teacher's key cannot be kept")
        return room, key

    def forget_names(self, seconds: float) -> int:
        """Delete all names in rooms opened longer ago than this, and return in how many."""
        old = [self.room(code) for code in self.store.named_before(self._clock() - seconds)]
        return sum(room is not None and room.happen(Forgotten) is None for room in old)

    def close(self) -> None:
        """Close the database, and end the workers."""
        self._workers.close()
        self.store.close()
