"""``trace``: follows one purchase through the day to every account it touched."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli import options
from sim.cli.console import announce_compiling, print_json
from sim.cli.errors import bad_argument


def trace(
    scenario: options.ScenarioName,
    regime: options.Regime = None,
    need: Annotated[
        str | None,
        typer.Option("--need", "-k", metavar="K", help="Number of the need (default: the first purchase)."),
    ] = None,
    seed: options.Seed = "0",
    days: options.Days = None,
    settings: options.Settings = None,
    full: options.Full = False,
    json: options.Json = False,
) -> None:
    """Follow one need: the customer, the purchase, and every account it touched."""
    from sim.cli.trace_printer import print_story, print_story_in_short

    market = options.changed_scenario(scenario, settings, days)
    name = options.regime_of(market, regime)
    first_seed = options.whole_number("--seed", seed, 0)
    wanted = None if need is None else options.whole_number("--need", need, 0)
    announce_compiling()
    from sim import experiments
    from sim.results.figures.story import first_purchase, trace_need

    outcome = experiments.run(market, name, first_seed)
    count = len(outcome.columns["needs"]["need"])
    if count == 0:
        raise bad_argument("--seed", seed, "no customer has a need in this run", "choose another seed, or raise --days")
    number = first_purchase(outcome) or 0 if wanted is None else wanted
    if number >= count:
        raise bad_argument("--need", number, f"needs in this run are numbered 0 to {count - 1}", "choose one of these")
    story = trace_need(outcome, number)
    if json:
        print_json({"scenario": market.name, **story.to_dict()})
    elif full:
        print_story(story, market)
    else:
        print_story_in_short(story, market)
