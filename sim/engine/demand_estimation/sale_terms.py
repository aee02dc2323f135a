"""What a sale to a customer brings and costs its seller: everything that is due with it, and returns as expected."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.demand_estimation.market_snapshot import MarketSnapshot
from sim.kernels.competition import SaleTerms
from sim.kernels.demand import Considered
from sim.kernels.fulfilment import FeeSchedule
from sim.kernels.offers import (
    CHANNELS,
    COURIER,
    ENDLESS_AISLE,
    PARCEL,
    STORE,
    Catalogue,
    LastMile,
    MarketRules,
    Shelves,
)


class Listing(NamedTuple):
    """Every offer that a market can make, once: its cell, its channel, its store (-1: none), product, (offers,) each.

    ``own``: a retailer sells what it owns. ``first`` (2, channels) is where the offers by a channel begin: of makers
    (0), of retailers what they own (1).
    """

    cell: IntArray
    channel: IntArray
    store: IntArray
    product: IntArray
    own: BoolArray
    first: IntArray


def expected_returns(catalogue: Catalogue, shelves: Shelves, rules: MarketRules, listing: Listing) -> FloatArray:
    """Return the share of sales that comes back, (offers,)."""
    channel, product = listing.channel, listing.product
    over_the_counter = (channel == STORE) & (rules.seen_in_store | ~listing.own)
    sampled = (channel == ENDLESS_AISLE) & shelves.sampled[np.maximum(listing.store, 0), product]
    seen = over_the_counter | sampled
    share: FloatArray = np.where(seen, catalogue.return_inspected[product], catalogue.return_unseen[product])
    return share


def delivery_cost(
    shelves: Shelves, rules: MarketRules, last_mile: LastMile, listing: Listing
) -> tuple[FloatArray, FloatArray]:
    """Return what the carrier asks the seller for each sale, and what the customer pays towards it, (offers,)."""
    channel, product, here = listing.channel, listing.product, np.maximum(listing.store, 0)
    by_parcel = (channel == PARCEL) | (channel == ENDLESS_AISLE)
    charge = np.where(by_parcel, last_mile.parcel_charge[product], 0.0)
    charge = np.where(channel == COURIER, last_mile.courier_charge[shelves.town[here]], charge)
    price = np.where(listing.own, shelves.list_price[here, product], shelves.direct_price[product])
    fee = np.where(rules.customer_pays & (price < rules.free_above), charge, 0.0)
    return charge, fee


def commission_due(fees: FeeSchedule, channel: IntArray, own: BoolArray) -> FloatArray:
    """Return the share of the price that the platform keeps of each sale, (sales,)."""
    if fees.platform_account < 0:
        return np.zeros(len(channel))
    due = channel != STORE if fees.commission_online else ~own
    return np.where(due, fees.commission, 0.0)


def costs_of_selling(fees: FeeSchedule, channel: IntArray, own: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the share of the price that taking payments costs each seller, and what else a sale costs it, (sales,).

    Nothing of it comes back with returned goods.
    """
    by_platform = np.zeros(len(channel), dtype=np.bool_)
    if fees.platform_account >= 0:
        by_platform = channel != STORE if fees.commission_online else ~own
    payment = np.where(by_platform & fees.platform_takes_payments, 0.0, fees.payment_share)
    found_by_platform = (channel != STORE) & fees.platform_advertises
    return payment, fees.service + np.where(found_by_platform, 0.0, fees.acquisition[channel])


def make_listing(rules: MarketRules, stores: int, products: int) -> Listing:
    """List all offers: what stores sell as their own, then what makers sell, channel by channel."""
    cell, channel, store = ([np.empty(0, dtype=np.int64)] for _ in range(3))
    first, size = np.zeros((2, CHANNELS), dtype=np.int64), 0
    on_shelf = np.arange(stores * products)
    for own, channels in ((1, rules.own_channels), (0, rules.supplier_channels)):
        for number in np.flatnonzero(channels).tolist():
            by_parcel = not own and number == PARCEL
            at = np.repeat(np.arange(stores), products) if not by_parcel else np.full(products, -1)
            cell.append(on_shelf if own else stores * products + np.tile(np.arange(products), len(at) // products))
            store.append(at)
            channel.append(np.full(len(at), number))
            first[own, number], size = size, size + len(at)
    cells = np.concatenate(cell)
    product, by_retailer = cells % products, cells < stores * products
    return Listing(cells, np.concatenate(channel), np.concatenate(store), product, by_retailer, first)


def sale_terms(
    snapshot: MarketSnapshot, catalogue: Catalogue, shelves: Shelves, freight: FloatArray, considered: Considered
) -> SaleTerms:
    """Return the terms of a sale by each considered offer.

    ``freight`` (stores, products) is what bringing a unit from its maker's depot to a store costs, in cents: makers
    who sell on consignment pay it. Many customers consider the same offer, so terms are computed once an offer.
    """
    stores, products = shelves.offered.shape
    listing = make_listing(snapshot.rules, stores, products)
    own = considered.cell < stores * products
    at = np.where(own, considered.cell, np.maximum(considered.store, 0) * products + considered.cell % products)
    row = listing.first[own.astype(np.int64), considered.channel] + at
    return SaleTerms(*(each[row] for each in terms_of_offers(snapshot, catalogue, shelves, freight, listing)))


def terms_of_offers(
    snapshot: MarketSnapshot, catalogue: Catalogue, shelves: Shelves, freight: FloatArray, listing: Listing
) -> SaleTerms:
    """Return the terms of a sale by each listed offer."""
    rules, last_mile, fees = snapshot.rules, snapshot.last_mile, snapshot.fees
    channel, product, own, here = listing.channel, listing.product, listing.own, np.maximum(listing.store, 0)
    back = expected_returns(catalogue, shelves, rules, listing)
    charge, fee = delivery_cost(shelves, rules, last_mile, listing)
    units = 1.0 - back * fees.resaleable
    from_depot = (channel == PARCEL) | (channel == ENDLESS_AISLE)
    consigned = ~own & ~from_depot
    cost = charge - fee * (1.0 - back * fees.refund_fee)
    cost += np.where(from_depot, fees.direct_handling, 0.0) + np.where(own, fees.store_handling, 0.0)
    cost += np.where(consigned | (channel == ENDLESS_AISLE), fees.handling_fee, 0.0)
    cost += np.where(consigned, units * freight[here, product], 0.0)
    way_back = fees.seller_pays_return & (channel != STORE) & (fees.parcel_account >= 0)
    cost += back * (fees.return_handling + np.where(way_back, last_mile.parcel_charge[product], 0.0))
    payment, selling = costs_of_selling(fees, channel, own)
    cost += selling
    partner = np.where(consigned | (channel == ENDLESS_AISLE), shelves.retailer[here], -1)
    return SaleTerms(
        kept=(1.0 - back) * (1.0 - commission_due(fees, channel, own)) - payment,
        cost=np.asarray(cost, dtype=np.float64),
        units=units,
        partner=partner,
        partner_margin=fees.handling_fee - np.where(consigned, fees.store_handling, 0.0),
    )


class CellTerms(NamedTuple):
    """What a sale at a store's own price, or at a maker's price to customers, brings and costs, shape (cells,).

    The fields are those of ``SaleTerms``; channels that sell at the same price weigh alike.
    """

    kept: FloatArray
    cost: FloatArray
    units: FloatArray

    def marginal_cost(self, landed: FloatArray) -> FloatArray:
        """Return the price at which a sale leaves nothing, from what the goods cost, both (cells,), cents."""
        return np.asarray((self.cost + self.units * landed) / np.maximum(self.kept, 1e-9), dtype=np.float64)

    def shelf(self, cells: int) -> CellTerms:
        """Return the terms at stores' own prices, the first so many."""
        return CellTerms(self.kept[:cells], self.cost[:cells], self.units[:cells])

    def direct(self, products: int) -> CellTerms:
        """Return the terms at makers' prices to customers, the last so many."""
        return CellTerms(self.kept[-products:], self.cost[-products:], self.units[-products:])


def terms_by_cell(snapshot: MarketSnapshot, catalogue: Catalogue, shelves: Shelves, freight: FloatArray) -> CellTerms:
    """Return the terms of a sale at every price to customers, whether anything is carried there or not.

    Cells are numbered store by store and product by product, then the products' direct prices.
    """
    stores, products = shelves.offered.shape
    listing = make_listing(snapshot.rules, stores, products)
    terms = terms_of_offers(snapshot, catalogue, shelves, freight, listing)
    cells = listing.cell
    count = np.bincount(cells, minlength=(stores + 1) * products)

    def mean(values: FloatArray, otherwise: float) -> FloatArray:
        total = np.bincount(cells, weights=values, minlength=len(count))
        return np.where(count > 0, total / np.maximum(count, 1), otherwise)

    return CellTerms(mean(terms.kept, 1.0), mean(terms.cost, 0.0), mean(terms.units, 1.0))
