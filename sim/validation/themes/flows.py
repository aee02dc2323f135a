"""Goods in transit, waiting customers, and orders that vary more than demand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.common.estimates import Estimate, estimate
from sim.common.types import FloatArray
from sim.engine.codes import BOUGHT, NOTHING
from sim.formulas.bullwhip import smoothing_ratio
from sim.formulas.inventory import in_system
from sim.kernels.goods import RETURNING, SALE
from sim.market import Market
from sim.results.outcome import Outcome
from sim.scenario import load_scenario
from sim.scenario.regimes import CHANNELS as CHANNEL_NAMES
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.markets import (
    REGIMES,
    Tables,
    base_stock_rule,
    calendar,
    fixed,
    live,
    market,
    places_of_tier,
    rows_of,
    town,
    towns_with_a_shop,
)
from sim.validation.themes.stocks import SUPPLIER, customers_for, depot, fast


def chain_of_shops(parameters: Parameters, shelf: Tables) -> Tables:
    """Return a chain of a maker, a wholesaler and many shops, the shops with their own ordering rule."""
    customers, need_rate = customers_for(parameters["rate"])
    maker_lead, wholesale_lead, shop_lead = parameters["leads"]
    middle = {"name": "wholesaler", "location": "centre", "pricing": fixed(2.0), "lead_time": wholesale_lead}
    return market(
        calendar(parameters["days"], parameters["warm_up"]),
        towns_with_a_shop(parameters["shops"], customers),
        customers={"need_rate": need_rate},
        suppliers={"lead_time": maker_lead, "replenishment": base_stock_rule(parameters["maker_level"])},
        tiers=[{**middle, "replenishment": base_stock_rule(parameters["wholesale_level"])}],
        retailers={"lead_time": shop_lead, "replenishment": shelf},
    )


def little_in_transit(parameters: Parameters, seed: int) -> list[Finding]:
    """Count goods in transit to every place each evening, and compare with flow times lead time."""
    outcome = live(chain_of_shops(parameters, base_stock_rule(parameters["shop_level"])), "traditional", seed)
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
    """Return, for each of these places, units sent to it per day and mean units in transit to it in the evening."""
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
    """Count customers waiting for parcels each evening, and compare with needs per day times their mean wait."""
    rule = base_stock_rule(parameters["level"])
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


def little_to_customers(parameters: Parameters, seed: int) -> list[Finding]:
    """Count goods in transit to and from customers each evening; compare with flow times whole days.

    Days come from the scenario, the flow from sales, the count from what the market has recorded as due.
    """
    channel, whole = parameters["channel"], parameters["whole_days"]
    back_after, sent_back = parameters["return_days"], parameters["sent_back"]
    scenario = load_scenario(on_its_way(parameters))
    lived = Market(scenario, "leg", seed)
    under_way, coming_back = [], []
    returning = 2 * lived.stock.nodes + RETURNING
    first, end = lived.state.records.first_day, lived.state.records.end_day
    while lived.day < scenario.time.days:
        day = lived.day
        lived.step()
        if first <= day < end:
            under_way.append(float(lived.state.deliveries.size[day + 1 :].sum()))
            coming_back.append(float(lived.stock.goods.units[returning].sum()))
    outcome = lived.outcome()
    needs = outcome.columns["needs"]
    bought = (needs["result"] == BOUGHT) & (needs["day"] >= first) & (needs["day"] < end)
    sold = np.bincount(needs["day"][bought] - first, minlength=end - first)
    assert {CHANNEL_NAMES[number] for number in np.unique(needs["channel"][bought])} == {channel}
    flow = float(sold.mean())
    return [
        Finding("units under way", in_system(flow, whole), exact(float(np.mean(under_way)))),
        Finding("units coming back", in_system(flow * sent_back, back_after), estimate_of_blocks(coming_back)),
    ]


def estimate_of_blocks(values: Sequence[float], blocks: int = 20) -> Estimate:
    """Return the mean of evenings, with an interval from blocks, because successive evenings are similar."""
    return estimate([float(block.mean()) for block in np.array_split(np.array(values), blocks)])


def on_its_way(parameters: Parameters) -> Tables:
    """Return a town whose customers buy by one channel with this delay, and return a share."""
    channel, hours = parameters["channel"], parameters["hours"]
    by_supplier = {"parcel": {"supplier_channels": ["parcel"]}, "courier": REGIMES["couriers"]}
    own = {"shelves": "own", "own_channels": [channel]}
    return market(
        calendar(parameters["days"], 30, 15),
        geography={"towns": [town("town", parameters["customers"])]},
        customers={"need_rate": 0.5},
        products={"return_unseen": parameters["sent_back"]},
        delivery={
            "pickup_hours": hours,
            "parcel": {"handling_days": hours / 24.0},
            "courier": {"handling_hours": hours},
        },
        returns={"days": parameters["return_days"]},
        regimes={"leg": by_supplier.get(channel, own)},
    )


def constant_base_stock(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare the variance of orders and demand with constant levels."""
    outcome = live(chain_of_shops(parameters, base_stock_rule(parameters["shop_level"])), "traditional", seed)
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

    At a depot and not in a shop, because theory's customers wait: a shop does not reorder what it could not sell.
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
    """Return parameters of a chain that never runs out of stock."""
    ample = dict.fromkeys(("maker_level", "wholesale_level", "shop_level"), 100_000)
    return {**small_chain(shops, rate, leads, days), **ample}


def forecasting(stocks: int, rate: float, lead: int, gain: float, days: int) -> Parameters:
    """Return parameters of a depot that forecasts; the warm-up forgets all but a hundredth of the first forecast."""
    forgotten = int(np.ceil(np.log(0.01) / np.log(1.0 - gain)))
    return {"stocks": stocks, "rate": rate, "lead": lead, "gain": gain, "days": forgotten + days, "warm_up": forgotten}


def leg(channel: str, hours: float, return_days: int) -> Parameters:
    """Return parameters of a way to customers that takes so many hours, and a way back."""
    size = {"customers": 1000, "days": 345, "sent_back": 0.3}
    return {"channel": channel, "hours": hours, "whole_days": int(hours // 24), "return_days": return_days, **size}


FLOW_CHECKS = (
    Check(
        name="little_in_transit",
        theme="stocks",
        claim="On every leg, units under way = units sent a day x lead time",
        source="Little 1961, Operations Research",
        tolerance=0.02,
        run=little_in_transit,
        cases=(
            CheckCase("leads 5, 4, 3", small_chain(8, 2.0, (5, 4, 3), 500)),
            CheckCase("leads 1, 10, 2", small_chain(5, 5.0, (1, 10, 2), 500), slow=True),
            CheckCase("leads 20, 3, 7", small_chain(8, 1.0, (20, 3, 7), 1500), slow=True),
        ),
    ),
    Check(
        name="little_to_customers",
        theme="stocks",
        claim="By parcel, by courier, for pick-up, and as returns: units under way = units per day x days",
        source="Little 1961, Operations Research",
        tolerance=0.02,
        run=little_to_customers,
        cases=(
            CheckCase("parcels, 60 hours", leg("parcel", 60.0, 7)),
            CheckCase("couriers, 30 hours", leg("courier", 30.0, 3)),
            CheckCase("pick-up, 50 hours", leg("pickup", 50.0, 5)),
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
            CheckCase("2 a day, 5 days, level 9", fast(20, 2.0, 5, 9, 500)),
            CheckCase("4 a day, 3 days, level 10", fast(20, 4.0, 3, 10, 300)),
        ),
    ),
    Check(
        name="constant_base_stock",
        theme="stocks",
        claim="With constant levels, orders equal sales: variance ratio 1 at every tier",
        source="Chen, Drezner, Ryan & Simchi-Levi 2000, Management Science",
        tolerance=1e-12,
        run=constant_base_stock,
        cases=(
            CheckCase("leads 5, 4, 3", plenty(6, 5.0, (5, 4, 3), 200)),
            CheckCase("leads 1, 1, 9", plenty(6, 1.0, (1, 1, 9), 200)),
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
            CheckCase("lead 2, gain .3", forecasting(30, 40.0, 2, 0.3, 150)),
            CheckCase("lead 3, gain .1", forecasting(60, 40.0, 3, 0.1, 400), slow=True),
            CheckCase("lead 5, gain .05", forecasting(60, 40.0, 5, 0.05, 600), slow=True),
        ),
    ),
)
