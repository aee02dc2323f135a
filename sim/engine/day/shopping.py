"""Customers with a need shop, one after another."""

from __future__ import annotations

from sim.engine.capacity import release, reserve_needs
from sim.engine.state import State
from sim.kernels import shopping
from sim.scenario import Scenario


def customers_shop(state: State) -> None:
    """Let customers with a need shop, one after another, against stock that runs out."""
    multiplier = need_multiplier(state.scenario, state.day)
    people, seed = state.population, state.rules.seed
    lined_up = state.call(shopping.line_up, state.day, multiplier, state.visits, people.need_rate, seed)
    reserve_needs(state, lined_up)
    tables = shopping.ShoppingTables(state.needs, state.visits, state.offers, state.choices)
    today = shopping.Today(state.marketplace(), state.flows.demand, state.prices.lowest_anywhere())
    state.call(shopping.let_customers_shop, state.day, lined_up, tables, people, today)
    release(state)


def need_multiplier(scenario: Scenario, day: int) -> float:
    """Return a day's multiplier of need rates, from the weekday and the season."""
    wants = scenario.customers
    weekday = 1.0 if wants.weekday_profile is None else wants.weekday_profile[day % 7]
    season = 1.0 if wants.season_profile is None else wants.season_profile[day // 30 % 12]
    return float(weekday * season)
