"""Firms that know only their own prices and sales: where chains of them settle, and what rivals learn together.

A few hundred customers at one place have a need nearly every day; only the goods cost anything. Stocks are large and
replenished one for one, so that orders reach every firm of a chain on the day of the sale and equal sales.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.common.estimates import estimate
from sim.common.types import CENTS, FloatArray
from sim.experiments.double_margins import adds_a_margin, tiers
from sim.formulas.successive_monopoly import elastic_percentages, linear_stackelberg
from sim.market import Market
from sim.runs.running import emptying
from sim.scenario import load_scenario
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.collusion import learn_to_collude
from sim.validation.equilibrium_markets import AT_COST, chain_sections
from sim.validation.markets import Tables, base_stock_rule, calendar, market, overlaid
from sim.validation.themes.demand import customers_with, evenly, pareto

THEME = "learning"
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
    mean: FloatArray = paths[-52 * years :].mean(axis=0)
    return mean


def learnt_prices(parameters: Parameters, seed: int) -> list[Finding]:
    """Let chains learn, one per seed, and compare where they settle: the mean, and the seed farthest from theory."""
    firms, elastic = parameters["firms"], parameters["elastic"]
    wants = ELASTIC if elastic else LINEAR
    theory = (
        elastic_percentages(1.0, 2.0, wants.unit_cost, firms)
        if elastic
        else linear_stackelberg(1.0, 1.0 / 120.0, wants.unit_cost, firms)
    )
    tables = learning_chain(firms, parameters["years"], wants, parameters["customers"])
    first = FIRST_SEED + seed * parameters["seeds"]
    rests = np.array([final_prices(weekly_prices(tables, first + k)) for k in range(parameters["seeds"])])[:, -firms:]
    findings = []
    for tier, (price, rest) in enumerate(zip(theory.prices, rests.T, strict=True), start=1):
        farthest = float(rest[np.argmax(np.abs(rest - price))])
        findings += [
            Finding(f"price of tier {tier}, mean of seeds", price, estimate(rest), parameters["mean_within"] * price),
            Finding(f"price of tier {tier}, farthest seed", price, exact(farthest), parameters["each_within"] * price),
        ]
    return findings


def learnt_from_full_days(parameters: Parameters, seed: int) -> list[Finding]:
    """Let shops learn whose shelves often run empty: sales on such days are below demand."""
    tables = overlaid(
        learning_chain(1, parameters["years"], customers=parameters["customers"]),
        {"retailers": {"replenishment": {"rule": "base_stock", "safety_factor": parameters["safety_factor"]}}},
    )
    return rests_at(parameters, tables, -1, linear_stackelberg(1.0, 1.0 / 120.0, 20.0, 1).consumer_price, seed)


def learnt_from_orders(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a maker learn from the orders of a shop that keeps stock for weeks and orders once a week.

    The shop has a slow forecast, and the maker ignores the days in which the shop adjusts to a new price.
    """
    rules = [learning(0, 3, settling_days=parameters["settling_days"]), learning(2, 3)]
    shelf = {"rule": "base_stock", "forecast_gain": parameters["gain"], "review_days": WEEK}
    tables = market(
        calendar(parameters["years"] * YEAR),
        customers_with(dict(LINEAR.worth), parameters["customers"], need_rate=0.8, waiting_cost=0.0),
        chain_sections(rules, LINEAR.unit_cost),
        suppliers={"replenishment": base_stock_rule(20_000)},
        retailers={"replenishment": shelf, "stock_per_slot": 20_000, "lead_time": parameters["lead"]},
    )
    return rests_at(parameters, tables, 0, linear_stackelberg(1.0, 1.0 / 120.0, 20.0, 2).prices[0], seed)


def rests_at(parameters: Parameters, tables: Tables, place: int, price: float, seed: int) -> list[Finding]:
    """Compare the mean price of a place over the last years, seed by seed, with theory's."""
    first, seeds = FIRST_SEED + seed * parameters["seeds"], parameters["seeds"]
    years = parameters["years_that_count"]
    rests = [float(final_prices(weekly_prices(tables, first + k), years)[place]) for k in range(seeds)]
    return [Finding("price, mean of seeds", price, estimate(rests))]


def collusion(parameters: Parameters, seed: int) -> list[Finding]:
    """Let pairs of Q-learners set prices against each other until they have settled."""
    low, high = parameters["band"]
    first = FIRST_SEED + seed * parameters["pairs"]
    decay = parameters["exploration_decay"]
    gains = [learn_to_collude(first + k, exploration_decay=decay).profit_gain for k in range(parameters["pairs"])]
    least = parameters["least"]
    return [
        Finding("mean profit gain over Nash", 0.5 * (low + high), estimate(gains), allowance=0.5 * (high - low)),
        Finding(
            f"pairs of {len(gains)} that gain over {least:g}", len(gains), exact(sum(g > least for g in gains)), 0.0
        ),
    ]


def one_more_tier(parameters: Parameters, seed: int) -> list[Finding]:
    """Let the chain of `successive_margins` learn with and without its wholesaler."""
    scenario = load_scenario("successive_margins", parameters["changes"])
    choke, cost = scenario.customers.worth.high, parameters["unit_cost"]
    needs = parameters["customers"] * scenario.customers.need_rate
    found = tiers(scenario, seed=FIRST_SEED + seed * parameters["seeds"], replications=parameters["seeds"])
    findings = []
    for count, name, trades in ((2, "without", found.without), (3, "with", found.with_it)):
        theory = linear_stackelberg(1.0, 1.0 / choke, cost, count)
        sold, earned = theory.quantity * needs, theory.total_profit * needs
        findings += [
            # Experiments around a price sell more when it is low, so the mean unit is sold below the mean price.
            Finding(f"units a day {name} it", sold, estimate(trade.quantity for trade in trades), 0.10 * sold),
            Finding(f"profit a day {name} it", earned, estimate(trade.profit for trade in trades), 0.10 * earned),
        ]
    worse = sum(map(adds_a_margin, found.without, found.with_it))
    return [*findings, Finding("seeds in which all three get worse", parameters["seeds"], exact(worse), 0.0)]


def learners(
    firms: int, years: int, seeds: int, mean_within: float, each_within: float, *, elastic: bool = False
) -> Parameters:
    """Return parameters of chains that learn; the last five years count."""
    size = {"firms": firms, "years": years, "seeds": seeds, "elastic": elastic, "customers": 1000 if elastic else 500}
    return {**size, "mean_within": mean_within, "each_within": each_within}


def more_margins(unit_cost: float) -> Parameters:
    """Return parameters of the shipped chain at another cost of making the good."""
    made = {"name": "article", "unit_cost": unit_cost}
    return {"unit_cost": unit_cost, "customers": 400, "seeds": 4, "changes": {"products.items": [made]}}


def q_learners(exploration_decay: float, least: float, band: tuple[float, float]) -> Parameters:
    """Return parameters of twenty pairs."""
    return {"pairs": 20, "exploration_decay": exploration_decay, "least": least, "band": band}


def run_empty(safety_factor: float, customers: int = 100) -> Parameters:
    """Return parameters of shops with so little safety stock that up to a tenth of demand is not in stock."""
    length = {"years": 8, "years_that_count": 3, "seeds": 4}
    return {"safety_factor": safety_factor, "customers": customers, **length}


def ordering_parameters(lead: int, settling_days: int) -> Parameters:
    """Return parameters of a maker who reviews every eight weeks and a shop with this lead time in days."""
    length = {"years": 14, "years_that_count": 5, "seeds": 3}
    return {"lead": lead, "settling_days": settling_days, "gain": 0.005, "customers": 200, **length}


LEARNING_CHECKS = (
    Check(
        name="learnt_chain",
        theme=THEME,
        claim="Firms that know only their own prices and sales settle at successive monopoly",
        source="Spengler 1950, Journal of Political Economy; den Boer & Zwart 2014, Management Science",
        tolerance=0.0,
        run=learnt_prices,
        cases=(
            CheckCase("linear, 1 firm, 15 years", learners(1, 15, 20, 0.01, 0.03), slow=True),
            CheckCase("linear, 2 firms, 15 years", learners(2, 15, 20, 0.01, 0.03), slow=True),
            CheckCase("linear, 3 firms, 25 years", learners(3, 25, 20, 0.02, 0.05), slow=True),
            CheckCase("elasticity 2, 1 firm, 15 years", learners(1, 15, 20, 0.015, 0.04, elastic=True), slow=True),
            CheckCase("elasticity 2, 2 firms, 15 years", learners(2, 15, 20, 0.015, 0.04, elastic=True), slow=True),
            CheckCase("elasticity 2, 3 firms, 30 years", learners(3, 30, 20, 0.03, 0.06, elastic=True), slow=True),
        ),
    ),
    Check(
        name="learnt_from_full_days",
        theme=THEME,
        claim="A shop whose shelf often runs empty ignores the days on which it did, and settles within 5 %",
        source="Conrad 1976, Journal of the Operational Research Society; den Boer & Zwart 2014",
        tolerance=0.05,
        run=learnt_from_full_days,
        cases=(
            CheckCase("no safety stock", run_empty(0.0), slow=True),
            CheckCase("half a deviation kept", run_empty(0.5), slow=True),
        ),
    ),
    Check(
        name="learnt_from_orders",
        theme=THEME,
        claim=(
            "A maker that sees orders of a shop with weeks of cover, without the first 14 of 56 days, settles "
            "within 5 %"
        ),
        source="Spengler 1950; den Boer & Zwart 2014, Management Science",
        tolerance=0.05,
        run=learnt_from_orders,
        cases=(
            CheckCase("goods take 22 days", ordering_parameters(22, 14), slow=True),
            CheckCase("goods take 29 days", ordering_parameters(29, 14), slow=True),
        ),
    ),
    Check(
        name="one_more_tier",
        theme=THEME,
        claim="One more firm that learns its own margin: higher price, lower quantity, less total profit",
        source="Spengler 1950, Journal of Political Economy",
        tolerance=0.0,
        run=one_more_tier,
        cases=(
            CheckCase("as shipped: v 120, cost 20", more_margins(20.0), slow=True),
            CheckCase("cost 50", more_margins(50.0), slow=True),
        ),
    ),
    Check(
        name="collusion",
        theme=THEME,
        claim="Two Q-learners settle well above Nash: mean profit gains of .7 to .95",
        source="Calvano, Calzolari, Denicolo & Pastorello 2020, American Economic Review",
        tolerance=0.0,
        run=collusion,
        cases=(
            CheckCase("baseline", q_learners(4e-6, 0.5, (0.70, 0.95)), slow=True),
            CheckCase("ten times less exploration", q_learners(4e-5, 0.3, (0.60, 0.95)), slow=True),
        ),
    ),
)
