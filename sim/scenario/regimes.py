"""Regimes: which links and channels exist, who owns the shelf's stock, who sets the price.

A regime is data. The engine knows none of them by name: it reads which shelves there are and which
offers are made on them.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from sim.common.parameters import Section, parameter

Channel: TypeAlias = Literal["store", "pickup", "courier", "parcel", "endless_aisle"]
CHANNELS: tuple[Channel, ...] = ("store", "pickup", "courier", "parcel", "endless_aisle")
STORE, PICKUP, COURIER, PARCEL, ENDLESS_AISLE = range(5)
FROM_SHELF: frozenset[Channel] = frozenset({"store", "pickup", "courier"})


class Regime(Section):
    """Which links and channels exist. Whoever owns the goods pays their inbound freight and their refunds."""

    meaning: str = parameter("", "What the regime is, in a sentence.", "text", max_length=300)
    chain: bool = parameter(
        False,
        "Whether goods pass the intermediaries' hands on their way to shelves that retailers own.",
        "yes or no",
    )
    shelves: Literal["none", "own", "consigned", "mixed"] = parameter(
        "none",
        "Whose goods stand in the stores: nobody's, the retailer's, the supplier's, or slot by slot either.",
        "choice",
    )
    own_channels: list[Channel] = parameter([], "Channels by which retailers sell what they own.", "channels")
    supplier_channels: list[Channel] = parameter(
        [],
        "Channels by which suppliers sell what they own: consigned goods from stores, "
        "parcels and endless aisle from the depot.",
        "channels",
    )
    platform: bool = parameter(
        False, "Whether suppliers' sales go through the platform, for its commission.", "yes or no"
    )
    commission_on: Literal["suppliers", "online"] = parameter(
        "suppliers",
        "What the platform takes its commission on: whatever suppliers sell, or whatever is bought online, be it of "
        "suppliers or of retailers, and nothing that is bought over the counter.",
        "choice",
    )
    advertising_by: Literal["sellers", "platform"] = parameter(
        "sellers", "Who pays for advertising: whoever sells online, or the platform where there is one.", "choice"
    )
    shares_stock: bool = parameter(
        False, "Whether customers see which shelves are empty before they set out.", "yes or no"
    )
    at_cost: bool = parameter(
        False, "Whether goods are sold at book cost and the state meets the deficits.", "yes or no"
    )


SHIPPED: dict[str, Regime] = {
    "traditional": Regime(
        meaning="Goods pass from hand to hand down the chain to the retailer's shelf.",
        chain=True,
        shelves="own",
        own_channels=["store"],
    ),
    "direct": Regime(
        meaning="Suppliers send parcels from their depots; there are no stores.",
        supplier_channels=["parcel"],
    ),
    "o2o": Regime(
        meaning="Suppliers keep stock in partner stores and sell it online: handed over at once, "
        "even when one shelf is empty.",
        shelves="consigned",
        supplier_channels=["store", "pickup", "courier", "parcel", "endless_aisle"],
        platform=True,
        shares_stock=True,
    ),
    "hybrid": Regime(
        meaning="The chain, direct parcels and O2O side by side; customers choose.",
        chain=True,
        shelves="mixed",
        own_channels=["store"],
        supplier_channels=["store", "pickup", "courier", "parcel", "endless_aisle"],
        platform=True,
        shares_stock=True,
    ),
}
"""The shipped regimes that stand on their own; `planner` is made from its base by ``planned``."""

PLANNER = "planner"


def planned(base: Regime) -> Regime:
    """Return the pricing benchmark on the links and channels of ``base``: everything at book cost."""
    return base.model_copy(
        update={
            "at_cost": True,
            "meaning": "The goods move as in the base regime, at book cost; a subsidy meets the deficits.",
        }
    )
