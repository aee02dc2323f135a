"""Goods in transit, waiting customers, and orders that vary more than demand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

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
from sim.validation import markets
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.markets import base_stock_rule, calendar, live, market, places_of_tier, rows_of
from sim.validation.themes.stocks import SUPPLIER, counted_every_evening, customers_for, from_depots

LEVELS = ("maker", "wholesaler", "shops")
PLENTY = 100_000

little = partial(claim, "stocks", source="Little 1961, Operations Research", tolerance=0.02)


def run_chain(
    seed: int, shops: int, rate: float, leads: Sequence[int], days: int, *, levels: Sequence[int] | None = None
) -> Outcome:
    """Run a chain of a maker, a wholesaler and many shops, with the lead times of these three.

    By default their order-up-to levels cover demand over the lead time, safety included. The warm-up is ten times the
    longest lead time.
    """
    customers, need_rate = customers_for(rate)
    maker, wholesaler, shop = (
        {"lead_time": lead, "replenishment": base_stock_rule(level)}
        for lead, level in zip(leads, levels or safe_levels(shops, rate, leads), strict=True)
    )
    warm_up = 10 * max(leads)
    tables = market(
        calendar(days, warm_up),
        markets.towns_with_a_shop(shops, customers),
        customers={"need_rate": need_rate},
        suppliers=maker,
        tiers=[{"name": "wholesaler", "location": "centre", "pricing": markets.fixed(2.0), **wholesaler}],
        retailers=shop,
    )
    return live(tables, "traditional", seed)


def safe_levels(shops: int, rate: float, leads: Sequence[int]) -> list[int]:
    """Return the levels of maker, wholesaler and shops: demand over the lead time and three standard deviations."""
    demands = [number * rate * lead for number, lead in zip((shops, shops, 1), leads, strict=True)]
    return [int(np.ceil(demand + 3.0 * np.sqrt(demand))) for demand in demands]


@little(
    cases=(
        given("leads 5, 4, 3", shops=8, rate=2.0, leads=(5, 4, 3), days=500),
        given("leads 1, 10, 2", shops=5, rate=5.0, leads=(1, 10, 2), days=500, slow=True),
        given("leads 20, 3, 7", shops=8, rate=1.0, leads=(20, 3, 7), days=1500, slow=True),
    )
)
def little_in_transit(seed: int, shops: int, rate: float, leads: Sequence[int], days: int) -> list[Finding]:
    """On every leg, units under way = units sent a day x lead time."""
    outcome = run_chain(seed, shops, rate, leads, days)
    findings, ratios = [], []
    for tier, (name, lead) in enumerate(zip(LEVELS, leads, strict=True)):
        flow, under_way = on_the_way(outcome, places_of_tier(outcome, tier))
        expected = in_system(float(flow.sum()), lead)
        findings.append(Finding(f"units on the way to the {name}", expected, exact(under_way.sum())))
        ratios += (under_way / (flow * lead)).tolist()
    furthest = max(ratios, key=lambda ratio: abs(ratio - 1.0))
    return [*findings, Finding("the leg furthest from it, relative", 1.0, exact(furthest))]


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


@little(
    cases=(
        given("parcels, 60 hours", channel="parcel", hours=60.0, whole_days=2, return_days=7),
        given("couriers, 30 hours", channel="courier", hours=30.0, whole_days=1, return_days=3),
        given("pick-up, 50 hours", channel="pickup", hours=50.0, whole_days=2, return_days=5),
    )
)
def little_to_customers(
    seed: int, channel: str, hours: float, whole_days: int, return_days: int, *, customers: int = 1000, days: int = 345
) -> list[Finding]:
    """By parcel, by courier, for pick-up, and as returns: units under way = units per day x days.

    Days come from the scenario, the flow from sales, the count from what the market has recorded as due. Customers buy
    by one channel with this delay, and return a share.
    """
    sent_back = 0.3
    by_supplier = {"parcel": {"supplier_channels": ["parcel"]}, "courier": markets.REGIMES["couriers"]}
    tables = market(
        calendar(days, 30, 15),
        geography={"towns": [markets.town("town", customers)]},
        customers={"need_rate": 0.5},
        products={"return_unseen": sent_back},
        delivery={
            "pickup_hours": hours,
            "parcel": {"handling_days": hours / 24.0},
            "courier": {"handling_hours": hours},
        },
        returns={"days": return_days},
        regimes={"leg": by_supplier.get(channel, {"shelves": "own", "own_channels": [channel]})},
    )
    lived = Market(load_scenario(tables), "leg", seed)
    under_way, coming_back = [], []
    returning = 2 * lived.stock.nodes + RETURNING
    first, end = lived.state.records.first_day, lived.state.records.end_day
    while lived.day < days:
        day = lived.day
        lived.step()
        if first <= day < end:
            under_way.append(float(lived.state.deliveries.size[day + 1 :].sum()))
            coming_back.append(float(lived.stock.goods.units[returning].sum()))
    needs = lived.outcome().columns["needs"]
    bought = (needs["result"] == BOUGHT) & (needs["day"] >= first) & (needs["day"] < end)
    assert {CHANNEL_NAMES[number] for number in np.unique(needs["channel"][bought])} == {channel}
    flow = float(np.bincount(needs["day"][bought] - first, minlength=end - first).mean())
    return [
        Finding("units under way", in_system(flow, whole_days), exact(float(np.mean(under_way)))),
        Finding("units coming back", in_system(flow * sent_back, return_days), estimate_of_blocks(coming_back)),
    ]


def estimate_of_blocks(values: Sequence[float], blocks: int = 20) -> Estimate:
    """Return the mean of evenings, with an interval from blocks, because successive evenings are similar."""
    return estimate([float(block.mean()) for block in np.array_split(np.array(values), blocks)])


@little(
    cases=(
        given("2 a day, 5 days, level 9", stocks=20, rate=2.0, lead=5, level=9, days=500),
        given("4 a day, 3 days, level 10", stocks=20, rate=4.0, lead=3, level=10, days=300),
    )
)
def little_waiting(seed: int, stocks: int, rate: float, lead: int, level: int, days: int) -> list[Finding]:
    """Customers waiting = needs a day x mean wait."""
    outcome, _ = counted_every_evening(seed, stocks, rate, lead, level, days)
    first, end = outcome.manifest.window
    needs, stock = outcome.columns["needs"], outcome.columns["stock"]
    wanted = rows_of(needs, needs["product"] != NOTHING)
    came = np.bincount(wanted["day"], minlength=days)
    left = np.bincount(stock["day"][stock["kind"] == SALE], minlength=days)
    waiting = np.cumsum(came - left)[first:end].mean()
    counted = (wanted["day"] >= first) & (wanted["day"] < end)
    expected = in_system(float(came[first:end].mean()), float(np.floor(wanted["days"][counted]).mean()))
    return [Finding("customers waiting in the evening", expected, exact(waiting))]


@claim(
    "stocks",
    source="Chen, Drezner, Ryan & Simchi-Levi 2000, Management Science",
    tolerance=1e-12,
    cases=(
        given("leads 5, 4, 3", shops=6, rate=5.0, leads=(5, 4, 3), days=200),
        given("leads 1, 1, 9", shops=6, rate=1.0, leads=(1, 1, 9), days=200),
    ),
)
def constant_base_stock(seed: int, shops: int, rate: float, leads: Sequence[int], days: int) -> list[Finding]:
    """With constant levels, orders equal sales: variance ratio 1 at every tier."""
    outcome = run_chain(seed, shops, rate, leads, days, levels=[PLENTY] * len(leads))
    theory = smoothing_ratio(1.0, 0.0)
    return [
        Finding(f"variance of orders / demand, {name}", theory, exact(variance_ratios(outcome, tier).mean()))
        for tier, name in enumerate(LEVELS)
    ]


@claim(
    "stocks",
    source="Chen, Ryan & Simchi-Levi 2000, Naval Research Logistics",
    tolerance=0.02,
    cases=(
        given("lead 2, gain .3", stocks=30, lead=2, gain=0.3, days=150),
        given("lead 3, gain .1", stocks=60, lead=3, gain=0.1, days=400, slow=True),
        given("lead 5, gain .05", stocks=60, lead=5, gain=0.05, days=600, slow=True),
    ),
)
def smoothed_forecasts(seed: int, stocks: int, lead: int, gain: float, days: int) -> list[Finding]:
    """Levels that follow a smoothed forecast: variance ratio 1 + 2La + 2(La)^2 / (2 - a).

    At a depot and not in a shop, because theory's customers wait: a shop does not reorder what it could not sell. The
    warm-up forgets all but a hundredth of the first forecast.
    """
    forgotten = int(np.ceil(np.log(0.01) / np.log(1.0 - gain)))
    rule = {"rule": "base_stock", "forecast_gain": gain, "safety_factor": 0.0}
    outcome = from_depots(seed, stocks, 40.0, lead, rule, forgotten + days, forgotten)
    found = estimate(variance_ratios(outcome, SUPPLIER))
    return [Finding("variance of orders / demand", smoothing_ratio(lead, gain), found)]


def variance_ratios(outcome: Outcome, tier: int) -> FloatArray:
    """Return, for each place and product of a tier, the variance of its daily orders over that of the demand it met."""
    return variances(outcome, tier, "orders") / variances(outcome, tier, "demand")


def variances(outcome: Outcome, tier: int, name: str) -> FloatArray:
    """Return the variance of daily "orders" or "demand" of each place and product of a tier."""
    cells = outcome.columns["cells"]
    here = rows_of(cells, np.isin(cells["place"], places_of_tier(outcome, tier)))
    mean = here[name] / here["days"]
    return here[f"{name}_squared"] / here["days"] - mean * mean
