"""A fit in words and tables: observed beside fitted, and what the data decide and what the assumption."""

from __future__ import annotations

import math

from sim.common.number_format import NO_VALUE, compact, listed, number_of
from sim.fitting.fit import DECIDES, OFF, SAYS_NOTHING, THREE, USUAL_ELASTICITY, FittedMarket, FittedProduct
from sim.fitting.parameters import Prior
from sim.report.experiment_report import ExperimentReport
from sim.report.text.grid import Grid

MOST_LISTED = 24
MOST_NAMED = 4
ADVICE = "eight weeks with promotions of 10 % on a few products, at different times, would show it"


def fit_report(found: FittedMarket) -> ExperimentReport:
    """Return what a fit found, for the terminal, a page, a spreadsheet and JSON."""
    said = [*fit_sentences(found), *found.notes]
    weeks, numbers = len(found.history.weeks), found.history.observed
    return ExperimentReport(
        found.scenario,
        f"{found.scenario.name}: fitted to {number_of(weeks, 'week')} of {number_of(len(found.products), 'product')}",
        f"{number_of(numbers, 'number')} of weekly units, {number_of(len(found.ensemble), 'set')} of parameters that "
        "fit about as well. Units are means a week. Own elasticity: per cent of units lost for each per cent of price, "
        "with its 95 % interval. *: fitted units off by more than 10 %.",
        [("", _beside(found)), ("What the data decide", _decided(found))],
        said,
        {**found.to_dict(), "sentences": said},
        lambda: {"products": found.to_frame()},
    )


def _beside(found: FittedMarket) -> Grid:
    grid = Grid(["product", "price", "observed", "fitted", "off", "own\nelasticity", "interval"])
    for each in found.products[:MOST_LISTED]:
        off = NO_VALUE if math.isnan(each.off) else f"{100 * each.off:+.0f} %{' *' if abs(each.off) > OFF else ''}"
        observed = NO_VALUE if math.isnan(each.observed) else f"{each.observed:.1f}"
        fitted = NO_VALUE if math.isnan(each.fitted) else f"{each.fitted:.1f}"
        interval = f"{each.lowest:.1f} to {each.highest:.1f}"
        grid.add(each.name, f"{each.price:.2f}", observed, fitted, off, f"{each.elasticity:.1f}", interval)
    left = len(found.products) - MOST_LISTED
    if left > 0:
        grid.across(f"and {number_of(left, 'more product')}; --json lists all")
    return grid


def _decided(found: FittedMarket) -> Grid:
    values = found.to_dict()["parameters"]
    grid = Grid(["parameter", "value", "within", "before", "decided by"])
    for prior, sd, left in found.sharpness:
        value = compact(values[prior.path]["value"])
        grid.add(prior.path, value, within_words(sd), within_words(prior.sd), _who(left))
    return grid


def within_words(sd: float) -> str:
    """Return a standard deviation of a logarithm as the 95 % interval's half-width in words."""
    half = math.exp(1.96 * sd)
    return f"{100 * (half - 1.0):.0f} %" if half < 2.0 else f"a factor of {half:.1f}"


def _who(left: float) -> str:
    return "the data" if left < DECIDES else "the assumption" if left > SAYS_NOTHING else "both"


def fit_sentences(found: FittedMarket) -> list[str]:
    """Return what a fit says in words: refusals first, then who decided what, then what looks odd."""
    return [
        *_refused(found),
        *_sensitivity(found),
        *_others(found),
        *_noise(found),
        *_odd(found.products),
        *_spreads(found),
    ]


def _refused(found: FittedMarket) -> list[str]:
    if not found.ensemble.refused:
        return []
    return [f"Intervals are refused: {found.ensemble.refused}."]


def _sensitivity(found: FittedMarket) -> list[str]:
    """Return the sentence on price sensitivity, the one parameter that every answer about prices rests on."""
    place = next(((sd, left) for prior, sd, left in found.sharpness if prior.path == "customers.scale"), None)
    if place is None or not found.history.prices_vary or place[1] > SAYS_NOTHING:
        three = listed([f"{multiple:g} times" for multiple in THREE if multiple != 1.0])
        return [
            f"Price sensitivity is assumed: prices in these weeks do not tell it. Answers are shown at three values, "
            f"the assumed one and {three} that; {ADVICE}."
        ]
    sd, left = place
    who = "Your data decide" if left < DECIDES else "Your data narrow down"
    return [f"{who} price sensitivity within {within_words(sd)}."]


def _others(found: FittedMarket) -> list[str]:
    """Return what the data say of the other parameters, those that are assumed together."""
    rest = [each for each in found.sharpness if each[0].path != "customers.scale"]
    said = [f"They decide {prior.meaning} within {within_words(sd)}." for prior, sd, left in rest if left < DECIDES]
    partly = [prior for prior, _, left in rest if DECIDES <= left <= SAYS_NOTHING]
    if partly:
        said.append(f"They say a little about {_meanings(partly)}.")
    assumed = [prior for prior, _, left in rest if left > SAYS_NOTHING]
    if assumed:
        said.append(f"They say nothing about {_meanings(assumed)}: that comes from the assumption.")
    needs = next((left for prior, _, left in rest if prior.path == "customers.need_rate"), None)
    if needs is not None and needs < SAYS_NOTHING:
        said.append("The size of the market follows from how demand is assumed to bend, not from a count of people.")
    return said


def _meanings(priors: list[Prior]) -> str:
    return listed([prior.meaning for prior in priors])


def _noise(found: FittedMarket) -> list[str]:
    sd = math.sqrt(found.estimate.noise)
    if sd < 0.02:
        return ["Weekly units scatter no more than chance explains."]
    return [f"Beyond chance, a product's weekly units scatter by {100 * sd:.0f} %."]


def _odd(products: tuple[FittedProduct, ...]) -> list[str]:
    """Return which products do not fit, and which elasticities are unusual for consumer goods."""
    off = [each.name for each in products if not math.isnan(each.off) and abs(each.off) > OFF]
    said = [f"Off by more than 10 %: {_some(off)}."] if off else []
    low, high = USUAL_ELASTICITY
    unusual = [each.name for each in products if not low <= each.elasticity <= high]
    if unusual:
        said.append(f"Elasticities outside {low:g} to {high:g}, which is unusual for consumer goods: {_some(unusual)}.")
    return said


def _some(names: list[str]) -> str:
    left = len(names) - MOST_NAMED
    return listed([*names[:MOST_NAMED], *([number_of(left, "other")] if left > 0 else [])])


def _spreads(found: FittedMarket) -> list[str]:
    if found.intervals_agree:
        return []
    return [
        f"Intervals are uncertain: drawn another way they are {found.spread_ratio:.2f} times as wide, because the "
        "fit is far from a parabola."
    ]
