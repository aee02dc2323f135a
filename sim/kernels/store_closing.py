"""Orders and goods of places that close: orders are cancelled, stock is written off or sent back."""

from __future__ import annotations

from sim.kernels.books import FREIGHT, FUEL, FUEL_SELLERS, LABOUR, WAGES, cents_of, pay
from sim.kernels.codes import NOTHING
from sim.kernels.goods import (
    CARRIED_OVER,
    DISPATCH,
    WRITE_OFF,
    WRITTEN_OFF,
    StockMovement,
    move,
    outside,
    way_to,
)
from sim.kernels.numerics.compiler import kernel
from sim.kernels.supply import forget_filled, node_km


@kernel
def cancel_orders(orders, buys_no_more, sells_no_more):
    """Cancel unshipped orders between firms: those buyers no longer want, bool[nodes, products], and those owed by
    closing depots, bool[nodes]. Nothing was paid for them. Returns the units cancelled.
    """
    struck = 0
    for line in range(orders.used[0]):
        buyer, source = orders.lines[line]["buyer"], orders.lines[line]["source"]
        if buyer < 0:
            continue
        if sells_no_more[source] or buys_no_more[buyer, orders.lines[line]["product"]]:
            struck += orders.lines[line]["units"]
            orders.lines[line]["units"] = 0
    forget_filled(orders)
    return struck


@kernel
def write_off(day, node, account, goods):
    """Write off what an account owns at a node. Returns units and book value written off."""
    units, value = 0, 0
    gone = outside(goods, WRITTEN_OFF)
    for product in range(goods.owner.shape[1]):
        left = goods.units[node, product]
        if left > 0 and goods.owner[node, product] == account:
            movement = StockMovement(WRITE_OFF, product, node, gone, left, 0, account, account, NOTHING)
            value += move(goods, day, movement)
            units += left
    return units, value


@kernel
def send_back(day, node, depot, supply):
    """Send what the firm of a depot owns at a node back to the depot, in one shipment that it pays for. Returns the
    units.

    The goods are in transit for the depot's lead time, like all its deliveries.
    """
    network, goods, books = supply.network, supply.goods, supply.books
    account, way = network.account[depot], way_to(goods, depot)
    due = (day + network.lead_days[depot]) % goods.due.shape[0]
    units = 0
    for product in range(goods.owner.shape[1]):
        left = goods.units[node, product]
        if left > 0 and goods.owner[node, product] == account:
            movement = StockMovement(DISPATCH, product, node, way, left, CARRIED_OVER, account, account, NOTHING)
            move(goods, day, movement)
            goods.due[due, depot, product] += left
            units += left
    if units == 0:
        return 0
    km = node_km(network, node, depot)
    haulage, per_shipment = cents_of(units * km * network.freight), cents_of(network.shipment)
    charge = cents_of((haulage + per_shipment) * (1.0 + network.margin))
    pay(books, day, FREIGHT, account, network.freight_account, charge, NOTHING)
    pay(books, day, FUEL, network.freight_account, FUEL_SELLERS, haulage, NOTHING)
    pay(books, day, WAGES, network.freight_account, LABOUR, per_shipment, NOTHING)
    network.truck_km[0] += 2.0 * km
    network.shipments[0] += 1
    return units
