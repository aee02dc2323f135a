"""Nash prices by pyblp (Conlon & Gortmaker 2020, RAND 51:1108) on the same customers.

The judge is given who sells what at which cost, and the distance of every customer to every shop. It finds the
Bertrand-Nash prices (Morrow & Skerlos 2011, Operations Research 59:328). At these prices the market must sell what the
judge expects, and every firm that leaves them must lose. Prices that firms find themselves are in ``found_prices``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.types import FloatArray
from sim.market import Market
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.external import price_markets
from sim.validation.external.finding import THEME, near
from sim.validation.external.price_markets import SCALE, SHOPS, WAY, MarketGoods, goods_of

SHARE_WITHIN = 0.005
DEVIATIONS = (-0.02, 0.02)

nash_claim = partial(
    claim, THEME, source="pyblp, replace_endogenous: Conlon & Gortmaker 2020, RAND Journal of Economics", judge="pyblp"
)

TWO_FIRMS = {
    **price_markets.PARCELS,
    "products": {
        "items": [
            {**item, "supplier": firm}
            for item, firm in zip(price_markets.PARCELS["products"]["items"], ("Ann", "Ann", "Cid"), strict=True)
        ]
    },
}
ONE_PRODUCT = {**SHOPS, "products": {"items": SHOPS["products"]["items"][:1]}}

MARKETS: dict[str, Mapping[str, Any]] = {
    "one product per maker": price_markets.PARCELS,
    "a maker of two products": TWO_FIRMS,
    "shops in a town": ONE_PRODUCT,
    "shops of two products in a town": SHOPS,
}


@dataclass(frozen=True)
class Equilibrium:
    """pyblp's result: prices, and the shares of all customers at these prices."""

    prices: FloatArray
    shares: FloatArray


def agents_of(goods: MarketGoods) -> dict[str, NDArray[Any]]:
    """Return the customers as pyblp reads them: distance to every good, and availability."""
    people = len(goods.km)
    agents = {"market_ids": np.zeros(people, dtype=np.int64), "weights": np.full(people, 1.0 / people)}
    agents["nodes0"] = np.zeros(people)
    for good in range(goods.km.shape[1]):
        agents[f"way{good}"] = goods.km[:, good]
        agents[f"availability{good}"] = goods.available[:, good].astype(np.float64)
    return agents


def simulation_of(goods: MarketGoods) -> Any:
    """Return pyblp's simulation of these goods and customers, before it searches for prices."""
    import pyblp

    pyblp.options.verbose = False
    count = len(goods.firms)
    sold = {
        "market_ids": np.zeros(count, dtype=np.int64),
        "firm_ids": np.array(goods.firms),
        "worth": goods.worth,
        "cost": goods.cost,
    }
    tastes = (pyblp.Formulation("0 + prices + worth"), pyblp.Formulation("1"), pyblp.Formulation("0 + cost"))
    return pyblp.Simulation(
        tastes,
        sold,
        beta=[-1.0 / SCALE, 1.0 / SCALE],
        gamma=[1.0],
        sigma=[[0.0]],
        pi=[[-WAY / SCALE]],
        agent_formulation=pyblp.Formulation("0 + way"),
        agent_data=agents_of(goods),
        xi=np.zeros(count),
        omega=np.zeros(count),
    )


def nash(goods: MarketGoods) -> Equilibrium:
    """Return the Bertrand-Nash prices and shares that pyblp finds; raises RuntimeError when it finds none."""
    found = simulation_of(goods).replace_endogenous(costs=goods.cost)
    if not bool(np.all(found.fp_converged)):
        raise RuntimeError("pyblp found no equilibrium prices")
    return Equilibrium(found.product_data.prices.ravel(), found.product_data.shares.ravel())


def sold_as_expected(goods: MarketGoods, known: Equilibrium, shares: FloatArray, *, needs: int = 0) -> list[Finding]:
    """Compare market shares with pyblp's, good by good; ``needs`` were counted, 0: none."""
    how = "counted" if needs else "expected"
    errors = np.sqrt(shares * (1.0 - shares) / needs) if needs else np.zeros(len(shares))
    return [
        near(f"{how} share of {label}", float(judge), float(model), SHARE_WITHIN, float(error))
        for label, judge, model, error in zip(goods.labels, known.shares, shares, errors, strict=True)
    ]


def nobody_moves(
    market: Mapping[str, Any], goods: MarketGoods, known: Equilibrium, customers: NDArray[np.int64]
) -> list[Finding]:
    """Return each firm's largest gain in the market from leaving its prices by 2 %, which should be zero.

    All goods of the firm change together, and each alone.
    """
    at_rest = profits_at(market, goods, known.prices, customers)
    findings = []
    for firm in dict.fromkeys(goods.firms):
        own = np.array([name == firm for name in goods.firms])
        moves = {tuple(own): own, **{tuple(row): row for row in np.eye(len(own), dtype=bool)[own]}}
        best = max(
            float(
                profits_at(market, goods, np.where(move, known.prices * (1.0 + step), known.prices), customers)[
                    own
                ].sum()
            )
            for move in moves.values()
            for step in DEVIATIONS
        )
        gain = max(best / float(at_rest[own].sum()) - 1.0, 0.0)
        findings.append(Finding(f"what {firm} gains 2 % off its prices", 0.0, exact(gain)))
    return findings


def profits_at(
    market: Mapping[str, Any], goods: MarketGoods, prices: FloatArray, customers: NDArray[np.int64]
) -> FloatArray:
    """Return each good's profit per customer in the market at fixed prices."""
    opened = Market(price_markets.scenario_at(market, goods, prices), "judged", 0)
    margin = np.rint(prices * 100.0) / 100.0 - goods.cost
    return margin * price_markets.expected_shares(opened, customers, goods.available)


@nash_claim(
    tolerance=0.0,
    cases=(
        *(given(market, market=market, slow=market == "shops of two products in a town") for market in MARKETS),
        *(given(f"{market}, counted", market=market, counted_days=8000, slow=True) for market in MARKETS),
    ),
)
def nash_prices(seed: int, market: str, counted_days: int = 0) -> list[Finding]:
    """At pyblp's Nash prices the market sells what pyblp expects, and no firm gains by moving.

    ``counted_days`` of shopping, where any, are counted instead: not expectations but choices with their shocks.
    """
    tables = MARKETS[market]
    goods = goods_of(Market(price_markets.scenario_at(tables, None, None), "judged", seed))
    known = nash(goods)
    everybody = np.arange(len(goods.km))
    opened = Market(price_markets.scenario_at(tables, goods, known.prices), "judged", seed)
    if counted_days:
        shares, needs = price_markets.counted_shares(opened, counted_days)
        return sold_as_expected(goods, known, shares, needs=needs)
    expected = sold_as_expected(goods, known, price_markets.expected_shares(opened, everybody, goods.available))
    return expected + nobody_moves(tables, goods, known, everybody)


@nash_claim(
    tolerance=0.0, cases=(given("order-up-to level 45", level=45), given("order-up-to level 30", level=30, slow=True))
)
def nash_prices_empty_shelves(seed: int, level: int) -> list[Finding]:
    """The same holds when customers see which shelves are empty."""
    scarce = {"retailers.replenishment.level": level, "time.days": 3, "records.choices": True}
    run = Market(price_markets.scenario_at(SHOPS, None, None, **scarce), "judged", seed)
    all_goods = goods_of(run)
    choices = run.run().choices("made")
    offered = choices[choices["buys"] == 1.0]
    stock = offered.pivot_table(index="obs", columns="alt", values="avail", aggfunc="first")
    store = run.world.places.names[run.world.places.stores]
    names = [f"{product}, {store[s]}, store" for s, product in zip(all_goods.stores, all_goods.products, strict=True)]
    customers = offered.groupby("obs")["customer"].first().to_numpy()
    available = stock[names].to_numpy() == 1
    goods = replace(all_goods, km=all_goods.km[customers], available=available)
    known = nash(goods)
    opened = Market(price_markets.scenario_at(SHOPS, goods, known.prices), "judged", seed)
    findings = sold_as_expected(goods, known, price_markets.expected_shares(opened, customers, available))
    return findings + nobody_moves(SHOPS, goods, known, customers)
