"""Regimes: which links and channels exist, who owns the stock on shelves, who sets the price.

A regime is data. The engine knows no regime by name: it reads which shelves exist and which offers are made on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from sim.common.parameters import Section, choice, flag, parameter
from sim.common.regime_wording import PLANNER_TITLE

Channel: TypeAlias = Literal["store", "pickup", "courier", "parcel", "endless_aisle"]
CHANNELS: tuple[Channel, ...] = ("store", "pickup", "courier", "parcel", "endless_aisle")
STORE, PICKUP, COURIER, PARCEL, ENDLESS_AISLE = range(5)
FROM_SHELF: frozenset[Channel] = frozenset({"store", "pickup", "courier"})


class Regime(Section):
    """Which links and channels exist. The owner of the goods pays inbound freight and refunds."""

    title: str = parameter("", "Name of the regime in text and charts; absent: its key.", "text", max_length=40)
    meaning: str = parameter("", "What the regime is, in one sentence.", "text", max_length=300)
    chain: bool = flag(False, "Whether goods reach retailers' own shelves through the intermediaries.")
    shelves: Literal["none", "own", "consigned", "mixed"] = choice(
        "none",
        "Who owns the goods in the stores. none: there are none; own: the retailer; consigned: the supplier; "
        "mixed: either, slot by slot.",
    )
    own_channels: list[Channel] = parameter([], "Channels through which retailers sell their own goods.", "channels")
    supplier_channels: list[Channel] = parameter(
        [],
        "Channels through which suppliers sell their own goods: consigned goods from stores, parcels and endless "
        "aisle from the depot.",
        "channels",
    )
    platform: bool = flag(False, "Whether suppliers sell through the platform, which takes a commission.")
    commission_on: Literal["suppliers", "online"] = choice(
        "suppliers",
        "Which sales the platform takes commission on. suppliers: all sales by suppliers; online: all online "
        "purchases, from suppliers or retailers, but none over the counter.",
    )
    advertising_by: Literal["sellers", "platform"] = choice(
        "sellers", "Who pays for advertising: the online sellers, or the platform if there is one."
    )
    shares_stock: bool = flag(False, "Whether customers see which shelves are empty before they set out.")
    at_cost: bool = flag(False, "Whether goods are sold at book cost and the state covers the deficits.")


SHIPPED: dict[str, Regime] = {
    "traditional": Regime(
        title="store chain",
        meaning="Goods move down the chain from maker to wholesaler to the retailer's shelf.",
        chain=True,
        shelves="own",
        own_channels=["store"],
    ),
    "direct": Regime(
        title="direct",
        meaning="Suppliers send parcels from their depots; there are no stores.",
        supplier_channels=["parcel"],
    ),
    "o2o": Regime(
        title="O2O",
        meaning=(
            "Suppliers keep stock in partner stores and sell it online; customers get it at once, even if one "
            "shelf is empty."
        ),
        shelves="consigned",
        supplier_channels=["store", "pickup", "courier", "parcel", "endless_aisle"],
        platform=True,
        shares_stock=True,
    ),
    "hybrid": Regime(
        title="mixed",
        meaning="The store chain, direct parcels and O2O side by side; customers choose.",
        chain=True,
        shelves="mixed",
        own_channels=["store"],
        supplier_channels=["store", "pickup", "courier", "parcel", "endless_aisle"],
        platform=True,
        shares_stock=True,
    ),
}
"""The built-in regimes; `planner` is derived from its base by ``planner_benchmark``."""

PLANNER = "planner"


def planner_benchmark(base: Regime) -> Regime:
    """Return the pricing benchmark on the links and channels of ``base``: everything is sold at book cost."""
    return base.model_copy(
        update={
            "at_cost": True,
            "title": PLANNER_TITLE,
            "meaning": "Goods move as in the base regime and are sold at book cost; a subsidy covers the deficits.",
        }
    )


def title_of(name: str, own: Mapping[str, Regime] = MappingProxyType({})) -> str:
    """Return the name of a regime in text and charts: its title, or its key in words if it has none.

    Keys (``traditional``) stay in files, options and JSON; readers see titles (``store chain``). ``own`` are the
    scenario's own regimes; without them, their keys are returned in words.
    """
    if name == PLANNER:
        return PLANNER_TITLE
    regime = {**SHIPPED, **own}.get(name)
    return (regime.title if regime else "") or name.replace("_", " ")
