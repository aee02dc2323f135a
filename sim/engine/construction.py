"""From a world and a regime to the arrays a run works on, and the opening stock."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.table import empty_table
from sim.common.types import CENTS
from sim.engine.codes import NOTHING
from sim.engine.firms.forecasts import Forecasts
from sim.engine.firms.level import Level, group_by_rule
from sim.engine.replenishment import one_pass
from sim.engine.selling_costs import platform_finds_customers
from sim.kernels.choices import CONSIDERED, Choices
from sim.kernels.fulfilment import ORDER, DeliveryCounts, FeeSchedule, Orders
from sim.kernels.needs import WORD, Calendar, RowReuse, Visits
from sim.kernels.numerics.elementary import exp, gumbel_table
from sim.kernels.offers import CHANNELS, OFFER, LastMile, MarketRules, Shelves
from sim.kernels.places import distance
from sim.kernels.supply import Flows, Network
from sim.scenario import Scenario
from sim.scenario.firms import FirmRules, Online
from sim.scenario.names import (
    BULK_FREIGHT,
    COURIERS,
    PARCEL_CARRIER,
    PLATFORM,
    supplier_names,
    tier_names,
)
from sim.scenario.regimes import CHANNELS as CHANNEL_NAMES
from sim.scenario.regimes import Regime
from sim.world.geography import as_seed
from sim.world.world import World

HOURS = 24.0
LEAST_CAPACITY = 1e-3
"""Units a day for the quotes of a maker that can make nothing: a wait beyond any run, and still a number."""


def cents(amount: float) -> int:
    """Return an amount of currency in whole cents, half to even."""
    return int(np.rint(amount * CENTS))


def has_channel(regime: Regime, *channels: str) -> bool:
    """Tell whether anybody sells by one of these channels."""
    return any(channel in channels for channel in (*regime.own_channels, *regime.supplier_channels))


def active_levels(world: World, regime: Regime) -> list[int]:
    """Return the numbers of the levels that take part: suppliers always, the others as the regime says."""
    tiers = range(1, len(world.places.levels) - 1) if regime.chain else ()
    stores = () if regime.shelves == "none" else (len(world.places.levels) - 1,)
    return [0, *tiers, *stores]


def active_firms(world: World, regime: Regime) -> frozenset[str]:
    """Return the names of the firms that have a role in the regime."""
    scenario = world.scenario
    names = {*supplier_names(scenario)}
    if regime.chain:
        names.update(name for k in range(len(scenario.tiers)) for name in tier_names(scenario, k))
    if regime.shelves != "none":
        names.update(world.accounts[account] for account in world.places.account[world.places.stores])
        names.add(BULK_FREIGHT)
    elif regime.chain:
        names.add(BULK_FREIGHT)
    if regime.platform:
        names.add(PLATFORM)
    if has_channel(regime, "parcel", "endless_aisle", "courier", "pickup"):
        names.add(PARCEL_CARRIER)
    if has_channel(regime, "courier"):
        names.add(COURIERS)
    return frozenset(names)


def stores_may_close(scenario: Scenario) -> bool:
    """Tell whether any store may give up, so that customers may have to look for others."""
    rules = [scenario.retailers.closing, *(own.closing for own in scenario.firms.values() if own.closing is not None)]
    return any(rule.acts for rule in rules)


def make_levels(world: World, regime: Regime) -> list[Level]:
    """Return the levels that take part, top of the chain first, each with the rules of its firms."""
    scenario = world.scenario
    last = len(world.places.levels) - 1
    levels = []
    for number in active_levels(world, regime):
        if number == 0:
            kind: Any = scenario.suppliers
            owners = supplier_names(scenario)
        elif number == last:
            kind = scenario.retailers
            owners = tuple(world.accounts[account] for account in world.places.account[world.places.stores])
        else:
            kind = scenario.tiers[number - 1]
            owners = tier_names(scenario, number - 1)
        levels.append(make_level(world, number, kind, owners))
    return levels


def make_level(world: World, number: int, kind: Any, owners: tuple[str, ...]) -> Level:
    """Return one level: each firm's own rule where it has one, else that of its kind."""
    own = world.scenario.firms

    def rules(name: str) -> list[Any]:
        return [getattr(own.get(owner, FirmRules()), name) or getattr(kind, name) for owner in owners]

    level = Level(
        number=number,
        nodes=world.places.levels[number],
        lines=world.lines[world.places.levels[number]].copy(),
        pricing=group_by_rule(rules("pricing")),
        direct_pricing=group_by_rule(rules("direct_pricing")) if number == 0 else [],
        replenishment=group_by_rule(rules("replenishment")),
        assortment=group_by_rule(rules("assortment")) if hasattr(kind, "assortment") else [],
        closing=group_by_rule(rules("closing")) if hasattr(kind, "closing") else [],
        direct_entry=group_by_rule(rules("direct_entry")) if hasattr(kind, "direct_entry") else [],
        forecasts=Forecasts(rules("replenishment"), len(world.product_names)),
        stock_limit=getattr(kind, "stock_per_slot", np.iinfo(np.int64).max),
        customers_wait=kind is not world.scenario.retailers,
    )
    level.one_pass = one_pass(level, world.places.lead_days)
    return level


def make_network(world: World, regime: Regime) -> Network:
    """Return the trading network; without a chain, stores buy from the suppliers themselves."""
    scenario, places = world.scenario, world.places
    bulk = scenario.delivery.bulk
    parcel = parcel_cents(scenario, world.catalogue.weight)
    handling = np.zeros(len(places), dtype=np.int64)
    for number, tier in enumerate(scenario.tiers, start=1):
        handling[places.levels[number]] = cents(tier.handling_cost)
    return Network(
        sources=places.sources.copy() if regime.chain else np.full_like(places.sources, NOTHING),
        lines=world.lines.copy(),
        east=places.east,
        north=places.north,
        lead_days=places.lead_days,
        price=np.zeros((len(places), len(world.product_names)), dtype=np.int64),
        account=places.account,
        handling=handling,
        freight=bulk.cost_per_unit_km * CENTS,
        shipment=bulk.cost_per_shipment * CENTS,
        margin=0.0 if regime.at_cost else bulk.margin,
        freight_account=world.accounts.index(BULK_FREIGHT),
        last_shipment=np.full((places.stores.start, len(places)), -1, dtype=np.int64),
        truck_km=np.zeros(1),
        shipments=np.zeros(1, dtype=np.int64),
        leaving=np.zeros(len(places), dtype=np.bool_),
        freight_paid=np.zeros(len(places), dtype=np.int64),
        unbundled_freight=not scenario.services.freight,
        parcel_charge=np.rint(parcel * (1.0 + (0.0 if regime.at_cost else scenario.delivery.parcel.margin))).astype(
            np.int64
        ),
        parcel_cost=parcel,
    )


def make_shelves(world: World, regime: Regime) -> Shelves:
    """Return the shelves, still empty. Where suppliers have channels to customers, all of them use them."""
    places = world.places
    shape = (places.stores.stop - places.stores.start, len(world.product_names))
    return Shelves(
        offered=np.zeros(shape, dtype=np.bool_),
        carried=np.zeros(shape, dtype=np.bool_),
        consigned=np.zeros(shape, dtype=np.bool_),
        sampled=np.zeros(shape, dtype=np.bool_),
        list_price=np.zeros(shape, dtype=np.int64),
        direct_price=np.zeros(shape[1], dtype=np.int64),
        direct=np.full(shape[1], bool(regime.supplier_channels)),
        retailer=np.ascontiguousarray(places.account[places.stores]),
        town=np.ascontiguousarray(places.town[places.stores]),
        first_node=places.stores.start,
    )


def reach_of_advertising(online: Online) -> float:
    """Return the chance that advertising alone brings a customer to consider an online channel it never used."""
    if online.advertising_scale == 0:
        return 1.0
    return float(1.0 - exp(-online.advertising_per_head / online.advertising_scale))


def make_market_rules(world: World, regime: Regime) -> MarketRules:
    """Return the market rules of a regime."""
    scenario = world.scenario
    delivery = scenario.delivery
    parcel = parcel_days(world)
    free_above = np.inf if delivery.free_above is None else cents(delivery.free_above)

    def flags(channels: list[Any]) -> NDArray[np.bool_]:
        return np.array([name in channels for name in CHANNEL_NAMES])

    return MarketRules(
        own_channels=flags(regime.own_channels),
        supplier_channels=flags(regime.supplier_channels),
        acceptance=np.array([getattr(scenario.customers.acceptance, name) for name in CHANNEL_NAMES]),
        shares_stock=regime.shares_stock,
        scale=scenario.customers.scale * CENTS,
        awareness=np.full(len(world.towns), reach_of_advertising(scenario.online)),
        tax_rate=scenario.money.tax_rate,
        customer_pays=delivery.paid_by == "customer" or regime.at_cost,
        free_above=np.inf if regime.at_cost else float(free_above),
        seed=int(as_seed(world.seed)),
        gumbel=gumbel_table(),
        store_days=np.zeros_like(parcel) if scenario.services.stock else parcel,
        seen_in_store=scenario.services.inspection,
    )


def parcel_cents(scenario: Scenario, weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the carrier's cost of a parcel by product, in cents."""
    parcel = scenario.delivery.parcel
    return np.rint((parcel.cost_per_parcel + parcel.cost_per_kg * weight) * CENTS).astype(np.int64)


def parcel_days(world: World) -> NDArray[np.float64]:
    """Return days from an order to the door where no parcel waits in a queue, shape (towns, suppliers)."""
    places, towns, parcel = world.places, world.towns, world.scenario.delivery.parcel
    km = np.array(
        [
            [distance(places.east[d], places.north[d], east, north) for d in range(places.suppliers.stop)]
            for east, north in zip(towns.east, towns.north, strict=True)
        ]
    )
    days: NDArray[np.float64] = parcel.handling_days + km / parcel.speed
    return days


def make_last_mile(world: World, regime: Regime, courier_charge: NDArray[np.int64]) -> LastMile:
    """Return times, queues and charges of the way to the customer."""
    scenario, places, towns = world.scenario, world.places, world.towns
    parcel, courier = scenario.delivery.parcel, scenario.delivery.courier
    depots = places.suppliers
    cost = parcel_cents(scenario, world.catalogue.weight)
    margin = 0.0 if regime.at_cost else parcel.margin
    limit = scenario.suppliers.capacity
    return LastMile(
        pickup_days=scenario.delivery.pickup_hours / HOURS,
        courier_handling=courier.handling_hours / HOURS,
        courier_days_per_km=1.0 / (courier.speed * HOURS),
        courier_days_per_drop=0.0 if courier.capacity is None else 1.0 / courier.capacity,
        courier_backlog=np.zeros(len(towns)),
        courier_clock=np.zeros(len(towns)),
        courier_charge=courier_charge,
        parcel_days=parcel_days(world),
        parcel_days_per_drop=0.0 if parcel.capacity is None else 1.0 / parcel.capacity,
        parcel_backlog=np.zeros(depots.stop),
        parcel_clock=np.zeros(depots.stop),
        parcel_charge=np.rint(cost * (1.0 + margin)).astype(np.int64),
        restock_days=np.full(depots.stop, float(scenario.suppliers.lead_time)),
        capacity=np.full(depots.stop, np.inf if limit is None else max(float(limit), LEAST_CAPACITY)),
        owed=np.zeros((depots.stop, len(world.product_names)), dtype=np.int64),
        to_be_made=np.zeros(depots.stop, dtype=np.int64),
    )


def make_fee_schedule(world: World, regime: Regime, firms: frozenset[str]) -> FeeSchedule:
    """Return who gets what of a sale."""
    scenario, selling = world.scenario, world.scenario.selling

    def account(name: str) -> int:
        return world.accounts.index(name) if name in firms else NOTHING

    return FeeSchedule(
        platform_account=account(PLATFORM),
        courier_account=account(COURIERS),
        parcel_account=account(PARCEL_CARRIER),
        commission=0.0 if regime.at_cost else scenario.platform.commission,
        commission_online=regime.commission_on == "online",
        handling_fee=0 if regime.at_cost else cents(scenario.platform.handling_fee),
        platform_cost=cents(scenario.platform.cost_per_sale),
        store_handling=cents(scenario.retailers.handling_cost),
        direct_handling=cents(scenario.suppliers.direct_handling_cost),
        parcel_cost=parcel_cents(scenario, world.catalogue.weight),
        return_days=scenario.returns.days,
        return_handling=cents(scenario.returns.handling_cost),
        seller_pays_return=scenario.returns.paid_by == "seller",
        refund_fee=scenario.returns.refund_fee,
        resaleable=scenario.returns.resaleable,
        payment_share=selling.payment_share,
        service=cents(selling.service_cost),
        acquisition=np.array(
            [
                cents(selling.store_acquisition_cost if name == "store" else selling.online_acquisition_cost)
                for name in CHANNEL_NAMES
            ]
        ),
        platform_takes_payments=scenario.platform.takes_payments,
        platform_advertises=platform_finds_customers(scenario, regime),
    )


def one_counter() -> NDArray[np.int64]:
    """Return a counter at zero, as kernels write it."""
    return np.zeros(1, dtype=np.int64)


def make_visits(customers: int, rows: int, *, reuses: bool = False) -> Visits:
    """Return the tables of visits with no visit yet; ``reuses``: rows of needs are used again."""
    numbers = rows if reuses else 0
    reuse = RowReuse(
        np.empty(numbers, dtype=np.int64),
        np.empty(numbers, dtype=np.int64),
        one_counter(),
        one_counter(),
        np.empty(numbers, dtype=np.int64),
        one_counter(),
    )
    return Visits(
        np.zeros(customers, dtype=np.bool_),
        np.zeros(-(-customers // WORD), dtype=np.uint64),
        np.empty((2, WORD), dtype=np.int64),
        np.empty(customers, dtype=np.int32),
        one_counter(),
        np.empty(rows, dtype=np.int64),
        one_counter(),
        np.empty(rows, dtype=np.int64),
        one_counter(),
        reuse,
    )


def make_calendar(days: int, rows: int, *, on_disk: bool = False) -> Calendar:
    """Return a calendar of a run on which nothing is due."""
    following = empty_table(rows, np.int64, on_disk=on_disk)
    return Calendar(np.full(days, -1, dtype=np.int64), np.zeros(days, dtype=np.int64), following)


def make_orders(nodes: int, products: int, rows: int, *, on_disk: bool = False) -> Orders:
    """Return an empty queue of orders."""
    scratch = (np.zeros((nodes, products), dtype=np.int64) for _ in range(3))
    return Orders(one_counter(), empty_table(rows, ORDER, on_disk=on_disk), *scratch)


def make_offers(world: World) -> NDArray[np.void]:
    """Return scratch space for all the offers one customer can consider."""
    breadth = world.catalogue.considered.shape[1]
    most = breadth * (world.population.nearest.shape[1] * (CHANNELS + 1) + 2)
    return np.empty(most, dtype=OFFER)


def make_choices(scenario: Scenario, most: int) -> Choices:
    """Return an empty record of what customers consider, with room for one of them where it is to be kept."""
    if not scenario.records.choices:
        return Choices(np.empty(0, dtype=CONSIDERED), one_counter())
    return Choices(empty_table(most + 1, CONSIDERED, on_disk=scenario.records.on_disk), one_counter())


def make_flows(nodes: int, products: int) -> Flows:
    """Return a day's flows, all zero."""
    return Flows(*(np.zeros((nodes, products), dtype=np.int64) for _ in Flows._fields))


def make_delivery_counts(towns: int) -> DeliveryCounts:
    """Return a day's deliveries, none yet."""
    return DeliveryCounts(np.zeros(towns, dtype=np.int64), np.zeros(towns), one_counter())
