"""Where prices settle, seed by seed: whether firms that learn reach the same prices, and whether any price diverges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.common.types import CENTS, FloatArray
from sim.engine.replenishment import keeps_in_stock
from sim.market import Market
from sim.runs.running import Source, emptying, known_regimes, prepared
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

ARRAYS = ("rest", "lowest", "highest", "lowest_ever", "highest_ever")


@dataclass(frozen=True)
class RestingPrices:
    """Prices of the firms of a chain over seeds. Arrays have shape (seeds, firms), in units of currency.

    Attributes:
        firms: names, top of the chain first.
        seeds: the seeds run.
        rest: mean price over the days that count, over a firm's places and what they sell.
        lowest, highest: extreme prices of the days that count.
        lowest_ever, highest_ever: those of all days, from the first on.

    A firm with nothing to sell has nan.
    """

    firms: tuple[str, ...]
    seeds: tuple[int, ...]
    rest: FloatArray
    lowest: FloatArray
    highest: FloatArray
    lowest_ever: FloatArray
    highest_ever: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Mean settled price over seeds, shape (firms,)."""
        return self.rest.mean(axis=0)

    @property
    def spread(self) -> FloatArray:
        """Standard deviation of settled prices over seeds (of a sample), shape (firms,); nan for one seed."""
        if len(self.seeds) < 2:
            return np.full(len(self.firms), np.nan)
        return self.rest.std(axis=0, ddof=1)

    @property
    def worst(self) -> NDArray[np.intp]:
        """Index among ``seeds`` of the seed whose price is farthest from the mean, shape (firms,)."""
        return np.abs(self.rest - self.mean).argmax(axis=0)

    def table(self) -> pd.DataFrame:
        """Return a row for each firm: mean, spread, worst and extremes of its settled prices, and extremes of all."""
        import pandas as pd

        return pd.DataFrame(
            {
                "mean": self.mean,
                "sd": self.spread,
                "worst": self.rest[self.worst, np.arange(len(self.firms))],
                "worst_seed": [self.seeds[place] for place in self.worst],
                "lowest": self.lowest.min(axis=0),
                "highest": self.highest.max(axis=0),
                "lowest_ever": self.lowest_ever.min(axis=0),
                "highest_ever": self.highest_ever.max(axis=0),
            },
            index=pd.Index(self.firms, name="firm"),
        )


def resting_prices(scenario: Source, seeds: Iterable[int], regime: str = "traditional") -> RestingPrices:
    """Run a chain once per seed and report where each firm's price settles.

    Prices count as settled after ``time.warm_up`` days and before the last ``time.cool_down``. Experiments of
    `learning` come in pairs, one to each side, and cancel out of the mean.

    Args:
        scenario: a market whose firms set prices.
        seeds: one run each; give several, because the spread over them matters.
        regime: the regime to run.

    Raises:
        ScenarioError: with everything that is wrong with the scenario or the regime.
        ValueError: when there is no seed.
    """
    ready = prepared(scenario, None, None, {})
    (regime_name,) = known_regimes(ready, [regime])
    seeds = tuple(seeds)
    if not seeds:
        raise ValueError("resting prices need at least one seed")
    runs = [_run_of(ready, regime_name, seed) for seed in seeds]
    return RestingPrices(
        runs[0].firms, seeds, **{name: np.concatenate([getattr(run, name) for run in runs]) for name in ARRAYS}
    )


@dataclass
class _Days:
    """Prices of some days, by firm."""

    sums: FloatArray
    count: FloatArray
    lowest: FloatArray
    highest: FloatArray

    @classmethod
    def none(cls, firms: int) -> _Days:
        return cls(np.zeros(firms), np.zeros(firms), np.full(firms, np.nan), np.full(firms, np.nan))

    def note(self, firm: NDArray[np.intp], price: FloatArray) -> None:
        """Record today's prices; a firm appears once for each of its prices."""
        np.add.at(self.sums, firm, price)
        np.add.at(self.count, firm, 1.0)
        np.fmin.at(self.lowest, firm, price)
        np.fmax.at(self.highest, firm, price)


def _run_of(scenario: Scenario, regime: str, seed: int) -> RestingPrices:
    """Run one seed and return its prices."""
    with emptying(Market(scenario, regime, seed)) as market:
        return _lived(market, seed)


def _lived(market: Market, seed: int) -> RestingPrices:
    """Run a market and return its prices."""
    scenario = market.parameters
    account = [int(number) for level in market.state.levels for number in market.state.network.account[level.nodes]]
    accounts = list(dict.fromkeys(account))
    row = np.array([accounts.index(number) for number in account])
    counted, all_days = _Days.none(len(accounts)), _Days.none(len(accounts))
    first, end = scenario.time.warm_up, scenario.time.days - scenario.time.cool_down
    while market.day < scenario.time.days:
        market.step()
        firm, price = _asked(market, row)
        all_days.note(firm, price)
        if first < market.day <= end:
            counted.note(firm, price)
    with np.errstate(invalid="ignore"):
        rest = counted.sums / counted.count
    firms = tuple(market.ledger.accounts[number] for number in accounts)
    extremes = (counted.lowest, counted.highest, all_days.lowest, all_days.highest)
    return RestingPrices(firms, (seed,), rest[None], *(prices[None] for prices in extremes))


def _asked(market: Market, row: NDArray[np.intp]) -> tuple[NDArray[np.intp], FloatArray]:
    """Return today's prices of all sales down the chain and on own account, and the firm behind each, flat."""
    sells = [keeps_in_stock(level, market.world, market.state.shelves) for level in market.state.levels]
    if market.state.levels[-1].nodes == market.world.places.stores:
        sells[-1] = sells[-1] & ~market.state.shelves.consigned
    prices = [market.state.network.price[level.nodes] for level in market.state.levels]
    sold = np.concatenate(sells)
    firm = np.broadcast_to(row[:, None], sold.shape)[sold]
    return firm, np.concatenate(prices)[sold] / CENTS
