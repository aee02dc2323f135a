"""Tastes recovered from exported choices by xlogit (Arteaga et al. 2022, Journal of Choice Modelling 42:100339).

The judge sees only the choices. Its estimates must equal the scenario's tastes divided by the scale of the shocks
(McFadden 1974, "Conditional logit analysis of qualitative choice behavior").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from sim.market import Market
from sim.results.choice_data import balanced
from sim.scenario import Scenario, load_scenario
from sim.validation.claims import Finding, claim, given
from sim.validation.external.finding import THEME, by_chance

SHOPS: dict[str, Any] = {"shelves": "own", "own_channels": ["store", "pickup"], "supplier_channels": ["parcel"]}
TOWN: dict[str, Any] = {
    "name": "tastes",
    "time": {"days": 25, "warm_up": 0, "cool_down": 0},
    "records": {"choices": True},
    "geography": {"towns": [{"name": "Brook", "customers": 800, "radius": 4.0}]},
    "styles": {"count": 6, "zipf": 0.0},
    "customers": {"need_rate": 0.4, "heterogeneity": 0.0, "scale": 2.0, "breadth": 3, "reach": 3},
    "products": {
        "items": [
            {"name": "apple", "style": 0, "supplier": "maker", "unit_cost": 1.0, "weight": 1.0},
            {"name": "pear", "style": 2, "supplier": "maker", "unit_cost": 1.0, "weight": 3.0},
            {"name": "plum", "style": 4, "supplier": "maker", "unit_cost": 1.0, "weight": 2.0},
        ]
    },
    "suppliers": {
        "names": ["maker"],
        "lead_time": 1,
        "pricing": {"rule": "fixed", "price": 4.0},
        "direct_pricing": {"rule": "fixed", "prices": {"apple": 7.0, "pear": 5.5, "plum": 8.0}},
        "replenishment": {"rule": "base_stock", "level": 5000},
    },
    "retailers": {
        "names": ["Ann", "Bob", "Cid"],
        "lead_time": 1,
        "stock_per_slot": 2000,
        "replenishment": {"rule": "base_stock", "level": 2000},
        "stores": [
            {"name": "east", "town": "Brook", "retailer": "Ann", "east": 2.5, "slots": 3},
            {"name": "west", "town": "Brook", "retailer": "Bob", "east": -2.5, "slots": 3},
            {"name": "north", "town": "Brook", "retailer": "Cid", "north": 3.0, "slots": 3},
        ],
    },
    "firms": {
        "Ann": {"pricing": {"rule": "fixed", "prices": {"apple": 6.0, "pear": 7.5, "plum": 9.0}}},
        "Bob": {"pricing": {"rule": "fixed", "prices": {"apple": 8.5, "pear": 6.0, "plum": 7.0}}},
        "Cid": {"pricing": {"rule": "fixed", "prices": {"apple": 7.0, "pear": 9.0, "plum": 5.5}}},
    },
    "delivery": {
        "parcel": {"handling_days": 1.5, "cost_per_kg": 0.5},
        "courier": {"handling_hours": 8.0, "speed": 1.0, "cost_per_stop": 1.0},
        "pickup_hours": 6.0,
    },
    "regimes": {
        "shops": SHOPS,
        "seen": {**SHOPS, "shares_stock": True},
        "couriers": {**SHOPS, "own_channels": ["store", "pickup", "courier"], "shares_stock": True},
    },
}
"""Three shops and a maker who sends parcels; prices, distances, waiting and fit vary between offers."""

TASTE = ("worth", "travel_cost", "waiting_cost", "hassle", "mismatch_cost", "scale")
TASTES: dict[str, dict[str, float]] = {
    "patient": dict(zip(TASTE, (10.0, 0.5, 1.0, 2.0, 12.0, 2.0), strict=True)),
    "hurried": dict(zip(TASTE, (9.0, 0.2, 4.0, 1.0, 6.0, 1.5), strict=True)),
    "distrustful": dict(zip(TASTE, (11.0, 0.8, 0.5, 6.0, 8.0, 3.0), strict=True)),
}
"""Several sets of tastes, in the scenario's terms."""

Judged = Literal["made", "wanted"]


def town_of(tastes: Mapping[str, Any], **changes: Any) -> Scenario:
    """Return the town with customers of these tastes."""
    wants = {f"customers.{name}": value for name, value in tastes.items() if name != "worth"}
    wants["customers.worth.mean"] = tastes["worth"]
    return load_scenario(TOWN, {**wants, **changes})


def true_coefficients(scenario: Scenario) -> dict[str, float]:
    """Return what a logit model must find: each taste over the scale of the shocks. Trips go out and back."""
    wants = scenario.customers
    return {
        "buys": wants.worth.mean / wants.scale,
        "paid": -1.0 / wants.scale,
        "km": -2.0 * wants.travel_cost / wants.scale,
        "days": -wants.waiting_cost / wants.scale,
        "unseen": -wants.hassle * (1.0 - wants.trust) / wants.scale,
        "mismatch": -wants.mismatch_cost / wants.scale,
    }


def estimate_tastes(choices: pd.DataFrame, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return xlogit's coefficients and standard errors from choices; raises RuntimeError without a maximum."""
    from xlogit import MultinomialLogit

    table = balanced(choices)
    table["paid"] = table["price"] + table["fee"] + table["tax"]
    model = MultinomialLogit()
    model.fit(
        X=table[names],
        y=table["chosen"],
        varnames=names,
        alts=table["alt"],
        ids=table["obs"],
        avail=table["avail"],
        verbose=0,
    )
    if not model.convergence:
        raise RuntimeError("xlogit found no maximum of the likelihood")
    return np.asarray(model.coeff_), np.asarray(model.stderr)


SCARCE: dict[str, Any] = {"retailers.replenishment.level": 20, "retailers.lead_time": 2}
NEAREST = {"customers.reach": 1}


@claim(
    THEME,
    source="xlogit, multinomial logit: Arteaga et al. 2022, Journal of Choice Modelling; McFadden 1974",
    tolerance=0.0,
    judge="xlogit",
    cases=(
        given("patient customers", who="patient", slow=True),
        given("hurried customers", who="hurried", slow=True),
        # One store only, because courier offers of one product from several stores share one taste shock.
        given("hurried customers, couriers", who="hurried", regime="couriers", changes=NEAREST, slow=True),
        given("patient, shelves run empty in sight", who="patient", changes=SCARCE, slow=True),
        given(
            "distrustful, first choices, trips are lost",
            who="distrustful",
            regime="shops",
            changes=SCARCE,
            decision="wanted",
        ),
    ),
)
def tastes_recovered(
    seed: int, who: str, regime: str = "seen", changes: Mapping[str, Any] | None = None, decision: Judged = "made"
) -> list[Finding]:
    """From exported choices alone, xlogit recovers the scenario's tastes over the scale of the shocks."""
    scenario = town_of(TASTES[who], **(changes or {}))
    truth = true_coefficients(scenario)
    choices = Market(scenario, regime, seed).run().choices(decision)
    coefficients, errors = estimate_tastes(choices, list(truth))
    return [
        by_chance(f"coefficient of {name}", true, float(found), float(error))
        for (name, true), found, error in zip(truth.items(), coefficients, errors, strict=True)
    ]
