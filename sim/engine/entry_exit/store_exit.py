"""Stores and intermediaries that give up: notice, selling off, and the day on which the doors shut.

Who gives notice orders nothing more, and what it had ordered is struck out. Its customers buy what is left.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.engine.entry_exit.events import Events
from sim.engine.entry_exit.profit_windows import Notes, Results
from sim.engine.firms.level import Group, Level
from sim.kernels.store_closing import cancel_orders, send_back, write_off
from sim.rules.closing import STAYS
from sim.world.geography import Positions
from sim.world.population import find_stores, homes_by_town
from sim.world.world import Places, served_by

if TYPE_CHECKING:
    from sim.market import Market

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
NO_NOTICE = -1
NOBODY = -1
LAST_DAY = np.iinfo(np.int64).max


class Closing(ABC):
    """Common to places of a level that give up.

    Attributes:
        until: first day on which a place may be shut, ``NO_NOTICE`` for those that stay, shape (places of the level,).
        gone: those that are shut, shape (places of the level,).
    """

    notice: ClassVar[str] = ""

    def __init__(self, market: Market, level: Level, results: Results, events: Events):
        self.market = market
        self.level = level
        self.results = results
        self.events = events
        self.until = np.full(level.size, NO_NOTICE, dtype=np.int64)
        self.gone = np.zeros(level.size, dtype=np.bool_)

    def give_notice(self, day: int) -> bool:
        """Let those whose review day it is look at their books, and give notice. Tells whether any did."""
        notes, of_row = self._books()
        some = False
        for group in self.level.closing:
            days, result = notice_given(group, notes, of_row[group.rows], day)
            for position in np.flatnonzero((days != STAYS) & self.level.trading[group.rows]):
                self._leave(int(group.rows[position]), day, int(days[position]), int(result[position]))
                some = True
        return some

    def shut(self, day: int) -> bool:
        """Shut the places whose notice is over and to which nothing is on its way. Tells whether any were."""
        over = np.flatnonzero((self.until != NO_NOTICE) & (self.until <= day) & ~self.gone)
        under_way = self.market.stock.goods.due[:, self.level.nodes.start + over]
        rows: list[int] = over[under_way.sum(axis=(0, 2)) == 0].tolist()
        for row in rows:
            self.gone[row] = True
            self._clear_out(day, self.level.nodes.start + row)
        if rows:
            self._after(day, rows)
        return bool(rows)

    @abstractmethod
    def _books(self) -> tuple[Notes, NDArray[np.intp]]:
        """Return the notes to be read and where in them each place stands, shape (places of the level,)."""

    @abstractmethod
    def _clear_out(self, day: int, node: int) -> None:
        """Get rid of what is left at a node, and write down that it is shut."""

    def _after(self, day: int, rows: list[int]) -> None:  # noqa: B027 - not everybody has to be told
        """Let the others know who is gone today."""

    def _leave(self, row: int, day: int, days: int, result: int) -> None:
        market, node = self.market, self.level.nodes.start + row
        self.until[row] = min(day + days, LAST_DAY)
        self.level.trading[row] = False
        strike_out(market, bought_by=node)
        self.events.note(day, self.notice, market.network.account[node], node, cents=result)

    def _write_off(self, day: int, node: int) -> tuple[int, int]:
        """Write off what the owner of a node has there. Returns units and book value."""
        market = self.market
        market.stock.make_room(len(market.stock.products))
        units, value = write_off(day, node, market.network.account[node], market.stock.goods)
        return int(units), int(value)


class StoreClosing(Closing):
    """Stores that give up. Customers turn to the nearest ones that are left."""

    notice = "store_gives_notice"

    def _books(self) -> tuple[Notes, NDArray[np.intp]]:
        return self.results.stores, np.arange(self.level.size)

    def _leave(self, row: int, day: int, days: int, result: int) -> None:
        super()._leave(row, day, days, result)
        self.market.shelves.carried[row] = False

    def _clear_out(self, day: int, node: int) -> None:
        market = self.market
        units, value = self._write_off(day, node)
        for depot in range(market.world.places.suppliers.stop):
            send_home(market, day, node, depot)
        market.stock.goods.owner[node] = NOBODY  # what comes back from customers finds nobody to take it
        self.events.note(day, "store_closed", market.network.account[node], node, cents=value, units=units)

    def _after(self, day: int, rows: list[int]) -> None:
        find_stores_anew(self.market, self.gone)
        owners = self.market.world.places.account[self.level.nodes]
        for account in dict.fromkeys(owners[rows].tolist()):
            if self.gone[owners == account].all():
                dissolve(self.market, self.events, day, account, "retailer_gone")


class DepotClosing(Closing):
    """Intermediaries of one tier that give up. Buyers turn to the others, or, after the last, to where those bought."""

    notice = "intermediary_gives_notice"

    def _books(self) -> tuple[Notes, NDArray[np.intp]]:
        nodes = self.level.nodes
        return self.results.firms, self.market.world.places.account[nodes].astype(np.intp)

    def refuse_orders(self) -> None:
        """Strike out what those who are leaving owe and have not shipped."""
        if self.market.network.leaving[self.level.nodes].any():
            strike_out(self.market)

    def _leave(self, row: int, day: int, days: int, result: int) -> None:
        market = self.market
        market.network.leaving[self.level.nodes.start + row] = True
        super()._leave(row, day, days, result)
        self._hand_on_lines(row)

    def _hand_on_lines(self, row: int) -> None:
        """Let the next firm that stays take up the lines that only the leaving one has, so that all can be bought."""
        level, staying = self.level, np.flatnonzero(self.level.trading)
        if len(staying):
            heir = int(staying[np.searchsorted(staying, row) % len(staying)])
            level.lines[heir] |= level.lines[row] & ~level.lines[staying].any(axis=0)
            self.market.network.lines[level.nodes.start + heir] = level.lines[heir]

    def _clear_out(self, day: int, node: int) -> None:
        market, account = self.market, int(self.market.network.account[node])
        units, value = self._write_off(day, node)
        market.network.leaving[node] = False
        dissolve(market, self.events, day, account, "intermediary_gone", node, cents=value, units=units)
        if self.gone.all():
            market.levels[:] = [level for level in market.levels if level is not self.level]


def notice_given(group: Group[Any], notes: Notes, rows: NDArray[np.intp], day: int) -> tuple[IntArray, IntArray]:
    """Let those who share a closing rule decide: days of notice (``STAYS`` for none) and the result that decided."""
    turn = notes.turn(group, rows, day)
    if not group.rule.acts or not turn.any():
        nothing = np.zeros(len(rows), dtype=np.int64)
        return nothing + STAYS, nothing
    view = notes.shown(rows, turn, day)
    return group.decide(view), view.result


def strike_out(market: Market, bought_by: int | None = None, cells: BoolArray | None = None) -> None:
    """Strike out orders that depots about to close still owe, those of a node, and those for ``cells`` of nodes and
    products."""
    wanted_no_more = np.zeros(market.stock.goods.owner.shape, dtype=np.bool_) if cells is None else cells
    if bought_by is not None:
        wanted_no_more[bought_by] = True
    cancel_orders(market.orders, wanted_no_more, market.network.leaving)


def send_home(market: Market, day: int, node: int, depot: int) -> int:
    """Send what a supplier owns at a node back to its depot. Returns the units."""
    market.stock.make_room(len(market.stock.products))
    market.ledger.make_room(3)
    return int(send_back(day, node, depot, market.stock.goods, market.network, market.ledger.books))


def dissolve(
    market: Market, events: Events, day: int, account: int, kind: str, node: int = -1, *, cents: int | None = None,
    units: int = 0,
) -> None:  # fmt: skip
    """Take a firm out of the market; its account stays, since there may be bills to come.

    What is written down is ``cents`` where given, else its profit since the opening.
    """
    agent = next(agent for agent in market.agents if agent.account == account)
    profit = round(100 * agent.profit)
    events.note(day, kind, account, node, cents=profit if cents is None else cents, units=units)
    agent.remove()


def find_stores_anew(market: Market, gone: BoolArray) -> None:
    """Let customers consider the nearest of the stores that are left."""
    world, people = market.world, market.population
    places, left = world.places, np.flatnonzero(~gone)
    people.nearest[:], people.km[:] = -1, 0.0
    if len(left):
        nodes = places.stores.start + left
        positions = Positions(places.east[nodes], places.north[nodes], places.around[nodes])
        reach = min(people.nearest.shape[1], len(left))
        nearest, km = people.nearest[:, :reach], people.km[:, :reach]
        where = homes_by_town(world.scenario, world.seed, world.towns)
        find_stores(world.towns, where, positions, places.town[nodes], nearest, km)
        nearest[:] = np.where(nearest >= 0, left[nearest], -1)


def find_sources_anew(market: Market, gone: BoolArray) -> None:
    """Let every firm buy from the depots of the tier above that are left, or of the tier above those.

    ``gone`` are the depots that are shut, shape (nodes,). Those about to close stay sources of what they have.
    """
    world, network = market.world, market.network
    places, tiers = world.places, world.scenario.tiers
    for number in range(2, len(places.levels)):
        for node in range(places.levels[number].start, places.levels[number].stop):
            row = serving(places, node, number, network.leaving, gone, [tier.serves for tier in tiers])
            network.sources[node] = NOBODY
            network.sources[node, : len(row)] = row


def serving(
    places: Places, node: int, number: int, leaving: BoolArray, gone: BoolArray, serves: list[str]
) -> list[int]:
    """Return the depots a place of level ``number`` may buy from, nearest first, those about to close last.

    Where none is left in any tier above, it buys from the makers, and the list is empty.
    """
    for upper in range(number - 1, 0, -1):
        opened = np.arange(places.levels[upper].start, places.levels[upper].stop)
        depots = opened[~gone[opened]]
        away = (places.east[depots] - places.east[node]) ** 2 + (places.north[depots] - places.north[node]) ** 2
        nearest_first = depots[np.argsort(away, kind="stable")]
        rule, firm, stays = serves[upper - 1], int(places.firm[node]), nearest_first[~leaving[nearest_first]]
        staying = served_by(rule, opened, stays, firm).tolist()
        closing = [depot for depot in served_by(rule, opened, nearest_first, firm).tolist() if leaving[depot]]
        if staying or closing:
            return [*staying, *closing]
    return []
