"""Checks that pricing and ordering rules can do what the scenario asks of them."""

from __future__ import annotations

from collections.abc import Iterator

from sim.rules.assortment import AssortmentRule
from sim.rules.entry import WhenItPays
from sim.rules.pricing import COST_PLUS, Fixed, Margin, Markup, Match, PricingRule, QLearning, Undercut
from sim.scenario.checks.finding import Conflict
from sim.scenario.names import supplier_names
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path

HIGHEST_PRICE = 1e12
"""In units of currency. With higher prices, a day's payments in cents would no longer fit into 64 bits."""


def pricing_rules(scenario: Scenario) -> Iterator[tuple[Path, str, PricingRule]]:
    """Yield every pricing rule with its path and the one firm that follows it (empty: all firms of the kind)."""
    yield ("suppliers", "pricing"), "", scenario.suppliers.pricing
    yield ("suppliers", "direct_pricing"), "", scenario.suppliers.direct_pricing
    for position, tier in enumerate(scenario.tiers):
        yield ("tiers", position, "pricing"), "", tier.pricing
    yield ("retailers", "pricing"), "", scenario.retailers.pricing
    for name, rules in scenario.firms.items():
        if rules.pricing is not None:
            yield ("firms", name, "pricing"), name, rules.pricing
        if rules.direct_pricing is not None:
            yield ("firms", name, "direct_pricing"), name, rules.direct_pricing


def assortment_rules(scenario: Scenario) -> Iterator[tuple[Path, AssortmentRule]]:
    """Yield every assortment rule with its path."""
    yield ("retailers", "assortment"), scenario.retailers.assortment
    for name, rules in scenario.firms.items():
        if rules.assortment is not None:
            yield ("firms", name, "assortment"), rules.assortment


def only_direct_prices_undercut(scenario: Scenario) -> Iterator[Conflict]:
    """Only a direct price can undercut, since the rule starts from the seller's own wholesale price."""
    for path, _, rule in pricing_rules(scenario):
        if isinstance(rule, Undercut) and path[-1] != "direct_pricing":
            allowed = (
                "this rule starts from the seller's own wholesale price, so only suppliers' direct prices can use it"
            )
            yield Conflict((*path, "rule"), rule.rule, allowed, "choose another rule here")


def undercut_has_a_reference(scenario: Scenario) -> Iterator[Conflict]:
    """A direct price that undercuts has a reference: a given price, or a chain whose rules depend on costs only."""
    undercutting = [
        path
        for path, _, rule in pricing_rules(scenario)
        if path[-1] == "direct_pricing" and isinstance(rule, Undercut) and rule.reference_price is None
    ]
    moving = [
        (path, rule)
        for path, _, rule in pricing_rules(scenario)
        if path[-1] == "pricing" and not isinstance(rule, (*COST_PLUS, Undercut))
    ]
    if not (undercutting and moving):
        return
    chain = ", ".join(f"{rule.rule} of {'.'.join(str(step) for step in path)}" for path, rule in moving)  # type: ignore[attr-defined]
    for path in undercutting:
        allowed = f"the chain's price is not known in advance, because it depends on other firms' prices ({chain})"
        yield Conflict(
            (*path, "reference_price"), None, allowed, "set reference_price, or give the chain cost-plus rules"
        )


def entry_has_a_price_to_reckon_with(scenario: Scenario) -> Iterator[Conflict]:
    """A supplier that considers selling direct can compute its direct price: a price learnt from sales is not there."""
    kind = scenario.suppliers
    for name in supplier_names(scenario):
        own = scenario.firms.get(name)
        entry = own and own.direct_entry
        pricing = own and own.direct_pricing
        if isinstance(entry or kind.direct_entry, WhenItPays) and (pricing or kind.direct_pricing).knows_demand:
            path: Path = ("firms", name, "direct_entry") if entry else ("suppliers", "direct_entry")
            rule = (pricing or kind.direct_pricing).rule
            allowed = f"{name} cannot compute its direct price: its rule ({rule}) needs demand it does not face yet"
            yield Conflict((*path, "rule"), "when_it_pays", allowed, 'choose another direct_pricing, or "always"')
            return


def shelf_holds_the_level(scenario: Scenario) -> Iterator[Conflict]:
    """No order-up-to level exceeds the capacity of a shelf."""
    most = scenario.retailers.stock_per_slot
    own = [(("firms", name, "replenishment"), rules.replenishment) for name, rules in scenario.firms.items()]
    makers = supplier_names(scenario)
    tiers = {tier.name for tier in scenario.tiers}
    shelves: list[tuple[Path, object]] = [(("retailers", "replenishment"), scenario.retailers.replenishment)]
    shelves += [(path, rule) for path, rule in own if path[1] not in makers and path[1].rsplit(" ", 1)[0] not in tiers]
    for path, rule in shelves:
        level = getattr(rule, "level", None)
        if level is not None and level > most:
            allowed = f"a shelf holds at most retailers.stock_per_slot = {most} units"
            yield Conflict((*path, "level"), level, allowed, "lower it, or raise stock_per_slot")


def prices_stay_countable(scenario: Scenario) -> Iterator[Conflict]:
    """Markups along the chain do not lead to prices too high to count in cents."""
    products = scenario.products
    costs = [item.unit_cost for item in products.items] if products.items is not None else [products.unit_cost]
    price = 2.0 * max(costs)
    handling = [0.0, *(tier.handling_cost for tier in scenario.tiers), 0.0]
    levels = [scenario.suppliers.pricing, *(tier.pricing for tier in scenario.tiers), scenario.retailers.pricing]
    for rule, cost in zip(levels, handling, strict=True):
        price = highest_price(rule, price + cost)
    if price > HIGHEST_PRICE:
        reached = f"the rules of the chain can lead to prices up to {price:.3g}"
        allowed = f"{reached}; at most {HIGHEST_PRICE:.0e} can be counted in cents"
        yield Conflict(
            ("retailers", "pricing"), None, allowed, "lower the markups or margins along the chain, or unit_cost"
        )


def highest_price(rule: PricingRule, cost: float) -> float:
    """Return the highest price a rule can lead to at a landed cost, ignoring rivals' prices."""
    if isinstance(rule, Markup):
        return rule.factor * cost
    if isinstance(rule, Margin):
        return cost / (1.0 - rule.share)
    if isinstance(rule, Fixed):
        return max([rule.price or 0.0, *(rule.prices or {}).values()])
    if isinstance(rule, QLearning):
        return rule.high
    if isinstance(rule, Match):
        return max(rule.floor, rule.opening_factor) * cost
    return cost
