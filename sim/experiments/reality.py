"""Does a market look like the business it stands for? Observed beside simulated, who loses money, who goes without."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.common.estimates import Estimate, estimate
from sim.experiments.measure_each import measure_each
from sim.results.figures import flatten
from sim.results.outcome import Outcome
from sim.runs.options import RunOptions
from sim.runs.running import Source, known_regimes

PRICE_TOLERANCE, UNITS_TOLERANCE = 0.05, 0.25
"""Shares by which price and units may differ from those observed."""
MOST_UNSERVED = 0.2
"""Share of needs without a purchase beyond which a market hardly stands for a business that lasts."""
FIRMS = ("supplier_profit", "intermediary_profit", "retailer_profit", "platform_profit", "carrier_profit")
RUNS = 3


class ObservedProduct(NamedTuple):
    """What is known of a product: its price, and units in a week; None if unknown."""

    name: str
    price: float | None
    units: float | None


class ProductReality(NamedTuple):
    """A product observed and simulated; units are those of a week, simulated ones as large as the business."""

    name: str
    price: float | None
    simulated_price: float | None
    units: float | None
    simulated_units: float

    @property
    def price_off(self) -> bool:
        """Whether the price differs by more than the tolerance."""
        return _is_off(self.price, self.simulated_price, PRICE_TOLERANCE)

    @property
    def units_off(self) -> bool:
        """Whether units differ by more than the tolerance, and by more than chance makes them in the weeks counted."""
        return _is_off(self.units, self.simulated_units, UNITS_TOLERANCE)


def _is_off(observed: float | None, simulated: float | None, tolerance: float) -> bool:
    if observed is None:
        return False
    return simulated is None or abs(simulated - observed) > tolerance * max(observed, 1e-9)


@dataclass(frozen=True)
class RealityCheck:
    """What a market looks like beside the business it stands for.

    Attributes:
        regime: under which it was looked at.
        replications: runs.
        products: observed beside simulated, for the products of which something is observed.
        losing: kinds of firm that lose money, with what they earn per need.
        unserved: share of needs that end without a purchase.
    """

    regime: str
    replications: int
    products: tuple[ProductReality, ...]
    losing: Mapping[str, Estimate]
    unserved: Estimate

    @property
    def off(self) -> tuple[ProductReality, ...]:
        """Products whose price or units are off."""
        return tuple(each for each in self.products if each.price_off or each.units_off)

    @property
    def looks_right(self) -> bool:
        """Whether nothing is off, no kind of firm loses money, and few go without."""
        return not self.off and not self.losing and (self.unserved.mean or 0.0) <= MOST_UNSERVED

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "regime": self.regime,
            "replications": self.replications,
            "looks_right": self.looks_right,
            "products": [
                {**each._asdict(), "price_off": each.price_off, "units_off": each.units_off} for each in self.products
            ],
            "losing": {name: each.to_dict() for name, each in self.losing.items()},
            "unserved": self.unserved.to_dict(),
        }


def check_reality(
    scenario: Source,
    observed: Sequence[ObservedProduct] = (),
    regime: str | None = None,
    sample: float = 1.0,
    options: RunOptions | None = None,
) -> RealityCheck:
    """Run a market a few times, and hold it against what is observed.

    Args:
        scenario: the market.
        observed: what is known of its products.
        regime: as the business sells today; if not given, the first that the scenario compares.
        sample: the share of the business that the market simulates.
        options: see ``RunOptions``; 3 replications unless given.

    Raises:
        ScenarioError: with everything that is wrong with the scenario or the regime.
    """
    chosen = options or RunOptions(RUNS)
    market = chosen.applied_to(scenario)
    (name,) = known_regimes(market, [regime or market.compare[0]])

    def measure(outcomes: Mapping[str, Outcome]) -> Mapping[str, float | None]:
        return {**flatten(dict(outcomes[name].figures)), **_sold(outcomes[name])}

    runs = measure_each(market, [name], measure, options=RunOptions(chosen.replications or RUNS, chosen.seed))
    earned = {firms: estimate(run.get(firms) for run in runs) for firms in FIRMS}
    return RealityCheck(
        name,
        len(runs),
        tuple(_beside(each, runs, sample) for each in observed),
        {firms: each for firms, each in earned.items() if _loses(each)},
        estimate(run.get("no_purchase_share") for run in runs),
    )


def _loses(earned: Estimate) -> bool:
    """Tell whether firms lose money beyond chance; with one run, whether they lose any."""
    if earned.mean is None:
        return False
    return (earned.mean if earned.high is None else earned.high) < -0.005


def _sold(outcome: Outcome) -> dict[str, float | None]:
    """Return units a week and mean price of each product by ``units NAME`` and ``price NAME``."""
    first, end = outcome.manifest.window
    needs = outcome.needs
    bought = needs[(needs["result"] == "bought") & (needs["day"] >= first) & (needs["day"] < end)]
    by_product = bought.groupby("product", observed=True)["price"].agg(["size", "mean"])
    found: dict[str, float | None] = {}
    for name, size, mean in by_product.itertuples():
        found[f"units {name}"] = float(size) * 7.0 / max(1, end - first)
        found[f"price {name}"] = float(mean)
    return found


def _beside(each: ObservedProduct, runs: Sequence[Mapping[str, float | None]], sample: float) -> ProductReality:
    units = [run.get(f"units {each.name}") or 0.0 for run in runs]
    prices = [price for run in runs if (price := run.get(f"price {each.name}")) is not None]
    price = math.fsum(prices) / len(prices) if prices else None
    return ProductReality(each.name, each.price, price, each.units, math.fsum(units) / len(units) / sample)
