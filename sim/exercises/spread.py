"""The exercise on the diffusion of an innovation: Bass."""

from __future__ import annotations

import math

from sim.exercises.exercise import Answer, Exercise, Letter, Letters, number, require_valid
from sim.formulas.diffusion import bass_inflection, bass_share

YEAR = 100
"""Days per year of the exercise: Bass's curve is continuous, so a day must be short."""
NEED_RATE = 0.2
MOST_A_DAY = 0.2 * NEED_RATE
"""Highest share of remaining customers who may adopt in one day; with more, days would be too long."""


def _hearing(letters: Letters) -> tuple[float, float]:
    """Return advertising and word of mouth at which p + q F is met exactly at the start and at the peak.

    Of the remaining customers, need rate x (1 - exp(-(advertising + word_of_mouth x share of adopters))) adopt per day.
    """
    p, q = letters["p"], letters["q"]
    require_valid(q > p, f"q is {number(q)} and p {number(p)}; the curve has a peak only if q is above p")
    most = (p + q) / YEAR
    require_valid(
        most <= MOST_A_DAY, f"p + q is {number(p + q)}; it can be at most {number(MOST_A_DAY * YEAR)} per year"
    )
    advertising = -math.log1p(-p / YEAR / NEED_RATE)
    at_peak = 0.5 - p / (2.0 * q)
    rate = (p + q * at_peak) / YEAR / NEED_RATE
    return advertising, (-math.log1p(-rate) - advertising) / at_peak


def _peak_day(letters: Letters) -> int:
    peak = bass_inflection(letters["p"], letters["q"])
    return max(round((peak or 0.0) * YEAR), 10)


def bass_tables(letters: Letters) -> str:
    """Return a country that learns about buying online from advertising and neighbours."""
    advertising, word_of_mouth = _hearing(letters)
    return f"""compare = ["direct"]

[time]
days = {_peak_day(letters)}  # t* = ln(q / p) / (p + q) years of {YEAR} days: the run ends at the peak
warm_up = 0
cool_down = 0

[[geography.towns]]
name = "country"
customers = {int(letters["m"])}  # m
shape = "point"

[styles]
count = 1

[customers]
need_rate = {number(NEED_RATE)}
worth = {{ distribution = "constant", mean = 100.0 }}
mismatch_cost = 0.0
travel_cost = 0.0
waiting_cost = 0.0
hassle = 0.0
breadth = 1
reach = 1

# Per day, need_rate x (1 - exp(-(advertising + word_of_mouth x share of adopters))) of the rest adopt, which is
# very nearly (p + q x share of adopters) / {YEAR}, and exactly so at the start and at the peak.
[online]
advertising_per_head = {number(advertising)}
advertising_scale = 1.0

[learning]
word_of_mouth = {number(word_of_mouth)}

[[products.items]]
name = "novelty"
unit_cost = 1.0

[suppliers]
count = 1
location = "centre"
lead_time = 1
pricing = {{ rule = "fixed", price = 2.0 }}
direct_pricing = {{ rule = "fixed", price = 2.0 }}
replenishment = {{ rule = "base_stock", level = 1000000, forecast_gain = 0.0 }}

[delivery]
parcel = {{ handling_days = 0.0, cost_per_parcel = 0.0, cost_per_kg = 0.0 }}
"""


def bass_answers(letters: Letters) -> list[Answer]:
    """Return the share of adopters at the peak."""
    p, q = letters["p"], letters["q"]
    at_peak = float(bass_share(_peak_day(letters) / YEAR, p, q))
    return [Answer("share of adopters at the peak t*, 1/2 - p / (2 q)", at_peak, "adoption", "direct")]


def _bass_notes(letters: Letters) -> list[str]:
    p, q = letters["p"], letters["q"]
    peak = bass_inflection(p, q) or 0.0
    return [
        f"The peak is at t* = ln(q / p) / (p + q) = {number(round(peak, 3))} years, where m (p + q)^2 / (4 q) = "
        f"{number(round(letters['m'] * (p + q) ** 2 / (4.0 * q), 1))} adopt per year. "
        f"A year has {YEAR} days here.",
        "The table `adoption` of an outcome (middleman run FILE --out FOLDER) has the curve, day by day.",
    ]


BASS = Exercise(
    name="bass",
    title="Bass: diffusion by advertising (p) and by adopters (q)",
    source="Bass 1969, Management Science",
    letters={
        "p": Letter(0.03, "coefficient of innovation, per year", 1e-4, 1.0),
        "q": Letter(0.38, "coefficient of imitation, per year", 1e-3, 2.0),
        "m": Letter(50_000.0, "number of eventual adopters", 1000, 200_000, whole=True),
    },
    set_up=bass_tables,
    answers=bass_answers,
    notes=_bass_notes,
    run=lambda _: ["middleman run FILE --json   # `adoption` is the share of adopters on the last day"],
    draws=16,
)
