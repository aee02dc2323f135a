"""Random choice: shares of logit demand, and substitution at empty shelves.

Taste shocks have a scale of ``SCALE`` units of currency, so that theory's unit of one shock is many cents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.table import Columns
from sim.common.types import FloatArray
from sim.engine.codes import NOTHING
from sim.formulas.logit import choice_shares, diversion
from sim.results.outcome import Outcome
from sim.scenario import load_scenario
from sim.validation import markets
from sim.validation.claims import Finding, claim, given, ratio_estimate
from sim.validation.markets import Tables, calendar, live, market
from sim.world.world import make_world

SCALE = 100.0
CUSTOMERS = 20_000
"""Each has a need every day."""

choice_claim = partial(claim, "demand", tolerance=0.01)


def customers(worth: float, **considered: int) -> Tables:
    """Return the section of customers with taste shocks, to whom everything is worth the same."""
    alike = {"worth": {"distribution": "constant", "mean": SCALE * worth}, "scale": SCALE}
    return {**alike, "waiting_cost": markets.PATIENCE_LOST, **considered}


def shops(
    worth: float, prices: Sequence[float], days: int, stores: Sequence[Mapping[str, Any]] | None = None, **where: Any
) -> Tables:
    """Return a town of customers with taste shocks, and a shop for each price."""
    places = [{"town": "town", **store} for store in stores or [{}] * len(prices)]
    return market(
        calendar(days),
        markets.rivals([SCALE * price for price in prices], places),
        geography={"towns": [markets.town("town", CUSTOMERS, **where)]},
        customers=customers(worth, reach=len(prices)),
    )


def daily_share(chosen: NDArray[np.bool_], needs: Columns, days: int) -> tuple[FloatArray, FloatArray]:
    """Return, for each day, the needs in which something was chosen, and all needs."""
    parts = np.bincount(needs["day"], weights=chosen, minlength=days).astype(np.float64)
    return parts, np.bincount(needs["day"], minlength=days).astype(np.float64)


def share_findings(outcome: Outcome, chosen: NDArray[np.int64], theory: FloatArray) -> list[Finding]:
    """Return a finding for each alternative, and for going without (``NOTHING``)."""
    needs, days = outcome.columns["needs"], outcome.manifest.scenario.time.days
    named = {k: (f"share of alternative {k + 1}", float(share)) for k, share in enumerate(theory)}
    named[NOTHING] = ("share without purchase", 1.0 - float(theory.sum()))
    return shares_chosen(needs, days, chosen, named)


def shares_chosen(
    needs: Columns, days: int, chosen: NDArray[np.int64], named: Mapping[int, tuple[str, float]]
) -> list[Finding]:
    """Compare the shares of needs in which alternatives were chosen; ``named`` are their names and theory's shares."""
    return [
        Finding(name, share, ratio_estimate(*daily_share(chosen == k, needs, days)))
        for k, (name, share) in named.items()
    ]


@choice_claim(
    source="McFadden 1974, Frontiers in Econometrics",
    cases=(
        given("worth 3, prices 2.2 to 2.9", worth=3.0, prices=(2.2, 2.5, 2.9)),
        given("worth 1, prices 1 and 2", worth=1.0, prices=(1.0, 2.0), slow=True),
        given("worth 4, five alike", worth=4.0, prices=(4.0,) * 5, days=60, slow=True),
    ),
)
def logit_shares(seed: int, worth: float, prices: Sequence[float], days: int = 25) -> list[Finding]:
    """With Gumbel shocks, shares are exp(u) / (1 + sum of exp(u))."""
    outcome = live(shops(worth, prices, days), "shops", seed)
    return share_findings(outcome, shop_chosen(outcome, "place", len(prices)), choice_shares(worth - np.array(prices)))


def shop_chosen(outcome: Outcome, column: str, count: int) -> NDArray[np.int64]:
    """Return the number of the shop in a column of places, counted from 0; the shops come last of all places."""
    place = outcome.columns["needs"][column].astype(np.int64)
    first = len(outcome.columns["places"]["place"]) - count
    return np.where(place >= 0, place - first, NOTHING)


@choice_claim(
    source="McFadden 1974, Frontiers in Econometrics",
    cases=(
        given("at Bertrand-Nash prices", prices=(2.25306, 2.53528, 2.9022), qualities=(2.0, 2.5, 3.0)),
        given("two goods, one poor and cheap", prices=(0.5, 2.0), qualities=(0.5, 2.5)),
    ),
)
def logit_shares_on_a_shelf(seed: int, prices: Sequence[float], qualities: Sequence[float]) -> list[Finding]:
    """The same holds for goods of different quality on one shelf."""
    goods = [{"name": f"good {k}", "style": 0, "quality": SCALE * quality} for k, quality in enumerate(qualities)]
    asked = {f"good {k}": SCALE * price for k, price in enumerate(prices)}
    tables = market(
        calendar(25),
        geography={"towns": [markets.town("town", CUSTOMERS)]},
        customers=customers(0.0, breadth=len(goods)),
        products={"items": goods},
        retailers={
            "stores": [{"name": "shop", "town": "town", "slots": len(goods)}],
            "pricing": {"rule": "fixed", "prices": asked},
        },
    )
    outcome = live(tables, "shops", seed)
    theory = choice_shares(np.array(qualities) - np.array(prices))
    return share_findings(outcome, outcome.columns["needs"]["product"].astype(np.int64), theory)


@choice_claim(
    source="McFadden 1974, Frontiers in Econometrics; Anderson, de Palma & Thisse 1992",
    cases=(
        given(
            "three shops in a disc",
            worth=4.0,
            prices=(2.2, 2.5, 2.9),
            transport=1.5,
            positions=((0.0, 0.0), (0.6, 0.0), (-0.3, 0.7)),
        ),
        given(
            "four shops, far apart",
            worth=5.0,
            prices=(2.0, 2.0, 2.5, 3.0),
            transport=3.0,
            positions=((0.9, 0), (-0.9, 0), (0, 0.9), (0, 0)),
            slow=True,
        ),
    ),
)
def logit_shares_with_homes(
    seed: int, worth: float, prices: Sequence[float], transport: float, positions: Sequence[tuple[float, float]]
) -> list[Finding]:
    """With customers in different locations, shares are the mean over their homes."""
    stores = [{"east": east, "north": north} for east, north in positions]
    tables = shops(worth, prices, 25, stores, shape="disc", radius=1.0)
    tables = market(tables, customers={"travel_cost": SCALE * transport / 2.0})
    people = make_world(load_scenario(tables), seed).population
    km = np.empty(people.km.shape)
    np.put_along_axis(km, people.nearest.astype(np.int64), people.km, axis=1)
    theory = choice_shares(worth - np.array(prices) - transport * km).mean(axis=0)
    outcome = live(tables, "shops", seed)
    return share_findings(outcome, shop_chosen(outcome, "place", len(positions)), theory)


@choice_claim(
    source="Luce 1959, Individual Choice Behavior; Berry 1994, RAND Journal of Economics",
    cases=(
        given("three shops, the first empty", worth=3.0, prices=(2.2, 2.5, 2.9), missing=0, days=60, slow=True),
        given("two shops, the second empty", worth=1.0, prices=(1.0, 0.5), missing=1, days=40),
    ),
)
def empty_shelf_diversion(seed: int, worth: float, prices: Sequence[float], missing: int, days: int) -> list[Finding]:
    """When a good is missing, s_k / (1 - s_j) of those who wanted it take good k."""
    count = len(prices)
    tables = shops(worth, prices, days)
    tables["firms"][f"seller {missing}"]["replenishment"] = markets.base_stock_rule(0)
    outcome = live(tables, "shops", seed)
    theory, to_nothing = diversion(choice_shares(worth - np.array(prices)), missing)
    disappointed = shop_chosen(outcome, "first_place", count) == missing
    needs = markets.rows_of(outcome.columns["needs"], disappointed)
    chosen = shop_chosen(outcome, "place", count)[disappointed]
    named = {k: (f"share who turn to alternative {k + 1}", float(theory[k])) for k in range(count) if k != missing}
    return shares_chosen(needs, days, chosen, {**named, NOTHING: ("share without purchase", to_nothing)})
