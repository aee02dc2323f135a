"""How online buying spreads: by advertising alone, and by word of mouth."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.estimates import estimate
from sim.formulas.diffusion import BassFit, Hearing, fit_bass, fit_bass_by_period, fit_hearing
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.markets import calendar, live, market, town

Adopters: TypeAlias = list[NDArray[np.int64]]
"""Country by country, how many have bought online by the end of each day."""

WEEK = 7

adoption_claim = partial(claim, "structure", tolerance=0.05)


def countries_with(seed: int, hearing: Hearing, people: int, countries: int, days: int) -> Adopters:
    """Return the adopters of some countries whose people hear by advertising and from neighbours.

    Parcels are the only channel; they arrive on the day of the order, and customers are satisfied.
    """
    scenario = market(
        calendar(days),
        geography={"towns": [town("country", people)]},
        customers={"need_rate": hearing.need_rate},
        online={"advertising_per_head": hearing.advertising, "advertising_scale": 1.0},
        learning={"word_of_mouth": hearing.word_of_mouth},
        retailers={"stores": [{"name": "shop", "town": "country", "slots": 1}]},
    )
    return [live(scenario, "direct", seed + country).columns["adoption"]["adopters"] for country in range(countries)]


def rates(expected: Hearing, fitted: Sequence[BassFit | Hearing]) -> list[Finding]:
    """Compare both of Bass's rates, as fitted to each country, with those of the scenario."""
    return [
        Finding("p, a day", expected.innovation, estimate([fit.innovation for fit in fitted])),
        Finding("q, a day", expected.imitation, estimate([fit.imitation for fit in fitted])),
    ]


@adoption_claim(
    source="Bass 1969, Management Science",
    cases=(given("half reached a day", reached=0.5), given("three in ten reached a day", reached=0.3, slow=True)),
)
def adoption_without_neighbours(seed: int, reached: float) -> list[Finding]:
    """With advertising alone, adoption has a constant rate: q = 0, no S-curve.

    Advertising reaches a share of the uninformed every day.
    """
    people, hearing = 30_000, Hearing(0.05, -float(np.log1p(-reached)), 0.0)
    countries = countries_with(seed, hearing, people, countries=4, days=150)
    fitted = [fit_bass_by_period(adopters, float(people)) for adopters in countries]
    hazard = hearing.innovation
    weeks = np.diff(np.sum(countries, axis=0)[WEEK - 1 :: WEEK], prepend=0)
    return [
        Finding("p, a day", hazard, estimate([fit.innovation for fit in fitted])),
        Finding("q, a day (5 % of p allowed)", 0.0, estimate([fit.imitation for fit in fitted]), 0.05 * hazard),
        Finding("weeks before that in which most adopt", 0.0, exact(float(np.argmax(weeks)))),
    ]


@adoption_claim(
    source="Bass 1969, Management Science; Srinivasan & Mason 1986, Marketing Science",
    cases=(
        given("need 1, a .005, w .02", hearing=Hearing(1.0, 0.005, 0.02), people=10_000, days=250, slow=True),
        given("need .5, a .01, w .04", hearing=Hearing(0.5, 0.01, 0.04), people=20_000, days=200, slow=True),
    ),
)
def bass_curve(seed: int, hearing: Hearing, people: int, days: int) -> list[Finding]:
    """With word of mouth, the Bass curve fitted to daily adopters recovers p and q."""
    countries = countries_with(seed, hearing, people, countries=8, days=days)
    return rates(hearing, [fit_bass(adopters, float(people)) for adopters in countries])


@adoption_claim(
    source="Bass 1969, Management Science; the rate is the model's own",
    cases=(
        given("need .1, a .02, w .5", hearing=Hearing(0.1, 0.02, 0.5), people=20_000),
        given("need .05, a .05, w 2", hearing=Hearing(0.05, 0.05, 2.0), people=30_000, slow=True),
    ),
)
def hearing_curve(seed: int, hearing: Hearing, people: int) -> list[Finding]:
    """With much word of mouth at a time, r (1 - exp(-(a + w F))) of the rest adopt: still an S-curve."""
    days = 120
    countries = countries_with(seed, hearing, people, countries=8, days=days)
    half = estimate([days_to_half(adopters / float(people)) for adopters in countries])
    return [
        *rates(hearing, [fit_hearing(adopters, float(people), hearing.need_rate) for adopters in countries]),
        Finding("days until half have bought online", days_to_half(hearing.shares(days)), half),
    ]


def days_to_half(shares: NDArray[np.float64]) -> float:
    """Return the number of days until half have adopted, interpolated linearly between evenings."""
    return float(np.interp(0.5, shares, np.arange(1, len(shares) + 1)))
