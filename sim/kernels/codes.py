"""Codes in the tables of a market: what became of a need, no entry, no price."""

RESULTS = ("bought", "out_of_stock", "not_stocked", "too_far", "too_slow", "too_dear", "waiting")
BOUGHT, OUT_OF_STOCK, NOT_STOCKED, TOO_FAR, TOO_SLOW, TOO_DEAR, WAITING = range(len(RESULTS))

NOTHING = -1
"""No product, place, firm, need, day: the entry that stands for none."""

NO_PRICE = -1
"""Not offered, at no price."""
