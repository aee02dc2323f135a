"""How online buying spreads: by advertising alone, and by word of mouth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.common.estimates import estimate
from sim.formulas.diffusion import Hearing, fit_bass, fit_bass_by_period, fit_hearing
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.markets import calendar, live, market, town

WEEK = 7


def adopters_by_day(parameters: Parameters, seed: int) -> list[NDArray[np.int64]]:
    """Return, country by country, how many have bought online by the end of each day.

    Parcels are the only channel; they arrive on the day of the order, and customers are satisfied.
    """
    scenario = market(
        calendar(parameters["days"]),
        geography={"towns": [town("country", parameters["customers"])]},
        customers={"need_rate": parameters["need_rate"]},
        online={"advertising_per_head": parameters["advertising"], "advertising_scale": 1.0},
        learning={"word_of_mouth": parameters["word_of_mouth"]},
        retailers={"stores": [{"name": "shop", "town": "country", "slots": 1}]},
    )
    countries = range(parameters["countries"])
    return [live(scenario, "direct", seed + country).columns["adoption"]["adopters"] for country in countries]


def adoption_without_neighbours(parameters: Parameters, seed: int) -> list[Finding]:
    """Follow customers who learn about online buying from advertising alone, and fit both of Bass's rates."""
    people = float(parameters["customers"])
    countries = adopters_by_day(parameters, seed)
    fitted = [fit_bass_by_period(adopters, people) for adopters in countries]
    hazard = hearing(parameters).innovation
    weeks = np.diff(np.sum(countries, axis=0)[WEEK - 1 :: WEEK], prepend=0)
    return [
        Finding("p, a day", hazard, estimate([fit.innovation for fit in fitted])),
        Finding("q, a day (5 % of p allowed)", 0.0, estimate([fit.imitation for fit in fitted]), 0.05 * hazard),
        Finding("weeks before that in which most adopt", 0.0, exact(float(np.argmax(weeks)))),
    ]


def bass_curve(parameters: Parameters, seed: int) -> list[Finding]:
    """Fit Bass's curve to daily adopters without knowing who hears what, and compare his two rates."""
    expected = hearing(parameters)
    people = float(parameters["customers"])
    fitted = [fit_bass(adopters, people) for adopters in adopters_by_day(parameters, seed)]
    return [
        Finding("p, a day", expected.innovation, estimate([fit.innovation for fit in fitted])),
        Finding("q, a day", expected.imitation, estimate([fit.imitation for fit in fitted])),
    ]


def hearing_curve(parameters: Parameters, seed: int) -> list[Finding]:
    """Follow customers who also hear a lot from neighbours, and fit what they hear."""
    expected = hearing(parameters)
    countries = adopters_by_day(parameters, seed)
    people, need_rate = float(parameters["customers"]), parameters["need_rate"]
    fitted = [fit_hearing(adopters, people, need_rate) for adopters in countries]
    half = [days_to_half(adopters / people) for adopters in countries]
    return [
        Finding("p, a day", expected.innovation, estimate([fit.innovation for fit in fitted])),
        Finding("q, a day", expected.imitation, estimate([fit.imitation for fit in fitted])),
        Finding(
            "days until half have bought online", days_to_half(expected.shares(parameters["days"])), estimate(half)
        ),
    ]


def hearing(parameters: Parameters) -> Hearing:
    """Return theory's prediction for the parameters."""
    return Hearing(parameters["need_rate"], parameters["advertising"], parameters["word_of_mouth"])


def days_to_half(shares: NDArray[np.float64]) -> float:
    """Return the number of days until half have adopted, interpolated linearly between evenings."""
    return float(np.interp(0.5, shares, np.arange(1, len(shares) + 1)))


def advertised(need_rate: float, reached: float) -> Parameters:
    """Return parameters of four countries in which advertising reaches a share of the uninformed every day."""
    return {
        **{"customers": 30_000, "need_rate": need_rate, "advertising": -float(np.log1p(-reached))},
        **{"word_of_mouth": 0.0, "days": 150, "countries": 4},
    }


def word_of_mouth(
    need_rate: float, advertising: float, word_of_mouth: float, customers: int, countries: int, days: int = 120
) -> Parameters:
    """Return parameters of countries whose people hear by advertising and from neighbours."""
    return {
        **{"customers": customers, "need_rate": need_rate, "advertising": advertising},
        **{"word_of_mouth": word_of_mouth, "days": days, "countries": countries},
    }


ADOPTION_CHECKS = (
    Check(
        name="adoption_without_neighbours",
        theme="structure",
        claim="With advertising alone, adoption has a constant rate: q = 0, no S-curve",
        source="Bass 1969, Management Science",
        tolerance=0.05,
        run=adoption_without_neighbours,
        cases=(
            CheckCase("half reached a day", advertised(0.05, 0.5)),
            CheckCase("three in ten reached a day", advertised(0.05, 0.3), slow=True),
        ),
    ),
    Check(
        name="bass_curve",
        theme="structure",
        claim="With word of mouth, the Bass curve fitted to daily adopters recovers p and q",
        source="Bass 1969, Management Science; Srinivasan & Mason 1986, Marketing Science",
        tolerance=0.05,
        run=bass_curve,
        cases=(
            CheckCase("need 1, a .005, w .02", word_of_mouth(1.0, 0.005, 0.02, 10_000, 8, days=250), slow=True),
            CheckCase("need .5, a .01, w .04", word_of_mouth(0.5, 0.01, 0.04, 20_000, 8, days=200), slow=True),
        ),
    ),
    Check(
        name="hearing_curve",
        theme="structure",
        claim="With much word of mouth at a time, r (1 - exp(-(a + w F))) of the rest adopt: still an S-curve",
        source="Bass 1969, Management Science; the rate is the model's own",
        tolerance=0.05,
        run=hearing_curve,
        cases=(
            CheckCase("need .1, a .02, w .5", word_of_mouth(0.1, 0.02, 0.5, 20_000, 8)),
            CheckCase("need .05, a .05, w 2", word_of_mouth(0.05, 0.05, 2.0, 30_000, 8), slow=True),
        ),
    ),
)
