"""What a market writes down at the end of each day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.common.types import IntArray
from sim.kernels.daily_statistics import StockStatistics, count_adopters
from sim.scenario import Scenario
from sim.scenario.names import BULK_FREIGHT, COURIERS, PARCEL_CARRIER
from sim.world.population import Population


class Trips(NamedTuple):
    """What one carrier drove on a day, in a town for couriers (else -1): stops and km."""

    day: int
    carrier: int
    town: int
    stops: int
    km: float


class DailyRecords:
    """Daily records of one market.

    Attributes:
        first_day, end_day: the days that count in figures, the first one and the one after the last.
        stock_statistics: sums over the days that count, by place and product.
        balances, book_values: at the opening and at the end of each day, (accounts,) in cents.
        adopters: customers who have bought online by the end of each day. needs: needs so far.
        trips: what carriers drove.
    """

    def __init__(self, scenario: Scenario, accounts: tuple[str, ...], cells: tuple[int, int]):
        time = scenario.time
        self.first_day, self.end_day = time.warm_up, time.days - time.cool_down
        sums = (np.zeros(cells, dtype=np.int64) for _ in StockStatistics._fields)
        self.stock_statistics = StockStatistics(*sums)
        self.balances: list[IntArray] = []
        self.book_values: list[IntArray] = []
        self.adopters: list[int] = []
        self.needs: list[int] = []
        self.trips: list[Trips] = []
        carriers = (BULK_FREIGHT, PARCEL_CARRIER, COURIERS)
        self.bulk, self.parcels, self.couriers = (accounts.index(name) for name in carriers)

    def counts_today(self, day: int) -> bool:
        """Tell whether figures count this day."""
        return self.first_day <= day < self.end_day

    def record_opening(self, balances: IntArray, book_value: IntArray) -> None:
        """Write down balances and book values, (accounts,) in cents each."""
        self.balances.append(balances.copy())
        self.book_values.append(book_value)

    def record_day(self, balances: IntArray, book_value: IntArray, people: Population, needs: int) -> None:
        """Write down balances, book values (accounts,), adopters and needs so far at the end of a day."""
        self.record_opening(balances, book_value)
        self.adopters.append(int(count_adopters(people)))
        self.needs.append(needs)
