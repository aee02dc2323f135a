"""Considered offers: one row for each offer of each visit, and one for leaving.

Recorded only if a scenario asks for it; not read during a run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.books import cents_of
from sim.kernels.codes import NOTHING
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.randomness import PURPOSE_SHOCK, draw, gumbel_from, stream

OUTSIDE_OPTION = -1
"""Identity of the outside option."""

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

``place`` is the node that would hand over the unit, ``store`` the store a customer would visit (counted from 0, -1:
none). ``in_store``: the offer came up only in the store, at an empty shelf. ``wanted``: the first choice of a first
visit, regardless of stock. ``chosen``: how the visit ended; no row if the customer comes back tomorrow.
"""


class Choices(NamedTuple):
    """Rows of ``CONSIDERED``, the first ``used[0]`` of them written. Without any capacity, nothing is recorded."""

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
    """Record the outside option, which is always available."""
    row = choices.rows[choices.used[0]]
    choices.used[0] += 1
    row["need"] = need
    row["attempt"] = needs[need]["attempt"]
    row["offer"] = OUTSIDE_OPTION
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
def taste_shocks(days, customers, offers, rules, out):
    """Write the taste shocks of offers into ``out``, in cents: by day of the need, customer, and identity of the offer.

    They are drawn again, as they are functions of these three; see ``offers.shock_of``.
    """
    for row in range(len(out)):
        out[row] = 0.0
        if rules.scale > 0.0:
            key = draw(stream(rules.seed, PURPOSE_SHOCK, days[row]), customers[row])
            out[row] = rules.scale * gumbel_from(draw(key, offers[row]), rules.gumbel)
