"""In which markets a regime fails somebody, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.number_format import listed, number_of, quantity
from sim.report.text.parameter_names import parameter_unit, value_of

if TYPE_CHECKING:
    from sim.experiments.discovering import Bound, Discovery, Region
    from sim.scenario import Scenario


def discovery_sentences(found: Discovery, scenario: Scenario) -> list[str]:
    """Return where a regime fails somebody, in words, a sentence for each region."""
    second = found.regimes[1]
    name = f"{second[:1].upper()}{second[1:]}"
    if not found.markets:
        return ["None of the markets could be run, or has the figure."]
    if found.failing in (0, found.markets):
        where = "none" if found.failing == 0 else "all"
        tried = number_of(found.markets, "market")
        return [f"{name} fails {found.party} in {where} of the {tried} tried from the ranges given."]
    if not found.regions:
        share = quantity(found.failing / found.markets, "share")
        return [f"{name} fails {found.party} in {share} % of the markets, and nothing that was varied tells which."]
    return [
        _sentence(region, name if place == 0 else "It also", found.party, scenario)
        for place, region in enumerate(found.regions)
    ]


def _sentence(region: Region, name: str, party: str, scenario: Scenario) -> str:
    """Return where a region lies, and how it does among fresh markets; before these are run, among its own."""
    bounds = listed([f"{each.parameter} is {each.side} {limit(each, scenario)}" for each in region.bounds])
    found = f"{_percent(region.density)} and {_percent(region.coverage)}"
    fresh = region.fresh
    if fresh is None:
        density, coverage = _percent(region.density), _percent(region.coverage)
        return (
            f"{name} fails {party} where {bounds}: {density} of such markets, {coverage} of all that fail, among the "
            "markets that this was found by."
        )
    if fresh.density is None or fresh.low is None or fresh.high is None:
        return f"{name} may fail {party} where {bounds}, but no fresh market lies there to judge that by."
    density = f"{_percent(fresh.density)} ({_bare(fresh.low)} to {_bare(fresh.high)}) of {fresh.markets} fresh markets"
    if not fresh.holds:
        other = "" if fresh.elsewhere is None else f", {_percent(fresh.elsewhere)} elsewhere"
        return (
            f"{name} seemed to fail {party} where {bounds}, but fresh markets do not bear it out: {density} there "
            f"fail{other}."
        )
    coverage = "-" if fresh.coverage is None else _percent(fresh.coverage)
    return (
        f"{name} fails {party} where {bounds}: {density} there, {coverage} of all that fail; among those that this was "
        f"found by {found}."
    )


def _percent(share: float) -> str:
    return f"{_bare(share)} %"


def _bare(share: float) -> str:
    return f"{100 * share:.0f}"


def limit(bound: Bound, scenario: Scenario) -> str:
    """Return the value of a limit in the unit of its parameter."""
    return value_of(bound.value, parameter_unit(bound.parameter, scenario))
