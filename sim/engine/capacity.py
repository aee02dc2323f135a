"""Room for what a day writes, in memory or on disk, and what lies on disk taken out of memory again.

With ``records.keep = "disk"`` a phase works through its lists part by part. After each part what was written is checked
while it is in memory, and let go of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.common import table
from sim.common.table import grown, let_go, stretches, with_room
from sim.kernels import fulfilment
from sim.kernels.choices import count_needs
from sim.kernels.needs import NOTHING, Calendar, Visits, cut

if TYPE_CHECKING:
    from sim.market import Market


class Room:
    """Makes room in the tables of one market.

    Attributes:
        part: how many of a list are worked through at a time.
    """

    def __init__(self, market: Market):
        self.market = market
        self.on_disk = market.parameters.records.on_disk
        self.part = table.STRETCH if self.on_disk else int(np.iinfo(np.int64).max)

    def for_needs(self) -> None:
        """Make room for today's needs, on top of those there were."""
        market = self.market
        new = self._needs_today()
        rows = int(market.visits.used[0]) + new
        market.needs = with_room(market.needs, rows)
        market.deliveries = grown(market.deliveries, "next", rows)
        market.returns = grown(market.returns, "next", rows)
        visitors = new + int(market.visits.to_come[0])
        market.visits = grown(grown(market.visits, "basket", visitors), "again", visitors)
        if market.parameters.records.choices:  # every offer that visitors can consider, and leaving
            considered = int(market.choices.used[0]) + visitors * (len(market.offers) + 1)
            market.choices = grown(market.choices, "rows", considered)

    def _needs_today(self) -> int:
        """Return how many needs arise today; where they lie in memory, as many as could: what is not written to takes
        no memory, so nobody needs to count."""
        market = self.market
        if not (self.on_disk or market.parameters.records.choices):
            return len(market.population.town)
        multiplier = market.need_multiplier(market.day)
        return int(count_needs(market.day, multiplier, market.population.need_rate, market.terms.seed))

    def for_orders(self, new: int) -> None:
        """Make room for new orders and for everything that shipping all outstanding ones can write."""
        market = self.market
        outstanding = int(market.orders.used[0]) + new
        market.orders = grown(market.orders, "lines", outstanding)
        market.ledger.make_room(outstanding * fulfilment.ROWS_PER_SALE)
        market.stock.make_room(outstanding)

    def parts_of_baskets(self) -> Iterator[Visits]:
        """Yield today's purchases, all at once; where records lie on disk, as many as memory shall hold of them."""
        visits = self.market.visits
        if not self.on_disk:
            yield visits
            return
        for part in stretches(int(visits.in_basket[0])):
            number = np.array([part.stop - part.start])
            yield visits._replace(basket=visits.basket[part], in_basket=number)
            self.check_and_let_go()

    def parts_of_list(self, calendar: Calendar) -> Iterator[None]:
        """Yield while today's list of a calendar holds all its needs; of records on disk, one part after another."""
        day = self.market.day
        if not self.on_disk:
            if calendar.size[day]:
                yield
            return
        rest = 0
        while rest != NOTHING:
            rest = int(cut(calendar, day, self.part))
            yield
            self.check_and_let_go()
            calendar.first[day] = rest

    def check_and_let_go(self) -> None:
        """Where records lie on disk, check those not checked yet while they are in memory, and take them out of it."""
        market = self.market
        if self.on_disk:
            market.ledger.verify(market.day)
            market.stock.verify(market.day)
            self.let_go()

    def let_go(self) -> None:
        """Take records that lie on disk out of memory."""
        market = self.market
        if self.on_disk:
            let_go(market.needs, market.deliveries.next, market.returns.next, market.choices.rows, market.orders.lines)
            market.ledger.let_go()
            market.stock.let_go()
