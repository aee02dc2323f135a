"""Expected purchases: what all customers together would buy on a day with full shelves.

Customers choose by the logit of their offers (McFadden 1974), or the best offer without taste shocks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.elementary import exp
from sim.kernels.offers import COURIER, ENDLESS_AISLE, STORE, list_offers, stock_of
from sim.kernels.shoppers import keys_of, shopper_of
from sim.kernels.shopping import NO_PURCHASE, best_offer


class ExpectedSales(NamedTuple):
    """Expected sales of every place, ``units`` a day, shape (nodes, products).

    ``kept`` of the same shape leaves out what comes back and is sold again, a share ``resaleable`` of returns.
    """

    units: NDArray[np.float64]
    kept: NDArray[np.float64]
    resaleable: float


@kernel
def keep_best_of_one_shock(offers, count):
    """Keep only the best courier offer for each product, because these offers share one taste shock."""
    for offer in range(count):
        if offers[offer]["channel"] != COURIER or not offers[offer]["alive"]:
            continue
        for other in range(offer + 1, count):
            if offers[other]["identity"] == offers[offer]["identity"] and offers[other]["alive"]:
                if offers[other]["utility"] > offers[offer]["utility"]:
                    offers[offer]["alive"] = False
                    break
                offers[other]["alive"] = False


@kernel
def chance_of_return(offer, market):
    """Probability that a purchase by this channel is returned, depending on inspection before purchase."""
    product, channel = offer["product"], offer["channel"]
    if channel == STORE or (channel == ENDLESS_AISLE and market.shelves.sampled[offer["store"], product]):
        return market.catalogue.return_inspected[product]
    return market.catalogue.return_unseen[product]


@kernel
def add_sale(sales, offers, offer, units, market):
    """Add expected units to the sales of the place that would hand them over."""
    node, product = stock_of(offers, offer, market), offers[offer]["product"]
    sales.units[node, product] += units
    sales.kept[node, product] += units * (1.0 - sales.resaleable * chance_of_return(offers[offer], market))


@kernel
def add_choices(sales, offers, count, weight, market, scale):
    """Add ``weight`` times the probability of each offer to the expected sales."""
    best, top = best_offer(offers, count, 0.0, -1, 0.0)
    if best == NO_PURCHASE:
        top = 0.0
    if scale == 0.0:
        if best != NO_PURCHASE:
            add_sale(sales, offers, best, weight, market)
        return
    total = exp(-top / scale)
    for offer in range(count):
        if offers[offer]["alive"]:
            pull = exp((offers[offer]["utility"] - top) / scale)
            offers[offer]["utility"] = pull
            total += pull
    for offer in range(count):
        if offers[offer]["alive"]:
            add_sale(sales, offers, offer, weight * offers[offer]["utility"] / total, market)


@kernel
def expect_purchases(people, offers, market, scale, step, sales):
    """Add up expected purchases in ``sales``.

    Every ``step``-th customer is asked, and stands for ``step``. The terms have no shocks,
    ``scale`` is that of the shocks in cents. Every place of the market has something of everything.
    """
    keys = keys_of(market.rules, -1)
    for customer in range(0, len(people.town), step):
        weight = people.need_rate[customer] * step
        if weight == 0.0:
            continue
        shopper = shopper_of(people, customer, keys, market.rules, 0.0)
        count = list_offers(offers, shopper, market)
        keep_best_of_one_shock(offers, count)
        add_choices(sales, offers, count, weight, market, scale)
