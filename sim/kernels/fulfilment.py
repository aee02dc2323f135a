"""Sales become deliveries and payments: handed over, picked up, by courier, by parcel; possibly returned later."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.books import (
    ADVERTISING,
    COMMISSION,
    DELIVERY_FEE,
    HANDLING,
    HANDLING_FEE,
    HOUSEHOLDS,
    LABOUR,
    LAST_MILE,
    LENDERS,
    MEDIA,
    PAYMENT,
    REFUND,
    RETURN_FREIGHT,
    SERVICE,
    STATE,
    TAX,
    WAGES,
    Books,
    cents_of,
    pay,
)
from sim.kernels.books import SALE as SALE_MONEY
from sim.kernels.codes import BOUGHT
from sim.kernels.goods import (
    CARRIED_OVER,
    RESTOCK,
    RETURN,
    RETURNING,
    SALE,
    WRITE_OFF,
    WRITTEN_OFF,
    Goods,
    StockMovement,
    move,
    outside,
)
from sim.kernels.goods import HOUSEHOLDS as AT_HOME
from sim.kernels.needs import Calendar, schedule
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.randomness import PURPOSE_RESTOCK, PURPOSE_RETURN, draw, stream, uniform
from sim.kernels.offers import COURIER, ENDLESS_AISLE, PARCEL, STORE, LastMile, Shelves

ROWS_PER_SALE = 15
ROWS_PER_RETURN = 8


class FeeSchedule(NamedTuple):
    """Fees and costs of a sale; money in cents. ``*_account`` are accounts, -1 if the regime has no such firm.

    ``commission_online`` tells whether commission is due on all online purchases instead of on all sales by
    suppliers. ``payment_share`` of the price, ``service`` and ``acquisition`` (channels,) are costs of a sale to
    its seller; the platform bears payment costs if ``platform_takes_payments``, and online acquisition if
    ``platform_advertises``.
    """

    platform_account: int
    courier_account: int
    parcel_account: int
    commission: float
    commission_online: bool
    handling_fee: int
    platform_cost: int
    store_handling: int
    direct_handling: int
    parcel_cost: NDArray[np.int64]
    return_days: int
    return_handling: int
    seller_pays_return: bool
    refund_fee: bool
    resaleable: float
    payment_share: float
    service: int
    acquisition: NDArray[np.int64]
    platform_takes_payments: bool
    platform_advertises: bool


class DeliveryCounts(NamedTuple):
    """Deliveries today: couriers' drops per town with their km from the store, and all parcels, including returns."""

    courier: NDArray[np.int64]
    courier_km: NDArray[np.float64]
    parcel: NDArray[np.int64]


class SaleTables(NamedTuple):
    """What a sale to a customer is read from and written in, from the hand-over to its return.

    ``people`` is the population: ``sim.world.population.Population``.
    """

    needs: NDArray[np.void]
    people: Any
    shelves: Shelves
    last_mile: LastMile
    fees: FeeSchedule
    delivery_counts: DeliveryCounts
    books: Books
    deliveries: Calendar
    goods: Goods


class Judging(NamedTuple):
    """How customers judge what they receive: weight of a delivery in trust, days that count as late, whether goods are
    seen in a store before they are bought."""

    own_rate: float
    late_after: float
    seen_in_store: bool


@kernel
def through_platform(fees, channel, supplier_sells):
    """Tell whether commission is due on a sale."""
    if fees.platform_account < 0:
        return False
    return channel != STORE if fees.commission_online else supplier_sells


@kernel
def post_sale(need, day, cost, sale):
    """Make all payments for one unit handed over or dispatched today, and record its delivery time and worth.

    ``cost`` is the book value the seller gave up.
    """
    needs, people, shelves, last_mile, fees, delivery_counts, books, deliveries, _ = sale
    record = needs[need]
    seller = np.int64(record["seller"])
    channel = np.int64(record["channel"])
    product = np.int64(record["product"])
    price = record["price"]
    customer = np.int64(record["customer"])
    node = np.int64(record["place"])
    pay(books, day, SALE_MONEY, HOUSEHOLDS, seller, price, need)
    pay(books, day, TAX, HOUSEHOLDS, STATE, record["tax"], need)
    pay(books, day, DELIVERY_FEE, HOUSEHOLDS, seller, record["fee"], need)
    if channel == COURIER:
        town = np.int64(people.town[customer])
        pay(books, day, LAST_MILE, seller, fees.courier_account, last_mile.courier_charge[town], need)
        delivery_counts.courier[town] += 1
        delivery_counts.courier_km[town] += store_km(people, customer, np.int64(record["at_store"]))
    elif channel == PARCEL or channel == ENDLESS_AISLE:
        pay(books, day, LAST_MILE, seller, fees.parcel_account, last_mile.parcel_charge[product], need)
        pay(books, day, WAGES, fees.parcel_account, LABOUR, fees.parcel_cost[product], need)
        pay(books, day, HANDLING, seller, LABOUR, fees.direct_handling, need)
        delivery_counts.parcel[0] += 1
    supplier_sells = seller != shelves.retailer[record["at_store"]] if record["at_store"] >= 0 else True
    by_platform = through_platform(fees, channel, supplier_sells)
    if by_platform:
        pay(books, day, COMMISSION, seller, fees.platform_account, cents_of(price * fees.commission), need)
        pay(books, day, WAGES, fees.platform_account, LABOUR, fees.platform_cost, need)
    pay_for_selling(need, day, by_platform, sale)
    if node >= shelves.first_node:
        retailer = shelves.retailer[node - shelves.first_node]
        pay(books, day, HANDLING, retailer, LABOUR, fees.store_handling, need)
        if supplier_sells:
            pay(books, day, HANDLING_FEE, seller, retailer, fees.handling_fee, need)
    elif channel == ENDLESS_AISLE and fees.handling_fee > 0:
        pay(books, day, HANDLING_FEE, seller, shelves.retailer[record["at_store"]], fees.handling_fee, need)
    record["result"] = BOUGHT
    record["cost_of_goods"] = cost
    waited = day - record["day"] - record["attempt"]
    record["days"] = record["transit"] + waited
    # The customer's data have left the processor's cache, and loading them takes as long as the rest of a sale.
    beyond = record["days"] - record["quoted_days"]
    later = people.waiting_cost[customer] * beyond if beyond != 0.0 else 0.0
    shopping_cost = record["shopping_cost"] + record["sunk_cost"] + later
    record["full_price"] = price + record["fee"] + record["tax"] + cents_of(shopping_cost)
    record["surplus"] = cents_of(record["utility"] - record["outside_option"] - record["sunk_cost"] - later)
    schedule(deliveries, np.int64(record["day"]) + np.int64(record["days"]), need)


@kernel
def pay_for_selling(need, day, by_platform, sale):
    """Pay the seller's costs of payment, service and acquisition: the same under every regime."""
    record, fees, books = sale.needs[need], sale.fees, sale.books
    channel, price, seller = np.int64(record["channel"]), record["price"], np.int64(record["seller"])
    platform = fees.platform_account
    cashier = platform if by_platform and fees.platform_takes_payments else seller
    advertiser = platform if channel != STORE and fees.platform_advertises else seller
    pay(books, day, PAYMENT, cashier, LENDERS, cents_of(price * fees.payment_share), need)
    pay(books, day, SERVICE, seller, LABOUR, fees.service, need)
    pay(books, day, ADVERTISING, advertiser, MEDIA, fees.acquisition[channel], need)


@kernel
def store_km(people, customer, store):
    """Distance from a store to the customer's home."""
    for near in range(people.nearest.shape[1]):
        if people.nearest[customer, near] == store:
            return people.km[customer, near]
    return 0.0


@kernel
def hand_over(day, visits, sale, orders, filled):
    """Fulfil today's purchases: from a shelf at once; from a depot by joining the queue of its orders.

    A unit from a shelf was available when requested, so it is counted in ``filled`` (nodes, products).
    """
    goods = sale.goods
    home = outside(goods, AT_HOME)
    for position in range(visits.in_basket[0]):
        need = visits.basket[position]
        record = sale.needs[need]
        node = np.int64(record["place"])
        product = np.int64(record["product"])
        if node >= sale.shelves.first_node:
            seller = np.int64(record["seller"])
            goods.reserved[node, product] -= 1
            filled[node, product] += 1
            movement = StockMovement(SALE, product, node, home, 1, CARRIED_OVER, seller, HOUSEHOLDS, need)
            cost = move(goods, day, movement)
            post_sale(need, day, cost, sale)
        else:
            add_order(orders, day, node, -1, need, product, 1, record["price"])


ORDER = np.dtype(
    [
        ("need", np.int64),
        ("units", np.int64),
        ("price", np.int64),
        ("day", np.int64),
        ("source", np.int64),
        ("buyer", np.int64),
        ("product", np.int64),
    ],
    align=True,
)
"""An order to the node ``source``, by another node (``buyer``) or by a need (then ``buyer`` is -1); ``price`` in cents
per unit, as agreed on the day of the order.
"""


class Orders(NamedTuple):
    """Orders not yet shipped, oldest first: ``used[0]`` of ``lines``.

    ``wanted``, ``passed`` and ``stock`` (nodes, products) are scratch space for dividing scarce stock.
    """

    used: NDArray[np.int64]
    lines: NDArray[np.void]
    wanted: NDArray[np.int64]
    passed: NDArray[np.int64]
    stock: NDArray[np.int64]


@kernel
def add_order(orders, day, source, buyer, need, product, units, price):
    """Add an order at the end of the queue."""
    line = orders.lines[orders.used[0]]
    line["day"] = day
    line["source"] = source
    line["buyer"] = buyer
    line["need"] = need
    line["product"] = product
    line["units"] = units
    line["price"] = price
    orders.used[0] += 1


@kernel
def returns_come_back(day, sale, returns, numbers, seed, supplier_account):
    """Refund returns arriving today, and restock them if their seller still operates, else write them off.

    ``numbers`` are the needs in the rows, empty where a row is its need's number.
    """
    needs, _, _, last_mile, fees, delivery_counts, books, _, goods = sale
    returning, written_off = outside(goods, RETURNING), outside(goods, WRITTEN_OFF)
    draws = stream(seed, PURPOSE_RESTOCK, day)
    need = returns.first[day]
    while need >= 0:
        record = needs[need]
        product = np.int64(record["product"])
        seller = np.int64(record["seller"])
        refund = record["price"] + (record["fee"] if fees.refund_fee else 0)
        pay(books, day, REFUND, seller, HOUSEHOLDS, refund, need)
        pay(books, day, TAX, STATE, HOUSEHOLDS, record["tax"], need)
        pay(books, day, HANDLING, seller, LABOUR, fees.return_handling, need)
        if record["channel"] != STORE and fees.parcel_account >= 0:
            payer = seller if fees.seller_pays_return else HOUSEHOLDS
            pay(books, day, RETURN_FREIGHT, payer, fees.parcel_account, last_mile.parcel_charge[product], need)
            pay(books, day, WAGES, fees.parcel_account, LABOUR, fees.parcel_cost[product], need)
            delivery_counts.parcel[0] += 1
        if through_platform(fees, np.int64(record["channel"]), seller == supplier_account[product]):
            back = cents_of(record["price"] * fees.commission)
            pay(books, day, COMMISSION, fees.platform_account, seller, back, need)
        record["refund"] = refund + record["tax"]
        node = np.int64(record["place"])
        number = numbers[need] if len(numbers) > 0 else need
        if goods.owner[node, product] == seller and uniform(draw(draws, number)) < fees.resaleable:
            cost = record["cost_of_goods"]
            move(goods, day, StockMovement(RESTOCK, product, returning, node, 1, cost, seller, seller, need))
        else:
            move(goods, day, StockMovement(WRITE_OFF, product, returning, written_off, 1, 0, seller, seller, need))
        need = returns.next[need]


@kernel
def deliveries_are_judged(day, sale, catalogue, returns, judging, seed):
    """Let customers inspect today's deliveries: they return or keep them, and trust online buying more or less."""
    needs, people, shelves, last_mile, fees, _, _, deliveries, goods = sale
    drawn_day, draws = day, stream(seed, PURPOSE_RETURN, day)  # most deliveries were bought on the same few days
    need = deliveries.first[day]
    while need >= 0:
        following = deliveries.next[need]
        record = needs[need]
        customer = np.int64(record["customer"])
        product = np.int64(record["product"])
        channel = np.int64(record["channel"])
        seen = judging.seen_in_store or record["seller"] != shelves.retailer[max(record["at_store"], 0)]
        inspected = (channel == STORE and seen) or (
            channel == ENDLESS_AISLE and shelves.sampled[record["at_store"], product]
        )
        chance = catalogue.return_inspected[product] if inspected else catalogue.return_unseen[product]
        sent_back = False
        if chance > 0.0:
            if record["day"] != drawn_day:
                drawn_day = np.int64(record["day"])
                draws = stream(seed, PURPOSE_RETURN, drawn_day)
            sent_back = uniform(draw(draw(draws, customer), product)) < chance
        if sent_back:
            record["returned"] = True
            unrefunded = 0 if fees.refund_fee else record["fee"]
            if channel != STORE and not fees.seller_pays_return:
                unrefunded += last_mile.parcel_charge[product]
            shopping_cost = record["full_price"] - record["price"] - record["fee"] - record["tax"]
            if channel == STORE:  # goods carried home are carried back
                way_back = store_km(people, customer, np.int64(record["at_store"]))
                record["km"] += way_back
                shopping_cost += cents_of(people.travel_cost[customer] * 2.0 * way_back)
            record["surplus"] = -(shopping_cost + unrefunded)
            home, returning = outside(goods, AT_HOME), outside(goods, RETURNING)
            seller = np.int64(record["seller"])
            move(goods, day, StockMovement(RETURN, product, home, returning, 1, 0, HOUSEHOLDS, seller, need))
            schedule(returns, day + fees.return_days, need)
        if channel != STORE:
            fine = not sent_back and record["days"] <= record["quoted_days"] + judging.late_after
            people.trust[customer] += judging.own_rate * ((1.0 if fine else 0.0) - people.trust[customer])
            people.tried[customer] |= 1 << channel
        need = following
