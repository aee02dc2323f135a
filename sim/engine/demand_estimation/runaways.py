"""Prices that lead nowhere: found from known demand, and beyond what any customer would ever pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.demand_estimation.decisions import Decisions, make_pass_through, trace_supply
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    from sim.engine.demand_estimation.demand_survey import Demand

BEYOND = 40.0
"""Scales of taste above what goods are worth beyond which no chance brings a customer to buy."""
RUNAWAY = 1.5
"""Multiple of cost below which a price is high because the goods cost that much."""


def refuse_runaways(demand: Demand, decisions: Decisions, posted: FloatArray) -> None:
    """Raise ScenarioError where a price found from known demand is one that no customer would ever pay.

    Such a price does not describe a firm: it may be misled by how it expects its buyers to answer. A firm whose cost
    alone is that high is none of them, nor is one that sells other goods: it may earn most without this one, since
    its goods take customers from each other. ``posted`` (decisions,) are all prices in cents.
    """
    supply = trace_supply(decisions, demand.levels, demand.network, demand.world, posted)
    source = supply.source
    cost = supply.beyond + supply.handling + np.where(source >= 0, posted[np.maximum(source, 0)], 0.0)
    chain = make_pass_through(decisions, supply, demand.stores.stop - demand.stores.start)
    highest = most_bearable(demand, chain.decision, len(decisions))
    on_offer = np.isfinite(highest)
    too_dear = posted > highest
    beyond = np.flatnonzero(
        decisions.knows & too_dear & (posted > RUNAWAY * cost) & ~sells_others(decisions, on_offer & ~too_dear)
    )
    if len(beyond) == 0:
        return
    first = int(beyond[0])
    why = (
        f"{place_setting_price(demand, decisions, first)} asks {posted[first] / 100.0:,.2f} for "
        f"{demand.world.product_names[first % decisions.products]}, and no customer would pay more than "
        f"{highest[first] / 100.0:,.2f}: its rule leads nowhere"
    )
    remedy = 'give its buyers a rule that follows cost or demand, or it another conduct, say "margin"'
    raise ScenarioError([Problem("", "pricing", "'best_response'", why, remedy)])


def sells_others(decisions: Decisions, bearable: BoolArray) -> BoolArray:
    """Tell of each decision whether its firm asks a price that somebody may pay at the same level, (decisions,)."""
    level = np.searchsorted(decisions.first, np.arange(len(decisions)), side="right")
    _, firm = np.unique(np.stack([level, decisions.owner]), axis=1, return_inverse=True)
    firm = firm.ravel()
    return np.asarray(np.bincount(firm, weights=bearable)[firm] > 0, dtype=np.bool_)


def most_bearable(demand: Demand, decision: IntArray, size: int) -> FloatArray:
    """Return the price of each decision above which not even the keenest customer would buy, (decisions,), cents.

    With taste shocks a price some scales above what goods are worth still sells next to nothing. ``decision`` (cells,
    layers) are the decisions the sales of a cell pass. inf where nothing is on offer.
    """
    considered = demand.considered
    top = np.full(len(decision), -np.inf)
    np.maximum.at(top, considered.cell, considered.gain / considered.burden + BEYOND * demand.scale)
    highest = np.full(size, -np.inf)
    for passed in decision.T:
        np.maximum.at(highest, passed[passed >= 0], top[passed >= 0])
    return np.where(np.isfinite(highest), highest, np.inf)


def place_setting_price(demand: Demand, decisions: Decisions, number: int) -> str:
    """Return the name of the place that sets a price."""
    names = demand.world.places.names
    if number >= decisions.direct.start:
        return names[int(demand.world.catalogue.supplier[number - decisions.direct.start])]
    position = int(np.searchsorted(decisions.first, number, side="right")) - 1
    row = (number - decisions.first[position]) // decisions.products
    return names[demand.levels[position].nodes.start + row]
