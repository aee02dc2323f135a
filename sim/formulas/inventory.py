"""Stock under uncertain demand: how much to hold, how often it runs out, how long customers wait.

Demand is Poisson with ``rate`` units per unit of time, served first come, first served. Stock is in units. The expected
shortfall of a Poisson quantity has the closed form in ``poisson_shortfall``.
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
    """Return the expected excess of a Poisson quantity D over ``units``: mean P(D >= S) - S P(D > S)."""
    require_not_negative(units=units, mean=mean)
    at_least = float(pdtrc(units - 1, mean)) if units > 0 else 1.0
    return mean * at_least - units * float(pdtrc(units, mean))


def poisson_quantile(share: float, mean: float) -> int:
    """Return the smallest number that a Poisson quantity does not exceed with probability ``share``."""
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
    """A purchase for one season: units, and expected cost of overage and underage."""

    units: float
    cost: float


def newsvendor_poisson(mean: float, underage: float, overage: float) -> StockPurchase:
    """Return the best purchase before Poisson demand: the smallest quantile of underage / (underage + overage)."""
    require_positive(mean=mean, underage=underage, overage=overage)
    units = poisson_quantile(underage / (underage + overage), mean)
    short = poisson_shortfall(units, mean)
    return StockPurchase(units, underage * short + overage * (units - mean + short))


@dataclass(frozen=True)
class Service:
    """Service of a stock in the long run.

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
    """Return the service of a stock that reorders each unit sold; customers wait when it is out.

    Demand over the lead time is Poisson for any distribution of lead times (Palm 1938); only their mean matters: fill
    rate P(D <= S - 1), back-orders E(D - S)+, waiting by Little's law. Zipkin, Foundations of Inventory Management,
    2000, section 6.2.
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
    """Return the share of demand met by a stock that reorders each unit sold if customers do not wait.

    Every unit is on hand or on order: Erlang's loss system, with the mean lead time of any distribution. Karush,
    Operations Research 1957.
    """
    require_positive(rate=rate, lead_time=lead_time)
    return 1.0 - erlang_loss(level, rate * lead_time)


def reorder_point(rate: float, lead_time: float, point: int, lot: int) -> Service:
    """Return the service of a stock that orders ``lot`` units when its position falls to ``point``; customers wait.

    The position is uniform over point + 1 .. point + lot, so the result is the mean of that many base stocks. Zipkin,
    Foundations of Inventory Management, 2000, section 6.2.
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
    """Service of a stock that is reviewed at the end of every period.

    Attributes:
        fill_rate: share of demand met in the same period.
        ready_rate: share of periods that end without back-orders.
        backorders: mean number of back-orders at the end of a period.
        waiting: mean number of period ends a customer waits through.
    """

    fill_rate: float
    ready_rate: float
    backorders: float
    waiting: float


def periodic_review(rate: float, protected_periods: int, level: int) -> PeriodicService:
    """Return the service of a stock ordered up to ``level`` at the end of every period; customers wait.

    ``protected_periods`` P are the periods whose demand the level has to cover: an order at the end of a period
    helps from the P-th period after it on. A simulation that orders before the day's demand and receives after L
    days has P = L + 1; one that orders in the evening and receives in the morning L days later, P = L. Fill rate
    1 - [E(D_P - S)+ - E(D_(P-1) - S)+] / rate. Zipkin, Foundations of Inventory Management, 2000, section 9.6.
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
    """Return the share of demand met if stock is back at ``level`` every morning and customers do not wait.

    The newsvendor's fill rate, 1 - E(D - S)+ / rate.
    """
    require_positive(rate=rate)
    return 1.0 - poisson_shortfall(level, rate) / rate


def in_system(flow: float, time: float) -> float:
    """Return the units in a system with this flow per unit of time and this time in it: Little's law (1961)."""
    return flow * time
