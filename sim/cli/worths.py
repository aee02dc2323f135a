"""``worth``: what the middleman did for the money, next to what he kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.answers import Answer
from sim.cli.experiment import Asked, experiment
from sim.cli.sweep_report import failures_told
from sim.cli.sweeping import standing
from sim.common.number_format import CURRENCY, Interval, is_clear, number_of, quantity, spread
from sim.report.text.grid import Grid
from sim.report.text.multiple_comparisons import several

if TYPE_CHECKING:
    from sim.experiments.worth import Worth
    from sim.scenario import Scenario


@experiment()
def worth(
    asked: Asked,
    scenario: options.ScenarioName,
    *,
    regime: Annotated[
        str, typer.Option("--regime", "-r", metavar="REGIME", help="One with shelves that retailers own.")
    ] = "traditional",
    services: Annotated[
        str, typer.Option("--services", metavar="A,B,...", help="Which to switch off in turn.")
    ] = "contacts,freight,stock,inspection",
) -> None:
    """Find what the middleman did for the money: his services switched off in turn, their worth shared out fairly."""
    market = asked.market(scenario)
    name = options.regime_of(market, regime)
    from sim.experiments.worth import SERVICES
    from sim.experiments.worth import worth as find_worth

    chosen, runs = options.chosen_of("--services", services, "service", list(SERVICES)), asked.runs()
    with standing(market.name) as moved:
        found = find_worth(market, name, chosen, options=replace(runs, progress=moved))
    asked.give(_answer(found, market), found.failed)


def _answer(found: Worth, scenario: Scenario) -> Answer:
    from sim.report import charts

    currency = scenario.money.currency
    said = sentence(found, currency)
    return Answer(
        scenario,
        f"{found.scenario}: what the firms in between do for their money, {found.regime}",
        f"In {currency} per need: each service's mean contribution over all orders of switching them on "
        f"(Shapley 1953), means of {number_of(found.runs, 'run')} with half of their 95 % interval; in [brackets] "
        "where it includes zero.",
        [("", _services(found)), ("What they keep", _kept(found))],
        [*filter(None, [said, _several(found)]), *failures_told(found.failed)],
        {**found.to_dict(), "sentence": said},
        found.to_frames,
        lambda: [charts.services(found, currency)],
    )


def _several(found: Worth) -> str:
    """Return how many gains the table compares with nothing, and which are clear after Holm's correction."""
    from sim.experiments.worth import SERVICES

    gains = {f"{_whose(gain)} by all together": each for gain, each in found.total.items()}
    for each in found.services:
        name = SERVICES[each.service]
        gains |= {f"{_whose(gain)} by {name}": one for gain, one in each.gains.items()}
        gains |= {f"{name} alone": each.alone, f"{name} on top of others": each.last}
    return several(gains, "gains")


def _whose(gain: str) -> str:
    """Return who gains, in words."""
    return "firms in between" if gain == "in_between" else gain


def _told(interval: Interval) -> str:
    text = f"{quantity(interval.mean, CURRENCY, plus=True)} {spread(interval, CURRENCY)}".rstrip()
    return text if interval.mean is None or is_clear(interval) else f"[{text}]"


def _services(found: Worth) -> Grid:
    """Return a row for each service, and one for all of them."""
    from sim.experiments.worth import GAINS, SERVICES

    grid = Grid(["service", "for\neverybody", "for\ncustomers", "for firms\nin between", "alone", "on top of\nothers"])
    for each in found.services:
        gains = [_told(each.gains[gain]) for gain in GAINS]
        grid.add(SERVICES[each.service], *gains, _told(each.alone), _told(each.last))
    grid.add("all together", *(_told(found.total[gain]) for gain in GAINS), "", "")
    return grid


def _kept(found: Worth) -> Grid:
    grid = Grid(["", "margin", "profit after\nall costs"])
    for who in found.margins:
        grid.add(who, _told(found.margins[who]), _told(found.profits[who]))
    return grid


def sentence(found: Worth, currency: str) -> str:
    """Return what the services are worth next to what the firms in between keep, in words."""
    from sim.experiments.worth import SERVICES

    total = found.total["everybody"]
    margin = sum(each.mean or 0.0 for each in found.margins.values())
    profit = sum(each.mean or 0.0 for each in found.profits.values())
    said = f"What the firms in between do is worth {_money(total.mean, currency)} per need{_interval(total)}"
    best = max(found.services, key=lambda each: each.gains["everybody"].mean or 0.0)
    if is_clear(best.gains["everybody"]) and (best.gains["everybody"].mean or 0.0) > 0:
        said += f", the largest part of it {SERVICES[best.service]} ({_money(best.gains['everybody'].mean, currency)})"
    if total.mean is not None and not is_clear(total):
        said += ", which cannot be told from nothing"
    after = (
        f"and lose {_money(-profit, currency)}"
        if round(profit, 2) < 0
        else f"{_money(profit, currency)} of it as profit"
    )
    return f"{said}. They keep {_money(margin, currency)} of margin, {after} after all their costs."


def _money(value: float | None, currency: str) -> str:
    return f"{quantity(value, CURRENCY)} {currency}".rstrip()


def _interval(found: Interval) -> str:
    if found.low is None or found.high is None:
        return ""
    return f" ({quantity(found.low, CURRENCY)} to {quantity(found.high, CURRENCY)})"
