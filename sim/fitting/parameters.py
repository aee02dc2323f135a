"""What is fitted: parameters that hold for all customers, in logs, and a quality for each product; and their priors.

A prior says what is believed before the data are seen: the scenario's value, and how far it may be off. What the data
cannot say stays there, and is called an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.common.number_format import grouped
from sim.common.types import CENTS, FloatArray
from sim.fitting.history import WeeklyHistory
from sim.scenario import Scenario, load_scenario
from sim.scenario.firms import Product
from sim.scenario.names import product_names, product_suppliers, supplier_names
from sim.world.world import World

SCALE_SHARE = 0.25
"""Scale of taste shocks believed before, as a share of the usual price."""
WORTH_MULTIPLE = 1.6
"""Mean worth, as a multiple of the usual price, where the scenario's own does not fit the prices."""
WORTH_FITS = (1.2, 3.0)
"""Mean worths, as multiples of the usual price, that are left as they are."""
SPREAD_SHARE = 0.3
QUALITY_SHARE = 1.0 / 3.0
"""Standard deviation of the prior of a product's quality, as a share of its price."""
BOUGHT = 0.5
"""Share of needs that end in a purchase where the scenario has too few needs for what was sold."""


@dataclass(frozen=True)
class Prior:
    """What is believed of a parameter before the data are seen.

    Attributes:
        path: of the parameter in the scenario.
        meaning: in words, for sentences.
        sd: standard deviation of its logarithm around the scenario's value.
    """

    path: str
    meaning: str
    sd: float


PRIORS = (
    Prior("customers.scale", "price sensitivity", 0.7),
    Prior("customers.mismatch_cost", "how much tastes divide customers", 0.6),
    Prior("customers.need_rate", "the size of the market", 0.5),
    Prior("customers.worth.spread", "how much customers differ in what they would pay", 0.5),
    Prior("customers.travel_cost", "what a trip to the shop costs customers", 0.4),
    Prior("customers.waiting_cost", "what waiting costs customers", 0.3),
    Prior("customers.hassle", "how much online buyers mind not seeing the goods", 0.5),
)
SCALE, MISMATCH, NEED, SPREAD, TRAVEL, WAITING, HASSLE = (prior.path for prior in PRIORS)
BURDEN_PATHS = (MISMATCH, TRAVEL, WAITING, HASSLE)
"""In the order of the burdens of an offer in ``sim.kernels.expected_sales``."""


@dataclass(frozen=True)
class ParameterSpace:
    """Parameters of one fit. A point of it is (log ratios to the centre, qualities in cents less the centre).

    Attributes:
        scenario: the market with every parameter at the centre of its prior.
        priors: of the parameters for all customers that matter here: those whose centre is not 0.
        quality_sd: standard deviation of the prior of each product's quality, in cents, (products,).
        notes: what was changed in the scenario before fitting, in words.
    """

    scenario: Scenario
    priors: tuple[Prior, ...]
    quality_sd: FloatArray
    notes: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of all parameters in the scenario."""
        return (*(prior.path for prior in self.priors), *(quality_path(number) for number in range(self.products)))

    @property
    def products(self) -> int:
        """How many products there are."""
        return len(self.quality_sd)

    @property
    def sd(self) -> FloatArray:
        """Standard deviations of the priors, (parameters,)."""
        return np.concatenate([[prior.sd for prior in self.priors], self.quality_sd])

    def values(self, point: FloatArray) -> dict[str, float]:
        """Return the parameters at a point, by path, in the scenario's units."""
        given = self.scenario.model_dump()
        count = len(self.priors)
        found = {
            prior.path: parameter_value(given, prior.path) * float(np.exp(change))
            for prior, change in zip(self.priors, point[:count], strict=True)
        }
        items = self.scenario.products.items or []
        found |= {
            quality_path(number): float(item.quality + change / CENTS)
            for number, (item, change) in enumerate(zip(items, point[count:], strict=True))
        }
        if NEED in found:
            found[NEED] = min(found[NEED], 1.0)
        return found

    def scenario_at(self, point: FloatArray) -> Scenario:
        """Return the market at a point."""
        return with_values(self.scenario, self.values(point))


def quality_path(number: int) -> str:
    """Return the path of a product's quality."""
    return f"products.items.{number}.quality"


def parameter_value(given: Mapping[str, Any], path: str) -> float:
    """Return a number in nested tables by its dotted path."""
    found: Any = given
    for step in path.split("."):
        found = found[step]
    return float(found)


def with_values(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return a scenario with other values of customers' parameters and qualities; nothing else is read again."""
    customers = {path.split(".")[1]: value for path, value in values.items() if path.count(".") == 1}
    worth = {path.split(".")[2]: value for path, value in values.items() if path.startswith("customers.worth.")}
    changed: dict[str, Any] = {**customers, "worth": scenario.customers.worth.model_copy(update=worth)}
    items = list(scenario.products.items or [])
    for path, value in values.items():
        if path.startswith("products.items."):
            number = int(path.split(".")[2])
            items[number] = items[number].model_copy(update={"quality": value})
    return scenario.model_copy(
        update={
            "customers": scenario.customers.model_copy(update=changed),
            "products": scenario.products.model_copy(update={"items": items}) if items else scenario.products,
        }
    )


def with_listed_products(scenario: Scenario, world: World) -> Scenario:
    """Return a scenario whose products are listed one by one, so that each can have a quality of its own."""
    if scenario.products.items is not None:
        return scenario
    makers, products = supplier_names(scenario), scenario.products
    names, of = product_names(scenario), product_suppliers(scenario)
    same = ("quality", "weight", "perish_rate", "return_unseen", "return_inspected")
    items = [
        Product(
            name=name,
            style=number * scenario.styles.count // products.count,
            supplier=makers[of[number]],
            unit_cost=float(world.unit_cost[number]) / CENTS,
            **{key: getattr(products, key) for key in same},
        )
        for number, name in enumerate(names)
    ]
    return scenario.model_copy(update={"products": products.model_copy(update={"items": items})})


def make_space(scenario: Scenario, history: WeeklyHistory, sd: Mapping[str, float] | None = None) -> ParameterSpace:
    """Return the parameters to fit, with the scenario at the centre of their priors.

    ``sd`` replaces standard deviations of priors by path. The scale of taste and, where the scenario's own cannot be
    right at these prices, worth and needs follow from the history; each change is noted.
    """
    usual = float(np.median(history.usual_price))
    notes: list[str] = []
    changed = _worth(scenario, usual, notes)
    changed[SCALE] = round(SCALE_SHARE * usual, 4)
    changed |= _needs(scenario, history, notes)
    centred = load_scenario(scenario, changed)
    centred = _qualities(centred, history, usual)
    given = centred.model_dump()
    own = sd or {}
    priors = tuple(
        replace(prior, sd=own.get(prior.path, prior.sd)) for prior in PRIORS if parameter_value(given, prior.path) > 0
    )
    price = dict(zip(history.products, history.usual_price, strict=True))
    of_price = np.array([price.get(name, usual) for name in product_names(centred)])
    return ParameterSpace(centred, priors, QUALITY_SHARE * of_price * CENTS, tuple(notes))


def _worth(scenario: Scenario, usual: float, notes: list[str]) -> dict[str, Any]:
    """Return the changes that let customers' worth fit the prices."""
    worth = scenario.customers.worth
    lowest, highest = WORTH_FITS
    is_given = worth.distribution in ("normal", "lognormal", "constant")
    if is_given and lowest * usual <= worth.mean <= highest * usual:
        if worth.distribution != "constant" and worth.spread > 0:
            return {}
        kind = "lognormal"
        return {"customers.worth.distribution": kind, SPREAD: round(SPREAD_SHARE * worth.mean, 4)}
    mean = WORTH_MULTIPLE * usual
    notes.append(
        f"Worth of {worth.mean:g} does not go with prices around {usual:g}: {mean:.4g} is assumed; qualities adjust."
    )
    return {
        "customers.worth.distribution": "lognormal",
        "customers.worth.mean": round(mean, 4),
        SPREAD: round(SPREAD_SHARE * mean, 4),
    }


def _needs(scenario: Scenario, history: WeeklyHistory, notes: list[str]) -> dict[str, Any]:
    """Return the changes that give the market enough needs for what was sold."""
    from sim.scenario.names import town_sizes

    people = sum(town_sizes(scenario))
    needs = 7.0 * scenario.customers.need_rate * people
    sold = float(np.nanmax(np.nansum(history.units, axis=1)))
    usual = float(
        np.nanmean(np.where(np.isfinite(history.units).any(axis=1), np.nansum(history.units, axis=1), np.nan))
    )
    if needs > 1.1 * sold:
        return {}
    wanted = usual / BOUGHT
    rate = min(wanted / (7.0 * people), 1.0)
    changed: dict[str, Any] = {NEED: round(rate, 8)}
    notes.append(
        f"{grouped(people)} customers with {grouped(needs)} needs a week cannot have bought {grouped(sold)} units: "
        f"{grouped(wanted)} needs a week are assumed, so that half of them end in a purchase."
    )
    if wanted > 0.7 * 7.0 * people:
        from sim.fitting.history import HistoryError
        from sim.scenario import Problem

        allowed = f"{people} customers cannot need {wanted:.0f} units a week"
        remedy = f"--set geography.customers={int(np.ceil(wanted / 0.7)):d}, or the number of your customers"
        raise HistoryError([Problem("", "geography.customers", str(people), allowed, remedy)])
    return changed


def _qualities(scenario: Scenario, history: WeeklyHistory, usual: float) -> Scenario:
    """Return a scenario whose qualities are believed to go with prices, where it says nothing of them itself."""
    items = scenario.products.items or []
    if any(item.quality for item in items):
        return scenario
    price = dict(zip(history.products, history.usual_price, strict=True))
    changed = [
        item.model_copy(update={"quality": round(float(price.get(item.name, usual)) - usual, 4)}) for item in items
    ]
    return scenario.model_copy(update={"products": scenario.products.model_copy(update={"items": changed})})
