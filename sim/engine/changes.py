"""Changes of the terms of trade between two days of a market: channels that open, commission, parcels, who decides.

A market opens under a regime that has every channel it will ever need, and closes some of them before its first day
(``prepare`` of ``sim.market.Market``). From then on nothing but the terms changes: accounts, customers and their needs,
stock and books go on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from sim.common.types import IntArray
from sim.engine.construction import parcel_cents
from sim.engine.firms.level import Group
from sim.engine.human_players import PlayerPrices
from sim.engine.pricing import Prices
from sim.engine.state import State
from sim.rules.player import Player
from sim.rules.pricing import PricingRule
from sim.scenario.regimes import CHANNELS, Channel


class ChangeError(ValueError):
    """Terms that this market cannot have. The message says why."""


def open_channels(
    state: State, own: Collection[Channel], supplier: Collection[Channel], *, shares_stock: bool = False
) -> None:
    """Have exactly these channels from the next day on; others close.

    Args:
        own, supplier: for goods of retailers and of suppliers; all of them channels of the regime the market opened in.
        shares_stock: whether customers see which shelves are empty before they set out.

    Raises ChangeError where the regime has no such channel: nobody would be there to serve it.
    """
    regime = state.regime
    for wanted, there, whose in (
        (own, regime.own_channels, "retailers"),
        (supplier, regime.supplier_channels, "makers"),
    ):
        missing = [channel for channel in wanted if channel not in there]
        if missing:
            raise ChangeError(f"{', '.join(missing)}: {whose} have no such channel under {state.regime_name!r}")
    state.rules.own_channels[:] = [channel in own for channel in CHANNELS]
    state.rules.supplier_channels[:] = [channel in supplier for channel in CHANNELS]
    # The arrays are shared by all who know the rules; a flag is not.
    state.rules = state.rules._replace(shares_stock=shares_stock)
    _renew_snapshot(state)
    sell_direct(state, range(len(state.entry.selling)) if supplier else ())


def sell_direct(state: State, makers: Collection[int]) -> None:
    """Have these makers sell to customers from the next day on, and no others."""
    state.entry.selling[:] = np.isin(np.arange(len(state.entry.selling)), list(makers))
    state.shelves.direct[:] = state.entry.selling[state.world.catalogue.supplier]


def set_commission(state: State, share: float) -> None:
    """Have the platform keep this share of the price of every sale from the next day on.

    Raises ChangeError for a share outside 0 to below 1, and where goods come back: what is given back of a commission
    is not written down sale by sale, so that another share would be given back than was taken.
    """
    if not 0.0 <= share < 1.0:
        raise ChangeError(f"a commission of {share} is not a share from 0 to below 1")
    goods = state.world.catalogue
    if state.day > 0 and (goods.return_unseen.any() or goods.return_inspected.any()):
        raise ChangeError("goods of this market come back, so its commission holds from the first day on")
    state.fees = state.fees._replace(commission=0.0 if state.regime.at_cost else float(share))
    _renew_snapshot(state)


def set_parcel_cost(state: State, multiple: float) -> None:
    """Have a parcel to a customer cost this multiple of what the scenario says, from the next day on."""
    cost = np.rint(multiple * parcel_cents(state.scenario, state.world.catalogue.weight))
    margin = 0.0 if state.regime.at_cost else state.scenario.delivery.parcel.margin
    state.fees.parcel_cost[:] = cost
    state.last_mile.parcel_charge[:] = np.rint(cost * (1.0 + margin))


def give_pricing(state: State, firm: str, rule: PricingRule, *, direct: bool = False) -> None:
    """Have a firm set its prices by this rule from its next review on; ``direct``: a maker's prices to customers.

    What its former rule had learnt is forgotten; prices hold until the review. Players decide after all others of their
    level, so that no rule sees today what a player has just decided.
    """
    account = state.ledger.number[firm]
    rows_of = {
        position: np.flatnonzero(state.network.account[level.nodes] == account)
        for position, level in enumerate(state.levels)
    }
    for position, rows in rows_of.items():
        level = state.levels[position]
        groups = level.direct_pricing if direct else level.pricing
        if len(rows) and groups:
            moved = _moved(groups, rows, rule)
            if direct:
                level.direct_pricing = moved
            else:
                level.pricing = moved
    _renew_prices(state)


def _moved(groups: list[Group[PricingRule]], rows: IntArray, rule: PricingRule) -> list[Group[PricingRule]]:
    """Return the groups of a level with some rows under another rule; players last."""
    kept = [replace(group, rows=np.setdiff1d(group.rows, rows)) for group in groups]
    kept = [group for group in kept if len(group.rows)]
    for group in kept:
        if group.rule == rule:
            group.rows = np.union1d(group.rows, rows)
            break
    else:
        # A rule that has prices to keep is past its opening.
        kept.append(Group(rule, rows, True if isinstance(rule, Player) else None))
    return sorted(kept, key=lambda group: isinstance(group.rule, Player))


def _renew_prices(state: State) -> None:
    """Build again what is derived from the rules of all firms."""
    before = state.prices
    prices = Prices(before.posted, state.regime, before.snapshot, state.sales, before.script)
    prices.demand.cost_when_set[:] = before.demand.cost_when_set
    prices.searches = before.searches
    state.prices = prices
    sellers = [(level.nodes.start, group) for level in state.levels for group in level.pricing]
    state.player_prices = PlayerPrices(state.world, sellers, state.sales.asked)
    makers = [(0, group) for group in state.levels[0].direct_pricing]
    state.player_direct_prices = PlayerPrices(state.world, makers, state.sales.asked_direct)


def _renew_snapshot(state: State) -> None:
    """Let firms that know their demand know the terms, too."""
    state.prices.snapshot = replace(state.prices.snapshot, rules=state.rules, fees=state.fees)
