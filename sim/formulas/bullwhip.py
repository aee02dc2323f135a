"""How much more orders vary than demand (Chen, Drezner, Ryan & Simchi-Levi, Management Science 2000).

Firms order up to forecast x lead time, without safety stock, and can return excess stock. ``lead_time`` L counts the
periods whose demand an order has to cover. Ratios are Var(orders) / Var(demand).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.formulas.requirements import require, require_positive


def moving_average_ratio(lead_time: float, periods: int, correlation: float = 0.0) -> float:
    """Return the ratio with forecasts from the mean of the last periods: 1 + (2 L / p + 2 L^2 / p^2)(1 - rho^p).

    ``correlation`` is that of one period's demand with the next one's (first-order autoregressive).
    """
    require_positive(lead_time=lead_time, periods=periods)
    require(-1 < correlation < 1, f"correlation is {correlation}; it must lie between -1 and 1")
    reaction = lead_time / periods
    return float(1.0 + (2.0 * reaction + 2.0 * reaction**2) * (1.0 - correlation**periods))


def smoothing_ratio(lead_time: float, gain: float) -> float:
    """Return the ratio with forecasts by exponential smoothing: 1 + 2 L a + 2 L^2 a^2 / (2 - a).

    Demand is independent from period to period; ``gain`` a is the weight of the newest observation. A gain of 0
    is a constant base stock: orders are yesterday's demand, ratio 1. Chen, Ryan & Simchi-Levi, Naval Research
    Logistics 2000.
    """
    require_positive(lead_time=lead_time)
    require(0 <= gain <= 1, f"gain is {gain}; it must lie from 0 to 1")
    reaction = lead_time * gain
    return float(1.0 + 2.0 * reaction + 2.0 * reaction**2 / (2.0 - gain))


def shared_demand_ratios(lead_times: Sequence[float], periods: int) -> tuple[float, ...]:
    """Return the ratio at each tier, stores first, if all see customers' demand: lead times add up along the chain."""
    return tuple(moving_average_ratio(float(covered), periods) for covered in np.cumsum(lead_times))


def unshared_demand_ratios(lead_times: Sequence[float], periods: int) -> tuple[float, ...]:
    """Return the ratio at each tier, stores first, if each averages its buyers' orders; demand is independent.

    A tier's orders are (1 + L / p) times today's orders received minus L / p times those p periods ago. So
    those of tier k are sums of demands whose weights are the coefficients of a product of k such polynomials; the ratio
    is the sum of their squares. It exceeds the bound of Chen, Drezner, Ryan & Simchi-Levi from the second tier on.
    """
    weights, ratios = np.ones(1), []
    for lead_time in lead_times:
        require_positive(lead_time=lead_time, periods=periods)
        reaction = lead_time / periods
        weights = np.convolve(weights, [1.0 + reaction, -reaction])
        ratios.append(float((weights**2).sum()))
    return tuple(ratios)


def unshared_demand_bounds(lead_times: Sequence[float], periods: int) -> tuple[float, ...]:
    """Return the product of the tiers' own ratios, stores first: the lower bound if tiers see only buyers' orders."""
    own = [moving_average_ratio(lead_time, periods) for lead_time in lead_times]
    return tuple(float(product) for product in np.cumprod(own))


def lost_sales_ratio(
    lead_time: int, periods: int, customers: int, need_rate: float, *, days: int = 400_000, seed: int = 1
) -> float:
    """Simulate, for lack of a formula, Var(orders) / Var(demand) if customers leave when stock is out.

    Every evening the firm orders up to lead time x the mean demand of the last periods, lost demand included; goods
    arrive ``lead_time`` mornings later. Unlike the formulas, this depends on the law of demand, which is binomial here.

    Each customer asks for one unit a day with probability ``need_rate``; the first hundredth of days does not count.
    """
    require_positive(lead_time=lead_time, periods=periods, customers=customers)
    require(0 < need_rate < 1, f"need_rate is {need_rate}; it must lie between 0 and 1")
    demand = np.random.default_rng(seed).binomial(customers, need_rate, days)
    usual = round(customers * need_rate)
    stock, pipeline, recent = usual * lead_time, [0] * lead_time, [usual] * periods
    orders = []
    for day, wanted in enumerate(demand.tolist()):
        stock += pipeline[day % lead_time]
        stock -= min(stock, wanted)
        pipeline[day % lead_time] = 0
        recent[day % periods] = wanted
        level = -(-lead_time * sum(recent) // periods)
        order = max(level - stock - sum(pipeline), 0)
        pipeline[day % lead_time] = order
        orders.append(order)
    counted = slice(days // 100, None)
    return float(np.var(orders[counted]) / np.var(demand[counted]))
