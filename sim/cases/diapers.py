"""Rare tastes, short shelves, and the seller who adds up the towns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.cases.case import Case
from sim.cases.drawing import Bar, bars
from sim.cases.findings import EUR, POINTS, SHARE, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.cases.poisson_regression import Regression, poisson_regression
from sim.cases.runs import One, PairedRuns
from sim.cases.wording import amount
from sim.common.estimates import difference, estimate
from sim.common.types import FloatArray
from sim.engine.codes import BOUGHT
from sim.formulas.variety import smallest_country
from sim.report.charts.palette import COSTS, CUSTOMERS
from sim.results.outcome import Outcome
from sim.scenario import load_scenario

NAME = "diapers"
SHOPS, BOTH = "traditional", "shops_and_parcels"
FIFTHS = ("rarest", "rare", "middle", "common", "commonest")
LENGTH = {"time.days": 70}
ANYWAY = {"customers.scale": 1.5}
"""Chance in choices that makes some buy online what stands on the shelf."""
FIXED_COST = 140.0
"""What the online shop costs each of the five makers a day (assumption)."""
UNITS = {"factor": "", "slope": "", "size": "", "low": SHARE, "high": SHARE, "share": SHARE}
"""Of what the regression finds."""
COUNTRIES = (2_500, 5_000, 7_500)
PEOPLE_PER_TOWN = 500


def measure(plan: CasePlan) -> Findings:
    """Run shops alone and with an online seller; regress online sales on isolation; shrink the country."""
    runs = plan.figures(NAME, [SHOPS, BOTH], LENGTH)
    found = {f"unserved_{fifth}": runs.of(SHOPS, f"unserved_share_by_rarity.{fifth}", SHARE) for fifth in FIFTHS}
    found |= {f"online_{fifth}": runs.of(BOTH, f"unserved_share_by_rarity.{fifth}", SHARE) for fifth in FIFTHS}
    found["unserved"] = runs.of(SHOPS, "unserved_share", SHARE)
    found["gap"] = runs.of(SHOPS, "minority_gap", SHARE)
    found["bought_online"] = runs.of(BOTH, "channel_share.parcel", SHARE)
    factors: list[list[float | None]] = []
    for mark, changed in (("", {}), ("_anyway", ANYWAY)):
        flats = plan.measure(NAME, [BOTH], isolation, {**LENGTH, **changed})
        factors.append([flat["factor"] for flat in flats])
        for name, unit in UNITS.items():
            found[f"{name}{mark}"] = CaseFinding.over((flat[name] for flat in flats), unit)
    found["factor_less"] = CaseFinding.over(map(difference, *factors))
    found["rarest_more"] = runs.each(
        lambda one: difference(*(unserved_fifth(one, fifth) for fifth in FIFTHS[:2])), POINTS
    )
    return {**found, **country(plan, runs)}


def unserved_fifth(one: One, fifth: str) -> float | None:
    """Return the share of needs that go unserved with shops alone, of a fifth of tastes."""
    return one[SHOPS].get(f"unserved_share_by_rarity.{fifth}")


def isolation(outcomes: Mapping[str, Outcome]) -> dict[str, float | None]:
    """Regress online sales by town and taste on isolation, the number of people with that taste held equal.

    ``factor``: how many times as much is sold online where isolation is at its 90th percentile, against the 10th.
    """
    outcome = outcomes[BOTH]
    sold, people, alone = by_town_and_taste(outcome)
    low, high = np.quantile(alone, (0.1, 0.9))
    fit = log_regression(sold, people, alone)
    needs = outcome.columns["needs"]
    bought = outcome.in_window(needs["day"]) & (needs["result"] == BOUGHT)
    return {
        "factor": float(np.exp(fit.coefficients[2] * (high - low))),
        "slope": float(fit.coefficients[2]),
        "size": float(fit.coefficients[1]),
        "low": float(low),
        "high": float(high),
        "share": float(sold.sum() / bought.sum()),
    }


def by_town_and_taste(outcome: Outcome) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return units bought online, people, and isolation, for each taste that somebody in a town has.

    Isolation is the share of the town's people who want something else (Choi & Bell 2011: the share of households that
    are not the category's).
    """
    needs, tastes, towns = (outcome.columns[name] for name in ("needs", "tastes", "towns"))
    parcel = needs["channel"] == outcome.labels["channels"].index("parcel")
    online = outcome.in_window(needs["day"]) & (needs["result"] == BOUGHT) & parcel
    styles = int(tastes["style"].max()) + 1
    cells = len(tastes["town"])
    place = needs["town"].astype(np.int64) * styles + needs["taste"]
    sold = np.bincount(place[online], minlength=cells).astype(np.float64)
    people = tastes["people"].astype(np.float64)
    alone = 1.0 - people / towns["customers"][tastes["town"]]
    there = people >= 1
    return sold[there], people[there], alone[there]


def log_regression(sold: FloatArray, people: FloatArray, alone: FloatArray) -> Regression:
    """Return the regression: log E(units) = constant + a log(people) + b isolation."""
    return poisson_regression(sold, np.column_stack([np.ones(len(sold)), np.log(people), alone]))


def country(plan: CasePlan, whole: PairedRuns) -> Findings:
    """Return the size of the country from which an online shop pays its fixed cost: as run, and as theory has it."""
    points = [
        {
            **LENGTH,
            "geography.customers": people,
            "geography.town_count": people // PEOPLE_PER_TOWN,
            "suppliers.direct_entry": {"rule": "always", "fixed_cost": FIXED_COST},
        }
        for people in COUNTRIES
    ]
    sweep = plan.sweep(NAME, [SHOPS, BOTH], points)
    gains = [runs.change(SHOPS, BOTH, "supplier_profit", EUR) for runs in sweep]
    sizes = [crossing(pair) for pair in zip(*(runs.replications() for runs in sweep), strict=True)]
    expected = [smallest_country(total_fixed_cost(), direct_margin(), units(one)) for one in whole.replications()]
    named = dict(zip(("gain_small", "gain_middle", "gain_large"), gains, strict=True))
    return {
        **named,
        "smallest": CaseFinding.of(estimate(sizes), "customers"),
        "smallest_theory": CaseFinding.of(estimate(expected), "customers"),
        "fixed_cost": CaseFinding.exact(total_fixed_cost(), EUR),
        "margin": CaseFinding.exact(direct_margin(), EUR),
    }


def crossing(ones: tuple[One, ...]) -> float:
    """Return the customers at which makers gain nothing, on the line through gains a day in one replication."""
    rate = load_scenario(NAME).customers.need_rate
    gained = [
        ((one[BOTH].get("supplier_profit") or 0.0) - (one[SHOPS].get("supplier_profit") or 0.0)) * rate * people
        for one, people in zip(ones, COUNTRIES, strict=True)
    ]
    slope, start = np.polyfit(COUNTRIES, gained, 1)
    return float(-start / slope)


def total_fixed_cost() -> float:
    """Return what the online shop costs all makers a day."""
    return FIXED_COST * load_scenario(NAME).suppliers.count


def direct_margin() -> float:
    """Return what makers earn on a unit sent direct: the price less making, packing and the parcel."""
    scenario = load_scenario(NAME)
    parcel, products = scenario.delivery.parcel, scenario.products
    sent = parcel.cost_per_parcel + parcel.cost_per_kg * products.weight
    price = getattr(scenario.suppliers.direct_pricing, "price", None)
    assert price is not None
    return float(price - products.unit_cost - scenario.suppliers.direct_handling_cost - sent)


def units(one: One) -> float:
    """Return units a day that a customer would buy online: what it needs and finds on no shelf."""
    return load_scenario(NAME).customers.need_rate * (one[SHOPS].get("unserved_share") or 0.0)


def checks(found: Findings) -> list[CaseCheck]:
    """Rare tastes go unserved, isolation sells online, and the country must not be too small."""
    share_of = [found[f"unserved_{fifth}"] for fifth in FIFTHS]
    factor, theory = found["factor"], found["smallest_theory"]
    return [
        CaseCheck(
            "More goes unserved of tastes that are rare in their town: more than half of the rarest fifth, less of the "
            "next, next to nothing of the other three",
            share_of[0].above(0.5)
            and found["rarest_more"].above(0.0)
            and share_of[1].above(0.01)
            and all(share.below(0.01) for share in share_of[2:]),
            f"By fifths, rarest first: {', '.join(map(amount, share_of))}",
        ),
        CaseCheck(
            "With the online seller, hardly anybody goes unserved, whatever the taste",
            all(found[f"online_{fifth}"].below(0.01) for fifth in FIFTHS),
            "Of the rarest fifth {online_rarest}",
        ),
        CaseCheck(
            "At equal numbers of customers with a taste, online sales are more than 50 % higher where these are "
            "isolated (90th against 10th percentile of isolation)",
            factor.above(1.5),
            "{factor} times as high; isolation {low:mean} and {high:mean}",
        ),
        CaseCheck(
            "Where a part of the people buys online anyway, the effect is smaller, and still there",
            found["factor_anyway"].above(1.0) and found["factor_less"].above(0.0),
            "{factor_anyway} times as high, with {share_anyway:mean} of units online",
        ),
        CaseCheck(
            "There is a smallest country in which the online seller lives, within 25 % of theory's",
            found["gain_small"].below(0)
            and found["gain_large"].above(0)
            and abs(found["smallest"].mean / theory.mean - 1.0) < 0.25,
            "{smallest}; theory, on those who go without: {smallest_theory}",
        ),
    ]


def picture(found: Findings) -> str:
    """Draw the unserved share by rarity of taste."""
    colours = dict.fromkeys(FIFTHS, COSTS) | {"rarest": CUSTOMERS}
    rows = [Bar(f"{fifth} fifth of tastes in the town", found[f"unserved_{fifth}"], colours[fifth]) for fifth in FIFTHS]
    headline = f"{amount(found['unserved_rarest'])} of needs of the rarest tastes find nothing in town"
    return bars(headline, rows, "Needs without a purchase since nothing fitting is on a shelf. Lines: 95 % intervals.")


CASE = Case(
    name=NAME,
    title="Rare tastes, short shelves, and the seller who adds up the towns",
    question="Who goes without when shelves are short? Does an online seller live off those who are few among their "
    "neighbours, and how large must the country be?",
    scenarios=(NAME,),
    measure=measure,
    checks=checks,
    picture=picture,
    said="Bars: share of needs that go unserved in town, by how rare the taste is there",
)
