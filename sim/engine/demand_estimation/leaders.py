"""Stackelberg leaders whose followers sell several products: they know that these price *all* of them again.

The followers' answer to a leader's price follows from their first-order conditions F(p, w) = 0: dp/dw = -F_p^-1 F_w
(Bulow, Geanakoplos & Klemperer 1985 for the idea). A leader climbs its profit from several starts, since its own
conditions hold in places, and at infinity, where it earns little.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.common.types import FloatArray, IntArray
from sim.engine.demand_estimation.equilibrium import PriceSearch, PricingGame
from sim.kernels.competition import LogitMarket, PassThrough, follower_slopes, price_gradient

STARTS = (0.5, 1.0, 2.0, 4.0)
"""Margins that a leader starts from, in margins of a firm that sells next to nothing."""
MOST_ROUNDS = 60
FINE = 1e-7
"""Margins of a firm that sells next to nothing, to which followers' answers are foreseen."""
MOST_FOLLOWERS = 400
"""Prices of followers whose answers can be foreseen: the time grows with their cube."""


@dataclass(frozen=True)
class Leader:
    """A firm that leads.

    Attributes:
        firm: its account; ``layer`` is its layer.
        decisions: the prices it sets.
        ceiling: pairs of its decisions, the first of which may not exceed the second, shape (pairs, 2).
    """

    firm: int
    layer: int
    decisions: IntArray
    ceiling: IntArray


class Foresight:
    """What a leader knows of its followers, whose decisions are ``followers``."""

    def __init__(self, game: PricingGame, followers: IntArray):
        self.game = game
        self.followers = followers
        decided = np.zeros(len(game.posted), dtype=np.bool_)
        decided[followers] = True
        self._decided = decided
        self._search = PriceSearch(replace(game, decided=decided), FINE * game.step)
        self._margin = np.full(len(game.posted), game.step)
        self.settled = True
        """Whether the followers' last answer came to rest."""

    def answered(self, price: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return all prices once followers have answered ``price``, and what a unit then costs each."""
        game = replace(self.game, posted=price, decided=self._decided)
        self._search.game = game
        margin, self.settled = self._search.find(self._margin)
        if self.settled:
            self._margin = np.where(self._decided, margin, self._margin)
        return self._search.prices(margin)

    def profit(self, leader: Leader, own: FloatArray, price: FloatArray) -> tuple[float, FloatArray]:
        """Return what a leader earns a day at its prices ``own`` once all have answered, and how that changes."""
        price = price.copy()
        price[leader.decisions] = own
        market = self._search.market(*self.answered(price))
        by_price, by_decision = np.zeros(len(market.chain.setter)), np.zeros(len(price))
        earned = price_gradient(market, leader.layer, leader.firm, by_price, by_decision)
        slopes = self._slopes(leader, market)
        places = self._places(leader)
        to_place = np.zeros(len(self.followers) + len(leader.decisions))
        np.add.at(to_place, places[places >= 0], by_price[places >= 0])
        follow, direct = to_place[: len(self.followers)], to_place[len(self.followers) :]
        return earned, by_decision[leader.decisions] + direct + follow @ slopes

    def _places(self, leader: Leader) -> IntArray:
        """Number the cells whose prices change: followers' decisions first, then the leader's prices to customers."""
        chain, number = self.game.chain, np.full(len(self.game.posted), -1)
        number[self.followers] = np.arange(len(self.followers))
        number[leader.decisions] = len(self.followers) + np.arange(len(leader.decisions))
        set_by = chain.decision[np.arange(len(chain.setter)), chain.setter]
        return np.where(set_by >= 0, number[np.maximum(set_by, 0)], -1)

    def _slopes(self, leader: Leader, market: LogitMarket) -> FloatArray:
        """Return by how much each follower's price rises with each of the leader's, (followers, decisions)."""
        count, own = len(self.followers), len(leader.decisions)
        by_price, by_cost = np.zeros((count, count + own)), np.zeros((count, count))
        rivals = self.game.decisions.rivals[self.followers]
        follower_slopes(market, rivals, self._places(leader), by_price, by_cost)
        passed = self._passed_on(leader, market.chain)
        moved = by_cost @ passed + by_price[:, count:]
        # A follower that sells nothing answers nothing.
        idle = np.abs(np.diag(by_price)) < 1e-300
        by_price[idle, :count] = np.eye(count)[idle]
        moved[idle] = 0.0
        rises: FloatArray = np.asarray(-np.linalg.solve(by_price[:, :count], moved), dtype=np.float64)
        return rises

    def _passed_on(self, leader: Leader, chain: PassThrough) -> FloatArray:
        """Return what a cent on each of the leader's prices adds to what followers pay, (followers, decisions)."""
        last = chain.decision.shape[1] - 1
        passed, count = np.zeros((len(self.followers), len(leader.decisions))), np.zeros(len(self.followers))
        row = {int(decision): number for number, decision in enumerate(self.followers)}
        column = {int(decision): number for number, decision in enumerate(leader.decisions)}
        for cell in np.flatnonzero(chain.setter == last):
            follower = row.get(int(chain.decision[cell, last]))
            if follower is None:
                continue
            count[follower] += 1.0
            above = column.get(int(chain.decision[cell, leader.layer]))
            if above is not None:
                passed[follower, above] += chain.through[cell, leader.layer]
        mean: FloatArray = passed / np.maximum(count, 1.0)[:, None]
        return mean


def lead(foresight: Foresight, leader: Leader, price: FloatArray, *, cold: bool) -> FloatArray:
    """Return a leader's best prices while other leaders keep ``price``."""
    from scipy.optimize import minimize  # loads slowly, and few markets have leaders

    game = foresight.game
    landed = foresight._search.prices(np.zeros(len(price)))[1][leader.decisions]
    starts = [landed + game.step * times for times in STARTS]
    if not cold:
        starts.append(price[leader.decisions])
    best = max(starts, key=lambda own: foresight.profit(leader, own, price)[0])
    worth = max(abs(foresight.profit(leader, best, price)[0]), 1e-9)

    def loss(scaled: FloatArray) -> tuple[float, FloatArray]:
        earned, slope = foresight.profit(leader, scaled * game.step, price)
        return -earned / worth, -slope * game.step / worth

    place = {int(decision): number for number, decision in enumerate(leader.decisions)}
    limits: list[dict[str, Any]] = []
    if len(leader.ceiling):
        gap = np.zeros((len(leader.ceiling), len(leader.decisions)))
        for number, (low, high) in enumerate(leader.ceiling.tolist()):
            gap[number, place[high]], gap[number, place[low]] = 1.0, -1.0
        limits = [{"type": "ineq", "fun": lambda scaled: gap @ scaled, "jac": lambda scaled: gap}]
    bounds = [(float(cost) / game.step, None) for cost in landed]
    how: dict[str, Any] = {"method": "SLSQP", "options": {"ftol": 1e-15, "maxiter": 300}}
    found = minimize(loss, best / game.step, jac=True, bounds=bounds, constraints=limits, **how)
    chosen: FloatArray = np.asarray(found.x) * game.step
    return chosen


def stackelberg_prices(
    game: PricingGame, leaders: list[Leader], followers: IntArray, tolerance: float
) -> tuple[FloatArray, bool]:
    """Return all prices when every leader answers the other leaders, foreseeing what all followers answer to it.

    Also tells whether leaders and followers came to rest.
    """
    foresight = Foresight(game, followers)
    price = np.where(game.posted > 0, game.posted, foresight._search.prices(np.full(len(game.posted), game.step))[0])
    at_rest = False
    for number in range(MOST_ROUNDS):
        before = price.copy()
        for leader in leaders:
            price[leader.decisions] = lead(foresight, leader, price, cold=number == 0)
        at_rest = len(leaders) == 1 or bool(np.abs(price - before).max() <= tolerance)
        if at_rest:
            break
    answered = foresight.answered(price)[0]
    return answered, at_rest and foresight.settled
