"""The firms of a market that people can run: their seats, what each sets, and who supplies whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sim.rules.pricing import PricingRule
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario
from sim.scenario.names import PLATFORM, retailer_names, supplier_names, tier_names
from sim.teaching.rooms.moments import Control, Seat

MAKER, WHOLESALER, SHOP, PLATFORM_ROLE = ROLES = ("maker", "wholesaler", "shop", "platform")
CONTROLS = {
    MAKER: ("price", "direct_price"),
    WHOLESALER: ("margin",),
    SHOP: ("margin",),
    PLATFORM_ROLE: ("commission",),
}
"""What each role sets: prices and margins in units of currency, the commission in percent of the price."""


@dataclass(frozen=True)
class SeatedFirm:
    """A firm of a market for play.

    Attributes:
        seat, role, title: key, kind and name, as in ``moments.Seat``.
        account: its name in the books.
        products: numbers of the products it deals in.
    """

    seat: str
    role: str
    title: str
    account: str
    products: tuple[int, ...]

    @property
    def controls(self) -> tuple[str, ...]:
        """What it sets."""
        return CONTROLS[self.role]

    def rule(self, scenario: Scenario) -> PricingRule:
        """Return the rule by which the bot sets its prices; the platform has none."""
        own = scenario.firms.get(self.account)
        if own is not None and own.pricing is not None:
            return own.pricing
        if self.role == MAKER:
            return scenario.suppliers.pricing
        return scenario.tiers[0].pricing if self.role == WHOLESALER else scenario.retailers.pricing


@lru_cache(maxsize=16)
def playable_market(name: str, days: int = 0) -> Scenario:
    """Return a scenario for play: nothing is left out of its figures, and all offers are recorded.

    Raises ScenarioError where it has no seats for people, with what it lacks.
    """
    changes = {"time.warm_up": 0, "time.cool_down": 0, "records.choices": True, **({"time.days": days} if days else {})}
    scenario = load_scenario(name, changes)
    problems = [
        Problem("", key, "", allowed, "play another scenario, such as class_market")
        for key, allowed in _lacks(scenario)
    ]
    if problems:
        raise ScenarioError(problems)
    return scenario


def _lacks(scenario: Scenario) -> list[tuple[str, str]]:
    """Return what a scenario lacks to be played: the parameter, and what it must be."""
    stores, found = scenario.retailers.stores, []
    if len(scenario.tiers) != 1:
        found.append(("tiers", "a market for play has one tier of wholesalers"))
    elif scenario.tiers[0].serves != "chains":
        found.append(("tiers[0].serves", "in a market for play each wholesaler has shops of its own: `chains`"))
    if stores is None or len(stores) != len(retailer_names(scenario)):
        found.append(("retailers.stores", "in a market for play every retailer has one store, listed by name"))
    if scenario.products.items is None:
        found.append(("products.items", "in a market for play products are listed by name"))
    wide = scenario.regime(scenario.planner.base)
    if not (wide.chain and wide.platform and wide.shelves == "own" and "parcel" in wide.supplier_channels):
        found.append(("planner.base", "a regime with a chain, a platform, shops' own shelves and parcels"))
    return found


def firms_of(scenario: Scenario) -> tuple[SeatedFirm, ...]:
    """Return the firms of a market for play, in the order in which seats are given away: shops before makers.

    A class of six runs the shops; makers, wholesalers and the platform follow, as they have rivals only then.
    """
    items = scenario.products.items or []
    everything = tuple(range(len(items)))
    makers = [
        SeatedFirm(f"maker {n}", MAKER, name, name, tuple(p for p in everything if items[p].supplier == name))
        for n, name in enumerate(supplier_names(scenario), 1)
    ]
    wholesalers = [
        SeatedFirm(f"wholesaler {n}", WHOLESALER, name[:1].upper() + name[1:], name, everything)
        for n, name in enumerate(tier_names(scenario, 0), 1)
    ]
    shops = [
        SeatedFirm(f"shop {n}", SHOP, f"{name}, {store.town}", name, everything)
        for n, (name, store) in enumerate(
            zip(retailer_names(scenario), scenario.retailers.stores or [], strict=True), 1
        )
    ]
    return (*shops, *makers, *wholesalers, SeatedFirm("platform", PLATFORM_ROLE, "Platform", PLATFORM, everything))


def wholesaler_of(scenario: Scenario, shop: int) -> int:
    """Return the wholesaler of a shop, both counted from 0."""
    return shop % scenario.tiers[0].firms


def seats_of(scenario: Scenario) -> tuple[Seat, ...]:
    """Return the seats of a market for play, with a sentence on where each stands."""
    return tuple(Seat(firm.seat, firm.role, firm.title, _story(scenario, firm)) for firm in firms_of(scenario))


def _story(scenario: Scenario, firm: SeatedFirm) -> str:
    firms = {each.seat: each for each in firms_of(scenario)}
    shops = [each for each in firms.values() if each.role == SHOP]
    number = int(firm.seat.split()[-1]) - 1 if firm.role != PLATFORM_ROLE else 0
    if firm.role == SHOP:
        town = (scenario.retailers.stores or [])[number].town
        rivals = [
            e.account for n, e in enumerate(shops) if n != number and (scenario.retailers.stores or [])[n].town == town
        ]
        source = firms[f"wholesaler {wholesaler_of(scenario, number) + 1}"].title
        return f"You sell all four products in {town}. {source} supplies you. Your rival in town: {', '.join(rivals)}."
    if firm.role == WHOLESALER:
        served = [each.title for n, each in enumerate(shops) if wholesaler_of(scenario, n) == number]
        return f"You buy all four products from their makers and supply {' and '.join(served)}."
    if firm.role == MAKER:
        product = (scenario.products.items or [])[firm.products[0]]
        return (
            f"You make the product {product.name} for {product.unit_cost:.2f} a piece. Wholesalers buy it, and all "
            "shops carry it beside the products of your rivals."
        )
    return "You keep a share of the price of everything sold online. Until makers sell direct, nothing is."


CONTROLS_OF_PLAY = (
    Control("price", "Your price to wholesalers", "EUR", 0.0, 100.0, 0.1, 19.0, (MAKER,)),
    Control(
        "direct_price", "Your price to customers, parcel not included", "EUR", 0.0, 100.0, 0.1, 24.0, (MAKER,), "direct"
    ),
    Control("margin", "What you add to your cost, a piece", "EUR", 0.0, 60.0, 0.1, 7.0, (WHOLESALER, SHOP)),
    Control("commission", "Your commission", "%", 0.0, 60.0, 1.0, 12.0, (PLATFORM_ROLE,), "direct"),
)
"""What seats set; how the shipped lessons write it."""
