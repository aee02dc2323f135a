"""Checks that every name refers to exactly one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sim.rules.assortment import FixedAssortment
from sim.rules.pricing import Fixed
from sim.scenario import names as named
from sim.scenario.checks.finding import Conflict, first_few, listed_twice, repeated, unknown_name
from sim.scenario.checks.rules import assortment_rules, pricing_rules
from sim.scenario.names import CARRIERS, PLATFORM
from sim.scenario.overrides import split_path
from sim.scenario.regimes import PLANNER, SHIPPED
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path, find


def firm_names_differ(scenario: Scenario) -> Iterator[Conflict]:
    """Firm names are unique, not empty, and differ from the names of outside accounts."""
    entries = [*_given_or_generated("suppliers", scenario.suppliers.names, named.supplier_names(scenario))]
    for k in range(len(scenario.tiers)):
        entries += [(("tiers", k, "name"), name) for name in named.tier_names(scenario, k)]
    entries += _given_or_generated("retailers", scenario.retailers.names, named.retailer_names(scenario))
    reserved = [((), name) for name in (*named.OUTSIDE_ACCOUNTS, PLATFORM, *CARRIERS)]
    reported: set[Path] = set()
    for finding in repeated([*reserved, *entries], "firm or account"):
        # Generated names share a path, so one report covers all of them.
        if finding.path not in reported:
            yield finding
        reported.add(finding.path)
    for path, name in entries:
        if not name.strip():
            yield Conflict(path, name, "a name must not be empty", "give it a name")


def _given_or_generated(section: str, given: list[str] | None, names: tuple[str, ...]) -> list[tuple[Path, str]]:
    if given is None:
        return [((section, "count"), name) for name in names]
    return [((section, "names", position), name) for position, name in enumerate(names)]


def _entries_exist(kind: str, entries: Iterable[tuple[Path, str | None]], known: Sequence[str]) -> Iterator[Conflict]:
    """Find names that refer to nothing; None refers to nothing in particular."""
    names = {None, *known}
    for path, name in entries:
        if name not in names:
            yield unknown_name(path, str(name), kind, known)


def supplier_of_product_exists(scenario: Scenario) -> Iterator[Conflict]:
    """Each product listed in the scenario names an existing supplier."""
    items = enumerate(scenario.products.items or [])
    entries = ((("products", "items", position, "supplier"), item.supplier) for position, item in items)
    yield from _entries_exist("supplier", entries, named.supplier_names(scenario))


def style_of_product_exists(scenario: Scenario) -> Iterator[Conflict]:
    """Each product listed in the scenario has a style that exists."""
    count = scenario.styles.count
    for position, item in enumerate(scenario.products.items or []):
        if item.style >= count:
            allowed = f"styles.count is {count}, so styles are numbered 0 to {count - 1}"
            yield Conflict(
                ("products", "items", position, "style"), item.style, allowed, "lower it, or raise styles.count"
            )


def product_names_differ(scenario: Scenario) -> Iterator[Conflict]:
    """Product names are unique."""
    items = scenario.products.items or []
    yield from repeated(((("products", "items", i, "name"), item.name) for i, item in enumerate(items)), "product")


def store_names_differ(scenario: Scenario) -> Iterator[Conflict]:
    """Store names are unique and differ from the names of other places that hold goods."""
    stores = scenario.retailers.stores or []
    given = [(("retailers", "stores", position, "name"), store.name) for position, store in enumerate(stores)]
    tiers = [name for k in range(len(scenario.tiers)) for name in named.tier_names(scenario, k)]
    depots = [f"{name} depot" for name in (*named.supplier_names(scenario), *tiers)]
    ways = [f"to {name}" for name in (*depots, *(store.name for store in stores))]
    reserved = dict.fromkeys([*named.OUTSIDE_PLACES, *depots, *ways])
    yield from repeated([*(((), name) for name in reserved), *given], "store or place")


def town_of_store_exists(scenario: Scenario) -> Iterator[Conflict]:
    """Each store listed in the scenario is in an existing town."""
    stores = enumerate(scenario.retailers.stores or [])
    entries = ((("retailers", "stores", position, "town"), store.town) for position, store in stores)
    yield from _entries_exist("town", entries, named.town_names(scenario))


def retailer_of_store_exists(scenario: Scenario) -> Iterator[Conflict]:
    """Each store listed in the scenario belongs to an existing retailer."""
    stores = enumerate(scenario.retailers.stores or [])
    entries = ((("retailers", "stores", position, "retailer"), store.retailer) for position, store in stores)
    yield from _entries_exist("retailer", entries, named.retailer_names(scenario))


def firms_with_own_rules_exist(scenario: Scenario) -> Iterator[Conflict]:
    """Rules for single firms refer to existing firms."""
    yield from _entries_exist("firm", ((("firms", name), name) for name in scenario.firms), named.firm_names(scenario))


def own_rules_suit_the_firm(scenario: Scenario) -> Iterator[Conflict]:
    """A single firm gets only rules that its kind of firm follows."""
    suppliers, retailers = named.supplier_names(scenario), named.retailer_names(scenario)
    for name, rules in scenario.firms.items():
        if name in (PLATFORM, *CARRIERS):
            allowed = "the platform and the carriers follow no rules that can be set here"
            yield Conflict(("firms", name), None, allowed, "set their parameters under `platform` and `delivery`")
            continue
        for rule, firms, said, kind in (
            ("direct_pricing", suppliers, "only suppliers sell direct", "supplier"),
            ("assortment", retailers, "only retailers fill shelves", "retailer"),
            ("direct_entry", suppliers, "only suppliers open a direct channel", "supplier"),
        ):
            if getattr(rules, rule) is not None and name not in firms:
                remedy = f"move it to a {kind}, or remove it"
                yield Conflict(("firms", name, rule), None, f"{said}: {first_few(firms)}", remedy)
        if rules.closing is not None and name in suppliers:
            allowed = "suppliers do not close; they can stop selling direct (direct_entry)"
            yield Conflict(("firms", name, "closing"), None, allowed, "move it to another firm, or remove it")


def products_in_rules_exist(scenario: Scenario) -> Iterator[Conflict]:
    """Fixed prices and fixed assortments name existing products."""
    known = named.product_names(scenario)
    names = set(known)
    for path, _, pricing in pricing_rules(scenario):
        for product in (pricing.prices or {}) if isinstance(pricing, Fixed) else {}:
            if product not in names:
                yield unknown_name((*path, "prices", product), product, "product", known)
    for path, assortment in assortment_rules(scenario):
        if not isinstance(assortment, FixedAssortment):
            continue
        for position, product in enumerate(assortment.products):
            if product not in names:
                yield unknown_name((*path, "products", position), product, "product", known)
        yield from listed_twice(assortment.products, (*path, "products"))


def fixed_prices_cover_all(scenario: Scenario) -> Iterator[Conflict]:
    """A fixed price list covers every product that its firms sell."""
    known = named.supplier_names(scenario)
    makers = {None, *known}
    if any(item.supplier not in makers for item in scenario.products.items or []):
        return  # said by another check
    sold_by = dict(zip(named.product_names(scenario), named.product_suppliers(scenario), strict=True))
    for path, firm, rule in pricing_rules(scenario):
        if not isinstance(rule, Fixed) or rule.price is not None:
            continue
        sold = [name for name, maker in sold_by.items() if firm not in makers or known[maker] == firm]
        without = [name for name in sold if name not in (rule.prices or {})]
        if without:
            allowed = f"no price is given for {first_few(without)}"
            yield Conflict((*path, "prices"), None, allowed, "add them, or set `price` for all other products")


def regimes_named_exist(scenario: Scenario) -> Iterator[Conflict]:
    """The regimes to compare, and the planner's base, exist."""
    known = scenario.regime_names
    for position, name in enumerate(scenario.compare):
        if name not in known:
            yield unknown_name(("compare", position), name, "regime", known)
    yield from listed_twice(scenario.compare, ("compare",))
    base = scenario.planner.base
    real = [name for name in known if name != PLANNER]
    if base not in real:
        yield unknown_name(("planner", "base"), base, "regime", real)


def shipped_regimes_stay(scenario: Scenario) -> Iterator[Conflict]:
    """A scenario's own regime does not take the name of a built-in one."""
    for name in scenario.regimes:
        if name in SHIPPED:
            allowed = "this is the name of a built-in regime, which has the same meaning in every scenario"
            yield Conflict(("regimes", name), None, allowed, "give your regime another name, and list it in `compare`")


def sources_name_parameters(scenario: Scenario) -> Iterator[Conflict]:
    """Each source refers to a parameter, or to a table of parameters."""
    given = scenario.model_dump()
    for key in scenario.sources:
        try:
            path = split_path(key)
        except ValueError:
            path = ()
        if not path or find(path, given) is None:
            yield Conflict(("sources", key), None, "there is no such parameter", "correct the path, or remove it")
