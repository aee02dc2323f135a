"""Stock rules, judged by stockpyl (Snyder 2023, "Stockpyl", INFORMS Tutorials) and by closed forms.

Each day goods arrive, customers buy, and orders go out in the evening. Tonight's order is available after ``lead``
days' demand, including the last of these days: an order-up-to level protects for ``lead`` days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.types import FloatArray
from sim.engine.codes import BOUGHT
from sim.market import Market
from sim.scenario import Scenario, load_scenario
from sim.validation.claims import Finding, claim, given
from sim.validation.external.finding import THEME, near

WITHIN = 0.01
HOLDING, WAITING, ORDERING = 1.0, 3.0, 20.0
"""Costs per unit and day in stock, per customer and day of waiting, per order."""

stock_claim = partial(claim, THEME, tolerance=WITHIN, judge="stockpyl")

NEED_RATE = 0.004
"""Needs per customer and day: so few that the needs of many customers are nearly Poisson."""


@dataclass(frozen=True)
class StockResults:
    """Results for stocks, by product: means per day over the counted days, shape (products,).

    Attributes:
        demand: true demand rate of each product's customers, from the scenario. It does not use realised demand,
            so a market with too much or too little demand would be detected.
        asked: units requested.
        filled: units handed over on the day they were requested.
        waited: days waited by customers of a day.
        on_hand, waiting: units in stock and customers waiting, in the evening.
        orders: orders placed.
    """

    demand: FloatArray
    asked: FloatArray
    filled: FloatArray
    waited: FloatArray
    on_hand: FloatArray
    waiting: FloatArray
    orders: FloatArray

    @property
    def cost(self) -> FloatArray:
        """Cost per day of holding and of waiting customers."""
        return HOLDING * self.on_hand + WAITING * self.waiting

    def compare(self, figure: str, judge: FloatArray, model: FloatArray, share: float = WITHIN) -> Finding:
        """Compare sums over products: within a share of the judge's number.

        Products are independent, so their differences give the error.
        """
        error = float((model - judge).std(ddof=1) * np.sqrt(len(judge)))
        return near(figure, float(judge.sum()), float(model.sum()), share, error)

    def compare_waits(self, late: FloatArray) -> Finding:
        """Compare the number of waiting customers with the judge's, within ``WITHIN`` of their arrival rate."""
        found = self.compare("days waited per day", late, self.waited)
        return replace(found, allowance=WITHIN * float(self.demand.sum()))

    def compare_rate(self) -> Finding:
        """Compare the units requested with the true rate that the judge is given."""
        return self.compare("units asked for per day", self.demand, self.asked)

    def compare_fill(self, late: FloatArray) -> Finding:
        """Compare the share filled at once with the judge's, which gives the units late or lost per day."""
        share = (self.demand - late) / self.demand.sum()
        return self.compare("fill rate", share, self.filled / self.asked.sum())


def stock_scenario(
    replenishment: Mapping[str, Any], lead: int, daily: float, products: int, days: int, *, lost: bool
) -> Scenario:
    """Return a town with demand of ``daily`` units of each product, each customer always wanting the same one.

    ``lost``: they go to a shop and leave if the shelf is empty; otherwise the maker sends parcels and they wait.
    """
    maker: dict[str, Any] = {"names": ["maker"], "location": "centre", "lead_time": 1 if lost else lead}
    maker |= {"pricing": {"rule": "fixed", "price": 1.0}, "direct_pricing": {"rule": "fixed", "price": 1.0}}
    plenty = {"rule": "base_stock", "level": 10_000}
    shop = {"lead_time": lead, "stock_per_slot": 10_000, "replenishment": dict(replenishment)}
    return load_scenario(
        {
            "name": "stocks",
            "time": {"days": days, "warm_up": 10 * lead, "cool_down": lead, "opening": "as_given"},
            "geography": {
                "towns": [{"name": "Brook", "customers": round(products * daily / NEED_RATE), "shape": "point"}]
            },
            "styles": {"count": products, "zipf": 0.0},
            "customers": {
                "need_rate": NEED_RATE,
                "worth": {"distribution": "constant", "mean": 10.0},
                "waiting_cost": 100.0 if lost else 0.0,  # customers do not return the next day, or do not mind waiting
                "travel_cost": 0.0,
                "breadth": 1,
                "reach": 1,
            },
            "products": {"count": products, "unit_cost": 1.0},
            "suppliers": {**maker, "replenishment": plenty if lost else dict(replenishment)},
            "retailers": {**shop, "names": ["Ann"], "stores": [{"name": "shop", "town": "Brook", "slots": products}]},
            "delivery": {"parcel": {"handling_days": 0.0}},
            "regimes": {
                "shop": {"shelves": "own", "own_channels": ["store"]},
                "parcels": {"supplier_channels": ["parcel"]},
            },
        }
    )


def run_stocks(scenario: Scenario, regime: str, seed: int = 0) -> StockResults:
    """Run a market, record its stocks every evening, and return the results."""
    market = Market(scenario, regime, seed)
    node = market.state.shelves.first_node if regime == "shop" else 0
    first, end = market.state.records.first_day, market.state.records.end_day
    on_hand, waiting = (np.zeros(len(market.stock.products)) for _ in range(2))
    while market.day < scenario.time.days:
        counts = first <= market.day < end
        market.step()
        if counts:
            on_hand += market.stock.goods.units[node]
            waiting += market.stock.goods.reserved[node]  # sold and not yet delivered
    columns, cells, days = market.outcome().columns, market.state.records.stock_statistics, end - first
    needs, asked = columns["needs"], cells.demand[node]
    bought = (needs["day"] >= first) & (needs["day"] < end) & (needs["result"] == BOUGHT)
    people = columns["tastes"]["people"].astype(np.float64)
    return StockResults(
        demand=people * NEED_RATE,
        asked=asked / days,
        filled=cells.filled[node] / days,
        waited=np.bincount(needs["product"][bought], needs["days"][bought], len(people)) / days,
        on_hand=on_hand / days,
        waiting=waiting / days,
        orders=orders_placed(columns["stock"], market.stock.nodes + node, first, end, len(people)) / days,
    )


def orders_placed(
    stock: Mapping[str, NDArray[Any]], way: int, first: int, end: int, products: int
) -> NDArray[np.int64]:
    """Return the number of orders for each product: one per lot dispatched to the place."""
    there = (stock["destination"] == way) & (stock["day"] >= first) & (stock["day"] < end)
    return np.bincount(stock["product"][there], minlength=products)


def each(demand: FloatArray, of_one: Callable[[float], float]) -> FloatArray:
    """Return a number for each product that depends on its daily demand, computed once for equal demands."""
    values, inverse = np.unique(demand, return_inverse=True)
    return np.array([of_one(float(value)) for value in values])[inverse]


def shortfall(level: int, mean: float) -> float:
    """Return E(D - level)+ of Poisson demand, from stockpyl."""
    from stockpyl.loss_functions import poisson_loss

    return float(poisson_loss(level, mean)[0]) if mean > 0 else 0.0


def rule(level: int) -> dict[str, Any]:
    """Return the rule that orders up to a level every evening."""
    return {"rule": "base_stock", "level": level}


@stock_claim(
    source="stockpyl, poisson_loss, newsvendor_poisson_cost: Snyder 2023; Zipkin 2000",
    cases=(
        given("level 9, 3 days, 2 a day", level=9, lead=3, daily=2.0, days=1500),
        given("level 11, 2 days, 4 a day", level=11, lead=2, daily=4.0, days=6000, slow=True),
        given("level 15, 5 days, 3 a day", level=15, lead=5, daily=3.0, days=8000, slow=True),
    ),
)
def stock_losses(seed: int, level: int, lead: int, daily: float, days: int) -> list[Finding]:
    """With customers who wait, fill rate, waiting and cost are those of stockpyl's loss functions.

    Of a day's demand those wait whom the stock leaves short: E(D_lead - S)+ - E(D_(lead-1) - S)+.
    """
    from stockpyl.newsvendor import newsvendor_poisson_cost

    tables = stock_scenario(rule(level), lead, daily, 25, days, lost=False)
    kept = run_stocks(tables, "parcels", seed)
    late = each(kept.demand, lambda mean: shortfall(level, mean * lead))
    late_before = each(kept.demand, lambda mean: shortfall(level, mean * (lead - 1)))
    cost = each(kept.demand, lambda mean: float(newsvendor_poisson_cost(level, HOLDING, WAITING, mean * lead)))
    return [
        kept.compare_fill(late - late_before),
        kept.compare_waits(late),
        kept.compare("cost per day", cost, kept.cost),
        kept.compare_rate(),
    ]


@stock_claim(
    source="stockpyl, poisson_loss: Snyder 2023, INFORMS Tutorials",
    cases=(
        given("level 5, 4 a day", level=5, daily=4.0, slow=True),
        given("level 2, 1.5 a day", level=2, daily=1.5, slow=True),
    ),
)
def stock_lost_sales(seed: int, level: int, daily: float) -> list[Finding]:
    """With customers who leave, the fill rate is that of stockpyl's loss function.

    With a lead time of one day the shelf is full every morning: E(D - S)+ are lost.
    """
    kept = run_stocks(stock_scenario(rule(level), 1, daily, 25, 4000, lost=True), "shop", seed)
    return [kept.compare_fill(each(kept.demand, lambda mean: shortfall(level, mean)))]


@stock_claim(
    source="stockpyl, poisson_loss, r_q_cost_poisson: Snyder 2023; Zipkin 2000",
    cases=(given("point 5, lot 8", point=5, lot=8, slow=True), given("point 7, lot 4", point=7, lot=4, slow=True)),
)
def stock_lots(seed: int, point: int, lot: int) -> list[Finding]:
    """With a reorder point and lots, fill rate and cost are those of stockpyl's (r, Q) policy.

    At a random hour, the orders of the last ``lead`` days less half a day are outstanding.
    """
    from stockpyl.rq import r_q_cost_poisson

    lead, daily = 120, 0.05
    order = {"rule": "reorder_point", "reorder_point": point, "level": point + lot}
    kept = run_stocks(stock_scenario(order, lead, daily, 250, 8000, lost=False), "parcels", seed)
    positions = range(point + 1, point + lot + 1)

    def late(days: float) -> FloatArray:
        return each(kept.demand, lambda mean: sum(shortfall(y, mean * days) for y in positions) / lot)

    cost = each(kept.demand, lambda mean: float(r_q_cost_poisson(point, lot, HOLDING, WAITING, ORDERING, mean, lead)))
    return [
        kept.compare_fill(late(lead) - late(lead - 1)),
        kept.compare("cost per day", cost, kept.cost + ORDERING * kept.orders),
    ]


@stock_claim(
    source="stockpyl, simulation: Snyder 2023, INFORMS Tutorials",
    cases=(
        given("level 11, 2 days, 4 a day", level=11, lead=2, daily=4.0, slow=True),
        given("level 9, 3 days, 2 a day", level=9, lead=3, daily=2.0, slow=True),
    ),
)
def stock_simulated(seed: int, level: int, lead: int, daily: float) -> list[Finding]:
    """stockpyl's own simulator, which uses no formula, serves as many at once."""
    from stockpyl.sim import simulation
    from stockpyl.supply_chain_network import single_stage_system

    periods = 4000
    network = single_stage_system(
        holding_cost=HOLDING,
        stockout_cost=WAITING,
        demand_type="P",
        mean=daily,
        policy_type="BS",
        base_stock_level=level,
        shipment_lead_time=lead,
    )
    simulation(network, periods, rand_seed=seed, progress_bar=False)
    (only,) = network.nodes[0].state_vars[periods - 1].fill_rate
    fill = float(network.nodes[0].state_vars[periods - 1].fill_rate[only])
    kept = run_stocks(stock_scenario(rule(level), lead, daily, 25, 2400, lost=False), "parcels", seed)
    return [near("fill rate", fill, float(kept.filled.sum() / kept.asked.sum()), WITHIN)]
