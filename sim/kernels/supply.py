"""Firms count stock and order upstream; unshipped orders wait in the queue, oldest first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.books import (
    FREIGHT,
    FUEL,
    FUEL_SELLERS,
    HANDLING,
    HOUSEHOLDS,
    INPUTS,
    LABOUR,
    WAGES,
    WHOLESALE,
    Books,
    cents_of,
    pay,
)
from sim.kernels.books import PRODUCTION as PRODUCTION_COST
from sim.kernels.codes import NOTHING
from sim.kernels.fulfilment import DeliveryCounts, Orders, add_order, post_sale
from sim.kernels.goods import (
    CARRIED_OVER,
    DISPATCH,
    FACTORY,
    PRODUCTION,
    SALE,
    SPOILAGE,
    SPOILED,
    Goods,
    StockMovement,
    move,
    outside,
    way_to,
)
from sim.kernels.goods import HOUSEHOLDS as AT_HOME
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.randomness import PURPOSE_SPOILAGE, draw, stream, uniform
from sim.kernels.places import distance


class Network(NamedTuple):
    """The trading network, by node.

    ``sources`` (nodes, k) are the depots a node may buy from, -1 if there are fewer; suppliers produce, and a node that
    holds a supplier's consigned goods has that supplier's depot as its only source. ``lines`` (nodes, products) tells
    which products a node deals in: a buyer orders only from sources that carry the product. ``price`` (nodes, products)
    is what a node charges buyers downstream, in cents; ``freight`` per unit and km and ``shipment`` per shipment in
    cents are the carrier's costs, ``margin`` its markup. ``leaving`` (nodes,) marks depots about to close;
    ``freight_paid`` (nodes,) sums what places paid for inbound freight of their own goods, in cents.
    ``unbundled_freight``: goods on the way to a store travel as parcels, one per unit, from their maker's depot;
    ``parcel_charge`` and ``parcel_cost`` (products,) are the carrier's charge and cost per parcel, in cents.
    """

    sources: NDArray[np.int64]
    lines: NDArray[np.bool_]
    east: NDArray[np.float64]
    north: NDArray[np.float64]
    lead_days: NDArray[np.int64]
    price: NDArray[np.int64]
    account: NDArray[np.int64]
    handling: NDArray[np.int64]
    freight: float
    shipment: float
    margin: float
    freight_account: int
    last_shipment: NDArray[np.int64]
    truck_km: NDArray[np.float64]
    shipments: NDArray[np.int64]
    leaving: NDArray[np.bool_]
    freight_paid: NDArray[np.int64]
    unbundled_freight: bool
    parcel_charge: NDArray[np.int64]
    parcel_cost: NDArray[np.int64]


class Flows(NamedTuple):
    """Today's flows in units, (nodes, products): requested, shipped on the day requested, ordered upstream."""

    demand: NDArray[np.int64]
    filled: NDArray[np.int64]
    ordered: NDArray[np.int64]


class SupplyTables(NamedTuple):
    """What production, orders and shipments between firms are read from and written in."""

    network: Network
    goods: Goods
    orders: Orders
    flows: Flows
    books: Books
    delivery_counts: DeliveryCounts


class Shipment(NamedTuple):
    """Units of one product on the way from one node to another, ``owner`` being the account that pays the freight."""

    source: int
    buyer: int
    product: int
    units: int
    owner: int


@kernel
def node_km(network, source, buyer):
    """Distance between two nodes."""
    return distance(network.east[source], network.north[source], network.east[buyer], network.north[buyer])


@kernel
def freight_per_km(network):
    """What a buyer pays per unit and km, in cents: nothing if the parcel charge covers the whole distance."""
    return 0.0 if network.unbundled_freight else network.freight * (1.0 + network.margin)


@kernel
def is_store(network, node):
    """Tell whether a node is a store: shipments start only from depots."""
    return node >= network.last_shipment.shape[0]


@kernel
def choose_source(network, goods, supplier, buyer, product):
    """The source with the lowest landed cost, ties to the nearest; the next one if it is empty; the best if all are
    empty.

    A depot about to close only sells its remaining stock; if no other is left, buyers go to its own source.
    """
    if goods.owner[buyer, product] == network.account[supplier]:
        return supplier
    asked = buyer
    while network.sources[asked, 0] >= 0:
        best, best_cost, best_km = -1, np.inf, np.inf
        best_stocked = False
        for position in range(network.sources.shape[1]):
            source = network.sources[asked, position]
            if source < 0:
                break
            if not network.lines[source, product]:
                continue
            km = node_km(network, source, buyer)
            cost = network.price[source, product] + freight_per_km(network) * km
            stocked = goods.units[source, product] - goods.reserved[source, product] > 0
            if network.leaving[source] and not stocked:
                continue
            better = cost < best_cost or (cost == best_cost and km < best_km)
            if best < 0 or (stocked and not best_stocked) or (stocked == best_stocked and better):
                best, best_cost, best_km, best_stocked = source, cost, km, stocked
        if best >= 0:
            return best
        asked = network.sources[asked, 0]
    return supplier


@kernel
def order_upstream(day, first, quantities, supplier, supply):
    """Turn the quantities that nodes from ``first`` on want, int64[nodes, products], into orders.

    ``supplier`` (products,) makes each product.
    """
    network, flows = supply.network, supply.flows
    for node in range(first, first + quantities.shape[0]):
        for product in range(quantities.shape[1]):
            units = quantities[node - first, product]
            if units > 0:
                source = choose_source(network, supply.goods, supplier[product], node, product)
                price = network.price[source, product]
                add_order(supply.orders, day, source, node, NOTHING, product, units, price)
                flows.ordered[node, product] += units
                flows.demand[source, product] += units


@kernel
def produce(day, quantities, capacity, unit_cost, supply):
    """Start production, int64[suppliers, products], scaled down proportionally if a supplier's daily capacity binds."""
    network, goods = supply.network, supply.goods
    factory = outside(goods, FACTORY)
    horizon = goods.due.shape[0]
    for supplier in range(quantities.shape[0]):
        wanted = 0
        for product in range(quantities.shape[1]):
            wanted += quantities[supplier, product]
        passed, made = 0, 0
        for product in range(quantities.shape[1]):
            units = quantities[supplier, product]
            if units == 0:
                continue
            passed += units
            if wanted > capacity[supplier]:
                units = passed * capacity[supplier] // wanted - made
                made += units
            account = network.account[supplier]
            cost = units * unit_cost[product]
            pay(supply.books, day, PRODUCTION_COST, account, INPUTS, cost, NOTHING)
            way = way_to(goods, supplier)
            movement = StockMovement(PRODUCTION, product, factory, way, units, cost, account, account, NOTHING)
            move(goods, day, movement)
            goods.due[(day + network.lead_days[supplier]) % horizon, supplier, product] += units
            supply.flows.ordered[supplier, product] += units


@kernel
def ship(day, line, units, supply):
    """Ship units of one order to another node: title and payment pass now, and the new owner pays freight."""
    network, goods, books, order = supply.network, supply.goods, supply.books, supply.orders.lines[line]
    source, buyer, product = order["source"], order["buyer"], order["product"]
    owner_out, owner_in = goods.owner[source, product], goods.owner[buyer, product]
    value_in = CARRIED_OVER
    if owner_out != owner_in:
        value_in = units * order["price"]
        pay(books, day, WHOLESALE, owner_in, owner_out, value_in, NOTHING)
    pay(books, day, HANDLING, network.account[source], LABOUR, units * network.handling[source], NOTHING)
    way = way_to(goods, buyer)
    movement = StockMovement(DISPATCH, product, source, way, units, value_in, owner_out, owner_in, NOTHING)
    move(goods, day, movement)
    goods.due[(day + network.lead_days[buyer]) % goods.due.shape[0], buyer, product] += units
    shipment = Shipment(source, buyer, product, units, owner_in)
    if network.unbundled_freight and owner_out != owner_in:
        send_unbundled(day, shipment, supply)
    else:
        send_in_bulk(day, shipment, supply)


@kernel
def send_unbundled(day, shipment, supply):
    """Charge each unit a parcel from its maker's depot to the store, which covers its whole distance."""
    _, buyer, product, units, owner = shipment
    network, books = supply.network, supply.books
    if not is_store(network, buyer):
        return
    charge = units * network.parcel_charge[product]
    network.freight_paid[buyer] += charge
    supply.delivery_counts.parcel[0] += units
    pay(books, day, FREIGHT, owner, network.freight_account, charge, NOTHING)
    pay(books, day, WAGES, network.freight_account, LABOUR, units * network.parcel_cost[product], NOTHING)


@kernel
def send_in_bulk(day, shipment, supply):
    """Charge bulk freight per unit and km, and once for the day's shipment between two places."""
    source, buyer, _, units, owner = shipment
    network, books = supply.network, supply.books
    km = node_km(network, source, buyer)
    haulage = cents_of(units * km * network.freight)
    per_shipment = 0
    if network.last_shipment[source, buyer] != day:
        network.last_shipment[source, buyer] = day
        network.truck_km[0] += 2.0 * km
        network.shipments[0] += 1
        per_shipment = cents_of(network.shipment)
    charge = cents_of((haulage + per_shipment) * (1.0 + network.margin))
    if owner == network.account[buyer]:
        network.freight_paid[buyer] += charge
    pay(books, day, FREIGHT, owner, network.freight_account, charge, NOTHING)
    pay(books, day, FUEL, network.freight_account, FUEL_SELLERS, haulage, NOTHING)
    pay(books, day, WAGES, network.freight_account, LABOUR, per_shipment, NOTHING)


@kernel
def add_up_cohort(line, depots, goods, orders):
    """Add up what depots are asked for by orders of the same day as ``line``, from it on. Returns where they end."""
    end = line
    while end < orders.used[0] and orders.lines[end]["day"] == orders.lines[line]["day"]:
        source, product = orders.lines[end]["source"], orders.lines[end]["product"]
        if depots[0] <= source < depots[1]:
            orders.wanted[source, product] += orders.lines[end]["units"]
            orders.stock[source, product] = goods.units[source, product]
        end += 1
    return end


@kernel
def end_of_cohort(line, orders):
    """Where the orders of the same day as ``line`` end."""
    end = line
    while end < orders.used[0] and orders.lines[end]["day"] == orders.lines[line]["day"]:
        end += 1
    return end


@kernel
def share_of_stock(order, orders):
    """The units an order gets. Of orders adding up to ``wanted`` on ``stock`` units, the first ones up to a running
    total ``t`` get ``t * stock // wanted`` together: whole units, all of them, each order its share."""
    source, product = orders.lines[order]["source"], orders.lines[order]["product"]
    units, wanted, stock = orders.lines[order]["units"], orders.wanted[source, product], orders.stock[source, product]
    if wanted > stock:
        before = orders.passed[source, product]
        orders.passed[source, product] = before + units
        units = (before + units) * stock // wanted - before * stock // wanted
    return units


@kernel
def send(day, order, units, sale, supply):
    """Send units of one order on their way, to another node or to a customer."""
    goods, orders = supply.goods, supply.orders
    source, product = orders.lines[order]["source"], orders.lines[order]["product"]
    if orders.lines[order]["buyer"] >= 0:
        ship(day, order, units, supply)
        return
    need = orders.lines[order]["need"]
    goods.reserved[source, product] -= 1
    owner, home = goods.owner[source, product], outside(goods, AT_HOME)
    movement = StockMovement(SALE, product, source, home, 1, CARRIED_OVER, owner, HOUSEHOLDS, need)
    cost = move(goods, day, movement)
    post_sale(need, day, cost, sale)


@kernel
def serve_orders(day, depots, sale, supply, part):
    """Ship what nodes ``depots[0]`` to ``depots[1]`` have for the orders they hold, days in turn, orders of one day pro
    rata (``share_of_stock``).

    Begins with order ``part[0]`` and pauses when ``part[1]`` were shipped. Returns the order to go on with, to be
    called again before anything else happens to orders or stock; -1 at the end.
    """
    goods, orders, flows = supply.goods, supply.orders, supply.flows
    shipped, line, most = 0, part[0], part[1]
    while line < orders.used[0]:
        if shipped >= most:
            return line
        cohort = line
        while cohort > 0 and orders.lines[cohort - 1]["day"] == orders.lines[line]["day"]:
            cohort -= 1
        # Of a cohort that was begun before a pause, what is wanted was added up then.
        cohort_end = add_up_cohort(line, depots, goods, orders) if cohort == line else end_of_cohort(line, orders)
        for order in range(line, cohort_end):
            if shipped >= most and order > cohort:
                return order
            source = orders.lines[order]["source"]
            if source < depots[0] or source >= depots[1]:
                continue
            units = share_of_stock(order, orders)
            if units == 0:
                continue
            orders.lines[order]["units"] -= units
            shipped += 1
            if orders.lines[order]["day"] == day:
                flows.filled[source, orders.lines[order]["product"]] += units
            send(day, order, units, sale, supply)
        for order in range(cohort, cohort_end):
            source, product = orders.lines[order]["source"], orders.lines[order]["product"]
            orders.wanted[source, product] = 0
            orders.passed[source, product] = 0
        line = cohort_end
    forget_filled(orders)
    return -1


@kernel
def forget_filled(orders):
    """Remove the gaps that shipped orders leave in the queue."""
    kept = 0
    for line in range(orders.used[0]):
        if orders.lines[line]["units"] > 0:
            if kept != line:
                orders.lines[kept] = orders.lines[line]
            kept += 1
    orders.used[0] = kept


@kernel
def goods_spoil(day, perish_rate, goods, seed):
    """Spoil a share of unsold stock on hand: whole units, with fractions rounded at random."""
    key = stream(seed, PURPOSE_SPOILAGE, day)
    spoiled = outside(goods, SPOILED)
    for product in range(len(perish_rate)):
        if perish_rate[product] == 0.0:
            continue
        for node in range(goods.owner.shape[0]):
            free = goods.units[node, product] - goods.reserved[node, product]
            if free <= 0:
                continue
            units = min(free, np.int64(free * perish_rate[product] + uniform(draw(draw(key, node), product))))
            owner = goods.owner[node, product]
            move(goods, day, StockMovement(SPOILAGE, product, node, spoiled, units, 0, owner, owner, NOTHING))
