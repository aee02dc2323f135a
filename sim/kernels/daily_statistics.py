"""Daily statistics and learning: empty shelves, flows, word of mouth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.elementary import exp
from sim.kernels.offers import COURIER, PARCEL, PICKUP


class StockStatistics(NamedTuple):
    """Sums over the counted days, int64[nodes, products]: the table ``cells`` of an outcome."""

    days_carried: NDArray[np.int64]
    days_empty: NDArray[np.int64]
    demand: NDArray[np.int64]
    demand_squared: NDArray[np.int64]
    orders: NDArray[np.int64]
    orders_squared: NDArray[np.int64]
    filled: NDArray[np.int64]


@kernel
def count_empty_shelves(goods, carried, first_node, statistics):
    """Count products carried and, among them, empty shelves, before customers shop."""
    for store in range(carried.shape[0]):
        for product in range(carried.shape[1]):
            statistics.days_carried[first_node + store, product] += carried[store, product]
        for product in range(carried.shape[1]):
            empty = carried[store, product] & (goods.units[first_node + store, product] == 0)
            statistics.days_empty[first_node + store, product] += empty


@kernel
def add_with_squares(flow, sums, squares):
    """Add a flow to its sums and its square to theirs. Few arrays per loop let the processor use vector
    instructions.
    """
    for node in range(flow.shape[0]):
        for product in range(flow.shape[1]):
            sums[node, product] += flow[node, product]
            squares[node, product] += flow[node, product] * flow[node, product]


@kernel
def add_flows(flows, statistics):
    """Add a day's flows to the sums."""
    add_with_squares(flows.demand, statistics.demand, statistics.demand_squared)
    add_with_squares(flows.ordered, statistics.orders, statistics.orders_squared)
    for node in range(flows.filled.shape[0]):
        for product in range(flows.filled.shape[1]):
            statistics.filled[node, product] += flows.filled[node, product]


@kernel
def neighbours_talk(people, first_customer, yesterday, rate):
    """Move all customers' trust towards yesterday's mean of the town, float64[towns], which is then updated."""
    for town in range(len(yesterday)):
        total = 0.0
        for customer in range(first_customer[town], first_customer[town + 1]):
            people.trust[customer] += rate * (yesterday[town] - people.trust[customer])
            total += people.trust[customer]
        yesterday[town] = total / (first_customer[town + 1] - first_customer[town])


@kernel
def count_adopters(people):
    """Count customers who ever bought online; orders in a shop's endless aisle do not count."""
    return count_adopters_among(people, 0, len(people.tried))


@kernel
def count_adopters_among(people, first, end):
    """Count those among customers ``first`` to ``end`` who ever bought online."""
    online = 1 << PICKUP | 1 << COURIER | 1 << PARCEL
    adopters = 0
    for customer in range(first, end):
        if people.tried[customer] & online:
            adopters += 1
    return adopters


@kernel
def word_goes_round(people, first_customer, advertising, word_of_mouth, awareness):
    """Update the probability, float64[towns], that a customer considers an online channel it has never used.

    ``advertising`` is spending per head, in advertising scales. Every neighbour who has bought online spreads the word.
    """
    for town in range(len(awareness)):
        first, end = first_customer[town], first_customer[town + 1]
        share = count_adopters_among(people, first, end) / (end - first)
        awareness[town] = 1.0 - exp(-(advertising + word_of_mouth * share))
