"""Trading relations, shelves and niche tastes, and the smallest country for a seller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from sim.common.estimates import Estimate, estimate
from sim.common.types import CENTS, FloatArray
from sim.engine.codes import BOUGHT, EVENTS
from sim.formulas import contacts, variety
from sim.kernels.books import CONTACT
from sim.kernels.goods import OPENING
from sim.results.outcome import Outcome
from sim.validation import markets
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.markets import Tables, fixed, live, market, town
from sim.validation.themes.stocks import STORE

DAYS_A_YEAR = 365.0
UNIT_COST = 10.0
FINE_ENOUGH = 1.005
"""Countries are distinguished to half a per cent."""

contact_claim = partial(
    claim, "structure", source="Alderson 1954; Baligh & Richartz 1964, Management Science", tolerance=0.0
)
shelf_claim = partial(claim, "structure", tolerance=0.02)


def relations(firms: Sequence[int], seed: int) -> int:
    """Return how many relations the firms of a chain pay for per day; makers come first, shops last."""
    makers, *tiers, shops = firms
    tables = market(
        geography={"towns": [town("town", shops)]},
        styles={"count": makers},
        customers={"need_rate": 0.0},
        products={"count": makers},
        suppliers={"count": makers},
        tiers=[{"name": f"tier {k}", "firms": count} for k, count in enumerate(tiers, start=1)],
        retailers={"stores": None, "people_per_store": 1.0, "slots": makers},
        contacts={"cost": 1.0},
    )
    ledger = live(tables, "traditional", seed).columns["ledger"]
    return int(ledger["cents"][ledger["kind"] == CONTACT].sum() / CENTS)


@contact_claim(
    cases=(
        given("10 makers, 100 shops", firms=(10, 100)),
        given("one middleman", firms=(10, 1, 100)),
        given("tiers of 4 and 8", firms=(10, 4, 8, 100)),
        given("7 makers, 3 middlemen, 40 shops", firms=(7, 3, 40)),
    )
)
def trading_relations(seed: int, firms: Sequence[int]) -> list[Finding]:
    """Without middlemen n m relations, with w of them w (n + m), with tiers the sum of products of neighbouring
    tiers.
    """
    return [Finding("relations", contacts.chain_contacts(firms), exact(relations(firms, seed)))]


@contact_claim(
    cases=(given("10 makers, 100 shops", makers=10, shops=100), given("6 makers, 30 shops", makers=6, shops=30))
)
def hubs_that_save(seed: int, makers: int, shops: int) -> list[Finding]:
    """Middlemen save relations while they are fewer than n m / (n + m)."""
    break_even = contacts.break_even_hubs(makers, shops)
    without = relations([makers, shops], seed)
    hubs = max(int(break_even) - 1, 1)
    while relations([makers, hubs, shops], seed) < without:
        hubs += 1
    return [Finding("middlemen at which no relations are saved", float(np.ceil(break_even)), exact(hubs))]


def unserved_by_town(outcome: Outcome) -> FloatArray:
    """Return the share of needs that were not met in each town."""
    needs = outcome.columns["needs"]
    return np.bincount(needs["town"], weights=needs["result"] != BOUGHT) / np.bincount(needs["town"])


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


@shelf_claim(
    source="Zipf 1949; Brynjolfsson, Hu & Smith 2003, Management Science",
    cases=(
        given("100 of 1000", goods=1000, slots=100, exponent=1.0, customers=10_000),
        given("20 of 60, exponent .8", goods=60, slots=20, exponent=0.8, customers=5000),
        given("10 of 400, exponent 1.2", goods=400, slots=10, exponent=1.2, customers=5000),
    ),
)
def shelf_coverage(seed: int, goods: int, slots: int, exponent: float, customers: int) -> list[Finding]:
    """A shelf of S goods of M meets H(S) / H(M) of demand."""
    tables = shelves_of(goods, exponent, [customers] * 10, [slots] * 10)
    served = 1.0 - unserved_by_town(live(tables, "shops", seed))
    return [Finding("share of needs met", variety.coverage(slots, goods, exponent), estimate(served))]


@shelf_claim(
    source="Waldfogel 2003, RAND Journal of Economics",
    cases=(
        given(
            "1000 goods, margin 2, slot 10",
            goods=1000,
            margin=2.0,
            slot_cost=10.0,
            towns={500: 60, 5000: 12, 50_000: 2},
        ),
        given(
            "200 goods, margin 1, slot 8", goods=200, margin=1.0, slot_cost=8.0, towns={1000: 60, 3000: 60}, slow=True
        ),
    ),
)
def unserved_by_size(seed: int, goods: int, margin: float, slot_cost: float, towns: Mapping[int, int]) -> list[Finding]:
    """Shops that stock what pays for its slot leave customers in small towns without niche goods.

    A slot costs the interest on its stock; shops know only the tastes of their town. ``towns`` are so many by their
    number of customers.
    """
    sizes = [size for size, count in towns.items() for _ in range(count)]
    cost, here = 2.0, shelves_of(goods, 1.0, sizes, [goods] * len(sizes))
    tables = market(
        here,
        money={"interest_rate": slot_cost * DAYS_A_YEAR / (cost * markets.PLENTY)},
        suppliers={"pricing": fixed(cost)},
        retailers={"assortment": {"rule": "profit"}, "pricing": fixed(cost + margin)},
    )
    outcome = live(tables, "shops", seed)
    unserved, kept = unserved_by_town(outcome), goods_kept(outcome, len(sizes))
    findings = []
    for size in towns:
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
    first = markets.places_of_tier(outcome, STORE)[0]
    opened = stock["destination"][(stock["kind"] == OPENING) & (stock["destination"] >= first)]
    return np.bincount(opened - first, minlength=shops).astype(np.float64)


def without_interval_of_zero(values: FloatArray) -> Estimate:
    """Return the mean of towns, exact if all are equal."""
    return exact(values[0]) if values.min() == values.max() else estimate(values)


@shelf_claim(
    name="smallest_country",
    source="Dixit & Stiglitz 1977, American Economic Review; Waldfogel 2003, RAND Journal of Economics",
    cases=(
        given("everybody wants it every day", share=1.0, need_rate=1.0, price=15.0, fixed_cost=2000.0, countries=1),
        given("everybody wants it", share=1.0, need_rate=0.2, price=15.0, fixed_cost=2000.0, slow=True),
        given("one in ten wants it", share=0.1, need_rate=0.5, price=12.0, fixed_cost=500.0, slow=True),
    ),
)
def find_smallest_country(
    seed: int, share: float, need_rate: float, price: float, fixed_cost: float, countries: int = 4
) -> list[Finding]:
    """A seller closes if margin x units is below fixed cost: a niche taste needs a large country.

    The seller is a platform with a fixed cost. It reviews its books after a term and gives notice if it has lost money;
    the result is between a country in which it stayed and one in which it did not.
    """
    expected = variety.smallest_country(fixed_cost, price - UNIT_COST, need_rate * share)
    found = []
    for replicate in range(countries):

        def stays(customers: float, own_seed: int = seed + replicate) -> bool:
            return seller_stays(own_seed, round(customers), share, need_rate, price, fixed_cost)

        low, high = 0.8 * expected, 1.25 * expected
        if stays(low):
            high = low
        elif not stays(high):
            low = high
        while high > low * FINE_ENOUGH:
            between = 0.5 * (low + high)
            low, high = (low, between) if stays(between) else (between, high)
        found.append(0.5 * (low + high))
    return [Finding("customers", expected, without_interval_of_zero(np.array(found)))]


def seller_stays(
    seed: int, customers: int, share: float, need_rate: float, price: float, fixed_cost: float, days: int = 80
) -> bool:
    """Tell whether a seller to this share of customers is still open after its first review."""
    wanting = round(customers * share)
    towns = [town("country", wanting, style_shares=[1.0, 0.0])]
    if wanting < customers:
        towns.append(town("rest of it", customers - wanting, style_shares=[0.0, 1.0]))
    tables = market(
        markets.calendar(days + 1),
        geography={"towns": towns},
        styles={"count": 2},
        # Other customers would not take it as a gift.
        customers={"need_rate": need_rate, "mismatch_cost": 10.0 * markets.ALWAYS},
        products={"items": [{"name": "rare", "style": 0, "supplier": "maker", "unit_cost": UNIT_COST}]},
        suppliers={"names": ["maker"], "direct_pricing": fixed(price)},
        retailers={"stores": [{"name": "shop", "town": "country", "slots": 1}]},
        platform={
            "commission": 1.0 - UNIT_COST / price,
            "fixed_cost": fixed_cost,
            "closing": {"rule": "losses", "review_days": days, "patience": 1, "notice_days": 0},
        },
        regimes={"listed": {"supplier_channels": ["parcel"], "platform": True}},
    )
    events = live(tables, "listed", seed).columns["events"]["kind"]
    return EVENTS.index("platform_gives_notice") not in events
