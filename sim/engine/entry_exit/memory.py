"""What is remembered from day to day of firms and stores that may come and go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.types import BoolArray, IntArray
from sim.engine.charges import channel_cents, rent_of_stores, sellers_advertising_cents
from sim.engine.codes import NOTHING
from sim.engine.entry_exit.events import Events
from sim.engine.firms.level import Group, Level, group_by_rule
from sim.rules.closing import ClosingView
from sim.scenario.regimes import Regime
from sim.world.world import World


class ProfitWindow:
    """Receipts, outlays and book value of own stock of some units since their last review, in cents, (units,)."""

    def __init__(self, size: int):
        self.receipts, self.outlays, self.value = (np.zeros(size, dtype=np.int64) for _ in range(3))
        self._then = np.zeros((3, size), dtype=np.int64)
        self._day = np.zeros(size, dtype=np.int64)

    def begin(self, rows: NDArray[np.intp], day: int) -> None:
        """Count from today on."""
        self._then[:, rows] = self.receipts[rows], self.outlays[rows], self.value[rows]
        self._day[rows] = day

    def observe(self, rows: NDArray[np.intp], turn: BoolArray, day: int) -> ClosingView:
        """Return what some units have earned since their last review, and begin again for those whose ``turn`` it is.

        Of the others nothing is shown; both arrays have shape (rows,).
        """
        receipts, outlays, value = self._then[:, rows]
        view = ClosingView(
            days=np.where(turn, day - self._day[rows], 0),
            receipts=np.where(turn, self.receipts[rows] - receipts, 0),
            outlays=np.where(turn, self.outlays[rows] - outlays, 0),
            stock_change=np.where(turn, self.value[rows] - value, 0),
        )
        self.begin(rows[turn], day)
        return view

    def turn(self, group: Group[Any], rows: NDArray[np.intp], day: int) -> BoolArray:
        """Tell whose turn it is today: places take turns, and none decides before a whole term is over.

        ``rows`` says where in the window the members of the group stand.
        """
        due = np.isin(group.rows, group.due_in_turn(day))
        whole: BoolArray = due & (day - self._day[rows] >= group.rule.review_days)
        return whole


class ProfitWindows:
    """Who has earned what in one market.

    A store's result is what came in and went out for it: sales and their costs, goods and their freight, rent,
    contacts, interest on its stock, and an equal share of the fixed cost and advertising of its firm. A channel's is
    what was sold direct, less the goods, all that was paid for it, and the cost of keeping it open.

    Attributes:
        stores, firms, channels: windows by store, by account and by supplier. Channels have no stock of their own:
            what they sell counts as an outlay, at book value.
        units_sold: units that suppliers sold to firms since their last review, shape (suppliers, products).
        supplier: the supplier with an account, -1 for other accounts, shape (accounts,).
        rent: of each store, in cents a day, shape (stores,).
        advertising: of each firm that sells online, in cents a day.
        ledger_rows, stock_rows: lines of the two journals that have been read.
    """

    def __init__(self, world: World, regime: Regime):
        places, accounts, makers = world.places, len(world.accounts), world.places.suppliers
        self.stores = ProfitWindow(places.stores.stop - places.stores.start)
        self.firms = ProfitWindow(accounts)
        self.channels = ProfitWindow(makers.stop)
        self.units_sold = np.zeros((makers.stop, len(world.product_names)), dtype=np.int64)
        self.supplier = np.full(accounts, -1, dtype=np.int64)
        self.supplier[places.account[makers]] = np.arange(makers.stop)
        self.rent = rent_of_stores(world, regime)
        self.advertising = sellers_advertising_cents(world, regime)
        self.ledger_rows = self.stock_rows = 0


@dataclass
class EntryMemory:
    """Who comes and who goes in one market.

    Attributes:
        tiers, stores: the levels whose places may close: intermediaries, and the stores where there are any.
        platform: the platform's rule.
        channels: suppliers by the rule that opens and closes their channels to customers.
        windows: what stores, firms and channels have earned since their last review.
        until: first day on which a place may be shut, ``NOTHING`` for those that stay, shape (nodes,).
        gone: the places that are shut, shape (nodes,).
        selling: whether each supplier sells to customers itself, shape (suppliers,).
        channel_cents: what keeping a channel open costs each supplier, advertising included, in cents a day.
        chosen: whether suppliers have a choice at all. Without a chain there is no other way to sell, and all do.
        platform_may_close: whether the platform may still close.
        events: what has happened.
    """

    tiers: list[Level]
    stores: list[Level]
    platform: Group[Any]
    channels: list[Group[Any]]
    windows: ProfitWindows
    until: IntArray
    gone: BoolArray
    selling: BoolArray
    channel_cents: IntArray
    chosen: bool
    platform_may_close: bool
    platform_until: int = NOTHING
    events: Events = field(default_factory=Events)
    acting: list[Group[Any]] = field(init=False)
    acts: bool = field(init=False)

    def __post_init__(self) -> None:
        groups = [group for level in (*self.tiers, *self.stores) for group in level.closing]
        groups += [self.platform] * self.platform_may_close + self.channels * self.chosen
        self.acting = [group for group in groups if group.rule.acts]
        self.acts = bool(self.acting)

    @property
    def moves_shelves(self) -> bool:
        """Whether shelves may change hands because their supplier, or the platform, withdraws."""
        return self.acts and (self.platform_may_close or self.chosen)

    @property
    def due(self) -> IntArray:
        """What keeping the channels open cost last night, in cents, shape (suppliers,)."""
        return np.where(self.selling, self.channel_cents, 0)


def make_entry_memory(world: World, regime: Regime, levels: list[Level]) -> EntryMemory:
    """Return the memory of a market in which no firm has come or gone yet."""
    stores, nodes = world.places.stores, len(world.places)
    platform: Group[Any] = group_by_rule([world.scenario.platform.closing])[0]
    channels = levels[0].direct_entry
    sells_direct = bool(regime.supplier_channels)
    may_choose = regime.chain and sells_direct and any(group.rule.acts for group in channels)
    memory = EntryMemory(
        tiers=[level for level in levels if level.number > 0 and level.nodes != stores],
        stores=[level for level in levels if level.nodes == stores],
        platform=platform,
        channels=channels,
        windows=ProfitWindows(world, regime),
        until=np.full(nodes, NOTHING, dtype=np.int64),
        gone=np.zeros(nodes, dtype=np.bool_),
        selling=np.full(levels[0].size, sells_direct),
        channel_cents=channel_cents(world, regime) + sellers_advertising_cents(world, regime),
        chosen=may_choose and not regime.at_cost,
        platform_may_close=regime.platform and platform.rule.acts,
    )
    memory.acts = memory.acts and not regime.at_cost
    return memory
