"""Offers a customer considers: who sells what, by which channel, at what price, how soon, and its worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.books import cents_of
from sim.kernels.goods import Goods
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.randomness import draw, gumbel_from

STORE, PICKUP, COURIER, PARCEL, ENDLESS_AISLE = range(5)
CHANNELS = 5
EVERY_CHANNEL = (1 << CHANNELS) - 1


class Catalogue(NamedTuple):
    """Product data, shape (products,) unless stated.

    ``considered`` and ``mismatch`` (ring distance, 0 to 0.5) have shape (styles, breadth), nearest product first.
    """

    supplier: NDArray[np.int64]
    quality: NDArray[np.float64]
    weight: NDArray[np.float64]
    return_unseen: NDArray[np.float64]
    return_inspected: NDArray[np.float64]
    considered: NDArray[np.int64]
    mismatch: NDArray[np.float64]


class Shelves(NamedTuple):
    """What stores show, shape (stores, products): whether offered, on consignment or own, sampled, and the price.

    ``list_price`` is what each store would charge for each product, carried or not; ``direct_price`` (products,) what
    its maker would charge, and ``direct`` whether it sells to customers; ``retailer`` and ``town`` (stores,) are the
    owner's account and the store's town; ``first_node`` the node of store 0.
    """

    offered: NDArray[np.bool_]
    carried: NDArray[np.bool_]
    consigned: NDArray[np.bool_]
    sampled: NDArray[np.bool_]
    list_price: NDArray[np.int64]
    direct_price: NDArray[np.int64]
    direct: NDArray[np.bool_]
    retailer: NDArray[np.int64]
    town: NDArray[np.int64]
    first_node: int


class MarketRules(NamedTuple):
    """The rules of a market. The two ``_channels`` say which channels exist for goods that a retailer or a supplier
    owns.

    ``awareness`` (towns,) is the probability that a customer considers an online channel it has never used; word of
    mouth changes it. ``store_days`` (towns, suppliers) is the wait for a retailer's goods in its store, 0 if carried
    home; ``seen_in_store`` tells whether they are seen before purchase.
    """

    own_channels: NDArray[np.bool_]
    supplier_channels: NDArray[np.bool_]
    acceptance: NDArray[np.float64]
    shares_stock: bool
    scale: float
    awareness: NDArray[np.float64]
    tax_rate: float
    customer_pays: bool
    free_above: float
    seed: int
    gumbel: NDArray[np.float64]
    store_days: NDArray[np.float64]
    seen_in_store: bool


class LastMile(NamedTuple):
    """Times, queues and charges. Queues are backlogs in days of work, as of ``_clock``; money in cents.

    Couriers have one queue per town, parcels one per supplier; ``parcel_days`` has shape (towns, suppliers),
    ``restock_days`` (suppliers,) is a maker's production time, ``capacity`` (suppliers,) the units it can start per
    day; ``owed`` (suppliers, products) is owed to firms as of yesterday evening, ``to_be_made`` (suppliers,) was then
    promised over all products beyond stock and goods in transit.
    """

    pickup_days: float
    courier_handling: float
    courier_days_per_km: float
    courier_days_per_drop: float
    courier_backlog: NDArray[np.float64]
    courier_clock: NDArray[np.float64]
    courier_charge: NDArray[np.int64]
    parcel_days: NDArray[np.float64]
    parcel_days_per_drop: float
    parcel_backlog: NDArray[np.float64]
    parcel_clock: NDArray[np.float64]
    parcel_charge: NDArray[np.int64]
    restock_days: NDArray[np.float64]
    capacity: NDArray[np.float64]
    owed: NDArray[np.int64]
    to_be_made: NDArray[np.int64]


class Marketplace(NamedTuple):
    """What customers can buy, and on which terms: all that a choice depends on beside the customer."""

    catalogue: Catalogue
    shelves: Shelves
    rules: MarketRules
    last_mile: LastMile
    goods: Goods


class Quote(NamedTuple):
    """How a product can be had: the store (-1: none) and the channel, price and fee in cents, km from home, days until
    it is there with and without the wait for goods, whether it is bought unseen.

    ``gross`` is the product's quality less the customer's cost of mismatch.
    """

    product: np.int64
    gross: float
    store: int | np.int64
    channel: int
    price: int
    fee: int
    km: float
    days: float
    transit: float
    unseen: bool


OFFER = np.dtype(
    [
        ("identity", np.int64),
        ("price", np.int64),
        ("fee", np.int64),
        ("utility", np.float64),
        ("km", np.float64),
        ("days", np.float64),
        ("transit", np.float64),
        ("hassle", np.float64),
        ("product", np.int64),
        ("store", np.int64),
        ("channel", np.int64),
        ("alive", np.bool_),
    ],
    align=True,
)
"""Scratch space for an offer a customer considers; ``store`` is -1 for parcels, money in cents."""


@kernel
def backlog_now(backlog, clock, now):
    """Days of work still waiting: the last backlog less the time since."""
    return max(0.0, backlog - (now - clock))


@kernel
def quoted_fee(rules, price, charge):
    """The customer's delivery fee: the carrier's charge, unless the seller bears it."""
    if rules.customer_pays and price < rules.free_above:
        return charge
    return 0


@kernel
def shock_of(rules, key, identity):
    """The customer's taste shock for an offer today, in cents."""
    if rules.scale == 0.0:
        return 0.0
    return rules.scale * gumbel_from(draw(key, identity), rules.gumbel)


@kernel
def identity_of(stores, product, store, channel):
    """The stable number of an offer: product, then the store one visits (-1: online), then the channel."""
    return (np.int64(product) * (stores + 1) + store + 1) * CHANNELS + channel


@kernel
def add_offer(offers, count, shopper, market, quote):
    """Record one offer with its worth to the customer (without stock and shock). Returns the new count.

    Trips are out and back.
    """
    rules, stores = market.rules, len(market.shelves.retailer)
    product, channel, price = quote.product, quote.channel, quote.price
    seller = quote.store if channel == STORE or channel == PICKUP or channel == ENDLESS_AISLE else -1
    hassle = shopper.hassle if quote.unseen else 0.0
    offer = offers[count]
    offer["identity"] = identity_of(stores, product, seller, channel)
    offer["product"] = product
    offer["store"] = quote.store
    offer["channel"] = channel
    offer["price"] = price
    offer["fee"] = quote.fee
    offer["km"] = quote.km
    offer["days"] = quote.days
    offer["transit"] = quote.transit
    offer["hassle"] = hassle
    offer["alive"] = True
    offer["utility"] = (
        rules.acceptance[channel] * shopper.worth
        + quote.gross
        - price
        - cents_of(price * rules.tax_rate)
        - quote.fee
        - shopper.travel_cost * 2.0 * quote.km
        - shopper.waiting_cost * quote.days
        - hassle
    )
    return count + 1


@kernel
def add_shocks(offers, first, count, shopper, rules):
    """Add the customer's taste shocks to offers from ``first`` on. Returns the count.

    This is a separate loop because the table of shocks does not fit into the first cache: here many look-ups run at
    once, while inside the loop over offers each would be waited for.
    """
    for offer in range(first, count):
        offers[offer]["utility"] += shock_of(rules, shopper.key, offers[offer]["identity"])
    return count


@kernel
def wait_for_goods(last_mile, goods, supplier, product, now):
    """Days until a depot can spare one more unit of a product: 0 if one in stock is not promised.

    Goods in transit arrive on their due day, and serve owed orders first. Promises beyond them are produced from
    tonight on, ``capacity`` units per day, in turn with the maker's other products.
    """
    promised = goods.reserved[supplier, product] + last_mile.owed[supplier, product]
    short = promised - goods.units[supplier, product] + 1
    if short <= 0:
        return 0.0
    horizon, today = goods.due.shape[0], np.int64(now)
    for days in range(1, horizon):
        short -= goods.due[(today + days) % horizon, supplier, product]
        if short <= 0:
            return np.float64(days)
    queue = max(short, last_mile.to_be_made[supplier] + 1)
    days = max(1.0, np.ceil(queue / last_mile.capacity[supplier]))  # without a limit, all of it tonight
    return last_mile.restock_days[supplier] + days - 1.0


@kernel
def parcel_wait(shopper, market, product):
    """Quoted days of a parcel, without and with the wait for an empty depot."""
    last_mile, goods, now = market.last_mile, market.goods, shopper.now
    supplier = market.catalogue.supplier[product]
    queue = backlog_now(last_mile.parcel_backlog[supplier], last_mile.parcel_clock[supplier], now)
    transit = last_mile.parcel_days[shopper.town, supplier] + queue
    return transit, transit + wait_for_goods(last_mile, goods, supplier, product, now)


@kernel
def list_offers(offers, shopper, market):
    """List every offer the customer considers, regardless of stock."""
    catalogue, shelves, rules, last_mile, _ = market
    count, town = 0, shopper.town
    courier_queue = backlog_now(last_mile.courier_backlog[town], last_mile.courier_clock[town], shopper.now)
    for rank in range(catalogue.considered.shape[1]):
        product = catalogue.considered[shopper.taste, rank]
        gross = catalogue.quality[product] - shopper.mismatch_cost * catalogue.mismatch[shopper.taste, rank]
        direct_price = shelves.direct_price[product]
        in_aisle = rules.supplier_channels[ENDLESS_AISLE] and shelves.direct[product]
        by_parcel = rules.supplier_channels[PARCEL] and shelves.direct[product] and shopper.known & (1 << PARCEL)
        parcel_fee, transit, wait = 0, 0.0, 0.0
        if in_aisle or by_parcel:
            parcel_fee = quoted_fee(rules, direct_price, last_mile.parcel_charge[product])
            transit, wait = parcel_wait(shopper, market, product)
        for near in range(len(shopper.stores)):
            store = np.int64(shopper.stores[near])
            if store < 0:
                break
            km = shopper.km[near]
            if shelves.offered[store, product]:
                consigned = shelves.consigned[store, product]
                channels = rules.supplier_channels if consigned else rules.own_channels
                price = direct_price if consigned else shelves.list_price[store, product]
                if channels[STORE]:
                    days = 0.0 if consigned else rules.store_days[town, catalogue.supplier[product]]
                    unseen = not consigned and not rules.seen_in_store
                    quote = Quote(product, gross, store, STORE, price, 0, km, days, days, unseen)
                    count = add_offer(offers, count, shopper, market, quote)
                if channels[PICKUP] and shopper.known & (1 << PICKUP):
                    days = last_mile.pickup_days
                    quote = Quote(product, gross, store, PICKUP, price, 0, km, days, days, True)
                    count = add_offer(offers, count, shopper, market, quote)
                if channels[COURIER] and shopper.known & (1 << COURIER) and shelves.town[store] == town:
                    days = last_mile.courier_handling + km * last_mile.courier_days_per_km + courier_queue
                    fee = quoted_fee(rules, price, last_mile.courier_charge[town])
                    quote = Quote(product, gross, store, COURIER, price, fee, 0.0, days, days, True)
                    count = add_offer(offers, count, shopper, market, quote)
            if in_aisle and shelves.sampled[store, product]:
                quote = Quote(product, gross, store, ENDLESS_AISLE, direct_price, parcel_fee, km, wait, transit, False)
                count = add_offer(offers, count, shopper, market, quote)
        if by_parcel:
            quote = Quote(product, gross, -1, PARCEL, direct_price, parcel_fee, 0.0, wait, transit, True)
            count = add_offer(offers, count, shopper, market, quote)
    return add_shocks(offers, 0, count, shopper, rules)


@kernel
def add_endless_aisle(offers, count, here, shopper, market):
    """List what can be ordered in the store of the offer ``here``, where the customer is, except products sampled
    there.
    """
    catalogue, shelves, rules, last_mile, _ = market
    first, store, km = count, offers[here]["store"], offers[here]["km"]
    for rank in range(catalogue.considered.shape[1]):
        product = catalogue.considered[shopper.taste, rank]
        if shelves.sampled[store, product] or not shelves.direct[product]:
            continue
        gross = catalogue.quality[product] - shopper.mismatch_cost * catalogue.mismatch[shopper.taste, rank]
        transit, wait = parcel_wait(shopper, market, product)
        price = shelves.direct_price[product]
        fee = quoted_fee(rules, price, last_mile.parcel_charge[product])
        quote = Quote(product, gross, store, ENDLESS_AISLE, price, fee, km, wait, transit, True)
        count = add_offer(offers, count, shopper, market, quote)
    return add_shocks(offers, first, count, shopper, rules)


@kernel
def from_depot(channel):
    """Tell whether goods bought this way come from a supplier's depot, which takes orders when it is empty."""
    return channel == PARCEL or channel == ENDLESS_AISLE


@kernel
def stock_of(offers, offer, market):
    """The node whose goods are offered: the maker's depot, or the store."""
    if from_depot(offers[offer]["channel"]):
        return market.catalogue.supplier[offers[offer]["product"]]
    return market.shelves.first_node + offers[offer]["store"]


@kernel
def in_stock(offers, offer, market):
    """Tell whether an unpromised unit of the offer is in stock."""
    product = offers[offer]["product"]
    node = stock_of(offers, offer, market)
    return market.goods.units[node, product] - market.goods.reserved[node, product] > 0


@kernel
def can_be_had(offers, offer, market):
    """Tell whether an offer can be honoured, now or once the depot has goods again."""
    return from_depot(offers[offer]["channel"]) or in_stock(offers, offer, market)
