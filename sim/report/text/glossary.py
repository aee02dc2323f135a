"""Words of the output that are neither figures nor parameters, in a sentence each."""

from __future__ import annotations

CHANNELS = {
    "store": "Bought over the counter and carried home.",
    "pickup": "Ordered online from a store's stock, picked up there some hours later.",
    "courier": "Ordered online from a store's stock in town, brought by a local courier within hours.",
    "parcel": "Ordered online, sent as a parcel from the supplier's depot.",
    "endless_aisle": "Ordered inside a store that does not have it, sent as a parcel from the supplier's depot.",
}

REASONS = {
    "bought": "The need ended in a purchase.",
    "out_of_stock": "Nothing was bought: with everything that is carried in stock, the customer would have bought.",
    "not_stocked": "Nothing was bought: had the nearest store carried what suits the customer, it would have bought.",
    "too_far": "Nothing was bought: without the way to go, the customer would have bought.",
    "too_slow": "Nothing was bought: without the wait, the customer would have bought.",
    "too_dear": "Nothing was bought: no offer was worth its price, even next door and at once.",
    "waiting": "The run ended before it was settled: goods still to be sent, or the customer to come back.",
}

WORDS = {
    "need": "One customer wants one unit on one day. The same customer has the same needs under every regime.",
    "interval": "The 95 % interval of a mean (Student's t over the runs): ranges made like this hold the true mean "
    "95 times in 100. Shown as ± half its width.",
    "difference": "A regime less the first one, run by run with the same customers, needs and chance, so that chance "
    "common to both cancels out. In [brackets] where its interval includes zero: no clear difference.",
    "replication": "One run of every regime on a world of its own: towns, people and chance are drawn anew.",
    "tier": "A level of intermediaries between suppliers and retailers, such as wholesalers.",
    "same_need": "Compares the same need of the same customer under two regimes; buyers differ between regimes, so "
    "that a difference of means alone misleads.",
    "households": "The account of all customers together; what they pay leaves it, refunds come back to it.",
    "window": "The days that count: after warm_up, before the last cool_down days.",
    "seed": "The number that decides all chance. The same seed gives the same run, to the last cent.",
}

GLOSSARY = {**CHANNELS, **REASONS, **WORDS}
