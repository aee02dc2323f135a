"""Trading relations, shelves and niche tastes, and the smallest country for a seller."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.common.estimates import Estimate, estimate
from sim.common.types import CENTS, FloatArray
from sim.engine.codes import BOUGHT, EVENTS
from sim.formulas import contacts, variety
from sim.kernels.books import CONTACT
from sim.kernels.goods import OPENING
from sim.results.outcome import Outcome
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.markets import ALWAYS, PLENTY, Tables, calendar, fixed, live, market, places_of_tier, town
from sim.validation.themes.stocks import STORE

DAYS_A_YEAR = 365.0
FINE_ENOUGH = 1.005
"""Countries are distinguished to half a per cent."""


def relations(firms: Sequence[int], seed: int) -> int:
    """Return how many relations the firms of a chain pay for per day; makers come first, shops last."""
    makers, *tiers, shops = firms
    outcome = live(
        market(
            geography={"towns": [town("town", shops)]},
            styles={"count": makers},
            customers={"need_rate": 0.0},
            products={"count": makers},
            suppliers={"count": makers},
            tiers=[{"name": f"tier {k}", "firms": count} for k, count in enumerate(tiers, start=1)],
            retailers={"stores": None, "people_per_store": 1.0, "slots": makers},
            contacts={"cost": 1.0},
        ),
        "traditional",
        seed,
    )
    ledger = outcome.columns["ledger"]
    return int(ledger["cents"][ledger["kind"] == CONTACT].sum() / CENTS)


def trading_relations(parameters: Parameters, seed: int) -> list[Finding]:
    """Count relations in a chain with these numbers of firms."""
    firms = parameters["firms"]
    return [Finding("relations", contacts.chain_contacts(firms), exact(relations(firms, seed)))]


def hubs_that_save(parameters: Parameters, seed: int) -> list[Finding]:
    """Count relations with more and more middlemen until they no longer save any."""
    makers, shops = parameters["makers"], parameters["shops"]
    break_even = contacts.break_even_hubs(makers, shops)
    without = relations([makers, shops], seed)
    hubs = max(int(break_even) - 1, 1)
    while relations([makers, hubs, shops], seed) < without:
        hubs += 1
    return [Finding("middlemen at which no relations are saved", float(np.ceil(break_even)), exact(hubs))]


def unserved_by_town(outcome: Outcome) -> FloatArray:
    """Return the share of needs that were not met in each town."""
    needs = outcome.columns["needs"]
    unserved: FloatArray = np.bincount(needs["town"], weights=needs["result"] != BOUGHT) / np.bincount(needs["town"])
    return unserved


def shelves_of(goods: int, exponent: float, sizes: Sequence[int], slots: Sequence[int]) -> Tables:
    """Return towns of these sizes, each with a shop with this many slots, whose customers want one good each."""
    names = [f"town {k}" for k in range(len(sizes))]
    return market(
        geography={
            "towns": [town(name, size, x=10.0 * k) for k, (name, size) in enumerate(zip(names, sizes, strict=True))]
        },
        styles={"count": goods, "zipf": exponent},
        products={"count": goods},
        retailers={
            "stores": [
                {"name": f"shop in {name}", "town": name, "slots": room}
                for name, room in zip(names, slots, strict=True)
            ]
        },
    )


def shelf_coverage(parameters: Parameters, seed: int) -> list[Finding]:
    """Count customers who find what they want in shops that stock the most popular goods."""
    goods, slots, exponent, towns = (parameters[name] for name in ("goods", "slots", "exponent", "towns"))
    tables = shelves_of(goods, exponent, [parameters["customers"]] * towns, [slots] * towns)
    served = 1.0 - unserved_by_town(live(tables, "shops", seed))
    return [Finding("share of needs met", variety.coverage(slots, goods, exponent), estimate(served))]


def unserved_by_size(parameters: Parameters, seed: int) -> list[Finding]:
    """Let shops with room for everything stock what pays for its slot, and count customers who go without.

    A slot costs the interest on its stock; shops know only the tastes of their town.
    """
    goods, margin, slot_cost = parameters["goods"], parameters["margin"], parameters["slot_cost"]
    sizes = [size for size, towns in parameters["towns"] for _ in range(towns)]
    cost, here = 2.0, shelves_of(goods, 1.0, sizes, [goods] * len(sizes))
    outcome = live(
        market(
            here,
            money={"interest_rate": slot_cost * DAYS_A_YEAR / (cost * PLENTY)},
            suppliers={"pricing": fixed(cost)},
            retailers={"assortment": {"rule": "profit"}, "pricing": fixed(cost + margin)},
        ),
        "shops",
        seed,
    )
    unserved, kept = unserved_by_town(outcome), goods_kept(outcome, len(sizes))
    findings = []
    for size, _ in parameters["towns"]:
        alike = np.array(sizes) == size
        stocked = variety.goods_stocked(size, goods, margin, slot_cost)
        missing = variety.unserved_share(size, goods, margin, slot_cost)
        findings += [
            Finding(f"goods in the shops of towns of {size}", stocked, without_interval_of_zero(kept[alike])),
            Finding(f"share unserved in towns of {size}", missing, without_interval_of_zero(unserved[alike])),
        ]
    return findings


def goods_kept(outcome: Outcome, shops: int) -> FloatArray:
    """Return how many goods each shop stocked initially, (shops,)."""
    stock = outcome.columns["stock"]
    first = places_of_tier(outcome, STORE)[0]
    opened = stock["destination"][(stock["kind"] == OPENING) & (stock["destination"] >= first)]
    return np.bincount(opened - first, minlength=shops).astype(np.float64)


def without_interval_of_zero(values: FloatArray) -> Estimate:
    """Return the mean of towns, exact if all are equal."""
    return exact(values[0]) if values.min() == values.max() else estimate(values)


def find_smallest_country(parameters: Parameters, seed: int) -> list[Finding]:
    """Find the number of customers at which a seller to a niche taste does not close.

    The seller is a platform with a fixed cost. It reviews its books after a term and gives notice if it has lost money;
    the result is between a country in which it stayed and one in which it did not.
    """
    margin = parameters["price"] - parameters["unit_cost"]
    expected = variety.smallest_country(parameters["fixed_cost"], margin, parameters["need_rate"] * parameters["share"])
    found = []
    for replicate in range(parameters["countries"]):
        gone, stays = 0.8 * expected, 1.25 * expected
        if seller_stays(parameters, round(gone), seed + replicate):
            stays = gone
        elif not seller_stays(parameters, round(stays), seed + replicate):
            gone = stays
        while stays > gone * FINE_ENOUGH:
            between = 0.5 * (gone + stays)
            if seller_stays(parameters, round(between), seed + replicate):
                stays = between
            else:
                gone = between
        found.append(0.5 * (gone + stays))
    return [Finding("customers", expected, without_interval_of_zero(np.array(found)))]


def seller_stays(parameters: Parameters, customers: int, seed: int) -> bool:
    """Tell whether a seller to this share of customers is still open after its first review."""
    wanting, days = round(customers * parameters["share"]), parameters["days"]
    towns = [town("country", wanting, style_shares=[1.0, 0.0])]
    if wanting < customers:
        towns.append(town("rest of it", customers - wanting, style_shares=[0.0, 1.0]))
    price, cost = parameters["price"], parameters["unit_cost"]
    outcome = live(
        market(
            calendar(days + 1),
            geography={"towns": towns},
            styles={"count": 2},
            # Other customers would not take it as a gift.
            customers={"need_rate": parameters["need_rate"], "mismatch_cost": 10.0 * ALWAYS},
            products={"items": [{"name": "rare", "style": 0, "supplier": "maker", "unit_cost": cost}]},
            suppliers={"names": ["maker"], "direct_pricing": fixed(price)},
            retailers={"stores": [{"name": "shop", "town": "country", "slots": 1}]},
            platform={
                **{"commission": 1.0 - cost / price, "fixed_cost": parameters["fixed_cost"]},
                "closing": {"rule": "losses", "review_days": days, "patience": 1, "notice_days": 0},
            },
            regimes={"listed": {"supplier_channels": ["parcel"], "platform": True}},
        ),
        "listed",
        seed,
    )
    return EVENTS.index("platform_gives_notice") not in outcome.columns["events"]["kind"]


def shelf(goods: int, slots: int, exponent: float, customers: int) -> Parameters:
    """Return parameters of ten towns with one shop each."""
    return {"goods": goods, "slots": slots, "exponent": exponent, "towns": 10, "customers": customers}


def paying(goods: int, margin: float, slot_cost: float, towns: tuple[tuple[int, int], ...]) -> Parameters:
    """Return parameters of shops whose slots must pay; ``towns`` pairs a number of customers with a number of towns."""
    return {"goods": goods, "margin": margin, "slot_cost": slot_cost, "towns": towns}


def seller(share: float, need_rate: float, price: float, fixed_cost: float, countries: int = 4) -> Parameters:
    """Return parameters of a seller to this share of customers, with unit cost 10, in several countries."""
    wanted = {"share": share, "need_rate": need_rate}
    return {**wanted, "price": price, "unit_cost": 10.0, "fixed_cost": fixed_cost, "days": 80, "countries": countries}


STRUCTURE_CHECKS = (
    Check(
        name="trading_relations",
        theme="structure",
        claim=(
            "Without middlemen n m relations, with w of them w (n + m), with tiers the sum of products of "
            "neighbouring tiers"
        ),
        source="Alderson 1954; Baligh & Richartz 1964, Management Science",
        tolerance=0.0,
        run=trading_relations,
        cases=(
            CheckCase("10 makers, 100 shops", {"firms": (10, 100)}),
            CheckCase("one middleman", {"firms": (10, 1, 100)}),
            CheckCase("tiers of 4 and 8", {"firms": (10, 4, 8, 100)}),
            CheckCase("7 makers, 3 middlemen, 40 shops", {"firms": (7, 3, 40)}),
        ),
    ),
    Check(
        name="hubs_that_save",
        theme="structure",
        claim="Middlemen save relations while they are fewer than n m / (n + m)",
        source="Alderson 1954; Baligh & Richartz 1964, Management Science",
        tolerance=0.0,
        run=hubs_that_save,
        cases=(
            CheckCase("10 makers, 100 shops", {"makers": 10, "shops": 100}),
            CheckCase("6 makers, 30 shops", {"makers": 6, "shops": 30}),
        ),
    ),
    Check(
        name="shelf_coverage",
        theme="structure",
        claim="A shelf of S goods of M meets H(S) / H(M) of demand",
        source="Zipf 1949; Brynjolfsson, Hu & Smith 2003, Management Science",
        tolerance=0.02,
        run=shelf_coverage,
        cases=(
            CheckCase("100 of 1000", shelf(1000, 100, 1.0, 10_000)),
            CheckCase("20 of 60, exponent .8", shelf(60, 20, 0.8, 5000)),
            CheckCase("10 of 400, exponent 1.2", shelf(400, 10, 1.2, 5000)),
        ),
    ),
    Check(
        name="unserved_by_size",
        theme="structure",
        claim="Shops that stock what pays for its slot leave customers in small towns without niche goods",
        source="Waldfogel 2003, RAND Journal of Economics",
        tolerance=0.02,
        run=unserved_by_size,
        cases=(
            CheckCase("1000 goods, margin 2, slot 10", paying(1000, 2.0, 10.0, ((500, 60), (5000, 12), (50_000, 2)))),
            CheckCase("200 goods, margin 1, slot 8", paying(200, 1.0, 8.0, ((1000, 60), (3000, 60))), slow=True),
        ),
    ),
    Check(
        name="smallest_country",
        theme="structure",
        claim="A seller closes if margin x units is below fixed cost: a niche taste needs a large country",
        source="Dixit & Stiglitz 1977, American Economic Review; Waldfogel 2003, RAND Journal of Economics",
        tolerance=0.02,
        run=find_smallest_country,
        cases=(
            CheckCase("everybody wants it every day", seller(1.0, 1.0, 15.0, 2000.0, countries=1)),
            CheckCase("everybody wants it", seller(1.0, 0.2, 15.0, 2000.0), slow=True),
            CheckCase("one in ten wants it", seller(0.1, 0.5, 12.0, 500.0), slow=True),
        ),
    ),
)
