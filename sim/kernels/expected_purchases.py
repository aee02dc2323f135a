"""Expected purchases: what all customers together would buy on a day with full shelves.

Customers choose by the logit of their offers (McFadden 1974), or the best offer without taste shocks.
"""

from __future__ import annotations

from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.elementary import exp
from sim.kernels.offers import COURIER, ENDLESS_AISLE, STORE, keys_of, list_offers, shopper_of, stock_of
from sim.kernels.shopping import NO_PURCHASE, best_offer


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
def add_sale(offer, units, node, resaleable, market, expected, kept):
    """Add expected units to a place's sales, and the units not returned for resale to its requirements."""
    product = offer["product"]
    expected[node, product] += units
    kept[node, product] += units * (1.0 - resaleable * chance_of_return(offer, market))


@kernel
def add_choices(offers, count, scale, weight, resaleable, market, expected, kept):
    """Add ``weight`` times the probability of each offer to the sales of its place, ``expected`` (nodes, products)."""
    best, top = best_offer(offers, count, 0.0, -1, 0.0)
    if best == NO_PURCHASE:
        top = 0.0
    if scale == 0.0:
        if best != NO_PURCHASE:
            node = stock_of(offers, best, market)
            add_sale(offers[best], weight, node, resaleable, market, expected, kept)
        return
    total = exp(-top / scale)
    for offer in range(count):
        if offers[offer]["alive"]:
            pull = exp((offers[offer]["utility"] - top) / scale)
            offers[offer]["utility"] = pull
            total += pull
    for offer in range(count):
        if offers[offer]["alive"]:
            node = stock_of(offers, offer, market)
            units = weight * offers[offer]["utility"] / total
            add_sale(offers[offer], units, node, resaleable, market, expected, kept)


@kernel
def expect_purchases(people, offers, market, scale, step, resaleable, expected, kept):
    """Add up expected purchases in units a day, ``expected`` float64[nodes, products].

    ``kept`` of the same shape leaves out those that come back and are sold again, a share ``resaleable`` of returns.
    Every ``step``-th customer is asked, and stands for ``step``. The terms have no shocks,
    ``scale`` is that of the shocks in cents. Every place of the market has something of everything.
    """
    keys = keys_of(market.rules, -1)
    for customer in range(0, len(people.town), step):
        weight = people.need_rate[customer] * step
        if weight == 0.0:
            continue
        shopper = shopper_of(people, customer, keys, market.rules)
        nearest, away = people.nearest[customer], people.km[customer]
        count = list_offers(offers, shopper, nearest, away, market, 0.0)
        keep_best_of_one_shock(offers, count)
        add_choices(offers, count, scale, weight, resaleable, market, expected, kept)
