"""Confirms expected demand by full simulation on some members: with stock, trust that learns, and returns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.common.stopping import stop_if_asked
from sim.common.types import CENTS
from sim.decisions.decision import Confirmation
from sim.decisions.routes import STAY
from sim.decisions.weighing import Weighed, Weighing
from sim.market import Market
from sim.runs.running import emptying
from sim.scenario import Scenario

WARM_UP, WEEKS = 28, 13
"""Days left out at the start, and weeks that are then averaged."""


def confirm_by_simulation(
    weighing: Weighing, routes: dict[str, Weighed], best: str, members: int
) -> Iterator[Confirmation]:
    """Yield what the best route gains over staying in full simulations, beside what was expected, member by member."""
    for member in range(min(members, len(weighing.points))):
        point = weighing.points[member]
        expected, simulated = [], []
        for key in (best, STAY):
            weighed = routes[key]
            expected.append(weighed.profit(point, weighed.price)[0])
            market = replace(weighing.space, scenario=weighed.market.route.scenario).scenario_at(point)
            simulated.append(weekly_profit(market, weighed.market.route.regime, weighing.situation.firm, weighing.seed))
        yield Confirmation(member, expected[0] - expected[1], simulated[0] - simulated[1])


def weekly_profit(scenario: Scenario, regime: str, firm: str, seed: int) -> float:
    """Return a firm's profit a week in a full simulation, in units of currency: cash and book value of stock."""
    days = WARM_UP + 7 * WEEKS
    time = scenario.time.model_copy(update={"days": days, "warm_up": 0, "cool_down": 0})
    with emptying(Market(scenario.model_copy(update={"time": time}), regime, seed)) as market:
        account = market.world.accounts.index(firm)
        before = 0
        for day in range(days):
            stop_if_asked()
            if day == WARM_UP:
                before = int(market.state.profits()[account])
            market.step()
        earned = int(market.state.profits()[account]) - before
    return float(np.divide(earned, CENTS * WEEKS))
