"""The story with what it leaves out put back, one thing after another: a ladder of prices."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from sim.cases.case import Case
from sim.cases.drawing import Bar, bars
from sim.cases.findings import EUR, SHARE, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.cases.runs import One, PairedRuns
from sim.cases.wording import amount
from sim.common.estimates import Estimate, estimate
from sim.report.charts.palette import COSTS, CUSTOMERS, SUPPLIER

NAME = "parable_costs"
CHAIN, DIRECT = "traditional", "listed"
PRICE, CONTACT = "suppliers.direct_pricing.price", "suppliers.direct_handling_cost"
TOLD = 8_000.0
"""The direct price of the story."""
ASKED = (8_000.0, 14_000.0)
"""Two direct prices at which each rung is run; in between and beyond, everything goes along a straight line, since
everybody who knows of the offer buys at any of them."""


class Rung(NamedTuple):
    """What is put back at a step of the ladder: its name, and the parameters that are 0 on all steps below it."""

    name: str
    parameters: tuple[str, ...]


RUNGS = (
    Rung("delivery", ("delivery.parcel.cost_per_parcel", "delivery.bulk.cost_per_shipment")),
    Rung("returns", ("products.items.0.return_unseen", "products.items.0.return_inspected", "returns.handling_cost")),
    Rung("commission", ("platform.commission",)),
    Rung("advertising", ("online.advertising_per_head", "online.advertising_scale")),
    Rung("contacts", (CONTACT, "contacts.cost")),
)


def free_services(steps: int) -> dict[str, Any]:
    """Return what makes everything free that is not among the first steps of the ladder."""
    return {path: 0.0 for rung in RUNGS[steps:] for path in rung.parameters}


def measure(plan: CasePlan) -> Findings:
    """Climb the ladder; then look for the price, and the cost of contacts, at which nobody gains."""
    points = [{**free_services(step), PRICE: price} for step in range(len(RUNGS) + 1) for price in ASKED]
    dearer = {PRICE: ASKED[0], CONTACT: 4_000.0}
    *rungs, last = plan.sweep(NAME, [CHAIN, DIRECT], [*points, dearer])
    found: dict[str, CaseFinding] = {}
    pairs = [(rungs[2 * step], rungs[2 * step + 1]) for step in range(len(RUNGS) + 1)]
    goal = [figure_gain(one, "supplier_profit") for one in pairs[0][0].replications()]
    for name, pair in zip(("nothing", *(rung.name for rung in RUNGS)), pairs, strict=True):
        found |= {f"{name}_{what}": finding for what, finding in rung_of(pair, goal).items()}
    top = ends(pairs[-1], last)
    found |= {"top_price": CaseFinding.of(top[0], EUR), "top_contact": CaseFinding.of(top[1], EUR)}
    (end,) = plan.sweep(NAME, [CHAIN, DIRECT], [{PRICE: in_cents(top[0]), CONTACT: in_cents(top[1])}])
    found["top_full_price"] = end.of(DIRECT, "full_price", EUR)
    found["top_customers"] = end.change(CHAIN, DIRECT, "consumer_surplus", EUR)
    found["top_maker"] = end.change(CHAIN, DIRECT, "supplier_profit", EUR)
    found["top_lost"] = end.change(DIRECT, CHAIN, "welfare", EUR)
    found["chain_price"] = end.of(CHAIN, "consumer_price", EUR)
    return found


def figure_gain(one: One, figure: str) -> float:
    """Return by how much a figure per need is higher direct than through the chain, in one replication."""
    return (one[DIRECT].get(figure) or 0.0) - (one[CHAIN].get(figure) or 0.0)


def rung_of(pair: tuple[PairedRuns, PairedRuns], goal: Sequence[float]) -> Findings:
    """Return what a step of the ladder comes to.

    ``price``: what the maker asks to gain as much as in the story; ``full_price``: what that comes to for customers,
    the parcel included; ``floor`` and ``ceiling``: the prices at which the maker and at which customers gain nothing;
    ``maker`` and ``customers``: what they gain per need while the price stays at 8 000.
    """
    prices, full, floors, ceilings = [], [], [], []
    for low, high, wanted in zip(pair[0].replications(), pair[1].replications(), goal, strict=True):
        prices.append(where(figure_gain(low, "supplier_profit"), figure_gain(high, "supplier_profit"), wanted))
        floors.append(where(figure_gain(low, "supplier_profit"), figure_gain(high, "supplier_profit"), 0.0))
        ceilings.append(where(figure_gain(low, "consumer_surplus"), figure_gain(high, "consumer_surplus"), 0.0))
        at_low, at_high = (one[DIRECT].get("full_price") or 0.0 for one in (low, high))
        full.append(at_low + (prices[-1] - ASKED[0]) / (ASKED[1] - ASKED[0]) * (at_high - at_low))
    return {
        "price": CaseFinding.over(prices, EUR),
        "full_price": CaseFinding.over(full, EUR),
        "floor": CaseFinding.over(floors, EUR),
        "ceiling": CaseFinding.over(ceilings, EUR),
        "maker": pair[0].change(CHAIN, DIRECT, "supplier_profit", EUR),
        "receives": pair[0].of(DIRECT, "supplier_price", EUR),
        "maker_misses": pair[0].change(DIRECT, CHAIN, "supplier_profit", EUR),
        "customers": pair[0].change(CHAIN, DIRECT, "consumer_surplus", EUR),
        "served": pair[0].each(lambda one: 1.0 - (one[DIRECT].get("no_purchase_share") or 0.0), SHARE),
    }


def where(at_low: float, at_high: float, wanted: float) -> float:
    """Return the price at which something is as wanted, on the straight line through both prices that were run."""
    return ASKED[0] + (wanted - at_low) / (at_high - at_low) * (ASKED[1] - ASKED[0])


def ends(pair: tuple[PairedRuns, PairedRuns], dearer: PairedRuns) -> tuple[Estimate, Estimate]:
    """Return the price at which customers gain nothing, and the cost of contacts at which the maker does neither."""
    prices, costs = [], []
    usual = contact_cost()
    for low, high, more in zip(*(runs.replications() for runs in (*pair, dearer)), strict=True):
        price = where(figure_gain(low, "consumer_surplus"), figure_gain(high, "consumer_surplus"), 0.0)
        maker, at_high = figure_gain(low, "supplier_profit"), figure_gain(high, "supplier_profit")
        there = maker + (price - ASKED[0]) / (ASKED[1] - ASKED[0]) * (at_high - maker)
        each = (maker - figure_gain(more, "supplier_profit")) / (4_000.0 - usual)
        prices.append(price)
        costs.append(usual + there / each)
    return estimate(prices), estimate(costs)


def contact_cost() -> float:
    """Return what a contact with a customer costs in the scenario."""
    from sim.scenario import load_scenario

    return load_scenario(NAME).suppliers.direct_handling_cost


def in_cents(found: Estimate) -> float:
    """Return an amount to the cent, as prices are."""
    return round(found.mean or 0.0, 2)


def checks(found: Findings) -> list[CaseCheck]:
    """The ladder climbs, the gains shrink, and there is a price at which they are gone."""
    names = [rung.name for rung in RUNGS]
    steps = [found[f"{name}_full_price"] for name in ("nothing", *names)]
    room = [found[f"{name}_ceiling"].mean - found[f"{name}_floor"].mean for name in ("nothing", *names)]
    climbs = all(upper.mean > lower.mean for lower, upper in itertools.pairwise(steps))
    return [
        CaseCheck(
            "The ladder begins at 8 000, with 5 000 and 20 000 as the prices at which maker and customers gain nothing",
            close(found["nothing_price"], TOLD)
            and close(found["nothing_floor"], 5_000.0)
            and close(found["nothing_ceiling"], 20_000.0),
            "{nothing_price}; {nothing_floor}; {nothing_ceiling}",
        ),
        CaseCheck(
            "Each cost put back raises the price that leaves the maker its gain",
            climbs,
            f"What customers pay in all: {', '.join(amount(step) for step in steps)}",
        ),
        CaseCheck(
            "Each cost put back narrows the room between the prices at which maker and customers gain nothing",
            all(later < earlier for earlier, later in itertools.pairwise(room)),
            f"From {room[0]:,.0f} to {room[-1]:,.0f}".replace(",", " "),
        ),
        CaseCheck(
            "With all of it back, customers still gain at 8 000, and the maker does not any more",
            found["contacts_customers"].above(0.0) and found["contacts_maker"].below(0.0),
            "Per need, customers {contacts_customers} (story: {nothing_customers:mean}), maker {contacts_maker} "
            "(story: {nothing_maker:mean})",
        ),
        CaseCheck(
            "At the top neither customers nor maker gain: less than 100 per need either way",
            abs(found["top_customers"].mean) < 100.0 and abs(found["top_maker"].mean) < 100.0,
            "At {top_price:mean}: customers {top_customers}, maker {top_maker}",
        ),
    ]


def close(found: CaseFinding, wanted: float) -> bool:
    """Tell whether an amount is what it should be, to half a cent."""
    return abs(found.mean - wanted) < 0.005


def picture(found: Findings) -> str:
    """Draw the ladder: what customers pay in all at each step, and at the top."""
    said = {"nothing": "the story: 8 000", **{rung.name: f"+ {rung.name}" for rung in RUNGS}}
    rows = [
        Bar(label, found[f"{name}_full_price"], SUPPLIER if name == "nothing" else COSTS)
        for name, label in said.items()
    ]
    rows.append(Bar(f"nobody gains: a contact at {amount(found['top_contact'])}", found["top_full_price"], CUSTOMERS))
    headline = f"With all costs back, {amount(found['contacts_full_price'])} is what 8 000 was in the story"
    note = "What customers pay in all for a unit when the maker keeps the gain of the story; lines: 95 % intervals."
    return bars(headline, rows, note)


CASE = Case(
    name=NAME,
    title="The story, with its costs put back",
    question="Delivery, returns, commission, advertising and contacts are free in the story. Put back one after "
    "another, what becomes of the 8 000, and at which price does nobody gain?",
    scenarios=(NAME,),
    measure=measure,
    checks=checks,
    picture=picture,
    said="Bars: what customers pay in all at each step of the ladder, from 8 000 to the price at which nobody gains",
)
