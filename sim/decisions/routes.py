"""Routes to the customer that a firm can choose between, each as a scenario and a regime of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sim.rules.assortment import FixedAssortment
from sim.rules.entry import WhenItPays
from sim.rules.pricing import Fixed
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario
from sim.scenario.firms import FirmRules
from sim.scenario.names import PLATFORM, product_names, product_suppliers, retailer_names, supplier_names
from sim.scenario.overrides import nearest
from sim.scenario.regimes import Channel, Regime

Role: TypeAlias = Literal["maker", "retailer", "marketplace"]
ROLES: tuple[Role, ...] = ("maker", "retailer", "marketplace")
STAY = "stay"
FOREVER = 3650
"""Days: a review that far away never comes."""


@dataclass(frozen=True)
class SalesRoute:
    """A way to the customer.

    Attributes:
        key: what is typed.
        title: a short name for tables and charts.
        does: what one does, as an order, with the place of its prices: "Sell direct{at} and keep the shops".
        scenario, regime: the market in which it is done.
        prices_direct: whether the firm sets prices to customers of its own in it.
        keeps_shops: whether shops still carry the firm's products on their own account.
        costs: paths of the parameters on which it hangs and that a break-even is looked for in.
        assumed: what it assumes beyond the scenario, in words.
    """

    key: str
    title: str
    does: str
    scenario: Scenario
    regime: str
    prices_direct: bool = False
    keeps_shops: bool = True
    costs: tuple[str, ...] = ()
    assumed: str = ""

    def order(self, at: str = "") -> str:
        """Return what one does as an order, with prices or without."""
        return self.does.replace("{at}", at)


PARTNERS_KEEP = 0.15
"""Share of the usual price that partner shops are assumed to get where the scenario does not say."""
PARCEL_COST = "delivery.parcel.cost_per_parcel"
COMMISSION = "platform.commission"
HANDLING_FEE = "platform.handling_fee"
PACKING = "suppliers.direct_handling_cost"
ACQUISITION = "selling.online_acquisition_cost"


@dataclass(frozen=True)
class Situation:
    """Where a firm stands: its market, its role in it, and its products."""

    scenario: Scenario
    regime: str
    role: Role
    firm: str

    @property
    def own(self) -> tuple[bool, ...]:
        """Which products are the firm's own: a maker's; a retailer and a marketplace deal in all."""
        if self.role != "maker":
            return (True,) * len(product_names(self.scenario))
        number = supplier_names(self.scenario).index(self.firm)
        return tuple(maker == number for maker in product_suppliers(self.scenario))


def deciding_firms(scenario: Scenario, role: Role) -> tuple[str, ...]:
    """Return the firms of a kind."""
    if role == "marketplace":
        return (PLATFORM,)
    return tuple(supplier_names(scenario) if role == "maker" else retailer_names(scenario))


def route_keys(role: Role) -> tuple[str, ...]:
    """Return the keys of a role's routes but staying."""
    return tuple(key for key in ROUTES_OF[role] if key != STAY)


def firm_of(scenario: Scenario, role: Role, firm: str | None) -> str:
    """Return the firm a decision is for: the one named, else the first of its kind. Raises ScenarioError."""
    known = deciding_firms(scenario, role)
    if firm is None:
        return known[0]
    if firm not in known:
        allowed = f"{role}s of {scenario.name}: {', '.join(known[:12])}"
        raise ScenarioError([Problem("--firm", "", firm, allowed, nearest(firm, list(known)))])
    return firm


def sales_routes_of(situation: Situation, keys: Sequence[str] | None = None) -> list[SalesRoute]:
    """Return the routes to weigh, staying first. Raises ScenarioError for unknown ones."""
    makers = ROUTES_OF[situation.role]
    wanted = list(makers) if keys is None else [STAY, *dict.fromkeys(key for key in keys if key != STAY)]
    unknown = [key for key in wanted if key not in makers]
    if unknown:
        allowed = f"routes of a {situation.role}: {', '.join(makers)}"
        raise ScenarioError([Problem("--options", "", key, allowed, nearest(key, list(makers))) for key in unknown])
    if len(wanted) < 2:
        allowed = "staying is weighed against at least one other route"
        raise ScenarioError([Problem("--options", "", STAY, allowed, f"choose from {', '.join(makers)}")])
    return [makers[key](situation) for key in wanted]


# -- a maker's routes ------------------------------------------------------------------------------------------------


def _base(situation: Situation) -> Regime:
    return situation.scenario.regime(situation.regime)


def _with_regime(situation: Situation, key: str, regime: Regime, changed: dict[str, Any]) -> tuple[Scenario, str]:
    """Return the market with a regime of its own, in which rivals of a maker sell as they did before."""
    name = f"route_{key}"
    market = situation.scenario.model_copy(
        update={"regimes": {**situation.scenario.regimes, name: regime.model_copy(update={"title": "", "meaning": ""})}}
    )
    if situation.role == "maker":
        market = _rivals_stay(market, situation)
    return load_scenario(market, changed) if changed else market, name


def _rivals_stay(market: Scenario, situation: Situation) -> Scenario:
    """Return the market in which only the firm itself opens a channel to customers, unless rivals had one before."""
    if _base(situation).supplier_channels:
        return market
    never = WhenItPays(review_days=FOREVER)
    firms = dict(market.firms)
    for name in supplier_names(market):
        if name != situation.firm:
            firms[name] = firms.get(name, FirmRules()).model_copy(update={"direct_entry": never})
    return market.model_copy(update={"firms": firms})


def _more(regime: Regime, *channels: Channel, **update: Any) -> Regime:
    """Return a regime with more channels of suppliers."""
    there = list(dict.fromkeys([*regime.supplier_channels, *channels]))
    return regime.model_copy(update={"supplier_channels": there, **update})


def _stay(situation: Situation) -> SalesRoute:
    does = "Stay with the shops" if situation.role == "maker" else "Stay as it is"
    return SalesRoute(STAY, "stay", does, situation.scenario, situation.regime)


def _direct(situation: Situation) -> SalesRoute:
    regime = _more(_base(situation), "parcel")
    market = _with_regime(situation, "direct", regime, {})
    return SalesRoute(
        "direct", "direct", "Sell direct{at} and keep the shops", *market, True, True, (PARCEL_COST, PACKING)
    )


def _marketplace(situation: Situation) -> SalesRoute:
    regime = _more(_base(situation), "parcel", platform=True)
    commission = situation.scenario.platform.commission or 0.15
    market = _with_regime(situation, "marketplace", regime, {COMMISSION: commission})
    does = f"List on a marketplace at {100 * commission:g} %{{at}} and keep the shops"
    costs = (COMMISSION, PARCEL_COST)
    return SalesRoute("marketplace", f"marketplace {100 * commission:g} %", does, *market, True, True, costs)


def _partner_shops(situation: Situation) -> SalesRoute:
    regime = _base(situation).model_copy(
        update={
            "shelves": "mixed",
            "own_channels": list(dict.fromkeys([*_base(situation).own_channels, "store"])),
            "supplier_channels": ["store", "pickup", "courier", "parcel"],
            "platform": True,
            "shares_stock": True,
        }
    )
    names = product_names(situation.scenario)
    ours = [name for name, own in zip(names, situation.own, strict=True) if own]
    others = [name for name in names if name not in ours]
    shelf = FixedAssortment(products=[*others, *ours], consigned_share=len(ours) / len(names))
    platform = situation.scenario.platform
    changed = {} if platform.handling_fee > 0 else {HANDLING_FEE: _usual_handling_fee(situation.scenario)}
    market, name = _with_regime(situation, "partner_shops", regime, changed)
    market = _with_assortment(market, shelf)
    fee = market.platform.handling_fee
    assumed = f"partner shops are assumed to get {fee:.2f} for each unit they hand over" if changed else ""
    does = "Sell through partner shops{at}, online and over the counter"
    costs = (HANDLING_FEE, COMMISSION)
    return SalesRoute("partner_shops", "partner shops", does, market, name, True, False, costs, assumed)


def _usual_handling_fee(scenario: Scenario) -> float:
    """Return what partner shops get for a unit where the scenario does not say: a share of the usual shelf price."""
    rule = scenario.retailers.pricing
    prices = sorted((rule.prices or {}).values()) if isinstance(rule, Fixed) else []
    usual = prices[len(prices) // 2] if prices else scenario.customers.worth.mean / 2.0
    return round(PARTNERS_KEEP * usual + scenario.retailers.handling_cost, 2)


def _direct_only(situation: Situation) -> SalesRoute:
    names = product_names(situation.scenario)
    others = [name for name, own in zip(names, situation.own, strict=True) if not own]
    base = _base(situation)
    if others:
        regime = _more(base, "parcel")
        market, name = _with_regime(situation, "direct_only", regime, {})
        market = _with_assortment(market, FixedAssortment(products=others))
    else:
        regime = base.model_copy(
            update={"chain": False, "shelves": "none", "own_channels": [], "supplier_channels": ["parcel"]}
        )
        market, name = _with_regime(situation, "direct_only", regime, {})
    does = "Sell direct{at} and leave the shops"
    return SalesRoute("direct_only", "direct only", does, market, name, True, False, (PARCEL_COST, PACKING))


def _with_assortment(market: Scenario, rule: FixedAssortment) -> Scenario:
    """Return the market in which every shop carries what a rule says."""
    firms = {name: rules.model_copy(update={"assortment": None}) for name, rules in market.firms.items()}
    retailers = market.retailers.model_copy(update={"assortment": rule})
    return market.model_copy(update={"retailers": retailers, "firms": firms})


# -- routes of others ------------------------------------------------------------------------------------------------


def _own_channel(channel: Channel, does: str, title: str) -> Callable[[Situation], SalesRoute]:
    def route(situation: Situation) -> SalesRoute:
        base = _base(situation)
        own = list(dict.fromkeys([*base.own_channels, channel]))
        regime = base.model_copy(update={"own_channels": own})
        return SalesRoute(title.replace(" ", "_"), title, does, *_with_regime(situation, channel, regime, {}))

    return route


def _commission(share: float) -> Callable[[Situation], SalesRoute]:
    def route(situation: Situation) -> SalesRoute:
        regime = _more(_base(situation), "parcel", platform=True)
        market = _with_regime(situation, f"commission_{100 * share:g}", regime, {COMMISSION: share})
        title = f"commission {100 * share:g} %"
        return SalesRoute(
            title.replace(" %", "").replace(" ", "_"), title, f"Open a marketplace at {100 * share:g} %", *market
        )

    return route


MAKER_ROUTES: dict[str, Callable[[Situation], SalesRoute]] = {
    STAY: _stay,
    "direct": _direct,
    "marketplace": _marketplace,
    "partner_shops": _partner_shops,
    "direct_only": _direct_only,
}
RETAILER_ROUTES: dict[str, Callable[[Situation], SalesRoute]] = {
    STAY: _stay,
    "click_and_collect": _own_channel("pickup", "Let customers order online and collect", "click and collect"),
    "home_delivery": _own_channel("courier", "Deliver to the door from the shops", "home delivery"),
}
MARKETPLACE_ROUTES: dict[str, Callable[[Situation], SalesRoute]] = {
    STAY: _stay,
    **{f"commission_{100 * share:g}": _commission(share) for share in (0.05, 0.1, 0.15, 0.2, 0.25)},
}


ROUTES_OF: dict[Role, dict[str, Callable[[Situation], SalesRoute]]] = {
    "maker": MAKER_ROUTES,
    "retailer": RETAILER_ROUTES,
    "marketplace": MARKETPLACE_ROUTES,
}


def with_direct_prices(route: SalesRoute, firm: str, prices: dict[str, float]) -> SalesRoute:
    """Return a route in which the firm asks customers these prices itself."""
    market = route.scenario
    rules = market.firms.get(firm, FirmRules()).model_copy(update={"direct_pricing": Fixed(prices=prices)})
    firms = {**market.firms, firm: rules}
    return SalesRoute(**{**vars(route), "scenario": market.model_copy(update={"firms": firms})})
