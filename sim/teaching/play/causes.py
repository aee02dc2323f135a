"""Why a firm lost customers: found offer by offer, by asking what each customer would have done at another price."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.common.types import BoolArray, IntArray
from sim.teaching.play.firms import MAKER, SeatedFirm
from sim.teaching.play.offers import NOBODY, Bought, Offers
from sim.teaching.play.results import Cause

CAUSES = {
    "undercut": "{rival} was {amount} cheaper: {customers} customers would have come to you at that price.",
    "empty": "Empty shelves: {customers} customers wanted your goods and found none.",
    "dear": "Too dear: {customers} customers bought nothing. {amount} less would have kept half of them.",
    "none": "You lost no customers to a rival's price, an empty shelf or your own price.",
}
"""The keys of translations."""
ROUNDING = 1e-6
"""Cents within which two worths are the same."""


def place_in_role(firm: SeatedFirm) -> int:
    """Return the number of a firm among those of its role, from 0."""
    name, _, number = firm.seat.rpartition(" ")
    return int(number) - 1 if name else 0


def lost_to_empty_shelves(firm: SeatedFirm, bought: Bought) -> BoolArray:
    """Return which customers had this firm's goods as their first choice, met an empty shelf, and got none of them."""
    here = place_in_role(firm)
    return bought.empty & (bought.wished[firm.role] == here) & (bought.hands[firm.role] != here)


def cause_of(firm: SeatedFirm, firms: Sequence[SeatedFirm], offers: Offers, bought: Bought, margin: int) -> Cause:
    """Return the one reason that cost a firm most customers.

    Undercut: the customer bought elsewhere for less, and would have bought here at that price. Dear: the customer
    bought nothing, liked this firm's offer best, and would have bought at a price that still covers its cost. Empty:
    see ``lost_to_empty_shelves``. Each is exact: the customer's worth of every offer is known, shocks included.

    Args:
        firm, firms: the firm, and all firms.
        offers, bought: of the round.
        margin: what the firm earns on a unit, cents: the most by which it could be cheaper.
    """
    best, total, worth = best_offers(firm, offers)
    empty = lost_to_empty_shelves(firm, bought)
    mine = bought.hands[firm.role] == place_in_role(firm)
    cheaper = total - bought.total
    undercut = best & bought.bought & ~mine & ~empty & (cheaper > 0) & (worth + cheaper > bought.worth)
    gap = bought.worth - worth
    top = best & (worth >= offers.best - ROUNDING)
    dear = top & ~bought.bought & ~empty & (gap > 0) & (gap <= max(margin, 0))
    counts = {"undercut": int(undercut.sum()), "empty": int(empty.sum()), "dear": int(dear.sum())}
    kind = max(counts, key=lambda each: counts[each])
    if counts[kind] == 0:
        return Cause("none")
    if kind == "empty":
        return Cause(kind, counts[kind])
    if kind == "dear":
        return Cause(kind, counts[kind], cents=int(np.ceil(np.median(gap[dear]))))
    rivals = rivals_of(firm, bought, undercut)
    found, customers = np.unique(rivals, return_counts=True)
    most = int(found[np.argmax(customers)])
    by = cheaper[undercut][rivals == most]
    return Cause(kind, int(customers.max()), title_of_rival(most, firm, firms), int(np.rint(by.mean())))


def best_offers(firm: SeatedFirm, offers: Offers) -> tuple[BoolArray, IntArray, np.ndarray]:
    """Return for each need whether it considered something of this firm that was in stock, and its best such offer.

    The best offer's price with delivery, cents, and worth; shape (needs,) each.
    """
    own = np.flatnonzero((offers.hands[firm.role] == place_in_role(firm)) & offers.in_stock)
    order = own[np.lexsort((offers.worth[own], offers.need[own]))]  # the last row of a need is its best
    needs = offers.needs
    considers = np.zeros(needs, dtype=np.bool_)
    total, worth = np.zeros(needs, dtype=np.int64), np.full(needs, -np.inf)
    considers[offers.need[order]] = True
    total[offers.need[order]], worth[offers.need[order]] = offers.total[order], offers.worth[order]
    return considers, total, worth


def rivals_of(firm: SeatedFirm, bought: Bought, lost: BoolArray) -> IntArray:
    """Return who got each lost customer: a firm of the same role; where none had a part in it, the maker or the shop.

    Makers are numbered from 1000 then, shops from 2000.
    """
    rival = bought.hands[firm.role][lost]
    shop = bought.hands["shop"][lost]
    other = np.where(shop == NOBODY, 1000 + bought.hands[MAKER][lost], 2000 + shop)
    return np.where(rival == NOBODY, other, rival)


def title_of_rival(rival: int, firm: SeatedFirm, firms: Sequence[SeatedFirm]) -> str:
    """Return the title of a rival as ``rivals_of`` numbers it."""
    role = firm.role if rival < 1000 else MAKER if rival < 2000 else "shop"
    found = next(each for each in firms if each.role == role and place_in_role(each) == rival % 1000)
    return found.account if role == "shop" else found.title


def cause_words(cause: Cause, text: Callable[[str], str] = str) -> str:
    """Return a cause in a sentence. ``text`` translates a sentence with its names in braces."""
    return text(CAUSES[cause.kind]).format(
        rival=cause.rival, customers=cause.customers, amount=f"{cause.cents / 100.0:.2f}"
    )
