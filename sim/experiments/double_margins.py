"""What one more firm between maker and shop does to price, quantity and profit, measured and not assumed.

Every firm that seeks its own profit adds its own margin: the more of them in a row, the dearer the goods, the fewer are
sold and the less all of them earn together (Spengler 1950, Journal of Political Economy 58).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.experiments.running import Source, known_regimes, live_through, prepared
from sim.market import Market
from sim.outcome import BOUGHT, Outcome, in_window
from sim.scenario import Scenario, load_scenario

CENTS = 100.0


@dataclass(frozen=True)
class Trade:
    """What a chain does on a day, in the mean over the days that count; money in units of currency.

    Attributes:
        price: what customers pay for a unit; nan where they buy nothing.
        quantity: units bought.
        profit: profit of all firms of the chain together.
    """

    price: float
    quantity: float
    profit: float


@dataclass(frozen=True)
class TierAdded:
    """The same chain for the same customers, with and without one more tier."""

    name: str
    without: Trade
    with_it: Trade

    @property
    def adds_a_margin(self) -> bool:
        """Whether goods became dearer, fewer were sold, and all firms together earn less."""
        before, after = self.without, self.with_it
        return after.price > before.price and after.quantity < before.quantity and after.profit < before.profit


def add_a_tier(
    scenario: Source,
    tier: Mapping[str, Any],
    regime: str = "traditional",
    seed: int = 0,
    overrides: Mapping[str, Any] | None = None,
) -> TierAdded:
    """Run a scenario as it is, and once more with a tier between its stores and whoever supplied them.

    Args:
        scenario: a chain whose firms seek their profit: with `learning` they find the margin by themselves, provided
            that each reviews its price less often than those below it.
        tier: the new tier, as a scenario gives it: name, pricing, ...
        regime: a regime with a chain.
        seed: decides the world and every shock, the same in both runs.
        overrides: parameters to change by path, in both runs.

    Raises:
        ScenarioError: with everything that is wrong with the scenario, the tier or the regime.
    """
    shorter = prepared(scenario, None, overrides, {})
    given = shorter.model_dump(exclude_unset=True)
    longer = load_scenario({**given, "tiers": [*given.get("tiers", []), dict(tier)]})
    (name,) = known_regimes(shorter, [regime])
    without, with_it = (trade_of(live_through(Market(each, name, seed))) for each in (shorter, longer))
    return TierAdded(str(tier.get("name", "")), without, with_it)


def trade_of(outcome: Outcome) -> Trade:
    """Return what was traded, over the days that count."""
    scenario: Scenario = outcome.manifest.scenario
    first, end = scenario.time.warm_up, scenario.time.days - scenario.time.cool_down
    needs, daily = outcome.columns["needs"], outcome.columns["daily"]
    bought = (needs["result"] == BOUGHT) & in_window(outcome, needs["day"])
    worth = daily["balance"] + daily["book_value"]
    earned = worth[daily["day"] == end - 1].sum() - worth[daily["day"] == first - 1].sum()
    days = end - first
    price = float(np.mean(needs["price"][bought])) / CENTS if bought.any() else float("nan")
    return Trade(price, float(bought.sum()) / days, float(earned) / CENTS / days)
