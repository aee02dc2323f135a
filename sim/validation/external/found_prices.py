"""Prices that firms found themselves, judged by pyblp (Conlon & Gortmaker 2020, RAND 51:1108) on the same customers.

Firms that follow ``best_response`` start from their initial prices without knowing the judge's. Their final prices are
compared with the judge's Bertrand-Nash prices. In the audit the judge sees only the prices and shares that such a run
exports, and has to infer the unit costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.common.types import CENTS, FloatArray
from sim.market import Market
from sim.scenario import load_scenario
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.external.finding import THEME, near
from sim.validation.external.price_markets import SCALE, SHOPS, WAY, MarketGoods, goods_of, with_best_responses
from sim.validation.external.prices import MARKETS, agents_of, nash, nash_claim

PRICE_WITHIN, COST_WITHIN = 0.005, 0.01
DAYS_TO_REST = 40
AUDIT_DAYS = 500
LONGEST_WAIT = 300

WANTED = {
    **SHOPS,
    "products": {"items": [*SHOPS["products"]["items"][:1], {**SHOPS["products"]["items"][1], "quality": 420.0}]},
}
"""Shops that run out of pears long before apples."""


def posted(market: Market, goods: MarketGoods) -> FloatArray:
    """Return the current price of each good in a market, (goods,)."""
    number = np.array([market.world.product_names.index(name) for name in goods.products])
    own = np.maximum(goods.stores, 0)
    cents = np.where(
        goods.stores >= 0, market.state.shelves.list_price[own, number], market.state.shelves.direct_price[number]
    )
    return np.asarray(cents / CENTS, dtype=np.float64)


def judged_prices(market: str, seed: int) -> tuple[MarketGoods, FloatArray]:
    """Return the goods of a market of ``MARKETS``, and the Nash prices that pyblp finds."""
    goods = goods_of(Market(load_scenario(with_best_responses(MARKETS[market])), "judged", seed))
    return goods, nash(goods).prices


def tables_with(market: str, goods: MarketGoods, known: FloatArray, stubborn: float | None) -> dict[str, Any]:
    """Return a market of ``MARKETS`` whose firms find their prices.

    ``stubborn`` (a multiple of its Nash price) is charged by the first good's firm for all its goods: a planted fault.
    """
    return with_best_responses(MARKETS[market], None if stubborn is None else (goods, known * stubborn))


@nash_claim(tolerance=PRICE_WITHIN, cases=[given(market, market=market) for market in reversed(MARKETS)])
def nash_prices_found(seed: int, market: str, stubborn: float | None = None) -> list[Finding]:
    """Firms that choose their best prices settle at the Nash prices that pyblp finds."""
    goods, known = judged_prices(market, seed)
    opened = Market(load_scenario(tables_with(market, goods, known, stubborn)), "judged", seed)
    for _ in range(DAYS_TO_REST):
        opened.step()
    return prices_as_expected(goods, known, posted(opened, goods))


def prices_as_expected(goods: MarketGoods, known: FloatArray, asked: FloatArray) -> list[Finding]:
    """Compare the prices found with pyblp's, good by good."""
    return [
        near(f"price found of {label}", float(judge), float(price), PRICE_WITHIN)
        for label, judge, price in zip(goods.labels, known, asked, strict=True)
    ]


@nash_claim(
    tolerance=PRICE_WITHIN,
    cases=(
        given("one shop without pears", stock={"Bob": 9500}, empty=1),
        given("two shops without pears", stock={"Bob": 9500, "Ann": 9000}, empty=2),
    ),
)
def nash_prices_found_beside_empty_shelves(seed: int, stock: Mapping[str, int], empty: int) -> list[Finding]:
    """The same holds for all they carry when customers have emptied some shelves.

    ``stock`` is the initial stock of some firms, per product, without replenishment. The comparison takes place when
    the same ``empty`` shelves of pears have been empty for long. A shelf that is empty today is filled again later:
    prices are set for what is carried, and an empty shelf changes none.
    """
    firms = {
        firm: {"replenishment": {"rule": "base_stock", "level": units, "review_days": LONGEST_WAIT + 1}}
        for firm, units in stock.items()
    }
    market = Market(load_scenario({**with_best_responses(WANTED), "firms": firms}), "judged", seed)
    goods = goods_of(market)
    left = wait_at_rest(market, goods)
    gone = Finding("shelves empty", float(empty), exact(float((~left).sum())), allowance=0.0)
    return [gone, *prices_as_expected(goods, nash(goods).prices, posted(market, goods))]


def wait_at_rest(market: Market, goods: MarketGoods) -> NDArray[np.bool_]:
    """Run until the same shelves have been empty for ``DAYS_TO_REST`` days, or raise; return which are not empty."""
    before, since = np.ones(len(goods.firms), dtype=np.bool_), 0
    for _ in range(LONGEST_WAIT):
        market.step()
        left = shelf_units(market, goods) > 0
        since = since + 1 if np.array_equal(left, before) else 0
        before = left
        if since >= DAYS_TO_REST and not left.all():
            return left
    raise RuntimeError(f"no shelves stayed empty for {DAYS_TO_REST} days while others were full")


def shelf_units(market: Market, goods: MarketGoods) -> NDArray[np.int64]:
    """Return the units on each good's shelf, (goods,)."""
    number = np.array([market.stock.products.index(name) for name in goods.products])
    return market.stock.goods.units[market.state.shelves.first_node + goods.stores, number]


@claim(
    THEME,
    source="pyblp, compute_costs: Conlon & Gortmaker 2020, RAND Journal of Economics",
    tolerance=COST_WITHIN,
    judge="pyblp",
    cases=[given(market, market=market) for market in reversed(MARKETS)],
)
def unit_costs_found(seed: int, market: str, stubborn: float | None = None) -> list[Finding]:
    """From exported prices and shares of firms that found their prices, pyblp infers the unit costs.

    With a ``stubborn`` firm the inferred costs must be wrong.
    """
    goods, known = judged_prices(market, seed)
    days = {"time.days": DAYS_TO_REST + AUDIT_DAYS, "time.warm_up": DAYS_TO_REST}
    run = Market(load_scenario(tables_with(market, goods, known, stubborn), days), "judged", seed).run()
    left = run.market_shares()
    sellers = list(zip(goods.firms, goods.products, strict=True))
    order = [sellers.index(good) for good in sold_goods(left)]  # each firm has one place
    costs = costs_behind(left, replace(goods, km=goods.km[:, order], available=goods.available[:, order]))
    return [
        # The market knows the cost; the judge has to infer it.
        near(f"unit cost of {firm}'s {product}", float(cost), float(true), COST_WITHIN)
        for (firm, product), true, cost in zip(sold_goods(left), left["unit_cost"], costs, strict=True)
    ]


def costs_behind(left: pd.DataFrame, goods: MarketGoods) -> FloatArray:
    """Return the unit costs that pyblp infers from exported prices and shares, row by row; ``goods`` in that order."""
    import pyblp

    pyblp.options.verbose = False
    pyblp.options.singular_tol = np.inf  # concerns standard errors of tastes, which are not estimated here
    sold: Mapping[str, Any] = {
        "market_ids": np.zeros(len(left), dtype=np.int64),
        "firm_ids": left["firm_ids"].to_numpy(),
        "prices": left["prices"].to_numpy(),
        "shares": left["shares"].to_numpy(),
        "quality": left["quality"].to_numpy(),
        # Nothing is estimated; pyblp requires as many instruments as there could be tastes.
        "demand_instruments0": (np.arange(len(left)) == 0).astype(np.float64),
        "demand_instruments1": (np.arange(len(left)) == 1).astype(np.float64),
    }
    tastes = (pyblp.Formulation("0 + prices + quality"), pyblp.Formulation("1"))
    problem = pyblp.Problem(tastes, sold, agent_formulation=pyblp.Formulation("0 + way"), agent_data=agents_of(goods))
    # Tastes are given, not estimated: free tastes would absorb variation in costs.
    solved = problem.solve(
        sigma=[[0.0]],
        pi=[[-WAY / SCALE]],
        beta=[-1.0 / SCALE, 1.0 / SCALE],
        method="1s",
        optimization=pyblp.Optimization("return"),
    )
    return solved.compute_costs().ravel()


def sold_goods(left: pd.DataFrame) -> list[tuple[str, str]]:
    """Return firm and product of each row of a table of market shares."""
    return list(zip(left["firm_ids"].astype(str), left["product"].astype(str), strict=True))
