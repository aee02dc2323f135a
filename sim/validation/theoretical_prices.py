"""Where theory has the prices of a chain settle, and why it is silent otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sim.common.number_format import listed
from sim.formulas.chains import Chain
from sim.formulas.successive_monopoly import linear_margins, linear_percentages, linear_stackelberg
from sim.rules.pricing import COST_PLUS, BestResponse, Learning
from sim.scenario import Scenario

LINEAR = {"stackelberg": linear_stackelberg, "margin": linear_margins, "percent": linear_percentages}
SOURCE = {
    "stackelberg": "each firm foresees the response of those below it (Spengler 1950)",
    "margin": "all choose margins in money simultaneously (Choi 1991)",
    "percent": "all choose percentage markups simultaneously",
}
NOTHING = {
    "customers": ("mismatch_cost", "travel_cost", "waiting_cost", "hassle", "scale"),
    "money": ("tax_rate",),
    "delivery.bulk": ("cost_per_shipment", "cost_per_unit_km"),
    "delivery.parcel": ("cost_per_parcel", "cost_per_kg"),
    "suppliers": ("direct_handling_cost",),
    "retailers": ("handling_cost",),
    "platform": ("commission",),
    "selling": ("payment_share", "service_cost", "store_acquisition_cost", "online_acquisition_cost"),
}
"""What theory has nothing of."""


@dataclass(frozen=True)
class Rest:
    """Theory's result for a chain's prices.

    Attributes:
        prices: where they settle, by payee as in ``sim.results.figures.paths``; empty if theory is silent.
        words: the theory, or why there is none, in a sentence.
    """

    words: str
    prices: Mapping[str, float] = field(default_factory=dict)


def resting_in_theory(scenario: Scenario, regime: str) -> Rest:
    """Return theory's equilibrium prices under a regime: one firm after another, under linear demand."""
    arrangement = scenario.regime(regime)
    if not arrangement.chain and arrangement.supplier_channels != ["parcel"]:
        return _silent(
            [f"{scenario.regime_phrase(regime)} is neither a chain of firms nor a supplier that sends parcels"]
        )
    rules: list[Any] = [scenario.suppliers.direct_pricing]
    payees = ["suppliers"]
    if arrangement.chain:
        rules = [scenario.suppliers.pricing, *(tier.pricing for tier in scenario.tiers), scenario.retailers.pricing]
        payees = ["suppliers", *(tier.name for tier in scenario.tiers), "retailers"]
    missing = [*_rules(rules), *_firms(scenario, chain=arrangement.chain), *_demand(scenario)]
    if missing:
        return _silent(missing)
    conduct = rules[0].conduct if isinstance(rules[0], BestResponse) else "stackelberg"
    chain = _chain(scenario, conduct, len(rules))
    if chain is None or chain.consumer_price < scenario.customers.worth.low:
        return _silent(["all customers buy at these prices, so demand is not linear"])
    return Rest(
        f"The dotted line is theory's equilibrium price: {SOURCE[conduct]}, and demand is linear.",
        dict(zip(payees, chain.prices, strict=True)),
    )


def _silent(reasons: Sequence[str]) -> Rest:
    shown = listed(list(dict.fromkeys(reasons))[:3])
    return Rest(f"Theory has no equilibrium price for this market: {shown}.")


def _rules(rules: Sequence[Any]) -> Iterator[str]:
    """Yield why firms with these rules, the first upstream, have no equilibrium that theory knows."""
    if all(isinstance(rule, COST_PLUS) for rule in rules):
        yield "firms follow fixed rules, so prices depend on costs only"
    elif all(isinstance(rule, BestResponse) for rule in rules):
        if len({rule.conduct for rule in rules}) > 1:
            yield "firms have different expectations of each other"
    elif all(isinstance(rule, Learning) for rule in rules):
        if any(above.review_days <= below.review_days for above, below in pairwise(rules)):
            yield "firms learn, and those upstream do not review less often than those downstream"
    else:
        yield "theory covers only chains of firms that all learn, or that all know their best price"


def _firms(scenario: Scenario, *, chain: bool) -> Iterator[str]:
    names = scenario.suppliers.names
    if (len(names) if names else scenario.suppliers.count) != 1:
        yield "several suppliers compete"
    if not chain:
        return
    if any(tier.firms != 1 for tier in scenario.tiers):
        yield "several intermediaries compete in a tier"
    if any(tier.handling_cost for tier in scenario.tiers):
        yield "handling has a cost"
    stores = scenario.retailers.stores
    if stores is None or len(stores) != 1:
        yield "several shops compete"


def _demand(scenario: Scenario) -> Iterator[str]:
    if scenario.customers.worth.distribution != "uniform":
        yield "demand is not linear, because willingness to pay is not uniform"
    given = scenario.model_dump()
    for path in (f"{section}.{name}" for section, names in NOTHING.items() for name in names):
        found: Any = given
        for name in path.split("."):
            found = found[name]
        if found:
            yield f"{path.replace('_', ' ').replace('.', ': ')} is not zero"
    items = scenario.products.items
    if (len(items) if items else scenario.products.count) != 1:
        yield "there are several products"


def _chain(scenario: Scenario, conduct: str, tiers: int) -> Chain | None:
    """Return the chain in equilibrium, None if nothing can be sold at a profit."""
    high, items = scenario.customers.worth.high, scenario.products.items
    cost = items[0].unit_cost if items else scenario.products.unit_cost
    try:
        return LINEAR[conduct](1.0, 1.0 / high, cost, tiers)
    except ValueError:
        return None
