"""Demand in data nobody here made, judged by pyblp: cereals (Nevo 2000), automobiles (Berry, Levinsohn & Pakes 1995).

Both packages read the same observed shares. The market's side finds the price coefficient by least squares of its own
(two stages with instruments), puts each market's products before customers who are alike, and takes elasticities from
the slopes of its expected sales; pyblp has its own estimator and its own derivatives.

What a market adds to this: customers who differ in taste, place and need, so that a rival's price moves near products
more than far ones; here all customers are alike, and every product loses to a rival in proportion to its share.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from sim.common.types import FloatArray
from sim.fitting.expected_demand import posted_of
from sim.kernels.expected_sales import ChoiceSituation, Slopes, add_slopes
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.external.finding import THEME

WITHIN = 0.01
CENTS_SCALE = 10_000.0
"""Prices under one unit are too coarse in cents: they are scaled up."""


@dataclass(frozen=True)
class ObservedData:
    """Which columns of a data set explain shares beside price.

    Attributes:
        location: name of the file in ``pyblp.data``.
        characteristics: columns of product characteristics; with none, every product has an effect of its own.
        instruments: how many instruments for price there are.
    """

    location: str
    characteristics: tuple[str, ...]
    instruments: int

    def read(self) -> pd.DataFrame:
        """Return the data that pyblp ships."""
        import pyblp

        found: pd.DataFrame = pd.read_csv(getattr(pyblp.data, self.location))
        return found

    def instrument_names(self) -> list[str]:
        """Return the columns that move prices and not tastes."""
        return [f"demand_instruments{number}" for number in range(self.instruments)]


DATA = {
    "cereal": ObservedData("NEVO_PRODUCTS_LOCATION", (), 20),
    "automobiles": ObservedData("BLP_PRODUCTS_LOCATION", ("hpwt", "air", "mpd", "space"), 8),
}

data_claim = partial(
    claim,
    THEME,
    source="pyblp, compute_elasticities: Conlon & Gortmaker 2020; data of Nevo 2000 and Berry, Levinsohn & Pakes 1995",
    judge="pyblp",
    tolerance=WITHIN,
)


def price_coefficient(data: pd.DataFrame, about: ObservedData, *, instrumented: bool) -> float:
    """Return the slope of ln(share) - ln(outside share) in price (Berry 1994), by least squares in two stages."""
    outside = 1.0 - data.groupby("market_ids")["shares"].transform("sum")
    y = (np.log(data["shares"]) - np.log(outside)).to_numpy()
    price = data["prices"].to_numpy()
    tools = data[about.instrument_names()].to_numpy() if instrumented else price[:, None]
    if about.characteristics:
        others = np.column_stack([np.ones(len(data)), data[list(about.characteristics)].to_numpy()])
    else:
        others = pd.get_dummies(data["product_ids"]).to_numpy(dtype=np.float64)
    stage = np.column_stack([tools, others])
    expected = stage @ np.linalg.lstsq(stage, price, rcond=None)[0]
    design = np.column_stack([expected, others])
    return float(np.linalg.lstsq(design, y, rcond=None)[0][0])


def market_elasticities(data: pd.DataFrame, coefficient: float) -> list[FloatArray]:
    """Return elasticities of each market's expected sales in its prices, from customers who are all alike."""
    scale, found = CENTS_SCALE / -coefficient, []
    for _, rows in data.groupby("market_ids", sort=False):
        price = rows["prices"].to_numpy() * CENTS_SCALE
        utility = np.log(rows["shares"].to_numpy()) - np.log(1.0 - rows["shares"].sum())
        products = len(rows)
        choice = ChoiceSituation(
            np.array([0, products]), np.arange(products), scale * utility + price, np.ones(1), 1.0, float(scale)
        )
        slopes = Slopes(np.zeros((products, 1)), np.zeros((products, products)), np.zeros(products), np.zeros(1))
        units = np.zeros(products)
        add_slopes(choice, np.zeros((products, 0)), posted_of(price), slopes, units)
        found.append(-slopes.by_series * price[None, :] / units[:, None])
    return found


def judged_elasticities(
    data: pd.DataFrame, about: ObservedData, *, instrumented: bool
) -> tuple[float, list[FloatArray]]:
    """Return pyblp's price coefficient, and its elasticities market by market."""
    import pyblp

    pyblp.options.verbose = False
    given_data: Any = data.copy()
    if not instrumented:
        given_data = data.drop(columns=[name for name in data if str(name).startswith("demand_instruments")])
        given_data["demand_instruments0"] = data["prices"]
    if about.characteristics:
        formula = pyblp.Formulation(f"1 + prices + {' + '.join(about.characteristics)}")
    else:
        formula = pyblp.Formulation("0 + prices", absorb="C(product_ids)")
    results = pyblp.Problem(formula, given_data).solve(method="1s")
    by_market = np.asarray(results.compute_elasticities())
    found, first = [], 0
    for _, rows in data.groupby("market_ids", sort=False):
        found.append(by_market[first : first + len(rows), : len(rows)])
        first += len(rows)
    place = list(results.beta_labels).index("prices")
    return float(np.asarray(results.beta)[place, 0]), found


def own_and_cross(by_market: list[FloatArray]) -> tuple[float, float]:
    """Return the mean own and the mean cross elasticity over all markets."""
    own = np.concatenate([np.diag(each) for each in by_market])
    cross = np.concatenate([each[~np.eye(len(each), dtype=np.bool_)] for each in by_market])
    return float(own.mean()), float(cross.mean())


@data_claim(
    cases=[
        given("cereal, price as it is", data="cereal", instrumented=False),
        given("cereal, instruments", data="cereal", instrumented=True),
        given("automobiles, price as it is", data="automobiles", instrumented=False),
        given("automobiles, instruments", data="automobiles", instrumented=True),
    ]
)
def elasticities_of_observed_data(seed: int, data: str, instrumented: bool) -> list[Finding]:
    """Fitted to shares that others observed, expected sales have pyblp's elasticities."""
    del seed
    about = DATA[data]
    observed = about.read()
    coefficient = price_coefficient(observed, about, instrumented=instrumented)
    own, cross = own_and_cross(market_elasticities(observed, coefficient))
    judged, by_market = judged_elasticities(observed, about, instrumented=instrumented)
    judged_own, judged_cross = own_and_cross(by_market)
    return [
        Finding("price coefficient", judged, exact(coefficient)),
        Finding("mean own elasticity", judged_own, exact(own)),
        Finding("mean cross elasticity", judged_cross, exact(cross)),
    ]
