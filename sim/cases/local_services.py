"""Seats sold online and used in the shop: who bears a bad season, and which way of paying wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.cases.case import Case
from sim.cases.drawing import Axis, FindingCurve, curves, marks
from sim.cases.figure_series import change_finding, mean_finding, values_of
from sim.cases.findings import EUR, POINTS, SHARE, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.report.charts.palette import INTERMEDIARIES, NEUTRAL, RETAILER, SUPPLIER
from sim.results.figures.window import Window
from sim.results.outcome import Outcome
from sim.runs.replication import Flat

WALK_IN, ADVERTISING, PER_SALE = "walk_in", "advertising", "pay_per_sale"
REGIMES = (WALK_IN, ADVERTISING, PER_SALE)
RATES = (0.01, 0.02, 0.03, 0.045, 0.06, 0.08)
"""Wishes to eat out per customer and day, from a bad season to a crowded one."""
USUAL, WORST, CROWDED = 2, 0, len(RATES) - 1
SHOPS, SEATS = 12, 16


def measure(plan: CasePlan) -> Findings:
    """Run all three ways of finding guests in bad seasons and good ones, the same people every time."""
    points = [
        plan.measure("local_services", REGIMES, observe_restaurants, {"customers.need_rate": rate}) for rate in RATES
    ]
    worst, usual, crowded = points[WORST], points[USUAL], points[CROWDED]
    found = {
        "wished_seats": mean_finding(usual, "wished"),
        "seats_before": mean_finding(usual, f"seats.{WALK_IN}", SHARE),
        "seats_after": mean_finding(usual, f"seats.{PER_SALE}", SHARE),
        "seats_more": _booking(usual, "seats", POINTS),
        "full_before": mean_finding(usual, f"full.{WALK_IN}", SHARE),
        "full_after": mean_finding(usual, f"full.{PER_SALE}", SHARE),
        "full_before_crowded": mean_finding(crowded, f"full.{WALK_IN}", SHARE),
        "full_after_crowded": mean_finding(crowded, f"full.{PER_SALE}", SHARE),
        "full_more_crowded": _booking(crowded, "full", POINTS),
        "booked": mean_finding(usual, "booked", SHARE),
        "anyway": mean_finding(usual, "anyway", SHARE),
        "anyway_crowded": mean_finding(crowded, "anyway", SHARE),
        "risk_advertising": _gain(worst, WALK_IN, ADVERTISING),
        "risk_per_sale": _gain(worst, WALK_IN, PER_SALE),
        "risk_platform": mean_finding(worst, "platform", EUR),
        "usual_advertising": _gain(usual, WALK_IN, ADVERTISING),
        "usual_per_sale": _gain(usual, WALK_IN, PER_SALE),
        "usual_platform": mean_finding(usual, "platform", EUR),
        "worst_choice": _gain(worst, ADVERTISING, PER_SALE),
        "usual_choice": _gain(usual, PER_SALE, ADVERTISING),
        "crowded_per_sale": _gain(crowded, WALK_IN, PER_SALE),
        "crowded_platform": mean_finding(crowded, "platform", EUR),
        "turns_at": CaseFinding.over(_turns(points), "guests a day"),
        "guests_of_customers": _booking(usual, "guests", EUR),
    }
    for number, point in enumerate(points):
        found[f"wished_{number}"] = mean_finding(point, "wished")
        found |= {f"shop_{regime}_{number}": mean_finding(point, f"shop.{regime}", EUR) for regime in REGIMES}
        found[f"platform_{number}"] = mean_finding(point, "platform", EUR)
    return found


def observe_restaurants(outcomes: Mapping[str, Outcome]) -> dict[str, float | None]:
    """Return what one replication shows: money per restaurant and day, seats, and who would have come anyway."""
    windows = {regime: Window.of(outcome) for regime, outcome in outcomes.items()}
    walked, booked = windows[WALK_IN], windows[PER_SALE]
    shop_days = SHOPS * float(walked.end - walked.first)
    wishes = walked.need_count
    online = booked.bought & (booked.needs["channel"] == booked.code("channels", "pickup"))
    found: dict[str, float | None] = {
        "wished": wishes / shop_days,
        "booked": float(np.count_nonzero(online) / np.count_nonzero(booked.bought)),
        "anyway": float(np.count_nonzero(online & walked.bought) / np.count_nonzero(online)),
        "platform": outcomes[PER_SALE].figures["platform_profit"] * wishes / shop_days,
    }
    for regime, window in windows.items():
        figures = outcomes[regime].figures
        found[f"shop.{regime}"] = figures["retailer_profit"] * wishes / shop_days
        found[f"guests.{regime}"] = figures["consumer_surplus"]
        found[f"full.{regime}"] = figures["unserved_share"]
        found[f"seats.{regime}"] = float(np.count_nonzero(window.bought)) / (shop_days * SEATS)
    return found


def _booking(flats: Sequence[Flat], what: str, unit: str) -> CaseFinding:
    """Return what booking, paid per sale, changes against walk-ins alone."""
    return change_finding(values_of(flats, f"{what}.{WALK_IN}"), values_of(flats, f"{what}.{PER_SALE}"), unit)


def _gain(flats: Sequence[Flat], first: str, second: str) -> CaseFinding:
    """Return what a restaurant earns more a day in the second way than in the first."""
    return change_finding(values_of(flats, f"shop.{first}"), values_of(flats, f"shop.{second}"), EUR)


def _turns(points: Sequence[Sequence[Flat]]) -> list[float | None]:
    """Return from how many wishes per restaurant and day on advertising earns it more than paying per sale.

    Between the seasons that were run, the difference is taken to lie on straight lines; None where it never turns.
    """
    found: list[float | None] = []
    for flats in zip(*points, strict=True):
        better = [float(flat[f"shop.{ADVERTISING}"] or 0.0) - float(flat[f"shop.{PER_SALE}"] or 0.0) for flat in flats]
        wished = [float(flat["wished"] or 0.0) for flat in flats]
        turn = next((k for k in range(1, len(better)) if better[k - 1] < 0.0 <= better[k]), None)
        if turn is None:
            found.append(None)
        else:
            step = -better[turn - 1] / (better[turn] - better[turn - 1])
            found.append(wished[turn - 1] + step * (wished[turn] - wished[turn - 1]))
    return found


def checks(found: Findings) -> list[CaseCheck]:
    """Who bears a bad season, and when each way wins."""
    return [
        CaseCheck(
            "Found online, people fill seats that would have stayed empty",
            found["seats_more"].above(0.0),
            "{seats_before} of seats taken by walk-ins, {seats_after} with booking",
        ),
        CaseCheck(
            "In a bad season a restaurant that pays for advertising is worse off than with walk-ins alone",
            found["risk_advertising"].below(0.0),
            "By {risk_advertising} a day",
        ),
        CaseCheck(
            "Paid per sale, it is the platform that loses then, and the restaurant is no worse off",
            found["risk_per_sale"].above(0.0) and found["risk_platform"].below(0.0),
            "The restaurant {risk_per_sale}, the platform {risk_platform} a day for each restaurant",
        ),
        CaseCheck(
            "Paying per sale wins in a bad season, advertising in the usual one",
            found["worst_choice"].above(0.0) and found["usual_choice"].above(0.0),
            "By {worst_choice} and by {usual_choice} a day; it turns at {turns_at} per restaurant who wish to come",
        ),
        CaseCheck(
            "When seats are short, paying per sale is worse than walk-ins alone",
            found["crowded_per_sale"].below(0.0) and found["full_more_crowded"].above(0.0),
            "By {crowded_per_sale} a day; of all who wish to come, {full_after_crowded} find no seat, "
            "{full_before_crowded} with walk-ins alone",
        ),
    ]


def picture(found: Findings) -> str:
    """Draw what a restaurant earns by how many wish to come, in each of the three ways, and the platform."""
    seasons = range(len(RATES))
    wished = [found[f"wished_{number}"].mean for number in seasons]

    def gain(regime: str) -> list[CaseFinding]:
        return [found[f"shop_{regime}_{number}"] for number in seasons]

    lines = [
        FindingCurve("restaurant, walk-ins alone", wished, gain(WALK_IN), NEUTRAL),
        FindingCurve("restaurant, pays for advertising", wished, gain(ADVERTISING), RETAILER),
        FindingCurve("restaurant, pays per sale", wished, gain(PER_SALE), SUPPLIER),
        FindingCurve(
            "platform that is paid per sale", wished, [found[f"platform_{n}"] for n in seasons], INTERMEDIARIES
        ),
    ]
    return curves(
        "Advertising wins when many want to come; paying per sale leaves the risk to the platform",
        lines,
        Axis("people who wish to come, per restaurant and day", marks((5, 10, 15, 20))),
        Axis("EUR per restaurant and day", marks((-50, 0, 50, 100))),
    )


CASE = Case(
    name="local_services",
    title="Seats sold online, used in the shop",
    question="Who bears a bad season when people are found online and brought into local shops: the shop that pays for "
    "advertising, or the platform that is paid per sale - and when does each win?",
    scenarios=("local_services",),
    measure=measure,
    checks=checks,
    picture=picture,
    said="Four lines: what a restaurant earns a day with walk-ins alone, with advertising, paying per sale, and the "
    "platform, by how many people wish to come",
)
