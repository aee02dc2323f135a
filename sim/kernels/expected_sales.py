"""Expected sales and their slopes, for fitting a market to observed sales and for weighing decisions.

A *series* is a set of offers whose sales are counted together and that have one price: a product in all stores, say.
Customers choose by the logit of their offers (McFadden 1974). Full shelves, no shocks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.expected_purchases import keep_best_of_one_shock
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.elementary import exp
from sim.kernels.offers import from_depot, list_offers
from sim.kernels.shoppers import keys_of, shopper_of

MISMATCH, TRAVEL, WAITING, HASSLE = range(4)
BURDENS = 4
"""Costs of shopping by an offer: each is proportional to one parameter of the customers."""


class OfferList(NamedTuple):
    """Offers that customers consider; those of the customer asked as number i are ``first[i]`` to ``first[i + 1]``.

    ``cell`` is the price paid (store by store and product by product, then direct prices); ``burden`` (offers, 4) are
    the costs of mismatch, travel, waiting and hassle in cents, ``charge`` the delivery fee if the customer bears it.
    """

    first: NDArray[np.int64]
    cell: NDArray[np.int64]
    product: NDArray[np.int64]
    channel: NDArray[np.int64]
    store: NDArray[np.int64]
    burden: NDArray[np.float64]
    charge: NDArray[np.float64]


class ChoiceSituation(NamedTuple):
    """What customers choose from: ``gain`` (offers,) is an offer's worth before price, ``weight`` needs of a customer.

    ``series`` (offers,) numbers the series; ``tax`` is what one cent of price costs the customer, ``scale`` that of
    taste shocks; money in cents.
    """

    first: NDArray[np.int64]
    series: NDArray[np.int64]
    gain: NDArray[np.float64]
    weight: NDArray[np.float64]
    tax: float
    scale: float


class SeriesPrices(NamedTuple):
    """What is asked for each series, (series,), in cents, and how much of the time it can be had, from 0 to 1."""

    price: NDArray[np.float64]
    present: NDArray[np.float64]


class Slopes(NamedTuple):
    """Slopes of expected sales: in parameters ``by_parameter`` (series, parameters), then in the log of the scale.

    ``by_series`` (series, series): in the gain of each series, per cent. ``share`` and ``mean`` are scratch space for
    one customer: (most offers,) and (parameters + 1,).
    """

    by_parameter: NDArray[np.float64]
    by_series: NDArray[np.float64]
    share: NDArray[np.float64]
    mean: NDArray[np.float64]


@kernel
def list_considered(people, step, offers, market, listed):
    """Write down what every ``step``-th customer considers, and return how many offers there are.

    Offers beyond the room of ``listed`` are only counted. All that is carried counts as in stock; the terms have no
    shocks. Of courier offers that share a shock only the best is listed.
    """
    shelves, rules = market.shelves, market.rules
    stores, products = shelves.offered.shape
    used, asked = 0, 0
    keys = keys_of(rules, -1)
    for customer in range(0, len(people.town), step):
        listed.first[asked] = used
        shopper = shopper_of(people, customer, keys, rules, 0.0)
        count = list_offers(offers, shopper, market)
        keep_best_of_one_shock(offers, count)
        for number in range(count):
            offer = offers[number]
            if not offer["alive"]:
                continue
            if used < len(listed.cell):
                product = offer["product"]
                own = not from_depot(offer["channel"]) and not shelves.consigned[offer["store"], product]
                listed.cell[used] = (offer["store"] if own else stores) * products + product
                listed.product[used] = product
                listed.channel[used] = offer["channel"]
                listed.store[used] = offer["store"]
                listed.burden[used, TRAVEL] = shopper.travel_cost * 2.0 * offer["km"]
                listed.burden[used, WAITING] = shopper.waiting_cost * offer["days"]
                listed.burden[used, HASSLE] = offer["hassle"]
                listed.charge[used] = offer["fee"]
                for rank in range(market.catalogue.considered.shape[1]):
                    if market.catalogue.considered[shopper.taste, rank] == product:
                        distance = market.catalogue.mismatch[shopper.taste, rank]
                        listed.burden[used, MISMATCH] = shopper.mismatch_cost * distance
            used += 1
        asked += 1
    listed.first[asked] = used
    return used


@kernel
def weights_of(choice, customer, posted, share):
    """Write the weight of each of the customer's offers relative to the best, and return the sum with leaving.

    What is there half of the time has half of the weight.
    """
    start, end = choice.first[customer], choice.first[customer + 1]
    top = 0.0
    for offer in range(start, end):
        utility = choice.gain[offer] - choice.tax * posted.price[choice.series[offer]]
        share[offer - start] = utility
        top = max(top, utility)
    total = exp(-top / choice.scale)
    for number in range(end - start):
        share[number] = exp((share[number] - top) / choice.scale) * posted.present[choice.series[start + number]]
        total += share[number]
    return total


@kernel
def add_expected_sales(choice, posted, share, units):
    """Add to ``units`` (series,) what customers are expected to buy."""
    for customer in range(len(choice.weight)):
        start, end = choice.first[customer], choice.first[customer + 1]
        total = weights_of(choice, customer, posted, share)
        for offer in range(start, end):
            units[choice.series[offer]] += choice.weight[customer] * share[offer - start] / total


@kernel
def add_expected_offers(choice, posted, share, units):
    """Add to ``units`` (offers,) what customers are expected to buy by each offer."""
    for customer in range(len(choice.weight)):
        start, end = choice.first[customer], choice.first[customer + 1]
        total = weights_of(choice, customer, posted, share)
        for offer in range(start, end):
            units[offer] += choice.weight[customer] * share[offer - start] / total


@kernel
def add_slopes(choice, pull, posted, slopes, units):
    """Add expected sales to ``units`` and their slopes to ``slopes``; ``pull`` (offers, parameters) is that of gain."""
    share, mean, scale = slopes.share, slopes.mean, choice.scale
    parameters = pull.shape[1]
    for customer in range(len(choice.weight)):
        start, end = choice.first[customer], choice.first[customer + 1]
        total, weight = weights_of(choice, customer, posted, share), choice.weight[customer]
        for number in range(parameters + 1):
            mean[number] = 0.0
        for offer in range(start, end):
            chance = share[offer - start] / total
            share[offer - start] = chance
            for number in range(parameters):
                mean[number] += chance * pull[offer, number] / scale
            mean[parameters] -= chance * (choice.gain[offer] - choice.tax * posted.price[choice.series[offer]]) / scale
        for offer in range(start, end):
            here, bought = choice.series[offer], weight * share[offer - start]
            units[here] += bought
            for number in range(parameters):
                slopes.by_parameter[here, number] += bought * (pull[offer, number] / scale - mean[number])
            keen = (choice.gain[offer] - choice.tax * posted.price[here]) / scale
            slopes.by_parameter[here, parameters] += bought * (-keen - mean[parameters])
            slopes.by_series[here, here] += bought / scale
            for other in range(start, end):
                slopes.by_series[here, choice.series[other]] -= bought * share[other - start] / scale
