"""What customers considered: one row for each offer of each visit, and one for leaving.

Written only where a scenario asks for it, and read by nobody during a run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.books import cents_of
from sim.kernels.needs import NOTHING
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.randomness import PURPOSE_NEED, draw, stream, uniform

LEAVING = -1
"""Identity of the offer to go without."""

CONSIDERED = np.dtype(
    [
        ("need", np.int64),
        ("attempt", np.int64),
        ("offer", np.int64),
        ("product", np.int64),
        ("place", np.int64),
        ("store", np.int64),
        ("seller", np.int64),
        ("channel", np.int64),
        ("price", np.int64),
        ("fee", np.int64),
        ("km", np.float64),
        ("days", np.float64),
        ("hassle", np.int64),
        ("in_store", np.bool_),
        ("in_stock", np.bool_),
        ("wanted", np.bool_),
        ("chosen", np.bool_),
    ],
    align=True,
)
"""An offer as a customer considered it; codes are -1 for nothing, money is in cents.

``place`` is the node that would hand the unit over, ``store`` the one a customer would turn to (stores counted from
0, -1: none). ``in_store``: it came up only in the store, at an empty shelf. ``wanted``: the first choice of a first
visit, stock left aside. ``chosen``: what the visit ended with; no row is where the customer comes back tomorrow.
"""


class Choices(NamedTuple):
    """Rows of ``CONSIDERED``, the first ``used[0]`` of them written. No room at all means: write nothing down."""

    rows: NDArray[np.void]
    used: NDArray[np.int64]


class Met(NamedTuple):
    """How a customer meets an offer: the node and the account that would sell, and what is true of it then."""

    node: int
    seller: int
    in_stock: bool
    in_store: bool
    chosen: bool


@kernel
def write_down(choices, need, needs, offer, met):
    """Write down one offer and how it was ``met``."""
    row = choices.rows[choices.used[0]]
    choices.used[0] += 1
    row["need"] = need
    row["attempt"] = needs[need]["attempt"]
    row["offer"] = offer["identity"]
    row["product"] = offer["product"]
    row["place"] = met.node
    row["store"] = offer["store"]
    row["seller"] = met.seller
    row["channel"] = offer["channel"]
    row["price"] = offer["price"]
    row["fee"] = offer["fee"]
    row["km"] = offer["km"]
    row["days"] = offer["days"]
    row["hassle"] = cents_of(offer["hassle"])
    row["in_store"] = met.in_store
    row["in_stock"] = met.in_stock
    row["wanted"] = (
        needs[need]["attempt"] == 0
        and not met.in_store
        and needs[need]["first_choice"] == offer["product"]
        and needs[need]["first_store"] == offer["store"]
        and needs[need]["first_channel"] == offer["channel"]
    )
    row["chosen"] = met.chosen


@kernel
def end_of_choice(choices, need, needs, left):
    """Write down leaving, which is always there."""
    row = choices.rows[choices.used[0]]
    choices.used[0] += 1
    row["need"] = need
    row["attempt"] = needs[need]["attempt"]
    row["offer"] = LEAVING
    row["product"] = NOTHING
    row["place"] = NOTHING
    row["store"] = NOTHING
    row["seller"] = NOTHING
    row["channel"] = NOTHING
    row["price"] = 0
    row["fee"] = 0
    row["km"] = 0.0
    row["days"] = 0.0
    row["hassle"] = 0
    row["in_store"] = False
    row["in_stock"] = True
    row["wanted"] = needs[need]["attempt"] == 0 and needs[need]["first_choice"] == NOTHING
    row["chosen"] = left


@kernel
def count_needs(day, probability, need_rate, seed):
    """How many needs arise on a day: the same draws as those that open them."""
    key = stream(seed, PURPOSE_NEED, day)
    count = 0
    for customer in range(len(need_rate)):
        if uniform(draw(key, customer)) < need_rate[customer] * probability:
            count += 1
    return count
