"""What falls due at the end of a day: rents, fixed costs, contacts, interest, carriers' costs, subsidies."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.charges import Charge, InBusiness, Payments, as_payments, standing_charges
from sim.engine.construction import cents
from sim.engine.daily_records import Trips
from sim.engine.replenishment import keeps_in_stock
from sim.engine.state import State
from sim.kernels.books import KINDS
from sim.scenario.names import COURIERS

DAYS_A_YEAR = 365.0


def renew_standing_charges(state: State, there: InBusiness) -> None:
    """Work out again what falls due every day: see ``standing_charges``."""
    state.charges.standing = standing_charges(state.world, state.regime, there)


def renew_contacts(state: State) -> None:
    """Count trading relations again: one for each place and depot its goods come from, paid by the goods' owner.

    Of the depots that serve a place, those count that deal in anything it carries.

    Without the tiers' service of keeping contacts, stores keep one with every maker, and tiers none.
    """
    cost, bundled = cents(state.scenario.contacts.cost), state.scenario.services.contacts
    relations: dict[int, int] = {}
    state.charges.contact_cents[:] = 0
    buyers = state.levels[1:] if bundled else state.levels[1:][-1:]
    for level in buyers if cost else ():
        carried = keeps_in_stock(level, state.world, state.shelves)
        for node in range(level.nodes.start, level.nodes.stop):
            for owner, count in relations_of(state, node, carried[node - level.nodes.start]):
                relations[owner] = relations.get(owner, 0) + count
                if owner == state.network.account[node]:
                    state.charges.contact_cents[node] += count * cost
    accounts = state.ledger.accounts
    state.charges.contacts = [
        Charge("contact", accounts[owner], "labour", count * cost) for owner, count in relations.items()
    ]


def relations_of(state: State, node: int, kept: BoolArray) -> Iterable[tuple[int, int]]:
    """Yield who pays for how many relations of a place that keeps these products, (products,)."""
    network, own, makers = state.network, state.stock.goods.owner[node], state.world.catalogue.supplier
    bought = kept & (own == network.account[node])
    sources = network.sources[node] if state.scenario.services.contacts else network.sources[node][:0]
    sources = sources[sources >= 0]
    listed = int(network.lines[sources][:, bought].any(axis=1).sum())
    if listed:
        yield int(network.account[node]), listed
    from_makers = kept & ~bought if len(sources) else kept
    for maker in np.unique(makers[from_makers]):
        yield int(own[from_makers & (makers == maker)][0]), 1


def pay_what_is_due(state: State) -> IntArray:
    """Make all payments that are due. Return the book value of stock by owner, in cents, shape (accounts,)."""
    ledger, day = state.ledger, state.day
    value = state.stock.book_value(len(ledger.accounts))
    ledger.pay_all(day, *state.charges.every_day(ledger.number))
    ledger.pay_all(day, *interest(state, value))
    ledger.pay_all(day, *as_payments(couriers_costs(state), ledger.number))
    if state.regime.at_cost:
        ledger.pay_all(day, *as_payments(subsidies(state, value), ledger.number))
    return value


def interest(state: State, value: IntArray) -> Payments:
    """Return a day's interest on every firm's book value of stock, (accounts,)."""
    rate = state.scenario.money.interest_rate / DAYS_A_YEAR
    owing = np.flatnonzero(value) if rate else np.empty(0, dtype=np.intp)
    kinds, lenders = np.full_like(owing, KINDS.index("interest")), np.full_like(owing, state.ledger.number["lenders"])
    return Payments(kinds, owing, lenders, np.rint(value[owing] * rate).astype(np.int64))


def couriers_costs(state: State) -> list[Charge]:
    """Return couriers' costs of the day, and record what all carriers drove."""
    km, wages, fuel = state.courier_tariff.close(state.day, state.delivery_counts)
    record_trips(state, km)
    return [Charge("wages", COURIERS, "labour", wages), Charge("fuel", COURIERS, "fuel", fuel)]


def record_trips(state: State, courier_km: FloatArray) -> None:
    """Write down the day's stops and km by carrier, (towns,) for couriers, and begin to count again."""
    network, delivery_counts, records, day = state.network, state.delivery_counts, state.records, state.day
    if network.shipments[0]:
        records.trips.append(Trips(day, records.bulk, -1, int(network.shipments[0]), float(network.truck_km[0])))
    if delivery_counts.parcel[0]:
        km = state.scenario.delivery.parcel.km_per_parcel * int(delivery_counts.parcel[0])
        records.trips.append(Trips(day, records.parcels, -1, int(delivery_counts.parcel[0]), km))
    for town in np.flatnonzero(delivery_counts.courier):
        drops, km = int(delivery_counts.courier[town]), float(courier_km[town])
        records.trips.append(Trips(day, records.couriers, int(town), drops, km))
    network.shipments[0], network.truck_km[0], delivery_counts.parcel[0] = 0, 0.0, 0
    delivery_counts.courier[:], delivery_counts.courier_km[:] = 0, 0.0


def subsidies(state: State, value: IntArray) -> list[Charge]:
    """Return what the state pays so that no firm ends below its opening, and takes back when it recovers."""
    accounts, subsidised = state.ledger.accounts, state.charges.subsidised
    profit = state.ledger.books.balances + value - state.opening_book_value
    charges: list[Charge] = []
    for account in np.flatnonzero(state.in_business):
        due = int(max(-profit[account], -subsidised[account]))
        subsidised[account] += due
        if due > 0:
            charges.append(Charge("subsidy", "state", accounts[account], due))
        elif due < 0:
            charges.append(Charge("subsidy", accounts[account], "state", -due))
    return charges
