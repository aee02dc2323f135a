"""Demand as foreseen by a firm that knows its customers: all of them, with every offer they consider.

Each offer is recorded with the cell of its price (a store's price of a product, or the product's direct price) and its
gain: its worth to the customer before price and tax. Expected demand at any prices follows: by counting customers
without taste shocks, by logit probabilities with them (McFadden 1974).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.books import cents_of
from sim.kernels.codes import NOTHING
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.elementary import exp
from sim.kernels.offers import from_depot, list_offers
from sim.kernels.shoppers import keys_of, shopper_of

LOG_SURE = 40.0
SURE = float(np.exp(LOG_SURE))
"""Odds at which a customer buys for certain: one in 2 x 10^17 would not."""


class Considered(NamedTuple):
    """Offers considered, customer by customer: those of customer i are ``first[i]`` to ``first[i + 1]``.

    ``cell``, ``gain`` (cents), ``channel`` and ``store`` (-1: by parcel) have one entry per offer; ``weight``
    (customers,) is needs per day; ``burden`` is what one cent of price costs the customer, sales tax included.
    """

    first: NDArray[np.int64]
    cell: NDArray[np.int64]
    gain: NDArray[np.float64]
    channel: NDArray[np.int64]
    store: NDArray[np.int64]
    weight: NDArray[np.float64]
    burden: float


class JointPrices(NamedTuple):
    """Prices to customers of which some move together, shape (cells,), cents.

    Cells that ``moves`` says move ask x + ``add`` for any x; all others keep ``price``.
    """

    price: NDArray[np.float64]
    moves: NDArray[np.bool_]
    add: NDArray[np.float64]


class DemandTable(NamedTuple):
    """Demand at evenly spaced prices that fall from ``highest`` by ``step``, in cents; shape (prices,).

    ``units`` are expected a day of the cells that move, ``elsewhere`` is what the other cells then earn, in cents.
    """

    highest: float
    step: float
    units: NDArray[np.float64]
    elsewhere: NDArray[np.float64]


@kernel
def survey(day, people, offers, market, considered):
    """Write down the offers that every customer considers, and return how many. The market's terms have no shocks.

    All carried products count as in stock. Offers beyond the capacity of ``considered.cell`` are only counted.
    """
    shelves, rules = market.shelves, market.rules
    stores, products = shelves.offered.shape
    used = 0
    keys = keys_of(rules, day - 1)  # whom advertising reaches today is not known
    for customer in range(len(people.town)):
        considered.first[customer] = used
        shopper = shopper_of(people, customer, keys, rules, 1.0 * day)
        count = list_offers(offers, shopper, market)
        if used + count <= len(considered.cell):
            for number in range(count):
                offer = offers[number]
                own = not from_depot(offer["channel"]) and not shelves.consigned[offer["store"], offer["product"]]
                considered.cell[used + number] = (offer["store"] if own else stores) * products + offer["product"]
                price = offer["price"]
                considered.gain[used + number] = offer["utility"] + price + cents_of(price * rules.tax_rate)
                considered.channel[used + number] = offer["channel"]
                considered.store[used + number] = offer["store"]
        used += count
    considered.first[len(people.town)] = used
    return used


@kernel
def join_sellers(considered, moves, group):
    """Join cells between which a customer chooses: ``group`` (cells,) ends as the number of the lowest joined cell.

    Only cells that move are looked at. Disjoint sets with path halving (Tarjan & van Leeuwen 1984).
    """
    for cell in range(len(group)):
        group[cell] = cell
    for customer in range(len(considered.first) - 1):
        root = np.int64(-1)
        for offer in range(considered.first[customer], considered.first[customer + 1]):
            here = considered.cell[offer]
            if not moves[here]:
                continue
            while group[here] != here:
                group[here] = group[group[here]]
                here = group[here]
            if root < 0:
                root = here
            elif here < root:
                group[root] = here
                root = here
            elif here > root:
                group[here] = root
    for cell in range(len(group)):
        group[cell] = group[group[cell]] if group[cell] != cell else cell


@kernel
def reservation_prices(considered, who, prices, reservation, instead):
    """Find the highest x at which each of the customers ``who`` buys from the cells that move.

    ``reservation`` and ``instead`` have one entry each: -inf if none is considered, and the cell chosen above it,
    NOTHING if the customer leaves. Without taste shocks.
    """
    price, moves, add = prices
    for asked in range(len(who)):
        customer = who[asked]
        start, end = considered.first[customer], considered.first[customer + 1]
        best, other = 0.0, NOTHING
        for offer in range(start, end):
            cell = considered.cell[offer]
            if not moves[cell]:
                surplus = considered.gain[offer] - considered.burden * price[cell]
                if surplus > best or (surplus == best and other == NOTHING):
                    best, other = surplus, cell
        highest = -np.inf
        for offer in range(start, end):
            cell = considered.cell[offer]
            if moves[cell]:
                highest = max(highest, (considered.gain[offer] - best) / considered.burden - add[cell])
        reservation[asked] = highest
        instead[asked] = other


@kernel
def expected_path(considered, who, prices, margin, scale, table):
    """Add to ``table`` what the customers ``who`` are expected to buy; cells earn ``margin`` (cells,) a unit, in cents.

    With taste shocks of ``scale``. A step down multiplies every customer's odds of buying from a moving cell by the
    same factor. Odds below 1 to ``SURE`` are negligible in a sum, and odds above it are certain.
    """
    price, moves, add = prices
    highest, step, units, elsewhere = table
    growth = exp(considered.burden * step / scale)
    for customer in who:
        start, end = considered.first[customer], considered.first[customer + 1]
        top, keenest = 0.0, -np.inf
        for offer in range(start, end):
            cell = considered.cell[offer]
            if moves[cell]:
                keenest = max(keenest, considered.gain[offer] - considered.burden * (highest + add[cell]))
            else:
                top = max(top, considered.gain[offer] - considered.burden * price[cell])
        if keenest == -np.inf:
            continue
        staying, pulled, earning = exp(-top / scale), 0.0, 0.0
        for offer in range(start, end):
            cell = considered.cell[offer]
            if moves[cell]:
                gain = considered.gain[offer] - considered.burden * (highest + add[cell])
                pulled += exp((gain - keenest) / scale)
            else:
                pull = exp((considered.gain[offer] - considered.burden * price[cell] - top) / scale)
                staying += pull
                earning += pull * margin[cell]
        weight, earning = considered.weight[customer], earning / staying
        ahead = (top - keenest) / scale - LOG_SURE  # distance from a noticeable effect at the highest price, in scales
        point = 0 if ahead <= 0 else int(min(np.ceil(ahead * scale / (considered.burden * step)), len(units)))
        odds = pulled / staying * exp((keenest - top) / scale + considered.burden * step * point / scale)
        for before in range(point):
            elsewhere[before] += weight * earning
        for here in range(point, len(units)):
            share = odds / (1.0 + odds) if odds < SURE else 1.0
            units[here] += weight * share
            elsewhere[here] += weight * (1.0 - share) * earning
            odds = min(odds * growth, SURE)


@kernel
def iron(price, weight, elsewhere):
    """Make ``price`` decrease along the units by pooling rising neighbours, in place (Mussa & Rosen 1978).

    Neighbours that violate the order are replaced by their weighted mean (Ayer et al. 1955), so that every block has
    one price; ``elsewhere`` is averaged alike. Returns how many entries are left, packed to the front.
    """
    blocks = 0
    for entry in range(len(price)):
        value, mass, other = price[entry], weight[entry], elsewhere[entry]
        if mass <= 0.0:
            continue
        while blocks > 0 and price[blocks - 1] <= value:
            joined = weight[blocks - 1] + mass
            value = (price[blocks - 1] * weight[blocks - 1] + value * mass) / joined
            other = (elsewhere[blocks - 1] * weight[blocks - 1] + other * mass) / joined
            mass = joined
            blocks -= 1
        price[blocks], weight[blocks], elsewhere[blocks] = value, mass, other
        blocks += 1
    return blocks
