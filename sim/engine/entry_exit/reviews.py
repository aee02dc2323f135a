"""The morning on which firms open and close: who decides when, and what follows for everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.table import Columns
from sim.engine.construction import advertisers
from sim.engine.entry_exit.channels import Channels
from sim.engine.entry_exit.events import Events
from sim.engine.entry_exit.profit_windows import Results
from sim.engine.entry_exit.store_exit import (
    NO_NOTICE,
    DepotClosing,
    StoreClosing,
    dissolve,
    find_sources_anew,
    notice_given,
)
from sim.engine.firms.level import Group, Level, grouped
from sim.rules.closing import STAYS
from sim.scenario.names import PLATFORM

if TYPE_CHECKING:
    from sim.market import Market

BoolArray: TypeAlias = NDArray[np.bool_]


class EntryAndExit:
    """Who comes and who goes in one market.

    Attributes:
        acts: whether anybody may come or go at all; if not, nothing is noted.
        gone: the places that are shut, shape (nodes,).
    """

    def __init__(self, market: Market):
        self.market = market
        self._events = Events()
        self._results = Results(market)
        self._depots = [
            DepotClosing(market, level, self._results, self._events) for level in market.levels if self._is_tier(level)
        ]
        sold_in_stores = [level for level in market.levels if level.nodes == market.world.places.stores]
        self._stores = [StoreClosing(market, level, self._results, self._events) for level in sold_in_stores]
        self._platform: Group[Any] = grouped([market.parameters.platform.closing])[0]
        self._platform_until = NO_NOTICE
        self._channels = Channels(market, self._results, self._events)
        self.gone = np.zeros(len(market.world.places), dtype=np.bool_)
        self._closes_platform = market.regime.platform and self._platform.rule.acts
        groups = [group for place in (*self._depots, *self._stores) for group in place.level.closing]
        groups += [self._platform] * self._closes_platform + self._channels.groups * self._channels.chosen
        self._groups = [group for group in groups if group.rule.acts]
        self.acts = bool(self._groups) and not market.regime.at_cost
        market.shop_floor.runs_off = self.acts and (self._closes_platform or self._channels.chosen)

    def review(self, day: int) -> None:
        """Let those whose review day it is open or close, and shut what gave notice long enough ago."""
        if not self.acts:
            return
        if day == 0:
            self._results.begin()
            self._renew()
            return
        self._results.note_evening(self._shut_stores, self._channels.due)
        if any(len(group.due_in_turn(day)) for group in self._groups):
            self._results.catch_up()
        for depots in self._depots:
            depots.refuse_orders()
        moved = [depots.give_notice(day) | depots.shut(day) for depots in self._depots]
        if any(moved):
            self._note_who_is_gone()
            find_sources_anew(self.market, self.gone)
        moved += [stores.give_notice(day) | stores.shut(day) for stores in self._stores]
        moved.append(self._review_platform(day))
        moved.append(self._channels.decide(day))
        moved.append(self._assign_shelves(day))
        if any(moved):
            self._note_who_is_gone()
            self._renew()

    def columns(self) -> Columns:
        """Return one row per entry and exit."""
        return self._events.columns()

    def _is_tier(self, level: Level) -> bool:
        return level.number > 0 and level.nodes != self.market.world.places.stores

    @property
    def _shut_stores(self) -> BoolArray:
        """Which stores are shut, shape (stores,)."""
        return self.gone[self.market.world.places.stores]

    def _note_who_is_gone(self) -> None:
        for places in (*self._depots, *self._stores):
            self.gone[places.level.nodes] = places.gone

    def _review_platform(self, day: int) -> bool:
        """Let the platform give notice, and end every channel that goes through it once it is gone."""
        market = self.market
        if not self._closes_platform:
            return False
        account = market.ledger.accounts.index(PLATFORM)
        days, result = notice_given(self._platform, self._results.firms, np.array([account]), day)
        if days[0] != STAYS and self._platform_until == NO_NOTICE:
            self._platform_until = day + int(days[0])
            self._events.note(day, "platform_gives_notice", account, cents=int(result[0]))
        if self._platform_until == NO_NOTICE or self._platform_until > day:
            return False
        dissolve(market, self._events, day, account, "platform_gone")
        self._closes_platform = False
        self._channels.end_all()
        return True

    def _assign_shelves(self, day: int) -> bool:
        """Take home what may not be sold in stores any more, and let shelves change hands once they are empty."""
        market = self.market
        if not market.shop_floor.runs_off:
            return False
        self._channels.bring_home(day)
        before = market.shelves.carried.copy()
        for stores in self._stores:
            market.shop_floor.assign(np.flatnonzero(stores.level.trading), market.orders)
        return not np.array_equal(before, market.shelves.carried)

    def _renew(self) -> None:
        """Reckon anew what falls due every day, and whom advertising reaches."""
        market = self.market
        firms = frozenset(agent.name for agent in market.agents)
        silent = self._channels.silent
        market.accounting.renew_standing(firms, self._shut_stores, silent)
        market.accounting.renew_contacts()
        everybody = advertisers(market.world, market.regime)
        if everybody:
            market.advertised = sum(name in firms and name not in silent for name in everybody) / len(everybody)
            market.renew_awareness()
