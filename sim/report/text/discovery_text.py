"""In which markets a regime makes a party worse off, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.number_format import listed, number_of, quantity
from sim.common.regime_wording import at_start
from sim.report.text.parameter_names import parameter_unit, value_of
from sim.report.text.parties import EVERYBODY

if TYPE_CHECKING:
    from sim.experiments.discovering import Bound, Discovery, Region
    from sim.scenario import Scenario


def discovery_sentences(found: Discovery, scenario: Scenario) -> list[str]:
    """Return where the second regime makes a party worse off, a sentence for each region."""
    name = at_start(scenario.regime_phrase(found.regimes[1]))
    harm = "is worse in total" if found.party == EVERYBODY else f"leaves {found.party} worse off"
    if not found.markets:
        return ["No market could be run, or the figure is undefined in all of them."]
    if found.failing in (0, found.markets):
        where = "none" if found.failing == 0 else "all"
        return [f"{name} {harm} in {where} of the {number_of(found.markets, 'market')} tried in these ranges."]
    if not found.regions:
        share = quantity(found.failing / found.markets, "share")
        return [f"{name} {harm} in {share} % of the markets, but no parameter that was varied predicts which."]
    return [
        _sentence(region, name if place == 0 else "It also", harm, scenario)
        for place, region in enumerate(found.regions)
    ]


def _sentence(region: Region, name: str, harm: str, scenario: Scenario) -> str:
    """Return where a region lies, and how it does in fresh markets; before these are run, in its own."""
    where = listed([f"{each.parameter} is {each.side} {limit(each, scenario)}" for each in region.bounds])
    density, coverage = _percent(region.density), _percent(region.coverage)
    fresh = region.fresh
    if fresh is None:
        return (
            f"{name} {harm} where {where}: in {density} of these markets, which are {coverage} of all such cases. "
            "Both shares are from the markets used to find the region."
        )
    if fresh.density is None or fresh.low is None or fresh.high is None:
        return f"{name} may be worse where {where}, but no fresh market lies there to test this."
    tested = f"{_percent(fresh.density)} ({_bare(fresh.low)} to {_bare(fresh.high)}) of {fresh.markets} fresh markets"
    if not fresh.holds:
        other = "" if fresh.elsewhere is None else f", compared with {_percent(fresh.elsewhere)} elsewhere"
        return (
            f"{name} seemed worse where {where}, but fresh markets do not confirm it: {tested} there are worse{other}."
        )
    covered = "-" if fresh.coverage is None else _percent(fresh.coverage)
    return (
        f"{name} {harm} where {where}: in {tested}, which are {covered} of all such cases ({density} and {coverage} in "
        "the markets used to find the region)."
    )


def _percent(share: float) -> str:
    return f"{_bare(share)} %"


def _bare(share: float) -> str:
    return f"{100 * share:.0f}"


def limit(bound: Bound, scenario: Scenario) -> str:
    """Return the value of a limit in the unit of its parameter."""
    return value_of(bound.value, parameter_unit(bound.parameter, scenario))
