"""Says how prices come about under a regime: set by the scenario, or found by firms, and by what conduct.

Who gains from a shorter route to the customer is a finding only if prices are found. If they are set, the scenario has
decided it in advance, and a reader has to know that first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from sim.common.number_format import grouped, listed, plural
from sim.rules.best_response import BestResponse, Quantity
from sim.rules.learning import Learning
from sim.rules.player import Player
from sim.rules.pricing import Fixed, Margin, Markup, Match, PricingRule, Undercut
from sim.rules.q_learning import QLearning
from sim.scenario import Scenario
from sim.scenario.names import retailer_names, supplier_names, tier_names
from sim.scenario.regimes import Regime

Party: TypeAlias = tuple[str, PricingRule, bool]
"""Which firms' prices, by which rule, and whether some of these firms have their own rule."""

NOBODY_SETS = "goods are sold at cost, and the state covers the deficits; no firm sets a price"
GAP_SHARE = "suppliers.direct_pricing.gap_share"
"""The parameter that decides who keeps the saving where a direct price undercuts the chain's price."""


def pricing_of(scenario: Scenario, regime: str, same_prices: str = "") -> str:
    """Return how prices come about under a regime, as a sentence without capital letter and full stop.

    Firms with equal rules are named together, starting with the makers; direct prices come last. ``same_prices`` names
    the regime whose consumer prices all regimes use, if any.
    """
    market = scenario.regime(regime)
    if same_prices:
        return f"each product has its mean price {scenario.under_regime(same_prices)}"
    if market.at_cost:
        return NOBODY_SETS
    groups: dict[str, list[str]] = {}
    for whose, rule, varies in _parties(scenario, market):
        how = f"{_conduct(rule)}{', except for firms with their own rules' if varies else ''}"
        groups.setdefault(how, []).append(whose)
    if len(groups) == 1 and sum(len(whose) for whose in groups.values()) > 1:
        return f"all prices {next(iter(groups))}"
    return "; ".join(f"{listed(whose)} prices {how}" for how, whose in groups.items())


def pricing_lines(scenario: Scenario, regimes: Sequence[str], same_prices: str = "") -> list[str]:
    """Return one line for each way in which prices come about, and one if a set share decides who keeps a saving.

    The last line says what a platform or partner shops are set to take. With ``same_prices``, one line covers all
    regimes.
    """
    under = scenario.under_regime
    if same_prices:
        said = pricing_of(scenario, same_prices, same_prices)
        return [
            f"Same prices: {listed([*map(under, regimes)])}, {said}. Delivery fees and payments between firms "
            "stay as they are, so all differences come from the route of the goods. Mean prices paid differ only if "
            "customers buy other products."
        ]
    alike: dict[str, list[str]] = {}
    for regime in regimes:
        alike.setdefault(pricing_of(scenario, regime), []).append(regime)
    lines = [f"{_capital(listed([*map(scenario.regime_title, names)]))}: {said}." for said, names in alike.items()]
    decided = [regime for regime in regimes if gap_decides(scenario, regime)]
    if decided:
        pair = " --regimes traditional,direct" if regimes[0] in decided else ""
        lines.append(
            f"Who keeps the saving {listed([*map(under, decided)])} is set by {GAP_SHARE}; it is not a finding. "
            f"At which values customers and makers gain: middleman compare {scenario.name}{pair} --who-keeps"
        )
    return [*lines, *_set_beside(scenario, regimes)]


def _set_beside(scenario: Scenario, regimes: Sequence[str]) -> Iterator[str]:
    """Yield a line if the scenario sets what a platform or partner shops take from makers' sales."""
    markets = {regime: market for regime in regimes if not (market := scenario.regime(regime)).at_cost}
    by_platform = [regime for regime, market in markets.items() if market.platform]
    by_shops = [regime for regime, market in markets.items() if set(market.supplier_channels) - {"parcel"}]
    commission, fee = scenario.platform.commission, scenario.platform.handling_fee
    under, said = scenario.under_regime, []
    if commission and by_platform:
        where = listed([*map(under, by_platform)])
        said.append(f"the platform's commission {where} ({_percent(commission)} of the price)")
    if fee and by_shops:
        money = f"{grouped(fee, 2)} {scenario.money.currency}"
        said.append(f"the fee makers pay partner shops {listed([*map(under, by_shops)])} ({money} per unit)")
    if said:
        yield f"Always set, not a finding: {listed(said)}."


def pricing_in_a_line(scenario: Scenario, regimes: Sequence[str], same_prices: str = "") -> str:
    """Return in one line whether prices are found by the firms or set by the scenario, which decides what is a finding.

    ``same_prices`` names the regime whose consumer prices all regimes use, if any.
    """
    if same_prices:
        return f"Prices are the same everywhere: those {scenario.under_regime(same_prices)}."
    markets = [scenario.regime(regime) for regime in regimes]
    ways: dict[str, list[str]] = {}
    for whose, rule, _ in (party for market in markets if not market.at_cost for party in _parties(scenario, market)):
        known = ways.setdefault(WAYS.get(type(rule), SET), [])
        if whose not in known:
            known.append(whose)
    if any(gap_decides(scenario, regime) for regime in regimes):
        kept = scenario.suppliers.direct_pricing.gap_share  # type: ignore[union-attr]
        return f"Direct prices are set: makers keep {_percent(kept)} of the gap."
    if len(ways) > 1:
        said = "; ".join(f"{listed(whose)} prices are {way}" for way, whose in ways.items())
        return f"{_capital(said)}."
    return IN_A_LINE[next(iter(ways), SET)] if ways else f"{_capital(NOBODY_SETS)}."


def gap_decides(scenario: Scenario, regime: str) -> bool:
    """Tell whether makers sell to customers at a price that is a set share of the gap to the chain's price."""
    market = scenario.regime(regime)
    undercuts = isinstance(scenario.suppliers.direct_pricing, Undercut)
    return undercuts and bool(market.supplier_channels) and not market.at_cost


def _parties(scenario: Scenario, regime: Regime) -> Iterator[Party]:
    """Yield the firms that set prices under a regime, starting with the makers."""
    own_shelves = regime.shelves in ("own", "mixed")
    if own_shelves:
        yield "makers'", scenario.suppliers.pricing, _varies(scenario, supplier_names(scenario), "pricing")
    if regime.chain:
        for position, tier in enumerate(scenario.tiers):
            yield f"{plural(tier.name)}'", tier.pricing, _varies(scenario, tier_names(scenario, position), "pricing")
    if own_shelves:
        yield "shops'", scenario.retailers.pricing, _varies(scenario, retailer_names(scenario), "pricing")
    if regime.supplier_channels:
        varies = _varies(scenario, supplier_names(scenario), "direct_pricing")
        yield "direct", scenario.suppliers.direct_pricing, varies


def _varies(scenario: Scenario, firms: Sequence[str], price: str) -> bool:
    own = (scenario.firms.get(name) for name in firms)
    return any(rules is not None and getattr(rules, price) is not None for rules in own)


def _conduct(rule: PricingRule) -> str:
    """Return how a pricing rule arrives at its price."""
    kind = type(rule)
    return HOW[kind](rule) if kind in HOW else ALWAYS.get(kind, f"follow the rule {getattr(rule, 'rule', '')}")


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


HOW: dict[type[PricingRule], Callable[[Any], str]] = {
    Margin: lambda rule: f"are set at a margin of {_percent(rule.share)} of the price",
    Markup: lambda rule: f"are set at {rule.factor:g} times cost",
    Undercut: lambda rule: (
        f"are set so that makers keep {_percent(rule.gap_share)} of the gap between wholesale and the chain's price"
    ),
    Match: lambda rule: f"follow the lowest price in town, but stay at {rule.floor:g} times cost or more",
    BestResponse: lambda rule: (
        f"are found by the firms, each choosing what earns it most, given the others (conduct: {rule.conduct})"
    ),
    Quantity: lambda rule: (
        f"are found by the firms, each choosing the best quantity, given the others (conduct: {rule.conduct})"
    ),
}
ALWAYS: dict[type[PricingRule], str] = {
    Fixed: "are fixed in the scenario",
    Learning: "are learnt from each firm's own prices and sales",
    QLearning: "are learnt by trial on a grid of prices",
    Player: "are set by a human player",
}
"""How each pricing rule arrives at its price; for some rules this depends on their parameters."""

FOUND, LEARNT, PLAYED, SET = "found", "learnt", "set by players", "set"
WAYS: dict[type[PricingRule], str] = {
    BestResponse: FOUND,
    Quantity: FOUND,
    Learning: LEARNT,
    QLearning: LEARNT,
    Player: PLAYED,
}
"""Whether a rule finds its price or has it set, which is so for all others."""
IN_A_LINE = {
    FOUND: "Prices are found: every firm asks what earns it most, given the others.",
    LEARNT: "Prices are learnt: every firm tries prices and watches what it sells.",
    PLAYED: "Prices are set by human players.",
    SET: "Prices are set by the scenario, so who keeps a saving is assumed, not found.",
}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
