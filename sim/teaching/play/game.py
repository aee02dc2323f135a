"""A game on one island, round by round, beside the market of bots with the same customers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock

from sim.teaching.play.island import SHOCKS, Asked, Island, open_island
from sim.teaching.play.judging import briefs, judge
from sim.teaching.play.results import Brief, RoundResult
from sim.teaching.rooms.moments import Play

History = tuple[tuple[str, ...], ...]
"""The shocks that held, round by round."""


@dataclass
class BotMarket:
    """The market in which bots run all seats: what a seat's profit is compared with. Shared by all islands of a game.

    Rounds are kept; where islands ask for other shocks than those played, the market is played again.
    """

    scenario: str
    seed: int
    rounds: int
    _played: dict[History, RoundResult] = field(default_factory=dict)
    _live: tuple[History, Island] | None = None
    _lock: Lock = field(default_factory=Lock)

    def result(self, history: History) -> RoundResult:
        """Return the last round of a game in which these shocks held."""
        with self._lock:
            if history not in self._played:
                self._play(history)
            return self._played[history]

    def _play(self, history: History) -> None:
        done, island = self._live or ((), None)
        if island is None or done != history[: len(done)] or len(done) >= len(history):
            done, island = (), open_island(self.scenario, self.seed, self.rounds)
        for number in range(len(done), len(history)):
            self._played[history[: number + 1]] = judge(island, island.play({}, history[number]), {})
        self._live = history, island


_bots: dict[tuple[str, int, int], BotMarket] = {}
_bots_lock = Lock()
MOST_BOT_MARKETS = 8
"""Markets of bots that are kept; the oldest makes room."""


def bots_of(scenario: str, seed: int, rounds: int) -> BotMarket:
    """Return the market of bots of a game, the same object for all islands."""
    with _bots_lock:
        key = (scenario, seed, rounds)
        if key not in _bots:
            while len(_bots) >= MOST_BOT_MARKETS:
                _bots.pop(next(iter(_bots)))
            _bots[key] = BotMarket(*key)
        return _bots[key]


@dataclass
class Game:
    """One island of a game.

    Attributes:
        island: its market. bots: the market of bots beside it. results: of all rounds so far.
    """

    island: Island
    bots: BotMarket
    results: list[RoundResult] = field(default_factory=list)

    @property
    def brief(self) -> Mapping[str, Brief]:
        """What each seat should know for its next decision."""
        if self.results:
            return self.results[-1].brief
        return briefs(list(self.island.firms.values()), self.island.posted_prices(), self.island)


def start(game: Play, seed: int) -> Game:
    """Return one island before its first round. Raises ScenarioError where the scenario has no seats for people."""
    island = open_island(game.scenario, seed, game.rounds)
    return Game(island, bots_of(game.scenario, seed, game.rounds))


def play_round(game: Game, decisions: Mapping[str, Asked], shocks: Collection[str]) -> RoundResult:
    """Play the next round of an island, which changes it, and return what it leaves.

    Args:
        game: the island.
        decisions: of seats that people run, by seat and control; seats that are missing are the bots'.
        shocks: names of all shocks that hold in this round.

    Raises PlayError, with nothing changed, where decisions or shocks are not those of the game.
    """
    played = game.island.play(decisions, shocks)
    history = (*(each.open for each in game.results), played.open)
    bots = game.bots.result(history)
    result = judge(game.island, played, {seat: each.profit for seat, each in bots.seats.items()})
    game.results.append(result)
    return result


__all__ = ["SHOCKS", "BotMarket", "Game", "bots_of", "play_round", "start"]
