"""In which markets a regime fails somebody, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.wording.varied import unit_of, value_of
from sim.words import listed, quantity

if TYPE_CHECKING:
    from sim.experiments.discovering import Bound, Discovery, Region
    from sim.scenario import Scenario


def sentences(found: Discovery, scenario: Scenario) -> list[str]:
    """Return where a regime fails somebody, in words, a sentence for each region."""
    second = found.regimes[1]
    name = f"{second[:1].upper()}{second[1:]}"
    if not found.markets:
        return ["None of the markets could be run, or has the figure."]
    if found.failing in (0, found.markets):
        where = "nowhere" if found.failing == 0 else "everywhere"
        return [f"{name} fails {found.party} {where} in the ranges given."]
    if not found.regions:
        share = quantity(found.failing / found.markets, "share")
        return [f"{name} fails {found.party} in {share} % of the markets, and nothing that was varied tells which."]
    return [
        _sentence(region, name if place == 0 else "It also", found.party, scenario)
        for place, region in enumerate(found.regions)
    ]


def _sentence(region: Region, name: str, party: str, scenario: Scenario) -> str:
    bounds = listed([f"{each.parameter} is {each.side} {limit(each, scenario)}" for each in region.bounds])
    density, coverage = (f"{100 * share:.0f} %" for share in (region.density, region.coverage))
    return f"{name} fails {party} where {bounds}: {density} of such markets, {coverage} of all that fail."


def limit(bound: Bound, scenario: Scenario) -> str:
    """Return the value of a limit in the unit of its parameter."""
    return value_of(bound.value, unit_of(bound.parameter, scenario))
