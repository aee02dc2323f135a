"""Firms that sell what a table says at the prices that it says: who earns what of them, and what they spend."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.scenario.names import stores_per_town, supplier_names
from sim.scenario.schema import Scenario
from sim.tables.assumed_demand import NEAR, mean_price, money_factor, sample_of, volume_factor
from sim.tables.assumptions import Assumptions, price_level
from sim.tables.listed_products import ListedProduct
from sim.tables.sold_products import SoldProduct, suppliers_of

SHOP_SHARE, TIER_SHARE = 0.45, 0.20
"""What shops and the firms above them keep of the gap between cost and price, where no wholesale price is given."""
MOST_SLOTS = 300
WEEKS_ON_SHELF = 2.0
PER_UNIT = (
    "suppliers.direct_handling_cost",
    "retailers.handling_cost",
    "platform.handling_fee",
    "platform.cost_per_sale",
    "selling.service_cost",
    "selling.store_acquisition_cost",
    "selling.online_acquisition_cost",
)
"""Costs of a unit that are taken in proportion to prices."""


def assume_supply(
    sold: Sequence[SoldProduct], products: Sequence[ListedProduct], scenario: Scenario, assumed: Assumptions
) -> None:
    """Choose firms and their prices and costs so that they sell what the table says."""
    _assume_firms(sold, scenario, assumed)
    _assume_prices(sold, scenario, assumed)
    _assume_costs(sold, scenario, assumed)
    _assume_shelves(sold, scenario, assumed)
    _take_lead_times(products, assumed)


def fit_tiers(products: int, scenario: Scenario, assumed: Assumptions) -> None:
    """Leave no firm of a tier without products, where its firms divide them up."""
    for place, tier in enumerate(scenario.tiers):
        if tier.serves == "lines" and tier.firms > products:
            source = "assumption: no firm is left without a product"
            assumed.change(f"tiers.{place}.firms", products, source)
            said = f"the {tier.firms} firms of the tier {tier.name} divide products up, and there are {products}"
            assumed.note(f"{said}: {products} of them remain")


def _assume_firms(sold: Sequence[SoldProduct], scenario: Scenario, assumed: Assumptions) -> None:
    firms = suppliers_of(sold, scenario)
    if firms != [*supplier_names(scenario)]:
        source = "the table, and an assumption: all products without a supplier are those of one firm"
        assumed.change("suppliers.names", firms, source)
        assumed.note(f"the suppliers are {', '.join(firms[:6])}{' ...' if len(firms) > 6 else ''}")
    fit_tiers(len(sold), scenario, assumed)


def _assume_prices(sold: Sequence[SoldProduct], scenario: Scenario, assumed: Assumptions) -> None:
    """Set all prices: those of the table for customers, and shares of the gap to the cost for the firms between."""
    tiers = len(scenario.tiers)
    steps = [[_gaps(each, tiers, step) for each in sold] for step in range(tiers + 1)]
    names = [str(each.item["name"]) for each in sold]
    taken = f"assumption: of the gap between cost and price, shops keep {SHOP_SHARE:.0%}" + (
        f" and the firms above them {TIER_SHARE:.0%}" if tiers else ""
    )
    for step, path in enumerate(("suppliers.pricing", *(f"tiers.{place}.pricing" for place in range(tiers)))):
        prices = dict(zip(names, steps[step], strict=True))
        assumed.change(path, {"rule": "fixed", "prices": prices}, taken)
    shelf = dict(zip(names, (each.price for each in sold), strict=True))
    assumed.change("retailers.pricing", {"rule": "fixed", "prices": shelf}, "the table")
    online = dict(zip(names, (each.online_price for each in sold), strict=True))
    apart = shelf != online
    source = "the table" if apart else "assumption: online, the price is the same as in shops"
    assumed.change("suppliers.direct_pricing", {"rule": "fixed", "prices": online}, source)
    assumed.note("prices are those of the table and stay; `middleman optimise` and `decide` look for better ones")
    if not apart:
        assumed.note("assumed: who buys online pays the same price as in shops, and delivery")
    if any(each.wholesale is None for each in sold):
        assumed.note(taken.replace("assumption", "assumed").replace(": of", ": of", 1))
    below = [str(each.item["name"]) for each in sold if each.price < float(each.item.get("unit_cost", 0.0))]
    if below:
        assumed.note(f"sold below cost: {', '.join(below[:5])}{' ...' if len(below) > 5 else ''}")


def _gaps(product: SoldProduct, tiers: int, step: int) -> float:
    """Return what the firm of a step asks of the next: the supplier at step 0, tiers above it."""
    cost = float(product.item.get("unit_cost", 0.0))
    shops_pay = product.wholesale
    if shops_pay is None:
        shops_pay = product.price - SHOP_SHARE * (product.price - cost)
    if not tiers:
        return round(shops_pay, 2)
    kept = TIER_SHARE / (1.0 - SHOP_SHARE) * (shops_pay - cost)
    return round(shops_pay - kept * (tiers - step) / tiers, 2)


def _assume_costs(sold: Sequence[SoldProduct], scenario: Scenario, assumed: Assumptions) -> None:
    """Take costs of firms in proportion: those of a unit to prices, fixed ones to sales."""
    money = money_factor(sold, scenario)
    if money != 1.0:
        source = f"assumption: as in {scenario.name} in proportion to prices"
        for path in (*PER_UNIT, *(f"tiers.{place}.handling_cost" for place in range(len(scenario.tiers)))):
            _scale(path, money, source, scenario, assumed)
    sales = volume_factor(sold, scenario) * mean_price(sold) / price_level(scenario)
    if 1.0 / NEAR <= sales <= NEAR:
        return
    source = f"assumption: as in {scenario.name} in proportion to sales"
    for path in ("retailers.rent", "retailers.fixed_cost", "platform.fixed_cost", "contacts.cost"):
        _scale(path, sales, source, scenario, assumed)
    for place in range(len(scenario.tiers)):
        _scale(f"tiers.{place}.fixed_cost", sales, source, scenario, assumed)
    makers = len(supplier_names(scenario)) / max(1, len(suppliers_of(sold, scenario)))
    _scale("suppliers.fixed_cost", sales * makers, source, scenario, assumed)
    _scale("delivery.bulk.cost_per_shipment", min(1.0, sales), source, scenario, assumed)
    assumed.note(
        f"assumed: fixed costs of firms are those of {scenario.name} in proportion to sales (x {sales:.3g}), costs of "
        f"handling and selling a unit in proportion to prices (x {money:.3g}); parcels and couriers cost the same"
    )


def _scale(path: str, factor: float, source: str, scenario: Scenario, assumed: Assumptions) -> None:
    value: object = scenario
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else getattr(value, step)
    if isinstance(value, float) and value:
        assumed.change(path, float(f"{value * factor:.6g}"), source)


def _assume_shelves(sold: Sequence[SoldProduct], scenario: Scenario, assumed: Assumptions) -> None:
    """Let shops carry all products, and hold what they sell between two orders."""
    retailers, count = scenario.retailers, len(sold)
    slots = min(count, MOST_SLOTS)
    source = f"assumption: shops carry {'all products' if slots == count else f'{slots} of the products'}"
    if retailers.stores is None and retailers.slots != slots:
        assumed.change("retailers.slots", slots, source)
        assumed.note(source.replace("assumption", "assumed"))
    for place, store in enumerate(retailers.stores or []):
        if 0 < store.slots < slots:
            assumed.change(f"retailers.stores.{place}.slots", slots, source)
    units = max((each.units or 0.0 for each in sold), default=0.0) * sample_of(sold, scenario)
    stores = len(retailers.stores) if retailers.stores is not None else sum(stores_per_town(scenario))
    weeks = WEEKS_ON_SHELF + (retailers.replenishment.review_days + retailers.lead_time) / 7.0
    needed = math.ceil(units / max(1, stores) * weeks)
    if needed > retailers.stock_per_slot:
        assumed.change("retailers.stock_per_slot", needed, "assumption: room for what is sold between two orders")


def _take_lead_times(products: Sequence[ListedProduct], assumed: Assumptions) -> None:
    """Set the lead time of suppliers: the table's, or their mean by units if they differ."""
    given = [
        (float(product.others["lead_time"]), product.units if product.units is not None else 1.0)
        for product in products
        if "lead_time" in product.others
    ]
    if not given:
        return
    weights = sum(weight for _, weight in given) or float(len(given))
    mean = sum(days * (weight if weights else 1.0) for days, weight in given) / weights
    days = max(1, round(mean))
    assumed.change("suppliers.lead_time", days, "the table")
    if len({each for each, _ in given}) > 1 or days != mean:
        spread = f"from {min(given)[0]:g} to {max(given)[0]:g} days"
        assumed.note(f"lead times are {spread}; the market knows one for all products of a supplier: {days} days")
