"""Who keeps the saving: the values of a set direct price at which customers and makers change sides, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Unpack

from sim.experiments.frontier import Frontier, frontier
from sim.experiments.root_bracketing import Crossing
from sim.runs.design import span
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.running import Source, known_regimes
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.pricing_conduct import GAP_SHARE, gap_decides

CUSTOMERS, MAKERS = "customers", "suppliers"
Band = tuple[float, float]


@dataclass(frozen=True)
class Keeping:
    """Who gains from one regime against another, by the share of the gap that makers keep.

    Attributes:
        share: what the scenario sets.
        frontier: where along the share customers and makers change sides.
        bands: shares at which both gain, on the means; empty where there are none.
        sure: the part of them at which both gain with 95 % confidence each.
    """

    share: float
    frontier: Frontier
    bands: tuple[Band, ...]
    sure: tuple[Band, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        bands = {"both_gain": [list(band) for band in self.bands], "both_gain_surely": [list(b) for b in self.sure]}
        return {"share": self.share, **bands, **self.frontier.to_dict()}


def who_keeps(
    scenario: Source,
    regimes: Sequence[str] = ("traditional", "direct"),
    *,
    steps: int = 6,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
) -> tuple[Keeping, ...]:
    """Find, for each regime in which a set gap share decides, at which shares customers and makers gain by it.

    Args:
        scenario, steps, options, keywords: as for ``frontier``.
        regimes: those in which the share decides are compared with the first.

    Raises:
        ScenarioError: where the share decides in none of them, or in the first, and for what is wrong otherwise.
    """
    chosen = options_of(options, keywords, replications=5)
    market = chosen.applied_to(scenario)
    first, decided = regimes[0], decided_by_the_share(market, known_regimes(market, regimes))
    share = span(GAP_SHARE, 0.0, 1.0, market)
    found = []
    for regime in decided:
        changes = frontier(
            market,
            share,
            None,
            (first, regime),
            (CUSTOMERS, MAKERS),
            steps=steps,
            options=replace(chosen, days=None, overrides=None),
        )
        found.append(keeping(market.suppliers.direct_pricing.gap_share, changes))  # type: ignore[union-attr]
    return tuple(found)


def decided_by_the_share(scenario: Scenario, regimes: Sequence[str]) -> list[str]:
    """Return the regimes a set gap share decides. Raises ScenarioError where there are none, or the first is one."""
    decided = [regime for regime in regimes if gap_decides(scenario, regime)]
    if not decided or decided[0] == regimes[0]:
        allowed = "a regime whose direct prices undercut, compared with one that has none"
        remedy = 'set suppliers.direct_pricing to the rule "undercut", and name, say, traditional,direct'
        raise ScenarioError([Problem("", "regimes", ", ".join(regimes), allowed, remedy)])
    return decided


def keeping(share: float, frontier: Frontier) -> Keeping:
    """Return who gains at which shares, from where each party changes sides."""
    crossings = {crossing.party: crossing for crossing in frontier.crossings}
    sides = [crossings[CUSTOMERS], crossings[MAKERS]]
    bands = both([gains(crossing, frontier.span) for crossing in sides])
    sure = both([gains(crossing, frontier.span, surely=True) for crossing in sides])
    return Keeping(share, frontier, bands, sure)


def gains(crossing: Crossing, ends: Band, *, surely: bool = False) -> tuple[Band, ...]:
    """Return where a party gains, as far as it is known: up to the first sign change above the one that was found.

    ``surely``: only where its interval leaves zero out; nowhere where there are no intervals, or some value tried
    beside the crossing may be chance.
    """
    low, high = ends
    if surely and (crossing.unsure or (crossing.side == "crossing" and crossing.low is None)):
        return ()
    if crossing.side == "always":
        return ((low, high),)
    if crossing.side != "crossing" or crossing.x is None:
        return ()
    high = min([high, *(one for one, _ in crossing.again)])
    below, above = (crossing.low, crossing.high) if surely else (crossing.x, crossing.x)
    if below is None or above is None:
        return ()
    band = (low, below) if crossing.better == "below" else (above, high)
    return (band,) if band[0] < band[1] else ()


def both(parties: Sequence[tuple[Band, ...]]) -> tuple[Band, ...]:
    """Return where all of some parties gain: the parts that their bands have in common."""
    common: tuple[Band, ...] = parties[0]
    for bands in parties[1:]:
        pairs = [(max(a, c), min(b, d)) for a, b in common for c, d in bands]
        common = tuple(pair for pair in pairs if pair[0] < pair[1])
    return common
