"""Checks of time, towns, tastes and customers."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.finding import Conflict, repeated
from sim.scenario.names import town_sizes
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path

MOST_CUSTOMERS = 100_000_000
MOST_NEEDS = 2_000_000_000
MOST_TASTE_SHARES = 100_000_000


def days_are_left(scenario: Scenario) -> Iterator[Conflict]:
    """Warm-up and cool-down leave at least one day to measure."""
    time = scenario.time
    if time.warm_up + time.cool_down >= time.days:
        allowed = f"warm_up {time.warm_up} + cool_down {time.cool_down} must be less than days {time.days}"
        yield Conflict(("time", "warm_up"), time.warm_up, allowed, "shorten warm_up or cool_down, or raise days")


def enough_customers(scenario: Scenario) -> bool:
    """Tell whether each generated town can have a customer; if not, town sizes are undefined."""
    geography = scenario.geography
    return geography.towns is not None or geography.customers >= geography.town_count


def every_town_has_people(scenario: Scenario) -> Iterator[Conflict]:
    """There are at least as many customers as generated towns."""
    geography = scenario.geography
    if not enough_customers(scenario):
        allowed = f"{geography.town_count} towns need at least one customer each"
        yield Conflict(("geography", "customers"), geography.customers, allowed, "raise customers or lower town_count")


def town_names_differ(scenario: Scenario) -> Iterator[Conflict]:
    """Town names are unique."""
    towns = scenario.geography.towns or []
    yield from repeated(((("geography", "towns", i, "name"), town.name) for i, town in enumerate(towns)), "town")


def national_weights_fit(scenario: Scenario) -> Iterator[Conflict]:
    """The national taste mix has one weight per style, not all zero."""
    yield from _weights_fit(("styles", "shares"), scenario.styles.shares, scenario.styles.count)


def town_weights_fit(scenario: Scenario) -> Iterator[Conflict]:
    """Each town's own taste mix has one weight per style, not all zero."""
    for position, town in enumerate(scenario.geography.towns or []):
        path = ("geography", "towns", position, "style_shares")
        yield from _weights_fit(path, town.style_shares, scenario.styles.count)


def _weights_fit(path: Path, weights: list[float] | None, count: int) -> Iterator[Conflict]:
    if weights is None:
        return
    if len(weights) != count:
        yield Conflict(
            path, None, f"{len(weights)} weights for styles.count = {count} styles", "give one weight per style"
        )
    elif not any(weight > 0 for weight in weights):
        yield Conflict(path, weights, "at least one weight must be above 0", "raise one")


def need_rate_is_a_probability(scenario: Scenario) -> Iterator[Conflict]:
    """Spread and profiles never lift the need rate above one need a day."""
    customers = scenario.customers
    weekday = max(customers.weekday_profile or [1.0])
    season = max(customers.season_profile or [1.0])
    highest = customers.need_rate * (1.0 + customers.need_rate_spread) * weekday * season
    if highest > 1.0 + 1e-9:
        allowed = f"with its spread and profiles it reaches {highest:.4g}; a customer has at most one need a day"
        yield Conflict(("customers", "need_rate"), customers.need_rate, allowed, "lower it, its spread or the profiles")


def worth_makes_sense(scenario: Scenario) -> Iterator[Conflict]:
    """The distribution of worth has the parameters it needs."""
    worth = scenario.customers.worth
    path = ("customers", "worth")
    if worth.distribution == "uniform" and worth.high < worth.low:
        allowed = f"a uniform distribution of worth needs high above low, which is {worth.low:g}"
        yield Conflict((*path, "high"), worth.high, allowed, "raise high or lower low")
    if worth.distribution == "pareto" and worth.low <= 0:
        allowed = "a Pareto distribution of worth needs a lowest value above 0"
        yield Conflict((*path, "low"), worth.low, allowed, "raise low")
    if worth.distribution == "lognormal" and worth.mean <= 0:
        allowed = "a lognormal distribution of worth needs a mean above 0"
        yield Conflict((*path, "mean"), worth.mean, allowed, "raise mean")


def market_is_not_too_large(scenario: Scenario) -> Iterator[Conflict]:
    """Customers, needs and taste mixes fit into memory, and the run ends in reasonable time."""
    geography = scenario.geography
    if not enough_customers(scenario):
        return
    people = sum(town_sizes(scenario))
    given = geography.towns is not None
    path: Path = ("geography", "towns") if given else ("geography", "customers")
    needs = people * scenario.time.days * scenario.customers.need_rate
    if people > MOST_CUSTOMERS:
        allowed = f"{people} customers in total; at most {MOST_CUSTOMERS} fit into memory"
        yield Conflict(path, None, allowed, "reduce their number")
    if needs > MOST_NEEDS:
        many = f"{people} customers have {needs:.3g} needs in {scenario.time.days} days"
        allowed = f"{many}; at most {MOST_NEEDS:.0e} are run"
        yield Conflict(path, None, allowed, "lower customers, time.days or customers.need_rate")
    towns = geography.town_count if geography.towns is None else len(geography.towns)
    if towns * scenario.styles.count > MOST_TASTE_SHARES:
        allowed = f"{towns} towns with {scenario.styles.count} styles each are too many"
        yield Conflict(("styles", "count"), scenario.styles.count, allowed, "lower the styles or the towns")
