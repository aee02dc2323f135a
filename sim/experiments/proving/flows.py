"""Goods on their way, customers who wait, and orders that vary more than demand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.experiments.estimates import estimate
from sim.experiments.proving.claims import Case, Check, Finding, Parameters, exact
from sim.experiments.proving.markets import (
    FloatArray,
    Tables,
    base_stock,
    calendar,
    fixed,
    live,
    market,
    places_of_tier,
    rows_of,
    towns_with_a_shop,
)
from sim.experiments.proving.stocks import SUPPLIER, customers_for, depot, fast
from sim.kernels.goods import SALE
from sim.outcome import NOTHING, Outcome
from sim.theory.bullwhip import smoothing_ratio
from sim.theory.inventory import in_system


def chain(parameters: Parameters, shelf: Tables) -> Tables:
    """Return a chain of a maker, a wholesaler and many shops, the shops ordering by a rule of their own."""
    customers, need_rate = customers_for(parameters["rate"])
    maker_lead, wholesale_lead, shop_lead = parameters["leads"]
    middle = {"name": "wholesaler", "location": "centre", "pricing": fixed(2.0), "lead_time": wholesale_lead}
    return market(
        calendar(parameters["days"], parameters["warm_up"]),
        towns_with_a_shop(parameters["shops"], customers),
        customers={"need_rate": need_rate},
        suppliers={"lead_time": maker_lead, "replenishment": base_stock(parameters["maker_level"])},
        tiers=[{**middle, "replenishment": base_stock(parameters["wholesale_level"])}],
        retailers={"lead_time": shop_lead, "replenishment": shelf},
    )


def little_in_transit(parameters: Parameters, seed: int) -> list[Finding]:
    """Count what is on its way to every place each evening, and hold it against flow times lead time."""
    outcome = live(chain(parameters, base_stock(parameters["shop_level"])), "traditional", seed)
    names = ("maker", "wholesaler", "shops")
    findings = []
    worst = 1.0
    for tier, (name, lead) in enumerate(zip(names, parameters["leads"], strict=True)):
        flow, under_way = on_the_way(outcome, places_of_tier(outcome, tier))
        expected = in_system(float(flow.sum()), lead)
        findings.append(Finding(f"units on the way to the {name}", expected, exact(under_way.sum())))
        ratios = under_way / (flow * lead)
        furthest = float(ratios[np.argmax(np.abs(ratios - 1.0))])
        worst = furthest if abs(furthest - 1.0) > abs(worst - 1.0) else worst
    return [*findings, Finding("the leg furthest from it, relative", 1.0, exact(worst))]


def on_the_way(outcome: Outcome, nodes: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Return, for each of these places, units sent to it a day and mean units on the way to it in the evening."""
    stock = outcome.columns["stock"]
    first, end = outcome.manifest.window
    transit = nodes + len(outcome.columns["places"]["place"])
    days = outcome.manifest.scenario.time.days
    sent, arrived = np.zeros((len(nodes), days)), np.zeros((len(nodes), days))
    for row, place in enumerate(transit):
        to, away = stock["destination"] == place, stock["source"] == place
        np.add.at(sent[row], stock["day"][to], stock["units"][to])
        np.add.at(arrived[row], stock["day"][away], stock["units"][away])
    under_way = np.cumsum(sent - arrived, axis=1)
    return sent[:, first:end].mean(axis=1), under_way[:, first:end].mean(axis=1)


def little_waiting(parameters: Parameters, seed: int) -> list[Finding]:
    """Count who is waiting for a parcel each evening, and hold it against needs a day times their mean wait."""
    rule = base_stock(parameters["level"])
    outcome = live(depot(parameters, parameters["rate"], rule), "direct", seed, tastes_dealt_out=True)
    first, end = outcome.manifest.window
    needs, stock = outcome.columns["needs"], outcome.columns["stock"]
    wanted = rows_of(needs, needs["product"] != NOTHING)
    days = outcome.manifest.scenario.time.days
    came = np.bincount(wanted["day"], minlength=days)
    left = np.bincount(stock["day"][stock["kind"] == SALE], minlength=days)
    waiting = np.cumsum(came - left)[first:end].mean()
    counted = (wanted["day"] >= first) & (wanted["day"] < end)
    expected = in_system(float(came[first:end].mean()), float(np.floor(wanted["days"][counted]).mean()))
    return [Finding("customers waiting in the evening", expected, exact(waiting))]


def constant_base_stock(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare the variance of orders and demand where nobody changes the level."""
    outcome = live(chain(parameters, base_stock(parameters["shop_level"])), "traditional", seed)
    names = ("maker", "wholesaler", "shops")
    return [
        Finding(
            f"variance of orders / demand, {name}",
            smoothing_ratio(1.0, 0.0),
            exact(variance_ratios(outcome, tier).mean()),
        )
        for tier, name in enumerate(names)
    ]


def smoothed_forecasts(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare the variance of orders and demand at a depot that forecasts by exponential smoothing.

    At a depot and not in a shop, since theory's customers wait: what a shop cannot sell, it does not reorder.
    """
    rule = {"rule": "base_stock", "forecast_gain": parameters["gain"], "safety_factor": 0.0}
    outcome = live(depot(parameters, parameters["rate"], rule), "direct", seed, tastes_dealt_out=True)
    theory = smoothing_ratio(parameters["lead"], parameters["gain"])
    return [Finding("variance of orders / demand", theory, estimate(variance_ratios(outcome, SUPPLIER)))]


def variance_ratios(outcome: Outcome, tier: int) -> FloatArray:
    """Return, for each place and product of a tier, the variance of its daily orders over that of the demand it met."""
    return variances(outcome, tier, "orders") / variances(outcome, tier, "demand")


def variances(outcome: Outcome, tier: int, name: str) -> FloatArray:
    """Return the variance of daily "orders" or "demand" of each place and product of a tier."""
    cells = outcome.columns["cells"]
    here = rows_of(cells, np.isin(cells["place"], places_of_tier(outcome, tier)))
    mean = here[name] / here["days"]
    variance: FloatArray = here[f"{name}_squared"] / here["days"] - mean * mean
    return variance


def small_chain(shops: int, rate: float, leads: tuple[int, int, int], days: int) -> Parameters:
    """Return parameters of a chain whose levels cover demand over the lead time, safety included.

    ``leads`` are those of maker, wholesaler and shops. The warm-up is ten times the longest.
    """

    def level(demand: float) -> int:
        return int(np.ceil(demand + 3.0 * np.sqrt(demand)))

    levels = {
        "maker_level": level(shops * rate * leads[0]),
        "wholesale_level": level(shops * rate * leads[1]),
        "shop_level": level(rate * leads[2]),
    }
    return {"shops": shops, "rate": rate, "leads": leads, "days": days, "warm_up": 10 * max(leads), **levels}


def plenty(shops: int, rate: float, leads: tuple[int, int, int], days: int) -> Parameters:
    """Return parameters of a chain in which nothing ever runs out."""
    ample = dict.fromkeys(("maker_level", "wholesale_level", "shop_level"), 100_000)
    return {**small_chain(shops, rate, leads, days), **ample}


def forecasting(stocks: int, rate: float, lead: int, gain: float, days: int) -> Parameters:
    """Return parameters of a depot that forecasts; the warm-up forgets all but a hundredth of the first forecast."""
    forgotten = int(np.ceil(np.log(0.01) / np.log(1.0 - gain)))
    return {"stocks": stocks, "rate": rate, "lead": lead, "gain": gain, "days": forgotten + days, "warm_up": forgotten}


FLOW_CHECKS = (
    Check(
        name="little_in_transit",
        theme="stocks",
        claim="On every leg, units under way = units sent a day x lead time",
        source="Little 1961, Operations Research",
        tolerance=0.02,
        run=little_in_transit,
        cases=(
            Case("leads 5, 4, 3", small_chain(8, 2.0, (5, 4, 3), 500)),
            Case("leads 1, 10, 2", small_chain(5, 5.0, (1, 10, 2), 500), slow=True),
            Case("leads 20, 3, 7", small_chain(8, 1.0, (20, 3, 7), 1500), slow=True),
        ),
    ),
    Check(
        name="little_waiting",
        theme="stocks",
        claim="Customers waiting = needs a day x mean wait",
        source="Little 1961, Operations Research",
        tolerance=0.02,
        run=little_waiting,
        cases=(
            Case("2 a day, 5 days, level 9", fast(20, 2.0, 5, 9, 500)),
            Case("4 a day, 3 days, level 10", fast(20, 4.0, 3, 10, 300)),
        ),
    ),
    Check(
        name="constant_base_stock",
        theme="stocks",
        claim="Who does not change the level orders what was sold: variance ratio 1 at every tier",
        source="Chen, Drezner, Ryan & Simchi-Levi 2000, Management Science",
        tolerance=1e-12,
        run=constant_base_stock,
        cases=(
            Case("leads 5, 4, 3", plenty(6, 5.0, (5, 4, 3), 200)),
            Case("leads 1, 1, 9", plenty(6, 1.0, (1, 1, 9), 200)),
        ),
    ),
    Check(
        name="smoothed_forecasts",
        theme="stocks",
        claim="Levels that follow a smoothed forecast: variance ratio 1 + 2La + 2(La)^2 / (2 - a)",
        source="Chen, Ryan & Simchi-Levi 2000, Naval Research Logistics",
        tolerance=0.02,
        run=smoothed_forecasts,
        cases=(
            Case("lead 2, gain .3", forecasting(30, 40.0, 2, 0.3, 150)),
            Case("lead 3, gain .1", forecasting(60, 40.0, 3, 0.1, 400), slow=True),
            Case("lead 5, gain .05", forecasting(60, 40.0, 5, 0.05, 600), slow=True),
        ),
    ),
)
