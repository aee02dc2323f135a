"""Random choice: shares of logit demand, and substitution at empty shelves.

Taste shocks have a scale of ``SCALE`` units of currency, so that theory's unit of one shock is many cents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.table import Columns
from sim.common.types import FloatArray
from sim.engine.codes import NOTHING
from sim.formulas.logit import choice_shares, diversion
from sim.results.outcome import Outcome
from sim.scenario import load_scenario
from sim.validation.claims import Check, CheckCase, Finding, Parameters, ratio_estimate
from sim.validation.markets import PATIENCE_LOST, Tables, base_stock_rule, calendar, live, market, rivals, rows_of, town
from sim.world.world import make_world

SCALE = 100.0


def shops(parameters: Parameters, stores: Sequence[Mapping[str, Any]], **where: Any) -> Tables:
    """Return a town of customers with taste shocks, and a shop for each price."""
    prices = [SCALE * price for price in parameters["prices"]]
    return market(
        calendar(parameters["days"]),
        rivals(prices, [{"town": "town", **store} for store in stores]),
        geography={"towns": [town("town", parameters["customers"], **where)]},
        customers={
            **{"worth": {"distribution": "constant", "mean": SCALE * parameters["worth"]}, "scale": SCALE},
            **{"reach": len(prices), "waiting_cost": PATIENCE_LOST},
        },
    )


def daily_share(chosen: NDArray[np.bool_], needs: Columns, days: int) -> tuple[FloatArray, FloatArray]:
    """Return, for each day, the needs in which something was chosen, and all needs."""
    parts = np.bincount(needs["day"], weights=chosen, minlength=days).astype(np.float64)
    return parts, np.bincount(needs["day"], minlength=days).astype(np.float64)


def share_findings(outcome: Outcome, chosen: NDArray[np.int64], theory: FloatArray) -> list[Finding]:
    """Return a finding for each alternative, and for going without (``NOTHING``)."""
    needs = outcome.columns["needs"]
    days = outcome.manifest.scenario.time.days
    findings = [
        Finding(f"share of alternative {k + 1}", float(share), ratio_estimate(*daily_share(chosen == k, needs, days)))
        for k, share in enumerate(theory)
    ]
    nothing = ratio_estimate(*daily_share(chosen == NOTHING, needs, days))
    return [*findings, Finding("share without purchase", 1.0 - float(theory.sum()), nothing)]


def rivals_shares(parameters: Parameters, seed: int) -> list[Finding]:
    """Count purchases in neighbouring shops."""
    count = len(parameters["prices"])
    outcome = live(shops(parameters, [{}] * count), "shops", seed)
    theory = choice_shares(parameters["worth"] - np.array(parameters["prices"]))
    return share_findings(outcome, shop_chosen(outcome, "place", count), theory)


def shop_chosen(outcome: Outcome, column: str, count: int) -> NDArray[np.int64]:
    """Return the number of the shop in a column of places, counted from 0; the shops come last of all places."""
    place = outcome.columns["needs"][column].astype(np.int64)
    first = len(outcome.columns["places"]["place"]) - count
    return np.where(place >= 0, place - first, NOTHING)


def shelf_shares(parameters: Parameters, seed: int) -> list[Finding]:
    """Count purchases of goods of different quality and price on one shelf."""
    prices, qualities = parameters["prices"], parameters["qualities"]
    goods = [{"name": f"good {k}", "style": 0, "quality": SCALE * quality} for k, quality in enumerate(qualities)]
    asked = {f"good {k}": SCALE * price for k, price in enumerate(prices)}
    tables = market(
        calendar(parameters["days"]),
        geography={"towns": [town("town", parameters["customers"])]},
        customers={
            **{"worth": {"distribution": "constant", "mean": 0.0}, "scale": SCALE},
            **{"breadth": len(goods), "waiting_cost": PATIENCE_LOST},
        },
        products={"items": goods},
        retailers={
            "stores": [{"name": "shop", "town": "town", "slots": len(goods)}],
            "pricing": {"rule": "fixed", "prices": asked},
        },
    )
    outcome = live(tables, "shops", seed)
    theory = choice_shares(np.array(qualities) - np.array(prices))
    return share_findings(outcome, outcome.columns["needs"]["product"].astype(np.int64), theory)


def located_shares(parameters: Parameters, seed: int) -> list[Finding]:
    """Count purchases of customers in different locations, each with its own distance to each shop."""
    positions = parameters["positions"]
    stores = [{"east": east, "north": north} for east, north in positions]
    tables = shops(parameters, stores, shape="disc", radius=1.0)
    tables = market(tables, customers={"travel_cost": SCALE * parameters["transport"] / 2.0})
    people = make_world(load_scenario(tables), seed).population
    km = np.empty(people.km.shape)
    np.put_along_axis(km, people.nearest.astype(np.int64), people.km, axis=1)
    theory = choice_shares(parameters["worth"] - np.array(parameters["prices"]) - parameters["transport"] * km)
    outcome = live(tables, "shops", seed)
    return share_findings(outcome, shop_chosen(outcome, "place", len(positions)), theory.mean(axis=0))


def empty_shelf(parameters: Parameters, seed: int) -> list[Finding]:
    """Follow customers whose first choice is a shop that is always empty."""
    count, missing = len(parameters["prices"]), parameters["missing"]
    tables = shops(parameters, [{}] * count)
    tables["firms"][f"seller {missing}"]["replenishment"] = base_stock_rule(0)
    outcome = live(tables, "shops", seed)
    days = outcome.manifest.scenario.time.days
    theory, to_nothing = diversion(choice_shares(parameters["worth"] - np.array(parameters["prices"])), missing)
    disappointed = shop_chosen(outcome, "first_place", count) == missing
    needs = rows_of(outcome.columns["needs"], disappointed)
    chosen = shop_chosen(outcome, "place", count)[disappointed]
    findings = [
        Finding(
            f"share who turn to alternative {k + 1}",
            float(theory[k]),
            ratio_estimate(*daily_share(chosen == k, needs, days)),
        )
        for k in range(count)
        if k != missing
    ]
    return [
        *findings,
        Finding("share without purchase", to_nothing, ratio_estimate(*daily_share(chosen == NOTHING, needs, days))),
    ]


def stalls(worth: float, prices: tuple[float, ...], **more: Any) -> Parameters:
    """Return parameters of shops; every customer has a need every day."""
    return {"worth": worth, "prices": prices, "customers": 20_000, "days": 25, **more}


CHOICE_CHECKS = (
    Check(
        name="logit_shares",
        theme="demand",
        claim="With Gumbel shocks, shares are exp(u) / (1 + sum of exp(u))",
        source="McFadden 1974, Frontiers in Econometrics",
        tolerance=0.01,
        run=rivals_shares,
        cases=(
            CheckCase("worth 3, prices 2.2 to 2.9", stalls(3.0, (2.2, 2.5, 2.9))),
            CheckCase("worth 1, prices 1 and 2", stalls(1.0, (1.0, 2.0)), slow=True),
            CheckCase("worth 4, five alike", stalls(4.0, (4.0,) * 5, days=60), slow=True),
        ),
    ),
    Check(
        name="logit_shares_on_a_shelf",
        theme="demand",
        claim="The same holds for goods of different quality on one shelf",
        source="McFadden 1974, Frontiers in Econometrics",
        tolerance=0.01,
        run=shelf_shares,
        cases=(
            CheckCase("at Bertrand-Nash prices", stalls(0.0, (2.25306, 2.53528, 2.9022), qualities=(2.0, 2.5, 3.0))),
            CheckCase("two goods, one poor and cheap", stalls(0.0, (0.5, 2.0), qualities=(0.5, 2.5))),
        ),
    ),
    Check(
        name="logit_shares_with_homes",
        theme="demand",
        claim="With customers in different locations, shares are the mean over their homes",
        source="McFadden 1974, Frontiers in Econometrics; Anderson, de Palma & Thisse 1992",
        tolerance=0.01,
        run=located_shares,
        cases=(
            CheckCase(
                "three shops in a disc",
                stalls(4.0, (2.2, 2.5, 2.9), transport=1.5, positions=((0.0, 0.0), (0.6, 0.0), (-0.3, 0.7))),
            ),
            CheckCase(
                "four shops, far apart",
                stalls(5.0, (2.0, 2.0, 2.5, 3.0), transport=3.0, positions=((0.9, 0), (-0.9, 0), (0, 0.9), (0, 0))),
                slow=True,
            ),
        ),
    ),
    Check(
        name="empty_shelf_diversion",
        theme="demand",
        claim="When a good is missing, s_k / (1 - s_j) of those who wanted it take good k",
        source="Luce 1959, Individual Choice Behavior; Berry 1994, RAND Journal of Economics",
        tolerance=0.01,
        run=empty_shelf,
        cases=(
            CheckCase("three shops, the first empty", stalls(3.0, (2.2, 2.5, 2.9), missing=0, days=60), slow=True),
            CheckCase("two shops, the second empty", stalls(1.0, (1.0, 0.5), missing=1, days=40)),
        ),
    ),
)
