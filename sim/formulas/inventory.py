"""Keeping stock against uncertain demand: how much to keep, how often it is missing, how long customers wait.

Demand is Poisson with ``rate`` units per unit of time, met in the order in which it comes. What is kept is counted
in units. The expected shortfall of a Poisson quantity has its closed form in ``poisson_shortfall``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import pdtr, pdtrc

from sim.formulas.requirements import require, require_not_negative, require_positive


def poisson_at_most(units: int, mean: float) -> float:
    """Return the probability that a Poisson quantity is at most ``units``; 0 below 0 units."""
    return float(pdtr(units, mean)) if units >= 0 else 0.0


def poisson_shortfall(units: int, mean: float) -> float:
    """Return the mean of what a Poisson quantity D exceeds ``units`` by: mean P(D >= S) - S P(D > S)."""
    require_not_negative(units=units, mean=mean)
    at_least = float(pdtrc(units - 1, mean)) if units > 0 else 1.0
    return mean * at_least - units * float(pdtrc(units, mean))


def poisson_quantile(share: float, mean: float) -> int:
    """Return the fewest units that a Poisson quantity stays at or below with probability ``share``."""
    require(0 <= share < 1, f"share is {share}; it must be at least 0 and below 1")
    require_positive(mean=mean)
    low, high = -1, int(mean + 1)
    while poisson_at_most(high, mean) < share:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if poisson_at_most(middle, mean) < share else (low, middle)
    return high


@dataclass(frozen=True)
class StockPurchase:
    """One purchase for one season: units, and expected cost of having too many or too few."""

    units: float
    cost: float


def newsvendor_poisson(mean: float, underage: float, overage: float) -> StockPurchase:
    """Return the best purchase against Poisson demand: the smallest quantile of at least underage / (both)."""
    require_positive(mean=mean, underage=underage, overage=overage)
    units = poisson_quantile(underage / (underage + overage), mean)
    short = poisson_shortfall(units, mean)
    return StockPurchase(units, underage * short + overage * (units - mean + short))


@dataclass(frozen=True)
class Service:
    """How a stock serves its customers in the long run.

    Attributes:
        fill_rate: share of demand met at once.
        backorders: mean number of units that customers wait for.
        waiting: mean wait of all customers, those served at once included.
        on_hand: mean number of units on hand.
    """

    fill_rate: float
    backorders: float
    waiting: float
    on_hand: float


def base_stock(rate: float, lead_time: float, level: int) -> Service:
    """Return the service of a stock that reorders each unit sold; customers wait when it is empty.

    Demand over the lead time is Poisson whatever law lead times follow (Palm 1938), only their mean matters:
    fill rate P(D <= S - 1), back-orders E(D - S)+, waiting by Little's law. Zipkin, Foundations of Inventory
    Management, 2000, section 6.2.
    """
    require_positive(rate=rate, lead_time=lead_time)
    require_not_negative(level=level)
    mean = rate * lead_time
    backorders = poisson_shortfall(level, mean)
    return Service(poisson_at_most(level - 1, mean), backorders, backorders / rate, level - mean + backorders)


def erlang_loss(servers: int, load: float) -> float:
    """Return Erlang's loss probability B, by B(s) = a B(s - 1) / (s + a B(s - 1)). Erlang 1917."""
    require_not_negative(servers=servers, load=load)
    loss = 1.0
    for server in range(1, servers + 1):
        loss = load * loss / (server + load * loss)
    return loss


def base_stock_lost_sales(rate: float, lead_time: float, level: int) -> float:
    """Return the share of demand met by a stock that reorders each unit sold when customers do not wait.

    Every unit is on hand or on its way: Erlang's loss system, with the mean lead time of any law. Karush,
    Operations Research 1957.
    """
    require_positive(rate=rate, lead_time=lead_time)
    return 1.0 - erlang_loss(level, rate * lead_time)


def reorder_point(rate: float, lead_time: float, point: int, lot: int) -> Service:
    """Return the service of a stock that orders ``lot`` units when its position falls to ``point``; customers wait.

    The position is spread evenly over point + 1 .. point + lot, so it is the mean of as many base stocks. Zipkin,
    Foundations of Inventory Management, 2000, section 6.2.

    Raises:
        ValueError: when rate or lead time is not above 0, lot is below 1 or point below 0.
    """
    require(lot >= 1, f"lot is {lot}; it must be 1 or more")
    positions = [base_stock(rate, lead_time, level) for level in range(point + 1, point + lot + 1)]
    backorders = float(np.mean([at.backorders for at in positions]))
    return Service(
        fill_rate=float(np.mean([at.fill_rate for at in positions])),
        backorders=backorders,
        waiting=backorders / rate,
        on_hand=float(np.mean([at.on_hand for at in positions])),
    )


@dataclass(frozen=True)
class PeriodicService:
    """How a stock that is reviewed at the end of every period serves its customers.

    Attributes:
        fill_rate: share of demand met in the period in which it comes.
        ready_rate: share of periods that end without anybody waiting.
        backorders: mean number of units waited for at the end of a period.
        waiting: mean number of period ends a customer waits through.
    """

    fill_rate: float
    ready_rate: float
    backorders: float
    waiting: float


def periodic_review(rate: float, protected_periods: int, level: int) -> PeriodicService:
    """Return the service of a stock ordered up to ``level`` at the end of every period; customers wait.

    ``protected_periods`` P are those whose demand the level has to cover: what is ordered at the end of a period
    helps from the P-th period after it on. A simulation that orders before the day's demand and receives after L
    days has P = L + 1; one that orders in the evening and receives in the morning L days later, P = L. Fill rate
    1 - [E(D_P - S)+ - E(D_(P-1) - S)+] / rate. Zipkin, Foundations of Inventory Management, 2000, section 9.6.

    Raises:
        ValueError: when rate is not above 0, level is negative, or fewer than one period is protected.
    """
    require_positive(rate=rate)
    require(protected_periods >= 1, f"protected_periods is {protected_periods}; it must be 1 or more")
    after = poisson_shortfall(level, rate * protected_periods)
    before = poisson_shortfall(level, rate * (protected_periods - 1))
    return PeriodicService(
        fill_rate=1.0 - (after - before) / rate,
        ready_rate=poisson_at_most(level, rate * protected_periods),
        backorders=after,
        waiting=after / rate,
    )


def morning_stock_lost_sales(rate: float, level: int) -> float:
    """Return the share of demand met when stock is back at ``level`` every morning and customers do not wait.

    The newsvendor's fill rate, 1 - E(D - S)+ / rate.
    """
    require_positive(rate=rate)
    return 1.0 - poisson_shortfall(level, rate) / rate


def in_system(flow: float, time: float) -> float:
    """Return how many units are in a system through which so many pass per unit of time, each taking so long.

    Little, Operations Research 1961.
    """
    return flow * time
