"""The games of a room: markets that are computed elsewhere, from the log alone, so that a restart gives the same cents.

Each island is a pure function of its game, its seed, and the decisions and shocks of its rounds. A worker process keeps
the islands it has played, so that the next round costs one round; without them it plays all rounds again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from sim.runs.backends import Processes
from sim.runs.machine import available_cores
from sim.teaching.play import Brief, Game, RoundResult, deal, digest, play_round, seat_for, start
from sim.teaching.play.debrief import Debrief, debrief
from sim.teaching.rooms.decisions import Decisions, decisions_of
from sim.teaching.rooms.events import Dealt, RoundComputed, Seated
from sim.teaching.rooms.moments import Play
from sim.teaching.rooms.state import RoomState, seatings

Done = TypeVar("Done")
MOST_WORKERS = 2
NICENESS = 5
"""Of workers: the server, on which a hundred phones wait, comes first."""
MOST_KEPT = 64
"""Islands that a worker keeps."""
MOST_DEATHS = 2
"""How often a game is played again by itself after its worker died: one that kills its workers must not go on so."""
Rounds = tuple[tuple[Decisions, frozenset[str]], ...]
"""What was decided on an island, and which shocks held, round by round."""


@dataclass(frozen=True)
class IslandPlayed:
    """What a worker returns.

    Attributes:
        results: of the rounds that were asked for, in order.
        brief: what each seat should know for its next decision.
    """

    results: tuple[RoundResult, ...]
    brief: Mapping[str, Brief]


_kept: dict[str, tuple[Rounds, Game]] = {}
"""Of a worker process: islands as they stand, by name, with what was decided on them."""


def play_island(name: str, game: Play, seed: int, rounds: Rounds, have: int) -> IslandPlayed:
    """Play an island, as far as this process has not done so already. Runs in a worker.

    Args:
        name: of the island, for this process to find it again.
        game, seed: what is played.
        rounds: all rounds so far.
        have: how many of their results are known already, and not returned.
    """
    done, island = _kept.pop(name, ((), None))
    if island is None or done != rounds[: len(done)] or len(done) > len(rounds):
        done, island = (), start(game, seed)
    for decisions, shocks in rounds[len(done) :]:
        play_round(island, decisions, shocks)
    while len(_kept) >= MOST_KEPT:
        _kept.pop(next(iter(_kept)))
    _kept[name] = (rounds, island)
    return IslandPlayed(tuple(island.results[have : len(rounds)]), dict(island.brief))


class GameWorkers:
    """Processes that play islands, for all rooms of a server; started when the first game is."""

    def __init__(self) -> None:
        self._executors: dict[int, Executor] = {}
        self._backend = Processes(1, apart=True, among=MOST_WORKERS, niceness=NICENESS)
        self._lock = Lock()

    def submit(self, island: int, *job: Any) -> Future[IslandPlayed]:
        """Have an island played, always by the same process."""
        return self.run(island, play_island, *job)

    def run(self, island: int, work: Callable[..., Done], *job: Any) -> Future[Done]:
        """Have something computed by the process that plays an island; where it died, by a new one."""
        place = island % max(1, min(MOST_WORKERS, available_cores()))
        with self._lock:
            try:
                return self._executor(place).submit(work, *job)
            except BrokenExecutor:
                self._executors.pop(place).shutdown(wait=False)
                return self._executor(place).submit(work, *job)

    def _executor(self, place: int) -> Executor:
        if place not in self._executors:
            self._executors[place] = self._backend.start()
        return self._executors[place]

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            for executor in self._executors.values():
                self._backend.end(executor, idle=False)
            self._executors = {}


@dataclass
class GameRecord:
    """One game of a room, as far as its results are in memory.

    Attributes:
        rounds: results by island, round by round.
        briefs: what each seat should know, by island.
        looked_back: what there is to look back on, once asked for; None: not yet.
        trouble: why it cannot go on; empty: it can.
    """

    rounds: list[dict[int, RoundResult]] = field(default_factory=list)
    briefs: dict[int, Mapping[str, Brief]] = field(default_factory=dict)
    looked_back: Debrief | None = None
    trouble: str = ""
    _looking_back: Future[Debrief] | None = None
    _under_way: dict[int, Future[IslandPlayed]] = field(default_factory=dict)
    _until: int = 0
    _deaths: int = 0

    def look(self, state: RoomState, moment: int, workers: GameWorkers) -> bool:
        """Take what workers have finished, and have them play what is missing. Never waits.

        Returns:
            whether the results of all rounds that are closed are here.
        """
        game = state.moment_at(moment)
        assert isinstance(game, Play)
        if self._under_way:
            if not all(each.done() for each in self._under_way.values()):
                return False
            self._take()
        wanted = state.rounds_ended(moment)
        if (len(self.rounds) < wanted or not self.briefs) and not self.trouble:
            self._until = wanted
            for island, rounds in played_of(state, moment).items():
                name = f"{state.code} {moment} {island}"
                seed = state.seed if game.seed is None else game.seed
                self._under_way[island] = workers.submit(island, name, game, seed, rounds, len(self.rounds))
            return False
        return len(self.rounds) >= wanted

    def _take(self) -> None:
        under_way, self._under_way = self._under_way, {}
        try:
            found = {island: each.result() for island, each in under_way.items()}
        except Exception as error:
            self._failed(error)
            return
        self._deaths = 0
        for number in range(self._until - len(self.rounds)):
            self.rounds.append({island: each.results[number] for island, each in found.items()})
        self.briefs = {island: each.brief for island, each in found.items()}

    def _failed(self, error: Exception) -> None:
        """Play again what a worker that died was at; say what is wrong with a game that cannot be played."""
        if isinstance(error, (BrokenExecutor, CancelledError)) and self._deaths < MOST_DEATHS:
            self._deaths += 1
        else:
            self.trouble = f"{type(error).__name__}: {error}"

    def look_back(self, state: RoomState, moment: int, workers: GameWorkers) -> Debrief | None:
        """Return what there is to look back on; where it is not there yet, have a worker compute it."""
        game = state.moment_at(moment)
        if self.looked_back is None and isinstance(game, Play) and self.rounds and not self.trouble:
            if self._looking_back is None:
                seed = state.seed if game.seed is None else game.seed
                islands = {island: [each[island] for each in self.rounds] for island in self.rounds[0]}
                self._looking_back = workers.run(0, debrief, game, seed, islands)
            elif self._looking_back.done():
                try:
                    self.looked_back = self._looking_back.result()
                except Exception as error:
                    self._looking_back = None
                    self._failed(error)
        return self.looked_back

    def try_again(self) -> None:
        """Forget what went wrong."""
        self.trouble, self._looking_back, self._deaths = "", None, 0


def played_of(state: RoomState, moment: int) -> dict[int, Rounds]:
    """Return what was decided on each island in all rounds that are closed, with the shocks that held."""
    islands = sorted({island for island, _ in state.seats.get(moment, {})})
    shocks = state.shocks.get(moment, {})
    found: dict[int, Rounds] = {}
    for number in range(1, state.rounds_ended(moment) + 1):
        decided = decisions_of(state, moment, number)
        held = frozenset(name for name, since in shocks.items() if since <= number)
        for island in islands:
            found[island] = (*found.get(island, ()), (decided.get(island, {}), held))
    return found or dict.fromkeys(islands, ())


class Matches:
    """All games of a room.

    Args:
        workers: of the server.
    """

    def __init__(self, workers: GameWorkers):
        self._workers, self._lock = workers, Lock()
        self._matches: dict[int, GameRecord] = {}

    def match(self, moment: int) -> GameRecord:
        """Return a game by the number of its moment, as far as it is in memory."""
        return self._matches.setdefault(moment, GameRecord())

    def warm_up(self, state: RoomState) -> None:
        """Have workers open the markets of the lesson while the class is still gathering."""
        for moment, game in enumerate(state.lesson.moments):
            if isinstance(game, Play) and moment not in self._matches:
                self.match(moment)
                seed = state.seed if game.seed is None else game.seed
                self._workers.submit(0, f"{state.code} {moment} 0", game, seed, (), 0)

    def next_event(self, state: RoomState, now: float) -> Dealt | Seated | RoundComputed | None:
        """Return what the present game makes happen: seats are given away, or a round is computed. Never waits."""
        game, moment = state.moment, state.position.moment
        if not isinstance(game, Play) or not self._lock.acquire(blocking=False):
            return None
        try:
            return seating_now(state, game, now) or self._computed(state, moment, now)
        finally:
            self._lock.release()

    def look_back(self, state: RoomState) -> Debrief | None:
        """Return what there is to look back on of the present game; None where it is still being computed."""
        return self.match(state.position.moment).look_back(state, state.position.moment, self._workers)

    def _computed(self, state: RoomState, moment: int, now: float) -> RoundComputed | None:
        match = self.match(moment)
        if not match.look(state, moment, self._workers):
            return None
        for number, results in enumerate(match.rounds, 1):
            known = state.digests.get((moment, number))
            if known is None:
                return RoundComputed(now, moment, number, digest_of(results))
            if known != digest_of(results):
                match.trouble = f"round {number} came out differently from the first time; was the program changed?"
        return None


def digest_of(results: Mapping[int, RoundResult]) -> str:
    """Return letters that two rounds share only where all islands are the same to the cent."""
    return hashlib.sha256(" ".join(digest(results[island]) for island in sorted(results)).encode()).hexdigest()[:16]


def seating_now(state: RoomState, game: Play, now: float) -> Dealt | Seated | None:
    """Return the seats that are to be given away now: all of them at first, then those for students who came late."""
    moment, phase = state.position.moment, state.position.phase
    if moment not in state.seats:
        students = [each.number for each in state.present]
        seed = state.seed if game.seed is None else game.seed
        return Dealt(now, moment, deal(game, students, seed)) if phase == "seats" else None
    if phase not in ("seats", "results"):
        return None
    late = (each.number for each in state.present if state.seat_of(moment, each.number) is None)
    found = next(filter(None, (seat_for(game, seatings(state, moment), number) for number in late)), None)
    return None if found is None else Seated(now, moment, found)
