"""Prices that firms found themselves, judged by pyblp (Conlon & Gortmaker 2020, RAND 51:1108) on the same customers.

Firms that follow ``best_response`` are let loose from where they open, none of them told what the judge thinks. Their
prices at rest are held to the Bertrand-Nash prices of the judge. In the audit the judge sees only the prices and shares
that such a run exports, and has to find out what the goods cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.market import Market
from sim.scenario import load_scenario
from sim.validation.claims import Case, Check, Finding, Parameters, exact
from sim.validation.external.finding import THEME, near
from sim.validation.external.price_markets import SCALE, SHOPS, WAY, FloatArray, Goods, goods_of, thinking
from sim.validation.external.prices import MARKETS, agents_of, nash, shoppers
from sim.world.population import CENTS

PRICE_WITHIN, COST_WITHIN = 0.005, 0.01
DAYS_TO_REST = 40
AUDIT_DAYS = 500
LONGEST_WAIT = 300

WANTED = {
    **SHOPS,
    "products": {"items": [*SHOPS["products"]["items"][:1], {**SHOPS["products"]["items"][1], "quality": 420.0}]},
}
"""Shops in which pears are gone long before apples."""


def posted(market: Market, goods: Goods) -> FloatArray:
    """Return the price each good has in a market now, (goods,)."""
    number = np.array([market.world.product_names.index(name) for name in goods.products])
    own = np.maximum(goods.stores, 0)
    cents = np.where(
        goods.stores >= 0, market.state.shelves.list_price[own, number], market.state.shelves.direct_price[number]
    )
    return np.asarray(cents / CENTS, dtype=np.float64)


def found(parameters: Parameters, seed: int) -> list[Finding]:
    """Let firms find their prices in a market of ``MARKETS``, and pyblp those at which none of them would move.

    ``stubborn`` (a multiple of its Nash price) is asked by the first good's firm for all it sells: a planted fault.
    """
    opened = Market(load_scenario(thinking(MARKETS[parameters["market"]])), "judged", seed)
    goods = goods_of(opened)
    known = nash(goods).prices
    if "stubborn" in parameters:
        tables = thinking(MARKETS[parameters["market"]], stubborn=(goods, known * parameters["stubborn"]))
        opened = Market(load_scenario(tables), "judged", seed)
    for _ in range(DAYS_TO_REST):
        opened.step()
    return prices_as_expected(goods, known, posted(opened, goods))


def prices_as_expected(goods: Goods, known: FloatArray, asked: FloatArray) -> list[Finding]:
    """Return whether prices found are those of pyblp, good by good."""
    return [
        near(f"price found of {firm}'s {product}{f', {place}' if place else ''}", float(judge), float(price),
             PRICE_WITHIN)
        for firm, product, place, judge, price in zip(
            goods.firms, goods.products, goods.places, known, asked, strict=True
        )
    ]  # fmt: skip


def found_beside_empty_shelves(parameters: Parameters, seed: int) -> list[Finding]:
    """Let customers buy some shelves empty, and hold firms to the prices of what they carry.

    ``stock`` is what some firms open with, of each product; nothing comes after it. Judged is when the same shelves
    have been empty for long: those of the firms' pears, ``empty`` in number. A shelf that is empty today is filled
    again one day: prices are found for what is carried, and an empty shelf moves none.
    """
    firms = {
        firm: {"replenishment": {"rule": "base_stock", "level": units, "review_days": LONGEST_WAIT + 1}}
        for firm, units in parameters["stock"].items()
    }
    market = Market(load_scenario({**thinking(WANTED), "firms": firms}), "judged", seed)
    goods = goods_of(market)
    left = wait_at_rest(market, goods)
    gone = Finding("shelves empty", float(parameters["empty"]), exact(float((~left).sum())), allowance=0.0)
    return [gone, *prices_as_expected(goods, nash(goods).prices, posted(market, goods))]


def wait_at_rest(market: Market, goods: Goods) -> NDArray[np.bool_]:
    """Let a market go on until the same shelves have been empty for ``DAYS_TO_REST`` days; return which are not.

    Raises:
        RuntimeError: when that does not happen.
    """
    before, since = np.ones(len(goods.firms), dtype=np.bool_), 0
    for _ in range(LONGEST_WAIT):
        market.step()
        left = shelf_units(market, goods) > 0
        since = since + 1 if np.array_equal(left, before) else 0
        before = left
        if since >= DAYS_TO_REST and not left.all():
            return left
    raise RuntimeError(f"no shelves stayed empty for {DAYS_TO_REST} days while others were full")


def shelf_units(market: Market, goods: Goods) -> NDArray[np.int64]:
    """Return the units that stand on each good's shelf, (goods,)."""
    number = np.array([market.stock.products.index(name) for name in goods.products])
    units: NDArray[np.int64] = market.stock.goods.units[market.state.shelves.first_node + goods.stores, number]
    return units


def audit(parameters: Parameters, seed: int) -> list[Finding]:
    """Let pyblp find out unit costs from the prices and shares that a run of firms which found their prices exports.

    ``stubborn`` (a multiple of its Nash price) is asked by the first good's firm for all it sells: then the costs found
    must be wrong.
    """
    market = MARKETS[parameters["market"]]
    opened = Market(load_scenario(thinking(market)), "judged", seed)
    goods = goods_of(opened)
    firm = (goods, nash(goods).prices * parameters["stubborn"]) if "stubborn" in parameters else None
    days = {"time.days": DAYS_TO_REST + AUDIT_DAYS, "time.warm_up": DAYS_TO_REST}
    run = Market(load_scenario(thinking(market, stubborn=firm), days), "judged", seed).run()
    left = run.market_shares()
    order = [
        list(zip(goods.firms, goods.products, strict=True)).index(good) for good in sold_goods(left)
    ]  # each firm has one place
    costs = costs_behind(left, replace(goods, km=goods.km[:, order], available=goods.available[:, order]))
    return [
        # The market knows the cost; the judge has to find it out.
        near(f"unit cost of {firm}'s {product}", float(cost), float(true), COST_WITHIN)
        for (firm, product), true, cost in zip(sold_goods(left), left["unit_cost"], costs, strict=True)
    ]


def costs_behind(left: pd.DataFrame, goods: Goods) -> FloatArray:
    """Return the unit costs that pyblp finds behind exported prices and shares, row by row; ``goods`` in that order."""
    import pyblp

    pyblp.options.verbose = False
    pyblp.options.singular_tol = np.inf  # it is about standard errors of tastes, which nobody estimates here
    sold: Mapping[str, Any] = {
        "market_ids": np.zeros(len(left), dtype=np.int64),
        "firm_ids": left["firm_ids"].to_numpy(),
        "prices": left["prices"].to_numpy(),
        "shares": left["shares"].to_numpy(),
        "quality": left["quality"].to_numpy(),
        # Nothing is estimated; pyblp only insists on as many instruments as there could be tastes.
        "demand_instruments0": (np.arange(len(left)) == 0).astype(np.float64),
        "demand_instruments1": (np.arange(len(left)) == 1).astype(np.float64),
    }
    tastes = (pyblp.Formulation("0 + prices + quality"), pyblp.Formulation("1"))
    problem = pyblp.Problem(tastes, sold, agent_formulation=pyblp.Formulation("0 + way"), agent_data=agents_of(goods))
    # Tastes are given, not estimated: left free, they would take on whatever makes the costs look smooth.
    solved = problem.solve(
        sigma=[[0.0]], pi=[[-WAY / SCALE]], beta=[-1.0 / SCALE, 1.0 / SCALE], method="1s",
        optimization=pyblp.Optimization("return"),
    )  # fmt: skip
    costs: FloatArray = solved.compute_costs().ravel()
    return costs


def sold_goods(left: pd.DataFrame) -> list[tuple[str, str]]:
    """Return firm and product of each row of a table of market shares."""
    return list(zip(left["firm_ids"].astype(str), left["product"].astype(str), strict=True))


FOUND_PRICE_JUDGES = (
    Check(
        name="nash_prices_found",
        theme=THEME,
        claim="Firms that look for their best prices come to rest at the Nash prices that pyblp finds",
        source="pyblp, replace_endogenous: Conlon & Gortmaker 2020, RAND Journal of Economics",
        tolerance=PRICE_WITHIN,
        run=found,
        judge="pyblp",
        cases=tuple(Case(market, shoppers(market)) for market in reversed(MARKETS)),
    ),
    Check(
        name="nash_prices_found_beside_empty_shelves",
        theme=THEME,
        claim="So they do, for all they carry, where customers have bought some shelves empty today",
        source="pyblp, replace_endogenous: Conlon & Gortmaker 2020, RAND Journal of Economics",
        tolerance=PRICE_WITHIN,
        run=found_beside_empty_shelves,
        judge="pyblp",
        cases=(
            Case("one shop without pears", {"stock": {"Bob": 9500}, "empty": 1}),
            Case("two shops without pears", {"stock": {"Bob": 9500, "Ann": 9000}, "empty": 2}),
        ),
    ),
    Check(
        name="unit_costs_found",
        theme=THEME,
        claim="From exported prices and shares of a run of firms that found their prices pyblp finds what goods cost",
        source="pyblp, compute_costs: Conlon & Gortmaker 2020, RAND Journal of Economics",
        tolerance=COST_WITHIN,
        run=audit,
        judge="pyblp",
        cases=tuple(Case(market, shoppers(market)) for market in reversed(MARKETS)),
    ),
)
