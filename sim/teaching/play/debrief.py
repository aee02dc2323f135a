"""After a game: what theory, a market of bots and the planner do with the same customers, beside what the class did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.engine.state import State
from sim.market import Market
from sim.teaching.play.firms import firms_of, playable_market
from sim.teaching.play.game import bots_of
from sim.teaching.play.island import DAYS, open_terms
from sim.teaching.play.judging import gained_in_total, posted_by_role
from sim.teaching.play.prices import posted_prices
from sim.teaching.play.results import MarketResult, RoundResult, SeatResult
from sim.teaching.rooms.moments import Play

Shocks = tuple[tuple[str, ...], ...]
"""What held in each round."""


@dataclass(frozen=True)
class Planned:
    """What the planner does in a round: no firm sets a price, everything is sold at what it costs to buy or make.

    Attributes:
        surplus: of customers. total: as in ``MarketResult``. price: mean price paid, delivery not included. Cents.
        bought: units.
    """

    surplus: int
    total: int
    price: int
    bought: int


@dataclass(frozen=True)
class SeatStory:
    """A seat's whole game.

    Attributes:
        played: rounds in which a person ran it; where there is none, all of them.
        profit, bot_profit: over these rounds, cents.
        best, worst: of these, those with the highest and lowest score.
        units, lost: over these rounds.
        causes: of customers lost, by kind: in how many of these rounds it was the first reason.
        rounds: profit less the bot's, by round, all of them, cents.
    """

    played: tuple[int, ...]
    profit: int
    bot_profit: int
    best: int
    worst: int
    units: int
    lost: int
    causes: Mapping[str, int]
    rounds: tuple[int, ...]

    @property
    def score(self) -> int:
        """Profit less the bot's in the same seat, cents."""
        return self.profit - self.bot_profit


@dataclass(frozen=True)
class Debrief:
    """Everything to look back on.

    Attributes:
        open: shocks that held, by round.
        islands: of the class: the market in each round, by island.
        bots: the market of bots in each round, with the same customers.
        theory: prices, by role as in ``MarketResult.posted``, at which no firm would earn more by asking another price
            while all others keep theirs (vertical Nash in margins, Choi 1991), found for each round's channels.
        planner: in each round, with all channels open from the first.
        seats: each seat's story, by island and seat.
        by_people: seats that a person ran in at least one round.
    """

    open: Shocks
    islands: Mapping[int, tuple[MarketResult, ...]]
    bots: tuple[MarketResult, ...]
    theory: tuple[Mapping[str, int], ...]
    planner: tuple[Planned, ...]
    seats: Mapping[tuple[int, str], SeatStory]
    by_people: frozenset[tuple[int, str]]

    def ranking(self) -> list[tuple[int, str]]:
        """Return the seats of people, the highest score first."""
        return sorted(self.by_people, key=lambda key: (-self.seats[key].score, key))


def debrief(game: Play, seed: int, results: Mapping[int, Sequence[RoundResult]]) -> Debrief:
    """Return what there is to look back on.

    Args:
        game, seed: as the islands were started.
        results: of all rounds played, by island; the same number of rounds on each, one at least.
    """
    shocks: Shocks = tuple(each.open for each in next(iter(results.values())))
    bots = bots_of(game.scenario, seed, game.rounds)
    seats = {
        (i, seat): _story([r.seats[seat] for r in rounds]) for i, rounds in results.items() for seat in rounds[0].seats
    }
    by_people = {
        (i, seat) for i, rounds in results.items() for each in rounds for seat, r in each.seats.items() if not r.by_bot
    }
    return Debrief(
        open=shocks,
        islands={island: tuple(each.market for each in rounds) for island, rounds in results.items()},
        bots=tuple(bots.result(shocks[: number + 1]).market for number in range(len(shocks))),
        theory=tuple(prices_at_rest(game.scenario, seed, each) for each in shocks),
        planner=planned(game.scenario, seed, game.rounds)[: len(shocks)],
        seats=seats,
        by_people=frozenset(by_people),
    )


@lru_cache(maxsize=64)
def prices_at_rest(scenario: str, seed: int, shocks: tuple[str, ...]) -> Mapping[str, int]:
    """Return where theory has prices rest when these shocks hold, by role, cents: a fresh market's opening prices."""

    def prepare(state: State) -> None:
        open_terms(state, shocks)

    given = playable_market(scenario, DAYS)
    market = Market(given, given.planner.base, seed, prepare=prepare)
    firms = firms_of(given)
    return posted_by_role(firms, posted_prices(market.state, firms))


@lru_cache(maxsize=16)
def planned(scenario: str, seed: int, rounds: int) -> tuple[Planned, ...]:
    """Return the planner's rounds with the same customers and needs, all channels open."""
    market = Market(playable_market(scenario, rounds * DAYS), "planner", seed)
    found, first, profits = [], 0, market.state.profits()
    for _ in range(rounds):
        market.state.choices.used[0] = 0
        for _ in range(DAYS):
            market.step()
        state = market.state
        last = int(state.visits.used[0])
        needs, now = state.needs[first:last], state.profits()
        bought = needs[needs["product"] >= 0]
        found.append(
            Planned(
                surplus=int(needs["surplus"].sum()),
                total=gained_in_total(state, needs, now - profits),
                price=int(np.rint(bought["price"].mean())) if len(bought) else 0,
                bought=len(bought),
            )
        )
        first, profits = last, now
    return tuple(found)


def _story(rounds: Sequence[SeatResult]) -> SeatStory:
    played = tuple(n for n, each in enumerate(rounds, 1) if not each.by_bot) or tuple(range(1, len(rounds) + 1))
    own = {number: rounds[number - 1] for number in played}
    return SeatStory(
        played=played,
        profit=sum(each.profit for each in own.values()),
        bot_profit=sum(each.bot_profit for each in own.values()),
        best=max(own, key=lambda number: own[number].score),
        worst=min(own, key=lambda number: own[number].score),
        units=sum(each.units for each in own.values()),
        lost=sum(each.lost for each in own.values()),
        causes=dict(Counter(each.cause.kind for each in own.values())),
        rounds=tuple(each.score for each in rounds),
    )
