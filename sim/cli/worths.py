"""``worth``: the value of what the middleman does, compared with what he keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.answers import Answer
from sim.cli.experiment import ExperimentRequest, experiment
from sim.cli.sweep_report import failure_lines
from sim.cli.sweeping import show_progress
from sim.common.number_format import CURRENCY, Interval, is_clear, number_of, plus_minus, quantity
from sim.report.text.grid import Grid
from sim.report.text.multiple_comparisons import several
from sim.report.text.parties import party_title

if TYPE_CHECKING:
    from sim.experiments.worth import Worth
    from sim.scenario import Scenario


@experiment()
def worth(
    asked: ExperimentRequest,
    scenario: options.ScenarioName,
    *,
    regime: Annotated[
        str, typer.Option("--regime", "-r", metavar="REGIME", help="A regime with shelves that retailers own.")
    ] = "traditional",
    services: Annotated[
        str, typer.Option("--services", metavar="A,B,...", help="Services to switch off in turn.")
    ] = "contacts,freight,stock,inspection",
) -> None:
    """Find the value of the middleman's services by switching them off in turn, and divide it fairly (Shapley)."""
    market = asked.market(scenario)
    name = options.regime_of(market, regime)
    from sim.experiments.worth import SERVICES
    from sim.experiments.worth import worth as find_worth

    chosen, runs = options.chosen_of("--services", services, "service", list(SERVICES)), asked.runs()
    with show_progress(market.name) as moved:
        found = find_worth(market, name, chosen, options=replace(runs, progress=moved))
    asked.give(_answer(found, market), found.failed)


def _answer(found: Worth, scenario: Scenario) -> Answer:
    from sim.report import charts

    currency = scenario.money.currency
    said = services_sentence(found, currency)
    return Answer(
        scenario,
        f"{found.scenario}: what the firms in between are worth {scenario.under_regime(found.regime)}",
        f"In {currency} per need: each service's mean contribution over all orders of switching them on "
        f"(Shapley 1953), means of {number_of(found.runs, 'run')} with half of their 95 % interval; in [brackets] if "
        "it includes zero.",
        [("", _services(found)), ("What they keep", _kept(found))],
        [*filter(None, [said, _several(found)]), *failure_lines(found.failed)],
        {**found.to_dict(), "sentence": said},
        found.to_frames,
        lambda: [charts.services(found, currency)],
    )


def _several(found: Worth) -> str:
    """Return how many gains the table tests against zero, and which stay clear after Holm's correction."""
    from sim.experiments.worth import SERVICES

    gains = {f"{_whose(gain)} by all together": each for gain, each in found.total.items()}
    for each in found.services:
        name = SERVICES[each.service]
        gains |= {f"{_whose(gain)} by {name}": one for gain, one in each.gains.items()}
        gains |= {f"{name} alone": each.alone, f"{name} on top of others": each.last}
    return several(gains, "gains")


def _whose(gain: str) -> str:
    """Return the party in words."""
    return "firms in between" if gain == "in_between" else party_title(gain)


def _with_interval(interval: Interval) -> str:
    """Return a gain with its interval, in brackets if it is not clearly different from zero."""
    text = f"{quantity(interval.mean, CURRENCY, plus=True)} {plus_minus(interval, CURRENCY)}".rstrip()
    return text if interval.mean is None or is_clear(interval) else f"[{text}]"


def _services(found: Worth) -> Grid:
    """Return a row for each service, and one for all of them."""
    from sim.experiments.worth import GAINS, SERVICES

    grid = Grid(["service", "in\ntotal", "for\ncustomers", "for firms\nin between", "alone", "on top of\nothers"])
    for each in found.services:
        gains = [_with_interval(each.gains[gain]) for gain in GAINS]
        grid.add(SERVICES[each.service], *gains, _with_interval(each.alone), _with_interval(each.last))
    grid.add("all together", *(_with_interval(found.total[gain]) for gain in GAINS), "", "")
    return grid


def _kept(found: Worth) -> Grid:
    grid = Grid(["", "margin", "profit after\nall costs"])
    for who in found.margins:
        grid.add(who, _with_interval(found.margins[who]), _with_interval(found.profits[who]))
    return grid


def services_sentence(found: Worth, currency: str) -> str:
    """Return the value of the services next to what the firms in between keep, in words."""
    from sim.experiments.worth import SERVICES

    total = found.total["everybody"]
    margin = sum(each.mean or 0.0 for each in found.margins.values())
    profit = sum(each.mean or 0.0 for each in found.profits.values())
    said = f"The services of the firms in between are worth {_money(total.mean, currency)} per need{_interval(total)}"
    best = max(found.services, key=lambda each: each.gains["everybody"].mean or 0.0)
    if is_clear(best.gains["everybody"]) and (best.gains["everybody"].mean or 0.0) > 0:
        said += f", most of it from {SERVICES[best.service]} ({_money(best.gains['everybody'].mean, currency)})"
    if total.mean is not None and not is_clear(total):
        said += ", not clearly different from zero"
    after = (
        f"lose {_money(-profit, currency)}"
        if round(profit, 2) < 0
        else f"keep {_money(profit, currency)} of it as profit"
    )
    return f"{said}. These firms take a margin of {_money(margin, currency)} and {after} after all costs."


def _money(value: float | None, currency: str) -> str:
    return f"{quantity(value, CURRENCY)} {currency}".rstrip()


def _interval(found: Interval) -> str:
    if found.low is None or found.high is None:
        return ""
    return f" ({quantity(found.low, CURRENCY)} to {quantity(found.high, CURRENCY)})"
