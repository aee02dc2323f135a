"""Whether fitted intervals cover the truth: ``python -m benchmarks.recovery --markets 40``.

Each market has odd parameters that only the data know. Its weekly figures come from the full simulator, in a world of
its own; it is fitted from what a strategist believes, and the effects of four changes on the own brand's profit are
compared with full simulations of the truth. The same data are fitted with tastes that are shuffled, which is to be
refused. Ends with 1 where fewer than 88 or more than 99 of 100 intervals cover, or fewer than nine in ten are refused.
Markets 0 to 39 served to build the fit: ``--first 100`` judges it on others.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from benchmarks.odd_markets import OWN, Kind, believed, history, truth, with_shuffled_tastes
from sim.decisions.confirming import weekly_profit
from sim.decisions.deciding import CHANCE_WEEKS
from sim.decisions.decision import ProfitInterval
from sim.decisions.route_market import open_route
from sim.decisions.routes import STAY, SalesRoute, sales_routes_of
from sim.decisions.weighing import Weighed, Weighing, prepare_weighing
from sim.fitting import FittedMarket, fit_market, weekly_history_of
from sim.fitting.fit import first_estimate
from sim.scenario import Scenario, load_scenario

KINDS = {
    "promotions": Kind(),
    "half a year, shocks": Kind(shocks=0.15),
    "no price variation": Kind(promoted=0.0),
    "short, deep": Kind(weeks=13, promoted=0.2, depth=(0.2, 0.3)),
    "season": Kind(season=0.3),
    "empty shelves": Kind(safety=1.0),
    "a year": Kind(weeks=52),
    "shallow": Kind(depth=(0.02, 0.05)),
}
CUT = 0.85
MEMBERS = 100
RIVAL_CUT = "rival's cut of 15 %"
EFFECTS = ("direct", "marketplace", "direct_only", RIVAL_CUT)
NAMES = {"direct": "web shop", "marketplace": "marketplace at 15 %", "direct_only": "leaving the shops"}
LEAST, MOST, REFUSED = 0.88, 0.99, 0.9


@dataclass(frozen=True)
class Case:
    """One market: which intervals cover the truth, how wide they are, and whether shuffled tastes are refused."""

    kind: str
    covered: dict[str, bool]
    width: dict[str, float]
    right_refused: bool
    shuffled_refused: bool
    scale_off: float


def with_shelf_prices(market: Scenario, *, cut: float = 1.0) -> Scenario:
    """Return a market whose shops ask the usual prices, those of rivals times ``cut``."""
    prices = market.suppliers.direct_pricing.model_dump()["prices"]
    own = {item.name for item in market.products.items or [] if item.supplier == OWN}
    asked = {name: price if name in own else round(price * cut, 2) for name, price in prices.items()}
    return load_scenario(market, {"retailers.pricing": {"rule": "fixed", "prices": asked}})


def true_effects(market: Scenario, seed: int) -> dict[str, float]:
    """Return what each change does to the own brand's weekly profit in full simulations of the truth."""
    today = with_shelf_prices(market)
    weighing = prepare_weighing(today, None, "maker", OWN, "traditional", seed)
    routes = sales_routes_of(weighing.situation, EFFECTS[:3])
    profit = {each.key: weekly_profit(each.scenario, each.regime, OWN, seed) for each in routes}
    profit[RIVAL_CUT] = weekly_profit(with_shelf_prices(market, cut=CUT), "traditional", OWN, seed)
    return {name: profit[name] - profit[STAY] for name in EFFECTS}


def expected_effects(found: FittedMarket) -> dict[str, ProfitInterval]:
    """Return the intervals of the same effects over the ensemble of a fit."""
    weighing = prepare_weighing(found.scenario, found.ensemble, "maker", OWN, "traditional", 0)
    opened = {each.key: _opened(weighing, each) for each in sales_routes_of(weighing.situation, EFFECTS[:3])}
    stay = opened[STAY]
    cut = stay.price.copy()
    products = stay.market.products
    cut[:products] = np.where(weighing.own, cut[:products], CUT * cut[:products])
    opened[RIVAL_CUT] = replace(stay, price=cut)
    rng = np.random.default_rng(5)
    before = [stay.profit(point, stay.price) for point in weighing.points]
    effects = {}
    for name in EFFECTS:
        after = [opened[name].profit(point, opened[name].price) for point in weighing.points]
        gain = np.array([one[0] - other[0] for one, other in zip(after, before, strict=True)])
        spread = np.sqrt(np.array([one[1] for one in after]) / CHANCE_WEEKS)
        effects[name] = ProfitInterval.of(gain + rng.normal(size=len(gain)) * spread)
    return effects


def _opened(weighing: Weighing, route: SalesRoute) -> Weighed:
    """Return the market of a route at the prices it opens with, which are those in the shops."""
    market = open_route(route, weighing.space, weighing.seed)
    return Weighed(market, market.base_price.copy(), np.zeros(2 * market.products), market.accounts.index(OWN))


def cases(markets: int, people: float, first: int = 0) -> Iterator[Case]:
    """Fit market after market, from number `first` on."""
    for number in range(first, first + markets):
        kind = list(KINDS)[number % len(KINDS)]
        market, seed = truth(number, people=people), number + 100
        data = history(market, KINDS[kind], number, world_seed=seed)
        priors = believed(market)
        told = weekly_history_of(data, [item.name for item in priors.products.items or []])
        found = fit_market(priors, told, "traditional", seed=0, members=MEMBERS)
        _, shuffled = first_estimate(with_shuffled_tastes(priors, number), told, "traditional", 0)
        true, intervals = true_effects(market, seed), expected_effects(found)
        yield Case(
            kind,
            {name: intervals[name].low <= true[name] <= intervals[name].high for name in EFFECTS},
            {name: intervals[name].high - intervals[name].low for name in EFFECTS},
            bool(found.ensemble.refused),
            shuffled.refuses,
            float(np.log(found.scenario.customers.scale / market.customers.scale)),
        )


def table(found: list[Case]) -> list[str]:
    """Return the table of what was found."""
    lines = [f"{'effect on own profit':24}{'covered':>9}{'of':>5}{'median width':>14}"]
    for name in EFFECTS:
        covered = [each.covered[name] for each in found]
        width = float(np.median([each.width[name] for each in found]))
        lines.append(f"{NAMES.get(name, name):24}{np.mean(covered):9.2f}{len(covered):5}{width:14.0f}")
    whole = [covers for each in found for covers in each.covered.values()]
    lines.append(f"{'all':24}{np.mean(whole):9.2f}{len(whole):5}")
    for kind in dict.fromkeys(each.kind for each in found):
        own = [covers for each in found if each.kind == kind for covers in each.covered.values()]
        off = [each.scale_off for each in found if each.kind == kind]
        lines.append(f"  {kind:22}{np.mean(own):9.2f}{len(own):5}   scale of taste off by {100 * np.mean(off):+.0f} %")
    lines.append(f"right tastes refused {sum(each.right_refused for each in found)} of {len(found)}")
    lines.append(f"shuffled tastes refused {sum(each.shuffled_refused for each in found)} of {len(found)}")
    return lines


def main() -> int:
    """Fit, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recovery", description=__doc__)
    parser.add_argument("--markets", type=int, default=40, help="how many (default: 40)")
    parser.add_argument("--people", type=float, default=1.0, help="size of the markets, times 4 000 customers")
    parser.add_argument("--first", type=int, default=0, help="number of the first market (default: 0)")
    asked = parser.parse_args()
    found, begun = [], perf_counter()
    for each in cases(asked.markets, asked.people, asked.first):
        found.append(each)
        short = "".join("+" if covers else "-" for covers in each.covered.values())
        said = (
            f"{len(found):3} {each.kind:22} {short} refused {each.right_refused:d} shuffled {each.shuffled_refused:d}"
        )
        print(said, f"{perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    print("\n".join(table(found)))
    whole = float(np.mean([covers for each in found for covers in each.covered.values()]))
    refused = float(np.mean([each.shuffled_refused for each in found]))
    return int(not (LEAST <= whole <= MOST and refused >= REFUSED))


__all__ = ["cases", "expected_effects", "main", "table", "true_effects"]

if __name__ == "__main__":
    sys.exit(main())
