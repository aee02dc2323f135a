"""Checks of stores, regimes and size: something is for sale, and the market is small enough to run."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.finding import Conflict, listed_twice
from sim.scenario.checks.people import enough_customers
from sim.scenario.names import product_names, retailer_names, stores_per_town, supplier_names
from sim.scenario.regimes import FROM_SHELF, Regime
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path

MOST_CELLS = 200_000_000


def stores_offer_something(scenario: Scenario) -> Iterator[Conflict]:
    """Every store has shelf slots or samples."""
    retailers = scenario.retailers
    allowed = "a store needs shelf slots, or samples if it is a showroom"
    for position, store in enumerate(retailers.stores or []):
        if store.slots == 0 and store.samples == 0:
            yield Conflict(("retailers", "stores", position, "slots"), 0, allowed, "give it slots or samples above 0")
    if retailers.stores is not None:
        return
    if retailers.slots == 0:
        remedy = "raise it, or give showrooms one by one under retailers.stores"
        yield Conflict(("retailers", "slots"), 0, allowed, remedy)
    if retailers.showrooms_per_town > 0 and retailers.samples == 0:
        remedy = "raise it, or set showrooms_per_town to 0"
        yield Conflict(("retailers", "samples"), 0, "a showroom needs samples", remedy)


def choices_belong_to_needs(scenario: Scenario) -> Iterator[Conflict]:
    """Offers considered are recorded by need, so that needs have to be kept, too."""
    if scenario.records.choices and not scenario.records.of_all:
        allowed = 'with records.choices each need is kept, which is records.needs = "records"'
        remedy = 'set records.needs to "records", or records.choices to false'
        yield Conflict(("records", "needs"), scenario.records.needs, allowed, remedy)


def every_firm_of_a_tier_serves_somebody(scenario: Scenario) -> Iterator[Conflict]:
    """A tier has no more firms than there are product lines, or buying firms, to divide among them."""
    firms = [*(tier.firms for tier in scenario.tiers), len(retailer_names(scenario))]
    products = len(product_names(scenario))
    for position, tier in enumerate(scenario.tiers):
        there_are = {"lines": (products, "products"), "chains": (firms[position + 1], "buying firms")}.get(tier.serves)
        if there_are is not None and tier.firms > there_are[0]:
            count, of_what = there_are
            allowed = f'with serves = "{tier.serves}" each firm needs {of_what} of its own, and there are {count}'
            remedy = 'lower it, or set serves to "all" or "nearest"'
            yield Conflict(("tiers", position, "firms"), tier.firms, allowed, remedy)


def position_around_needs_a_ring(scenario: Scenario) -> Iterator[Conflict]:
    """Only stores in ring-shaped towns have a position around the ring."""
    geography = scenario.geography
    shapes = {town.name: town.shape for town in geography.towns or []}
    for position, store in enumerate(scenario.retailers.stores or []):
        shape = shapes.get(store.town, geography.shape if geography.towns is None else "ring")
        if store.around is not None and shape != "ring":
            path = ("retailers", "stores", position, "around")
            yield Conflict(path, store.around, f"its town is a {shape}, not a ring", "give east and north instead")


def regimes_fit_together(scenario: Scenario) -> Iterator[Conflict]:
    """A scenario's own regimes sell something, through channels that their shelves allow."""
    for name, regime in scenario.regimes.items():
        path: Path = ("regimes", name)
        if not regime.own_channels and not regime.supplier_channels:
            allowed = "nothing is for sale: the regime has neither own_channels nor supplier_channels"
            yield Conflict(path, None, allowed, 'for example supplier_channels = ["parcel"]')
            continue
        for channels in ("own_channels", "supplier_channels"):
            yield from listed_twice(getattr(regime, channels), (*path, channels))
        yield from _own_channels_fit(path, regime)
        yield from _supplier_channels_fit(path, regime)
        yield from _aisle_has_a_store(path, regime)


def _own_channels_fit(path: Path, regime: Regime) -> Iterator[Conflict]:
    own_shelves = regime.shelves in ("own", "mixed")
    for position, channel in enumerate(regime.own_channels):
        if channel not in FROM_SHELF:
            allowed = "retailers sell from the shelf: store, pickup or courier"
            yield Conflict((*path, "own_channels", position), channel, allowed, "move it to supplier_channels")
    if regime.own_channels and not own_shelves:
        allowed = f'retailers own no goods when shelves = "{regime.shelves}"'
        yield Conflict((*path, "own_channels"), regime.own_channels, allowed, 'set shelves to "own" or "mixed"')
    if own_shelves and not regime.own_channels:
        allowed = "customers could not buy what retailers own"
        yield Conflict((*path, "own_channels"), None, allowed, 'set own_channels = ["store"], or change shelves')
    if regime.chain and not own_shelves:
        allowed = "the chain of intermediaries ends at shelves that retailers own"
        yield Conflict((*path, "shelves"), regime.shelves, allowed, 'set it to "own" or "mixed", or set chain to false')


def _supplier_channels_fit(path: Path, regime: Regime) -> Iterator[Conflict]:
    consigned = regime.shelves in ("consigned", "mixed")
    from_shelf = [channel for channel in regime.supplier_channels if channel in FROM_SHELF]
    if from_shelf and not consigned:
        allowed = f'suppliers have no goods in stores when shelves = "{regime.shelves}"'
        remedy = 'use only parcel and endless_aisle, or set shelves to "consigned" or "mixed"'
        yield Conflict((*path, "supplier_channels"), from_shelf, allowed, remedy)
    if consigned and not from_shelf:
        allowed = "customers could not buy what suppliers keep in the stores"
        yield Conflict(
            (*path, "supplier_channels"), regime.supplier_channels, allowed, 'add "store", or change shelves'
        )


def _aisle_has_a_store(path: Path, regime: Regime) -> Iterator[Conflict]:
    """An endless aisle is ordered inside a store, so the regime needs stores."""
    if "endless_aisle" in regime.supplier_channels and regime.shelves == "none":
        position = regime.supplier_channels.index("endless_aisle")
        allowed = 'there is no store to order from when shelves = "none"'
        yield Conflict((*path, "supplier_channels", position), "endless_aisle", allowed, "remove it, or set shelves")


def stocks_are_not_too_many(scenario: Scenario) -> Iterator[Conflict]:
    """The number of stocks and prices, one for each product and place, fits into memory."""
    retailers = scenario.retailers
    if retailers.stores is not None:
        stores = len(retailers.stores)
    elif not enough_customers(scenario):
        return
    else:
        per_town = stores_per_town(scenario)
        stores = sum(per_town) + retailers.showrooms_per_town * len(per_town)
    places = len(supplier_names(scenario)) + sum(tier.firms for tier in scenario.tiers) + stores
    products = len(product_names(scenario))
    if products * places > MOST_CELLS:
        stocks = f"{products} products at {places} places make {products * places:.3g} stocks"
        allowed = f"{stocks}; at most {MOST_CELLS:.0e} fit"
        yield Conflict(("products", "count"), None, allowed, "lower products, or raise retailers.people_per_store")
