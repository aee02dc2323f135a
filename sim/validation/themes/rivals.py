"""Sellers of differentiated goods with taste shocks: the prices they find, compared with Bertrand-Nash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.formulas import logit
from sim.validation.claims import Finding, claim, given
from sim.validation.equilibrium_markets import AT_COST, best_reply, price_finding, settled, shelf_prices
from sim.validation.markets import Tables, market
from sim.validation.themes.demand import customers_with
from sim.validation.themes.spatial import carrying

SCALE = 100.0
"""Units of currency per unit of theory's money, which is one scale of taste."""

THREE: Mapping[str, Any] = {"qualities": (2.0, 2.5, 3.0), "costs": (1.0, 1.2, 1.5)}


def different_goods(
    qualities: Sequence[float], costs: Sequence[float], owner: Sequence[int], asked: int = 50
) -> Tables:
    """Return goods for identical customers with taste shocks, one shop per owner, supplied at cost.

    Money is in scales of taste.
    """
    firms = sorted(set(owner))
    names = [f"firm {firm}" for firm in firms]
    worthless = {"distribution": "constant", "mean": 0.0}
    goods = [
        {"name": f"good {k}", "quality": SCALE * quality, "unit_cost": SCALE * cost, "supplier": "maker"}
        for k, (quality, cost) in enumerate(zip(qualities, costs, strict=True))
    ]
    return market(
        customers_with(worthless, asked, scale=SCALE, breadth=len(owner), reach=len(firms)),
        products={"items": goods},
        suppliers={"names": ["maker"], "pricing": AT_COST},
        retailers={
            "names": names,
            "pricing": best_reply(),
            "stores": [
                {"name": f"shop {firm}", "town": "town", "retailer": f"firm {firm}", "slots": list(owner).count(firm)}
                for firm in firms
            ],
        },
        firms={
            f"firm {firm}": carrying(*(f"good {k}" for k, seller in enumerate(owner) if seller == firm))
            for firm in firms
        },
    )


@claim(
    "rivals",
    source="Anderson, de Palma & Thisse 1992; Morrow & Skerlos 2011, Operations Research",
    tolerance=0.002,
    name="bertrand_nash",
    cases=(
        given("three firms, a good each", **THREE, owner=(0, 1, 2)),
        given("one firm with two goods, one with one", **THREE, owner=(0, 0, 1)),
        given("one firm with all three", **THREE, owner=(0, 0, 0)),
        given("five alike", qualities=(3.0,) * 5, costs=(1.0,) * 5, owner=(0, 1, 2, 3, 4)),
        given("very different goods", qualities=(8.0, 1.0, 5.0), costs=(1.0, 0.5, 2.0), owner=(0, 1, 0)),
    ),
)
def logit_sellers(seed: int, qualities: Sequence[float], costs: Sequence[float], owner: Sequence[int]) -> list[Finding]:
    """Logit demand: sellers find the prices at which no firm gains by another one; one margin for all goods of a
    firm.
    """
    theory = logit.bertrand_nash(np.array(qualities), 1.0, costs, owner)
    asked = shelf_prices(settled(different_goods(qualities, costs, owner), "shops", seed)) / SCALE
    return [
        price_finding(f"price of good {good + 1}, firm {firm + 1}", float(price), float(asked[firm, good]))
        for good, (firm, price) in enumerate(zip(owner, theory, strict=True))
    ]
