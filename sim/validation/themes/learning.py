"""Firms that know only their own prices and sales: where chains of them settle, and what rivals learn together.

A few hundred customers at one place have a need nearly every day; only the goods cost anything. Stocks are large and
replenished one for one, so that orders reach every firm of a chain on the day of the sale and equal sales.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sim.common.estimates import estimate
from sim.common.types import CENTS, FloatArray
from sim.experiments.double_margins import adds_a_margin, tiers
from sim.formulas.successive_monopoly import elastic_percentages, linear_stackelberg
from sim.market import Market
from sim.runs.running import emptying
from sim.scenario import load_scenario
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.collusion import learn_to_collude
from sim.validation.equilibrium_markets import AT_COST, chain_sections
from sim.validation.markets import Tables, base_stock_rule, calendar, market, overlaid
from sim.validation.themes.demand import customers_with, evenly, pareto

YEAR = 364
"""52 weeks, so that reviews every 1, 2 and 8 weeks coincide."""

WEEK = 7
YEARS_THAT_COUNT = 5
FIRST_SEED = 1000
"""No parameter of the rules was chosen on seeds from here on."""

REVIEWS = {1: [1], 2: [2, 1], 3: [8, 2, 1]}
"""Weeks between two reviews, by number of learning firms, top first."""

MEMORY = {1: [104], 2: [156, 104], 3: [208, 156, 104]}
"""Half-lives of their records, in weeks."""


@dataclass(frozen=True)
class Wants:
    """Demand: a distribution of willingness to pay, and the cost of the good."""

    worth: Mapping[str, Any]
    unit_cost: float


learning_claim = partial(claim, "learning")

LINEAR = Wants(evenly(0.0, 120.0), 20.0)
ELASTIC = Wants(pareto(2500.0, 2.0), 2500.0)


def learning(level: int, firms: int, **changes: Any) -> Tables:
    """Return the pricing rule of one of some learning firms, counted from the top."""
    weeks, memory = REVIEWS[firms][level], MEMORY[firms][level]
    return {"rule": "learning", "review_days": WEEK * weeks, "half_life": float(WEEK * memory), **changes}


def learning_chain(firms: int, years: int, wants: Wants = LINEAR, customers: int = 500, **changes: Any) -> Tables:
    """Return a chain of three in which the last ``firms`` learn and those above them, if any, sell at cost."""
    rules = [AT_COST] * (2 - firms) + [learning(level, firms, **changes) for level in range(firms)]
    return market(
        calendar(years * YEAR),
        customers_with(dict(wants.worth), customers, need_rate=0.8, waiting_cost=0.0),
        chain_sections(rules, wants.unit_cost),
        suppliers={"replenishment": base_stock_rule(20_000)},
        retailers={"replenishment": base_stock_rule(20_000), "stock_per_slot": 20_000},
    )


def weekly_prices(tables: Mapping[str, Any], seed: int) -> FloatArray:
    """Run a chain of one good and return each place's price by week, (weeks, places), in currency."""
    weeks = []
    with emptying(Market(load_scenario(tables), "traditional", seed)) as lived:
        while lived.day < lived.parameters.time.days:
            lived.step()
            if lived.day % WEEK == 0:
                weeks.append(lived.state.network.price[:, 0] / CENTS)
    return np.array(weeks)


def final_prices(paths: FloatArray, years: int = YEARS_THAT_COUNT) -> FloatArray:
    """Return the mean of the last years, (places,): experiments come in pairs and cancel out."""
    return paths[-52 * years :].mean(axis=0)


def rests(seed: int, seeds: int, tables: Tables, years: int = YEARS_THAT_COUNT) -> FloatArray:
    """Return where a chain settles, (seeds, places)."""
    first = FIRST_SEED + seed * seeds
    return np.array([final_prices(weekly_prices(tables, first + k), years) for k in range(seeds)])


@learning_claim(
    source="Spengler 1950, Journal of Political Economy; den Boer & Zwart 2014, Management Science",
    tolerance=0.0,
    cases=(
        given("linear, 1 firm, 15 years", firms=1, years=15, mean=0.01, each=0.03, slow=True),
        given("linear, 2 firms, 15 years", firms=2, years=15, mean=0.01, each=0.03, slow=True),
        given("linear, 3 firms, 25 years", firms=3, years=25, mean=0.02, each=0.05, slow=True),
        given("elasticity 2, 1 firm, 15 years", firms=1, years=15, mean=0.015, each=0.04, elastic=True, slow=True),
        given("elasticity 2, 2 firms, 15 years", firms=2, years=15, mean=0.015, each=0.04, elastic=True, slow=True),
        given("elasticity 2, 3 firms, 30 years", firms=3, years=30, mean=0.03, each=0.06, elastic=True, slow=True),
    ),
)
def learnt_chain(
    seed: int, firms: int, years: int, mean: float, each: float, *, elastic: bool = False
) -> list[Finding]:
    """Firms that know only their own prices and sales settle at successive monopoly."""
    if elastic:
        theory = elastic_percentages(1.0, 2.0, ELASTIC.unit_cost, firms)
        tables = learning_chain(firms, years, ELASTIC, customers=1000)
    else:
        theory = linear_stackelberg(1.0, 1.0 / 120.0, LINEAR.unit_cost, firms)
        tables = learning_chain(firms, years)
    findings = []
    for tier, (price, rest) in enumerate(zip(theory.prices, rests(seed, 20, tables)[:, -firms:].T, strict=True), 1):
        farthest = float(rest[np.argmax(np.abs(rest - price))])
        findings += [
            Finding(f"price of tier {tier}, mean of seeds", price, estimate(rest), mean * price),
            Finding(f"price of tier {tier}, farthest seed", price, exact(farthest), each * price),
        ]
    return findings


@learning_claim(
    source="Conrad 1976, Journal of the Operational Research Society; den Boer & Zwart 2014",
    tolerance=0.05,
    cases=(
        given("no safety stock", safety_factor=0.0, slow=True),
        given("half a deviation kept", safety_factor=0.5, slow=True),
    ),
)
def learnt_from_full_days(seed: int, safety_factor: float) -> list[Finding]:
    """A shop whose shelf often runs empty ignores the days on which it did, and settles within 5 %.

    They have so little safety stock that up to a tenth of demand is not in stock.
    """
    scarce = {"replenishment": {"rule": "base_stock", "safety_factor": safety_factor}}
    tables = overlaid(learning_chain(1, years=8, customers=100), {"retailers": scarce})
    theory = linear_stackelberg(1.0, 1.0 / 120.0, 20.0, 1).consumer_price
    return [Finding("price, mean of seeds", theory, estimate(rests(seed, 4, tables, years=3)[:, -1]))]


@learning_claim(
    source="Spengler 1950; den Boer & Zwart 2014, Management Science",
    tolerance=0.05,
    cases=(
        given("goods take 22 days", lead=22, settling_days=14, slow=True),
        given("goods take 29 days", lead=29, settling_days=14, slow=True),
    ),
)
def learnt_from_orders(seed: int, lead: int, settling_days: int) -> list[Finding]:
    """A maker that sees orders of a shop with weeks of cover, without the first 14 of 56 days, settles within 5 %.

    The maker reviews every eight weeks, and ignores the days in which the shop adjusts to a new price; the shop has a
    slow forecast.
    """
    rules = [learning(0, 3, settling_days=settling_days), learning(2, 3)]
    shelf = {"rule": "base_stock", "forecast_gain": 0.005, "review_days": WEEK}
    tables = market(
        calendar(14 * YEAR),
        customers_with(dict(LINEAR.worth), 200, need_rate=0.8, waiting_cost=0.0),
        chain_sections(rules, LINEAR.unit_cost),
        suppliers={"replenishment": base_stock_rule(20_000)},
        retailers={"replenishment": shelf, "stock_per_slot": 20_000, "lead_time": lead},
    )
    theory = linear_stackelberg(1.0, 1.0 / 120.0, 20.0, 2).prices[0]
    return [Finding("price, mean of seeds", theory, estimate(rests(seed, 3, tables)[:, 0]))]


@learning_claim(
    source="Spengler 1950, Journal of Political Economy",
    tolerance=0.0,
    cases=(given("as shipped: v 120, cost 20", unit_cost=20.0, slow=True), given("cost 50", unit_cost=50.0, slow=True)),
)
def one_more_tier(seed: int, unit_cost: float) -> list[Finding]:
    """One more firm that learns its own margin: higher price, lower quantity, less total profit."""
    seeds, customers = 4, 400
    made = {"name": "article", "unit_cost": unit_cost}
    scenario = load_scenario("successive_margins", {"products.items": [made]})
    needs = customers * scenario.customers.need_rate
    found = tiers(scenario, seed=FIRST_SEED + seed * seeds, replications=seeds)
    if found.failed:
        raise RuntimeError(f"not run: {found.failed[0]}")
    findings = []
    for count, name, trades in ((2, "without", found.without), (3, "with", found.with_it)):
        theory = linear_stackelberg(1.0, 1.0 / scenario.customers.worth.high, unit_cost, count)
        sold, earned = theory.quantity * needs, theory.total_profit * needs
        findings += [
            # Experiments around a price sell more when it is low, so the mean unit is sold below the mean price.
            Finding(f"units a day {name} it", sold, estimate(trade.quantity for trade in trades), 0.10 * sold),
            Finding(f"profit a day {name} it", earned, estimate(trade.profit for trade in trades), 0.10 * earned),
        ]
    worse = sum(map(adds_a_margin, found.without, found.with_it))
    return [*findings, Finding("seeds in which all three get worse", seeds, exact(worse), 0.0)]


@learning_claim(
    source="Calvano, Calzolari, Denicolo & Pastorello 2020, American Economic Review",
    tolerance=0.0,
    cases=(
        given("baseline", exploration_decay=4e-6, least=0.5, band=(0.70, 0.95), slow=True),
        given("ten times less exploration", exploration_decay=4e-5, least=0.3, band=(0.60, 0.95), slow=True),
    ),
)
def collusion(seed: int, exploration_decay: float, least: float, band: tuple[float, float]) -> list[Finding]:
    """Two Q-learners settle well above Nash: mean profit gains of .7 to .95."""
    (low, high), pairs = band, 20
    first = FIRST_SEED + seed * pairs
    gains = [learn_to_collude(first + k, exploration_decay=exploration_decay).profit_gain for k in range(pairs)]
    many = exact(sum(gain > least for gain in gains))
    return [
        Finding("mean profit gain over Nash", 0.5 * (low + high), estimate(gains), allowance=0.5 * (high - low)),
        Finding(f"pairs of {pairs} that gain over {least:g}", pairs, many, 0.0),
    ]
