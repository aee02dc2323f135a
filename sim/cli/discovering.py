"""``discover``: in which markets a regime is worse for a party."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.answers import Answer
from sim.cli.errors import bad_argument
from sim.cli.experiment import ExperimentRequest, experiment
from sim.cli.sweep_report import failure_lines
from sim.cli.sweeping import show_progress
from sim.common.number_format import NO_VALUE, number_of, quantity
from sim.report.text.discovery_text import discovery_sentences, limit
from sim.report.text.grid import Grid
from sim.report.text.parties import for_whom
from sim.report.titles import titled

if TYPE_CHECKING:
    from sim.experiments.discovering import Discovery
    from sim.scenario import Scenario


@experiment(replications="1")
def discover(
    asked: ExperimentRequest,
    scenario: options.ScenarioName,
    *,
    vary: options.Vary = None,
    party: Annotated[
        str, typer.Option("--party", metavar="NAME", help="The party: customers, suppliers, ...")
    ] = "customers",
    regimes: Annotated[
        str, typer.Option("--regimes", metavar="A,B", help="Where is the second worse than the first?")
    ] = "traditional,direct",
    points: Annotated[
        str, typer.Option("--points", metavar="N", help="Markets to try; as many again to test the result.")
    ] = "64",
    design: Annotated[str, typer.Option("--design", metavar="NAME", help="latin (hypercube) or sobol.")] = "latin",
) -> None:
    """Find the markets in which one regime is worse than another for a party: parameter boxes (PRIM)."""
    market = asked.market(scenario)
    factors = options.factors_of(vary, market)
    pair = options.regimes_of(market, regimes)
    number = options.whole_number("--points", points)
    from sim.experiments.discovering import discover as find_regions
    from sim.experiments.questions import PARTIES
    from sim.runs.design import SAMPLED

    whom = options.chosen_of("--party", party, "group", list(PARTIES))
    if len(whom) != 1:
        raise bad_argument("--party", party, "one group", "name one")
    chosen = options.chosen_of("--design", design, "design", list(SAMPLED))[0]
    runs = asked.runs()
    with show_progress(market.name) as moved:
        found = find_regions(
            market, factors, whom[0], pair, number, design=chosen, options=replace(runs, progress=moved)
        )
    asked.give(_answer(found, market), found.failed)


def _answer(found: Discovery, scenario: Scenario) -> Answer:
    from sim.report import charts

    said = discovery_sentences(found, scenario)
    first, second = (scenario.regime_phrase(name) for name in found.regimes)
    return Answer(
        scenario,
        f"{found.scenario}: where {second} is worse than {first} {for_whom(found.party)}",
        _tried(found),
        [("", _table(found, scenario))] if found.regions else [],
        [*said, *failure_lines(found.failed)],
        {**found.to_dict(), "sentences": said},
        found.to_frames,
        lambda: [charts.markets(titled(found, scenario))],
    )


def _tried(found: Discovery) -> str:
    text = f"{number_of(found.markets, 'market')} tried, {found.failing} of them worse."
    if found.undefined:
        text += f" {number_of(found.undefined, 'point')} left out: no valid market, or the figure is undefined."
    if found.regions:
        text += (
            f" Tested on {number_of(found.fresh_markets, 'fresh market')} with other seeds, {found.fresh_failing} of "
            "them worse. In (brackets): the markets used to find the region, which overstate it. Chance: the "
            "probability that a limit looks this good by chance alone."
        )
    return text


def _table(found: Discovery, scenario: Scenario) -> Grid:
    """Return a row for each limit of each region."""
    grid = Grid(["region and limits", "", "chance", "of these\nworse, %", "of all\nworse, %", "markets"])
    for number, region in enumerate(found.regions, start=1):
        fresh = region.fresh
        shares = [
            f"{quantity(fresh.density if fresh else None, 'share')} ({quantity(region.density, 'share')})",
            f"{quantity(fresh.coverage if fresh else None, 'share')} ({quantity(region.coverage, 'share')})",
            f"{fresh.markets if fresh else NO_VALUE} ({region.markets})",
        ]
        for place, bound in enumerate(region.bounds):
            grid.add(
                f"{number}. {bound.parameter}",
                f"{bound.side} {limit(bound, scenario)}",
                f"{bound.chance:.1g}",
                *(shares if place == 0 else [""] * len(shares)),
            )
    return grid
